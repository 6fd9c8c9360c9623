// The workflow files and actions of a repository and of the ones it refers to, each found once and parsed once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "workflow/document.h"

namespace dagsim::workflow {

/// Where a `uses` leads.
struct Found {
  enum class Kind {
    Here,      ///< in this repository or in a vendor folder
    Missing,   ///< should lie in a repository that is here, but doesn't
    Remote,    ///< in another repository, which no vendor folder has
    Malformed  ///< no reference at all, or an image
  };
  Kind kind = Kind::Malformed;
  std::string path;  ///< Kind::Here: of the workflow file, or of the action's folder
  std::string root;  ///< Kind::Here: the repository that it belongs to
};

/// The repositories that `./` and `$/` stand for. GitHub resolves them differently.
struct Origin {
  std::string here;  ///< `./`: for a workflow the repository of the calling file, for an action what was checked out
  std::string self;  ///< `$/`: the repository of the file that says it
};

class Library {
 public:
  /// `root` is the repository's folder, "" when the workflow lies in none. Of the vendor folders the first that has a
  /// reference answers; ones that don't exist are left out. See Request::vendor for their layout.
  Library(const FileSystem& files, std::string root, const std::vector<std::string>& vendor, Diagnostics& diagnostics,
          const yaml::Limits& limits = {});

  const std::string& root() const { return root_; }
  const FileSystem& files() const { return files_; }
  /// The vendor folders that exist.
  const std::vector<std::string>& vendor() const { return vendor_; }

  /// The workflow at a path, or null when it has errors (reported once). The file must exist.
  const Document* workflow(const std::string& path);
  /// The action in a folder; null when there is none or it has errors (reported once).
  const ActionDocument* action(const std::string& folder);

  Found find_workflow(const std::string& uses, const Origin& origin);
  Found find_action(const std::string& uses, const Origin& origin);

  /// Every workflow that `uses` may name in a repository: "./.github/workflows/a.yml", …
  std::vector<std::string> workflows_of(const std::string& root) const;

  /// The package manager that package.json at the root names, with its version if it says one, "" when it names none;
  /// nothing without such a file.
  const std::optional<std::string>& package_manager();

 private:
  /// Missing, with the path that is meant, where the repository is here; whether something lies there is not asked.
  Found resolve(const std::string& uses, const Origin& origin) const;
  bool has_action(const std::string& folder) const;

  const FileSystem& files_;
  std::string root_;
  std::vector<std::string> vendor_;
  Diagnostics& diagnostics_;
  yaml::Limits limits_;
  std::map<std::string, std::optional<Document>> workflows_;
  std::map<std::string, std::optional<ActionDocument>> actions_;
  std::map<std::pair<std::string, std::string>, Found> found_actions_;  ///< by what is used, and from where
  std::optional<std::optional<std::string>> package_manager_;
};

/// The workflow files (paths) directly in a folder, sorted by name.
std::vector<std::string> workflow_files(const FileSystem& files, const std::string& folder);

}  // namespace dagsim::workflow
