// What past runs say about each job, for a person who wants to know what predictions rest on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/history.h"
#include "study/prediction.h"
#include "study/spread.h"
#include "study/study.h"

namespace dagsim::study {

/// A lasting change of a job's level (calibration/drift.h).
struct LevelChangeLine {
  std::string run;             ///< the first one after it
  std::optional<double> time;  ///< its start, Unix seconds
  double before = 0;           ///< median seconds
  double after = 0;
  uint32_t runs_after = 0;
};

/// A job in one cache state that runs were in.
struct StateProfile {
  std::string state;  ///< what it finds in its caches, such as "target-cache miss"
  Spread spread;
};

struct StepProfile {
  std::string step;
  Spread spread;
};

/// One job. Times before a change are moved to today's level.
struct JobProfile {
  std::string key;
  std::string name;
  double presence = 0;  ///< share of the used runs that ran it
  Spread spread;
  std::string origin;  ///< of what is drawn for it: "measured", "inferred", "pooled", "assumed"
  std::vector<LevelChangeLine> changes;
  std::vector<StateProfile> states;  ///< most frequent first; none when it was seen in one only
  std::vector<StepProfile> steps;    ///< in the order of the job; none when the history has none
};

/// A job as it ran, with the same steps and cache states, on one of several kinds of machines.
struct RunnerProfile {
  std::string job;     ///< id path
  std::string runner;  ///< labels, "self-hosted,big"
  uint32_t runs = 0;
  double median = 0;  ///< seconds; of a matrix the middle of its legs
  double ratio = 1;   ///< to the first runner of the job, the one with most runs
};

struct CalibrateResult {
  std::string workflow;
  HistoryLine history;
  std::vector<JobProfile> jobs;        ///< that the event can run, longest median first
  std::vector<RunnerProfile> runners;  ///< jobs seen on several; job by job, most runs first
  std::vector<std::string> warnings;
  history::History records;  ///< all that was learned from, without the runs of other workflows
};

/// Calibrates a workflow and tells what was learned. Empty when there are errors.
std::optional<CalibrateResult> calibrate(const FileSystem& files, const std::string& workflow, const Options& options,
                                         Diagnostics& diagnostics);

}  // namespace dagsim::study
