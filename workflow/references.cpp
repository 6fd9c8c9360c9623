#include "workflow/references.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace dagsim::workflow {

namespace {

constexpr size_t kLongestExpression = 21'000;

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name_char(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9') || c == '-';
}

size_t skip_spaces(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

size_t skip_name(std::string_view text, size_t at) {
  while (at < text.size() && is_name_char(text[at])) ++at;
  return at;
}

/// The byte after the closing quote of the string that starts at `at`; `''` reads as two strings side by side, which is
/// as good.
size_t skip_string(std::string_view text, size_t at) {
  const size_t close = text.find('\'', at + 1);
  return close == std::string_view::npos ? text.size() : close + 1;
}

/// Takes `.name` or `['name']` at `at`; the end, or nothing.
std::optional<size_t> take_part(std::string_view text, size_t at, Reference& reference) {
  at = skip_spaces(text, at);
  if (at >= text.size()) return std::nullopt;
  if (text[at] == '.') {
    const size_t begin = skip_spaces(text, at + 1);
    const size_t end = skip_name(text, begin);
    if (end == begin || !is_name_start(text[begin])) return std::nullopt;
    reference.parts.push_back(to_lower(text.substr(begin, end - begin)));
    return end;
  }
  if (text[at] != '[') return std::nullopt;
  const size_t open = skip_spaces(text, at + 1);
  if (open >= text.size() || text[open] != '\'') return std::nullopt;
  const size_t after = skip_string(text, open);
  const size_t close = skip_spaces(text, after);
  if (close >= text.size() || text[close] != ']') return std::nullopt;
  reference.parts.push_back(to_lower(text.substr(open + 1, after - open - 2)));
  return close + 1;
}

void shift(std::vector<Reference>& references, size_t from, size_t by) {
  for (size_t i = from; i < references.size(); ++i) {
    references[i].begin += by;
    for (size_t& end : references[i].ends) end += by;
  }
}

}  // namespace

std::vector<Segment> segments(std::string_view text) {
  std::vector<Segment> result;
  size_t literal = 0;
  size_t open = text.find("${{");
  while (open != std::string_view::npos) {
    size_t at = open + 3;
    while (at < text.size() && text.substr(at, 2) != "}}") at = text[at] == '\'' ? skip_string(text, at) : at + 1;
    if (at >= text.size()) break;
    if (open > literal) result.push_back({false, literal, open});
    result.push_back({true, open + 3, at});
    literal = at + 2;
    open = text.find("${{", literal);
  }
  if (literal < text.size()) result.push_back({false, literal, text.size()});
  return result;
}

std::vector<Reference> references_of_expression(std::string_view text) {
  std::vector<Reference> result;
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '\'') {
      at = skip_string(text, at);
    } else if (text[at] == '.' || (text[at] >= '0' && text[at] <= '9')) {
      at = skip_name(text, at + 1);
    } else if (is_name_start(text[at])) {
      Reference reference;
      reference.begin = at;
      size_t end = skip_name(text, at);
      reference.parts.push_back(to_lower(text.substr(at, end - at)));
      reference.ends.push_back(end);
      while (const std::optional<size_t> next = take_part(text, end, reference)) {
        end = *next;
        reference.ends.push_back(end);
      }
      at = end;
      const size_t after = skip_spaces(text, end);
      const bool is_call = after < text.size() && text[after] == '(' && reference.parts.size() == 1;
      if (!is_call) result.push_back(std::move(reference));
    } else {
      ++at;
    }
  }
  return result;
}

bool is_lone_expression(std::string_view text) {
  const std::vector<Segment> parts = segments(text);
  return parts.size() == 1 && parts[0].expression;
}

namespace {

/// What a lone `${{ }}` holds, without the blanks around it; "" for other texts.
std::string_view lone_content(std::string_view text) {
  const std::vector<Segment> parts = segments(text);
  if (parts.size() != 1 || !parts[0].expression) return "";
  return trim(text.substr(parts[0].begin, parts[0].end - parts[0].begin));
}

}  // namespace

bool is_insert(std::string_view key) {
  return lone_content(key) == "insert";
}

