#include "study/precision.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace dagsim::study {
namespace {

constexpr double kNormal95 = 1.959964;

/// The variance of values within their resamples, which lie one after another.
double variance_within(const std::vector<double>& values, uint32_t resamples) {
  const size_t each = values.size() / resamples;
  double squares = 0;
  for (uint32_t resample = 0; resample < resamples; ++resample) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(resample * each);
    const auto end = begin + static_cast<std::ptrdiff_t>(each);
    const double mean = std::accumulate(begin, end, 0.0) / static_cast<double>(each);
    for (auto value = begin; value != end; ++value) squares += (*value - mean) * (*value - mean);
  }
  return squares / static_cast<double>(resamples * (each - 1));
}

}  // namespace

double precision_of(const sim::Results& results) {
  const std::vector<float>& base = results.variants.front().wall;
  const std::vector<double> walls(base.begin(), base.end());
  const double mean = std::accumulate(walls.begin(), walls.end(), 0.0) / static_cast<double>(walls.size());
  if (!(mean > 0)) return 0;
  double widest = variance_within(walls, results.resamples);
  for (size_t v = 1; v < results.variants.size(); ++v) {
    std::vector<double> changes(walls.size());
    std::ranges::transform(results.variants[v].wall, walls, changes.begin(),
                           [](float edited, double before) { return static_cast<double>(edited) - before; });
    widest = std::max(widest, variance_within(changes, results.resamples));
  }
  return kNormal95 * std::sqrt(widest / static_cast<double>(walls.size())) / mean;
}

uint64_t replications_for(const sim::Results& pilot, double precision, uint64_t most) {
  const double factor = precision_of(pilot) / precision;
  const double wanted = std::ceil(static_cast<double>(pilot.replications) * factor * factor);
  return wanted < static_cast<double>(most) ? static_cast<uint64_t>(wanted) : most;
}

}  // namespace dagsim::study
