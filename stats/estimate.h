// Estimators with their error: quantiles, means, intervals.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dagsim::stats {

/// An interval at a level of confidence (0.95 for 95 %).
struct Interval {
  double low = 0;
  double high = 0;
  double confidence = 0.95;
  bool holds(double value) const { return low <= value && value <= high; }
};

double mean(std::span<const double> values);
/// With n - 1; 0 for fewer than two values.
double standard_deviation(std::span<const double> values);

/// The p-quantile (type 7 of Hyndman and Fan 1996, linear interpolation) of values that need not be sorted.
/// \throws std::domain_error for no values or p outside [0, 1].
double quantile(std::span<const double> values, double p);
/// The same of sorted values.
double quantile_sorted(std::span<const double> sorted, double p);

/// Several quantiles by selection, in linear time. \param probabilities ascending.
/// \throws std::domain_error as quantile does.
std::vector<double> quantiles(std::vector<float> values, std::span<const double> probabilities);

/// Quantile of Student's t with `degrees` > 0 degrees of freedom (Hill 1970, Algorithm 396, refined by Newton steps).
double student_quantile(double p, double degrees);

/// Mean of edited - base in each of as many equal batches, which lie one after another.
std::vector<double> batch_changes(std::span<const float> base, std::span<const float> edited, size_t batches);

/// The estimate's interval from batch estimates that are equally likely (one for each history resample): their
/// quantiles at the positions k / (n + 1) (type 6 of Hyndman and Fan 1996), so that it stays within what was seen; with
/// too few batches to reach the ends, the mean
/// -/+ t * their standard deviation. It is the spread of the estimate itself, so it does not shrink with the number of
/// batches.
Interval interval_of_resamples(std::span<const double> batch_estimates, double confidence);

/// Continuous ranked probability score of an empirical forecast against an outcome (Gneiting and Raftery 2007), lower
/// is better.
double crps(std::span<const double> forecast, double outcome);

}  // namespace dagsim::stats
