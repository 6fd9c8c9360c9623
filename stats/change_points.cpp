// Permutations stop early: once more of them have come as far as a change may allow, the cut is chance. A cut so clear
// that even the sum of the normal tails over all places is below the rate needs no permutations (a rank sum's tails are
// lighter than the normal ones).

#include "stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "stats/estimate.h"

namespace dagsim::stats {
namespace {

constexpr double kPermutations = 10;  // times the inverse of the rate

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

/// By position: the inverse standard deviation of the sum of the ranks up to it, if their order is random.
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

/// The cut with the farthest rank sum, at least `fewest` values from both ends.
Cut farthest_cut(std::span<const int64_t> ranks, std::span<const double> scales, size_t fewest) {
  Cut best;
  int64_t sum = 0;
  for (size_t i = 0; i + fewest < ranks.size(); ++i) {
    sum += ranks[i];
    if (i + 1 < fewest) continue;
    const double distance = std::abs(static_cast<double>(sum)) * scales[i];
    if (distance > best.distance) best = {distance, i + 1};
  }
  return best;
}

double mean_rank(std::span<const int64_t> ranks) {
  return static_cast<double>(std::accumulate(ranks.begin(), ranks.end(), int64_t{0})) /
         static_cast<double>(ranks.size());
}

/// What is left of a distance when neighbours are alike: the variance of a sum of values whose neighbours correlate by
/// r is (1 + r) / (1 - r) times that of independent ones (first-order autoregression). r is taken within the sides, so
/// that the change itself does not count.
double discounted(const Cut& cut, std::span<const int64_t> ranks) {
  const double before = mean_rank(ranks.first(cut.at));
  const double after = mean_rank(ranks.subspan(cut.at));
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

/// The probability that a standard normal value is as far from 0.
double two_tails(double distance) {
  return std::erfc(distance / std::sqrt(2.0));
}

/// Finds the changes of one series.
class Finder {
 public:
  Finder(std::span<const double> values, const ChangeSearch& search, const Stream& stream)
      : values_(values), search_(search), stream_(stream) {}

  std::vector<ChangePoint> find() {
    cut_all();
    std::ranges::sort(found_, {}, &ChangePoint::at);
    place_anew();
    return std::move(found_);
  }

 private:
  void cut_all() {
    std::vector<std::pair<size_t, size_t>> open = {{0, values_.size()}};
    while (!open.empty()) {
      const auto [from, to] = open.back();
      open.pop_back();
      if (to - from < 2 * search_.fewest) continue;
      std::vector<int64_t> ranks = centred_ranks(values_.subspan(from, to - from));
      const std::vector<double> scales = scales_of(ranks);
      const Cut best = farthest_cut(ranks, scales, search_.fewest);
      if (best.at == 0) continue;
      const double distance = discounted(best, ranks);
      const double p_value = chance(std::move(ranks), scales, distance);
      if (p_value > search_.rate) continue;
      const size_t at = from + best.at;
      if (differs(from, at, to)) found_.push_back({at, p_value});
      open.emplace_back(from, at);
      open.emplace_back(at, to);
    }
  }

  bool differs(size_t from, size_t at, size_t to) const {
    const double before = quantile(values_.subspan(from, at - from), 0.5);
    const double after = quantile(values_.subspan(at, to - at), 0.5);
    return std::abs(after - before) >= search_.least_difference;
  }

  /// A cut was placed when later ones were still unknown, which drew it towards themselves.
  void place_anew() {
    if (found_.size() < 2) return;
    for (size_t i = 0; i < found_.size(); ++i) {
      const size_t from = i == 0 ? 0 : found_[i - 1].at;
      const size_t to = i + 1 == found_.size() ? values_.size() : found_[i + 1].at;
      const std::vector<int64_t> ranks = centred_ranks(values_.subspan(from, to - from));
      const Cut best = farthest_cut(ranks, scales_of(ranks), search_.fewest);
      if (best.at != 0 && differs(from, from + best.at, to)) found_[i].at = from + best.at;
    }
  }

  double chance(std::vector<int64_t> ranks, const std::vector<double>& scales, double distance) {
    const double bound = two_tails(distance) * static_cast<double>(ranks.size());
    if (bound <= search_.rate) return bound;
    const auto most = static_cast<uint64_t>(kPermutations / search_.rate);
    uint64_t as_clear = 0;
    for (uint64_t done = 1; done <= most; ++done) {
      shuffle(ranks);
      if (farthest_cut(ranks, scales, search_.fewest).distance >= distance) ++as_clear;
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

  std::span<const double> values_;
  ChangeSearch search_;
  Stream stream_;
  uint64_t drawn_ = 0;
  std::vector<uint32_t> bits_;
  std::vector<ChangePoint> found_;
};

}  // namespace

std::vector<ChangePoint> find_change_points(std::span<const double> values, const ChangeSearch& search,
                                            const Stream& stream) {
  return Finder(values, search, stream).find();
}

double clearness_of_cut(std::span<const double> values, size_t at) {
  if (at == 0 || at >= values.size()) return 0;
  const std::vector<int64_t> ranks = centred_ranks(values);
  const int64_t sum = std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(at), int64_t{0});
  return discounted({std::abs(static_cast<double>(sum)) * scales_of(ranks)[at - 1], at}, ranks);
}

double chance_of_cut(std::span<const double> values, size_t at) {
  return two_tails(clearness_of_cut(values, at));
}

}  // namespace dagsim::stats
