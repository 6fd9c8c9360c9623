#include "calibration/prices.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/estimate.h"
#include "stats/estimate.h"

namespace dagsim::calibration {
namespace {

/// A job that shares a cache with others may need a part of its content only.
constexpr double kLeastPart = 0.3;

bool is_plain_hit(const ActiveStep& step) {
  return step.found == Found{};
}

}  // namespace

Prices::Prices(const std::vector<Group>& groups, const std::vector<Definition>& definitions) {
  for (const Group& with : groups) {
    for (const ActiveStep& step : definitions[with.definition].steps) {
      if (step.family.empty() || step.found.state != model::CacheState::Miss) continue;
      const double seconds = std::exp(with.location);
      const auto [place, is_new] = shortest_without_.try_emplace(step.family, seconds);
      if (!is_new) place->second = std::min(place->second, seconds);
    }
    for (const Group& without : groups) {
      if (with.leg != without.leg) continue;
      const Difference difference =
          calibration::difference(definitions[with.definition], definitions[without.definition]);
      const bool one_cache = difference.caches.size() == 1 && difference.added.empty() && difference.removed.empty() &&
                             !difference.other_runner;
      if (!one_cache || !is_plain_hit(difference.caches.front().from)) continue;
      const ActiveStep& step = difference.caches.front().to;
      const double seconds = std::exp(without.location) - std::exp(with.location);
      comparisons_.push_back({with.id, step.family, step.work, step.found, std::max(0.0, seconds)});
    }
  }
}

Price Prices::of(const std::string& id, const ActiveStep& step) const {
  if (is_plain_hit(step)) return {0, 0, true, {}};
  std::vector<double> own;
  std::vector<double> same_family;
  std::vector<double> same_action;
  for (const Comparison& comparison : comparisons_) {
    if (comparison.found != step.found) continue;
    if (comparison.family == step.family) {
      same_family.push_back(comparison.seconds);
      if (comparison.id == id) own.push_back(comparison.seconds);
    } else if (comparison.work == step.work) {
      same_action.push_back(comparison.seconds);
    }
  }
  if (!own.empty()) {
    const double seconds = stats::quantile(own, 0.5);
    return {seconds, seconds, true, {}};
  }
  const bool filled = step.found.state == model::CacheState::Exact;
  if (same_family.empty() && filled) return {0, 0, true, {}};
  const auto bound = shortest_without_.find(step.family);
  if (same_family.empty() && bound != shortest_without_.end()) {
    return {0, bound->second, true,
            fmt::format("no more than the shortest job that ran without it took as a whole, {}",
                        format_duration(bound->second))};
  }
  const std::vector<double>& known = same_family.empty() ? same_action : same_family;
  if (known.empty()) return {};
  const auto [least, most] = std::minmax_element(known.begin(), known.end());
  return {kLeastPart * *least, *most, true,
          same_family.empty() ? "30 % of the least to all of the most that such a cache saved other jobs"
                              : "30 % of the least to all of the most that it cost the other jobs that share it"};
}

}  // namespace dagsim::calibration
