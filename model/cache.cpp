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

/// actions/cache: 'true' for an exact hit, 'false' for a restore key's, '' for none.
Value cache_hit(CacheState state) {
  switch (state) {
    case CacheState::Exact:
      return "true";
    case CacheState::Partial:
      return "false";
    case CacheState::Miss:
      break;
  }
  return "";
}

bool saves(const Job& job, const std::string& family) {
  return std::ranges::any_of(
      job.steps, [&](const Step& step) { return step.cache && step.cache->saves && step.cache->family == family; });
}

/// The outputs of the job's cache steps, as its later steps see them.
Object steps_context(const Job& job, const CacheStates& states) {
  Object steps;
  for (const Step& step : job.steps) {
    if (step.id.empty() || !step.cache || !step.cache->restores) continue;
    Object outputs;
    outputs.set("cache-hit", cache_hit(state_of(states, step.cache->family)));
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
      if (step.cache) found.insert(step.cache->family);
    }
  }
  return {found.begin(), found.end()};
}

CacheStates states_seen(const Pipeline& pipeline, const Graph& graph, JobId job, const CacheStates& at_start) {
  CacheStates seen;
  for (const std::string& family : restored_families(pipeline.job(job))) {
    CacheState state = state_of(at_start, family);
    for (uint32_t i = 0; i < pipeline.jobs.size() && state != CacheState::Exact; ++i) {
      const Job& other = pipeline.jobs[i];
      const bool fills = other.presence != Presence::Skipped && saves(other, family);
      if (fills && graph.is_ancestor(JobId{i}, job)) state = CacheState::Exact;
    }
    seen.emplace(family, state);
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
