#include "stats/estimate.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "base/error.h"

namespace dagsim::stats {
namespace {

void check_not_empty(std::string_view what, std::span<const double> values) {
  if (values.empty()) {
    throw std::domain_error(fmt::format("{} needs at least one value", what));
  }
}

}  // namespace

double mean(std::span<const double> values) {
  check_not_empty("mean", values);
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) {
    return 0;
  }
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) {
    sum += (value - centre) * (value - centre);
  }
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

double quantile_sorted(std::span<const double> sorted, double p) {
  check_not_empty("quantile", sorted);
  check_probability("p", p);
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const double fraction = position - static_cast<double>(below);
  if (fraction == 0) {
    return sorted[below];
  }
  return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

double quantile(std::span<const double> values, double p) {
  check_not_empty("quantile", values);
  check_probability("p", p);
  std::vector<double> copy(values.begin(), values.end());
  const double position = p * static_cast<double>(copy.size() - 1);
  const auto below = copy.begin() + static_cast<std::ptrdiff_t>(position);
  const double fraction = position - std::floor(position);
  std::nth_element(copy.begin(), below, copy.end());
  if (fraction == 0) {
    return *below;
  }
  const double above = *std::min_element(below + 1, copy.end());
  return *below + fraction * (above - *below);
}

std::vector<double> batch_changes(std::span<const float> base, std::span<const float> edited, size_t batches) {
  const size_t each = base.size() / batches;
  std::vector<double> means;
  means.reserve(batches);
  for (size_t batch = 0; batch < batches; ++batch) {
    double sum = 0;
    for (size_t i = batch * each; i < (batch + 1) * each; ++i) {
      sum += static_cast<double>(edited[i]) - static_cast<double>(base[i]);
    }
    means.push_back(sum / static_cast<double>(each));
  }
  return means;
}

Interval interval_of_resamples(std::span<const double> batch_estimates, double confidence) {
  check_not_empty("interval_of_resamples", batch_estimates);
  if (!(confidence > 0 && confidence < 1)) {
    throw std::domain_error(fmt::format("confidence is {}, but must be between 0 and 1", confidence));
  }
  const double centre = mean(batch_estimates);
  if (batch_estimates.size() < 2) {
    return {.low = centre, .high = centre, .confidence = confidence};
  }
  const auto count = static_cast<double>(batch_estimates.size());
  const double tail = (1 - confidence) / 2 * (count + 1);
  if (tail >= 1) {
    std::vector<double> sorted(batch_estimates.begin(), batch_estimates.end());
    std::sort(sorted.begin(), sorted.end());
    const double low = (tail - 1) / (count - 1);
    return {.low = quantile_sorted(sorted, low), .high = quantile_sorted(sorted, 1 - low), .confidence = confidence};
  }
  const double degrees = count - 1;
  const double reach = student_quantile(0.5 + confidence / 2, degrees) * standard_deviation(batch_estimates);
  return {.low = centre - reach, .high = centre + reach, .confidence = confidence};
}

double crps(std::span<const double> forecast, double outcome) {
  check_not_empty("crps", forecast);
  std::vector<double> sorted(forecast.begin(), forecast.end());
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<double>(sorted.size());
  double distance = 0;
  double spread = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    distance += std::abs(sorted[i] - outcome);
    spread += (2 * static_cast<double>(i) + 1 - count) * sorted[i];
  }
  return distance / count - spread / (count * count);
}

std::vector<double> quantiles(std::vector<float> values, std::span<const double> probabilities) {
  if (values.empty()) throw std::domain_error("values are empty, but must hold at least one");
  std::vector<double> result;
  auto sorted_up_to = values.begin();  // what lies before is in place already
  for (const double p : probabilities) {
    check_probability("probability of a quantile", p);
    const double position = p * static_cast<double>(values.size() - 1);
    const auto below = values.begin() + static_cast<std::ptrdiff_t>(position);
    if (below >= sorted_up_to) std::nth_element(sorted_up_to, below, values.end());
    sorted_up_to = below;
    const auto low = static_cast<double>(*below);
    const double rest = position - std::floor(position);
    const bool at_end = below + 1 == values.end();
    const double high = at_end ? low : static_cast<double>(*std::min_element(below + 1, values.end()));
    result.push_back(rest == 0 ? low : low + rest * (high - low));
  }
  return result;
}

}  // namespace dagsim::stats
