#include "calibration/drift.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "stats/change_points.h"
#include "stats/estimate.h"
#include "stats/random.h"

namespace dagsim::calibration {
namespace {

constexpr size_t kFewestRuns = 8;  // on each side of a change
const double kLeastDifference = std::log(1.05);
constexpr double kSharedRate = 0.02;  // of a job that changed for no reason together with others
constexpr uint32_t kSameMoment = 3;   // runs: jobs that rarely run show a change later
constexpr double kPlaceBound = 7.35;  // of the likelihood ratio of a change's place, 95 % (Hansen 2000)
constexpr uint64_t kSeed = 1;

/// The times of one job under one definition, in order of time.
struct Series {
  std::string leg;
  uint32_t definition = 0;
  std::vector<uint32_t> runs;
  std::vector<double> values;
  std::vector<stats::ChangePoint> changes;

  /// The first place at or after a run.
  size_t place_of(uint32_t run) const {
    return static_cast<size_t>(std::ranges::lower_bound(runs, run) - runs.begin());
  }
};

std::vector<Series> series_of(const Observations& observations) {
  std::map<std::pair<std::string, uint32_t>, std::vector<size_t>> members;
  for (size_t i = 0; i < observations.list.size(); ++i) {
    const Observation& one = observations.list[i];
    if (!one.over_legs) members[{one.leg, one.definition}].push_back(i);
  }
  std::vector<Series> all;
  for (auto& [key, places] : members) {
    if (places.size() < 2 * kFewestRuns) continue;
    std::ranges::stable_sort(places, {}, [&](size_t place) { return observations.list[place].run; });
    Series series{key.first, key.second, {}, {}, {}};
    for (const size_t place : places) {
      series.runs.push_back(observations.list[place].run);
      series.values.push_back(observations.list[place].location);
    }
    all.push_back(std::move(series));
  }
  return all;
}

void find_own_changes(std::vector<Series>& all) {
  const stats::ChangeSearch search{kFalseChangeRate / static_cast<double>(all.size()), kFewestRuns, kLeastDifference};
  for (Series& series : all) {
    series.changes = find_change_points(series.values, search, stats::Stream(kSeed, "change/" + series.leg));
  }
}

/// The part of a series between the changes beside change `number`, in which it was found.
std::pair<size_t, size_t> part_of(const Series& series, size_t number) {
  const size_t from = number == 0 ? 0 : series.changes[number - 1].at;
  const size_t to = number + 1 == series.changes.size() ? series.values.size() : series.changes[number + 1].at;
  return {from, to};
}

/// Where a change of a series would stand if it happened at a run; nothing if the series tells that it didn't.
std::optional<size_t> place_at(const Series& series, size_t number, uint32_t moment) {
  const size_t own = series.changes[number].at;
  const size_t at = series.place_of(moment);
  const auto [from, to] = part_of(series, number);
  if (at < from + kFewestRuns || at + kFewestRuns > to) return std::nullopt;
  const std::span<const double> part = std::span(series.values).subspan(from, to - from);
  const double best = stats::clearness_of_cut(part, own - from);
  const double here = stats::clearness_of_cut(part, at - from);
  const bool is_near = std::max(series.runs[own], moment) - std::min(series.runs[own], moment) <= kSameMoment;
  return is_near || best * best - here * here <= kPlaceBound ? std::optional(at) : std::nullopt;
}

/// One change of one series, and where it would stand at the moment that is looked at.
struct Supporter {
  Series* series;
  size_t number;
  size_t at;
};

std::vector<Supporter> supporters_of(std::vector<Series>& all, uint32_t moment, const std::set<uint32_t>& moments) {
  std::vector<Supporter> supporters;
  for (Series& series : all) {
    for (size_t i = 0; i < series.changes.size(); ++i) {
      if (moments.contains(series.runs[series.changes[i].at])) continue;
      if (const auto at = place_at(series, i, moment)) supporters.push_back({&series, i, *at});
    }
  }
  return supporters;
}

/// Runs from which on two or more jobs changed, in order: as few as can be, the one that most jobs have in common
/// first. A job's change is moved to a moment that its times don't contradict, since the others place it better.
std::vector<uint32_t> shared_moments(std::vector<Series>& all) {
  std::set<uint32_t> moments;
  while (true) {
    std::set<uint32_t> candidates;
    for (const Series& series : all) {
      for (const stats::ChangePoint& change : series.changes) candidates.insert(series.runs[change.at]);
    }
    std::vector<Supporter> most;
    uint32_t best = 0;
    for (const uint32_t candidate : candidates) {
      if (moments.contains(candidate)) continue;
      std::vector<Supporter> supporters = supporters_of(all, candidate, moments);
      if (supporters.size() <= most.size()) continue;
      most = std::move(supporters);
      best = candidate;
    }
    if (most.size() < 2) return {moments.begin(), moments.end()};
    moments.insert(best);
    for (const Supporter& supporter : most) supporter.series->changes[supporter.number].at = supporter.at;
  }
}

/// The change at a moment that the job's own times tell of, now that the place need not be searched.
std::optional<stats::ChangePoint> change_at(const Series& series, uint32_t moment) {
  const size_t at = series.place_of(moment);
  const auto next = std::ranges::lower_bound(series.changes, at, {}, &stats::ChangePoint::at);
  const size_t from = next == series.changes.begin() ? 0 : std::prev(next)->at;
  const size_t to = next == series.changes.end() ? series.values.size() : next->at;
  if (at - from < kFewestRuns || to - at < kFewestRuns) return std::nullopt;
  const std::span<const double> part = std::span(series.values).subspan(from, to - from);
  const double p_value = stats::chance_of_cut(part, at - from);
  const double before = stats::quantile(part.first(at - from), 0.5);
  const double after = stats::quantile(part.subspan(at - from), 0.5);
  if (p_value > kSharedRate || std::abs(after - before) < kLeastDifference) return std::nullopt;
  return stats::ChangePoint{at, p_value};
}

/// Adds the changes at shared moments, the clearest first, since one that is taken for another's leaves nothing of it.
void add_shared_changes(Series& series, const std::vector<uint32_t>& moments) {
  while (true) {
    std::optional<stats::ChangePoint> clearest;
    for (const uint32_t moment : moments) {
      const std::optional<stats::ChangePoint> change = change_at(series, moment);
      if (change && (!clearest || change->p_value < clearest->p_value)) clearest = change;
    }
    if (!clearest) return;
    series.changes.insert(std::ranges::lower_bound(series.changes, clearest->at, {}, &stats::ChangePoint::at),
                          *clearest);
  }
}

void append_changes(const Series& series, std::vector<LevelChange>& changes) {
  const std::span<const double> values = series.values;
  for (size_t i = 0; i < series.changes.size(); ++i) {
    const size_t from = i == 0 ? 0 : series.changes[i - 1].at;
    const size_t at = series.changes[i].at;
    const size_t to = i + 1 == series.changes.size() ? values.size() : series.changes[i + 1].at;
    LevelChange change;
    change.leg = series.leg;
    change.definition = series.definition;
    change.run = series.runs[at];
    change.before = std::exp(stats::quantile(values.subspan(from, at - from), 0.5));
    change.after = std::exp(stats::quantile(values.subspan(at, to - at), 0.5));
    change.runs_before = static_cast<uint32_t>(at - from);
    change.runs_after = static_cast<uint32_t>(to - at);
    change.p_value = series.changes[i].p_value;
    changes.push_back(std::move(change));
  }
}

void drop_before(StepTimes& step, uint32_t run) {
  const auto first = std::ranges::lower_bound(step.runs, run) - step.runs.begin();
  if (step.runs.size() - static_cast<size_t>(first) < kFewestRuns) return;
  step.runs.erase(step.runs.begin(), step.runs.begin() + first);
  step.seconds.erase(step.seconds.begin(), step.seconds.begin() + first);
}

}  // namespace

std::vector<LevelChange> find_level_changes(const Observations& observations) {
  std::vector<Series> all = series_of(observations);
  find_own_changes(all);
  const std::vector<uint32_t> moments = shared_moments(all);
  std::vector<LevelChange> changes;
  for (Series& series : all) {
    add_shared_changes(series, moments);
    append_changes(series, changes);
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
  for (AsideObservation& one : observations.aside) {
    for (const LevelChange& change : changes) {
      if (one.run < change.run && change.leg == one.leg) one.seconds *= change.after / change.before;
    }
  }
  for (StepTimes& step : observations.steps) {
    for (const LevelChange& change : changes) {
      if (change.leg == step.leg) drop_before(step, change.run);
    }
  }
}

}  // namespace dagsim::calibration
