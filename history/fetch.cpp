// Runs are listed first, in windows of time: GitHub lists at most 1,000 runs a query, so a window with more is halved.
// The halves share a second, in case a bound is not part of a window; runs are known by their ids. Then come the jobs
// of every completed attempt that is not known, newest runs first. Filters on status are left to those who read the
// answers: GitHub's are stale at times.
#include "history/fetch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "history/fetch_workflow.h"
#include "history/github_pages.h"
#include "history/listing.h"

namespace dagsim::history {
namespace {

constexpr uint64_t kMostListed = 1000;                  // runs that GitHub lists for one query
constexpr double kLongestRun = 35 * 86'400;             // seconds; what is older and not completed never will be
constexpr uint64_t kMostLogBytes = uint64_t{2} << 30U;  // of one archive

/// Where the listing of runs begins: of one workflow or of all.
std::string runs_path(GitHub& github, const FetchOptions& options, std::string& workflow) {
  if (options.workflow.empty()) return fmt::format("/repos/{}/actions/runs", options.repository);
  const ListedWorkflow found = find_workflow(github, options.repository, options.workflow);
  workflow = file_name_of(found.path);
  return fmt::format("/repos/{}/actions/workflows/{}/runs", options.repository, found.id);
}

std::string window_query(double since, double until) {
  return fmt::format("?exclude_pull_requests=true&created={}",
                     percent_encoded(fmt::format("{}..{}", utc_text(since), utc_text(until))));
}

class Fetch {
 public:
  Fetch(GitHub& github, const FetchOptions& options, FetchSink& sink, FetchProgress& progress)
      : github_(github), options_(options), sink_(sink), progress_(progress) {}

  FetchCounts work() {
    std::string workflow;
    runs_path_ = runs_path(github_, options_, workflow);
    if (!options_.dry_run) begin_sample(workflow);
    begin_phase("listing runs");
    list_runs(std::floor(options_.since), std::ceil(options_.until));
    if (options_.caches && !options_.dry_run) list_caches();
    github_.finish();
    survey();
    if (options_.dry_run) return counts_;
    ask_attempts();
    ask_logs();
    ask_artifacts();
    end_sample();
    return counts_;
  }

 private:
  struct Attempt {
    uint64_t run = 0;
    uint32_t number = 1;
  };

  void begin_phase(const char* name, uint64_t total = 0) {
    progress_.phase = name;
    progress_.done = 0;
    progress_.total = total;
  }

  /// What an earlier fetch asked for and never got is still missing, unless this one asks for it too.
  void begin_sample(const std::string& workflow) {
    sample_ = {options_.repository, workflow, options_.since, 0, 0, false};
    for (const Sample& before : sink_.samples()) {
      if (before.repository != sample_.repository || before.workflow != sample_.workflow) continue;
      sample_.next = before.next;
      if (!before.is_complete) sample_.since = std::min(sample_.since, before.since);
    }
    sink_.mark(sample_);
  }

  void end_sample() {
    sample_.missing = missing_;
    sample_.is_complete = missing_ == 0 && options_.since <= sample_.since;
    sample_.next = next_;
    sink_.mark(sample_);
    counts_.sample = sample_;
  }

  void list_runs(double since, double until) {
    ListingRequest request;
    request.path = runs_path_ + window_query(since, until);
    request.key = "workflow_runs";
    request.most = kMostListed;
    request.begins = [this, since, until](uint64_t total) {
      if (progress_.total == 0) progress_.total = total;
      if (total < kMostListed || until <= since) return true;
      const double middle = std::floor((since + until) / 2);
      list_runs(until - since > 1 ? middle : until, until);
      list_runs(since, middle);
      return false;
    };
    request.done = [this](const Listed& listed) { take_runs(listed); };
    ask_listing(github_, std::move(request));
  }

  void take_runs(const Listed& listed) {
    missing_ += listed.missing;
    for (const std::string& body : listed.bodies) {
      for (const ListedRun& run : read_listed_runs(body)) {
        ListedRun& known = runs_[run.id];
        if (run.attempt >= known.attempt) known = run;
      }
      if (!options_.dry_run) sink_.take({PageKind::Runs, 0, 0, body});
    }
    progress_.done = runs_.size();
  }

  void list_caches() {
    ListingRequest request;
    request.path = fmt::format("/repos/{}/actions/caches", options_.repository);
    request.key = "actions_caches";
    request.done = [this](const Listed& listed) {
      counts_.caches = listed.count;
      sink_.take({PageKind::Caches, 0, 0, joined(listed.bodies)});
    };
    ask_listing(github_, std::move(request));
  }

  /// What there is to ask for, newest runs first: their ids grow with time.
  void survey() {
    counts_.runs = runs_.size();
    next_ = options_.until;
    for (auto one = runs_.rbegin(); one != runs_.rend(); ++one) {
      const ListedRun& run = one->second;
      if (!run.is_completed) {
        ++counts_.unfinished;
        if (run.created > options_.until - kLongestRun) next_ = std::min(next_, run.created);
      } else if (options_.artifacts && !sink_.has(PageKind::Artifacts, run.id, run.attempt)) {
        without_artifacts_.push_back({run.id, run.attempt});
      }
      for (uint32_t number = run.attempt; number > 0; --number) {
        if (number < run.attempt || run.is_completed) survey({run.id, number}, number < run.attempt);
      }
    }
    counts_.expected_requests += without_jobs_.size() + without_logs_.size() + without_artifacts_.size();
    if (options_.caches) ++counts_.expected_requests;
  }

