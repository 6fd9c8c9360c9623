#include "workflow/library.h"

#include <utility>

#include "expression/expression.h"
#include "workflow/remote.h"

namespace dagsim::workflow {

namespace {

/// A path below `root`; nothing when it leads out of it.
std::optional<std::string> below(const std::string& root, const std::string& relative) {
  if (root.empty() || relative.starts_with('/')) return std::nullopt;
  const std::string inner = join_path(".", relative);
  if (inner == ".." || inner.starts_with("../")) return std::nullopt;
  return join_path(root, inner);
}

bool is_workflow_path(const std::string& path) {
  constexpr std::string_view kFolder = "/.github/workflows/";
  const size_t slash = path.rfind('/');
  const bool is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
  return is_yaml && slash != std::string::npos && ("/" + path.substr(0, slash + 1)).ends_with(kFolder);
}

const expression::Value* member(const expression::Value* value, std::string_view name) {
  const bool is_object = value != nullptr && value->kind() == expression::Kind::Object;
  return is_object ? value->object().find(name) : nullptr;
}

/// "npm@10" of `packageManager`, else "npm" of `devEngines`.
std::string manager_of(const std::string& text) {
  try {
    const expression::Value root = expression::from_json(text);
    const expression::Value* manager = member(&root, "packageManager");
    if (manager == nullptr) manager = member(member(member(&root, "devEngines"), "packageManager"), "name");
    return manager == nullptr ? "" : expression::to_string(*manager);
  } catch (const expression::ExpressionError&) {
    return "";
  }
}

}  // namespace

Library::Library(const FileSystem& files, std::string root, const std::vector<std::string>& vendor,
                 Diagnostics& diagnostics, const yaml::Limits& limits)
    : files_(files), root_(std::move(root)), diagnostics_(diagnostics), limits_(limits) {
  for (const std::string& folder : vendor) {
    if (files_.is_directory(folder)) vendor_.push_back(folder);
  }
}

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

const ActionDocument* Library::action(const std::string& folder) {
  auto found = actions_.find(folder);
  if (found == actions_.end()) {
    std::optional<ActionDocument> action;
    for (const char* name : {"action.yml", "action.yaml"}) {
      const std::string path = join_path(folder, name);
      if (!files_.is_file(path)) continue;
      Diagnostics own;
      action = parse_action(std::make_shared<const SourceFile>(path, files_.read(path)), own, limits_);
      diagnostics_.append(own);
      if (own.has_errors()) action.reset();
      break;
    }
    found = actions_.emplace(folder, std::move(action)).first;
  }
  return found->second ? &*found->second : nullptr;
}

Found Library::resolve(const std::string& uses, const Origin& origin) const {
  const bool is_here = uses.starts_with("./");
  if (is_here || uses.starts_with("$/")) {
    const std::string& root = is_here ? origin.here : origin.self;
    if (std::optional<std::string> path = below(root, uses.substr(2))) return {Found::Kind::Missing, *path, root};
    return {Found::Kind::Missing, "", ""};
  }
  const std::optional<RemoteReference> reference = parse_remote(uses);
  if (!reference) return {};
  for (const std::string& folder : vendor_) {
    const std::optional<std::string> root = vendored_root(files_, folder, *reference);
    if (root) return {Found::Kind::Missing, join_path(*root, reference->path), *root};
  }
  return {Found::Kind::Remote, "", ""};
}

Found Library::find_workflow(const std::string& uses, const Origin& origin) {
  const std::string path = uses.substr(0, uses.find('@'));
  const bool is_own = uses.starts_with("./") || uses.starts_with("$/");
  if (!is_workflow_path(path) || (is_own && path.size() != uses.size())) return {};
  Found found = resolve(uses, origin);
  if (found.kind == Found::Kind::Missing && !found.path.empty() && files_.is_file(found.path)) {
    found.kind = Found::Kind::Here;
  }
  return found;
}

Found Library::find_action(const std::string& uses, const Origin& origin) {
  const std::string from = uses.starts_with("$/") ? origin.self : origin.here;
  const auto [place, is_new] = found_actions_.try_emplace({uses, from});
  Found& found = place->second;
  if (!is_new) return found;
  found = resolve(uses, origin);
  if (found.kind == Found::Kind::Missing && !found.path.empty() && has_action(found.path)) {
    found.kind = Found::Kind::Here;
  }
  return found;
}

std::vector<std::string> Library::workflows_of(const std::string& root) const {
  std::vector<std::string> result;
  if (root.empty()) return result;
  for (const std::string& path : workflow_files(files_, join_path(root, ".github/workflows"))) {
    result.push_back("./.github/workflows/" + path.substr(path.rfind('/') + 1));
  }
  return result;
}

const std::optional<std::string>& Library::package_manager() {
  if (!package_manager_) {
    package_manager_.emplace();
    const std::string path = join_path(root_, "package.json");
    if (!root_.empty() && files_.is_file(path)) *package_manager_ = manager_of(files_.read(path));
  }
  return *package_manager_;
}

bool Library::has_action(const std::string& folder) const {
  return files_.is_file(join_path(folder, "action.yml")) || files_.is_file(join_path(folder, "action.yaml"));
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
