// dagsim.yaml: what a repository tells about itself that its workflow files don't.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/log_rules.h"
#include "model/cache.h"
#include "model/pipeline.h"

namespace dagsim::study {

/// What a kind of commit makes the jobs that route others say.
struct ChangeClass {
  std::string name;
  std::string title;
  std::vector<std::pair<std::string, std::string>> outputs;  ///< "job.output" and its value
  std::vector<std::pair<std::string, std::string>> inputs;
  std::optional<double> weight;    ///< how frequent it is beside the others
  std::vector<std::string> paths;  ///< globs; a commit that changes nothing else is of this class
};

struct Project {
  std::string path;                          ///< of the file, "" when there is none
  std::string history;                       ///< resolved path, "" if not given
  std::vector<std::string> vendor;           ///< resolved folders of what other repositories define
  std::map<std::string, std::string> gates;  ///< workflow file name to job
  std::vector<model::Pool> pools;
  std::vector<ChangeClass> changes;
  std::string default_change;
  std::vector<model::DefectKind> defects;
  std::map<std::string, std::vector<std::pair<std::string, model::CacheState>>> cache_words;
  std::map<std::string, std::string> job_names;
  /// What dagsim.yaml says of a finding's rule; no value: off.
  std::map<std::string, std::optional<Severity>> finding_severity;
  std::vector<history::LogRule> log_rules;  ///< what to look for in job logs besides the built-in wordings

  const ChangeClass* find_change(const std::string& name) const;
};

/// Reads <repository>/dagsim.yaml, <repository>/.github/dagsim.yaml or the one in the parent folder, whichever is found
/// first; an empty project when there is none.
Project read_project(const FileSystem& files, const std::string& repository, Diagnostics& diagnostics);

}  // namespace dagsim::study
