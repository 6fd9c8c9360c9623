// Groups of alike observations get a location each and share one deviation (partial pooling: the sample variance of
// every group is shrunk towards the variance over all groups, which itself starts from a prior). Definitions that were
// never run are reached from the nearest group by the differences between the two, each priced by what was measured,
// else by a range that is reported as assumed.

#include "calibration/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "stats/estimate.h"

namespace dagsim::calibration {
namespace {

/// Log-deviation of one job within one cache state over five public repositories' histories, and its weight in runs.
constexpr double kPriorDeviation = 0.13;
constexpr double kPriorWeight = 4;

/// A job without any relative in the history: a minute, give or take a factor of three.
constexpr double kUnknownMedian = 60;
constexpr double kUnknownUncertainty = 1.1;
/// One that only runs a script: seconds.
constexpr double kOtherState =
    0.1;  // what an alike job counts whose caches were cold while these are warm, or the other way round
constexpr double kLightMedian = 4;
constexpr double kLightUncertainty = 0.5;
/// Similarity, cubed and added up over the history's jobs, below which nothing is alike.
constexpr double kLeastAlike = 0.02;
/// Log-deviation between the medians of jobs of one workflow (0.53 over the 18 long jobs of bitcoin/bitcoin's CI,
/// September 2025), and how many alike jobs it weighs against.
constexpr double kBetweenJobs = 0.55;
constexpr double kBetweenJobsWeight = 3;
/// No step makes up more of a job than this.
constexpr double kMostShare = 0.95;
/// Seconds up to which the mean of a step's times stands for it.
constexpr double kShortStep = 10;

double cost(const Difference& difference) {
  double cost = static_cast<double>(difference.removed.size() + difference.added.size()) +
                0.5 * static_cast<double>(difference.changed.size()) + (difference.other_runner ? 2.0 : 0.0);
  for (const CacheChange& change : difference.caches) {
    cost += change.from.found.state == change.to.found.state ? 0.3 : 1.5;
  }
  return cost;
}

/// Caches cover for each other (what is compiled anew need not be downloaded twice), so several together cost between
/// the largest and the sum of what each costs; what is saved likewise.
std::pair<double, double> together(const std::vector<std::pair<double, double>>& changes) {
  double worse_largest = 0;
  double worse_sum = 0;
  double better_largest = 0;
  double better_sum = 0;
  for (const auto& [least, most] : changes) {
    worse_largest = std::max(worse_largest, least);
    worse_sum += std::max(0.0, most);
    better_largest = std::min(better_largest, most);
    better_sum += std::min(0.0, least);
  }
  return {worse_largest + better_sum, worse_sum + better_largest};
}

/// 1 when the first definition of a difference found every cache in the same or a worse state, -1 when in the same or a
/// better one; nothing when neither holds or more than caches differs.
std::optional<int> compare_caches(const Difference& difference) {
  if (!difference.removed.empty() || !difference.added.empty() || difference.other_runner) return std::nullopt;
  const auto rank = [](const Found& found) {
    if (found.state == model::CacheState::Exact) return found.filler.empty() ? 0 : 1;
    return found.state == model::CacheState::Partial ? 2 : 3;
  };
  bool worse = false;
  bool better = false;
  for (const CacheChange& change : difference.caches) {
    worse |= rank(change.from.found) > rank(change.to.found);
    better |= rank(change.from.found) < rank(change.to.found);
  }
  if (worse == better) return std::nullopt;
  return worse ? 1 : -1;
}

/// What an estimate comes to with every guess in the middle of its range.
double typical_seconds(const Estimate& estimate) {
  double seconds = std::exp(estimate.location);
  for (const Guess& factor : estimate.factors) seconds *= (factor.low + factor.high) / 2;
  for (const Guess& extra : estimate.extras) seconds += (extra.low + extra.high) / 2;
  return seconds;
}

/// The median, or of short steps the mean: the clock counts whole seconds, so most of them read 0 s or 1 s, but since
/// start and end are cut alike, the difference is right on average.
double typical_step(const std::vector<double>& seconds) {
  const double median = stats::quantile(seconds, 0.5);
  return median < kShortStep ? std::min(stats::mean(seconds), kShortStep) : median;
}

bool is_cold(const Definition& definition) {
  return std::any_of(definition.steps.begin(), definition.steps.end(),
                     [](const ActiveStep& step) { return step.found.state == model::CacheState::Miss; });
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < 2; ++i) text += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
  return names.size() > 2 ? text + fmt::format(" and {} more", names.size() - 2) : text;
}

}  // namespace

