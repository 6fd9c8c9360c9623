#include "report/page.h"

#include <algorithm>

#include "base/text.h"

namespace dagsim::report {

namespace {

constexpr unsigned kLeastWidth = 72;
constexpr size_t kLabelWidth = 17;
/// Prose wider than this is hard to read, whatever the terminal has.
constexpr size_t kProseWidth = 120;

}  // namespace

Page::Page(const TextOptions& options) : width_(std::max(options.width, kLeastWidth)), color_(options.color) {}

void Page::heading(std::string_view text) {
  text_ += styled(text, Style::Bold, color_) + "\n";
}

void Page::paragraph(std::string_view text, size_t indent, size_t hang, Style style) {
  const size_t width = std::min(width_, kProseWidth);
  bool first = true;
  for (const std::string& line : wrap(text, width - indent - hang)) {
    text_ += std::string(first ? indent : indent + hang, ' ') + styled(line, style, color_) + "\n";
    first = false;
  }
}

void Page::items(std::span<const std::string> list, size_t indent) {
  for (const std::string& item : list) paragraph("- " + item, indent, 2);
}

void Page::facts(std::span<const Fact> list, size_t indent) {
  const size_t start = indent + kLabelWidth;
  for (const Fact& fact : list) {
    std::string label = fact.label;
    for (const std::string& line : fact.lines) {
      size_t hang = 0;
      for (const std::string& part : wrap(line, width_ - start - 2)) {
        text_ += std::string(indent, ' ') + styled(label, Style::Dim, color_) +
                 std::string(kLabelWidth - std::min(kLabelWidth - 1, label.size()) + hang, ' ') + part + "\n";
        label.clear();
        hang = 2;
      }
    }
  }
}

void Page::table(const Table& table) {
  for (const std::string& line : table.lines(width_, color_)) text_ += line + "\n";
}

void Page::verbatim(std::string_view lines, size_t indent) {
  while (lines.ends_with('\n')) lines.remove_suffix(1);
  if (lines.empty()) return;
  for (const std::string_view line : split(lines, '\n')) {
    text_ += line.empty() ? "\n" : std::string(indent, ' ') + std::string(line) + "\n";
  }
}

}  // namespace dagsim::report
