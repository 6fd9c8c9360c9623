#include "calibration/branches.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace dagsim::calibration {
namespace {

constexpr double kPairsOfDoubt = 20;
constexpr double kMostLikeness = 0.3;  // docs/method.md: more sharpens forecasts beyond what they hold

/// The logarithm of the seconds to the end of the last job; nothing where no end is known.
std::optional<double> length_of(const UsedRun& run) {
  double end = 0;
  for (size_t job = 0; job < run.seconds.size(); ++job) {
    if (run.start[job] && run.seconds[job]) end = std::max(end, *run.start[job] + *run.seconds[job]);
  }
  return end > 0 ? std::optional(std::log(end)) : std::nullopt;
}

}  // namespace

double branch_likeness(const Observations& observations, std::span<const uint32_t> runs) {
  std::map<std::string, double> newest;  // by branch
  double sum = 0;
  double squares = 0;
  double count = 0;
  double differences = 0;
  double pairs = 0;
  for (const uint32_t number : runs) {
    const UsedRun& run = observations.runs[number];
    const std::optional<double> length = length_of(run);
    if (!length || run.record->branch.empty()) continue;
    sum += *length;
    squares += *length * *length;
    count += 1;
    const auto [place, is_new] = newest.try_emplace(run.record->branch, *length);
    if (is_new) continue;
    const double difference = *length - std::exchange(place->second, *length);
    differences += difference * difference;
    pairs += 1;
  }
  if (pairs == 0) return kMostLikeness;
  const double variance = squares / count - (sum / count) * (sum / count);
  if (variance <= 0) return 0;
  const double seen = 1 - differences / pairs / (2 * variance);
  return std::clamp((seen * pairs + kMostLikeness * kPairsOfDoubt) / (pairs + kPairsOfDoubt), 0.0, kMostLikeness);
}

double branch_factor(const Observations& observations, std::span<const uint32_t> runs, std::span<const double> weights,
                     const std::string& branch) {
  if (branch.empty()) return 1;
  double own = 0;
  double others = 0;
  double number = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    const bool is_own = observations.runs[runs[i]].record->branch == branch;
    (is_own ? own : others) += weights[i];
    number += is_own ? 1 : 0;
  }
  if (own <= 0 || others <= 0) return 1;
  const double likeness = branch_likeness(observations, runs);
  return std::max(1.0, number * likeness / (1 - likeness) * others / own);
}

}  // namespace dagsim::calibration