Estimator::Estimator(const Observations& observations) : definitions_(observations.definitions) {
  std::map<std::pair<std::string, uint32_t>, size_t> place;
  for (const Observation& observation : observations.list) {
    const std::string& leg = observation.over_legs ? observation.id : observation.leg;
    const auto [slot, is_new] = place.try_emplace({leg, observation.definition}, groups_.size());
    if (is_new) {
      groups_.push_back({});
      groups_.back().id = observation.id;
      groups_.back().leg = leg;
      groups_.back().definition = observation.definition;
    }
    Group& group = groups_[slot->second];
    group.runs.emplace_back(observation.run, observation.location);
    group.legs_deviation += observation.legs_deviation * observation.legs_deviation;
  }
  double squares = kPriorWeight * kPriorDeviation * kPriorDeviation;
  double freedom = kPriorWeight;
  for (Group& group : groups_) {
    std::vector<double> values;
    for (const auto& [run, location] : group.runs) values.push_back(location);
    const auto n = static_cast<double>(values.size());
    group.observations = static_cast<uint32_t>(values.size());
    group.location = stats::mean(values);
    group.deviation = stats::standard_deviation(values);
    group.legs_deviation = std::sqrt(group.legs_deviation / n);
    squares += (n - 1) * group.deviation * group.deviation;
    freedom += n - 1;
  }
  pooled_deviation_ = std::sqrt(squares / freedom);
  for (Group& group : groups_) {
    const auto n = static_cast<double>(group.observations);
    const double shrunk =
        kPriorWeight * pooled_deviation_ * pooled_deviation_ + (n - 1) * group.deviation * group.deviation;
    group.deviation = std::sqrt(shrunk / (kPriorWeight + n - 1));
    group.uncertainty = group.deviation / std::sqrt(n);
  }
  std::map<std::pair<std::string, std::string>, std::vector<double>> times;
  for (const StepTimes& step : observations.steps) {
    std::vector<double>& all = times[{step.id, step.step}];
    all.insert(all.end(), step.seconds.begin(), step.seconds.end());
  }
  for (const auto& [step, seconds] : times) steps_[step] = typical_step(seconds);
  prices_ = Prices(groups_, definitions_);
}

bool Estimator::is_measured(const std::string& id) const {
  return std::any_of(groups_.begin(), groups_.end(),
                     [&](const Group& group) { return group.id == id && group.origin == model::Origin::Measured; });
}

void Estimator::infer(const std::string& id, const Definition& definition, double deviation,
                      std::vector<double> draws) {
  auto known = std::find(definitions_.begin(), definitions_.end(), definition);
  if (known == definitions_.end()) known = definitions_.insert(definitions_.end(), definition);
  const auto number = static_cast<uint32_t>(known - definitions_.begin());
  auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& one) {
    return one.origin == model::Origin::Inferred && one.id == id && one.definition == number;
  });
  if (group == groups_.end()) {
    group = groups_.insert(group, Group{});
    group->id = id;
    group->leg = id;
    group->definition = number;
    group->origin = model::Origin::Inferred;
  }
  group->location = stats::mean(draws);
  group->uncertainty = stats::standard_deviation(draws);
  group->deviation = deviation;
  group->draws = std::move(draws);
}

const Group* Estimator::nearest_group(const std::string& leg, const Definition& definition) const {
  const std::string id = without_selector(leg);
  const Group* best = nullptr;
  double best_cost = std::numeric_limits<double>::infinity();
  for (const Group& group : groups_) {
    if (group.id != id) continue;
    // Another leg's time says less than one's own; a measurement more than an inference; many runs more than few.
    const double own = group.leg == leg ? 0 : 0.25;
    const double measured = group.origin == model::Origin::Measured ? 0 : 0.4;
    const double here = cost(difference(definitions_[group.definition], definition)) + own + measured -
                        0.01 * std::min<double>(group.observations, 10);
    if (here < best_cost) {
      best_cost = here;
      best = &group;
    }
  }
  return best;
}

Estimate Estimator::estimate(const std::string& leg, const Definition& definition) const {
  const Group* group = nearest_group(leg, definition);
  if (group == nullptr) return pooled(without_selector(leg), definition);
  const bool same_work = difference(definitions_[group->definition], definition).is_same_work();
  // What walls implied about a job that nobody measured while its caches were cold says less about it with warm ones
  // than alike jobs do.
  const bool warmed_up = is_cold(definitions_[group->definition]) && !is_cold(definition);
  if (group->origin == model::Origin::Inferred && warmed_up) return pooled(without_selector(leg), definition);
  Estimate result = estimate_of(*group, leg);
  if (same_work) return result;
  adjust(result, *group, definition);
  const double seconds = typical_seconds(result);
  for (const Group& bound : groups_) {
    if (bound.id != group->id || bound.origin != model::Origin::Measured || &bound == group) continue;
    const std::optional<int> order = compare_caches(difference(definitions_[bound.definition], definition));
    const double excess = std::log(seconds) - bound.location;
    const bool contradicts = order && std::abs(excess) > bound.deviation && (*order > 0) == (excess > 0);
    if (!contradicts) continue;
    // The job ran with caches that were no better (or no worse) throughout: what it took then is the better guess.
    result = estimate_of(bound, leg);
    result.origin = model::Origin::Pooled;
    return result;
  }
  return result;
}

