#include "study/calibrate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/drift.h"
#include "calibration/observation.h"
#include "stats/estimate.h"
#include "study/session.h"

namespace dagsim::study {
namespace {

constexpr uint32_t kFewRuns = 8;
constexpr double kManyStalls = 0.01;     // of the runs
constexpr double kShortJob = 10;         // seconds: where a clock of whole seconds shows
constexpr double kWideVariation = 0.45;  // jobs in one cache state vary by 0.05 to 0.3, those in two by 0.45 to 0.75
constexpr double kMuchLonger = 1.05;     // times the median: what cuts must hide to be worth a word

/// What was seen of each leg, in seconds.
struct LegTimes {
  std::vector<double> all;
  std::map<uint32_t, std::vector<double>> by_definition;
  std::vector<double> ended_aside;
  std::vector<double> cut_short;
};

std::map<std::string, LegTimes> times_by_leg(const calibration::Observations& observations) {
  std::map<std::string, LegTimes> legs;
  for (const calibration::Observation& one : observations.list) {
    if (one.over_legs) continue;
    LegTimes& times = legs[one.leg];
    times.all.push_back(std::exp(one.location));
    times.by_definition[one.definition].push_back(times.all.back());
  }
  for (const calibration::AsideObservation& one : observations.aside) {
    LegTimes& times = legs[one.leg];
    (one.cut_short ? times.cut_short : times.ended_aside).push_back(one.seconds);
  }
  return legs;
}

/// What each cache step of a definition finds, by family.
std::map<std::string, std::string> findings_of(const calibration::Definition& definition) {
  std::map<std::string, std::string> findings;
  for (const calibration::ActiveStep& step : definition.steps) {
    if (step.family.empty()) continue;
    std::string& text = findings[step.family];
    text = model::to_string(step.found.state);
    if (!step.found.filler.empty()) text += " (saved by " + step.found.filler + ")";
  }
  return findings;
}

/// What costs time comes first.
int rank(const std::string& part) {
  if (part.ends_with(" miss")) return 0;
  if (part.ends_with(" partial")) return 1;
  return part.ends_with(" exact") ? 3 : 2;
}

/// "target-cache miss, registry exact": of the families that all definitions don't find alike.
std::vector<std::string> distinguish(const std::vector<const calibration::Definition*>& definitions) {
  std::vector<std::map<std::string, std::string>> findings;
  std::map<std::string, std::set<std::string>> by_family;
  for (const calibration::Definition* definition : definitions) findings.push_back(findings_of(*definition));
  for (const auto& one : findings) {
    for (const auto& [family, text] : one) by_family[family].insert(text);
  }
  std::vector<std::string> names;
  for (const auto& one : findings) {
    std::vector<std::string> parts;
    for (const auto& [family, texts] : by_family) {
      const auto found = one.find(family);
      const bool everywhere =
          std::ranges::all_of(findings, [&, key = family](const auto& other) { return other.contains(key); });
      if (everywhere && texts.size() == 1) continue;
      parts.push_back(family + " " + (found == one.end() ? "not asked for" : found->second));
    }
    std::ranges::stable_sort(parts, {}, rank);
    names.push_back(parts.empty() ? "other steps" : join(parts, ", "));
  }
  return names;
}

std::vector<StateProfile> states_of(const LegTimes& times, const calibration::Observations& observations) {
  std::vector<StateProfile> states;
  if (times.by_definition.size() < 2) return states;
  std::vector<const calibration::Definition*> definitions;
  for (const auto& [definition, seconds] : times.by_definition) {
    definitions.push_back(&observations.definitions[definition]);
    states.push_back({"", spread_of(seconds)});
  }
  const std::vector<std::string> names = distinguish(definitions);
  for (size_t i = 0; i < states.size(); ++i) states[i].state = names[i];
  std::ranges::stable_sort(states, std::ranges::greater(),
                           [](const StateProfile& state) { return state.spread.times; });
  return states;
}

std::vector<StepProfile> steps_of(const std::string& leg, const calibration::Observations& observations) {
  std::vector<StepProfile> steps;
  for (const calibration::StepTimes& step : observations.steps) {
    if (step.leg == leg) steps.push_back({step.name, spread_of(step.seconds)});
  }
  return steps;
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
  warn(keys_where(jobs, [](const JobProfile& job) { return job.spread.times == 0; }),
       ": no past run tells the time, so it is taken from alike jobs; check the names in the history (job-names in "
       "dagsim.yaml), or set a duration in the scenario");
  warn(keys_where(jobs, [](const JobProfile& job) { return job.spread.times > 0 && job.spread.times < kFewRuns; }),
       ": fewer than 8 runs, so the spread is that of alike jobs; import more runs");
  warn(keys_where(jobs,
                  [](const JobProfile& job) {
                    return job.states.empty() && job.spread.times >= kFewRuns &&
                           job.spread.variation >= kWideVariation && job.spread.median >= kShortJob;
                  }),
       ": times vary as those of jobs with more than one cache state do, and the history knows no states; whole runs "
       "carry them, but an edit of a cache has to assume what it costs; import the logs");
  warn(keys_where(jobs,
                  [](const JobProfile& job) {
                    return job.states.empty() && job.spread.times >= kFewRuns && job.spread.median >= kShortJob &&
                           job.spread.stalls > kManyStalls * job.spread.times;
                  }),
       ": more than 1 % of the runs took three times the median or more; such stalls make the tail of the wall clock; "
       "a timeout bounds them");
  warn(keys_where(jobs, [](const JobProfile& job) { return job.spread.times > 0 && job.spread.median < kShortJob; }),
       ": shorter than 10 s, where GitHub's clock of whole seconds blurs the spread; median and p90 are those of the "
       "fitted law");
  warn(keys_where(
           jobs,
           [](const JobProfile& job) { return job.spread.uncut_median.value_or(0) > kMuchLonger * job.spread.median; }),
       ": runs that took long were cut short more often, so those that ended are the fast ones and forecasts come out "
       "too short; see the median without cuts");
  return warnings;
}

/// Jobs that did the same on more than one kind of machine.
std::vector<RunnerProfile> runners_of(const calibration::Observations& observations) {
  using Steps = std::vector<calibration::ActiveStep>;
  struct Seen {
    std::string id;
    const Steps* steps = nullptr;
    std::map<std::string, std::vector<double>> seconds;  // by runner
  };
  std::vector<Seen> all;
  for (const calibration::Observation& one : observations.list) {
    const calibration::Definition& definition = observations.definitions[one.definition];
    auto seen = std::ranges::find_if(
        all, [&](const Seen& other) { return other.id == one.id && *other.steps == definition.steps; });
    if (seen == all.end()) seen = all.insert(all.end(), Seen{one.id, &definition.steps, {}});
    seen->seconds[definition.runner].push_back(std::exp(one.location));
  }
  std::vector<RunnerProfile> profiles;
  for (const Seen& seen : all) {
    if (seen.seconds.size() < 2) continue;
    std::vector<RunnerProfile> own;
    for (const auto& [runner, seconds] : seen.seconds) {
      own.push_back({seen.id, runner, static_cast<uint32_t>(seconds.size()), stats::quantile(seconds, 0.5), 1});
    }
    std::ranges::stable_sort(own, std::ranges::greater(), &RunnerProfile::runs);
    for (RunnerProfile& profile : own) profile.ratio = profile.median / own.front().median;
    std::ranges::move(own, std::back_inserter(profiles));
  }
  return profiles;
}

history::History without_other_workflows(history::History history, const std::string& workflow) {
  const size_t others = std::erase_if(
      history.runs, [&](const history::RunRecord& run) { return !run.workflow.empty() && run.workflow != workflow; });
  if (others > 0) history.excluded[calibration::kOfAnotherWorkflow] += static_cast<uint32_t>(others);
  return history;
}

}  // namespace

std::optional<CalibrateResult> calibrate(const FileSystem& files, const std::string& workflow, const Options& options,
                                         Diagnostics& diagnostics) {
  std::optional<Session> session = open_session(files, question_of(workflow, options), options.force, diagnostics);
  if (!session) return std::nullopt;
  const Expanded& baseline = session->baseline;
  const calibration::Observations& observations = session->calibration->observations();
  calibration::CacheAssumptions caches;
  caches.at_start = session->question.caches;
  const model::Timing timing = session->calibration->timing(baseline.pipeline, baseline.graph, caches);
  const std::map<std::string, LegTimes> times = times_by_leg(observations);
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
    profile.steps = steps_of(leg, observations);
    if (const auto found = times.find(leg); found != times.end()) {
      profile.spread = spread_of(found->second.all, found->second.ended_aside, found->second.cut_short);
      profile.states = states_of(found->second, observations);
    }
    result.jobs.push_back(std::move(profile));
  }
  std::ranges::stable_sort(result.jobs, std::ranges::greater(),
                           [](const JobProfile& job) { return job.spread.median; });
  result.runners = runners_of(observations);
  result.warnings = warnings_of(result.jobs);
  result.records = without_other_workflows(std::move(session->history), baseline.pipeline.title);
  return result;
}

}  // namespace dagsim::study
