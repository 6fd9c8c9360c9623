// A hidden neighbour takes the content, reaches the disk, and then takes the file's name; last the folder reaches the
// disk. Readers of answers look at no hidden files, so what a killed process leaves behind is never read.
#include "history/answer_folder.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"

namespace dagsim::history {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path& path, int code) {
  throw Error(fmt::format("cannot write \"{}\": {}", path.string(), std::generic_category().message(code)));
}

/// An open file or folder.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : path_(path), number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {
    if (number_ < 0) cannot_write(path_, errno);
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view content) const {
    while (!content.empty()) {
      const ssize_t count = ::write(number_, content.data(), content.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) cannot_write(path_, errno);
      content.remove_prefix(static_cast<size_t>(count));
    }
  }
  void sync() const {
    if (::fsync(number_) != 0 && errno != EINVAL) cannot_write(path_, errno);
  }

 private:
  fs::path path_;
  int number_;
};

}  // namespace

bool AnswerFolder::has(const std::string& name) const {
  std::error_code ignored;
  return fs::is_regular_file(fs::path(path_) / name, ignored);
}

void AnswerFolder::put(const std::string& name, std::string_view content) const {
  const fs::path path = fs::path(path_) / name;
  const fs::path folder = path.parent_path();
  const fs::path part = folder / fmt::format(".{}.part", path.filename().string());
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) cannot_write(folder, failure.value());
  try {
    const Descriptor file(part, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(content);
    file.sync();
    fs::rename(part, path, failure);
    if (failure) cannot_write(path, failure.value());
  } catch (const Error&) {
    fs::remove(part, failure);
    throw;
  }
  Descriptor(folder, O_RDONLY | O_DIRECTORY).sync();
}

}  // namespace dagsim::history
