// merge-jobs: one machine does the work of several jobs in order. The first keeps all its steps, of the others only the
// work is left (Share::Work with an empty key): set-up is paid once, but for caches that the first doesn't restore.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "model/edit_session.h"
#include "model/scope.h"
#include "model/steps.h"

namespace dagsim::model {

namespace {

using Axes = std::vector<std::pair<std::string, std::string>>;

class Merging {
 public:
  Merging(EditSession& session, const MergeJobs& operation) : session_(session), operation_(operation) {}

  void apply() {
    for (const std::string& reference : operation_.jobs) {
      for (const JobId job : session_.jobs(reference)) {
        if (std::ranges::find(jobs_, job) == jobs_.end()) jobs_.push_back(job);
      }
    }
    if (session_.diagnostics.has_errors() || !check()) return;
    std::vector<Job> made;
    for (const std::vector<JobId>& group : groups()) made.push_back(merge(group));
    replace(std::move(made));
  }

 private:
  const Job& job(JobId id) const { return session_.pipeline.job(id); }

  bool check() {
    const Job& first = job(jobs_.front());
    const std::string scope = scope_of(first.id);
    for (const JobId each : jobs_) ids_.insert(job(each).id);
    into_ = operation_.into.find('/') == std::string::npos ? qualify(scope, operation_.into) : operation_.into;
    if (!ids_.contains(into_) && session_.exists(into_)) {
      session_.error("duplicate-job", fmt::format("a job \"{}\" exists already", into_));
      return false;
    }
    for (const JobId each : jobs_) {
      if (scope_of(job(each).id) != scope || scope_of(into_) != scope) {
        session_.error("merge-scope", fmt::format("\"{}\" and \"{}\" lie in different workflows", first.id,
                                                  scope_of(into_) != scope ? into_ : job(each).id));
        return false;
      }
      if (job(each).condition != first.condition) {
        Diagnostic& finding = session_.error(
            "merge-conditions",
            fmt::format("\"{}\" and \"{}\" have different conditions; make them equal with set-condition first",
                        first.id, job(each).id));
        finding.notes.push_back({fmt::format("if: {}", first.condition), first.condition_where});
        finding.notes.push_back({fmt::format("if: {}", job(each).condition), job(each).condition_where});
        return false;
      }
    }
    return true;
  }

  /// Leg by leg when all jobs have the same matrix, otherwise all in one.
  std::vector<std::vector<JobId>> groups() const {
    std::map<Axes, std::vector<JobId>> by_axes;
    for (const JobId each : jobs_) by_axes[job(each).matrix].push_back(each);
    const bool alike =
        std::ranges::all_of(by_axes, [&](const auto& group) { return group.second.size() == ids_.size(); });
    if (!alike) return {jobs_};
    std::vector<std::vector<JobId>> groups;
    for (const auto& group : by_axes) groups.push_back(group.second);
    std::ranges::sort(groups);
    return groups;
  }

  Job merge(const std::vector<JobId>& group) {
    const Job& first = job(group.front());
    Job merged = first;
    merged.id = into_;
    merged.key = into_ + first.key.substr(std::min(first.id.size(), first.key.size()));
    const size_t suffix = first.name.ends_with(')') ? first.name.rfind(" (") : std::string::npos;
    merged.name = display_name(session_.pipeline, first.caller, local_name(into_)) +
                  (suffix == std::string::npos ? "" : first.name.substr(suffix));
    merged.stream = merged.key;
    for (const JobId each : group) {
      if (job(each).stream == merged.stream) merged.stream += "+";
    }
    merged.parts.clear();
    merged.scale = 1;
    merged.duration.reset();
    merged.speed.reset();
    for (const JobId each : group) {
      add_part(merged, job(each), each == group.front());
      if (each != group.front()) absorb(merged, job(each));
      inherit_coverage(session_.pipeline, each, merged.key);
    }
    std::erase_if(merged.needs, [&](const Need& need) { return ids_.contains(need.job); });
    return merged;
  }

  static void add_part(Job& merged, const Job& source, bool first) {
    merged.parts.push_back({std::make_shared<const Job>(source), first ? Share::Whole : Share::Work, ""});
  }

  void absorb(Job& merged, const Job& other) {
    for (const Need& need : other.needs) add_need(node_ref(merged), need.job, need.where);
    merged.reads.insert(merged.reads.end(), other.reads.begin(), other.reads.end());
    for (const std::string& output : other.outputs) {
      if (std::ranges::find(merged.outputs, output) == merged.outputs.end()) merged.outputs.push_back(output);
    }
    for (const Step& step : other.steps) {
      if (!is_setup(step) || brings_cache(merged, step)) merged.steps.push_back(step);
    }
    if (merged.timeout_minutes && other.timeout_minutes) {
      *merged.timeout_minutes += *other.timeout_minutes;
    } else {
      merged.timeout_minutes.reset();
    }
    merged.continue_on_error = merged.continue_on_error && other.continue_on_error;
    if (merged.runs_on != other.runs_on) {
      session_.note(fmt::format("\"{}\" runs on {} as \"{}\" does", merged.id, any_of(merged.runs_on), *ids_.begin()));
    }
  }

  static bool brings_cache(const Job& merged, const Step& step) {
    return (step.cache || !step.downloads.empty()) && std::ranges::none_of(merged.steps, [&](const Step& own) {
             return step.cache ? own.cache && own.cache->family == step.cache->family : own.downloads == step.downloads;
           });
  }

  void replace(std::vector<Job> made) {
    std::vector<Job>& jobs = session_.pipeline.jobs;
    const auto place = static_cast<std::ptrdiff_t>(index(*std::ranges::min_element(jobs_)));
    erase_jobs(session_.pipeline, jobs_);
    jobs.insert(jobs.begin() + place, std::make_move_iterator(made.begin()), std::make_move_iterator(made.end()));
    for (const std::string& id : ids_) {
      if (id != into_) rename_everywhere(session_, id, into_);
    }
  }

  EditSession& session_;
  const MergeJobs& operation_;
  std::vector<JobId> jobs_;
  std::set<std::string> ids_;
  std::string into_;
};

}  // namespace

void apply_operation(EditSession& session, const MergeJobs& operation) {
  Merging(session, operation).apply();
}

}  // namespace dagsim::model
