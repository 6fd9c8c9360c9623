#include "calibration/calibration.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>
#include <fmt/format.h>

#include "calibration/donors.h"
#include "calibration/rows.h"
#include "calibration/state.h"
#include "stats/estimate.h"

namespace dagsim::calibration {
namespace {

constexpr double kSharedVariance = 0.2;
constexpr double kFewestPairs = 30;  // ordered ones

Summary summarise(const Calibration::State& state) {
  Summary summary;
  summary.source = state.history.source;
  summary.excluded = state.observations.excluded;
  for (const UsedRun& run : state.observations.runs) summary.used.push_back(run.record->id);
  for (const uint32_t drawn : runs_to_draw(state.observations, state.shapes.front().pipeline.event)) {
    const UsedRun& run = state.observations.runs[drawn];
    const double wall = wall_of(run, state.shapes[run.shape]);
    if (wall > 0 && state.shapes[run.shape].name == state.shapes.front().name) summary.measured_walls.push_back(wall);
  }
  summary.dispatch_median = std::exp(state.dispatch.median.location);
  summary.dispatch_origin = state.dispatch.origin;
  return summary;
}

/// Dispatch times that the history gives directly take the place of what walls imply.
void learn_dispatch(Calibration::State& state) {
  std::vector<double> logs;
  for (const UsedRun& run : state.observations.runs) {
    for (const std::optional<double>& seconds : run.dispatch) {
      if (seconds) logs.push_back(std::log(std::max(*seconds, 0.5)));
    }
  }
  if (logs.size() < 20) return;
  state.dispatch.median = {stats::quantile(logs, 0.5),
                           stats::standard_deviation(logs) / std::sqrt(static_cast<double>(logs.size()))};
  state.dispatch.deviation = stats::standard_deviation(logs);
  state.dispatch.origin = model::Origin::Measured;
}

}  // namespace

void learn_run_factors(const Observations& observations, const Estimator& estimator, std::vector<double>& factor,
                       double& shared_variance) {
  const auto runs = static_cast<Eigen::Index>(observations.runs.size());
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(runs);
  Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(runs);
  Eigen::ArrayXd count = Eigen::ArrayXd::Zero(runs);
  for (const Group& group : estimator.groups()) {
    if (group.observations < 3) continue;
    for (const auto& [run, location] : group.runs) {
      const double residual = location - group.location;
      sum[run] += residual;
      squares[run] += residual * residual;
      count[run] += 1;
    }
  }
  const double pairs = (count * (count - 1)).sum();
  const double products = (sum * sum - squares).sum();
  const double variance = count.sum() > 0 ? squares.sum() / count.sum() : 0;
  shared_variance = kSharedVariance;
  if (pairs >= kFewestPairs && variance > 0) shared_variance = std::clamp(products / pairs / variance, 0.0, 0.9);
  factor.assign(static_cast<size_t>(runs), 0.0);
  for (Eigen::Index run = 0; run < runs; ++run) {
    if (count[run] > 0) {
      factor[static_cast<size_t>(run)] = shared_variance * sum[run] / (1 + (count[run] - 1) * shared_variance);
    }
  }
}

double wall_of(const UsedRun& run, const Shape& shape) {
  if (run.record->wall) return *run.record->wall;
  double wall = 0;
  for (const model::JobId job : model::gate_jobs(shape.pipeline)) {
    const std::optional<double>& start = run.start[index(job)];
    const std::optional<double>& seconds = run.seconds[index(job)];
    if (start && seconds) wall = std::max(wall, *start + *seconds);
  }
  return wall;
}

Calibration::Calibration(std::unique_ptr<State> state) : state_(std::move(state)) {}
Calibration::Calibration(Calibration&&) noexcept = default;
Calibration& Calibration::operator=(Calibration&&) noexcept = default;
Calibration::~Calibration() = default;

Calibration Calibration::learn(const History& history, std::vector<Shape> shapes, Vocabulary vocabulary,
                               Diagnostics& diagnostics) {
  auto state = std::make_unique<State>(history, std::move(shapes), std::move(vocabulary), diagnostics);
  if (state->observations.list.empty() && !history.runs.empty()) {
    Diagnostic& error = diagnostics.error(
        "unmatched-history", fmt::format("none of the {} runs in {} gives a time for a job of workflow \"{}\"",
                                         history.runs.size(), history.source, state->shapes.front().pipeline.title));
    for (const auto& [reason, count] : state->observations.excluded) {
      error.notes.push_back({fmt::format("left out: {} ({})", reason, count), {}});
    }
  }
  learn_dispatch(*state);
  if (state->dispatch.origin != model::Origin::Measured) {
    state->dispatch = infer_from_walls(state->observations, state->shapes, state->vocabulary, state->estimator);
  }
  learn_run_factors(state->observations, state->estimator, state->run_factor, state->shared_variance);
  state->donors = find_donors(state->estimator.groups(), state->observations.runs.size());
  state->failure_points =
      find_failure_points(state->observations, state->shapes.front().pipeline, state->shapes.front().graph);
  state->replay = replay_runs(*state);
  state->summary = summarise(*state);
  return Calibration(std::move(state));
}

const Replay& Calibration::replay() const {
  return state_->replay;
}
const Summary& Calibration::summary() const {
  return state_->summary;
}
const FailurePoints& Calibration::failure_points() const {
  return state_->failure_points;
}
const Observations& Calibration::observations() const {
  return state_->observations;
}
const std::vector<LevelChange>& Calibration::changes() const {
  return state_->changes;
}

}  // namespace dagsim::calibration
