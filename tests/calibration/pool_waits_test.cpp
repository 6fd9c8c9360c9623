#include "calibration/pool_waits.h"

#include "tests/catch.h"

namespace dagsim::calibration {
namespace {

/// Jobs 0, 1, … with their start, how long before it they were eligible, and how long they ran.
struct Job {
  double start = 0;
  double dispatch = 0;
  double seconds = 0;
};

std::string waits(const std::vector<Job>& jobs, uint32_t slots) {
  UsedRun run;
  std::vector<uint32_t> pool;
  for (const Job& job : jobs) {
    pool.push_back(static_cast<uint32_t>(pool.size()));
    run.start.emplace_back(job.start);
    run.dispatch.emplace_back(job.dispatch);
    run.seconds.emplace_back(job.seconds);
  }
  std::string text;
  for (const std::optional<bool>& waited : waited_for_slot(run, pool, slots))
    text += !waited ? '?' : *waited ? 'w' : '-';
  return text;
}

}  // namespace

TEST_CASE("Jobs that started while others held all slots had waited") {
  // Two slots: a and b at once, c when a ends, d when b ends.
  const std::vector<Job> jobs = {{2, 2, 10}, {2, 2, 20}, {12, 12, 10}, {22, 22, 5}};
  CHECK(waits(jobs, 2) == "--ww");
  CHECK(waits(jobs, 4) == "----");
  CHECK(waits(jobs, 1) == "--ww");
}

TEST_CASE("A job that became eligible when slots were free did not wait for one, however long it took to start") {
  CHECK(waits({{0, 0, 10}, {50, 30, 10}}, 1) == "--");
}

TEST_CASE("What the history doesn't tell is not guessed") {
  UsedRun run;
  run.start = {1.0, std::nullopt};
  run.dispatch = {std::nullopt, 3.0};
  run.seconds = {5.0, 5.0};
  const std::vector<std::optional<bool>> waited = waited_for_slot(run, {0, 1}, 1);
  CHECK_FALSE(waited[0]);
  CHECK_FALSE(waited[1]);
}

TEST_CASE("A run tells how many jobs of a pool it had at work at once, those that only meet not counted together") {
  UsedRun run;
  run.start = {0.0, 5.0, 10.0, std::nullopt};
  run.seconds = {10.0, 20.0, 5.0, 7.0};
  CHECK(most_at_once(run, {0, 1, 2, 3}) == 2);
  CHECK(most_at_once(run, {0, 2}) == 1);
  CHECK(most_at_once(run, {3}) == 0);
}

}  // namespace dagsim::calibration
