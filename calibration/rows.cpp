#include "calibration/rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "calibration/branches.h"

namespace dagsim::calibration {
namespace {

constexpr double kHalfLifeRuns = 150;  // a run counts half as much as one that many runs later
constexpr size_t kFewestOfEvent = 8;   // runs of the same event are preferred when there are that many

using Variants = std::vector<std::pair<model::CacheStates, double>>;  // cache states and weight

/// Splits every variant at all probabilities that any pipeline assumes for the family. Below the probability that this
/// pipeline assumes the family is warm; without one it stays as it was found.
Variants split_by(const Variants& variants, const std::string& family, const std::vector<double>& probabilities,
                  const CacheAssumptions& caches) {
  std::vector<double> ends{0, 1};
  for (const double probability : probabilities) ends.push_back(std::clamp(probability, 0.0, 1.0));
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  const auto warm = std::find_if(caches.warm.rbegin(), caches.warm.rend(),
                                 [&](const auto& assumed) { return assumed.first == family; });
  Variants result;
  for (const auto& [states, weight] : variants) {
    for (size_t i = 1; i < ends.size(); ++i) {
      result.emplace_back(states, weight * (ends[i] - ends[i - 1]));
      if (warm == caches.warm.rend()) continue;
      result.back().first[family] = ends[i] <= warm->second ? model::CacheState::Exact : model::CacheState::Miss;
    }
  }
  return result;
}

uint32_t class_of(RowTable& table, const model::CacheStates& states) {
  const auto known = std::find(table.at_start.begin(), table.at_start.end(), states);
  const auto number = static_cast<uint32_t>(known - table.at_start.begin());
  if (known == table.at_start.end()) table.at_start.push_back(states);
  return number;
}

void add_run(RowTable& table, const std::string& id, uint32_t run, double weight, const model::CacheStates& states,
             const CacheAssumptions& caches) {
  Variants variants{{states, weight}};
  for (const auto& [family, probabilities] : caches.split) {
    variants = split_by(variants, family, probabilities, caches);
  }
  for (const auto& [variant, variant_weight] : variants) {
    table.rows.push_back({id, variant_weight, run});
    table.run.push_back(run);
    table.state_class.push_back(class_of(table, variant));
  }
}

}  // namespace

std::vector<uint32_t> runs_to_draw(const Observations& observations, const std::string& event) {
  const std::vector<UsedRun>& runs = observations.runs;
  const bool any_states =
      std::any_of(runs.begin(), runs.end(), [](const UsedRun& run) { return run.states.has_value(); });
  std::vector<uint32_t> usable;
  std::vector<uint32_t> same_event;
  for (uint32_t i = 0; i < runs.size(); ++i) {
    if (any_states && !runs[i].states) continue;
    usable.push_back(i);
    if (runs[i].record->event == event) same_event.push_back(i);
  }
  return same_event.size() >= kFewestOfEvent ? same_event : usable;
}

RowTable make_rows(const Observations& observations, const model::Pipeline& pipeline, const CacheAssumptions& caches) {
  model::CacheStates assumed;
  for (const std::string& family : model::families(pipeline)) {
    for (const auto& [glob, state] : caches.at_start) {
      if (glob_match(glob, family)) assumed[family] = state;
    }
  }
  RowTable table;
  const std::vector<uint32_t> runs = runs_to_draw(observations, pipeline.event);
  std::vector<double> weights;
  for (size_t i = 0; i < runs.size(); ++i)
    weights.push_back(std::exp2(-static_cast<double>(runs.size() - 1 - i) / kHalfLifeRuns));
  const double factor = branch_factor(observations, runs, weights, pipeline.branch);
  for (size_t i = 0; i < runs.size(); ++i) {
    const UsedRun& run = observations.runs[runs[i]];
    model::CacheStates states = assumed;
    if (run.states) states.insert(run.states->begin(), run.states->end());
    const bool is_own = !pipeline.branch.empty() && run.record->branch == pipeline.branch;
    add_run(table, run.record->id, runs[i], weights[i] * (is_own ? factor : 1), states, caches);
  }
  if (runs.empty()) add_run(table, "", kNoRun, 1, assumed, caches);
  return table;
}

}  // namespace dagsim::calibration
