#include "calibration/observation.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/cache_evidence.h"
#include "calibration/renames.h"

namespace dagsim::calibration {
namespace {

/// Timestamps have one-second resolution: a job of 0 s took something below one.
constexpr double kShortest = 0.5;

/// The share of a run's jobs that must be known for its DAG to be the same.
constexpr double kKnownShare = 0.8;

constexpr size_t kUnmatchedShown = 5;
constexpr size_t kFewestLogged = 8;  // runs
constexpr size_t kNoSteps = static_cast<size_t>(-1);

/// Expected range of n standard normal values (Tippett 1925), for n legs whose shortest and longest are known.
double expected_range(size_t n) {
  static constexpr double kTable[] = {0, 1, 1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078};
  if (n < std::size(kTable)) return kTable[n];
  return 2 * std::sqrt(2 * std::log(static_cast<double>(n))) * 0.72;
}

/// The middle of a range; of a figure with an upper end only, that end.
double typical(const Seconds& seconds) {
  return seconds.low > 0 ? (seconds.low + seconds.high) / 2 : seconds.high;
}

std::optional<model::CacheStates> states_of(const RunRecord& run, const model::Pipeline& pipeline,
                                            const Vocabulary& vocabulary) {
  const auto word = vocabulary.cache_words.find(run.cache);
  if (word == vocabulary.cache_words.end()) return std::nullopt;
  model::CacheStates states;
  for (const std::string& family : model::families(pipeline)) {
    for (const auto& [glob, state] : word->second) {
      if (glob_match(glob, family)) states[family] = state;
    }
  }
  return states;
}

/// The jobs of a shape that a record means: by display name (REST answers) or by id path (ledgers), in the record's
/// lane.
class JobMatcher {
 public:
  JobMatcher(const model::Pipeline& pipeline, const Vocabulary& vocabulary)
      : pipeline_(pipeline), vocabulary_(vocabulary) {
    for (uint32_t i = 0; i < pipeline.jobs.size(); ++i) by_name_[pipeline.jobs[i].name].push_back(model::JobId{i});
  }

  std::vector<model::JobId> match(const std::string& name) const {
    const auto exact = by_name_.find(name);
    if (exact != by_name_.end()) return exact->second;
    std::vector<model::JobId> found = by_path(name);
    if (found.empty()) found = by_bare_selector(name);
    if (found.empty()) {
      const std::string newest = newest_name(name, vocabulary_);
      if (newest != name) found = by_path(newest);
    }
    return found;
  }

 private:
  /// A caller or a glob that means several jobs gives no job's time.
  std::vector<model::JobId> by_path(const std::string& name) const {
    std::vector<model::JobId> found = pipeline_.find(name);
    const auto is_other = [&](model::JobId job) { return pipeline_.job(job).id != pipeline_.job(found.front()).id; };
    if (std::any_of(found.begin(), found.end(), is_other)) found.clear();
    return found;
  }

  /// "build[arm64]": a leg by the value of one of its axes.
  std::vector<model::JobId> by_bare_selector(const std::string& name) const {
    const size_t bracket = name.find('[');
    if (bracket == std::string::npos || name.back() != ']' || name.find('=') != std::string::npos) return {};
    const std::string value = name.substr(bracket + 1, name.size() - bracket - 2);
    std::vector<model::JobId> result;
    for (const model::JobId job : pipeline_.find(name.substr(0, bracket))) {
      const auto& axes = pipeline_.job(job).matrix;
      if (std::any_of(axes.begin(), axes.end(), [&](const auto& axis) { return axis.second == value; })) {
        result.push_back(job);
      }
    }
    return result;
  }

