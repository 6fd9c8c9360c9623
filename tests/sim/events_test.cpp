#include "sim/events.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "stats/random.h"
#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::Example;
using testing::run;

/// A pool of `slots` machines for the jobs named.
Example& pool(Example& example, uint32_t slots, const std::vector<std::string>& jobs) {
  const std::string name = fmt::format("pool{}", example.pipeline.pools.size());
  example.pipeline.pools.push_back({name, {name}, slots, 0});
  for (const std::string& job : jobs) example.at(job).runs_on = {name};
  return example;
}

double wall(Example& example) {
  return static_cast<double>(run(example).wall.front());
}

/// Jobs by place with whole durations, needs before dependants, one pool for all.
struct Plain {
  std::vector<std::vector<uint32_t>> needs;
  std::vector<int32_t> durations;
  std::vector<int32_t> dispatches;
  uint32_t slots = 0;
};

/// What the event loop makes of it.
std::vector<int32_t> finishes(const Plain& plain) {
  const size_t count = plain.needs.size();
  WaitProgram program;
  program.pools = {plain.slots};
  std::vector<std::vector<uint32_t>> dependants(count);
  for (uint32_t job = 0; job < count; ++job) {
    program.holds.push_back({0, Holds::kNothing});
    program.needs.push_back(static_cast<uint32_t>(plain.needs[job].size()));
    for (const uint32_t need : plain.needs[job]) dependants[need].push_back(job);
  }
  for (const std::vector<uint32_t>& list : dependants) {
    program.first_dependant.push_back(static_cast<uint32_t>(program.dependants.size()));
    program.dependants.insert(program.dependants.end(), list.begin(), list.end());
  }
  program.first_dependant.push_back(static_cast<uint32_t>(program.dependants.size()));
  Rows<int32_t> durations(count);
  Rows<int32_t> dispatches(count);
  Rows<int32_t> finish(count);
  Rows<int32_t> delay(count);
  std::vector<JobRows> rows;
  for (size_t job = 0; job < count; ++job) {
    std::ranges::fill(durations[job], plain.durations[job]);
    std::ranges::fill(dispatches[job], plain.dispatches[job]);
    rows.push_back({durations[job].data(), dispatches[job].data(), nullptr, finish[job].data(), delay[job].data()});
  }
  EventLoop(program, rows).run();
  std::vector<int32_t> result;
  for (size_t job = 0; job < count; ++job) result.push_back(finish[job][kBlock - 1]);
  return result;
}

/// The same told tick by tick, without events: slow, and written another way.
std::vector<int32_t> told_by_ticks(const Plain& plain) {
  const size_t count = plain.needs.size();
  std::vector<int32_t> finish(count, -1);
  std::vector<int32_t> asked(count, -1);
  std::vector<int32_t> left(count, -1);  // ticks that a running job still has
  size_t done = 0;
  for (int32_t now = 0; done < count; ++now) {
    bool again = true;
    while (again) {
      again = false;
      for (size_t job = 0; job < count; ++job) {
        if (left[job] != 0 || finish[job] >= 0) continue;
        finish[job] = now;
        ++done;
        again = true;
      }
      for (size_t job = 0; job < count; ++job) {
        const bool is_free = std::ranges::all_of(plain.needs[job], [&](uint32_t need) { return finish[need] >= 0; });
        if (asked[job] >= 0 || !is_free) continue;
        asked[job] = now + plain.dispatches[job];
        again = true;
      }
      size_t running = 0;
      for (size_t job = 0; job < count; ++job) running += left[job] > 0 && finish[job] < 0 ? 1U : 0U;
      while (running < plain.slots) {
        size_t next = count;
        for (size_t job = 0; job < count; ++job) {
          const bool waits = asked[job] >= 0 && asked[job] <= now && left[job] < 0 && finish[job] < 0;
          if (waits && (next == count || asked[job] < asked[next])) next = job;
        }
        if (next == count) break;
        left[next] = plain.durations[next];
        running += left[next] > 0 ? 1U : 0U;
        again = true;
      }
    }
    for (int32_t& ticks : left) ticks -= ticks > 0 ? 1 : 0;
  }
  return finish;
}

