// Brings workflow, history, edits and engine together: the commands' work without their command line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "model/cache.h"
#include "study/prediction.h"
#include "study/scenario.h"

namespace dagsim::study {

/// What a command line may say about any prediction; empty fields leave the scenario's or the project's word.
struct Options {
  uint64_t seed = 1;
  uint64_t replications = 100'000;  ///< with a precision the most of them
  double precision = 0;             ///< to which means are to be known (study/precision.h), 0 for any
  unsigned threads = 0;
  uint32_t best_set = 1;  ///< most edits of the set that gains most together; 1 for no such question
  std::string gate;
  std::string event;
  std::string change;
  std::string branch;  ///< of the commit
  std::string history;
  std::string history_before;
  std::string workflow_file;
  std::vector<std::pair<std::string, std::string>> outputs;
  std::optional<std::vector<std::string>> changed_files;          ///< paths that the commit changes
  std::vector<std::pair<std::string, model::CacheState>> caches;  ///< on top of the scenario's
  bool by_change = false;                                         ///< also predict each change class by itself
  std::optional<std::set<std::string>> ran;  ///< streams of the jobs that run, of those on which past runs decide
  bool force = false;                        ///< predict although the replay is off by more than 10 %
  bool allow_lost_coverage = false;
  std::function<void(double)> progress;
};

/// Ranks the edits of a scenario. Empty when there are errors.
std::optional<Prediction> what_if(const FileSystem& files, const Scenario& scenario, const Options& options,
                                  Diagnostics& diagnostics);

/// Predicts one pipeline without edits. \param workflow a repository-like folder or a workflow file.
std::optional<Prediction> simulate(const FileSystem& files, const std::string& workflow, const Options& options,
                                   Diagnostics& diagnostics);

/// A finding about the head version of a workflow (`dagsim check`).
struct Finding {
  std::string rule;
  Severity severity = Severity::Warning;
  std::string message;
  SourceRange where;
  std::vector<std::string> about = {};  ///< jobs, needs or caches: what makes it the same finding in two versions
};

struct CheckResult {
  Prediction prediction;  ///< baseline: base; its only edit: head
  double regression = 0;  ///< mean wall change as a share of the base's mean
  double threshold = 0;
  bool failed = false;            ///< the whole interval of the change lies above the threshold
  std::vector<Finding> findings;  ///< that head has and base had not
  uint32_t old_findings = 0;      ///< that both have
};

/// Compares two versions of a workflow under one history. \param threshold share of the base's mean wall clock, 0.05
/// for 5 %.
std::optional<CheckResult> check(const FileSystem& files, const std::string& base, const std::string& head,
                                 double threshold, const Options& options, Diagnostics& diagnostics);

}  // namespace dagsim::study