  void survey(const Attempt& attempt, bool is_earlier) {
    ++counts_.attempts;
    if (sink_.has(PageKind::Jobs, attempt.run, attempt.number)) {
      ++counts_.known;
    } else {
      without_jobs_.push_back(attempt);
      if (is_earlier) ++counts_.expected_requests;
    }
    if (!options_.logs) return;
    if (sink_.has(PageKind::Logs, attempt.run, attempt.number)) {
      ++counts_.logs_known;
    } else {
      without_logs_.push_back(attempt);
    }
  }

  void ask_attempts() {
    begin_phase("fetching jobs", without_jobs_.size());
    for (const Attempt& attempt : without_jobs_) {
      if (attempt.number < runs_.at(attempt.run).attempt) {
        ask_earlier(attempt);
      } else {
        ask_jobs(attempt);
      }
    }
    github_.finish();
  }

  std::string attempt_path(const Attempt& attempt) const {
    return fmt::format("/repos/{}/actions/runs/{}/attempts/{}", options_.repository, attempt.run, attempt.number);
  }

  /// The listing of runs tells of the last attempt only.
  void ask_earlier(const Attempt& attempt) {
    GitHubRequest request;
    request.path = attempt_path(attempt) + "?exclude_pull_requests=true";
    request.accepted = {404, 410};
    request.fault = fault_of_json;
    request.done = [this, attempt](const GitHubAnswer& answer) {
      if (answer.status >= 300) return lose(attempt);
      sink_.take({PageKind::Runs, attempt.run, attempt.number, answer.body});
      ask_jobs(attempt);
    };
    github_.ask(std::move(request));
  }

  void ask_jobs(const Attempt& attempt) {
    ListingRequest request;
    request.path = attempt_path(attempt) + "/jobs";
    request.key = "jobs";
    request.accepted = {404, 410};
    request.done = [this, attempt](const Listed& listed) {
      if (listed.status != 200) return lose(attempt);
      ++progress_.done;
      missing_ += listed.missing;
      if (listed.missing > 0) return;  // a run with holes teaches nothing; the next fetch asks again
      ++counts_.fetched;
      sink_.take({PageKind::Jobs, attempt.run, attempt.number, joined(listed.bodies)});
    };
    ask_listing(github_, std::move(request));
  }

  /// Runs can be deleted at any time.
  void lose(const Attempt& attempt) {
    ++progress_.done;
    ++counts_.gone;
    sink_.note_gone(PageKind::Jobs, attempt.run, attempt.number);
  }

  void ask_logs() {
    begin_phase("fetching logs", without_logs_.size());
    for (const Attempt& attempt : without_logs_) {
      GitHubRequest request;
      request.path = attempt_path(attempt) + "/logs";
      request.accepted = {404, 410};
      request.most_bytes = kMostLogBytes;
      request.fault = fault_of_zip;
      request.done = [this, attempt](const GitHubAnswer& answer) { take_logs(attempt, answer); };
      github_.ask(std::move(request));
    }
    github_.finish();
  }

  void take_logs(const Attempt& attempt, const GitHubAnswer& answer) {
    ++progress_.done;
    if (answer.status >= 300) {
      ++counts_.logs_gone;
      sink_.note_gone(PageKind::Logs, attempt.run, attempt.number);
      return;
    }
    ++counts_.logs;
    sink_.take({PageKind::Logs, attempt.run, attempt.number, answer.body});
  }

  void ask_artifacts() {
    begin_phase("listing artifacts", without_artifacts_.size());
    for (const Attempt& attempt : without_artifacts_) {
      ListingRequest request;
      request.path = fmt::format("/repos/{}/actions/runs/{}/artifacts", options_.repository, attempt.run);
      request.key = "artifacts";
      request.accepted = {404, 410};
      request.done = [this, attempt](const Listed& listed) {
        ++progress_.done;
        if (listed.status != 200) return sink_.note_gone(PageKind::Artifacts, attempt.run, attempt.number);
        ++counts_.artifacts;
        sink_.take({PageKind::Artifacts, attempt.run, attempt.number, joined(listed.bodies)});
      };
      ask_listing(github_, std::move(request));
    }
    github_.finish();
  }

  static std::string joined(const std::vector<std::string>& bodies) {
    std::string text;
    for (const std::string& body : bodies) {
      text += body;
      if (!text.ends_with('\n')) text += '\n';
    }
    return text;
  }

  GitHub& github_;
  const FetchOptions& options_;
  FetchSink& sink_;
  FetchProgress& progress_;
  FetchCounts counts_;
  Sample sample_;
  double next_ = 0;
  uint64_t missing_ = 0;
  std::string runs_path_;
  std::map<uint64_t, ListedRun> runs_;
  std::vector<Attempt> without_jobs_;  ///< completed attempts, as the next two
  std::vector<Attempt> without_logs_;
  std::vector<Attempt> without_artifacts_;
};

}  // namespace

FetchCounts fetch(GitHub& github, const FetchOptions& options, FetchSink& sink, FetchProgress& progress) {
  return Fetch(github, options, sink, progress).work();
}

}  // namespace dagsim::history
