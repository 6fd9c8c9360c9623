// A time between bounds, or beyond one, counts in the expectation step with the mean and the variance of the normal
// distribution cut off at the bounds (Johnson, Kotz and Balakrishnan 1994, chapter 13), so that a single loop serves
// measured, rounded and censored times.

#include "stats/lognormal_mixture.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

namespace dagsim::stats {
namespace {

constexpr double kLeastDeviation = 0.01;
constexpr double kFewestTimes = 5;  // of a part
constexpr double kShortest = 0.05;  // seconds: what a lower bound of none stands for
constexpr int kMostRounds = 500;
constexpr double kConverged = 1e-7;  // gain of log likelihood for each time
/// Shares of the parts to start from, since the search climbs to the nearest summit: two cache states, or rare stalls.
const std::vector<double> kStarts[] = {{1}, {0.5, 0.5}, {0.95, 0.05}};
const double kRootTwoPi = std::sqrt(2 * std::acos(-1.0));

double density(double z) {
  return std::isfinite(z) ? std::exp(-z * z / 2) / kRootTwoPi : 0;
}

/// Of the standard normal distribution, between two values; exact in both tails.
double probability_between(double low, double high) {
  const double root = std::sqrt(2.0);
  if (low > 0) return 0.5 * (std::erfc(low / root) - std::erfc(high / root));
  return 0.5 * (std::erfc(-high / root) - std::erfc(-low / root));
}

/// Bounds as logarithms.
struct Span {
  double low = 0;
  double high = 0;
  double weight = 1;
  bool is_exact() const { return low == high; }
};

/// What a part says of one time.
struct Expected {
  double likelihood = 0;
  double mean = 0;
  double square = 0;
};

Expected expected(const LognormalPart& part, const Span& span) {
  const double low = (span.low - part.location) / part.deviation;
  if (span.is_exact()) return {density(low) / part.deviation, span.low, span.low * span.low};
  const double high = (span.high - part.location) / part.deviation;
  const double mass = probability_between(low, high);
  if (mass < 1e-300) {  // far out: all of it at the nearer bound
    const double nearer = low > 0 ? span.low : span.high;
    return {0, nearer, nearer * nearer};
  }
  const double slope = (density(low) - density(high)) / mass;
  const double low_term = std::isfinite(low) ? low * density(low) : 0;
  const double high_term = std::isfinite(high) ? high * density(high) : 0;
  const double variance = std::max(0.0, 1 + (low_term - high_term) / mass - slope * slope);
  const double mean = part.location + part.deviation * slope;
  return {mass, mean, mean * mean + part.deviation * part.deviation * variance};
}

double middle(const Span& span) {
  return std::isfinite(span.high) ? (span.low + span.high) / 2 : span.low;
}

/// The spans in order of their middles, cut in pieces of the given shares.
std::vector<LognormalPart> first_guess(const std::vector<Span>& spans, double total, std::span<const double> shares) {
  std::vector<LognormalPart> parts;
  size_t at = 0;
  double passed = 0;
  double until = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    double weight = 0;
    double sum = 0;
    double squares = 0;
    until += total * shares[i];
    for (; at < spans.size() && (passed < until || i + 1 == shares.size()); ++at) {
      const double value = middle(spans[at]);
      weight += spans[at].weight;
      sum += spans[at].weight * value;
      squares += spans[at].weight * value * value;
      passed += spans[at].weight;
    }
    if (weight == 0) return {};
    const double mean = sum / weight;
    parts.push_back(
        {shares[i], mean, std::max(kLeastDeviation, std::sqrt(std::max(0.0, squares / weight - mean * mean)))});
  }
  return parts;
}

/// One round. Nothing when a part stands for too few times.
std::optional<double> improve(const std::vector<Span>& spans, double total, std::vector<LognormalPart>& parts) {
  struct Sums {
    double weight = 0;
    double value = 0;
    double square = 0;
  };
  std::vector<Sums> sums(parts.size());
  std::vector<Expected> here(parts.size());
  double log_likelihood = 0;
  for (const Span& span : spans) {
    double likelihood = 0;
    for (size_t i = 0; i < parts.size(); ++i) {
      here[i] = expected(parts[i], span);
      likelihood += parts[i].share * here[i].likelihood;
    }
    log_likelihood += span.weight * std::log(std::max(likelihood, std::numeric_limits<double>::min()));
    for (size_t i = 0; i < parts.size(); ++i) {
      const double owed = likelihood > 0 ? parts[i].share * here[i].likelihood / likelihood : parts[i].share;
      sums[i].weight += span.weight * owed;
      sums[i].value += span.weight * owed * here[i].mean;
      sums[i].square += span.weight * owed * here[i].square;
    }
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (sums[i].weight < kFewestTimes && parts.size() > 1) return std::nullopt;
    parts[i].share = sums[i].weight / total;
    parts[i].location = sums[i].value / sums[i].weight;
    const double variance = sums[i].square / sums[i].weight - parts[i].location * parts[i].location;
    parts[i].deviation = std::max(kLeastDeviation, std::sqrt(std::max(0.0, variance)));
  }
  return log_likelihood;
}

std::optional<LognormalMixture> fit(const std::vector<Span>& spans, double total, std::span<const double> shares) {
  LognormalMixture mixture;
  mixture.parts = first_guess(spans, total, shares);
  if (mixture.parts.empty()) return std::nullopt;
  mixture.log_likelihood = -std::numeric_limits<double>::infinity();
  for (int round = 0; round < kMostRounds; ++round) {
    const std::optional<double> now = improve(spans, total, mixture.parts);
    if (!now) return std::nullopt;
    const double gain = *now - mixture.log_likelihood;
    mixture.log_likelihood = *now;
    if (gain < kConverged * total) break;
  }
  std::ranges::sort(mixture.parts, {}, &LognormalPart::location);
  return mixture;
}

std::vector<Span> spans_of(std::span<const TimeBounds> times) {
  std::vector<Span> spans;
  for (const TimeBounds& time : times) {
    const bool says_nothing = time.low <= 0 && !std::isfinite(time.high);
    if (says_nothing || !(time.weight > 0)) continue;
    const double low = std::log(std::max(time.low, kShortest));
    const double high = std::isfinite(time.high) ? std::log(std::max(time.high, kShortest)) : time.high;
    spans.push_back({low, std::max(low, high), time.weight});
  }
  std::ranges::stable_sort(spans, {}, middle);
  return spans;
}

double total_of(const std::vector<Span>& spans) {
  return std::accumulate(spans.begin(), spans.end(), 0.0,
                         [](double sum, const Span& span) { return sum + span.weight; });
}

}  // namespace

