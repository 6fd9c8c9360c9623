// How times spread, of a job, of a job in one cache state, or of a step: for people who want to know what was learned.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/lognormal_mixture.h"

namespace dagsim::study {

/// Seconds, unless said otherwise.
struct Spread {
  uint32_t times = 0;      ///< measured to their end; with none all that follows is 0
  uint32_t cut_short = 0;  ///< others, of which only a part was seen
  double median = 0;       ///< of those measured; below ten seconds of `law`, since the clock counts whole seconds
  double p90 = 0;          ///< likewise
  double mean = 0;
  double variation = 0;  ///< standard deviation / mean
  uint32_t stalls = 0;   ///< times of three medians or more
  /// The median had nothing been cut short (product limit); empty when half of the times were, or none.
  std::optional<double> uncut_median;
  stats::LognormalMixture
      law;              ///< what fits best, rounding and cuts accounted for; no parts for fewer than eight times
  double distance = 0;  ///< Kolmogorov's, of the law from the times
};

/// \param seconds measured to their end. \param also times of jobs that ended in runs that are not drawn, and
/// \param cut_short times that were cut short in these: both only correct for the cuts. The newest 2,000 times make the
/// law.
Spread spread_of(std::span<const double> seconds, std::span<const double> also, std::span<const double> cut_short);
Spread spread_of(std::span<const double> seconds);

}  // namespace dagsim::study
