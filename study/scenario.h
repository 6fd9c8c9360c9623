// A scenario file: a baseline and the edits whose effect is asked for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "model/cache.h"
#include "model/edit.h"

namespace dagsim::study {

/// A known outcome of an edit. It is for comparison only and never enters a prediction.
struct Outcome {
  std::optional<double> wall;                        ///< seconds
  std::vector<std::pair<std::string, double>> jobs;  ///< by key (or id path: then the longest leg), seconds
  std::string run;
};

/// Something that was tried or thought of and that the model can't predict.
struct NotPredicted {
  std::string technique;  ///< its id in the ledger
  std::string why;
};

/// A workflow of the same push that the one asked about waits for.
struct Sibling {
  std::string file;            ///< "ci.yml", beside the workflow
  std::string event = "push";  ///< that starts it
  bool is_before =
      false;  ///< the run starts when this workflow has ended (`after`); else the gates are awaited together
  std::vector<std::pair<std::string, model::CacheState>> caches;  ///< as Scenario::caches, its own
  SourceRange where;
};

struct EditSpec {
  std::string id;
  std::string title;
  std::vector<model::Operation> operations;
  std::optional<Outcome> measured;
  std::vector<std::string> techniques;  ///< ids in the ledger: what the edit is known as there
  SourceRange where;
};

struct Scenario {
  std::string path;
  std::string title;
  std::string workflow;               ///< resolved path of a repository-like folder or a workflow file
  std::string history;                ///< resolved path, "" if the project file names it
  std::string history_before;         ///< id of the first run that must not be learned from, "" for none
  std::vector<std::string> variants;  ///< of the workflow's shape in a ledger, whose runs are learned from too
  std::string event = "pull_request";
  std::string branch;                                        ///< of the commit, "" if unknown
  std::string change;                                        ///< change class, "" for the default
  std::vector<std::pair<std::string, std::string>> outputs;  ///< "job.output" and its value
  std::optional<std::string> gate;
  std::vector<std::pair<std::string, model::CacheState>> caches;  ///< family glob and assumed state at the start
  std::vector<Sibling> siblings;
  std::optional<Outcome> measured;  ///< of the baseline
  std::vector<EditSpec> edits;
  std::vector<NotPredicted> not_predicted;
  bool allow_lost_coverage = false;
};

/// Reads a scenario; paths in it are relative to its folder. Findings have positions. Empty only when there are errors.
std::optional<Scenario> read_scenario(const FileSystem& files, const std::string& path, Diagnostics& diagnostics);

}  // namespace dagsim::study
