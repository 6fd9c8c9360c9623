#include "study/calibrate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/drift.h"
#include "calibration/observation.h"
#include "stats/estimate.h"
#include "study/session.h"

namespace dagsim::study {
namespace {

constexpr uint32_t kFewRuns = 8;
constexpr double kStall = 3;             // times the median
constexpr double kManyStalls = 0.01;     // of the runs
constexpr double kShortJob = 10;         // seconds: where a clock of whole seconds shows
constexpr double kWideVariation = 0.45;  // jobs in one cache state vary by 0.05 to 0.3, those in two by 0.45 to 0.75

/// What was measured of each leg, in seconds.
std::map<std::string, std::vector<double>> times_by_leg(const calibration::Observations& observations) {
  std::map<std::string, std::vector<double>> times;
  for (const calibration::Observation& one : observations.list) {
    if (!one.over_legs) times[one.leg].push_back(std::exp(one.location));
  }
  return times;
}

void fill_times(const std::vector<double>& seconds, JobProfile& profile) {
  profile.runs = static_cast<uint32_t>(seconds.size());
  profile.median = stats::quantile(seconds, 0.5);
  profile.p90 = stats::quantile(seconds, 0.9);
  profile.variation = stats::standard_deviation(seconds) / stats::mean(seconds);
  profile.stalls = static_cast<uint32_t>(
      std::ranges::count_if(seconds, [&](double value) { return value >= kStall * profile.median; }));
}

double presence_of(const calibration::Observations& observations, size_t job) {
  double ran = 0;
  double known = 0;
  for (const calibration::UsedRun& run : observations.runs) {
    if (run.shape != 0 || !run.complete_listing) continue;
    known += 1;
    ran += run.ran[job];
  }
  return known > 0 ? ran / known : 1;
}

std::vector<LevelChangeLine> changes_of(const Session& session, const std::string& leg) {
  std::vector<LevelChangeLine> lines;
  for (const calibration::LevelChange& change : session.calibration->changes()) {
    if (change.leg != leg) continue;
    const history::RunRecord& run = *session.calibration->observations().runs[change.run].record;
    lines.push_back({run.id, run.start, change.before, change.after, change.runs_after});
  }
  return lines;
}

std::string some(const std::vector<std::string>& keys) {
  constexpr size_t kShown = 5;
  const std::vector<std::string> first(keys.begin(),
                                       keys.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, keys.size())));
  return join(first, ", ") + (keys.size() > kShown ? fmt::format(" and {} more", keys.size() - kShown) : "");
}

template <typename Condition>
std::vector<std::string> keys_where(const std::vector<JobProfile>& jobs, Condition condition) {
  std::vector<std::string> keys;
  for (const JobProfile& job : jobs) {
    if (condition(job)) keys.push_back(job.key);
  }
  return keys;
}

/// What was seen, why it matters, what to do.
std::vector<std::string> warnings_of(const std::vector<JobProfile>& jobs) {
  std::vector<std::string> warnings;
  const auto warn = [&](const std::vector<std::string>& keys, std::string_view rest) {
    if (!keys.empty()) warnings.push_back(some(keys) + rest.data());
  };
  warn(keys_where(jobs, [](const JobProfile& job) { return job.runs == 0; }),
       ": no past run tells the time, so it is taken from alike jobs; check the names in the history (job-names in "
       "dagsim.yaml), or set a duration in the scenario");
  warn(keys_where(jobs, [](const JobProfile& job) { return job.runs > 0 && job.runs < kFewRuns; }),
       ": fewer than 8 runs, so the spread is that of alike jobs; import more runs");
  warn(keys_where(jobs,
                  [](const JobProfile& job) { return job.variation >= kWideVariation && job.median >= kShortJob; }),
       ": times vary as those of jobs with more than one cache state do, and the history knows no states; whole runs "
       "carry "
       "them, but an edit of a cache has to assume what it costs");
  warn(keys_where(jobs,
                  [](const JobProfile& job) {
                    return job.runs >= kFewRuns && job.median >= kShortJob && job.stalls > kManyStalls * job.runs;
                  }),
       ": more than 1 % of the runs took three times the median or more; such stalls make the tail of the wall clock");
  warn(keys_where(jobs, [](const JobProfile& job) { return job.runs > 0 && job.median < kShortJob; }),
       ": shorter than 10 s, where GitHub's clock of whole seconds blurs the spread");
  return warnings;
}

}  // namespace

std::optional<CalibrateResult> calibrate(const FileSystem& files, const std::string& workflow, const Options& options,
                                         Diagnostics& diagnostics) {
  const std::optional<Session> session =
      open_session(files, question_of(workflow, options), options.force, diagnostics);
  if (!session) return std::nullopt;
  const Expanded& baseline = session->baseline;
  const calibration::Observations& observations = session->calibration->observations();
  calibration::CacheAssumptions caches;
  caches.at_start = session->question.caches;
  const model::Timing timing = session->calibration->timing(baseline.pipeline, baseline.graph, caches);
  const std::map<std::string, std::vector<double>> times = times_by_leg(observations);
  CalibrateResult result;
  result.workflow = workflow;
  result.history = history_line(*session);
  const calibration::Vocabulary vocabulary{session->project.cache_words, session->project.job_names};
  for (size_t i = 0; i < baseline.pipeline.jobs.size(); ++i) {
    const model::Job& job = baseline.pipeline.jobs[i];
    if (job.presence == model::Presence::Skipped || timing.jobs[i].terms.empty()) continue;
    JobProfile profile;
    const std::string leg = calibration::newest_name(job.stream, vocabulary);
    profile.key = job.key;
    profile.name = job.name;
    profile.origin = model::to_string(timing.jobs[i].origin);
    profile.presence = presence_of(observations, i);
    profile.changes = changes_of(*session, leg);
    if (const auto found = times.find(leg); found != times.end()) fill_times(found->second, profile);
    result.jobs.push_back(std::move(profile));
  }
  std::ranges::stable_sort(result.jobs, std::ranges::greater(), &JobProfile::median);
  result.warnings = warnings_of(result.jobs);
  return result;
}

}  // namespace dagsim::study
