// Where in its life a job fails.
#pragma once

#include <cstdint>
#include <vector>

#include "calibration/observation.h"
#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::calibration {

struct FailurePoints {
  /// Equally likely shares of a job's time at which its failure shows, ascending, model::kFailurePoints of them. Few
  /// failures are blended with the usual law, the cube root of a uniform share (median 0.79), which counts as ten.
  std::vector<float> shares;
  uint32_t failures = 0;  ///< red runs that tell, pooled over all jobs; each counts once, however many jobs failed
  double median = 0;      ///< of those; a job may fail later than it usually ends
};

/// From the red runs: how long each failed job had run, as a share of the median of its green times. A job that failed
/// after another one that it waits for only passed that on, and so does the gate; neither counts. Shares are empty
/// where no job failed whose green time is known.
FailurePoints find_failure_points(const Observations& observations, const model::Pipeline& pipeline,
                                  const model::Graph& graph);

}  // namespace dagsim::calibration
