// Helpers of the tests of cli: a command line in, what it prints out.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "base/file_system.h"

namespace dagsim::cli {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs `dagsim` with these arguments and this standard input, away from any terminal.
Outcome call(const std::vector<std::string>& arguments, const std::string& input = "");

/// The arguments are refused with exactly this message.
void check_usage_error(const std::vector<std::string>& arguments, const std::string& message);

/// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("dagsim-cli-test-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path(name);
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string read(const std::string& name) const { return DiskFileSystem().read(path(name)); }
  size_t size() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) files += entry.exists() ? 1U : 0U;
    return files;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace dagsim::cli
