#include "model/concurrency.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "model/call.h"

namespace dagsim::model {

namespace {

/// One group while entrants arrive; indices into them.
struct Group {
  std::optional<size_t> running;
  std::vector<size_t> waiting;
};

void enter(std::span<const Entrant> entrants, size_t newcomer, Group& group, std::vector<Admitted>& admitted) {
  const auto cancel = [&](size_t other) { admitted[other] = {Admission::Cancelled, newcomer}; };
  if (!group.running) {
    group.running = newcomer;
    return;
  }
  if (entrants[newcomer].cancel_in_progress) {
    cancel(*group.running);
    std::ranges::for_each(group.waiting, cancel);
    group = {newcomer, {}};
    return;
  }
  if (entrants[newcomer].queue == Concurrency::Queue::Single) {
    std::ranges::for_each(group.waiting, cancel);
    group.waiting.clear();
  } else if (group.waiting.size() >= kMostWaiting) {
    admitted[newcomer] = {Admission::Cancelled, std::nullopt};
    return;
  }
  group.waiting.push_back(newcomer);
  admitted[newcomer] = {Admission::Waits, std::nullopt};
}

class Reporter {
 public:
  Reporter(const Pipeline& pipeline, const Graph& graph, Diagnostics& diagnostics)
      : pipeline_(pipeline), graph_(graph), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& [group, jobs] : groups()) report_crowd(jobs);
    for (const Job& job : pipeline_.jobs) {
      if (job.presence == Presence::Skipped || !job.concurrency || !is_held_by_run(*job.concurrency)) continue;
      report_own_run(fmt::format("job \"{}\"", job.id), *job.concurrency);
    }
    for (const Caller& caller : pipeline_.callers) {
      for (const CallLeg& leg : caller.legs) report_call(caller, leg);
    }
  }

 private:
  /// Jobs that run, by group and, where not all of them can be side by side, by place.
  std::map<std::string, std::vector<JobId>> groups() const {
    std::map<std::string, std::vector<JobId>> by_group;
    for (uint32_t i = 0; i < pipeline_.jobs.size(); ++i) {
      const Job& job = pipeline_.jobs[i];
      if (job.concurrency && job.presence != Presence::Skipped) {
        by_group[to_lower(job.concurrency->group)].push_back(JobId{i});
      }
    }
    std::map<std::string, std::vector<JobId>> crowds;
    for (auto& [group, jobs] : by_group) {
      const bool side_by_side = graph_.widest_antichain(jobs) == jobs.size();
      for (const JobId job : jobs) {
        crowds[side_by_side ? group : group + "\n" + place_of(pipeline_.job(job))].push_back(job);
      }
    }
    for (auto& [group, jobs] : crowds) limit(jobs);
    return crowds;
  }

  /// Legs beyond `max-parallel` enter when others are over.
  void limit(std::vector<JobId>& jobs) const {
    const std::string place = place_of(pipeline_.job(jobs.front()));
    const auto is_leg = [&](JobId job) { return place_of(pipeline_.job(job)) == place; };
    const Strategy& strategy = pipeline_.job(jobs.front()).strategy;
    const bool is_limited = strategy.job_total > 1 && strategy.max_parallel < jobs.size();
    if (is_limited && std::ranges::all_of(jobs, is_leg)) jobs.resize(strategy.max_parallel);
  }

  /// \param jobs of one group, any two of which may run side by side
  void report_crowd(const std::vector<JobId>& jobs) {
    std::vector<Entrant> entrants;
    for (const JobId job : jobs) {
      const Concurrency& group = *pipeline_.job(job).concurrency;
      entrants.push_back({group.group, group.cancel_in_progress, group.queue});
    }
    const std::vector<Admitted> admitted = admit(entrants);
    const auto count = [&](Admission admission) {
      return std::ranges::count(admitted, admission, &Admitted::admission);
    };
    const auto cancelled = count(Admission::Cancelled);
    if (cancelled == 0) return;
    const Concurrency& group = *pipeline_.job(jobs.front()).concurrency;
    Diagnostic& finding = diagnostics_.warning(
        "concurrency",
        fmt::format("{} enter concurrency group \"{}\" side by side: 1 runs, {} and {} cancelled", described(jobs),
                    group.group, waiting(count(Admission::Waits)), verb(cancelled)),
        group.where);
    if (!group.cancel_in_progress && group.queue == Concurrency::Queue::Single) {
      finding.notes.push_back({fmt::format("\"queue: max\" lets up to {} wait", kMostWaiting), {}});
    }
  }

