// remove-job, add-job, move-job.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "model/edit_session.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

/// Needs on ids without any job left, and callers that call nothing any more.
void drop_needs_on(EditSession& session, const std::string& id) {
  for (const NodeRef& node : session.all_nodes()) drop_need(session, node, id);
}

void drop_empty_callers(EditSession& session, std::string caller) {
  for (; !caller.empty(); caller = scope_of(caller)) {
    if (!session.pipeline.find(caller).empty()) return;
    std::erase_if(session.pipeline.callers, [&](const Caller& each) { return each.id == caller; });
    drop_needs_on(session, caller);
    session.note(fmt::format("\"{}\" calls no job any more and is removed", caller));
  }
}

/// Whether `id` may be given to a new job of the pipeline.
bool is_free(EditSession& session, const std::string& id) {
  if (session.exists(id)) {
    session.error("duplicate-job", fmt::format("a job \"{}\" exists already", id));
    return false;
  }
  const std::string caller = scope_of(id);
  if (caller.empty() || session.pipeline.find_caller(caller) != nullptr) return true;
  std::vector<std::string> callers;
  for (const Caller& each : session.pipeline.callers) callers.push_back(each.id);
  session.report_unknown("unknown-caller", fmt::format("no job \"{}\" calls a workflow", caller), caller, callers);
  return false;
}

std::vector<Step> cache_steps(const AddJob& operation, const SourceRange& where) {
  std::set<std::string> families(operation.restores.begin(), operation.restores.end());
  families.insert(operation.saves.begin(), operation.saves.end());
  const auto lists = [](const std::vector<std::string>& list, const std::string& family) {
    return std::ranges::find(list, family) != list.end();
  };
  std::vector<Step> steps;
  for (const std::string& family : families) {
    Step step;
    step.name = "Cache " + family;
    step.uses = "actions/cache";
    step.condition = "success()";
    step.cache = CacheUse{family, lists(operation.restores, family), lists(operation.saves, family), "", where};
    step.where = where;
    steps.push_back(std::move(step));
  }
  return steps;
}

/// Steps, runner and time of an existing job; nothing, with a finding, when it isn't one job.
std::optional<Job> model_job(EditSession& session, const AddJob& operation) {
  if (operation.like.empty()) return Job{};
  const std::vector<JobId> models = session.jobs(operation.like);
  if (models.empty()) return std::nullopt;
  const Job& like = session.pipeline.job(models.front());
  if (std::ranges::any_of(models, [&](JobId id) { return session.pipeline.job(id).id != like.id; })) {
    session.error("ambiguous-job", fmt::format("\"{}\" means several jobs; \"like\" takes one", operation.like));
    return std::nullopt;
  }
  Job job;
  job.steps = like.steps;
  job.runs_on = like.runs_on;
  job.timeout_minutes = like.timeout_minutes;
  job.parts = {{std::make_shared<const Job>(like), Share::Whole, ""}};
  return job;
}

/// Lets a job catch a kind of defect; an unknown kind is a finding.
void add_cover(EditSession& session, const std::string& name, const std::string& job) {
  std::vector<DefectKind>& kinds = session.pipeline.defects;
  const auto kind = std::ranges::find(kinds, name, &DefectKind::name);
  if (kind != kinds.end()) {
    kind->jobs.push_back(job);
    return;
  }
  std::vector<std::string> known;
  for (const DefectKind& one : kinds) known.push_back(one.name);
  const std::string message = known.empty() ? "no kind of defect is known, expected \"coverage\" in dagsim.yaml"
                                            : fmt::format("no kind of defect is called \"{}\"", name);
  session.report_unknown("unknown-defect", message, name, std::move(known));
}

/// Moves all legs of one id; needs of the job itself are set.
class Mover {
 public:
  Mover(EditSession& session, const MoveJob& operation, std::string from)
      : session_(session),
        operation_(operation),
        from_(std::move(from)),
        to_(qualify(operation.to, local_name(from_))) {}

  void move() {
    if (to_ != from_ && !is_free(session_, to_)) return;
    const std::string name = display_name(session_.pipeline, operation_.to, "");
    const std::string left = scope_of(from_);
    for (uint32_t i = 0; i < session_.pipeline.jobs.size(); ++i) {
      if (session_.pipeline.jobs[i].id == from_)
        inherit_coverage(session_.pipeline, JobId{i}, new_key(session_.pipeline.jobs[i]));
    }
    for (Job& job : session_.pipeline.jobs) {
      if (job.id != from_) continue;
      job.key = new_key(job);
      job.name = name + job.name.substr(left.empty() ? 0 : prefix_size(job.name, left));
      job.caller = operation_.to;
      job.id = to_;
      set_needs(job);
      drop_reads(job);
    }
    if (to_ == from_) return;
    rename_dependants();
    drop_empty_callers(session_, left);
  }

 private:
  std::string new_key(const Job& job) const { return to_ + job.key.substr(std::min(from_.size(), job.key.size())); }

  /// The part of a display name that its callers gave: one " / " for each level.
  static size_t prefix_size(const std::string& name, const std::string& caller) {
    size_t end = 0;
    for (size_t level = split(caller, '/').size(); level > 0; --level) {
      const size_t next = name.find(" / ", end);
      if (next == std::string::npos) break;
      end = next + 3;
    }
    return end;
  }

