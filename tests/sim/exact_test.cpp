// Without spread the engine must be exact: against longest paths by brute force, and against results worked out by
// hand.
#include <algorithm>
#include <array>
#include <cmath>

#include "model/schedule.h"
#include "sim/simulate.h"
#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::Example;
using testing::run;

constexpr std::array<const char*, 4> kNames = {"a", "b", "c", "d"};
using Durations = std::array<int, 4>;
/// Bit 4 * i + j: job i needs job j.
using Edges = uint32_t;

bool needs(Edges edges, size_t job, size_t other) {
  return (edges >> (4 * job + other) & 1) != 0;
}

/// The longest path that ends with `job`; 1000 for a cycle.
int longest(Edges edges, const Durations& seconds, size_t job, int depth = 0) {
  if (depth > 4) {
    return 1000;
  }
  int before = 0;
  for (size_t other = 0; other < 4; ++other) {
    before = needs(edges, job, other) ? std::max(before, longest(edges, seconds, other, depth + 1)) : before;
  }
  return before + seconds[job];
}

int wall(Edges edges, const Durations& seconds) {
  int last = 0;
  for (size_t job = 0; job < 4; ++job) {
    last = std::max(last, longest(edges, seconds, job));
  }
  return last;
}

/// All labelled graphs on four jobs without cycles and self-needs.
std::vector<Edges> all_dags() {
  std::vector<Edges> dags;
  for (Edges edges = 0; edges < 1U << 16; ++edges) {
    const bool self = needs(edges, 0, 0) || needs(edges, 1, 1) || needs(edges, 2, 2) || needs(edges, 3, 3);
    if (!self && wall(edges, {1, 1, 1, 1}) < 1000) {
      dags.push_back(edges);
    }
  }
  return dags;
}

Example example_of(Edges edges, const Durations& seconds) {
  Example example;
  for (size_t job = 0; job < 4; ++job) {
    std::vector<std::string> job_needs;
    for (size_t other = 0; other < 4; ++other) {
      if (needs(edges, job, other)) {
        job_needs.emplace_back(kNames[other]);
      }
    }
    example.job(kNames[job], seconds[job], job_needs);
  }
  return example;
}

Durations longer(Durations seconds, size_t job, int by) {
  seconds[job] += by;
  return seconds;
}

