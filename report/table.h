// Tables of fixed width: columns as wide as their content, some of them giving way when the terminal is narrow.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/layout.h"

namespace dagsim::report {

enum class Align { Left, Right };

struct Column {
  std::string header;
  Align align = Align::Left;
  unsigned gives_way = 0;  ///< cut, down to eight columns, when the table would be too wide: the highest first, 0 never
};

struct Cell {
  std::string text;
  Style style = Style::Plain;
};

/// The columns and rows as lines, two spaces between columns, none at the end of a line. A row has one cell per column.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  /// Width with nothing cut.
  size_t natural_width() const;
  std::vector<std::string> lines(size_t width, bool color) const;

 private:
  std::vector<size_t> natural_widths() const;
  std::vector<size_t> fitted_widths(size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace dagsim::report
