// remove-step, scale, set-duration, set-cache, set-condition, set-runner: what stays within jobs.
#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "expression/expression.h"
#include "model/cache.h"
#include "model/edit_session.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

bool is_named(const Step& step, const std::string& reference) {
  return step.name == reference || step.id == reference || step.uses == reference;
}

/// Calls `change` with the steps that `reference` (name, id, action, else a glob over names) means in each job; none in
/// a job is a finding.
template <typename Change>
void change_steps(EditSession& session, const std::string& job_reference, const std::string& reference, Change change) {
  for (const JobId id : session.jobs(job_reference)) {
    Job& job = session.pipeline.job(id);
    std::vector<size_t> found;
    for (const bool exact : {true, false}) {
      for (size_t i = 0; i < job.steps.size() && (exact || reference.find('*') != std::string::npos); ++i) {
        const Step& step = job.steps[i];
        if (exact ? is_named(step, reference) : glob_match(reference, step.name)) found.push_back(i);
      }
      if (!found.empty()) break;
    }
    if (found.empty()) {
      std::vector<std::string> names;
      for (const Step& step : job.steps) names.push_back(step.name);
      session.report_unknown("unknown-step", fmt::format("\"{}\" has no step \"{}\"", job.key, reference), reference,
                             std::move(names));
      return;
    }
    change(job, found);
  }
}

/// Reads that come from the condition give way to those of the new one.
void replace_condition_reads(NodeRef node, const std::string& condition, const SourceRange& where) {
  std::erase_if(node.reads, [&](const OutputUse& read) {
    const SourceRange& old = node.condition_where;
    return read.where && read.where.file == old.file && read.where.range.begin >= old.range.begin &&
           read.where.range.end <= old.range.end;
  });
  for (const std::string& reference : expression::references(expression::Expression::parse(condition))) {
    const std::vector<std::string_view> path = split(reference, '.');
    if (path.size() < 4 || path[0] != "needs" || path[2] != "outputs") continue;
    for (const Need& need : node.needs) {
      if (equals_ignore_case(local_name(need.job), path[1]))
        node.reads.push_back({need.job, std::string(path[3]), where});
    }
  }
}

void set_saver(EditSession& session, const SetCache& operation) {
  for (const JobId id : session.jobs(*operation.saver)) {
    Job& job = session.pipeline.job(id);
    const auto last = std::find_if(job.steps.rbegin(), job.steps.rend(), [&](const Step& step) {
      return step.cache && step.cache->family == operation.family && step.cache->restores;
    });
    if (last == job.steps.rend()) {
      Diagnostic& finding = session.error(
          "cache-saver",
          fmt::format("\"{}\" can't save cache family \"{}\", which it does not restore", job.key, operation.family));
      const std::vector<std::string> restored = restored_families(job);
      if (!restored.empty()) finding.notes.push_back({fmt::format("it restores {}", any_of(restored)), job.where});
      return;
    }
    last->cache->saves = true;
  }
}

}  // namespace

void apply_operation(EditSession& session, const RemoveStep& operation) {
  change_steps(session, operation.job, operation.step, [](Job& job, const std::vector<size_t>& found) {
    for (auto i = found.rbegin(); i != found.rend(); ++i)
      job.steps.erase(job.steps.begin() + static_cast<std::ptrdiff_t>(*i));
  });
}

void apply_operation(EditSession& session, const Scale& operation) {
  if (operation.step.empty()) {
    for (const JobId job : session.jobs(operation.job)) session.pipeline.job(job).scale *= operation.by;
    return;
  }
  change_steps(session, operation.job, operation.step, [&](Job& job, const std::vector<size_t>& found) {
    for (const size_t i : found) job.steps[i].scale *= operation.by;
  });
}

void apply_operation(EditSession& session, const SetDuration& operation) {
  if (operation.step.empty()) {
    for (const JobId job : session.jobs(operation.job)) session.pipeline.job(job).duration = operation.duration;
    return;
  }
  change_steps(session, operation.job, operation.step, [&](Job& job, const std::vector<size_t>& found) {
    for (const size_t i : found) job.steps[i].duration = operation.duration;
  });
}

void apply_operation(EditSession& session, const SetCache& operation) {
  const std::vector<std::string> known = families(session.pipeline);
  if (std::ranges::find(known, operation.family) == known.end()) {
    session.report_unknown("unknown-cache", fmt::format("no step uses cache family \"{}\"", operation.family),
                           operation.family, known);
    return;
  }
  if (operation.saver) set_saver(session, operation);
  if (operation.warm) session.effects.warm.emplace_back(operation.family, *operation.warm);
  if (!operation.key) return;
  for (Job& job : session.pipeline.jobs) {
    for (Step& step : job.steps) {
      if (step.cache && step.cache->family == operation.family) step.cache->key = *operation.key;
    }
  }
}

void apply_operation(EditSession& session, const SetCondition& operation) {
  std::string condition;
  try {
    condition = expression::normalise_condition(operation.condition);
  } catch (const expression::ExpressionError& error) {
    session.error("condition", fmt::format("the condition \"{}\" has a fault at byte {}: {}", operation.condition,
                                           error.offset + 1, error.what()));
    return;
  }
  if (operation.step.empty()) {
    for (const NodeRef& node : session.nodes(operation.job)) {
      replace_condition_reads(node, condition, session.where);
      node.condition = condition;
      node.condition_where = session.where;
    }
    return;
  }
  change_steps(session, operation.job, operation.step, [&](Job& job, const std::vector<size_t>& found) {
    for (const size_t i : found) job.steps[i].condition = condition;
  });
}

void apply_operation(EditSession& session, const SetRunner& operation) {
  for (const JobId id : session.jobs(operation.job)) {
    Job& job = session.pipeline.job(id);
    if (operation.speed) {
      if (job.measured_on.empty()) job.measured_on = job.runs_on;
      // Twice as fast takes half the time.
      job.speed = AssumedDuration{1 / operation.speed->high, 1 / operation.speed->low, operation.speed->where};
    }
    job.runs_on = operation.runs_on;
  }
}

void apply_operation(EditSession&, const Include&) {
  DAGSIM_ASSERT(false, "the study resolves include before it applies an edit");
}

void apply_operation(EditSession&, const ReplaceWorkflow&) {
  DAGSIM_ASSERT(false, "the study loads replaced workflows before it applies an edit");
}

}  // namespace dagsim::model
