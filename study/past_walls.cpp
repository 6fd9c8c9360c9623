#include "study/past_walls.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/schedule.h"
#include "stats/random.h"

namespace dagsim::study {

std::vector<PastRun> past_runs(const Session& session, std::map<std::string, uint32_t>& excluded) {
  const calibration::Observations& observations = session.calibration->observations();
  excluded = observations.excluded;
  std::vector<PastRun> runs;
  for (const calibration::UsedRun& used : observations.runs) {
    if (!used.complete_listing || used.shape != 0) {
      ++excluded["times of all jobs are not recorded"];
      continue;
    }
    const size_t jobs = used.ran.size();
    PastRun run{used.record, used.ran, std::vector<double>(jobs, 0.0), std::vector<double>(jobs, 0.0)};
    for (size_t i = 0; i < jobs; ++i) {
      run.seconds[i] = used.seconds[i].value_or(0);
      run.dispatch[i] = used.ran[i] != 0 ? used.dispatch[i].value_or(0) : 0;
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

double wall_of(const PastRun& run, const Kept& kept, const Expanded& expanded) {
  std::vector<double> seconds = run.seconds;
  std::vector<double> dispatch = run.dispatch;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] != 0) continue;
    seconds[i] = 0;
    dispatch[i] = 0;
  }
  return model::gate_completion(expanded.pipeline,
                                model::schedule(expanded.pipeline, expanded.graph, seconds, dispatch));
}

std::vector<Kept> draw_sub_pipelines(const Expanded& expanded, uint32_t count, uint64_t seed) {
  const model::Pipeline& pipeline = expanded.pipeline;
  std::vector<Kept> drawn;
  for (uint32_t number = 0; number < count; ++number) {
    Kept kept(pipeline.jobs.size(), 1);
    for (size_t i = 0; i < kept.size(); ++i) {
      const stats::Stream stream(seed, "sub-pipeline/" + pipeline.jobs[i].stream);
      kept[i] = stream.uniform(number) < 0.5 ? 1 : 0;
    }
    if (!pipeline.gate.empty()) {
      for (const model::JobId job : model::gate_jobs(pipeline)) kept[index(job)] = 1;
    }
    drawn.push_back(std::move(kept));
  }
  return drawn;
}

}  // namespace dagsim::study
