// How results must change, or must not, when a pipeline or the way of running it changes.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "stats/random.h"
#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::Example;
using testing::mean_of;
using testing::run;
using testing::run_all;

/// A diamond chain with dispatch, a job decided by the row, uncertainty, an assumption and two defect kinds.
Example rich() {
  Example example(3);
  example.job("lint", 40, {}, 0.2).job("build", 120, {}, 0.4).job("docs", 80, {"lint"}, 0.3);
  example.job("test", 200, {"build"}, 0.5)
      .job("e2e", 220, {"build", "lint"}, 0.3)
      .job("gate", 2, {"test", "e2e", "docs"}, 0.1);
  example.dispatch("test", 8, 0.9).dispatch("gate", 5, 0.5).gate("gate");
  example.defect("style", {"lint", "docs"}).defect("logic", {"test", "e*"});
  example.at("docs").presence = model::Presence::Unknown;
  example.time("docs").runs = {0, 1, 1};
  example.law("build").location = {4.5F, 4.8F, 5.1F};
  example.law("test").uncertainty = 0.1F;
  example.timing.assumptions.push_back({"sharing", 0.8, 1.2, ""});
  example.time("e2e").terms.front().assumptions = {0};
  return example;
}

Options many(unsigned threads = 1) {
  return {.seed = 3, .replications = 20'000, .threads = threads, .resamples = 8, .progress = {}};
}

bool same_bytes(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

void check_same(const Result& a, const Result& b) {
  CHECK(same_bytes(a.wall, b.wall));
  CHECK(same_bytes(a.minutes, b.minutes));
  CHECK(a.cost == b.cost);
  REQUIRE(a.first_red.size() == b.first_red.size());
  for (size_t i = 0; i < a.first_red.size(); ++i) {
    CHECK(same_bytes(a.first_red[i].seconds, b.first_red[i].seconds));
    CHECK(a.first_red[i].shown_by == b.first_red[i].shown_by);
  }
  REQUIRE(a.jobs.size() == b.jobs.size());
  for (size_t i = 0; i < a.jobs.size(); ++i) {
    CHECK(a.jobs[i].criticality == b.jobs[i].criticality);
    CHECK(a.jobs[i].slack == b.jobs[i].slack);
    CHECK(a.jobs[i].drag == b.jobs[i].drag);
    CHECK(a.jobs[i].mean == b.jobs[i].mean);
    CHECK(a.jobs[i].presence == b.jobs[i].presence);
  }
  REQUIRE(a.chains.size() == b.chains.size());
  for (size_t i = 0; i < a.chains.size(); ++i) {
    CHECK(a.chains[i].jobs == b.chains[i].jobs);
    CHECK(a.chains[i].probability == b.chains[i].probability);
  }
}

}  // namespace

TEST_CASE("Results are the same bytes for 1, 2 and 7 threads") {
  Example base = rich();
  Example edited = rich();
  edited.law("build").location = {4.0F, 4.1F, 4.2F};
  const std::vector<Result> one = run_all({&base, &edited}, many(1));
  for (const unsigned threads : {2U, 7U}) {
    const std::vector<Result> several = run_all({&base, &edited}, many(threads));
    check_same(one[0], several[0]);
    check_same(one[1], several[1]);
  }
}

TEST_CASE("Another seed gives other draws of the same distribution") {
  Example example = rich();
  Options other = many();
  other.seed = 4;
  const Result a = run_all({&example}, many()).front();
  const Result b = run_all({&example}, other).front();
  CHECK_FALSE(same_bytes(a.wall, b.wall));
  CHECK(mean_of(a.wall) == Approx(mean_of(b.wall)).epsilon(0.02));
}

TEST_CASE("A copy of the baseline as an edit differs by exactly nothing") {
  Example base = rich();
  Example copy = rich();
  const std::vector<Result> results = run_all({&base, &copy}, many());
  check_same(results[0], results[1]);
}

TEST_CASE("A variant has the same results alone and beside others") {
  Example base = rich();
  Example edited = rich();
  edited.pipeline.jobs[4].needs.pop_back();
  const std::vector<Result> together = run_all({&base, &edited}, many());
  check_same(together[1], run_all({&edited}, many()).front());
}

TEST_CASE("The order in which jobs stand changes no wall clock, no first red and no minutes") {
  Example base = rich();
  Example turned = rich();
  std::reverse(turned.pipeline.jobs.begin(), turned.pipeline.jobs.end());
  std::reverse(turned.timing.jobs.begin(), turned.timing.jobs.end());
  const std::vector<Result> results = run_all({&base, &turned}, many());
  CHECK(same_bytes(results[0].wall, results[1].wall));
  CHECK(same_bytes(results[0].minutes, results[1].minutes));
  CHECK(same_bytes(results[0].first_red[1].seconds, results[1].first_red[1].seconds));
  for (size_t job = 0; job < 6; ++job) {
    CHECK(results[0].jobs[job].criticality == results[1].jobs[5 - job].criticality);
    CHECK(results[0].jobs[job].slack == results[1].jobs[5 - job].slack);
    CHECK(results[0].jobs[job].drag == results[1].jobs[5 - job].drag);
  }
}

TEST_CASE("Adding or removing a job leaves the draws of all others alone") {
  Example base = rich();
  Example more = rich();
  more.job("beside", 30, {}, 0.5);
  const std::vector<Result> results = run_all({&base, &more}, many());
  CHECK(same_bytes(results[0].wall, results[1].wall));
}

TEST_CASE("Durations twice as long give twice the wall clock to the tick") {
  Example base;
  base.job("a", 100, {}, 0.3).job("b", 130, {}, 0.3).job("c", 90, {"a", "b"}, 0.2);
  Example twice = base;
  for (model::JobTiming& time : twice.timing.jobs) {
    time.terms.front().coefficient = 2;
  }
  const std::vector<Result> results = run_all({&base, &twice}, many());
  for (size_t i = 0; i < results[0].wall.size(); ++i) {
    REQUIRE(std::abs(results[1].wall[i] - 2 * results[0].wall[i]) <= 2 * 2 / 64.0F);
  }
}

TEST_CASE("A new need never shortens any replication") {
  const stats::Stream dice(8, "needs");
  for (uint64_t graph = 0; graph < 20; ++graph) {
    Example base;
    for (uint64_t job = 0; job < 8; ++job) {
      std::vector<std::string> needs;
      for (uint64_t other = 0; other < job; ++other) {
        if (dice.uniform(graph * 100 + job * 8 + other) < 0.3) {
          needs.push_back("j" + std::to_string(other));
        }
      }
      base.job("j" + std::to_string(job), 50 + 10 * static_cast<double>(job), needs, 0.4);
    }
    Example more = base;
    more.at("j6").needs.push_back({"j3", {}});
    const std::vector<Result> results =
        run_all({&base, &more}, {.replications = 512, .threads = 1, .resamples = 1, .progress = {}});
    for (size_t i = 0; i < 512; ++i) {
      REQUIRE(results[1].wall[i] >= results[0].wall[i]);
    }
  }
}

TEST_CASE("An edit's paired difference is sharper than the wall clock by far") {
  Example base = rich();
  Example edited = rich();
  edited.time("e2e").terms.front().coefficient = 0.9F;
  const std::vector<Result> results = run_all({&base, &edited}, many());
  for (size_t i = 0; i < results[0].wall.size(); ++i) {
    REQUIRE(results[1].wall[i] <= results[0].wall[i]);
  }
  CHECK(mean_of(results[1].wall) < mean_of(results[0].wall));
}

TEST_CASE(
    "First red is the earliest failure of the jobs that catch a defect, on average at three quarters of their life") {
  Example example;
  example.job("a", 100).job("slow", 1000).job("b", 50, {"a"}).defect("only b", {"b"}).defect("both", {"slow", "a"});
  const Result result = run(example, 1 << 16);
  const FirstRed& only = result.first_red[0];
  CHECK(only.kind == "only b");
  // The cube root of a uniform has mean 3/4, median 0.7937 and deviation 0.194.
  CHECK(mean_of(only.seconds) == Approx(100 + 50 * 0.75).margin(5 * 50 * 0.194 / 256));
  CHECK(*std::min_element(only.seconds.begin(), only.seconds.end()) >= 100);
  CHECK(*std::max_element(only.seconds.begin(), only.seconds.end()) <= 150);
  CHECK(std::count_if(only.seconds.begin(), only.seconds.end(), [](float s) { return s < 100 + 50 * 0.7937F; }) ==
        Approx(1 << 15).margin(5 * 128));
  CHECK(only.shown_by == std::vector<double>{0, 0, 1});

  const FirstRed& both = result.first_red[1];
  CHECK(*std::max_element(both.seconds.begin(), both.seconds.end()) <= 100);
  // slow fails first with E (U^(1/3))^3 of (1000 v < 100 w): E w^3 / 1000 = 1/2 * 1/1000.
  CHECK(both.shown_by[1] == Approx(0.0005).margin(5 * 0.0224 / 256));
  CHECK(both.shown_by[0] + both.shown_by[1] == Approx(1));
}

TEST_CASE("Where past runs tell when jobs fail, all jobs that catch a defect fail at the same share of their life") {
  Example example;
  example.job("a", 100).job("slow", 1000).defect("both", {"slow", "a"});
  example.timing.failure_points.assign(model::kFailurePoints / 2, 0.25F);
  example.timing.failure_points.resize(model::kFailurePoints, 1.5F);
  const FirstRed red = run(example, 1 << 16).first_red.front();
  CHECK(red.shown_by == std::vector<double>{1, 0});
  CHECK(std::ranges::all_of(red.seconds, [](float s) { return s == 25 || s == 150; }));
  CHECK(mean_of(red.seconds) == Approx(87.5).margin(5 * 62.5 / 256));
}

TEST_CASE("Failure points that are no shares, too few, or another variant's are refused") {
  Example example;
  example.job("a", 100).defect("d", {"a"});
  example.timing.failure_points = {0.5F};
  CHECK_THROWS_AS(run(example), std::domain_error);
  example.timing.failure_points.assign(model::kFailurePoints, -1.0F);
  CHECK_THROWS_AS(run(example), std::domain_error);
  example.timing.failure_points.assign(model::kFailurePoints, 0.5F);
  Example other;
  other.job("a", 100).defect("d", {"a"});
  CHECK_THROWS_AS(run_all({&example, &other}, many()), std::domain_error);
}

TEST_CASE("A defect that no running job catches is never red") {
  Example example;
  example.job("a", 100).job("b", 50).skip("b").defect("lost", {"b"}).defect("unknown", {"nobody*"});
  const Result result = run(example);
  for (const FirstRed& red : result.first_red) {
    CHECK(red.seconds == std::vector<float>(512, INFINITY));
    CHECK(red.shown_by == std::vector<double>{0, 0});
  }
}

TEST_CASE("A job shows a defect only in the past runs that had it") {
  Example example(4);
  example.job("docs", 10).job("test", 100).defect("broken", {"docs", "test"});
  example.at("docs").presence = model::Presence::Unknown;
  example.time("docs").runs = {0, 0, 0, 1};
  const FirstRed red = run(example).first_red.front();
  CHECK(red.shown_by[0] == Approx(0.25).margin(0.01));
  CHECK(red.shown_by[0] + red.shown_by[1] == 1);
  CHECK(std::count_if(red.seconds.begin(), red.seconds.end(), [](float s) { return s <= 0; }) == 0);
}

TEST_CASE("Every resample has its own value of each assumption, and they are reported") {
  Example example = rich();
  const Results results = simulate({example.variant()}, many());
  CHECK(results.resamples == 8);
  CHECK(results.replications == 8 * 5 * 512);
  CHECK(results.variants.front().wall.size() == results.replications);
  REQUIRE(results.assumptions.size() == 1);
  CHECK(results.assumptions.front().first == "sharing");
  REQUIRE(results.assumptions.front().second.size() == 8);
  for (const double value : results.assumptions.front().second) {
    CHECK(value > 0.8);
    CHECK(value < 1.2);
  }
}

TEST_CASE("Progress that throws ends the simulation with its exception") {
  Example example = rich();
  Options options = many(2);
  options.replications = 20'000'000;
  options.progress = [](double share) {
    if (share > 0) {
      throw std::runtime_error("stopped");
    }
  };
  CHECK_THROWS_WITH(run_all({&example}, options), "stopped");
}

}  // namespace dagsim::sim