  const model::Pipeline& pipeline_;
  const Vocabulary& vocabulary_;
  std::map<std::string, std::vector<model::JobId>> by_name_;
};

/// Collects one history; a class so that its parts share the growing result.
class Observer {
 public:
  Observer(const History& history, const std::vector<Shape>& shapes, const Vocabulary& vocabulary,
           Diagnostics& diagnostics)
      : shapes_(shapes), vocabulary_(vocabulary), diagnostics_(diagnostics) {
    for (const Shape& shape : shapes_) matchers_.emplace_back(shape.pipeline, vocabulary_);
    // A ledger may tell the shapes of one workflow's runs and have only one DAG of another's.
    shapes_recorded_ = std::ranges::any_of(
        history.runs, [&](const RunRecord& run) { return !run.shape.empty() && !is_of_another_workflow(run); });
    const auto logged = static_cast<size_t>(std::ranges::count_if(history.runs, [&](const RunRecord& run) {
      return run.conclusion == Conclusion::Success && !is_of_another_workflow(run) && !logged_states(run, 0).empty();
    }));
    uses_logs_ = logged >= kFewestLogged;
    if (logged > 0 && !uses_logs_) warn_of_few_logs(logged);
    if (!shapes_recorded_) take_renames(history);
  }

  void add(const RunRecord& run) {
    const std::optional<uint32_t> shape = usable_shape(run);
    if (!shape) return;
    if (run.conclusion != Conclusion::Success) {
      ++result_.excluded[std::string(history::ended_as(run.conclusion))];
      add_aside(run, *shape);
      if (run.conclusion == Conclusion::Failure && *shape == 0) add_red_run(run);
      return;
    }
    if (!run.is_partial && !is_same_version(run, *shape)) {
      ++result_.excluded["ran another version of the workflow"];
      return;
    }
    UsedRun used;
    used.record = &run;
    used.shape = *shape;
    used.complete_listing = !run.is_partial;
    const size_t jobs = shapes_[*shape].pipeline.jobs.size();
    used.states = uses_logs_ ? logged_states(run, *shape) : states_of(run, shapes_[*shape].pipeline, vocabulary_);
    if (uses_logs_ && used.states->empty()) {
      ++result_.excluded["no log tells its caches"];
      return;
    }
    used.seconds.resize(jobs);
    used.legs.resize(jobs);
    used.start.resize(jobs);
    used.dispatch.resize(jobs);
    used.dispatch_recorded.resize(jobs, 0);
    used.ran.resize(jobs, 0);
    const auto run_index = static_cast<uint32_t>(result_.runs.size());
    for (const JobRecord& record : run.jobs) add_job(record, run_index, used);
    fill_dispatch(used);
    for (const StepRecord& step : run.steps) add_step(step, run_index, *shape);
    result_.runs.push_back(std::move(used));
  }

  Observations finish() {
    if (!unmatched_.empty()) warn_of_unmatched();
    return std::move(result_);
  }

 private:
  bool is_of_another_workflow(const RunRecord& run) const {
    return !run.workflow.empty() && run.workflow != shapes_.front().pipeline.title;
  }

  /// None when no log tells of a cache that the shape asks for.
  model::CacheStates logged_states(const RunRecord& run, uint32_t shape) const {
    if (run.restores.empty()) return {};
    return states_at_start(run, shapes_[shape].pipeline,
                           [&](const std::string& name) { return matchers_[shape].match(name); });
  }

  void take_renames(const History& history) {
    const model::Pipeline& pipeline = shapes_.front().pipeline;
    const auto match = [&](const std::string& name) { return matchers_.front().match(name); };
    for (const Rename& rename : find_renames(history, pipeline, match)) {
      if (!vocabulary_.job_names.try_emplace(rename.old_name, pipeline.job(rename.job).key).second) continue;
      Diagnostic& note = diagnostics_.note(
          "renamed-job",
          fmt::format("job \"{}\" of {} past runs is taken for \"{}\" under an older name: it did the same, and never "
                      "ran beside it",
                      rename.old_name, rename.runs, pipeline.job(rename.job).name));
      note.notes.push_back(
          {fmt::format("job-names in dagsim.yaml can say so for good, or with \"{0}: {0}\" that it is another job",
                       rename.old_name),
           {}});
    }
  }

  void warn_of_few_logs(size_t logged) {
    diagnostics_.warning("few-logs",
                         fmt::format("the history has the logs of {} green run{} only, too few to learn what "
                                     "caches are worth; {} are enough: dagsim import takes more",
                                     logged, logged == 1 ? "" : "s", kFewestLogged));
  }

