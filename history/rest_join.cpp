// Runs and jobs are sorted by id and merged. The traps, and what is done about them:
// - overlapping pages repeat rows: the last one counts, since it is the newest;
// - a re-run of single jobs lists the untouched ones again with a new `created_at` and their old `started_at`: such an
// attempt measures
//   no run; a listing of the latest attempts mixes two attempts whose job names then don't overlap;
// - a run's `created_at` stays when it is run again, while `run_started_at` moves;
// - skipped and never started jobs end at or before their start: they are kept without a time, for what they say about
// presence; a job that succeeded or failed in the second of its start ran, for less than one;
// - clocks that contradict each other (a success that ends before it starts, or starts before its run) leave the run
// out;
// - a listing that shows fewer rows than GitHub counted is a page of more, so the run's DAG would have holes.
#include "history/rest_join.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace dagsim::history {

namespace {

constexpr double kClockSlack = 2;  // seconds by which times of one job may contradict each other

/// The jobs of one run in one attempt, and what its listing says of that attempt.
struct Attempt {
  uint32_t number = 1;
  const RestRun* run = nullptr;  ///< of this attempt, or else of another one
  std::vector<const RestJob*> jobs;

  bool is_described() const { return run->attempt == number; }
};

Conclusion conclusion_of(std::string_view word) {
  if (word == "success" || word == "neutral") return Conclusion::Success;
  if (word == "failure" || word == "startup_failure") return Conclusion::Failure;
  if (word == "cancelled") return Conclusion::Cancelled;
  if (word == "skipped") return Conclusion::Skipped;
  if (word == "timed_out") return Conclusion::TimedOut;
  return Conclusion::Unknown;
}

/// As GitHub concludes a run from its jobs.
Conclusion conclusion_of(const std::vector<const RestJob*>& jobs) {
  const auto any = [&](Conclusion wanted) {
    return std::ranges::any_of(jobs, [&](const RestJob* job) { return conclusion_of(job->conclusion) == wanted; });
  };
  for (const Conclusion worst :
       {Conclusion::Unknown, Conclusion::Failure, Conclusion::TimedOut, Conclusion::Cancelled, Conclusion::Success}) {
    if (any(worst)) return worst;
  }
  return Conclusion::Skipped;
}

bool is_completed(const RestRun& run) {
  return !run.conclusion.empty() && (run.status.empty() || run.status == "completed");
}

bool is_completed(const Attempt& attempt) {
  if (attempt.is_described()) return is_completed(*attempt.run);
  return std::ranges::none_of(attempt.jobs, [](const RestJob* job) { return job->conclusion.empty(); });
}

/// Sorts by `key` and keeps the last of equal ones.
template <typename Row, typename Key>
void keep_last(std::vector<Row>& rows, Key key) {
  std::ranges::stable_sort(rows, {}, key);
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + 1 < rows.size() && key(rows[i]) == key(rows[i + 1])) continue;
    if (kept != i) rows[kept] = std::move(rows[i]);
    ++kept;
  }
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
}

/// The second it began to count, if that can be told.
std::optional<double> start_of(const Attempt& attempt) {
  if (attempt.is_described() && attempt.run->started) return attempt.run->started;
  if (attempt.number == 1) return attempt.run->created;
  std::optional<double> first;
  for (const RestJob* job : attempt.jobs) {
    const std::optional<double> time = job->created ? job->created : job->started;
    if (time) first = std::min(first.value_or(*time), *time);
  }
  return first;
}

/// Whether it ended by itself: nobody cut it short, and it was not left out.
bool came_to_an_end(const RestJob& job) {
  const Conclusion conclusion = conclusion_of(job.conclusion);
  return conclusion == Conclusion::Success || conclusion == Conclusion::Failure;
}

bool has_run(const RestJob& job) {
  if (conclusion_of(job.conclusion) == Conclusion::Skipped || !job.started || !job.completed) return false;
  return *job.completed > *job.started || (*job.completed == *job.started && came_to_an_end(job));
}

/// Whether no clock can have seen the job's times in a run that started at `run_start`.
bool contradicts(const RestJob& job, double run_start) {
  if (!came_to_an_end(job) || !job.started || !job.completed) return false;
  return *job.completed < *job.started || *job.started + kClockSlack < run_start;
}

