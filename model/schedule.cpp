#include "model/schedule.h"

#include <algorithm>

namespace dagsim::model {

Schedule schedule(const Pipeline& pipeline, const Graph& graph, std::span<const double> seconds,
                  std::span<const double> dispatch) {
  Schedule result{std::vector<double>(graph.size(), 0.0), std::vector<double>(graph.size(), 0.0)};
  for (const JobId job : graph.order()) {
    double eligible = 0;
    for (const JobId need : graph.needs(job)) eligible = std::max(eligible, result.end[index(need)]);
    const bool skipped = pipeline.job(job).presence == Presence::Skipped;
    result.start[index(job)] = eligible + (skipped ? 0 : dispatch[index(job)]);
    result.end[index(job)] = result.start[index(job)] + (skipped ? 0 : seconds[index(job)]);
  }
  return result;
}

double gate_completion(const Pipeline& pipeline, const Schedule& schedule) {
  double completion = 0;
  for (const JobId job : gate_jobs(pipeline)) completion = std::max(completion, schedule.end[index(job)]);
  return completion;
}

namespace {

JobId last_of(std::span<const JobId> jobs, const Schedule& schedule) {
  JobId last = jobs.front();
  for (const JobId job : jobs) {
    if (schedule.end[index(job)] > schedule.end[index(last)]) last = job;
  }
  return last;
}

}  // namespace

std::vector<JobId> critical_chain(const Pipeline& pipeline, const Graph& graph, const Schedule& schedule) {
  std::vector<JobId> chain;
  std::vector<JobId> candidates = gate_jobs(pipeline);
  while (!candidates.empty()) {
    const JobId job = last_of(candidates, schedule);
    if (pipeline.job(job).presence != Presence::Skipped) chain.push_back(job);
    const std::span<const JobId> needs = graph.needs(job);
    candidates.assign(needs.begin(), needs.end());
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

}  // namespace dagsim::model