std::vector<std::string> keys(const Example& example, const CriticalChain& chain) {
  std::vector<std::string> result;
  for (const model::JobId job : chain.jobs) {
    result.push_back(example.pipeline.job(job).key);
  }
  return result;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("On all 543 graphs of four jobs wall, criticality, slack and drag are those of brute force") {
  const std::vector<Edges> dags = all_dags();
  REQUIRE(dags.size() == 543);
  for (const Edges edges : dags) {
    for (const Durations& seconds : {Durations{3, 1, 2, 1}, Durations{1, 2, 1, 3}}) {
      Example example = example_of(edges, seconds);
      const Result result = run(example);
      const int expected = wall(edges, seconds);
      REQUIRE(result.wall == std::vector<float>(512, static_cast<float>(expected)));
      for (size_t job = 0; job < 4; ++job) {
        const JobResult& found = result.jobs[job];
        const auto slack = static_cast<int>(std::lround(found.slack));
        REQUIRE(found.slack == slack);
        REQUIRE(wall(edges, longer(seconds, job, slack)) == expected);
        REQUIRE(wall(edges, longer(seconds, job, slack + 1)) == expected + 1);
        REQUIRE(found.criticality == (slack == 0 ? 1 : 0));
        REQUIRE(found.drag == expected - wall(edges, longer(seconds, job, -seconds[job])));
        REQUIRE(found.mean == seconds[job]);
        REQUIRE(found.presence == 1);
      }
      double chain_sum = 0;
      for (const model::JobId job : result.chains.front().jobs) {
        chain_sum += seconds[model::index(job)];
      }
      REQUIRE(chain_sum == expected);
      REQUIRE(result.chains.front().probability == 1);
    }
  }
}

TEST_CASE("The wall clock is the completion of the gate, not of jobs beside it") {
  Example example;
  example.job("build", 100).job("deploy", 500, {"build"}).job("test", 50, {"build"}).job("ci-required", 2, {"test"});
  example.gate("ci-required");
  const Result result = run(example);
  CHECK(result.wall.front() == 152);
  CHECK(result.jobs[0].criticality == 1);
  CHECK(result.jobs[1].criticality == 0);
  CHECK(result.jobs[1].slack == 152 - 600);
  CHECK(result.jobs[2].drag == 50);
  CHECK(keys(example, result.chains.front()) == Keys{"build", "test", "ci-required"});
}

TEST_CASE("Dispatch delays the start and counts in the wall, but neither in drag nor in minutes") {
  Example example;
  example.job("a", 30).job("b", 60, {"a"}).dispatch("a", 100).dispatch("b", 7);
  const Result result = run(example);
  CHECK(result.wall.front() == 197);
  CHECK(result.minutes.front() == 2);
  CHECK(result.jobs[0].drag == 30);
  CHECK(result.jobs[0].mean == 30);
}

TEST_CASE("A skipped job passes on what it waits for and takes no time") {
  Example example;
  example.job("a", 30).job("middle", 1000, {"a"}).job("b", 60, {"middle"}).dispatch("middle", 99).skip("middle");
  const Result result = run(example);
  CHECK(result.wall.front() == 90);
  CHECK(result.minutes.front() == 2);
  CHECK(result.jobs[1].presence == 0);
  CHECK(result.jobs[1].mean == 0);
  CHECK(result.jobs[1].criticality == 0);
  CHECK(keys(example, result.chains.front()) == Keys{"a", "b"});
}

TEST_CASE("A skipped gate completes with the last of its needs") {
  Example example;
  example.job("a", 30).job("b", 60).job("gate", 5, {"a", "b"}).gate("gate").skip("gate");
  CHECK(run(example).wall.front() == 60);
}

TEST_CASE("A job that only some past runs had is transparent in the others") {
  Example example(4);
  example.job("a", 30).job("docs", 100, {"a"}).job("b", 60, {"docs"}).dispatch("docs", 8);
  example.at("docs").presence = model::Presence::Unknown;
  example.time("docs").runs = {1, 0, 0, 0};
  const Result result = run(example, 1024);
  CHECK(std::count(result.wall.begin(), result.wall.end(), 198.0F) == 256);
  CHECK(std::count(result.wall.begin(), result.wall.end(), 90.0F) == 768);
  CHECK(std::count(result.minutes.begin(), result.minutes.end(), 4.0F) == 256);
  CHECK(std::count(result.minutes.begin(), result.minutes.end(), 2.0F) == 768);
  CHECK(result.jobs[1].presence == 0.25);
  CHECK(result.jobs[1].mean == 100);
  CHECK(result.jobs[1].criticality == 0.25);
  REQUIRE(result.chains.size() == 2);
  CHECK(keys(example, result.chains[0]) == Keys{"a", "b"});
  CHECK(result.chains[0].probability == 0.75);
  CHECK(keys(example, result.chains[1]) == Keys{"a", "docs", "b"});
}

TEST_CASE("A duration is the sum of its terms with coefficients and assumed factors") {
  Example example;
  example.job("a", 30).job("b", 10);
  example.timing.assumptions.push_back({"sharing", 1.5, 2.5, "assumed"});
  example.time("b").terms.push_back({example.time("a").terms.front().law, 0.5F, {0}});
  const Result result = run(example);  // one resample: the middle of the range, 10 + 0.5 * 2 * 30
  CHECK(result.jobs[1].mean == 40);
}

TEST_CASE("Minutes are rounded up for each job and priced by its pool") {
  Example example;
  example.job("a", 61).job("b", 60).job("c", 0).job("d", 1);
  example.pipeline.pools.push_back({"linux", {"ubuntu"}, 0, 0.01});
  example.pipeline.pools.push_back({"mac", {"macos"}, 0, 0.1});
  example.at("a").runs_on = {"ubuntu"};
  example.at("b").runs_on = {"macos"};
  example.at("d").runs_on = {"macos"};
  const Result result = run(example);
  CHECK(result.minutes.front() == 4);
  CHECK(result.cost == Approx(2 * 0.01 + 2 * 0.1));
}

TEST_CASE("Among needs that end at once the chain goes through the one created first") {
  Example example;
  example.job("late", 5).job("x", 20, {"late"}).job("y", 25).job("end", 1, {"y", "x"});
  const Result result = run(example);
  CHECK(keys(example, result.chains.front()) == Keys{"late", "x", "end"});
  CHECK(result.jobs[2].criticality == 1);
}

TEST_CASE("With skipped jobs and ties the chain is the one that the schedule of the model names") {
  for (const Edges edges : all_dags()) {
    Example example = example_of(edges, {1, 1, 2, 1});
    example.skip("b");
    const Variant variant = example.variant();
    const auto schedule = model::schedule(*variant.pipeline, *variant.graph, std::vector<double>{1, 1, 2, 1},
                                          std::vector<double>(4, 0.0));
    const Result result = run(example);
    REQUIRE(result.wall.front() == static_cast<float>(model::gate_completion(*variant.pipeline, schedule)));
    REQUIRE(result.chains.front().jobs == model::critical_chain(*variant.pipeline, *variant.graph, schedule));
  }
}

TEST_CASE("Without being asked to explain, a variant has the same wall clock and no chains") {
  Example example;
  example.job("a", 30, {}, 0.3).job("b", 60, {"a"}, 0.3);
  Variant variant = example.variant();
  variant.explain = false;
  const Results results =
      simulate({variant, example.variant()}, {.replications = 512, .threads = 1, .resamples = 1, .progress = {}});
  CHECK(results.variants[0].wall == results.variants[1].wall);
  CHECK(results.variants[0].chains.empty());
  CHECK(results.variants[0].jobs[0].criticality == 0);
  CHECK(results.variants[1].jobs[0].criticality == 1);
}

TEST_CASE("Replay pushes one run's own times through the needs") {
  Example example;
  example.job("a", 1).job("skipped", 1, {"a"}).job("b", 1, {"skipped"}).job("beside", 1).job("gate", 1, {"b"});
  example.skip("skipped").gate("gate");
  const Variant variant = example.variant();
  CHECK(replay(*variant.pipeline, *variant.graph, {100, 999, 50, 5000, 3}, {10, 999, 5, 1, 0.5}) == 168.5);
}

TEST_CASE("No time overflows however long the chain and its jobs are") {
  Example example;
  example.job("j0", 1e9);
  for (int i = 1; i < 60; ++i) {
    example.job("j" + std::to_string(i), 1e9, {"j" + std::to_string(i - 1)});
  }
  const Result result = run(example);
  CHECK(result.wall.front() > 1e7F);
  CHECK(result.wall.front() < 33.6e6F);
}

TEST_CASE("A simulation without rows, replications or resamples is refused") {
  Example example;
  example.job("a", 1);
  CHECK_THROWS_WITH(simulate({example.variant()}, {.replications = 0, .progress = {}}),
                    "replications is 0, but must be positive");
  CHECK_THROWS_WITH(simulate({example.variant()}, {.resamples = 0, .progress = {}}),
                    "resamples is 0, but must be positive");
  example.timing.rows.clear();
  CHECK_THROWS_WITH(simulate({example.variant()}, {.progress = {}}), "a simulation needs at least one row of history");
}

TEST_CASE("Broken numbers are refused with the name of what holds them") {
  Example example;
  example.job("a", 1);
  SECTION("a law without a location for each row") {
    example.law("a").location.clear();
    CHECK_THROWS_WITH(simulate({example.variant()}, {.progress = {}}),
                      "law \"a\" has 0 locations and 1 spreads, but must have one of each for 1 rows");
  }
  SECTION("a location that is not a number") {
    example.law("a").location = {NAN};
    CHECK_THROWS_AS(simulate({example.variant()}, {.progress = {}}), std::domain_error);
  }
  SECTION("a negative spread") {
    example.law("a").spread = {-1};
    CHECK_THROWS_AS(simulate({example.variant()}, {.progress = {}}), std::domain_error);
  }
  SECTION("weights that are all zero") {
    example.timing.rows.front().weight = 0;
    CHECK_THROWS_AS(simulate({example.variant()}, {.progress = {}}), std::domain_error);
  }
  SECTION("variants with different rows") {
    Example other(2);
    other.job("a", 1);
    CHECK_THROWS_AS(simulate({example.variant(), other.variant()}, {.progress = {}}), std::domain_error);
  }
}

}  // namespace dagsim::sim
