// Permutations stop early: once more of them have come as far as a change may allow, the cut is chance. A cut so clear
// that even the sum of the normal tails over all places is below the rate needs no permutations (a rank sum's tails are
// lighter than the normal ones).

#include "calibration/drift.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "stats/estimate.h"
#include "stats/random.h"

namespace dagsim::calibration {
namespace {

constexpr size_t kFewestRuns = 8;  // on each side of a change
constexpr double kLeastRatio = 1.05;
constexpr double kPermutations = 10;  // times the inverse of the rate
constexpr uint64_t kSeed = 1;

struct Cut {
  double distance = 0;  ///< of the standardised rank sum from 0
  size_t at = 0;        ///< the first value after it
};

/// Twice the midranks, less their mean: integers, so that sums are exact.
std::vector<int64_t> centred_ranks(std::span<const double> values) {
  const size_t count = values.size();
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<int64_t> ranks(count);
  for (size_t i = 0; i < count;) {
    size_t end = i;
    while (end < count && values[order[end]] == values[order[i]]) ++end;
    for (size_t j = i; j < end; ++j) ranks[order[j]] = static_cast<int64_t>(i + end) - static_cast<int64_t>(count);
    i = end;
  }
  return ranks;
}

/// The cut with the farthest rank sum. \param scales by position: the inverse standard deviation of the sum before it.
Cut farthest_cut(std::span<const int64_t> ranks, std::span<const double> scales) {
  Cut best;
  int64_t sum = 0;
  for (size_t i = 0; i + kFewestRuns < ranks.size(); ++i) {
    sum += ranks[i];
    if (i + 1 < kFewestRuns) continue;
    const double distance = std::abs(static_cast<double>(sum)) * scales[i];
    if (distance > best.distance) best = {distance, i + 1};
  }
  return best;
}

std::vector<double> scales_of(std::span<const int64_t> ranks) {
  const auto count = static_cast<double>(ranks.size());
  double squares = 0;
  for (const int64_t rank : ranks) squares += static_cast<double>(rank * rank);
  std::vector<double> scales(ranks.size(), 0.0);
  for (size_t i = 0; i + 1 < ranks.size() && squares > 0; ++i) {
    const auto before = static_cast<double>(i + 1);
    scales[i] = 1 / std::sqrt(before * (count - before) / (count * (count - 1)) * squares);
  }
  return scales;
}

/// What is left of a distance when neighbouring runs are alike: the variance of a sum of values whose neighbours
/// correlate by r is (1 + r) / (1 - r) times that of independent ones (first-order autoregression). r is taken within
/// the sides, so that the change itself does not count.
double discounted(const Cut& cut, std::span<const int64_t> ranks) {
  const auto side_mean = [](std::span<const int64_t> side) {
    return static_cast<double>(std::accumulate(side.begin(), side.end(), int64_t{0})) /
           static_cast<double>(side.size());
  };
  const double before = side_mean(ranks.first(cut.at));
  const double after = side_mean(ranks.subspan(cut.at));
  double squares = 0;
  double products = 0;
  double last = 0;
  for (size_t i = 0; i < ranks.size(); ++i) {
    const double rest = static_cast<double>(ranks[i]) - (i < cut.at ? before : after);
    squares += rest * rest;
    products += rest * last;
    last = rest;
  }
  const double r = squares > 0 ? std::clamp(products / squares, 0.0, 0.99) : 0;
  return cut.distance * std::sqrt((1 - r) / (1 + r));
}

/// An upper bound of the probability that chance cuts as clearly, from the tails of all places together.
double tail_bound(double distance, size_t places) {
  return std::erfc(distance / std::sqrt(2.0)) * static_cast<double>(places);
}

/// Finds the changes of one series.
class Series {
 public:
  Series(std::vector<double> values, const std::string& name, double rate)
      : values_(std::move(values)), stream_(kSeed, "change/" + name), rate_(rate) {}

  struct Found {
    size_t at = 0;
    double p_value = 0;
  };

  std::vector<Found> find() {
    cut(0, values_.size());
    std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) { return a.at < b.at; });
    return std::move(found_);
  }