Estimate Estimator::estimate_of(const Group& group, const std::string& leg) {
  Estimate estimate;
  estimate.location = group.location;
  estimate.deviation = std::hypot(group.deviation, group.legs_deviation);
  estimate.uncertainty = group.uncertainty;
  estimate.origin = group.origin;
  estimate.observations = group.observations;
  estimate.draws = group.draws;
  if (group.leg == leg && group.legs_deviation == 0) estimate.runs = group.runs;
  return estimate;
}

void Estimator::adjust(Estimate& estimate, const Group& group, const Definition& target) const {
  const Difference difference = calibration::difference(definitions_[group.definition], target);
  const double before = estimate.location;
  adjust_steps(estimate, group, difference);
  adjust_caches(estimate, group, difference);
  if (difference.other_runner) adjust_runner(estimate, group, target);
  const double moved = estimate.location - before;
  for (auto& [run, location] : estimate.runs) location += moved;
  for (double& location : estimate.draws) location += moved;
  const auto is_guessed = [](const Guess& guess) { return !guess.is_known(); };
  if (std::any_of(estimate.factors.begin(), estimate.factors.end(), is_guessed) ||
      std::any_of(estimate.extras.begin(), estimate.extras.end(), is_guessed)) {
    estimate.origin = model::Origin::Assumed;
  } else if (moved != 0 || !estimate.factors.empty() || !estimate.extras.empty()) {
    estimate.origin = std::max(estimate.origin, model::Origin::Pooled);
  }
}

void Estimator::adjust_steps(Estimate& estimate, const Group& group, const Difference& difference) const {
  double share = 0;
  std::vector<std::string> unknown;
  for (const std::string& step : difference.removed) {
    const std::optional<double> seconds = step_seconds(group.id, step);
    if (seconds) {
      share += *seconds / std::exp(group.location);
    } else {
      unknown.push_back(step);
    }
  }
  estimate.location += std::log(1 - std::min(share, kMostShare));
  if (!unknown.empty()) {
    estimate.factors.push_back(
        {"rest of " + group.id, 0.5, 1,
         fmt::format("{} keeps 50 to 100 % of its time without {}: no run tells how long that took", group.id,
                     quoted(unknown))});
  }
  unknown.clear();
  for (const std::string& step : difference.added) {
    const std::optional<double> seconds = step_seconds(group.id, step);
    if (!seconds) {
      unknown.push_back(step);
    } else if (*seconds > 0) {
      estimate.extras.push_back({group.id + ": " + step, *seconds, *seconds, {}});
    }
  }
  if (!unknown.empty()) {
    estimate.extras.push_back({group.id + ": new steps", 1, 30,
                               fmt::format("{} takes 1 to 30 s longer with {}: no run tells how long that takes",
                                           group.id, quoted(unknown))});
  }
}

void Estimator::adjust_caches(Estimate& estimate, const Group& group, const Difference& difference) const {
  std::vector<std::pair<double, double>> changes;  // seconds, least and most
  std::vector<std::string> priced;
  std::vector<std::string> unknown;
  std::string why;
  bool worse = false;
  for (const CacheChange& change : difference.caches) {
    const Price from = prices_.of(group.id, change.from);
    const Price to = prices_.of(group.id, change.to);
    if (!from.known || !to.known) {
      worse |= change.to.found.state > change.from.found.state;
      unknown.push_back(change.to.family);
      continue;
    }
    changes.emplace_back(to.low - from.high, to.high - from.low);
    priced.push_back(change.to.family);
    if (why.empty()) why = to.text.empty() ? from.text : to.text;
  }
  const auto [low, high] = together(changes);
  if (changes.size() > 1)
    why = why.empty() ? "between the largest and the sum of what each cost" : why + ", between the largest and the sum";
  const double now = std::exp(estimate.location);
  const std::string name = group.id + " and " + quoted(priced);
  if (low >= high) {
    if (low > 0) estimate.extras.push_back({name, low, low, {}});
    if (low < 0) estimate.location += std::log(std::max(0.2, 1 + low / now));
  } else if (low >= 0) {
    estimate.extras.push_back({name, low, high,
                               fmt::format("{} takes {} to {} longer for what it finds in {}: {}", group.id,
                                           format_duration(low), format_duration(high), quoted(priced), why)});
  } else {
    const double least = std::max(0.2, 1 + low / now);
    const double most = std::max(least, 1 + high / now);
    estimate.factors.push_back({name, least, most,
                                fmt::format("{} takes {:.0f} to {:.0f} % of its time for what it finds in {}: {}",
                                            group.id, 100 * least, 100 * most, quoted(priced), why)});
  }
  if (unknown.empty()) return;
  const std::string lacked = group.id + " and " + quoted(unknown);
  if (worse) {
    estimate.factors.push_back(
        {lacked, 1, 3,
         fmt::format("{} takes 1 to 3 times as long without {}: no run lacked it", group.id, quoted(unknown))});
  } else {
    estimate.factors.push_back(
        {lacked, 0.3, 1,
         fmt::format("{} takes 30 to 100 % of its time with {}: every run lacked it", group.id, quoted(unknown))});
  }
}

