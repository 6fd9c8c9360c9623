#include "workflow/library.h"

namespace dagsim::workflow {

namespace {

/// "./a/b" as a path below `root`; nothing when it isn't local.
std::optional<std::string> local_path(const std::string& root, const std::string& uses) {
  if (root.empty() || !(uses.starts_with("./") || uses.starts_with("$/"))) return std::nullopt;
  return join_path(root, uses.substr(2));
}

}  // namespace

const Document* Library::workflow(const std::string& path) {
  auto found = workflows_.find(path);
  if (found == workflows_.end()) {
    Diagnostics own;
    std::optional<Document> document =
        parse_workflow(std::make_shared<const SourceFile>(path, files_.read(path)), own, limits_);
    diagnostics_.append(own);
    if (own.has_errors()) document.reset();
    found = workflows_.emplace(path, std::move(document)).first;
  }
  return found->second ? &*found->second : nullptr;
}

std::optional<std::string> Library::find_workflow(const std::string& uses) const {
  const std::optional<std::string> path = local_path(root_, uses);
  if (!path || !files_.is_file(*path)) return std::nullopt;
  return path;
}

std::vector<std::string> Library::local_workflows() const {
  std::vector<std::string> result;
  if (root_.empty()) return result;
  for (const std::string& path : workflow_files(files_, join_path(root_, ".github/workflows"))) {
    result.push_back("./.github/workflows/" + path.substr(path.rfind('/') + 1));
  }
  return result;
}

const ActionDocument* Library::action(const std::string& uses) {
  const std::optional<std::string> folder = local_path(root_, uses);
  if (!folder) return nullptr;
  auto found = actions_.find(*folder);
  if (found == actions_.end()) {
    std::optional<ActionDocument> action;
    for (const char* name : {"action.yml", "action.yaml"}) {
      const std::string path = join_path(*folder, name);
      if (!files_.is_file(path)) continue;
      Diagnostics own;
      action = parse_action(std::make_shared<const SourceFile>(path, files_.read(path)), own, limits_);
      diagnostics_.append(own);
      if (own.has_errors()) action.reset();
      break;
    }
    found = actions_.emplace(*folder, std::move(action)).first;
  }
  return found->second ? &*found->second : nullptr;
}

bool Library::has_action(const std::string& uses) const {
  const std::optional<std::string> folder = local_path(root_, uses);
  return folder &&
         (files_.is_file(join_path(*folder, "action.yml")) || files_.is_file(join_path(*folder, "action.yaml")));
}

std::vector<std::string> workflow_files(const FileSystem& files, const std::string& folder) {
  std::vector<std::string> result;
  if (!files.is_directory(folder)) return result;
  for (const std::string& name : files.list(folder)) {
    if (!name.ends_with(".yml") && !name.ends_with(".yaml")) continue;
    std::string path = join_path(folder, name);
    if (files.is_file(path)) result.push_back(std::move(path));
  }
  return result;
}

}  // namespace dagsim::workflow
