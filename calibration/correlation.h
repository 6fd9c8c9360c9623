// How the times of jobs move together from run to run, as a correlation matrix: the way to model dependence that a
// back-test holds against drawing whole runs (docs/method.md).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dagsim::calibration {

/// A time of every run for each job, by run and job; NaN where the run has none.
using TimesByRun = std::vector<std::vector<double>>;

/// Correlations of the normal scores of the times (of jobs that share runs), shrunk towards none by as much as their
/// sampling error asks for (Schaefer and Strimmer 2005), and made positive semidefinite. Row by row.
std::vector<std::vector<double>> shrunk_correlation(const TimesByRun& times);

/// A matrix whose product with independent standard normal values has these correlations. Row by row.
std::vector<std::vector<double>> factor_of(const std::vector<std::vector<double>>& correlation);

}  // namespace dagsim::calibration
