#include "base/yaml_scan.h"

#include <algorithm>
#include <array>

namespace dagsim::yaml {

namespace {

constexpr std::string_view kWhite = " \t\r\n";
constexpr std::string_view kFlowIndicators = ",[]{}";

bool is_white(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

uint32_t narrow(size_t at, std::string_view text) {
  return static_cast<uint32_t>(std::min(at, text.size()));
}

unsigned byte_at(std::string_view text, size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// Length of the well-formed UTF-8 sequence at `at`, 0 if there is none: no overlong forms, no surrogates.
size_t utf8_length(std::string_view text, size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const unsigned second = byte_at(text, at + 1);
  const unsigned lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (second < lowest || second > highest) return 0;
  for (size_t i = at + 2; i < at + length; ++i) {
    if ((byte_at(text, i) & 0xC0U) != 0x80) return 0;
  }
  return length;
}

/// The closing quote of the text in double quotes that begins at `at`; beyond the end if there is none.
size_t double_quoted_close(std::string_view text, uint32_t at) {
  size_t i = at + size_t{1};
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? size_t{2} : size_t{1};
  return i;
}

size_t single_quoted_close(std::string_view text, uint32_t at) {
  size_t i = at + size_t{1};
  while (i < text.size() && (text[i] != '\'' || byte_at(text, i + 1) == '\''))
    i += text[i] == '\'' ? size_t{2} : size_t{1};
  return i;
}

/// The non-blank bytes of a plain scalar's value stand in the source in the same order; only the white space between
/// them is folded, and only in one of several lines.
uint32_t plain_end(std::string_view text, uint32_t at, std::string_view value) {
  if (text.substr(at).starts_with(value)) return narrow(at + value.size(), text);
  size_t i = at;
  size_t end = at;
  for (const char c : value) {
    if (is_white(c)) continue;
    while (i < text.size() && is_white(text[i])) ++i;
    if (i >= text.size() || text[i] != c) break;
    end = ++i;
  }
  return narrow(end, text);
}

size_t count_spaces(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(kWhite) == std::string_view::npos;
}

struct Line {
  std::string_view content;
  size_t end;   ///< before the line break
  size_t next;  ///< the first byte of the next line
};

Line line_at(std::string_view text, size_t at) {
  const size_t end_of_line = std::min(text.find('\n', at), text.size());
  const size_t next = std::min(end_of_line + 1, text.size());
  const size_t end = end_of_line > at && text[end_of_line - 1] == '\r' ? end_of_line - 1 : end_of_line;
  return {text.substr(at, end - at), end, next};
}

/// Leading spaces of the first line of a block scalar's value that isn't blank: it was indented by that much more than
/// the block. Nothing if the block has no such line.
std::optional<size_t> extra_indentation(std::string_view value) {
  const size_t first = value.find_first_not_of(kWhite);
  if (first == std::string_view::npos) return std::nullopt;
  const size_t line = first == 0 ? std::string_view::npos : value.rfind('\n', first);
  return count_spaces(value.substr(line == std::string_view::npos ? 0 : line + 1));
}

uint32_t block_end(std::string_view text, uint32_t at, std::string_view value) {
  const Line header = line_at(text, at);
  size_t end = at + std::min(header.content.find_first_of(" \t#"), header.content.size());
  const auto extra = extra_indentation(value);
  std::optional<size_t> indentation;
  for (size_t i = header.next; extra && i < text.size();) {
    const Line line = line_at(text, i);
    i = line.next;
    if (is_blank(line.content)) continue;
    const size_t spaces = count_spaces(line.content);
    if (!indentation) indentation = spaces - std::min(spaces, *extra);
    const bool marker = spaces == 0 && (line.content.starts_with("---") || line.content.starts_with("..."));
    if (spaces < *indentation || marker) break;
    end = line.end;
  }
  return narrow(end, text);
}

}  // namespace

std::optional<uint32_t> first_unreadable(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned lead = byte_at(text, i);
    const bool control = (lead < 0x20 && !is_white(text[i])) || lead == 0x7F;
    const size_t length = lead < 0x80 ? 1 : utf8_length(text, i);
    if (length == 0 || control) return static_cast<uint32_t>(i);
    i += length;
  }
  return std::nullopt;
}

uint32_t skip_blank(std::string_view text, uint32_t at) {
  size_t i = at;
  while (i < text.size()) {
    const bool comment = text[i] == '#' && (i == 0 || is_white(text[i - 1]));
    if (!comment && !is_white(text[i])) break;
    i = comment ? line_at(text, i).next : i + 1;
  }
  return narrow(i, text);
}

uint32_t properties_end(std::string_view text, uint32_t at) {
  uint32_t end = at;
  for (uint32_t i = at; i < text.size() && (text[i] == '&' || text[i] == '!'); i = skip_blank(text, end)) {
    const bool verbatim = text.substr(i).starts_with("!<");
    end = verbatim ? narrow(text.substr(i).find_first_of(">\n") + i + 1, text) : name_end(text, i);
  }
  return end;
}

uint32_t name_end(std::string_view text, uint32_t at) {
  size_t i = at + size_t{1};
  while (i < text.size() && !is_white(text[i]) && kFlowIndicators.find(text[i]) == std::string_view::npos) ++i;
  return narrow(i, text);
}

uint32_t scalar_end(std::string_view text, uint32_t at, std::string_view value) {
  if (at >= text.size()) return narrow(at, text);
  switch (text[at]) {
    case '"':
      return narrow(double_quoted_close(text, at) + 1, text);
    case '\'':
      return narrow(single_quoted_close(text, at) + 1, text);
    case '|':
    case '>':
      return block_end(text, at, value);
    default:
      return plain_end(text, at, value);
  }
}

bool is_closed(std::string_view text, uint32_t at) {
  const std::string_view rest = text.substr(narrow(at, text));
  if (rest.starts_with('"')) return double_quoted_close(text, at) < text.size();
  return !rest.starts_with('\'') || single_quoted_close(text, at) < text.size();
}

std::string_view null_word(std::string_view text, uint32_t at, bool key) {
  constexpr std::array<std::string_view, 4> kWords = {"null", "Null", "NULL", "~"};
  const std::string_view rest = text.substr(narrow(at, text));
  const auto word =
      std::ranges::find_if(kWords, [&](std::string_view candidate) { return rest.starts_with(candidate); });
  if (word == kWords.end()) return {};
  const size_t next = rest.find_first_not_of(" \t", word->size());
  const std::string_view closers = key ? ":\r\n#,]}" : "\r\n#,]}";
  if (next != std::string_view::npos && closers.find(rest[next]) == std::string_view::npos) return {};
  return rest.substr(0, word->size());
}

}  // namespace dagsim::yaml