/// Whether a row stands for a job of an earlier attempt.
bool is_repeated(const RestJob& job, const Attempt& attempt) {
  if (attempt.number == 1 || !has_run(job)) return false;
  if (job.created && *job.started + kClockSlack < *job.created) return true;
  return attempt.is_described() && attempt.run->started && *job.started + kClockSlack < *attempt.run->started;
}

bool share_a_name(const Attempt& a, const Attempt& b) {
  std::set<std::string_view> names;
  for (const RestJob* job : a.jobs) names.insert(job->name);
  return std::ranges::any_of(b.jobs, [&](const RestJob* job) { return names.contains(job->name); });
}

/// The rows of one run, all attempts.
struct Rows {
  std::span<const RestRun> runs;  ///< at least one, by attempt
  std::span<const RestJob> jobs;  ///< by attempt
};

std::vector<Attempt> attempts_of(const Rows& rows) {
  std::vector<Attempt> attempts;
  for (const RestJob& job : rows.jobs) {
    if (attempts.empty() || attempts.back().number != job.attempt) {
      const auto found = std::ranges::find(rows.runs, job.attempt, &RestRun::attempt);
      attempts.push_back({job.attempt, found != rows.runs.end() ? &*found : &rows.runs.back(), {}});
    }
    attempts.back().jobs.push_back(&job);
  }
  return attempts;
}

/// The attempt that measures the whole run; nothing if each one ran only some of its jobs.
const Attempt* whole_attempt(const std::vector<Attempt>& attempts) {
  const bool mixed = attempts.size() > 1 && !share_a_name(attempts[0], attempts[1]);
  if (mixed) return nullptr;
  for (const Attempt& attempt : attempts) {
    if (std::ranges::none_of(attempt.jobs, [&](const RestJob* job) { return is_repeated(*job, attempt); })) {
      return &attempt;
    }
  }
  return nullptr;
}

JobRecord record_of(const RestJob& job, double run_start) {
  JobRecord record;
  record.name = job.name;
  record.conclusion = Conclusion::Skipped;
  if (job.created) record.eligible = *job.created - run_start;
  if (!has_run(job)) return record;
  record.conclusion = conclusion_of(job.conclusion);
  record.start = *job.started - run_start;
  const double seconds = *job.completed - *job.started;
  record.seconds = {seconds, seconds};
  return record;
}

const LogRow* log_of(const RestJob& job, const std::vector<LogRow>& logs) {
  const auto key = [](const auto& row, uint64_t id) { return std::tuple(row.run, row.attempt, id); };
  const auto found =
      std::ranges::lower_bound(logs, key(job, job.id), {}, [&](const LogRow& log) { return key(log, log.job); });
  return found != logs.end() && key(*found, found->job) == key(job, job.id) ? &*found : nullptr;
}

/// Steps that were cut short say nothing about their length.
bool is_measured(const RestStep& step) {
  const Conclusion conclusion = conclusion_of(step.conclusion);
  const bool ended = conclusion != Conclusion::Skipped && conclusion != Conclusion::Cancelled;
  return ended && !step.name.empty() && step.started && step.completed && *step.completed >= *step.started;
}

RunRecord record_of(const Attempt& attempt, double start, const std::vector<LogRow>& logs) {
  const RestRun& run = *attempt.run;
  RunRecord record;
  record.id = std::to_string(run.id);
  record.attempt = attempt.number;
  record.workflow = run.workflow.empty() ? attempt.jobs.front()->workflow : run.workflow;
  record.event = run.event;
  record.branch = run.branch;
  record.fork = run.fork;
  record.start = start;
  record.conclusion = attempt.is_described() ? conclusion_of(run.conclusion) : conclusion_of(attempt.jobs);
  record.where = run.where;
  record.jobs.reserve(attempt.jobs.size());
  for (const RestJob* job : attempt.jobs) {
    record.jobs.push_back(record_of(*job, start));
    if (!has_run(*job)) continue;
    if (const LogRow* log = log_of(*job, logs)) {
      for (const RestoreRow& one : log->restores) {
        record.restores.push_back({job->name, one.asked.empty() ? one.restored : one.asked, one.state});
      }
    }
    for (const RestStep& step : job->steps) {
      if (!is_measured(step)) continue;
      const double seconds = *step.completed - *step.started;
      record.steps.push_back({job->name, step.name, {seconds, seconds}});
    }
  }
  return record;
}

