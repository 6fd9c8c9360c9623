#include "study/best_set.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "study/compare.h"
#include "study/summary.h"

namespace dagsim::study {
namespace {

constexpr size_t kMostSets = 2'000;

bool is_included(const model::Operation& operation) {
  return std::holds_alternative<model::Include>(operation.action);
}
bool replaces(const EditSpec& edit) {
  return std::ranges::any_of(edit.operations, [](const model::Operation& operation) {
    return std::holds_alternative<model::ReplaceWorkflow>(operation.action);
  });
}

/// How many sets of two to `most` out of `count` there are, or more than the limit.
size_t sets_among(size_t count, uint32_t most) {
  size_t all = 0;
  size_t sets = count;
  for (size_t size = 2; size <= most && size <= count && all <= kMostSets; ++size) {
    sets = sets * (count - size + 1) / size;
    all += sets;
  }
  return all;
}

/// One edit that carries out several; one that replaces the workflow comes first.
EditSpec combine(std::vector<const EditSpec*> edits) {
  std::ranges::stable_partition(edits, [](const EditSpec* edit) { return replaces(*edit); });
  EditSpec set;
  std::vector<std::string> ids;
  for (const EditSpec* edit : edits) {
    ids.push_back(edit->id);
    set.operations.push_back({model::Include{edit->id}, edit->where});
    set.where = edit->where;
  }
  set.id = join(ids, " + ");
  return set;
}

void add_sets(const std::vector<const EditSpec*>& edits, size_t from, uint32_t most, std::vector<const EditSpec*>& open,
              std::vector<EditSpec>& sets) {
  if (open.size() >= 2) sets.push_back(combine(open));
  if (open.size() == most) return;
  for (size_t i = from; i < edits.size(); ++i) {
    const bool second =
        replaces(*edits[i]) && std::ranges::any_of(open, [](const EditSpec* one) { return replaces(*one); });
    if (second) continue;
    open.push_back(edits[i]);
    add_sets(edits, i + 1, most, open, sets);
    open.pop_back();
  }
}

}  // namespace

std::vector<EditSpec> sets_of_edits(const Scenario& scenario, uint32_t most, Diagnostics& diagnostics) {
  std::vector<const EditSpec*> edits;
  for (const EditSpec& edit : scenario.edits) {
    if (std::ranges::none_of(edit.operations, is_included)) edits.push_back(&edit);
  }
  if (sets_among(edits.size(), most) > kMostSets) {
    diagnostics.error("too-many-sets",
                      fmt::format("{} edits make more than {} sets of up to {}, expected smaller sets (--best-set) or "
                                  "fewer edits",
                                  edits.size(), kMostSets, most),
                      edits.back()->where);
    return {};
  }
  std::vector<EditSpec> sets;
  std::vector<const EditSpec*> open;
  add_sets(edits, 0, most, open, sets);
  return sets;
}

std::vector<std::string> members_of(const EditSpec& set) {
  std::vector<std::string> ids;
  for (const model::Operation& operation : set.operations) {
    if (const auto* include = std::get_if<model::Include>(&operation.action)) ids.push_back(include->edit);
  }
  if (ids.empty()) ids.push_back(set.id);
  return ids;
}

size_t simplest_of_best(const sim::Race& race, const std::vector<size_t>& sizes) {
  const double near = least_that_matters(race.racers[race.left.front()].mean);
  size_t chosen = race.left.front();
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (race.racers[i].behind > near) continue;
    const bool is_better = race.racers[i].behind < race.racers[chosen].behind;
    if (sizes[i] < sizes[chosen] || (sizes[i] == sizes[chosen] && is_better)) chosen = i;
  }
  return chosen;
}

std::vector<SetStep> steps_of(const std::vector<std::string>& best, const std::vector<SimulatedSet>& sets,
                              const sim::Results& results) {
  std::vector<SetStep> steps;
  std::vector<std::string> done;
  const std::vector<float>* before = &results.variants.front().wall;
  while (done.size() < best.size()) {
    const SimulatedSet* next = nullptr;
    for (const SimulatedSet& set : sets) {
      const auto holds = [&](const std::string& id) { return std::ranges::count(set.members, id) > 0; };
      const bool fits =
          set.members.size() > done.size() && std::ranges::all_of(done, holds) &&
          std::ranges::all_of(set.members, [&](const auto& id) { return std::ranges::count(best, id) > 0; });
      if (!fits) continue;
      const bool shorter = next == nullptr || set.members.size() < next->members.size() ||
                           (set.members.size() == next->members.size() && set.line->wall.mean < next->line->wall.mean);
      if (shorter) next = &set;
    }
    if (next == nullptr) break;
    SetStep step;
    std::vector<std::string> added;
    for (const std::string& id : next->members) {
      if (std::ranges::count(done, id) == 0) added.push_back(id);
    }
    step.edit = join(added, " + ");
    step.wall = next->line->wall;
    step.gain = paired_change(*before, results.variants[next->variant].wall, results.resamples, kConfidence);
    step.next_bottleneck = largest_drag(*next->line);
    steps.push_back(std::move(step));
    before = &results.variants[next->variant].wall;
    done = next->members;
  }
  return steps;
}

}  // namespace dagsim::study
