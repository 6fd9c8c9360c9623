// Past runs as a DAG sees them: each run's own job times, and the wall clock that they give for the pipeline or for a
// part of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calibration/observation.h"
#include "study/session.h"

namespace dagsim::study {

/// One past run: what a back-test predicts from and what it is held against.
struct PastRun {
  const history::RunRecord* record = nullptr;
  std::vector<uint8_t> ran;      ///< by JobId
  std::vector<double> seconds;   ///< by JobId, 0 for a job that did not run
  std::vector<double> dispatch;  ///< by JobId, likewise
};

/// A choice of jobs of a pipeline, by JobId: 1 stays.
using Kept = std::vector<uint8_t>;

/// The runs of the pipeline's own shape with the times of all their jobs, in order of time; others are counted.
std::vector<PastRun> past_runs(const Session& session, std::map<std::string, uint32_t>& excluded);

/// The wall clock that a run's own times give when only the jobs in `kept` take time.
double wall_of(const PastRun& run, const Kept& kept, const Expanded& expanded);

/// `count` random choices of jobs, each leaving out about half of those that take time; the gate always stays.
std::vector<Kept> draw_sub_pipelines(const Expanded& expanded, uint32_t count, uint64_t seed);

}  // namespace dagsim::study
