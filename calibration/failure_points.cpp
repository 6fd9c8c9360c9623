#include "calibration/failure_points.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "model/timing.h"
#include "stats/estimate.h"

namespace dagsim::calibration {
namespace {

constexpr double kUsualWeight = 10;  // failures that the usual law counts for

/// The median green seconds of each leg.
std::map<std::string, double> usual_times(const Observations& observations) {
  std::map<std::string, std::vector<double>> times;
  for (const Observation& one : observations.list) {
    if (!one.over_legs) times[one.leg].push_back(std::exp(one.location));
  }
  std::map<std::string, double> medians;
  for (const auto& [leg, seconds] : times) medians[leg] = stats::quantile(seconds, 0.5);
  return medians;
}

std::optional<model::JobId> job_of(const model::Pipeline& pipeline, const std::string& leg) {
  const auto found = std::ranges::find(pipeline.jobs, leg, &model::Job::stream);
  if (found == pipeline.jobs.end()) return std::nullopt;
  return model::JobId{static_cast<uint32_t>(found - pipeline.jobs.begin())};
}

bool has_failed_by_itself(const RedRun& run, model::JobId job, const model::Pipeline& pipeline,
                          const model::Graph& graph) {
  if (pipeline.job(job).id == pipeline.gate) return false;
  return std::ranges::none_of(run.legs, [&](const std::string& leg) {
    const std::optional<model::JobId> other = job_of(pipeline, leg);
    return other && graph.is_ancestor(*other, job);
  });
}

/// The share below which half of the weight lies.
double middle_of(std::vector<std::pair<double, double>> weighted) {
  std::ranges::sort(weighted);
  double all = 0;
  for (const auto& [share, weight] : weighted) all += weight;
  double below = 0;
  for (const auto& [share, weight] : weighted) {
    below += weight;
    if (below >= all / 2) return share;
  }
  return weighted.back().first;
}

}  // namespace

FailurePoints find_failure_points(const Observations& observations, const model::Pipeline& pipeline,
                                  const model::Graph& graph) {
  const std::map<std::string, double> usual = usual_times(observations);
  std::vector<std::pair<double, double>> weighted;  // share and weight
  FailurePoints points;
  for (const RedRun& run : observations.red_runs) {
    std::vector<double> shares;
    for (size_t i = 0; i < run.legs.size(); ++i) {
      const auto time = usual.find(run.legs[i]);
      const std::optional<model::JobId> job = job_of(pipeline, run.legs[i]);
      if (!job || time == usual.end() || time->second <= 0 || run.seconds[i] <= 0) continue;
      if (has_failed_by_itself(run, *job, pipeline, graph)) shares.push_back(run.seconds[i] / time->second);
    }
    // A defect that many jobs catch is one defect.
    for (const double share : shares) weighted.emplace_back(share, 1 / static_cast<double>(shares.size()));
    points.failures += shares.empty() ? 0U : 1U;
  }
  if (weighted.empty()) return points;
  points.median = middle_of(weighted);
  constexpr auto kCount = static_cast<double>(model::kFailurePoints);
  for (size_t i = 0; i < model::kFailurePoints; ++i) {
    weighted.emplace_back(std::cbrt((static_cast<double>(i) + 0.5) / kCount), kUsualWeight / kCount);
  }
  std::ranges::sort(weighted);
  const double all = static_cast<double>(points.failures) + kUsualWeight;
  double below = 0;
  size_t at = 0;
  for (size_t i = 0; i < model::kFailurePoints; ++i) {
    const double wanted = (static_cast<double>(i) + 0.5) / kCount * all;
    while (at + 1 < weighted.size() && below + weighted[at].second < wanted) below += weighted[at++].second;
    points.shares.push_back(static_cast<float>(weighted[at].first));
  }
  return points;
}

}  // namespace dagsim::calibration