TimeBounds bounds_of_whole_seconds(double difference) {
  return {std::max(0.0, difference - 1), difference + 1, 1};
}

double LognormalMixture::share_until(double seconds) const {
  if (seconds <= 0) return 0;
  double share = 0;
  for (const LognormalPart& part : parts) {
    share += part.share * 0.5 * std::erfc(-(std::log(seconds) - part.location) / part.deviation / std::sqrt(2.0));
  }
  return share;
}

double LognormalMixture::quantile(double p) const {
  if (parts.empty() || !(p > 0 && p < 1))
    throw std::domain_error("quantile of a mixture: no parts, or p outside (0, 1)");
  double low = parts.front().location;
  double high = parts.front().location;
  for (const LognormalPart& part : parts) {
    low = std::min(low, part.location - 40 * part.deviation);
    high = std::max(high, part.location + 40 * part.deviation);
  }
  for (int i = 0; i < 100 && high - low > 1e-12; ++i) {
    const double mid = (low + high) / 2;
    (share_until(std::exp(mid)) < p ? low : high) = mid;
  }
  return std::exp((low + high) / 2);
}

double LognormalMixture::mean() const {
  double mean = 0;
  for (const LognormalPart& part : parts) {
    mean += part.share * std::exp(part.location + part.deviation * part.deviation / 2);
  }
  return mean;
}

LognormalMixture fit_lognormal(std::span<const TimeBounds> times, size_t most_parts) {
  const std::vector<Span> spans = spans_of(times);
  const double total = total_of(spans);
  LognormalMixture best;
  double best_criterion = std::numeric_limits<double>::infinity();
  for (const std::vector<double>& shares : kStarts) {
    if (shares.size() > most_parts || spans.empty()) continue;
    std::optional<LognormalMixture> mixture = fit(spans, total, shares);
    if (!mixture) continue;
    const double parameters = 3 * static_cast<double>(shares.size()) - 1;
    const double criterion = parameters * std::log(std::max(total, 1.0)) - 2 * mixture->log_likelihood;
    if (criterion < best_criterion) {
      best_criterion = criterion;
      best = *std::move(mixture);
    }
  }
  return best;
}

double distance_of_fit(const LognormalMixture& mixture, std::span<const TimeBounds> times) {
  struct Event {
    double seconds;
    double ended;
    double cut_short;
  };
  std::vector<Event> events;
  double at_risk = 0;
  for (const TimeBounds& time : times) {
    const bool cut_short = !std::isfinite(time.high);
    events.push_back(
        {cut_short ? time.low : (time.low + time.high) / 2, cut_short ? 0 : time.weight, cut_short ? time.weight : 0});
    at_risk += time.weight;
  }
  std::ranges::stable_sort(events, {}, &Event::seconds);
  double farthest = 0;
  double surviving = 1;
  for (size_t i = 0; i < events.size();) {
    double ended = 0;
    double gone = 0;
    const double seconds = events[i].seconds;
    for (; i < events.size() && events[i].seconds == seconds; ++i) {
      ended += events[i].ended;
      gone += events[i].ended + events[i].cut_short;
    }
    if (ended > 0) {
      const double share = mixture.share_until(seconds);
      farthest = std::max(farthest, std::abs(1 - surviving - share));
      surviving *= 1 - ended / at_risk;
      farthest = std::max(farthest, std::abs(1 - surviving - share));
    }
    at_risk -= gone;
  }
  return farthest;
}

}  // namespace dagsim::stats
