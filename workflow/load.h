// From workflow files to a Pipeline: the door of this folder.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "expression/value.h"
#include "model/pipeline.h"
#include "workflow/limits.h"
#include "workflow/trigger_rules.h"

namespace dagsim::workflow {

/// What GitHub would know when it starts the run.
struct Request {
  std::string path;           ///< a repository-like folder (with .github/workflows) or a workflow file
  std::string workflow_file;  ///< which file of a folder ("ci.yml"); "": the one that the event triggers, or ci.yml
                              ///< among several
  std::string event = "pull_request";
  std::vector<model::Pipeline::Output> outputs;  ///< outputs of jobs, as the change class gives them
  std::vector<std::pair<std::string, std::string>>
      inputs;                   ///< workflow_dispatch inputs; declared defaults fill the rest
  expression::Object contexts;  ///< what is known of `github`, `inputs`, `vars`, …; wins over what is imagined
  /// Paths that the commit changes, if they are known: outputs of jobs that look at paths follow from them where nobody
  /// supplies them (path_filters.h).
  std::optional<std::vector<std::string>> changed_files = {};
  Limits limits;  ///< of the expansion
  /// Folders that hold what other repositories define: `owner/repo/path@ref` is looked up as
  /// FOLDER/owner/repo/ref/path, in this order and last in `.dagsim/vendor` of the repository. The first that has
  /// owner/repo/ref answers.
  std::vector<std::string> vendor;
};

/// Reads, checks and expands. Findings have positions; the result is empty only when there are errors. Presence of the
/// jobs is not resolved yet (model::resolve_presence). What GitHub fetches from elsewhere and no vendor folder has
/// stays opaque: a remote workflow is one job, with a warning; a remote action is one step, as in the log, with a note
/// when there is a vendor folder that could have it.
std::optional<model::Pipeline> load(const FileSystem& files, const Request& request, Diagnostics& diagnostics);

/// A pipeline with the filters of the trigger that it was expanded for.
struct Loaded {
  model::Pipeline pipeline;
  TriggerFilters filters;
};
/// The same as load; an empty event of the request means pull_request, else push, else the first of the workflow.
std::optional<Loaded> load_with_filters(const FileSystem& files, const Request& request, Diagnostics& diagnostics);

/// Whether the event of a request starts what was loaded for it, as far as branch and changed files are known.
TriggerDecision decide_start(const Loaded& loaded, const Request& request);

/// The root of the repository that `path` lies in: the folder itself, or the folder above `.github`; "" when there is
/// none.
std::string repository_root(const FileSystem& files, const std::string& path);

}  // namespace dagsim::workflow
