#include "history/answer_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "history/gzip.h"

namespace dagsim::history {

namespace {

constexpr size_t kMostDepth = 12;  // of folders: links may lead in circles
constexpr size_t kMostFiles = 100'000;

bool ends_with_any(const std::string& path, const std::vector<std::string_view>& endings) {
  const std::string name = to_lower(path);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace

bool is_answer_name(const std::string& path) {
  return ends_with_any(path, {".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"});
}

bool is_ledger_name(const std::string& path) {
  return ends_with_any(path, {".yaml", ".yml"});
}

std::vector<std::string> find_files(const FileSystem& files, const std::string& folder,
                                    const std::function<bool(const std::string&)>& wanted) {
  std::vector<std::string> found;
  std::vector<std::pair<std::string, size_t>> open = {{folder, 0}};
  while (!open.empty() && found.size() < kMostFiles) {
    const auto [path, depth] = open.back();
    open.pop_back();
    if (files.is_file(path)) {
      found.push_back(path);
      continue;
    }
    std::vector<std::string> names = files.list(path);
    std::ranges::reverse(names);
    for (const std::string& name : names) {
      const std::string child = join_path(path, name);
      const bool looked_at = files.is_file(child) ? wanted(child) : depth < kMostDepth && files.is_directory(child);
      if (looked_at && !name.starts_with('.')) open.emplace_back(child, depth + 1);
    }
  }
  return found;
}

std::vector<std::string> find_answers(const FileSystem& files, const std::string& folder) {
  return find_files(files, folder, is_answer_name);
}

void read_text(const FileSystem& files, const std::string& path, uint64_t most,
               const std::function<bool(std::string_view)>& sink) {
  bool is_packed = false;
  bool is_first = true;
  files.read_pieces(path, [&](std::string_view piece) {
    is_packed = is_first && is_gzip(piece);
    is_first = false;
    return !is_packed && sink(piece);
  });
  if (is_packed) gunzip(files.read(path), path, most, sink);
}

std::shared_ptr<const SourceFile> load_text(const FileSystem& files, const std::string& path) {
  std::string text = files.read(path);
  if (is_gzip(text)) text = gunzip(text, path);
  return std::make_shared<const SourceFile>(path, std::move(text));
}

}  // namespace dagsim::history
