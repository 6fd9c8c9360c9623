#include "sim/race.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "sim/kernel.h"

namespace dagsim::sim {
namespace {

double mean_of(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(std::max<size_t>(1, values.size()));
}

/// Looks from one block to the most replications, each twice the one before.
uint32_t looks_of(const RaceOptions& options) {
  const uint64_t blocks = std::max<uint64_t>(1, options.most_replications / options.resamples / kBlock);
  return static_cast<uint32_t>(std::bit_width(blocks));
}

/// One look at the candidates that are left: their means, and who is told apart from the leader.
void look(const std::vector<Variant>& candidates, const RaceOptions& asked, const Options& options, double confidence,
          Race& race) {
  std::vector<Variant> running;
  if (asked.baseline != nullptr) running.push_back(*asked.baseline);
  const size_t first = running.size();
  for (const size_t candidate : race.left) running.push_back(candidates[candidate]);
  const Results results = simulate(running, options);
  race.replications += results.replications * running.size();
  std::vector<size_t> places(race.left.size());  // in race.left
  std::iota(places.begin(), places.end(), size_t{0});
  for (const size_t place : places) {
    race.racers[race.left[place]].mean = mean_of(results.variants[first + place].wall);
  }
  std::ranges::stable_sort(places, {}, [&](size_t place) { return race.racers[race.left[place]].mean; });
  const size_t leader = places.front();
  std::vector<size_t> left;
  for (const size_t place : places) {
    const size_t candidate = race.left[place];
    race.racers[candidate].behind = race.racers[candidate].mean - race.racers[race.left[leader]].mean;
    const stats::Interval behind = paired_interval(results.variants[first + leader].wall,
                                                   results.variants[first + place].wall, results.resamples, confidence);
    race.racers[candidate].is_left = place == leader || behind.low <= 0;
    if (race.racers[candidate].is_left) {
      left.push_back(candidate);
    } else if (asked.dropped) {
      asked.dropped(candidate, results, first + place);
    }
  }
  race.left = std::move(left);
}

}  // namespace

stats::Interval paired_interval(const std::vector<float>& base, const std::vector<float>& edited, uint32_t resamples,
                                double confidence) {
  const std::vector<double> changes = stats::batch_changes(base, edited, resamples > 1 ? resamples : base.size());
  if (resamples > 1) return stats::interval_of_resamples(changes, confidence);
  const double centre = stats::mean(changes);
  if (changes.size() < 2) return {.low = centre, .high = centre, .confidence = confidence};
  const auto count = static_cast<double>(changes.size());
  const double reach =
      stats::student_quantile(0.5 + confidence / 2, count - 1) * stats::standard_deviation(changes) / std::sqrt(count);
  return {.low = centre - reach, .high = centre + reach, .confidence = confidence};
}

Race race(const std::vector<Variant>& candidates, const RaceOptions& options) {
  if (candidates.empty()) throw std::domain_error("a race has no candidates, but must have at least one");
  if (options.resamples == 0) throw std::domain_error("a race has no resamples, but must have at least one");
  Race race;
  race.racers.resize(candidates.size());
  race.left.resize(candidates.size());
  std::iota(race.left.begin(), race.left.end(), size_t{0});
  const uint32_t looks = looks_of(options);
  const auto comparisons = static_cast<double>(std::max<size_t>(1, candidates.size() - 1)) * looks;
  const double confidence = 1 - (1 - options.confidence) / comparisons;
  while (race.looks < looks && (race.looks == 0 || race.left.size() > options.finalists)) {
    Options one;
    one.seed = options.seed;
    one.resamples = options.resamples;
    one.replications = (kBlock * options.resamples) << race.looks;
    one.threads = options.threads;
    if (options.progress) {
      one.progress = [&](double done) { options.progress((race.looks + done) / looks); };
    }
    look(candidates, options, one, confidence, race);
    ++race.looks;
  }
  return race;
}

}  // namespace dagsim::sim
