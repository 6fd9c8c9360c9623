#include "base/source.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/error.h"

namespace dagsim {

SourceFile::SourceFile(std::string path, std::string text, Position start)
    : path_(std::move(path)), text_(std::move(text)), start_(start) {
  if (text_.size() >= std::numeric_limits<uint32_t>::max()) {
    throw Error(fmt::format("{}: the file has {} bytes, but at most 4 GiB can be read", path_, text_.size()));
  }
  line_starts_.push_back(0);
  for (size_t i = text_.find('\n'); i != std::string::npos; i = text_.find('\n', i + 1)) {
    line_starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

std::string_view SourceFile::text(Range range) const {
  const size_t begin = std::min<size_t>(range.begin, text_.size());
  const size_t end = std::clamp<size_t>(range.end, begin, text_.size());
  return std::string_view(text_).substr(begin, end - begin);
}

Position SourceFile::position(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto index = static_cast<size_t>(next - line_starts_.begin()) - 1;
  const uint32_t line = start_.line + static_cast<uint32_t>(index);
  return {.line = line, .column = offset - line_starts_[index] + first_column(line)};
}

uint32_t SourceFile::offset(Position position) const {
  const uint32_t number = std::clamp(position.line, start_.line, line_count());
  const auto length = static_cast<uint32_t>(line(number).size());
  const uint32_t first = first_column(number);
  return line_starts_[number - start_.line] + std::min(std::max(position.column, first) - first, length);
}

std::string_view SourceFile::line(uint32_t line) const {
  if (line < start_.line || line > line_count()) return {};
  const size_t index = line - start_.line;
  const size_t begin = line_starts_[index];
  const size_t end = line == line_count() ? text_.size() : line_starts_[index + 1] - 1;
  std::string_view content = std::string_view(text_).substr(begin, end - begin);
  if (content.ends_with('\r')) content.remove_suffix(1);
  return content;
}

std::string to_string(const SourceRange& where) {
  if (!where) return "";
  const Position position = where.file->position(where.range.begin);
  return fmt::format("{}:{}:{}", where.file->path(), position.line, position.column);
}

}  // namespace dagsim
