// What past runs say about each job, for a person who wants to know what predictions rest on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "study/prediction.h"
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

/// One job. Times are seconds, those before a change moved to today's level.
struct JobProfile {
  std::string key;
  std::string name;
  uint32_t runs = 0;    ///< that measured it
  double presence = 0;  ///< share of the used runs that ran it
  double median = 0;
  double p90 = 0;
  double variation = 0;  ///< standard deviation / mean
  uint32_t stalls = 0;   ///< runs at three times the median or more
  std::string origin;    ///< of what is drawn for it: "measured", "inferred", "pooled", "assumed"
  std::vector<LevelChangeLine> changes;
};

struct CalibrateResult {
  std::string workflow;
  HistoryLine history;
  std::vector<JobProfile> jobs;  ///< that the event can run, longest median first
  std::vector<std::string> warnings;
};

/// Calibrates a workflow and tells what was learned. Empty when there are errors.
std::optional<CalibrateResult> calibrate(const FileSystem& files, const std::string& workflow, const Options& options,
                                         Diagnostics& diagnostics);

}  // namespace dagsim::study
