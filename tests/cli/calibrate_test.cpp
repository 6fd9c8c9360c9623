#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

constexpr const char* kWorkflow =
    "name: CI\non: push\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n  b: {runs-on: x, steps: [{run: make b}]}\n"
    "  c: {runs-on: x, steps: [{run: make c}]}\n";

/// Forty runs: a takes 100 s and, from the 21st on, 200 s; b takes 60 s in every second run; c never runs.
std::string answers() {
  std::string runs;
  std::string jobs;
  for (int run = 1; run <= 40; ++run) {
    const std::string hour = fmt::format("2026-01-{:02}T{:02}", 1 + run / 24, run % 24);
    const int minutes = run > 20 ? 4 : 2;
    runs += fmt::format(R"({}{{"id": {}, "name": "CI", "event": "push", "status": "completed", "conclusion": "success",
      "created_at": "{}:00:00Z"}})",
                        run > 1 ? "," : "", run, hour);
    jobs += fmt::format(R"({{"jobs": [{{"id": {0}1, "run_id": {0}, "name": "a", "conclusion": "success",
      "started_at": "{1}:00:00Z", "completed_at": "{1}:{2:02}:{3:02}Z"}}, {{"id": {0}2, "run_id": {0}, "name": "b",
      "conclusion": "{4}", "started_at": "{1}:00:00Z", "completed_at": "{1}:0{5}:00Z"}}]}})",
                        run, hour, minutes, run % 7, run % 2 == 0 ? "success" : "skipped", run % 2 == 0 ? 1 : 0);
  }
  return fmt::format(R"({{"workflow_runs": [{}]}})", runs) + jobs;
}

}  // namespace

TEST_CASE("Calibration tells each job's runs, spread and lasting change, and which job no run tells of") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  const std::string history = folder.write("runs.json", answers());
  const Outcome outcome =
      call({"calibrate", folder.path("repo"), "--history", history, "--event", "push", "--width", "200"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::StartsWith("40 runs tell the times of 2 of 3 jobs; 1 changed for good on the way.\n"));
  CHECK_THAT(outcome.out, Catch::Contains("a: 2m03s to 4m03s (+98 %) from run 21 on"));
  CHECK_THAT(outcome.out, Catch::Contains("20 runs since"));
  CHECK_THAT(outcome.out, Catch::Contains("b      20    50 %   1m00s  1m00s  0.00  measured"));
  CHECK_THAT(outcome.out, Catch::Contains("c: no past run tells the time"));
  CHECK_THAT(call({"calibrate", folder.path("repo"), "--history", history, "--event", "push", "--format", "json"}).out,
             Catch::StartsWith(R"({"schema": "dagsim.calibrate/1")"));
}

TEST_CASE("A calibration without a workflow says what it needs") {
  check_usage_error({"calibrate"}, "calibrate needs a workflow: a file, or a folder with .github/workflows");
  check_usage_error({"calibrate", "x", "--format", "markdown"}, "calibrate writes text or json");
}

}  // namespace dagsim::cli
