#include "model/cache.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "expression/expression.h"
#include "model/condition.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

using expression::Object;
using expression::Value;

CacheState state_of(const CacheStates& states, const std::string& family) {
  const auto found = states.find(family);
  return found == states.end() ? CacheState::Exact : found->second;
}

/// actions/cache: 'true' for an exact hit, 'false' for a restore key's, '' for none; other actions say 'false' then.
Value cache_hit(CacheState state, const CacheUse& use) {
  switch (state) {
    case CacheState::Exact:
      return "true";
    case CacheState::Partial:
      return "false";
    case CacheState::Miss:
      break;
  }
  return use.miss_output;
}

/// The best that the steps of a job that saves leave for `use`.
CacheState left_by(const Job& job, const CacheUse& use) {
  CacheState best = CacheState::Miss;
  for (const Step& step : job.steps) {
    if (step.cache) best = std::min(best, filled_by(use, *step.cache));
  }
  return best;
}

/// The outputs of the job's cache steps, as its later steps see them.
Object steps_context(const Job& job, const CacheStates& states) {
  Object steps;
  for (const Step& step : job.steps) {
    if (step.id.empty() || !step.cache || !step.cache->restores) continue;
    Object outputs;
    outputs.set("cache-hit", cache_hit(state_of(states, step.cache->family), *step.cache));
    Object entry;
    entry.set("outputs", std::move(outputs));
    steps.set(step.id, std::move(entry));
  }
  return steps;
}

/// In a green run, at a step of a job that runs.
std::map<std::string, expression::Function> green_status() {
  const auto constant = [](bool value) { return [value](std::span<const Value>) { return Value(value); }; };
  return {{"success", constant(true)},
          {"always", constant(true)},
          {"failure", constant(false)},
          {"cancelled", constant(false)}};
}

}  // namespace

std::string_view to_string(CacheState state) {
  switch (state) {
    case CacheState::Exact:
      return "exact";
    case CacheState::Partial:
      return "partial";
    case CacheState::Miss:
      break;
  }
  return "miss";
}

std::vector<std::string> restored_families(const Job& job) {
  std::set<std::string> found;
  for (const Step& step : job.steps) {
    if (step.cache && step.cache->restores) found.insert(step.cache->family);
  }
  return {found.begin(), found.end()};
}

std::vector<std::string> families(const Pipeline& pipeline) {
  std::set<std::string> found;
  for (const Job& job : pipeline.jobs) {
    for (const Step& step : job.steps) {
      if (!step.cache) continue;
      found.insert(step.cache->family);
      if (step.cache->saves) found.insert(std::string(saved_family(*step.cache)));
    }
  }
  return {found.begin(), found.end()};
}

std::string_view saved_family(const CacheUse& use) {
  if (!use.saves) return {};
  return use.saved_family.empty() ? use.family : use.saved_family;
}

CacheState filled_by(const CacheUse& use, const CacheUse& other) {
  if (saved_family(other) != use.family) return CacheState::Miss;
  if (use.key != other.key) return CacheState::Exact;
  if (use.windows_only != other.windows_only) return CacheState::Miss;
  if (!use.paths.empty() && !other.paths.empty() && use.paths != other.paths) return CacheState::Miss;
  if (use.known_key.empty() || other.known_key.empty() || use.known_key == other.known_key) return CacheState::Exact;
  const auto begins = [&](const std::string& key) { return !key.empty() && other.known_key.starts_with(key); };
  return std::ranges::any_of(use.restore_keys, begins) ? CacheState::Partial : CacheState::Miss;
}

CacheStates states_seen(const Pipeline& pipeline, const Graph& graph, JobId job, const CacheStates& at_start) {
  CacheStates seen;
  for (const Step& step : pipeline.job(job).steps) {
    if (!step.cache || !step.cache->restores) continue;
    CacheState state = state_of(at_start, step.cache->family);
    for (uint32_t i = 0; i < pipeline.jobs.size() && state != CacheState::Exact; ++i) {
      if (pipeline.jobs[i].presence == Presence::Skipped || !graph.is_ancestor(JobId{i}, job)) continue;
      state = std::min(state, left_by(pipeline.jobs[i], *step.cache));
    }
    CacheState& worst = seen.emplace(step.cache->family, state).first->second;
    worst = std::max(worst, state);
  }
  return seen;
}

bool step_runs(const Pipeline& pipeline, const Job& job, const Step& step, const CacheStates& states) {
  if (step.condition.empty() || step.condition == "success()") return true;
  expression::Scope scope{workflow_contexts(pipeline, job.caller), green_status()};
  scope.contexts.set("matrix", matrix_context(job));
  scope.contexts.set("steps", steps_context(job, states));
  const auto term = [&](std::string_view text) {
    try {
      const auto parsed = expression::Expression::parse(text);
      for (const std::string& reference : expression::references(parsed)) {
        const bool whole = reference.starts_with("matrix.") || (job.caller.empty() && reference.starts_with("inputs."));
        if (!whole && !resolves(scope.contexts, reference)) return Truth::Unknown;
      }
      return expression::truthy(expression::evaluate(parsed, scope)) ? Truth::True : Truth::False;
    } catch (const expression::ExpressionError&) {
      return Truth::Unknown;
    }
  };
  return truth(step.condition, term) != Truth::False;
}

}  // namespace dagsim::model