/// Jobs 0 … count - 1; bit k of `edges` is the k-th pair (need, dependant).
Plain dag(size_t count, uint64_t edges, uint32_t slots, uint64_t seed) {
  const stats::Stream dice(seed, "durations");
  Plain plain;
  plain.slots = slots;
  uint64_t bit = 0;
  for (uint32_t job = 0; job < count; ++job) {
    plain.needs.emplace_back();
    for (uint32_t need = 0; need < job; ++need) {
      if ((edges >> bit++) % 2 == 1) plain.needs.back().push_back(need);
    }
    plain.durations.push_back(1 + static_cast<int32_t>(dice.uniform(2 * job) * 9));
    plain.dispatches.push_back(static_cast<int32_t>(dice.uniform(2 * job + 1) * 4));
  }
  return plain;
}

}  // namespace

TEST_CASE("Equal jobs on a pool run in rounds") {
  Example example;
  example.job("a", 10).job("b", 10).job("c", 10).job("d", 10).job("e", 10);
  CHECK(wall(pool(example, 2, {"a", "b", "c", "d", "e"})) == 30);
}

TEST_CASE("One machine runs its jobs one after another, others don't wait for it") {
  Example example;
  example.job("a", 10).job("b", 20).job("c", 30).job("free", 15);
  CHECK(wall(pool(example, 1, {"a", "b", "c"})) == 60);
}

TEST_CASE("Who asks first is served first, and who was created first where both ask at once") {
  Example example;
  example.job("long", 50).job("first", 5).job("second", 5).job("late", 5, {"free"}).job("free", 20);
  pool(example, 1, {"long", "first", "second", "late"});
  const Result result = run(example);
  // long to 50, then first, second, late: 65 in all.
  CHECK(result.wall.front() == 65);
  CHECK(result.waits == std::vector<std::string>{"up to 4 jobs want the 1 slot of pool \"pool0\""});
}

TEST_CASE("Created first means as the workflow lists jobs, whatever they need") {
  // In topological order b comes before a: both ask when y and z end.
  Example example;
  example.job("a", 5, {"z"}).job("y", 10).job("b", 7, {"y"}).job("z", 10).gate("a");
  CHECK(wall(pool(example, 1, {"a", "b"})) == 15);
}

TEST_CASE("Times beyond all measure stay in range when every job waits for the one before") {
  Example example;
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i) {
    names.push_back(fmt::format("job{}", i));
    example.job(names.back(), 1e12);
  }
  const double seconds = wall(pool(example, 1, names));
  CHECK(seconds > 0);
  CHECK(seconds < 388 * 86'400.0);
}

TEST_CASE("A pool as wide as the jobs that can want it at once makes nobody wait and changes no byte") {
  Example without;
  without.job("a", 20, {}, 0.4).job("b", 30, {"a"}, 0.5).job("c", 25, {"a"}, 0.3).job("d", 9, {"b", "c"}, 0.2);
  without.dispatch("b", 6, 0.4);
  Example with = without;
  pool(with, 2, {"a", "b", "c", "d"});
  const Result plain = run(without, 2048);
  const Result pooled = run(with, 2048);
  CHECK(pooled.waits.empty());
  CHECK(pooled.wall == plain.wall);
}

TEST_CASE("The event engine and the block engine agree draw by draw where a pool hardly ever binds") {
  // Two of three side by side: the third is so short and so late that it never meets the two.
  Example without;
  without.job("a", 20, {}, 0.1)
      .job("b", 30, {"a"}, 0.1)
      .job("c", 25, {"a"}, 0.1)
      .job("later", 3600)
      .job("e", 9, {"later"});
  Example with = without;
  pool(with, 2, {"b", "c", "e"});
  const Result plain = run(without, 4096);
  const Result pooled = run(with, 4096);
  CHECK(pooled.waits.size() == 1);
  CHECK(pooled.wall == plain.wall);
  CHECK(pooled.minutes == plain.minutes);
  for (size_t job = 0; job < 5; ++job) {
    CHECK(pooled.jobs[job].criticality == plain.jobs[job].criticality);
    CHECK(pooled.jobs[job].slack == plain.jobs[job].slack);
    CHECK(pooled.jobs[job].drag == plain.jobs[job].drag);
  }
}

