#include "study/score.h"

#include <algorithm>
#include <cmath>

#include "stats/estimate.h"
#include "stats/random.h"

namespace dagsim::study {
namespace {

constexpr size_t kQuantiles = 99;  // that stand for a forecast where many are taken together
constexpr uint64_t kBootstraps = 1'000;
constexpr size_t kTenths = 10;

double relative_error(const std::vector<double>& forecasts, const std::vector<double>& outcomes, double p) {
  if (outcomes.empty() || forecasts.empty()) return 0;
  return std::abs(stats::quantile(forecasts, p) / stats::quantile(outcomes, p) - 1);
}

bool is_inside(double position, double level) {
  return std::abs(position - 0.5) <= level / 2;
}

}  // namespace

Forecast::Forecast(std::vector<double> sample) : sorted_(std::move(sample)) {
  std::sort(sorted_.begin(), sorted_.end());
  half_spread_ = -stats::crps(sorted_, 0) + stats::mean(sorted_);
}

double Forecast::crps(double outcome) const {
  double distance = 0;
  for (const double value : sorted_) distance += std::abs(value - outcome);
  return distance / static_cast<double>(sorted_.size()) - half_spread_;
}

double Forecast::position(double outcome) const {
  const auto [low, high] = std::equal_range(sorted_.begin(), sorted_.end(), outcome);
  const auto below = static_cast<double>((low - sorted_.begin()) + (high - sorted_.begin()));
  return below / 2 / static_cast<double>(sorted_.size());
}

double Forecast::quantile(double p) const {
  return stats::quantile_sorted(sorted_, p);
}

void Scorer::add(const Forecast& forecast, double outcome) {
  Window& window = windows_.back();
  window.outcomes.push_back(outcome);
  window.crps.push_back(forecast.crps(outcome));
  window.positions.push_back(forecast.position(outcome));
  for (size_t i = 0; i < kQuantiles; ++i) {
    window.forecasts.push_back(forecast.quantile((static_cast<double>(i) + 0.5) / kQuantiles));
  }
}

double Scorer::window_error(const Window& window, double p) const {
  return relative_error(window.forecasts, window.outcomes, p);
}

Share Scorer::coverage(double level) const {
  std::vector<double> inside;
  std::vector<double> count;
  for (const Window& window : windows_) {
    inside.push_back(static_cast<double>(std::count_if(window.positions.begin(), window.positions.end(),
                                                       [&](double position) { return is_inside(position, level); })));
    count.push_back(static_cast<double>(window.positions.size()));
  }
  const stats::Stream stream(1, "windows");
  std::vector<double> shares;
  for (uint64_t i = 0; i < kBootstraps; ++i) {
    double drawn_inside = 0;
    double drawn_count = 0;
    for (size_t j = 0; j < inside.size(); ++j) {
      const double u = stream.uniform(i * inside.size() + j);
      const size_t window = std::min(static_cast<size_t>(u * static_cast<double>(inside.size())), inside.size() - 1);
      drawn_inside += inside[window];
      drawn_count += count[window];
    }
    if (drawn_count > 0) shares.push_back(drawn_inside / drawn_count);
  }
  double all_inside = 0;
  double all = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    all_inside += inside[i];
    all += count[i];
  }
  return all > 0 ? Share{all_inside / all, stats::standard_deviation(shares)} : Share{};
}

double Scorer::mean_crps() const {
  double sum = 0;
  double count = 0;
  for (const Window& window : windows_) {
    for (const double crps : window.crps) sum += crps;
    count += static_cast<double>(window.crps.size());
  }
  return count > 0 ? sum / count : 0;
}

Score Scorer::score() const {
  Score score;
  score.crps = mean_crps();
  score.coverage50 = coverage(0.5);
  score.coverage80 = coverage(0.8);
  score.positions.assign(kTenths, 0.0);
  double count = 0;
  double filled = 0;
  for (const Window& window : windows_) {
    if (window.outcomes.empty()) continue;
    ++filled;
    score.median_error += window_error(window, 0.5);
    score.p90_error += window_error(window, 0.9);
    count += static_cast<double>(window.positions.size());
    for (const double position : window.positions) {
      ++score.positions[std::min(static_cast<size_t>(position * kTenths), kTenths - 1)];
    }
  }
  if (filled == 0) return score;
  score.median_error /= filled;
  score.p90_error /= filled;
  for (double& share : score.positions) share /= count;
  return score;
}

double Scorer::pooled_error(double p) const {
  std::vector<double> forecasts;
  std::vector<double> outcomes;
  for (const Window& window : windows_) {
    forecasts.insert(forecasts.end(), window.forecasts.begin(), window.forecasts.end());
    outcomes.insert(outcomes.end(), window.outcomes.begin(), window.outcomes.end());
  }
  return relative_error(forecasts, outcomes, p);
}

void Scorer::merge(const Scorer& other) {
  if (windows_.size() < other.windows_.size()) windows_.resize(other.windows_.size());
  const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  for (size_t i = 0; i < other.windows_.size(); ++i) {
    append(windows_[i].outcomes, other.windows_[i].outcomes);
    append(windows_[i].crps, other.windows_[i].crps);
    append(windows_[i].positions, other.windows_[i].positions);
  }
}

}  // namespace dagsim::study
