#include "study/backtest.h"

#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "stats/random.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::study;

namespace {

constexpr const char* kWorkflow =
    "name: CI\n"
    "on: [push, pull_request]\n"
    "jobs:\n"
    "  build: {runs-on: x, steps: [{run: make}]}\n"
    "  test: {needs: build, runs-on: x, steps: [{run: make test}]}\n"
    "  a: {runs-on: x, steps: [{run: make a}]}\n"
    "  b: {runs-on: x, steps: [{run: make b}]}\n"
    "  c: {runs-on: x, steps: [{run: make c}]}\n"
    "  lint: {runs-on: x, steps: [{run: make lint}]}\n"
    "  docs: {if: github.event.label == 'docs', runs-on: x, steps: [{run: make docs}]}\n";

const std::vector<std::string> kSideBySide = {"a", "b", "c", "lint", "docs"};

std::string time_text(double seconds) {
  const auto whole = static_cast<long>(seconds);
  return fmt::format("2025-01-{:02}T{:02}:{:02}:{:02}Z", 1 + whole / 86400, whole / 3600 % 24, whole / 60 % 60,
                     whole % 60);
}

std::string job_text(uint64_t id, uint32_t run, const std::string& name, double start, double seconds) {
  const std::string times = fmt::format(R"("created_at": "{}", "started_at": "{}", "completed_at": "{}")",
                                        time_text(start), time_text(start), time_text(start + seconds));
  return fmt::format(R"({{"id": {}, "run_id": {}, "run_attempt": 1, "name": "{}", "status": "completed", )"
                     R"("conclusion": "{}", {}}})",
                     id, run, name, seconds > 0 ? "success" : "skipped", times);
}

/// Seconds of a job in a run.
using Times = std::function<double(const std::string&, uint32_t)>;

/// The workflow above and `runs` green runs of it, under /repo.
MemoryFileSystem repository(uint32_t runs, const Times& times) {
  std::string listing;
  std::string jobs;
  for (uint32_t run = 1; run <= runs; ++run) {
    const double at = 3600.0 * run;
    listing += fmt::format(R"({}{{"id": {}, "run_attempt": 1, "name": "CI", "event": "pull_request", )"
                           R"("status": "completed", "conclusion": "success", "created_at": "{}"}})",
                           run > 1 ? "," : "", run, time_text(at));
    const double build = times("build", run);
    std::string list = job_text(10 * run, run, "build", at, build);
    list += ", " + job_text(10 * run + 1, run, "test", at + build, times("test", run));
    for (uint32_t i = 2; i < kSideBySide.size() + 2; ++i) {
      const std::string name = kSideBySide[i - 2];
      list += ", " + job_text(10 * run + i, run, name, at, times(name, run));
    }
    jobs += fmt::format(R"({{"total_count": {}, "jobs": [{}]}})", kSideBySide.size() + 2, list);
  }
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml", kWorkflow);
  files.write("/repo/runs.json", fmt::format(R"({{"workflow_runs": [{}]}})", listing) + jobs);
  return files;
}

/// All but lint and docs move together, run by run; docs runs in every third run, and is then the longest.
double moving_together(const std::string& job, uint32_t run) {
  const double run_factor = std::exp(0.5 * stats::Stream(3, "run").normal(run));
  const double noise = std::exp(0.05 * stats::Stream(3, job).normal(run));
  if (job == "build") return std::round(300 * run_factor * noise);
  if (job == "test") return std::round(600 * run_factor * noise);
  if (job == "docs") return run % 3 == 0 ? std::round(4000 * noise) : 0;
  return job == "lint" ? 40 : std::round(900 * run_factor * noise);
}

struct Told {
  std::optional<BacktestResult> result;
  std::string messages;
};

Told told(const MemoryFileSystem& files, Rolling rolling) {
  Options options;
  options.history = "/repo/runs.json";
  options.threads = 1;
  rolling.replications = 1024;
  Diagnostics diagnostics;
  Told told;
  told.result = backtest(files, "/repo", rolling, options, diagnostics);
  told.messages = render(diagnostics);
  return told;
}

const Score& of(const Scores& scores, Method method) {
  return scores[static_cast<size_t>(method)];
}

}  // namespace

TEST_CASE("Every run after the first cut is predicted once, from the runs before it") {
  const Told back = told(repository(75, moving_together), {30, 10, 0});
  REQUIRE(back.result);
  CHECK(back.result->windows == 4);
  CHECK(back.result->predicted == 40);
  CHECK(back.result->first_run == "31");
  CHECK(back.result->last_run == "70");
}

TEST_CASE("Where jobs move together, whole runs beat independent jobs, over sub-pipelines too") {
  const Told back = told(repository(120, moving_together), {60, 20, 20});
  REQUIRE(back.result);
  CHECK(of(back.result->scores, Method::Dagsim).crps < of(back.result->scores, Method::Independent).crps);
  CHECK(of(back.result->sub_scores, Method::Dagsim).crps < of(back.result->sub_scores, Method::Independent).crps);
  CHECK(back.result->sub_pipelines == 20);
}

TEST_CASE("Knowing the change class beats the past wall clocks where a conditional job decides") {
  const MemoryFileSystem files = repository(100, moving_together);
  const Told knowing = told(files, {60, 20, 0, Known::ChangeClass});
  const Told blind = told(files, {60, 20, 0, Known::Nothing});
  REQUIRE(knowing.result);
  REQUIRE(blind.result);
  const double known = of(knowing.result->scores, Method::Dagsim).crps;
  CHECK(known < 0.6 * of(blind.result->scores, Method::Dagsim).crps);
  CHECK(known < 0.6 * of(knowing.result->scores, Method::ResampledWall).crps);
}

TEST_CASE("Runs that are all alike are predicted to the second") {
  const Told back =
      told(repository(60, [](const std::string& job, uint32_t) { return job == "docs" ? 0.0 : 100.0; }), {30, 10, 0});
  REQUIRE(back.result);
  CHECK(of(back.result->scores, Method::LastRun).crps == 0);
  CHECK(of(back.result->scores, Method::ResampledWall).crps == Approx(0).margin(1e-9));
  CHECK(of(back.result->scores, Method::Dagsim).crps < 2);
}

TEST_CASE("A back-test of too few runs says how many there are and how many it takes") {
  const Told back = told(repository(25, moving_together), {30, 10, 0});
  CHECK(!back.result);
  CHECK_THAT(back.messages,
             Catch::Contains("25 runs of /repo/runs.json can be used, but 30 past runs and 10 to predict "
                             "need 40; --past and --next take fewer"));
}

TEST_CASE("The same back-test gives the same scores for any number of threads") {
  const MemoryFileSystem files = repository(60, moving_together);
  std::vector<double> scores;
  for (const unsigned threads : {1U, 2U, 7U}) {
    Options options;
    options.history = "/repo/runs.json";
    options.threads = threads;
    Diagnostics diagnostics;
    const auto result = backtest(files, "/repo", {40, 10, 5, Known::ChangeClass, 2048}, options, diagnostics);
    REQUIRE(result);
    scores.push_back(of(result->sub_scores, Method::Dagsim).crps);
  }
  CHECK(scores[0] == scores[1]);
  CHECK(scores[0] == scores[2]);
}
