#include "calibration/cache_evidence.h"

#include <algorithm>
#include <limits>
#include <map>

#include "base/text.h"

namespace dagsim::calibration {
namespace {

using history::RestoreRecord;

/// The texts of a template between what isn't known of it, in lower case.
std::vector<std::string> literals(std::string_view text) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size();) {
    const bool is_expression = text.substr(i).starts_with("${{");
    const size_t end = is_expression ? text.find("}}", i) : text[i] == '<' ? text.find('>', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      parts.back() += text[i++];
      continue;
    }
    parts.emplace_back();
    i = end + (is_expression ? 2 : 1);
  }
  for (std::string& part : parts) part = to_lower(part);
  return parts;
}

std::vector<const model::CacheUse*> restoring_uses(const model::Job& job) {
  std::vector<const model::CacheUse*> uses;
  for (const model::Step& step : job.steps) {
    if (step.cache && step.cache->restores) uses.push_back(&*step.cache);
  }
  return uses;
}

/// The use that each restore of a job's log was by, in the log's order; null where none is found.
std::vector<const model::CacheUse*> match(const std::vector<const RestoreRecord*>& restores,
                                          std::vector<const model::CacheUse*> uses) {
  const bool may_count = restores.size() == uses.size();
  const std::vector<const model::CacheUse*> in_order = uses;
  std::vector<const model::CacheUse*> matched(restores.size(), nullptr);
  for (size_t i = 0; i < restores.size(); ++i) {
    const model::CacheUse** best = nullptr;
    size_t most = 0;
    for (const model::CacheUse*& use : uses) {
      if (use == nullptr) continue;
      const std::optional<size_t> here = likeness(*use, restores[i]->key);
      if (!here || (best != nullptr && *here <= most)) continue;
      best = &use;
      most = *here;
    }
    if (best == nullptr) continue;
    matched[i] = *best;
    *best = nullptr;
  }
  for (size_t i = 0; i < restores.size() && may_count; ++i) {
    const bool is_free = std::ranges::find(uses, in_order[i]) != uses.end();
    if (matched[i] == nullptr && is_free) matched[i] = in_order[i];
  }
  return matched;
}

model::CacheState model_state(history::CacheState state) {
  switch (state) {
    case history::CacheState::Exact:
      return model::CacheState::Exact;
    case history::CacheState::Partial:
      return model::CacheState::Partial;
    case history::CacheState::Miss:
      break;
  }
  return model::CacheState::Miss;
}

}  // namespace

std::optional<size_t> likeness(const model::CacheUse& use, std::string_view key) {
  const std::vector<std::string> parts = literals(use.known_key.empty() ? use.key : use.known_key);
  const std::string text = to_lower(key);
  size_t at = 0;
  size_t characters = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const size_t found = text.find(parts[i], at);
    if (found == std::string::npos || (i == 0 && found != 0)) return std::nullopt;
    at = found + parts[i].size();
    characters += parts[i].size();
  }
  return characters;
}

model::CacheStates states_at_start(const history::RunRecord& run, const model::Pipeline& pipeline,
                                   const std::function<std::vector<model::JobId>(const std::string&)>& jobs) {
  std::map<std::string, std::vector<const RestoreRecord*>> by_job;
  for (const RestoreRecord& one : run.restores) by_job[one.job].push_back(&one);
  std::vector<std::pair<double, std::string>> in_time;
  for (const history::JobRecord& job : run.jobs) {
    if (by_job.contains(job.name)) {
      in_time.emplace_back(job.start.value_or(std::numeric_limits<double>::infinity()), job.name);
    }
  }
  std::ranges::sort(in_time);
  model::CacheStates states;
  for (const auto& [start, name] : in_time) {
    const std::vector<model::JobId> matched = jobs(name);
    if (matched.empty()) continue;
    const std::vector<const RestoreRecord*>& restores = by_job[name];
    const std::vector<const model::CacheUse*> uses = match(restores, restoring_uses(pipeline.job(matched.front())));
    for (size_t i = 0; i < restores.size(); ++i) {
      if (uses[i] != nullptr) states.emplace(uses[i]->family, model_state(restores[i]->state));
    }
  }
  return states;
}

}  // namespace dagsim::calibration
