// Where the times of a job changed for good: a new runner, another tool chain, more tests. What came before is moved to
// the level of today, so that it still teaches how far runs spread and how they move together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calibration/observation.h"

namespace dagsim::calibration {

/// One lasting change of one job's level.
struct LevelChange {
  std::string leg;          ///< newest name with selector
  uint32_t definition = 0;  ///< index into Observations::definitions
  uint32_t run = 0;         ///< index into Observations::runs: the first one after the change that ran the job
  double before = 0;        ///< median seconds since the change before, or the first run
  double after = 0;         ///< median seconds until the next change, or the last run
  uint32_t runs_before = 0;
  uint32_t runs_after = 0;
  double p_value = 0;  ///< at most: how often a shuffled history would show a change as clear in this job
};

/// The rate at which a history whose runs come in random order shows any change in any job: one in a hundred.
constexpr double kFalseChangeRate = 0.01;

/// The changes of all jobs, by job and run. Times are compared by rank, so single stalls don't matter. A job's history
/// is cut where the standardised rank sum of the runs before is farthest from what chance gives (Pettitt 1979, with all
/// places weighed alike), and both sides are cut again. The distance is discounted where neighbouring runs are alike: a
/// job that is slow for ten runs in a row now and then has not changed for good. It counts if fewer than
/// kFalseChangeRate / jobs of the job's permutations get that far. A side has eight runs at least, and their medians
/// differ by a twentieth at least.
std::vector<LevelChange> find_level_changes(const Observations& observations);

/// Multiplies what was observed before a change by what the level has changed since.
void align(Observations& observations, const std::vector<LevelChange>& changes);

}  // namespace dagsim::calibration