  void warn_of_unmatched() {
    std::vector<std::string> candidates;
    for (const Shape& shape : shapes_) {
      for (const model::Job& job : shape.pipeline.jobs) candidates.push_back(job.name);
    }
    std::vector<std::pair<uint32_t, std::string>> sorted;
    for (const auto& [name, runs] : unmatched_) sorted.emplace_back(runs, name);
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Diagnostic& warning = diagnostics_.warning(
        "unmatched-job",
        fmt::format(
            "{} job name{} of the history match{} no job of the workflow; job-names in dagsim.yaml can map them",
            sorted.size(), sorted.size() == 1 ? "" : "s", sorted.size() == 1 ? "es" : ""));
    for (size_t i = 0; i < sorted.size() && i < kUnmatchedShown; ++i) {
      const auto& [runs, name] = sorted[i];
      const std::vector<std::string> near = nearest(name, candidates);
      warning.notes.push_back({fmt::format("\"{}\" ({} run{}){}", name, runs, runs == 1 ? "" : "s",
                                           near.empty() ? "" : fmt::format(", nearest is \"{}\"", near.front())),
                               {}});
    }
    if (sorted.size() > kUnmatchedShown)
      warning.notes.push_back({fmt::format("and {} more", sorted.size() - kUnmatchedShown), {}});
  }

  std::optional<uint32_t> usable_shape(const RunRecord& run) {
    const auto leave_out = [&](const std::string& reason) -> std::optional<uint32_t> {
      ++result_.excluded[reason];
      return std::nullopt;
    };
    if (is_of_another_workflow(run)) return leave_out(kOfAnotherWorkflow);
    if (!run.variant.empty()) return leave_out("ran a variant of its shape");
    if (run.shape.empty()) return shapes_recorded_ ? leave_out("shape not recorded") : std::optional<uint32_t>(0);
    // A run of a class that no shape has been expanded for goes to the shape of any.
    for (const bool exact : {true, false}) {
      for (uint32_t i = 0; i < shapes_.size(); ++i) {
        const Shape& shape = shapes_[i];
        const bool same_event = shape.event.empty() || shape.event == run.event;
        const bool same_change =
            shape.change == run.change || (run.change.empty() ? shape.is_usual : !exact && shape.change.empty());
        if (shape.name == run.shape && same_event && same_change) return i;
      }
    }
    return leave_out("shape \"" + run.shape + "\" not at hand");
  }

  /// A listing of all jobs of a run tells which DAG it executed: one with many jobs that this one lacks is another.
  bool is_same_version(const RunRecord& run, uint32_t shape) const {
    size_t known = 0;
    size_t all = 0;
    for (const JobRecord& record : run.jobs) {
      if (record.conclusion == Conclusion::Skipped) continue;  // a skipped matrix is listed under its unevaluated name
      ++all;
      if (!matchers_[shape].match(record.name).empty()) ++known;
    }
    return static_cast<double>(known) >= kKnownShare * static_cast<double>(all);
  }

  void add_job(const JobRecord& record, uint32_t run_index, UsedRun& used) {
    if (record.conclusion == Conclusion::Skipped) return;
    const Shape& shape = shapes_[used.shape];
    std::vector<model::JobId> jobs = matchers_[used.shape].match(record.name);
    if (!record.lane.empty()) {
      std::vector<model::JobId> there;
      for (const model::JobId job : jobs) {
        const model::Pool* pool = shape.pipeline.pool_of(shape.pipeline.job(job));
        if (pool != nullptr && pool->name == record.lane) there.push_back(job);
      }
      if (there.empty()) return observe_elsewhere(jobs, record, run_index, used);
      jobs = std::move(there);
    }
    if (jobs.empty()) {
      ++unmatched_[record.name];
      return;
    }
    if (record.conclusion != Conclusion::Success) return;
    const bool over_legs = record.over_legs && jobs.size() > 1;
    for (const model::JobId job : jobs) {
      used.ran[index(job)] = 1;
      if (over_legs) {
        used.legs[index(job)] = {record.seconds.low, record.seconds.high};
      } else {
        used.seconds[index(job)] = typical(record.seconds);
      }
      if (record.start && record.eligible) {
        used.dispatch[index(job)] = std::max(0.0, *record.start - *record.eligible);
        used.dispatch_recorded[index(job)] = 1;
      }
      used.start[index(job)] = record.start;
    }
    // The range over all legs is that of each kind of leg: those that do the same on the same runner.
    std::vector<uint32_t> kinds;
    for (const model::JobId job : jobs) {
      if (over_legs) {
        const uint32_t kind = definition_of(used, job);
        if (std::ranges::count(kinds, kind) > 0) continue;
        kinds.push_back(kind);
      }
      observe_job(job, record, over_legs ? jobs.size() : 1, run_index, used, {});
    }
  }

