// Paragraphs, headings, labelled facts and tables put together to a page of text of fixed width.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/facts.h"
#include "report/table.h"
#include "report/text.h"

namespace dagsim::report {

class Page {
 public:
  explicit Page(const TextOptions& options);

  size_t width() const { return width_; }
  bool color() const { return color_; }

  void blank() { text_ += '\n'; }
  void heading(std::string_view text);
  /// Wrapped, `indent` columns in; later lines `hang` columns further.
  void paragraph(std::string_view text, size_t indent = 0, size_t hang = 0, Style style = Style::Plain);
  /// "- " items, wrapped.
  void items(std::span<const std::string> list, size_t indent = 2);
  /// Labels in a column, what they say wrapped beside them.
  void facts(std::span<const Fact> list, size_t indent = 2);
  void table(const Table& table);
  /// Lines as they are, indented.
  void verbatim(std::string_view lines, size_t indent);

  std::string take() { return std::move(text_); }

 private:
  size_t width_;
  bool color_;
  std::string text_;
};

}  // namespace dagsim::report
