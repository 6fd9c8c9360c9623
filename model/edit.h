// Edits: named lists of operations on a pipeline, and what makes one illegal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "model/pipeline.h"

namespace dagsim::model {

struct RemoveJob {
  std::string job;
};
struct AddJob {
  std::string id;
  std::string caller;
  std::vector<std::string> needs;
  std::vector<std::string> needed_by;
  std::string like;  ///< an existing job whose steps, runner and time it takes
  std::optional<AssumedDuration> duration;
  std::string runs_on;
  std::vector<std::string> restores;
  std::vector<std::string> saves;
  std::vector<std::string> covers;  ///< kinds of defects that it catches
};
struct MoveJob {
  std::string job;
  std::string to;  ///< id path of a caller, "" for the top level
  std::optional<std::vector<std::string>> needs;
};
/// Runs a workflow that came after another one with the push: only `publish` still waits for the other.
struct MergeTrigger {
  std::string publish;
};
struct RemoveNeed {
  std::vector<std::string> jobs;
  std::string need;
};
struct AddNeed {
  std::vector<std::string> jobs;
  std::string need;
};
struct RemoveStep {
  std::string job;
  std::string step;
};
struct Bucket {
  std::string name;
  std::vector<std::string> members;
};
struct BucketMatrix {
  std::string job;
  std::string key;
  std::vector<Bucket> buckets;  ///< empty: `into` equal ones, in the order of the legs
  size_t into = 0;
};
struct MergeJobs {
  std::vector<std::string> jobs;
  std::string into;
};
struct Scale {
  std::string job;
  std::string step;  ///< "" for the whole job
  double by = 1;
};
struct SetDuration {
  std::string job;
  std::string step;
  AssumedDuration duration;
};
struct SetCache {
  std::string family;
  std::optional<std::string> saver;  ///< job reference that saves from now on
  std::optional<double> warm;        ///< probability of an exact hit at the start of a run
  std::optional<std::string> key;
};
struct SetCondition {
  std::string job;
  std::string step;
  std::string condition;
};
struct SetRunner {
  std::string job;
  std::vector<std::string> runs_on;
  std::optional<AssumedDuration>
      speed;  ///< how many times as fast it is; without it history decides, else a range is assumed
};
/// Both carried out by the study, which has the other edits and the file system.
struct Include {
  std::string edit;
};
struct ReplaceWorkflow {
  std::string with;
};

using Action = std::variant<RemoveJob, AddJob, MoveJob, MergeTrigger, RemoveNeed, AddNeed, RemoveStep, BucketMatrix,
                            MergeJobs, Scale, SetDuration, SetCache, SetCondition, SetRunner, Include, ReplaceWorkflow>;

struct Operation {
  Action action;
  SourceRange where;
};

/// Reads one item of a `do:` list. Findings name what is known when something is unknown (operations, fields).
std::optional<Operation> parse_operation(const std::shared_ptr<const SourceFile>& file, const yaml::Node& node,
                                         Diagnostics& diagnostics);

/// What an edit leaves behind for the report.
struct EditEffects {
  std::vector<std::string> notes;          ///< what was done beyond the letter of the edit
  std::vector<std::string> lost_coverage;  ///< defect kinds that no job catches any more
  /// Families whose warm probability the edit sets.
  std::vector<std::pair<std::string, double>> warm;
};

struct ApplyOptions {
  bool allow_lost_coverage = false;  ///< a defect kind that nobody catches any more is reported, but no error
};

/// Applies operations in order; conditions and gates that name a removed job are edited with it. An edit is judged as a
/// whole: after the last operation, outputs, artifacts and caches that jobs still use must have a maker, needs must
/// resolve, and no condition may be left dangling; each violation is an error at the operation, with a note at the line
/// that still needs what is gone. Include and ReplaceWorkflow must have been resolved before. On errors `pipeline` is
/// unspecified.
EditEffects apply(Pipeline& pipeline, const std::vector<Operation>& operations, Diagnostics& diagnostics,
                  const ApplyOptions& options = {});

}  // namespace dagsim::model