std::vector<double> Estimator::runner_ratios(const std::string& from, const std::string& to) const {
  std::vector<double> ratios;
  for (const Group& a : groups_) {
    for (const Group& b : groups_) {
      const Definition& here = definitions_[a.definition];
      const Definition& there = definitions_[b.definition];
      if (a.id != b.id || here.runner != from || there.runner != to || here.steps != there.steps) continue;
      ratios.push_back(std::exp(b.location - a.location));
    }
  }
  return ratios;
}

void Estimator::adjust_runner(Estimate& estimate, const Group& group, const Definition& target) const {
  const std::string& from = definitions_[group.definition].runner;
  const std::vector<double> ratios = runner_ratios(from, target.runner);
  if (ratios.empty()) {
    estimate.factors.push_back({group.id + " on " + target.runner, 0.6, 1.7,
                                fmt::format("{} takes 0.6 to 1.7 times as long on {} as on {}: no job was seen on both",
                                            group.id, target.runner, from)});
    return;
  }
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  estimate.factors.push_back(
      {group.id + " on " + target.runner, *least, *most,
       fmt::format("{} takes {:.2f} to {:.2f} times as long on {} as on {}, like {} jobs seen on both", group.id,
                   *least, *most, target.runner, from, ratios.size())});
}

Estimate Estimator::pooled(const std::string& id, const Definition& definition) const {
  Estimate estimate;
  estimate.deviation = pooled_deviation_;
  if (is_light(definition)) {
    estimate.location = std::log(kLightMedian);
    estimate.uncertainty = kLightUncertainty;
    return estimate;
  }
  double weight = 0;
  double sum = 0;
  double squares = 0;
  for (const Group& group : groups_) {
    if (group.id == id || group.origin != model::Origin::Measured) continue;
    const double alike = similarity(definitions_[group.definition], definition);
    const double same_state = is_cold(definitions_[group.definition]) == is_cold(definition) ? 1 : kOtherState;
    const double here = same_state * alike * alike * alike;
    weight += here;
    sum += here * group.location;
    squares += here * group.location * group.location;
  }
  estimate.origin = model::Origin::Pooled;
  if (weight < kLeastAlike) {
    estimate.origin = model::Origin::Assumed;
    weight = kLeastAlike;
    sum = weight * std::log(kUnknownMedian);
    squares =
        weight * (std::log(kUnknownMedian) * std::log(kUnknownMedian) + kUnknownUncertainty * kUnknownUncertainty);
  }
  estimate.location = sum / weight;
  const double between = std::max(0.0, squares / weight - estimate.location * estimate.location);
  estimate.uncertainty =
      std::sqrt((kBetweenJobsWeight * kBetweenJobs * kBetweenJobs + weight * between) / (kBetweenJobsWeight + weight));
  return estimate;
}

std::optional<double> Estimator::step_seconds(const std::string& id, const std::string& step) const {
  const auto found = steps_.find({id, to_lower(step)});
  return found == steps_.end() ? std::nullopt : std::optional<double>(found->second);
}

double Estimator::longest(const std::string& id) const {
  double seconds = 0;
  for (const Group& group : groups_) {
    if (group.id == id) seconds = std::max(seconds, std::exp(group.location));
  }
  return seconds;
}

std::optional<double> Estimator::step_share(const std::string& leg, const Definition& definition,
                                            const std::string& step) const {
  const Group* group = nearest_group(leg, definition);
  const std::optional<double> seconds = group == nullptr ? std::nullopt : step_seconds(group->id, step);
  if (!seconds) return std::nullopt;
  return std::min(kMostShare, *seconds / std::exp(group->location));
}

}  // namespace dagsim::calibration
