#include "base/file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"

namespace dagsim {

namespace {

std::string normalised(const std::filesystem::path& path) {
  std::string text = path.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text.empty() ? "." : text;
}

/// What the paths of everything below `directory` begin with.
std::string prefix_of(const std::string& directory) {
  const std::string path = normalised(directory);
  if (path == ".") return "";
  return path == "/" ? path : path + "/";
}

std::string reason(int code) {
  return std::generic_category().message(code);
}

}  // namespace

void FileSystem::read_pieces(const std::string& path, const std::function<bool(std::string_view)>& sink) const {
  sink(read(path));
}

std::string DiskFileSystem::read(const std::string& path) const {
  std::string content;
  read_pieces(path, [&](std::string_view piece) {
    content += piece;
    return true;
  });
  return content;
}

void DiskFileSystem::read_pieces(const std::string& path, const std::function<bool(std::string_view)>& sink) const {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw Error(fmt::format("can't read {}: {}", path, reason(errno)));
  constexpr size_t kBlock = size_t{1} << 18U;
  const auto block = std::make_unique_for_overwrite<char[]>(kBlock);
  while (const size_t count = std::fread(block.get(), 1, kBlock, file.get())) {
    if (!sink({block.get(), count})) return;
  }
  if (std::ferror(file.get()) != 0) throw Error(fmt::format("can't read {}: {}", path, reason(errno)));
}

bool DiskFileSystem::is_file(const std::string& path) const {
  std::error_code failure;
  return std::filesystem::is_regular_file(path, failure);
}

bool DiskFileSystem::is_directory(const std::string& path) const {
  std::error_code failure;
  return std::filesystem::is_directory(path, failure);
}

std::vector<std::string> DiskFileSystem::list(const std::string& path) const {
  std::vector<std::string> names;
  std::error_code failure;
  std::filesystem::directory_iterator entry(path, failure);
  while (!failure && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(failure);
  }
  if (failure) throw Error(fmt::format("can't list {}: {}", path, failure.message()));
  std::ranges::sort(names);
  return names;
}

void MemoryFileSystem::write(const std::string& path, std::string content) {
  files_[normalised(path)] = std::move(content);
}

std::string MemoryFileSystem::read(const std::string& path) const {
  const auto file = files_.find(normalised(path));
  if (file != files_.end()) return file->second;
  throw Error(fmt::format("can't read {}: {}", path, reason(is_directory(path) ? EISDIR : ENOENT)));
}

bool MemoryFileSystem::is_file(const std::string& path) const {
  return files_.contains(normalised(path));
}

bool MemoryFileSystem::is_directory(const std::string& path) const {
  const std::string prefix = prefix_of(path);
  if (prefix.empty()) return true;
  const auto below = files_.lower_bound(prefix);
  return below != files_.end() && below->first.starts_with(prefix);
}

std::vector<std::string> MemoryFileSystem::list(const std::string& path) const {
  if (!is_directory(path)) {
    throw Error(fmt::format("can't list {}: {}", path, reason(is_file(path) ? ENOTDIR : ENOENT)));
  }
  const std::string prefix = prefix_of(path);
  std::set<std::string> names;
  for (auto file = files_.lower_bound(prefix); file != files_.end() && file->first.starts_with(prefix); ++file) {
    const std::string below = file->first.substr(prefix.size());
    const std::string name = below.substr(0, below.find('/'));
    if (!name.empty()) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::string join_path(const std::string& base, const std::string& relative) {
  return normalised(std::filesystem::path(base) / relative);
}

std::string parent_path(const std::string& path) {
  const std::filesystem::path whole = normalised(path);
  return normalised(whole.parent_path());
}

}  // namespace dagsim
