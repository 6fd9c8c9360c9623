#include "calibration/definition.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"

namespace dagsim::calibration {
namespace {

std::string work_of(const model::Step& step) {
  if (!step.uses.empty()) return "uses " + step.uses;
  return "run " + std::string(trim(step.run));
}

/// "run cargo test --all" gives "run cargo test": what kind of work a script starts with.
std::string kind_of_work(const std::string& work) {
  size_t end = 0;
  for (int word = 0; word < 3 && end != std::string::npos; ++word) end = work.find_first_of(" \n", end + 1);
  return work.substr(0, end);
}

/// What identifies a step across versions of a job: the family of a cache, else the name.
std::string identity(const ActiveStep& step) {
  return step.family.empty() ? step.name : "cache " + step.family;
}

/// Steps by identity and occurrence, so that two steps of one name are told apart.
std::map<std::pair<std::string, int>, const ActiveStep*> by_identity(const Definition& definition) {
  std::map<std::pair<std::string, int>, const ActiveStep*> result;
  std::map<std::string, int> seen;
  for (const ActiveStep& step : definition.steps) {
    const std::string key = identity(step);
    result[{key, seen[key]++}] = &step;
  }
  return result;
}

/// Legs of one matrix do the same work on other values: values that are long enough to be told from ordinary words give
/// way to their axis.
std::string without_matrix_values(std::string text, const model::Job& job) {
  std::vector<std::pair<std::string, std::string>> axes = job.matrix;
  std::stable_sort(axes.begin(), axes.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  for (const auto& [axis, value] : axes) {
    if (value.size() < 3) continue;
    const std::string place = "{" + axis + "}";
    for (size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + place.size())) {
      text.replace(at, value.size(), place);
    }
  }
  return text;
}

/// "Run ./.github/actions/setup / Restore tools" gives "Restore tools".
std::string last_segment(const std::string& name) {
  const size_t slash = name.rfind(" / ");
  return slash == std::string::npos ? name : name.substr(slash + 3);
}

/// The first ancestor that runs and saves the family: it owns the entry when the family was absent at the start.
std::string filler_of(const model::Pipeline& pipeline, const model::Graph& graph, model::JobId job,
                      const std::string& family) {
  for (const model::JobId other : graph.order()) {
    const model::Job& candidate = pipeline.job(other);
    if (candidate.presence == model::Presence::Skipped || !graph.is_ancestor(other, job)) continue;
    for (const model::Step& step : candidate.steps) {
      if (step.cache && model::saved_family(*step.cache) == family) return candidate.id;
    }
  }
  return {};
}

/// A cache step whose family is only in one of two definitions is still the same step if the other has one of the same
/// action that is without a match too: its key was renamed.
void match_renamed_caches(std::vector<const ActiveStep*>& removed, std::vector<const ActiveStep*>& added,
                          Difference& result) {
  for (auto before = removed.begin(); before != removed.end();) {
    const auto after = std::find_if(added.begin(), added.end(), [&](const ActiveStep* step) {
      return !step->family.empty() && !(*before)->family.empty() && step->work == (*before)->work;
    });
    if (after == added.end()) {
      ++before;
      continue;
    }
    if ((*after)->found != (*before)->found) result.caches.push_back({**before, **after});
    added.erase(after);
    before = removed.erase(before);
  }
}

}  // namespace

std::string step_name(const std::string& name, const model::Job& job) {
  return without_matrix_values(last_segment(name), job);
}

bool Definition::has_step(const std::string& name) const {
  return std::ranges::any_of(steps, [&](const ActiveStep& step) { return step.name == name; });
}

Definition define(const model::Pipeline& pipeline, const model::Graph& graph, model::JobId target,
                  const model::Job& source, const model::CacheStates& at_start) {
  const model::CacheStates seen = model::states_seen(pipeline, graph, target, at_start);
  Definition definition;
  const model::Job& placed = pipeline.job(target);
  const bool speed_given = placed.speed && !placed.measured_on.empty();
  for (const std::string& label : speed_given ? placed.measured_on : placed.runs_on) {
    definition.runner += (definition.runner.empty() ? "" : ",") + label;
  }
  for (const model::Step& step : source.steps) {
    if (!model::step_runs(pipeline, source, step, seen)) continue;
    ActiveStep active{step_name(step.name, source), without_matrix_values(work_of(step), source), {}, {}};
    if (step.cache && step.cache->restores) {
      active.family = step.cache->family;
      const auto state = seen.find(active.family);
      if (state != seen.end()) active.found.state = state->second;
      const auto before = at_start.find(active.family);
      const bool absent = before != at_start.end() && before->second != model::CacheState::Exact;
      if (absent && active.found.state == model::CacheState::Exact) {
        active.found.filler = filler_of(pipeline, graph, target, active.family);
      }
    }
    definition.steps.push_back(std::move(active));
  }
  return definition;
}

Difference difference(const Definition& from, const Definition& to) {
  Difference result;
  const auto before = by_identity(from);
  const auto after = by_identity(to);
  std::vector<const ActiveStep*> removed;
  std::vector<const ActiveStep*> added;
  for (const auto& [key, step] : before) {
    const auto match = after.find(key);
    if (match == after.end()) {
      removed.push_back(step);
      continue;
    }
    const ActiveStep& other = *match->second;
    if (other.work != step->work) result.changed.push_back(step->name);
    if (other.found != step->found) result.caches.push_back({*step, other});
  }
  for (const auto& [key, step] : after) {
    if (before.find(key) == before.end()) added.push_back(step);
  }
  match_renamed_caches(removed, added, result);
  for (const ActiveStep* step : removed) result.removed.push_back(step->name);
  for (const ActiveStep* step : added) result.added.push_back(step->name);
  result.other_runner = from.runner != to.runner;
  return result;
}

double similarity(const Definition& a, const Definition& b) {
  std::set<std::string> kinds_a;
  std::set<std::string> kinds_b;
  for (const ActiveStep& step : a.steps) kinds_a.insert(kind_of_work(step.work));
  for (const ActiveStep& step : b.steps) kinds_b.insert(kind_of_work(step.work));
  if (kinds_a.empty() || kinds_b.empty()) return 0;
  std::vector<std::string> common;
  std::set_intersection(kinds_a.begin(), kinds_a.end(), kinds_b.begin(), kinds_b.end(), std::back_inserter(common));
  const double united = static_cast<double>(kinds_a.size() + kinds_b.size() - common.size());
  return static_cast<double>(common.size()) / united;
}

bool is_light(const Definition& definition) {
  return definition.steps.size() <= 3 &&
         std::none_of(definition.steps.begin(), definition.steps.end(),
                      [](const ActiveStep& step) { return step.work.rfind("uses ", 0) == 0; });
}

}  // namespace dagsim::calibration
