// A user's text file in memory, and places in it: byte ranges that turn into lines and columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dagsim {

/// A place as people read it: both 1-based, the column in bytes.
struct Position {
  uint32_t line = 1;
  uint32_t column = 1;
  auto operator<=>(const Position&) const = default;
};

/// The bytes [begin, end) of a file.
struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
  auto operator<=>(const Range&) const = default;
};

/// A file's name as the user wrote it and its whole text, or a part of it that begins at `start`; immutable, shared by
/// everything that points into it. Offsets count from the start of the part, lines and columns from that of the file.
class SourceFile {
 public:
  SourceFile(std::string path, std::string text, Position start = {});

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view text(Range range) const;

  /// The position of byte `offset`; offsets beyond the end give the end.
  Position position(uint32_t offset) const;
  /// The byte of line `line`, column `column`; both are clamped into the file.
  uint32_t offset(Position position) const;
  /// The text of a line without its line break; empty beyond the last line.
  std::string_view line(uint32_t line) const;
  /// The number of the last line.
  uint32_t line_count() const { return start_.line - 1 + static_cast<uint32_t>(line_starts_.size()); }
  /// The column of the first byte of a line that is here: 1, but where a part begins inside a line.
  uint32_t first_column(uint32_t line) const { return line == start_.line ? start_.column : 1; }

 private:
  std::string path_;
  std::string text_;
  Position start_;
  std::vector<uint32_t> line_starts_;
};

/// A range together with its file. Default constructed, it means "nowhere": a thing that no file declares.
struct SourceRange {
  std::shared_ptr<const SourceFile> file;
  Range range;

  explicit operator bool() const { return file != nullptr; }
};

/// "path:line:column" of the first byte, or "" for nowhere.
std::string to_string(const SourceRange& where);

}  // namespace dagsim
