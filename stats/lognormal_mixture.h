// Lognormal distributions, one or a mixture of two, of times that are known exactly, between two bounds, or only to
// have been longer.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dagsim::stats {

/// What is known of one time, in seconds: low == high if it was measured, an infinite high if it was cut short.
struct TimeBounds {
  double low = 0;
  double high = 0;
  double weight = 1;  ///< how many times are known in the same way
};

/// What two clocks of whole seconds tell of the time between them: it lies within a second of their difference.
TimeBounds bounds_of_whole_seconds(double difference);

struct LognormalPart {
  double share = 1;
  double location = 0;   ///< mean of the logarithm
  double deviation = 0;  ///< standard deviation of the logarithm
};

struct LognormalMixture {
  std::vector<LognormalPart> parts;  ///< by location; none when nothing is known
  double log_likelihood = 0;

  /// The share of times up to `seconds`.
  double share_until(double seconds) const;
  /// \throws std::domain_error for no parts or p outside (0, 1).
  double quantile(double p) const;
  double mean() const;
};

/// The most likely mixture of one or two parts, by expectation and maximisation (Dempster, Laird and Rubin 1977), the
/// number of parts by Schwarz's criterion (1978). A part has a deviation of at least 0.01 and stands for five times at
/// least. Times of which nothing but the weight is known are passed over.
LognormalMixture fit_lognormal(std::span<const TimeBounds> times, size_t most_parts = 2);

/// The largest distance between the share of times up to some second by the mixture and by the product-limit estimator
/// (Kolmogorov's distance): 0 for a perfect fit, 1 at worst. Times between bounds stand in their middle.
double distance_of_fit(const LognormalMixture& mixture, std::span<const TimeBounds> times);

}  // namespace dagsim::stats