  /// A job that the run executed on machines which the pipeline at hand doesn't use: no time of this pipeline's, but it
  /// tells how fast the job is there.
  void observe_elsewhere(const std::vector<model::JobId>& jobs, const JobRecord& record, uint32_t run_index,
                         const UsedRun& used) {
    if (jobs.empty() || record.conclusion != Conclusion::Success) return;
    for (const model::Pool& pool : shapes_[used.shape].pipeline.pools) {
      if (pool.name != record.lane) continue;
      const bool over_legs = record.over_legs && jobs.size() > 1;
      observe_job(jobs.front(), record, over_legs ? jobs.size() : 1, run_index, used, join(pool.labels, ","));
    }
  }

  void add_red_run(const RunRecord& run) {
    RedRun red;
    for (const JobRecord& record : run.jobs) {
      if (record.conclusion != Conclusion::Failure) continue;
      for (const model::JobId job : matchers_[0].match(record.name)) {
        red.legs.push_back(newest_name(shapes_[0].pipeline.job(job).stream, vocabulary_));
        red.seconds.push_back(record.seconds.high);
      }
      if (!record.start) continue;
      const double end = *record.start + record.seconds.high;
      red.first_red = std::min(red.first_red.value_or(end), end);
    }
    if (!red.legs.empty()) result_.red_runs.push_back(std::move(red));
  }

  /// Failed jobs stop early, for a reason of their own, so only those that succeeded or were cut short count.
  void add_aside(const RunRecord& run, uint32_t shape) {
    const auto before = static_cast<uint32_t>(result_.runs.size());
    for (const JobRecord& record : run.jobs) {
      const bool cut_short = record.conclusion == Conclusion::Cancelled || record.conclusion == Conclusion::TimedOut;
      if (record.over_legs || (record.conclusion != Conclusion::Success && !cut_short)) continue;
      for (const model::JobId job : matchers_[shape].match(record.name)) {
        const std::string& stream = shapes_[shape].pipeline.job(job).stream;
        result_.aside.push_back({before, newest_name(stream, vocabulary_), typical(record.seconds), cut_short});
      }
    }
  }

  /// \param runner where it ran, "" for where the pipeline has it run.
  void observe_job(model::JobId job, const JobRecord& record, size_t legs, uint32_t run_index, const UsedRun& used,
                   const std::string& runner) {
    const Shape& shape = shapes_[used.shape];
    const model::Job& matched = shape.pipeline.job(job);
    Observation observation;
    observation.run = run_index;
    observation.leg = newest_name(matched.stream, vocabulary_);
    observation.id = without_selector(observation.leg);
    observation.definition = definition_of(used, job);
    if (!runner.empty()) {
      Definition elsewhere = result_.definitions[observation.definition];
      elsewhere.runner = runner;
      observation.definition = definition_index(std::move(elsewhere));
    }
    const double low = std::log(std::max(record.seconds.low, kShortest));
    const double high = std::log(std::max(record.seconds.high, kShortest));
    observation.location = record.seconds.low > 0 ? (low + high) / 2 : high;
    observation.over_legs = legs > 1;
    if (legs > 1) observation.legs_deviation = (high - low) / expected_range(legs);
    result_.list.push_back(std::move(observation));
  }

  /// A job is created when its last need completes, so what lies between that and its start is dispatch and waiting for
  /// a machine. A job that did not run completes with its last need; what a ledger doesn't say stays unknown.
  void fill_dispatch(UsedRun& used) const {
    const Shape& shape = shapes_[used.shape];
    std::vector<std::optional<double>> ends(used.ran.size());
    for (const model::JobId job : shape.graph.order()) {
      const size_t i = index(job);
      std::optional<double> eligible = 0;
      for (const model::JobId need : shape.graph.needs(job)) {
        const std::optional<double>& end = ends[index(need)];
        if (!end) eligible.reset();
        if (eligible) eligible = std::max(*eligible, *end);
      }
      const bool idle = used.complete_listing || shape.pipeline.job(job).presence == model::Presence::Skipped;
      if (!used.ran[i] && idle) ends[i] = eligible;
      if (!used.start[i]) continue;
      if (used.seconds[i]) ends[i] = *used.start[i] + *used.seconds[i];
      if (!used.dispatch[i] && eligible) used.dispatch[i] = std::max(0.0, *used.start[i] - *eligible);
    }
  }