class Joiner {
 public:
  Joiner(RestRows rows, History& history, Diagnostics& diagnostics)
      : rows_(std::move(rows)), history_(history), diagnostics_(diagnostics) {}

  void join() {
    keep_last(rows_.runs, [](const RestRun& run) { return std::pair(run.id, run.attempt); });
    keep_last(rows_.jobs, [](const RestJob& job) { return std::tuple(job.run, job.attempt, job.id); });
    const std::span<const RestRun> runs = rows_.runs;
    const std::span<const RestJob> jobs = rows_.jobs;
    size_t job = 0;
    for (size_t run = 0; run < runs.size();) {
      const uint64_t id = runs[run].id;
      size_t run_end = run;
      while (run_end < runs.size() && runs[run_end].id == id) ++run_end;
      job = skip_unlisted(job, id);
      size_t job_end = job;
      while (job_end < jobs.size() && jobs[job_end].run == id) ++job_end;
      add({runs.subspan(run, run_end - run), jobs.subspan(job, job_end - job)});
      run = run_end;
      job = job_end;
    }
    skip_unlisted(job, std::numeric_limits<uint64_t>::max());
    finish();
  }

 private:
  /// The first job at or after `job` whose run is `run` or later. Those before it have no run in any listing.
  size_t skip_unlisted(size_t job, uint64_t run) {
    const std::vector<RestJob>& jobs = rows_.jobs;
    for (uint64_t last = 0; job < jobs.size() && jobs[job].run < run; ++job) {
      if (jobs[job].run != last) leave_out("run not listed");
      last = jobs[job].run;
    }
    return job;
  }

  void add(const Rows& rows) {
    const RestRun& latest = rows.runs.back();
    if (rows.jobs.empty()) {
      leave_out(is_completed(latest) ? "no jobs recorded" : "not completed");
      return;
    }
    const auto total = rows_.totals.find(latest.id);
    const std::vector<Attempt> attempts = attempts_of(rows);
    const Attempt* attempt = whole_attempt(attempts);
    if (attempt != nullptr && !is_completed(*attempt)) {
      leave_out("not completed");
    } else if (total != rows_.totals.end() && rows.jobs.size() < total->second.jobs) {
      leave_out("jobs listing truncated");
      if (!truncated_) truncated_ = Truncated{latest.id, rows.jobs.size(), total->second};
    } else if (attempt == nullptr) {
      leave_out("re-run of single jobs");
    } else if (const std::optional<double> start = start_of(*attempt); !start) {
      leave_out("broken record");
    } else if (std::ranges::any_of(attempt->jobs, [&](const RestJob* job) { return contradicts(*job, *start); })) {
      leave_out("clocks contradict each other");
    } else {
      history_.runs.push_back(record_of(*attempt, *start, rows_.logs));
    }
  }

  void leave_out(const std::string& reason) { ++history_.excluded[reason]; }

  /// The first run with fewer jobs than GitHub counted.
  struct Truncated {
    uint64_t run = 0;
    size_t seen = 0;
    RestTotal total;
  };

  void warn_of_truncation(const Truncated& first) {
    const uint32_t count = history_.excluded["jobs listing truncated"];
    const std::string what =
        count == 1 ? fmt::format("run {} lists {} of its {} jobs", first.run, first.seen, first.total.jobs)
                   : fmt::format("{} runs list fewer jobs than GitHub counted, such as run {} with {} of {}", count,
                                 first.run, first.seen, first.total.jobs);
    diagnostics_.warning("truncated-jobs", what + "; fetch every page (gh api --paginate)", first.total.where);
  }

  void finish() {
    if (rows_.broken > 0) history_.excluded["broken record"] += rows_.broken;
    if (truncated_) warn_of_truncation(*truncated_);
    std::ranges::stable_sort(history_.runs, {}, [](const RunRecord& run) { return run.start.value_or(0); });
  }

  RestRows rows_;
  History& history_;
  Diagnostics& diagnostics_;
  std::optional<Truncated> truncated_;
};

}  // namespace

void join_rest(RestRows rows, History& history, Diagnostics& diagnostics) {
  Joiner(std::move(rows), history, diagnostics).join();
}

}  // namespace dagsim::history