  static std::string waiting(std::ptrdiff_t count) {
    return fmt::format("{} {}", count, count == 1 ? "waits" : "wait");
  }

  static std::string verb(std::ptrdiff_t count) { return fmt::format("{} {}", count, count == 1 ? "is" : "are"); }

  /// `3 legs of job "test"`, `jobs "a", "b" and "c"`.
  std::string described(const std::vector<JobId>& jobs) const {
    std::vector<std::string> ids;
    for (const JobId job : jobs) {
      std::string id = fmt::format("\"{}\"", pipeline_.job(job).id);
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    }
    if (ids.size() == 1) return fmt::format("the {} legs of job {}", jobs.size(), ids.front());
    return fmt::format("the {} jobs {}", jobs.size(), join(ids, ", "));
  }

  bool is_held_by_run(const Concurrency& group) const {
    return pipeline_.concurrency && equals_ignore_case(pipeline_.concurrency->group, group.group);
  }

  /// Once for all legs of a job.
  void warn(const std::string& message, const SourceRange& where, DiagnosticNote note) {
    if (std::ranges::find(said_, message) != said_.end()) return;
    said_.push_back(message);
    diagnostics_.warning("concurrency", message, where).notes.push_back(std::move(note));
  }

  void report_own_run(const std::string& who, const Concurrency& group) {
    const std::string what = group.cancel_in_progress ? "cancels it" : "waits for it for ever, which cancels both";
    const std::string message =
        fmt::format("{} enters concurrency group \"{}\", which its own run holds, and {}", who, group.group, what);
    warn(message, group.where, {"the run enters it here", pipeline_.concurrency->where});
  }

  void report_call(const Caller& caller, const CallLeg& leg) {
    if (is_skipped(leg)) return;
    if (leg.concurrency && is_held_by_run(*leg.concurrency)) {
      report_own_run(fmt::format("job \"{}\"", caller.id), *leg.concurrency);
    }
    if (!leg.workflow_concurrency) return;
    const Concurrency& inner = *leg.workflow_concurrency;
    if (is_held_by_run(inner)) report_own_run(fmt::format("the workflow that job \"{}\" calls", caller.id), inner);
    if (!leg.concurrency || !equals_ignore_case(leg.concurrency->group, inner.group)) return;
    const std::string message = fmt::format(
        "job \"{}\" and the workflow that it calls name one concurrency group, \"{}\": the job's is dropped", caller.id,
        inner.group);
    warn(message, leg.concurrency->where, {"the called workflow names it here", inner.where});
  }

  bool is_skipped(const CallLeg& leg) const {
    return std::ranges::none_of(pipeline_.jobs, [&](const Job& job) {
      if (job.presence == Presence::Skipped) return false;
      const std::vector<CallLevel> levels = levels_of(call_path(job));
      return std::ranges::find(levels, leg.call, &CallLevel::call) != levels.end();
    });
  }

  const Pipeline& pipeline_;
  const Graph& graph_;
  Diagnostics& diagnostics_;
  std::vector<std::string> said_;
};

}  // namespace

std::vector<Admitted> admit(std::span<const Entrant> entrants) {
  std::vector<Admitted> admitted(entrants.size());
  std::map<std::string, Group> groups;
  for (size_t i = 0; i < entrants.size(); ++i) enter(entrants, i, groups[to_lower(entrants[i].group)], admitted);
  return admitted;
}

void report_concurrency(const Pipeline& pipeline, const Graph& graph, Diagnostics& diagnostics) {
  Reporter(pipeline, graph, diagnostics).run();
}

}  // namespace dagsim::model