  void add_step(const StepRecord& step, uint32_t run_index, uint32_t shape) {
    const auto [place, is_new] = steps_.try_emplace({shape, step.job, step.name}, kNoSteps);
    if (is_new) place->second = steps_of(step, shape);
    if (place->second == kNoSteps) return;
    StepTimes& times = result_.steps[place->second];
    times.seconds.push_back(typical(step.seconds));
    times.runs.push_back(run_index);
  }

  /// Where the times of a step go: an index into the result's steps, kNoSteps for a job that isn't known.
  size_t steps_of(const StepRecord& step, uint32_t shape) {
    const std::vector<model::JobId> jobs = matchers_[shape].match(step.job);
    if (jobs.empty()) return kNoSteps;
    const model::Job& job = shapes_[shape].pipeline.job(jobs.front());
    StepTimes times;
    times.leg = newest_name(job.stream, vocabulary_);
    times.id = without_selector(times.leg);
    times.name = step.name;
    times.step = to_lower(step_name(step.name, job));
    const auto known = std::ranges::find_if(
        result_.steps, [&](const StepTimes& other) { return other.leg == times.leg && other.step == times.step; });
    if (known != result_.steps.end()) return static_cast<size_t>(known - result_.steps.begin());
    result_.steps.push_back(std::move(times));
    return result_.steps.size() - 1;
  }

  uint32_t definition_of(const UsedRun& used, model::JobId job) {
    const auto [place, is_new] = definitions_.try_emplace({used.shape, index(job), used.states}, 0U);
    if (is_new) {
      const Shape& shape = shapes_[used.shape];
      const model::CacheStates at_start = used.states.value_or(model::CacheStates{});
      place->second = definition_index(define(shape.pipeline, shape.graph, job, shape.pipeline.job(job), at_start));
    }
    return place->second;
  }

  uint32_t definition_index(Definition definition) {
    const auto found = std::find(result_.definitions.begin(), result_.definitions.end(), definition);
    if (found != result_.definitions.end()) return static_cast<uint32_t>(found - result_.definitions.begin());
    result_.definitions.push_back(std::move(definition));
    return static_cast<uint32_t>(result_.definitions.size() - 1);
  }

  const std::vector<Shape>& shapes_;
  Vocabulary vocabulary_;  ///< with the older names that the runs tell of
  Diagnostics& diagnostics_;
  bool shapes_recorded_ = false;
  bool uses_logs_ = false;  ///< cache states come from logs, so runs without one don't count
  std::vector<JobMatcher> matchers_;
  Observations result_;
  std::map<std::tuple<uint32_t, size_t, std::optional<model::CacheStates>>, uint32_t>
      definitions_;                                                         ///< by shape and job
  std::map<std::tuple<uint32_t, std::string, std::string>, size_t> steps_;  ///< by shape and the names of a record
  std::map<std::string, uint32_t> unmatched_;
};

}  // namespace

std::string without_selector(const std::string& leg) {
  return leg.substr(0, leg.find('['));
}

std::string newest_name(const std::string& name, const Vocabulary& vocabulary) {
  const std::string id = without_selector(name);
  const auto found = vocabulary.job_names.find(id);
  return found == vocabulary.job_names.end() ? name : found->second + name.substr(id.size());
}

Observations observe(const History& history, const std::vector<Shape>& shapes, const Vocabulary& vocabulary,
                     Diagnostics& diagnostics) {
  Observer observer(history, shapes, vocabulary, diagnostics);
  for (const RunRecord& run : history.runs) observer.add(run);
  Observations result = observer.finish();
  for (const auto& [reason, count] : history.excluded) result.excluded[reason] += count;
  return result;
}

}  // namespace dagsim::calibration
