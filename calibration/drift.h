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
  double p_value = 0;  ///< at most: how often chance would show a change as clear in this job
};

/// The rate at which a history whose runs come in random order shows any change in any job: one in a hundred.
constexpr double kFalseChangeRate = 0.01;

/// The changes of all jobs, by job and run: those that a job's own times show (stats/change_points.h, with eight runs
/// at least on each side and medians that differ by a twentieth), with fewer than kFalseChangeRate / jobs by chance.
/// Where two or more jobs changed together, something that they share did, such as a runner. A change whose place the
/// job's own times leave open (95 % by likelihood ratio, Hansen 2000) stands where most others do. And there the other
/// jobs are looked at again: that the place need not be searched tells a change from fewer runs (common breaks, Bai
/// 2010). One in fifty of the jobs that did not change passes for changed then.
std::vector<LevelChange> find_level_changes(const Observations& observations);

/// Multiplies what was observed before a change by what the level has changed since. Of steps, of which nobody knows
/// whether they took part in it, the times before the last change are dropped if eight are left.
void align(Observations& observations, const std::vector<LevelChange>& changes);

}  // namespace dagsim::calibration
