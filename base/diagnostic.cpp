#include "base/diagnostic.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace dagsim {

namespace {

constexpr size_t kColumns = 120;  // of the excerpt, without its gutter
constexpr size_t kContext = 40;   // columns kept before the range when a line is cut
constexpr std::string_view kCut = "...";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Style {
  bool color;
  std::string operator()(std::string_view code, std::string_view text) const {
    return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
};

constexpr std::string_view kBold = "1";
constexpr std::string_view kCaretColor = "1;32";

struct SeverityLook {
  std::string_view name;
  std::string_view color;
};

SeverityLook look(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return {"error", "1;31"};
    case Severity::Warning:
      return {"warning", "1;35"};
    case Severity::Note:
      break;
  }
  return {"note", "1;36"};
}

/// Length of the UTF-8 sequence at the front of `text`; 0 if it isn't one.
size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || length > text.size()) return 0;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return std::ranges::all_of(text.substr(1, length - 1), continues) ? length : 0;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// The user's text in a message: one line, and nothing that a terminal would obey.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c == '\n') {
      shown += "\\n";
    } else if (is_control(c) && c != '\t') {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      shown += c;
    }
  }
  return shown;
}

/// A line as the characters it shows, each as wide as one column, with the part of it that the range covers.
struct Excerpt {
  std::vector<std::string> characters;
  size_t begin = 0;
  size_t end = 0;
};

Excerpt excerpt_of(std::string_view line, size_t begin, size_t end) {
  Excerpt excerpt;
  size_t at = 0;
  const auto mark = [&] {
    if (at <= begin) excerpt.begin = excerpt.characters.size();
    if (at <= end) excerpt.end = excerpt.characters.size();
  };
  if (line.starts_with(kByteOrderMark)) at = kByteOrderMark.size();
  while (at < line.size()) {
    mark();
    const size_t length = sequence_length(line.substr(at));
    const bool shown = length > 0 && (!is_control(line[at]) || line[at] == '\t');
    excerpt.characters.push_back(shown ? std::string(line.substr(at, length)) : "?");
    at += std::max<size_t>(length, 1);
  }
  mark();
  excerpt.end = std::max(excerpt.end, excerpt.begin + 1);
  return excerpt;
}

/// Keeps kColumns columns around the range; what is missing shows as "...".
void cut(Excerpt& excerpt) {
  const size_t total = excerpt.characters.size();
  if (total <= kColumns) return;
  const size_t kept = kColumns - 2 * kCut.size();
  size_t first = 0;
  if (excerpt.end > kColumns - kCut.size()) {
    const size_t latest = std::max(total, excerpt.end) - kept;
    first = std::min(excerpt.begin - std::min(excerpt.begin, kContext), latest);
  }
  const size_t last = std::min(total, first + kept + (first == 0 ? kCut.size() : 0));
  std::vector<std::string> characters;
  const size_t dots = first > 0 ? kCut.size() : 0;
  characters.insert(characters.end(), dots, ".");
  characters.insert(characters.end(), excerpt.characters.begin() + static_cast<std::ptrdiff_t>(first),
                    excerpt.characters.begin() + static_cast<std::ptrdiff_t>(last));
  const size_t shown_end = characters.size();
  if (last < total) characters.insert(characters.end(), kCut.size(), ".");
  excerpt.begin = excerpt.begin - first + dots;
  excerpt.end = std::max(std::min(excerpt.end - first + dots, shown_end), excerpt.begin + 1);
  excerpt.characters = std::move(characters);
}

/// Spaces up to the range (tabs stay tabs, so that both lines move alike), then the caret and tildes.
std::string underline(const Excerpt& excerpt, const Style& style) {
  const auto is_tab = [&](size_t i) { return i < excerpt.characters.size() && excerpt.characters[i] == "\t"; };
  std::string padding;
  for (size_t i = 0; i < excerpt.begin; ++i) padding += is_tab(i) ? '\t' : ' ';
  std::string marks = "^";
  for (size_t i = excerpt.begin + 1; i < excerpt.end; ++i) marks += is_tab(i) ? '\t' : '~';
  return padding + style(kCaretColor, marks);
}

