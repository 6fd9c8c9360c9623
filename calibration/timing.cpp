// From estimates to what a simulation draws from: the rows, the laws of durations and dispatches, and which runs ran
// which job.

#include <algorithm>
#include <cmath>
#include <map>

#include "calibration/job_time.h"
#include "calibration/pool_waits.h"
#include "calibration/rows.h"
#include "calibration/state.h"
#include "stats/estimate.h"

namespace dagsim::calibration {
namespace {

/// Jitter of a recorded dispatch, in ln(seconds); recorded ones below half a second are their clock's resolution.
constexpr double kDispatchJitter = 0.15;
constexpr double kShortestDispatch = 0.5;

class TimingBuilder {
 public:
  explicit TimingBuilder(const Scene& scene) : scene_(scene) {
    const std::vector<Shape>& shapes = scene.state.shapes;
    for (uint32_t shape = 0; shape < shapes.size(); ++shape) {
      const std::vector<model::Job>& jobs = shapes[shape].pipeline.jobs;
      for (uint32_t job = 0; job < jobs.size(); ++job) job_of_[{shape, scene.leg(jobs[job])}] = job;
    }
    timing_.rows = scene.rows.rows;
  }

  model::Timing build() {
    timing_.laws.push_back(shared_dispatch());
    for (const model::Pool& pool : scene_.pipeline.pools) split_dispatches(pool);
    JobTimes times(scene_, timing_);
    for (uint32_t i = 0; i < scene_.pipeline.jobs.size(); ++i) {
      const model::Job& job = scene_.pipeline.jobs[i];
      model::JobTiming timing;
      timing.dispatch = dispatch_law(job);
      if (job.presence == model::Presence::Unknown) timing.runs = runs_by_row(job);
      if (job.presence != model::Presence::Skipped) times.add(timing, model::JobId{i});
      timing_.jobs.push_back(std::move(timing));
    }
    return std::move(timing_);
  }

 private:
  /// Law 0: what every hop takes where no run tells about the job itself.
  model::Law shared_dispatch() const {
    const Dispatch& dispatch = scene_.state.dispatch;
    model::Law law = no_time("dispatch", timing_.rows.size());
    std::fill(law.location.begin(), law.location.end(), static_cast<float>(dispatch.median.location));
    std::fill(law.spread.begin(), law.spread.end(), static_cast<float>(dispatch.deviation));
    law.uncertainty = static_cast<float>(dispatch.median.uncertainty);
    for (const double draw : dispatch.draws) law.shifts.push_back(static_cast<float>(draw - dispatch.median.location));
    return law;
  }

  /// Leaves what is simulated, the wait for one of the pool's slots, out of the recorded dispatches: those that hold
  /// such a wait count as the usual one of those that don't.
  void split_dispatches(const model::Pool& pool) {
    if (pool.slots == 0) return;
    const calibration::Observations& observations = scene_.state.observations;
    std::vector<double> free;
    std::vector<std::pair<uint32_t, uint32_t>> waited;  // run and job
    for (uint32_t number = 0; number < observations.runs.size(); ++number) {
      const UsedRun& run = observations.runs[number];
      const model::Pipeline& shape = scene_.state.shapes[run.shape].pipeline;
      const std::vector<uint32_t> jobs = jobs_of_pool(shape, pool.name);
      const std::vector<std::optional<bool>> waits = waited_for_slot(run, jobs, pool.slots);
      for (const uint32_t job : jobs) {
        if (!waits[job]) continue;
        if (*waits[job]) {
          waited.emplace_back(number, job);
        } else {
          free.push_back(std::max(*run.dispatch[job], kShortestDispatch));
        }
      }
    }
    if (free.empty()) return;
    const double usual = std::log(stats::quantile(free, 0.5));
    for (const auto& place : waited) usual_dispatch_[place] = usual;
  }

  /// The job's recorded dispatches, each in the rows of its run.
  uint32_t dispatch_law(const model::Job& job) {
    const std::string leg = scene_.leg(job);
    model::Law law = timing_.laws.front();
    bool any = false;
    for (size_t row = 0; row < timing_.rows.size(); ++row) {
      const std::optional<uint32_t> then = job_in_run(scene_.rows.run[row], leg);
      if (!then) continue;
      const std::optional<double>& seconds = run_of(row).dispatch[*then];
      if (!seconds) continue;
      const auto split = usual_dispatch_.find({scene_.rows.run[row], *then});
      const bool is_split = split != usual_dispatch_.end();
      law.location[row] =
          static_cast<float>(is_split ? split->second : std::log(std::max(*seconds, kShortestDispatch)));
      law.spread[row] = static_cast<float>(kDispatchJitter);
      any = true;
    }
    if (!any) return 0;
    law.uncertainty = 0;
    law.shifts.clear();
    timing_.laws.push_back(std::move(law));
    return static_cast<uint32_t>(timing_.laws.size() - 1);
  }

  /// Whether the job ran in each row's run; it did where the run doesn't say.
  std::vector<uint8_t> runs_by_row(const model::Job& job) const {
    const std::string leg = scene_.leg(job);
    std::vector<uint8_t> runs(timing_.rows.size(), 1);
    for (size_t row = 0; row < runs.size(); ++row) {
      const std::optional<uint32_t> then = job_in_run(scene_.rows.run[row], leg);
      if (then && run_of(row).complete_listing) runs[row] = run_of(row).ran[*then];
    }
    return runs;
  }

  const UsedRun& run_of(size_t row) const { return scene_.state.observations.runs[scene_.rows.run[row]]; }

  std::optional<uint32_t> job_in_run(uint32_t run, const std::string& leg) const {
    if (run == kNoRun) return std::nullopt;
    const auto found = job_of_.find({scene_.state.observations.runs[run].shape, leg});
    return found == job_of_.end() ? std::nullopt : std::optional<uint32_t>(found->second);
  }

  const Scene& scene_;
  std::map<std::pair<uint32_t, std::string>, uint32_t> job_of_;  ///< by shape and newest name
  std::map<std::pair<uint32_t, uint32_t>, double>
      usual_dispatch_;  ///< by run and job that waited for a slot, ln(seconds)
  model::Timing timing_;
};

}  // namespace

model::Timing Calibration::timing(const model::Pipeline& pipeline, const model::Graph& graph,
                                  const CacheAssumptions& caches) const {
  const RowTable rows = make_rows(state_->observations, pipeline, caches);
  const Scene scene{*state_, pipeline, graph, rows};
  model::Timing timing = TimingBuilder(scene).build();
  timing.failure_points = state_->failure_points.shares;
  return timing;
}

}  // namespace dagsim::calibration
