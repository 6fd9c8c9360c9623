#include "calibration/pool_waits.h"

#include <algorithm>

namespace dagsim::calibration {

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