TEST_CASE("Events tell what a clock tells tick by tick, for all DAGs of four jobs and any number of slots") {
  for (uint64_t edges = 0; edges < 64; ++edges) {
    for (uint32_t slots = 1; slots <= 4; ++slots) {
      const Plain plain = dag(4, edges, slots, edges * 7 + slots);
      CAPTURE(edges, slots);
      REQUIRE(finishes(plain) == told_by_ticks(plain));
    }
  }
}

TEST_CASE("Events tell what a clock tells tick by tick, for large DAGs at random") {
  const stats::Stream dice(11, "dags");
  for (uint64_t number = 0; number < 200; ++number) {
    const auto edges = static_cast<uint64_t>(dice.uniform(2 * number) * 0x1p53) &
                       static_cast<uint64_t>(dice.uniform(2 * number + 1) * 0x1p53);
    const Plain plain = dag(10, edges, 1 + static_cast<uint32_t>(number % 5), number);
    CAPTURE(number);
    REQUIRE(finishes(plain) == told_by_ticks(plain));
  }
}

TEST_CASE("Shorter jobs can make everything later, as Graham showed") {
  // Graham (1969), multiprocessing anomalies: three machines, nine jobs; every job one tick shorter ends later.
  Plain plain;
  plain.slots = 3;
  plain.needs = {{}, {}, {}, {}, {3}, {3}, {3}, {3}, {0}};
  plain.durations = {3, 2, 2, 2, 4, 4, 4, 4, 9};
  plain.dispatches.assign(9, 0);
  const auto end = [](const Plain& jobs) { return std::ranges::max(finishes(jobs)); };
  CHECK(end(plain) == 12);
  for (int32_t& duration : plain.durations) --duration;
  CHECK(end(plain) == 13);
}

TEST_CASE("Legs of a matrix with max-parallel run that many at a time, in their order") {
  Example example;
  for (const char* leg : {"m[1]", "m[2]", "m[3]", "m[4]"}) {
    example.job(leg, 10);
    example.at(leg).id = "m";
    example.at(leg).strategy = {true, 3, 0, 4};
  }
  const Result result = run(example);
  CHECK(result.wall.front() == 20);
  CHECK(result.waits == std::vector<std::string>{"3 of the 4 legs of \"m\" may run at once"});
}

TEST_CASE("A job that does not run in a replication takes no slot") {
  Example example(2);
  example.job("a", 10).job("b", 10).job("c", 10);
  example.at("b").presence = model::Presence::Unknown;
  example.time("b").runs = {0, 1};
  pool(example, 1, {"a", "b", "c"});
  const Result result = run(example, 512);
  for (const float seconds : result.wall) CHECK((seconds == 20 || seconds == 30));
  CHECK(std::ranges::count(result.wall, 20.0F) == 256);
}

TEST_CASE("An edit that takes away a machine keeps the draws of the baseline") {
  Example base;
  base.job("a", 20, {}, 0.4).job("b", 30, {}, 0.5).job("c", 25, {}, 0.3);
  Example edited = base;
  pool(edited, 1, {"a", "b", "c"});
  const std::vector<Result> results = testing::run_all(
      {&base, &edited}, {.seed = 3, .replications = 2048, .threads = 2, .resamples = 2, .progress = {}});
  for (size_t job = 0; job < 3; ++job) CHECK(results[0].jobs[job].mean == results[1].jobs[job].mean);
  for (size_t i = 0; i < results[0].wall.size(); ++i) REQUIRE(results[1].wall[i] >= results[0].wall[i]);
  const double sum = results[0].jobs[0].mean + results[0].jobs[1].mean + results[0].jobs[2].mean;
  CHECK(testing::mean_of(results[1].wall) == Approx(sum).epsilon(1e-6));
}

}  // namespace dagsim::sim
