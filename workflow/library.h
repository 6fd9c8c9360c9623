// The workflow files and local actions of one repository, each read and parsed once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "workflow/document.h"

namespace dagsim::workflow {

class Library {
 public:
  /// `root` is the folder that `./` in `uses` means; "" when the workflow lies in no repository.
  Library(const FileSystem& files, std::string root, Diagnostics& diagnostics, const yaml::Limits& limits = {})
      : files_(files), root_(std::move(root)), diagnostics_(diagnostics), limits_(limits) {}

  const std::string& root() const { return root_; }

  /// The workflow at a path, or null when it has errors (reported once). The file must exist.
  const Document* workflow(const std::string& path);
  /// The path of `./.github/workflows/x.yml`; nothing when there is no such file.
  std::optional<std::string> find_workflow(const std::string& uses) const;
  /// Every workflow that `uses` may name: "./.github/workflows/a.yml", …
  std::vector<std::string> local_workflows() const;
  /// The action in the folder of `./path`; null when there is none or it has errors.
  const ActionDocument* action(const std::string& uses);
  /// Whether there is an action at all, readable or not.
  bool has_action(const std::string& uses) const;

 private:
  const FileSystem& files_;
  std::string root_;
  Diagnostics& diagnostics_;
  yaml::Limits limits_;
  std::map<std::string, std::optional<Document>> workflows_;
  std::map<std::string, std::optional<ActionDocument>> actions_;
};

/// The workflow files (paths) directly in a folder, sorted by name.
std::vector<std::string> workflow_files(const FileSystem& files, const std::string& folder);

}  // namespace dagsim::workflow
