#include <algorithm>
#include <cmath>
#include <optional>

#include "calibration/state.h"
#include "model/schedule.h"
#include "stats/estimate.h"

namespace dagsim::calibration {
namespace {

/// A wall clock says something about the DAG only where published times make up most of the chain that they imply.
constexpr double kPublishedShare = 0.85;

/// Seconds of dispatch up to which it is what hosted runners usually take (medians of 3 to 5 s over five public
/// repositories).
constexpr double kLongestTypicalDispatch = 6;

struct ReplayTimes {
  std::vector<double> seconds;
  std::vector<double> dispatch;
};

/// The shape as a run executed it: jobs that ran although the change that is asked about skips them count.
Shape executed(const Shape& shape, const UsedRun& run) {
  Shape result = shape;
  for (size_t i = 0; i < run.ran.size(); ++i) {
    if (run.ran[i] != 0) result.pipeline.jobs[i].presence = model::Presence::Runs;
  }
  return result;
}

bool ran_skipped_jobs(const Shape& shape, const UsedRun& run) {
  for (size_t i = 0; i < run.ran.size(); ++i) {
    if (run.ran[i] != 0 && shape.pipeline.jobs[i].presence == model::Presence::Skipped) return true;
  }
  return false;
}

/// The run's own times; what it did not publish lies `deviations` standard errors above where it is thought to lie.
ReplayTimes times_of(const Calibration::State& state, const UsedRun& run, const Shape& shape, double deviations) {
  const size_t jobs = shape.pipeline.jobs.size();
  ReplayTimes times{std::vector<double>(jobs, 0.0), std::vector<double>(jobs, 0.0)};
  const model::CacheStates at_start = run.states.value_or(model::CacheStates{});
  // A dispatch that was told from the walls, or from the needs that are to be tested, could explain any wall that is
  // longer than its chain.
  const double known = std::exp(state.dispatch.median.location);
  const double hop =
      state.dispatch.origin == model::Origin::Measured ? known : std::min(known, kLongestTypicalDispatch);
  for (uint32_t i = 0; i < jobs; ++i) {
    if (run.complete_listing && !run.ran[i]) continue;
    times.dispatch[i] = run.dispatch_recorded[i] ? run.dispatch[i].value_or(hop) : hop;
    const model::Job& job = shape.pipeline.jobs[i];
    if (run.seconds[i]) {
      times.seconds[i] = *run.seconds[i];
    } else if (run.legs[i].second > 0) {
      times.seconds[i] = run.legs[i].second;
    } else {
      const Definition definition = define(shape.pipeline, shape.graph, model::JobId{i}, job, at_start);
      const Estimate estimate = state.estimator.estimate(newest_name(job.stream, state.vocabulary), definition);
      times.seconds[i] =
          std::exp(estimate.location + deviations * std::hypot(estimate.uncertainty, estimate.deviation));
    }
  }
  return times;
}

/// The share of the critical chain that the run's own times make up.
double published_share(const UsedRun& run, const Shape& shape, const ReplayTimes& times) {
  const model::Schedule schedule = model::schedule(shape.pipeline, shape.graph, times.seconds, times.dispatch);
  double published = 0;
  for (const model::JobId job : model::critical_chain(shape.pipeline, shape.graph, schedule)) {
    if (run.seconds[index(job)] || run.legs[index(job)].second > 0) published += times.seconds[index(job)];
    if (run.dispatch_recorded[index(job)]) published += times.dispatch[index(job)];
  }
  const double completion = model::gate_completion(shape.pipeline, schedule);
  return completion > 0 ? published / completion : 0;
}

}  // namespace

Replay replay_runs(const Calibration::State& state) {
  Replay replay;
  std::vector<double> residuals;
  for (const UsedRun& run : state.observations.runs) {
    const std::optional<Shape> own = ran_skipped_jobs(state.shapes[run.shape], run)
                                         ? std::optional(executed(state.shapes[run.shape], run))
                                         : std::nullopt;
    const Shape& shape = own ? *own : state.shapes[run.shape];
    const double wall = wall_of(run, shape);
    if (wall <= 0) continue;
    ++replay.walls;
    const ReplayTimes times = times_of(state, run, shape, 0);
    const model::Schedule schedule = model::schedule(shape.pipeline, shape.graph, times.seconds, times.dispatch);
    // With unpublished times at their upper end, is it still a published chain that decides?
    const Replayed replayed{run.record->id, wall, model::gate_completion(shape.pipeline, schedule),
                            published_share(run, shape, times_of(state, run, shape, 1))};
    if (replayed.published < kPublishedShare) continue;
    replay.runs.push_back(replayed);
    residuals.push_back(replayed.replayed / replayed.measured - 1);
  }
  if (!residuals.empty()) replay.median_residual = stats::quantile(residuals, 0.5);
  return replay;
}

}  // namespace dagsim::calibration
