#include "base/file_system.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "tests/catch.h"

namespace dagsim {
namespace {

using Names = std::vector<std::string>;

template <typename Action>
std::string failure_of(Action action) {
  try {
    action();
  } catch (const Error& failure) {
    return failure.what();
  }
  return "";
}

/// A directory of its own that is gone after the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "dagsim-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("Files in memory have the directories that their paths imply") {
  MemoryFileSystem files;
  files.write(".github/workflows/ci.yml", "a");
  files.write("./.github/actions/setup/action.yml", "b");
  files.write("dagsim.yaml", "c");
  CHECK(files.read(".github/workflows/../workflows/ci.yml") == "a");
  CHECK(files.read(".github/actions/setup/action.yml") == "b");
  CHECK(files.list(".") == Names{".github", "dagsim.yaml"});
  CHECK(files.list(".github/") == Names{"actions", "workflows"});
  CHECK(files.is_directory(".github/workflows"));
  CHECK_FALSE(files.is_directory(".github/work"));
  CHECK_FALSE(files.is_directory("dagsim.yaml"));
  CHECK(files.is_file("./dagsim.yaml"));
  CHECK_FALSE(files.is_file(".github"));
}

TEST_CASE("Files in memory fail as those on disk do") {
  MemoryFileSystem files;
  files.write("a/b", "");
  CHECK(failure_of([&] { files.read("x"); }) == "can't read x: No such file or directory");
  CHECK(failure_of([&] { files.read("a"); }) == "can't read a: Is a directory");
  CHECK(failure_of([&] { files.list("x"); }) == "can't list x: No such file or directory");
  CHECK(failure_of([&] { files.list("a/b"); }) == "can't list a/b: Not a directory");
}

TEST_CASE("Files on disk are read whole and listed in the order of their bytes") {
  const TemporaryDirectory directory;
  const DiskFileSystem disk;
  const std::string content("x\0y\r\n", 5);
  std::ofstream(join_path(directory.path(), "b.yml"), std::ios::binary) << content;
  std::ofstream(join_path(directory.path(), "Z.yml")).flush();
  std::filesystem::create_directory(join_path(directory.path(), "a"));
  CHECK(disk.read(join_path(directory.path(), "b.yml")) == content);
  CHECK(disk.read(join_path(directory.path(), "Z.yml")).empty());
  CHECK(disk.list(directory.path()) == Names{"Z.yml", "a", "b.yml"});
  CHECK(disk.is_file(join_path(directory.path(), "b.yml")));
  CHECK_FALSE(disk.is_file(directory.path()));
  CHECK(disk.is_directory(directory.path()));
}

TEST_CASE("Failures on disk name the path and the reason") {
  const TemporaryDirectory directory;
  const DiskFileSystem disk;
  const std::string missing = join_path(directory.path(), "missing");
  CHECK(failure_of([&] { disk.read(missing); }) == "can't read " + missing + ": No such file or directory");
  CHECK(failure_of([&] { disk.list(missing); }) == "can't list " + missing + ": No such file or directory");
  CHECK(failure_of([&] { disk.read(directory.path()); }) == "can't read " + directory.path() + ": Is a directory");
  CHECK_FALSE(disk.is_file(missing));
  CHECK_FALSE(disk.is_directory(missing));
}

TEST_CASE("Paths are joined and shortened by their text alone") {
  CHECK(join_path("a/b", "../c") == "a/c");
  CHECK(join_path("a", "..") == ".");
  CHECK(join_path("a", "/b") == "/b");
  CHECK(join_path(".", "./x/") == "x");
  CHECK(join_path("a", "") == "a");
  CHECK(parent_path("a/b.yaml") == "a");
  CHECK(parent_path("b.yaml") == ".");
  CHECK(parent_path("/b") == "/");
  CHECK(parent_path("a/b/") == "a");
}

}  // namespace
}  // namespace dagsim
