#include "cli/store_place.h"

#include <fmt/format.h>

#include "cli/usage.h"
#include "history/store.h"

namespace dagsim::cli {
namespace {

constexpr int kMostFolders = 64;  // upwards

}  // namespace

std::string store_of_repository(const FileSystem& files, const std::string& folder) {
  std::string at = folder;
  for (int i = 0; i < kMostFolders; ++i) {
    if (files.is_directory(join_path(at, ".github"))) return join_path(at, history::kDefaultStore);
    at = join_path(at, "..");
  }
  return join_path(folder, history::kDefaultStore);
}

std::string named_store(const std::string& path) {
  if (history::is_store_name(path)) return path;
  throw UsageError(fmt::format("--history is \"{}\", expected a database: a file that ends in .db or .sqlite", path));
}

}  // namespace dagsim::cli