 private:
  void cut(size_t begin, size_t end) {
    std::vector<std::pair<size_t, size_t>> open = {{begin, end}};
    while (!open.empty()) {
      const auto [from, to] = open.back();
      open.pop_back();
      if (to - from < 2 * kFewestRuns) continue;
      const std::span<const double> part(values_.data() + from, to - from);
      std::vector<int64_t> ranks = centred_ranks(part);
      const std::vector<double> scales = scales_of(ranks);
      const Cut best = farthest_cut(ranks, scales);
      if (best.at == 0) continue;
      const double distance = discounted(best, ranks);
      const double p_value = chance(std::move(ranks), scales, distance);
      if (p_value > rate_) continue;
      const size_t at = from + best.at;
      const double before = stats::quantile(part.first(best.at), 0.5);
      const double after = stats::quantile(part.subspan(best.at), 0.5);
      if (std::abs(after - before) >= std::log(kLeastRatio)) found_.push_back({at, p_value});
      open.emplace_back(from, at);
      open.emplace_back(at, to);
    }
  }

  double chance(std::vector<int64_t> ranks, const std::vector<double>& scales, double distance) {
    const double bound = tail_bound(distance, ranks.size());
    if (bound <= rate_) return bound;
    const auto most = static_cast<uint64_t>(kPermutations / rate_);
    uint64_t as_clear = 0;
    for (uint64_t done = 1; done <= most; ++done) {
      shuffle(ranks);
      if (farthest_cut(ranks, scales).distance >= distance) ++as_clear;
      if (static_cast<double>(as_clear + 1) > kPermutations + 1) {
        return static_cast<double>(as_clear + 1) / static_cast<double>(done + 1);
      }
    }
    return static_cast<double>(as_clear + 1) / static_cast<double>(most + 1);
  }

  void shuffle(std::vector<int64_t>& ranks) {
    bits_.resize(ranks.size());
    stream_.fill(drawn_, bits_);
    drawn_ += bits_.size();
    for (size_t i = ranks.size() - 1; i > 0; --i) {
      const size_t other = (uint64_t{bits_[i]} * (i + 1)) >> 32U;
      std::swap(ranks[i], ranks[other]);
    }
  }

  std::vector<double> values_;
  stats::Stream stream_;
  double rate_;
  uint64_t drawn_ = 0;
  std::vector<uint32_t> bits_;
  std::vector<Found> found_;
};

using Key = std::pair<std::string, uint32_t>;  // leg and definition

/// The observations of each job under each definition, in order of time.
std::map<Key, std::vector<size_t>> series_of(const Observations& observations) {
  std::map<Key, std::vector<size_t>> series;
  for (size_t i = 0; i < observations.list.size(); ++i) {
    const Observation& one = observations.list[i];
    if (!one.over_legs) series[{one.leg, one.definition}].push_back(i);
  }
  for (auto& [key, members] : series) {
    std::stable_sort(members.begin(), members.end(),
                     [&](size_t a, size_t b) { return observations.list[a].run < observations.list[b].run; });
  }
  std::erase_if(series, [](const auto& entry) { return entry.second.size() < 2 * kFewestRuns; });
  return series;
}

}  // namespace

std::vector<LevelChange> find_level_changes(const Observations& observations) {
  const std::map<Key, std::vector<size_t>> all = series_of(observations);
  std::vector<LevelChange> changes;
  for (const auto& [key, members] : all) {
    std::vector<double> values;
    values.reserve(members.size());
    for (const size_t member : members) values.push_back(observations.list[member].location);
    const auto found = Series(values, key.first, kFalseChangeRate / static_cast<double>(all.size())).find();
    for (size_t i = 0; i < found.size(); ++i) {
      const size_t from = i == 0 ? 0 : found[i - 1].at;
      const size_t at = found[i].at;
      const size_t to = i + 1 == found.size() ? values.size() : found[i + 1].at;
      const std::span<const double> span(values);
      changes.push_back({key.first, key.second, observations.list[members[at]].run,
                         std::exp(stats::quantile(span.subspan(from, at - from), 0.5)),
                         std::exp(stats::quantile(span.subspan(at, to - at), 0.5)), static_cast<uint32_t>(at - from),
                         static_cast<uint32_t>(to - at), found[i].p_value});
    }
  }
  return changes;
}

void align(Observations& observations, const std::vector<LevelChange>& changes) {
  for (Observation& one : observations.list) {
    for (const LevelChange& change : changes) {
      const bool is_before = one.run < change.run && !one.over_legs;
      if (is_before && change.leg == one.leg && change.definition == one.definition) {
        one.location += std::log(change.after / change.before);
      }
    }
  }
}

}  // namespace dagsim::calibration