  void set_needs(Job& job) {
    if (operation_.needs) {
      std::vector<Need> needs;
      for (const std::string& name : *operation_.needs) {
        const std::string id = session_.need_id(operation_.to, name);
        if (!id.empty()) needs.push_back({id, session_.where});
      }
      const std::vector<Need> old = job.needs;
      for (const Need& need : old) {
        if (std::ranges::find(needs, need.job, &Need::job) == needs.end()) drop_need(session_, node_ref(job), need.job);
      }
      job.needs = std::move(needs);
      return;
    }
    const std::vector<Need> old = job.needs;
    for (const Need& need : old) {
      if (scope_of(need.job) == operation_.to) continue;
      drop_need(session_, node_ref(job), need.job);
      session_.note(
          fmt::format("\"{}\" no longer needs \"{}\" itself, which lies outside its new workflow", to_, need.job));
    }
  }

  /// Outputs of jobs that it can't need any more must come in as inputs. Those that its condition asks for are judged
  /// with the condition.
  void drop_reads(Job& job) {
    std::erase_if(job.reads, [&](const OutputUse& read) {
      const bool outside = scope_of(read.job) != operation_.to;
      if (outside) {
        session_.note(fmt::format("\"{}\" reads output \"{}\" of \"{}\", which its new workflow must get as an input",
                                  to_, read.output, read.job));
      }
      return outside;
    });
  }

  /// Who needs the job needs it under its new name or, from a workflow further out, the caller that it now lies below.
  void rename_dependants() {
    const std::string scope = scope_of(from_);
    std::string replacement = to_;
    while (scope_of(replacement) != scope && !scope_of(replacement).empty()) replacement = scope_of(replacement);
    if (scope_of(replacement) != scope) replacement = to_;
    const bool was_gate = session_.pipeline.gate == from_;
    rename_everywhere(session_, from_, replacement);
    for (Pipeline::Output& output : session_.pipeline.outputs) {
      if (output.job == replacement && replacement != to_) restore_output(output);
    }
    if (was_gate) session_.pipeline.gate = to_;
  }

  void restore_output(Pipeline::Output& output) const {
    // Outputs that were supplied for the caller itself keep its name: only declared ones of the moved job follow it.
    const auto moved = std::ranges::find(session_.pipeline.jobs, to_, &Job::id);
    if (std::ranges::find(moved->outputs, output.name) != moved->outputs.end()) output.job = to_;
  }

  EditSession& session_;
  const MoveJob& operation_;
  std::string from_;
  std::string to_;
};

std::set<std::string> ids_of(const Pipeline& pipeline, const std::vector<JobId>& jobs) {
  std::set<std::string> ids;
  for (const JobId job : jobs) ids.insert(pipeline.job(job).id);
  return ids;
}

}  // namespace

void apply_operation(EditSession& session, const RemoveJob& operation) {
  const std::vector<JobId> removed = session.jobs(operation.job);
  const std::set<std::string> ids = ids_of(session.pipeline, removed);
  erase_jobs(session.pipeline, removed);
  for (const std::string& id : ids) {
    if (session.exists(id)) continue;
    drop_needs_on(session, id);
    drop_empty_callers(session, scope_of(id));
  }
}

void apply_operation(EditSession& session, const AddJob& operation) {
  const std::string id = qualify(operation.caller, operation.id);
  const std::string scope = scope_of(id);
  if (!is_free(session, id)) return;
  std::optional<Job> job = model_job(session, operation);
  if (!job) return;
  job->key = job->id = job->stream = id;
  job->caller = scope;
  job->name = display_name(session.pipeline, scope, local_name(id));
  job->where = session.where;
  if (!operation.runs_on.empty()) job->runs_on = {operation.runs_on};
  if (operation.duration) {
    job->duration = operation.duration;
    job->parts.clear();
  }
  std::vector<Step> steps = cache_steps(operation, session.where);
  job->steps.insert(job->steps.begin(), steps.begin(), steps.end());
  for (const std::string& name : operation.needs) {
    const std::string need = session.need_id(scope, name);
    if (!need.empty()) add_need(node_ref(*job), need, session.where);
  }
  for (const std::string& name : operation.needed_by) {
    const std::string local = qualify(scope, name);
    const std::string reference = session.pipeline.find_caller(name) == nullptr && session.exists(local) ? local : name;
    for (const NodeRef& node : session.nodes(reference)) add_need(node, id, session.where);
  }
  session.pipeline.jobs.push_back(std::move(*job));
  for (const std::string& kind : operation.covers) add_cover(session, kind, id);
}

void apply_operation(EditSession& session, const MoveJob& operation) {
  const std::vector<JobId> moved = session.jobs(operation.job);
  for (const std::string& id : ids_of(session.pipeline, moved)) {
    const std::vector<JobId> legs = session.pipeline.find(id);
    if (!std::ranges::includes(moved, legs)) {
      session.error("move-job",
                    fmt::format("\"{}\" means some legs of \"{}\" only; legs move together", operation.job, id));
      continue;
    }
    Mover(session, operation, id).move();
  }
}

}  // namespace dagsim::model
