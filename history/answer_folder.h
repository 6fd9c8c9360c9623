// A folder into which answers are written one by one, each whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace dagsim::history {

class AnswerFolder {
 public:
  explicit AnswerFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  bool has(const std::string& name) const;
  /// Writes a file, and the folders above it. When it returns, the disk has it. \param name relative to the folder
  /// \throws Error when it can't be written
  void put(const std::string& name, std::string_view content) const;

 private:
  std::string path_;
};

}  // namespace dagsim::history
