#include "workflow/remote.h"

#include <algorithm>

#include "base/text.h"

namespace dagsim::workflow {

namespace {

bool is_plain(std::string_view part) {
  if (part.empty() || part == "." || part == "..") return false;
  return std::ranges::none_of(part, [](char c) { return c == '\\' || c == ':' || (c >= 0 && c < ' ') || c == '\x7f'; });
}

bool all_plain(std::string_view path) {
  return std::ranges::all_of(split(path, '/'), is_plain);
}

std::optional<std::string> entry_of(const FileSystem& files, const std::string& folder, const std::string& name) {
  std::string exact = join_path(folder, name);
  if (files.is_directory(exact)) return exact;
  if (!files.is_directory(folder)) return std::nullopt;
  for (const std::string& entry : files.list(folder)) {
    if (!equals_ignore_case(entry, name)) continue;
    std::string path = join_path(folder, entry);
    if (files.is_directory(path)) return path;
  }
  return std::nullopt;
}

}  // namespace

std::optional<RemoteReference> parse_remote(std::string_view uses) {
  const size_t at = uses.find('@');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view path = uses.substr(0, at);
  const std::string_view ref = uses.substr(at + 1);
  if (!all_plain(path) || !all_plain(ref)) return std::nullopt;
  const size_t first = path.find('/');
  if (first == std::string_view::npos || path.starts_with('$')) return std::nullopt;
  const size_t second = path.find('/', first + 1);
  RemoteReference reference;
  reference.owner = path.substr(0, first);
  reference.repository = path.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
  if (second != std::string_view::npos) reference.path = path.substr(second + 1);
  reference.ref = ref;
  return reference;
}

std::string vendored_path(std::string_view uses) {
  const std::optional<RemoteReference> reference = parse_remote(uses);
  if (!reference) return {};
  std::string path = reference->owner + "/" + reference->repository + "/" + reference->ref;
  return reference->path.empty() ? path : path + "/" + reference->path;
}

std::optional<std::string> vendored_root(const FileSystem& files, const std::string& vendor,
                                         const RemoteReference& reference) {
  const std::optional<std::string> owner = entry_of(files, vendor, reference.owner);
  if (!owner) return std::nullopt;
  const std::optional<std::string> repository = entry_of(files, *owner, reference.repository);
  if (!repository) return std::nullopt;
  std::string root = join_path(*repository, reference.ref);
  if (!files.is_directory(root)) return std::nullopt;
  return root;
}

}  // namespace dagsim::workflow
