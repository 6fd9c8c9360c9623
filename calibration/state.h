// What a Calibration holds once it has learned; shared by the files that implement it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "calibration/calibration.h"
#include "calibration/drift.h"
#include "calibration/estimate.h"
#include "calibration/failure_points.h"
#include "calibration/inference.h"
#include "calibration/observation.h"

namespace dagsim::calibration {

struct Calibration::State {
  History history;  ///< observations point into it
  std::vector<Shape> shapes;
  Vocabulary vocabulary;
  Observations observations;  ///< times are moved to today's levels
  std::vector<LevelChange> changes;
  Estimator estimator;
  Dispatch dispatch;
  std::vector<double> run_factor;  ///< by used run: how much slower (in ln) its jobs were than their group, shrunk
  std::vector<std::vector<uint32_t>> donors;  ///< by used run (donors.h)
  double shared_variance = 0;  ///< share of the variance that the run factor carries (intra-class correlation)
  FailurePoints failure_points;
  Replay replay;
  Summary summary;

  State(const History& source, std::vector<Shape> known_shapes, Vocabulary words, Diagnostics& diagnostics)
      : history(source),
        shapes(std::move(known_shapes)),
        vocabulary(std::move(words)),
        observations(observe(history, shapes, vocabulary, diagnostics)),
        changes(find_level_changes(observations)),
        estimator(aligned()) {}

 private:
  const Observations& aligned() {
    align(observations, changes);
    return observations;
  }
};

/// The factor that all jobs of a run share, by run, and the share of the variance it carries (method of moments over
/// ordered pairs of residuals in a run; with fewer than 30 of them 0.2 is taken, the middle of what five public
/// repositories show).
void learn_run_factors(const Observations& observations, const Estimator& estimator, std::vector<double>& factor,
                       double& shared_variance);

/// The wall clock of a used run: published, or the completion of the gate as its records give it; 0 if unknown.
double wall_of(const UsedRun& run, const Shape& shape);

/// Replays every run with a wall clock.
Replay replay_runs(const Calibration::State& state);

}  // namespace dagsim::calibration
