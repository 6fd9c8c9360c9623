#include "calibration/pool_waits.h"

#include <algorithm>
#include <utility>

namespace dagsim::calibration {

std::vector<uint32_t> jobs_of_pool(const model::Pipeline& pipeline, const std::string& pool) {
  std::vector<uint32_t> jobs;
  for (uint32_t job = 0; job < pipeline.jobs.size(); ++job) {
    const model::Pool* own = pipeline.pool_of(pipeline.jobs[job]);
    if (own != nullptr && own->name == pool) jobs.push_back(job);
  }
  return jobs;
}

uint32_t most_at_once(const UsedRun& run, const std::vector<uint32_t>& pool) {
  std::vector<std::pair<double, int>> changes;
  for (const uint32_t job : pool) {
    if (!run.start[job] || !run.seconds[job]) continue;
    changes.emplace_back(*run.start[job], 1);
    changes.emplace_back(*run.start[job] + *run.seconds[job], -1);
  }
  std::ranges::sort(changes);  // at one time ends come before starts
  int now = 0;
  int most = 0;
  for (const auto& [time, change] : changes) {
    now += change;
    most = std::max(most, now);
  }
  return static_cast<uint32_t>(most);
}

std::vector<std::optional<bool>> waited_for_slot(const UsedRun& run, const std::vector<uint32_t>& pool,
                                                 uint32_t slots) {
  std::vector<std::optional<bool>> waited(run.seconds.size());
  const auto is_running = [&](uint32_t job, double time) {
    return run.start[job] && run.seconds[job] && *run.start[job] <= time && time < *run.start[job] + *run.seconds[job];
  };
  for (const uint32_t job : pool) {
    if (!run.start[job] || !run.dispatch[job]) continue;
    const double start = *run.start[job];
    const double eligible = start - *run.dispatch[job];
    const auto is_full = [&](double time) {
      const auto busy =
          std::ranges::count_if(pool, [&](uint32_t other) { return other != job && is_running(other, time); });
      return static_cast<size_t>(busy) >= slots;
    };
    // The pool can only become full when a job starts.
    waited[job] = is_full(eligible) || std::ranges::any_of(pool, [&](uint32_t other) {
                    const std::optional<double>& then = run.start[other];
                    return other != job && then && *then > eligible && *then < start && is_full(*then);
                  });
    if (eligible >= start) waited[job] = false;
  }
  return waited;
}

}  // namespace dagsim::calibration
