// Which attempt a log belongs to is told by time: of the jobs with its name the one that started nearest to its first
// line, and not more than an hour from it.

#include "history/import_logs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "history/log_origin.h"
#include "history/log_row.h"
#include "history/log_text.h"

namespace dagsim::history {
namespace {

constexpr double kFarthest = 3600;  // seconds between a job's start and its log's first line

class LogImport {
 public:
  LogImport(const std::string& path, Store& store, ImportCounts& counts, Diagnostics& diagnostics)
      : path_(path), origin_(log_origin(path)), store_(store), counts_(counts), diagnostics_(diagnostics) {}

  /// False when the run or job that the path names isn't known.
  bool find_candidates() {
    if (origin_.job != 0) {
      const std::optional<StoredJob> job = store_.job(origin_.job);
      if (!job) return fail(fmt::format("job {}", origin_.job));
      candidates_ = {*job};
      return true;
    }
    if (origin_.run == 0) {
      diagnostics_.error("log-origin", fmt::format("\"{}\" doesn't tell which run or job it is the log of", path_))
          .notes.push_back({"call it JOB.txt, RUN.zip or RUN-ATTEMPT.zip, by the ids that GitHub gives them", {}});
      return false;
    }
    candidates_ = store_.jobs_of(origin_.run);
    if (origin_.attempt != 0) {
      std::erase_if(candidates_, [&](const StoredJob& job) { return job.attempt != origin_.attempt; });
    }
    const std::string attempt = origin_.attempt == 0 ? "" : fmt::format(" in attempt {}", origin_.attempt);
    return !candidates_.empty() || fail(fmt::format("run {}{}", origin_.run, attempt));
  }

  /// \param name of the job as the file spells it, "" where it doesn't.
  void take(const std::string& name, const JobLog& log) {
    const LogEvidence evidence = fold(log);
    const std::string& told = name.empty() ? evidence.runner.job_name : name;
    const std::optional<StoredJob> job = match(told, log.start);
    if (!job) return;
    LogRow row = log_row(log, evidence);
    row.run = job->run;
    row.attempt = job->attempt;
    row.job = job->id;
    counts_.restores += row.restores.size();
    store_.add(row, counts_.logs);
  }

 private:
  bool fail(const std::string& what) {
    diagnostics_.error("log-job", fmt::format("\"{}\" is a log of {}, which is not in the history; import the "
                                              "listing of its jobs first",
                                              path_, what));
    return false;
  }

  std::optional<StoredJob> match(const std::string& name, const std::optional<double>& start) {
    std::vector<StoredJob> named = candidates_;
    if (origin_.job == 0) {
      std::vector<std::string> names;
      for (const StoredJob& job : candidates_) names.push_back(job.name);
      std::ranges::sort(names);
      names.erase(std::unique(names.begin(), names.end()), names.end());
      const JobMatch found = match_archived_job(name, names);
      if (!found.index) return refuse(found.why_not);
      std::erase_if(named, [&](const StoredJob& job) { return job.name != names[*found.index]; });
    }
    const auto distance = [&](const StoredJob& job) {
      return start && job.started ? std::abs(*job.started - *start) : 0.0;
    };
    std::ranges::stable_sort(named, {}, distance);
    if (distance(named.front()) > kFarthest) {
      return refuse(fmt::format("the log of \"{}\" begins {} away from the job's start", named.front().name,
                                format_duration(distance(named.front()))));
    }
    return named.front();
  }

  std::optional<StoredJob> refuse(const std::string& why) {
    diagnostics_.warning("log-left-out", fmt::format("\"{}\": {}", path_, why));
    return std::nullopt;
  }

  const std::string& path_;
  LogOrigin origin_;
  Store& store_;
  ImportCounts& counts_;
  Diagnostics& diagnostics_;
  std::vector<StoredJob> candidates_;
};

}  // namespace

bool is_log_name(const std::string& path) {
  const std::string name = to_lower(path);
  const LogOrigin origin = log_origin(path);
  return origin.job != 0 || ((name.ends_with(".zip") || name.ends_with(".zip.gz")) && origin.run != 0);
}

void import_log(const FileSystem& files, const std::string& path, const LogRules& rules, const ArchiveLimits& limits,
                Store& store, ImportCounts& counts, Diagnostics& diagnostics) {
  LogImport import(path, store, counts, diagnostics);
  if (!import.find_candidates()) return;
  if (is_archive(files, path)) {
    const std::string bytes = files.read(path);
    std::optional<Archive> archive = Archive::open(bytes, path, limits, diagnostics);
    if (!archive) return;
    for (const ArchivedJob& job : archive->jobs()) {
      const std::optional<JobLog> log = scan_job(*archive, job, rules);
      if (log) import.take(job.name, *log);
    }
    report_excluded(*archive, path, diagnostics);
    return;
  }
  for (const NamedLog& named : read_logs(files, path, rules, limits.bytes)) import.take(named.job, named.log);
}

}  // namespace dagsim::history
