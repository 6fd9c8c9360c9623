// What measured walls and spans say about jobs whose times were not published.
#pragma once

#include <string>
#include <vector>

#include "calibration/calibration.h"
#include "calibration/estimate.h"
#include "calibration/observation.h"

namespace dagsim::calibration {

/// A location and the deviation of its error, of ln(seconds).
struct Location {
  double location = 0;
  double uncertainty = 0;
};

/// What a hop is thought to take before any run was seen: hosted queues have a median of 3 to 5 s over five public
/// repositories.
constexpr double kDispatchMedian = 3;

/// The time from a job's being eligible to its start, one figure for every hop.
struct Dispatch {
  Location median;         ///< of ln(seconds)
  double deviation = 0.5;  ///< from hop to hop
  model::Origin origin = model::Origin::Assumed;
  std::vector<double> draws;  ///< equally likely medians, joint with what the same run said about jobs; may be empty
};

/// Runs the runs with walls or spans through their pipelines with the unpublished times drawn from what is known so
/// far, and keeps the draws by how well they explain the wall and the spans. Updates `estimator` (jobs that nobody
/// measured) and returns the dispatch.
Dispatch infer_from_walls(const Observations& observations, const std::vector<Shape>& shapes,
                          const Vocabulary& vocabulary, Estimator& estimator);

}  // namespace dagsim::calibration
