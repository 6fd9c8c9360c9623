// Operations are carried out in order; after each one the broken rules are listed, so that a rule that is broken at the
// end is blamed on the operation that broke it last, and what an operation breaks a later one may mend.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "model/edit_check.h"
#include "model/edit_session.h"
#include "model/graph.h"

namespace dagsim::model {

namespace {

/// Since which operation each rule is broken; those that were broken before the edit are left out.
class Blame {
 public:
  explicit Blame(const Pipeline& before) : before_(violations(before)) {}

  void update(const Pipeline& pipeline, const SourceRange& operation) {
    std::map<std::string, SourceRange> since;
    now_ = violations(pipeline);
    std::erase_if(now_, [&](const Violation& each) { return was_broken(each); });
    for (const Violation& each : now_) {
      const auto known = since_.find(each.key);
      since.emplace(each.key, known == since_.end() ? operation : known->second);
    }
    since_ = std::move(since);
  }

  void report(Diagnostics& diagnostics, const ApplyOptions& options) const {
    for (const Violation& each : now_) {
      if (each.rule == kLostCoverage && options.allow_lost_coverage) continue;
      diagnostics.error(each.rule, each.message, since_.at(each.key)).notes = each.notes;
    }
  }

  bool has(const std::string& key) const { return since_.contains(key); }

 private:
  bool was_broken(const Violation& violation) const {
    return std::ranges::find(before_, violation.key, &Violation::key) != before_.end();
  }

  std::vector<Violation> before_;
  std::vector<Violation> now_;
  std::map<std::string, SourceRange> since_;
};

/// Jobs that the gate waited for and no longer does, by the name that edits keep.
void note_freed_jobs(const Pipeline& before, const Graph& old, const Pipeline& after, const Graph& graph,
                     EditEffects& effects) {
  const auto held = [](const Pipeline& pipeline, const Graph& dag, JobId job) {
    const std::vector<JobId> gate = gate_jobs(pipeline);
    return std::ranges::any_of(gate, [&](JobId each) { return each == job || dag.is_ancestor(job, each); });
  };
  for (uint32_t i = 0; i < after.jobs.size(); ++i) {
    if (held(after, graph, JobId{i})) continue;
    const auto was = std::ranges::find(before.jobs, after.jobs[i].stream, &Job::stream);
    if (was == before.jobs.end() || !held(before, old, JobId{static_cast<uint32_t>(was - before.jobs.begin())}))
      continue;
    effects.notes.push_back(fmt::format("\"{}\" no longer holds back the gate \"{}\"", after.jobs[i].key, after.gate));
  }
}

/// Coverage that is lost because jobs are gone or because their conditions are now false.
void judge_coverage(const Pipeline& before, const Pipeline& after, const SourceRange& last, const Blame& blame,
                    const ApplyOptions& options, EditEffects& effects, Diagnostics& diagnostics) {
  effects.lost_coverage = lost_coverage(before, after);
  for (const std::string& kind : effects.lost_coverage) {
    if (options.allow_lost_coverage || blame.has("coverage " + kind)) continue;
    diagnostics.error(kLostCoverage, fmt::format("no job that runs catches \"{}\" any more", kind), last);
  }
}

}  // namespace

EditEffects apply(Pipeline& pipeline, const std::vector<Operation>& operations, Diagnostics& diagnostics,
                  const ApplyOptions& options) {
  EditEffects effects;
  Diagnostics found;
  Pipeline before = pipeline;
  Blame blame(before);
  for (const Operation& operation : operations) {
    EditSession session{pipeline, found, effects, operation.where};
    std::visit([&](const auto& action) { apply_operation(session, action); }, operation.action);
    if (found.has_errors()) break;
    blame.update(pipeline, operation.where);
  }
  if (!found.has_errors()) blame.report(found, options);
  const Graph graph = found.has_errors() ? Graph{} : Graph::build(pipeline, found);
  if (!found.has_errors() && !operations.empty()) {
    // Warnings about conditions belong to whoever resolves the presence of the baseline.
    Diagnostics scratch;
    const Graph old = Graph::build(before, scratch);
    Pipeline after = pipeline;
    resolve_presence(before, old, scratch);
    resolve_presence(after, graph, scratch);
    note_freed_jobs(before, old, after, graph, effects);
    judge_coverage(before, after, operations.back().where, blame, options, effects, found);
  }
  diagnostics.append(found);
  return effects;
}

}  // namespace dagsim::model