std::optional<std::string> lone_literal(std::string_view text) {
  const std::string_view content = lone_content(text);
  if (content.size() < 2 || content.front() != '\'' || content.back() != '\'') return std::nullopt;
  std::string literal;
  for (size_t i = 1; i + 1 < content.size(); ++i) {
    literal += content[i];
    if (content[i] != '\'') continue;
    if (i + 2 >= content.size() || content[++i] != '\'') return std::nullopt;
  }
  return literal;
}

size_t word_end(std::string_view text, size_t at) {
  const size_t end = skip_name(text, at);
  return end > at ? end : std::min(at + 1, text.size());
}

std::vector<Reference> references_of_template(std::string_view text) {
  std::vector<Reference> result;
  if (text.find("${{") == std::string_view::npos) return result;
  for (const Segment& segment : segments(text)) {
    if (!segment.expression) continue;
    const size_t from = result.size();
    std::vector<Reference> found = references_of_expression(text.substr(segment.begin, segment.end - segment.begin));
    result.insert(result.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    shift(result, from, segment.begin);
  }
  return result;
}

std::string replace_in_expression(std::string_view text, const Replace& replace) {
  std::string result;
  size_t done = 0;
  for (const Reference& reference : references_of_expression(text)) {
    const std::optional<Replacement> replacement = replace(reference.parts);
    if (!replacement || replacement->parts == 0) continue;
    result.append(text.substr(done, reference.begin - done));
    result.append(replacement->expression);
    done = reference.ends[replacement->parts - 1];
    if (result.size() > kLongestExpression) return std::string(text);
  }
  result.append(text.substr(done));
  return result.size() > kLongestExpression ? std::string(text) : result;
}

std::string replace_in_template(std::string_view text, const Replace& replace) {
  if (text.find("${{") == std::string_view::npos) return std::string(text);
  std::string result;
  for (const Segment& segment : segments(text)) {
    const std::string_view inside = text.substr(segment.begin, segment.end - segment.begin);
    if (!segment.expression) {
      result.append(inside);
      continue;
    }
    const std::string replaced = replace_in_expression(inside, replace);
    const std::string_view bare = trim(replaced);
    const bool is_literal =
        replaced != inside && bare.size() >= 2 && bare.front() == '\'' && bare.substr(1).find('\'') == bare.size() - 2;
    if (is_literal) {
      result.append(bare.substr(1, bare.size() - 2));
    } else {
      result.append("${{").append(replaced).append("}}");
    }
  }
  return result;
}

bool mentions(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

SourceRange place_in(const Text& text, size_t begin, size_t end) {
  if (!text.where.file || begin >= end || end > text.value.size()) return text.where;
  const std::string_view written = text.where.file->text(text.where.range);
  const std::string_view wanted = std::string_view(text.value).substr(begin, end - begin);
  const size_t quote = written.starts_with('\'') || written.starts_with('"') ? 1 : 0;
  const bool is_verbatim = written.substr(quote).starts_with(text.value);
  // Indentation and quotes only ever add bytes in front, so else the first match at or after `begin` is the one meant.
  const size_t found = is_verbatim ? quote + begin : written.find(wanted, std::min(begin, written.size()));
  if (found == std::string_view::npos) return text.where;
  const auto first = static_cast<uint32_t>(text.where.range.begin + found);
  return {text.where.file, {first, static_cast<uint32_t>(first + wanted.size())}};
}

std::vector<NeedsRead> needs_reads(const Reading& reading) {
  std::vector<NeedsRead> result;
  if (!mentions(reading.text.value, "needs")) return result;
  const std::vector<Reference> references =
      reading.expression ? references_of_expression(reading.text.value) : references_of_template(reading.text.value);
  for (const Reference& reference : references) {
    if (reference.parts.size() < 4 || reference.parts[0] != "needs" || reference.parts[2] != "outputs") continue;
    result.push_back(
        {reference.parts[1], reference.parts[3], place_in(reading.text, reference.begin, reference.ends[3])});
  }
  return result;
}

}  // namespace dagsim::workflow