/// The first line of the range and the caret under it; further lines of the range are not shown.
std::string render_excerpt(const SourceRange& where, const Style& style) {
  const Position begin = where.file->position(where.range.begin);
  const Position end = where.file->position(std::max(where.range.begin, where.range.end));
  const std::string_view line = where.file->line(begin.line);
  const uint32_t first_column = where.file->first_column(begin.line);
  const size_t from = std::min<size_t>(begin.column - first_column, line.size());
  const size_t to = end.line == begin.line ? std::min<size_t>(end.column - first_column, line.size()) : line.size();
  Excerpt excerpt = excerpt_of(line, from, to);
  cut(excerpt);
  std::string text;
  for (const std::string& character : excerpt.characters) text += character;
  const std::string number = fmt::format("{}", begin.line);
  const std::string first = text.empty() ? fmt::format(" {} |", number) : fmt::format(" {} | {}", number, text);
  return fmt::format("{}\n {:{}} | {}\n", first, "", number.size(), underline(excerpt, style));
}

/// "path:line:column: error: message [rule]"; a remark without a place says at least which file it is about.
std::string render_head(Severity severity, std::string_view place, const std::string& message, const std::string& rule,
                        const Style& style) {
  const auto [name, color] = look(severity);
  std::string head;
  if (!place.empty()) head = style(kBold, fmt::format("{}:", printable(place))) + " ";
  head +=
      style(color, fmt::format("{}:", name)) + " " + style(severity == Severity::Note ? "" : kBold, printable(message));
  if (!rule.empty()) head += fmt::format(" [{}]", rule);
  return head + "\n";
}

}  // namespace

Diagnostic& Diagnostics::error(std::string rule, std::string message, SourceRange where) {
  list_.push_back({Severity::Error, std::move(rule), std::move(message), std::move(where), {}});
  return list_.back();
}

Diagnostic& Diagnostics::warning(std::string rule, std::string message, SourceRange where) {
  list_.push_back({Severity::Warning, std::move(rule), std::move(message), std::move(where), {}});
  return list_.back();
}

Diagnostic& Diagnostics::note(std::string rule, std::string message, SourceRange where) {
  list_.push_back({Severity::Note, std::move(rule), std::move(message), std::move(where), {}});
  return list_.back();
}

void Diagnostics::add(Diagnostic diagnostic) {
  list_.push_back(std::move(diagnostic));
}

void Diagnostics::append(const Diagnostics& other) {
  const size_t count = other.list_.size();
  list_.reserve(list_.size() + count);
  for (size_t i = 0; i < count; ++i) list_.push_back(other.list_[i]);
}

bool Diagnostics::has_errors() const {
  return std::ranges::any_of(list_, [](const Diagnostic& found) { return found.severity == Severity::Error; });
}

Diagnostics in_order_of_text(const Diagnostics& diagnostics) {
  std::map<const SourceFile*, size_t> ranks;
  for (const Diagnostic& diagnostic : diagnostics.list()) ranks.emplace(diagnostic.where.file.get(), ranks.size());
  std::vector<Diagnostic> list = diagnostics.list();
  std::ranges::stable_sort(list, {}, [&](const Diagnostic& diagnostic) {
    return std::pair(ranks.at(diagnostic.where.file.get()), diagnostic.where.range.begin);
  });
  Diagnostics result;
  for (Diagnostic& diagnostic : list) result.add(std::move(diagnostic));
  return result;
}

std::string render(const Diagnostic& diagnostic, bool color) {
  const Style style{color};
  std::string text =
      render_head(diagnostic.severity, to_string(diagnostic.where), diagnostic.message, diagnostic.rule, style);
  if (diagnostic.where) text += render_excerpt(diagnostic.where, style);
  const std::string path = diagnostic.where ? diagnostic.where.file->path() : "";
  for (const DiagnosticNote& note : diagnostic.notes) {
    text += render_head(Severity::Note, note.where ? to_string(note.where) : path, note.message, "", style);
    if (note.where) text += render_excerpt(note.where, style);
  }
  return text;
}

std::string render(const Diagnostics& diagnostics, bool color) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.list()) text += render(diagnostic, color);
  return text;
}

}  // namespace dagsim
