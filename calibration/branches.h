// How much the past runs of a branch tell of its next one: whoever pushes knows the branch, and runs of one pull
// request resemble one another in what they have to build and test.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "calibration/observation.h"

namespace dagsim::calibration {

/// The intraclass correlation of a run's length (logarithm of the last job's end) within its branch: 1 minus the mean
/// squared difference of neighbouring runs of a branch over twice the variance of all runs. Between 0 and 0.3, to which
/// it is drawn as if twenty pairs more had shown that likeness, so that a few chance pairs say little.
double branch_likeness(const Observations& observations, std::span<const uint32_t> runs);

/// What the weight of a run of `branch` is multiplied with, at least 1: together they get the share m r / (m r + 1 - r)
/// of all weight, which is that of the branch's own mean in the best linear prediction from m of its runs under
/// likeness r. 1 where nobody names the branch, or no run is of it, or all are. \param weights of `runs`
double branch_factor(const Observations& observations, std::span<const uint32_t> runs, std::span<const double> weights,
                     const std::string& branch);

}  // namespace dagsim::calibration
