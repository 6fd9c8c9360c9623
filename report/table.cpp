#include "report/table.h"

#include <algorithm>

#include "base/error.h"

namespace dagsim::report {

namespace {

constexpr size_t kGap = 2;
constexpr size_t kLeast = 8;

size_t total(const std::vector<size_t>& widths) {
  size_t sum = 0;
  for (const size_t width : widths) sum += width + kGap;
  return widths.empty() ? 0 : sum - kGap;
}

std::string padded(const Cell& cell, Align align, size_t width, bool color) {
  const std::string text = cut(cell.text, width);
  const std::string space(width - display_width(text), ' ');
  const std::string shown = styled(text, cell.style, color);
  return align == Align::Left ? shown + space : space + shown;
}

}  // namespace

std::vector<size_t> Table::natural_widths() const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns_.size(); ++c) {
    size_t width = display_width(columns_[c].header);
    for (const auto& row : rows_) width = std::max(width, display_width(row[c].text));
    widths.push_back(width);
  }
  return widths;
}

size_t Table::natural_width() const {
  return total(natural_widths());
}

std::vector<size_t> Table::fitted_widths(size_t width) const {
  std::vector<size_t> widths = natural_widths();
  std::vector<size_t> order;
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].gives_way > 0) order.push_back(c);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return columns_[a].gives_way > columns_[b].gives_way; });
  for (const size_t c : order) {
    const size_t now = total(widths);
    if (now <= width) break;
    const size_t least = std::max(kLeast, display_width(columns_[c].header));
    widths[c] = std::max(std::min(widths[c], least), widths[c] - std::min(widths[c], now - width));
  }
  return widths;
}

std::vector<std::string> Table::lines(size_t width, bool color) const {
  const std::vector<size_t> widths = fitted_widths(width);
  const auto line_of = [&](const std::vector<Cell>& row) {
    DAGSIM_ASSERT(row.size() == columns_.size(), "callers add one cell per column");
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line.append(kGap, ' ');
      line += padded(row[c], columns_[c].align, widths[c], color);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  };
  std::vector<Cell> header;
  for (const Column& column : columns_) header.push_back({column.header, Style::Dim});
  std::vector<std::string> lines = {line_of(header)};
  for (const auto& row : rows_) lines.push_back(line_of(row));
  return lines;
}

}  // namespace dagsim::report
