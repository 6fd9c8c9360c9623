#include "study/spread.h"

#include <algorithm>
#include <limits>
#include <map>

#include "stats/estimate.h"
#include "stats/survival.h"

namespace dagsim::study {
namespace {

constexpr double kStall = 3;   // times the median
constexpr double kExact = 30;  // seconds from which on a second more or less makes no difference
constexpr double kShort = 10;  // seconds below which it makes much of one
constexpr size_t kMostTimes = 2000;
constexpr size_t kFewestTimes = 8;

std::span<const double> newest(std::span<const double> values) {
  return values.size() > kMostTimes ? values.last(kMostTimes) : values;
}

/// Equal times once, with their number: steps of few seconds have few different ones.
std::vector<stats::TimeBounds> bounds_of(std::span<const double> seconds, std::span<const double> cut_short) {
  std::map<double, double> counts;
  for (const double each : newest(seconds)) counts[each] += 1;
  std::vector<stats::TimeBounds> bounds;
  for (const auto& [value, count] : counts) {
    stats::TimeBounds one = value < kExact ? stats::bounds_of_whole_seconds(value) : stats::TimeBounds{value, value};
    one.weight = count;
    bounds.push_back(one);
  }
  for (const double each : newest(cut_short)) bounds.push_back({each, std::numeric_limits<double>::infinity()});
  return bounds;
}

}  // namespace

Spread spread_of(std::span<const double> seconds, std::span<const double> also, std::span<const double> cut_short) {
  Spread spread;
  spread.times = static_cast<uint32_t>(seconds.size());
  spread.cut_short = static_cast<uint32_t>(cut_short.size());
  if (seconds.empty()) return spread;
  spread.median = stats::quantile(seconds, 0.5);
  spread.p90 = stats::quantile(seconds, 0.9);
  spread.mean = stats::mean(seconds);
  if (spread.mean > 0) spread.variation = stats::standard_deviation(seconds) / spread.mean;
  std::vector<double> ended(seconds.begin(), seconds.end());
  ended.insert(ended.end(), also.begin(), also.end());
  const std::vector<stats::TimeBounds> bounds = bounds_of(cut_short.empty() ? seconds : ended, cut_short);
  if (seconds.size() >= kFewestTimes) {
    spread.law = stats::fit_lognormal(bounds);
    spread.distance = stats::distance_of_fit(spread.law, bounds);
  }
  if (spread.median < kShort && !spread.law.parts.empty()) {
    spread.median = spread.law.quantile(0.5);
    spread.p90 = std::max(spread.median, spread.law.quantile(0.9));
  }
  const double stall = kStall * std::max(spread.median, 1.0);
  spread.stalls = static_cast<uint32_t>(std::ranges::count_if(seconds, [&](double each) { return each >= stall; }));
  if (!cut_short.empty()) spread.uncut_median = stats::survival_quantile(ended, cut_short, 0.5);
  return spread;
}

Spread spread_of(std::span<const double> seconds) {
  return spread_of(seconds, {}, {});
}

}  // namespace dagsim::study
