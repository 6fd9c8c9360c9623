#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

constexpr const char* kWorkflow =
    "name: CI\non: push\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n  b: {runs-on: x, steps: [{run: make b}]}\n"
    "  c: {runs-on: x, steps: [{run: make c}]}\n";

/// Forty runs: a takes 100 s and, from the 21st on, 200 s; b takes 60 s in every second run; c never runs. From the run
/// `slow` on they are of branch "slow", where a takes nine minutes.
std::string answers(int slow = 41) {
  std::string runs;
  std::string jobs;
  for (int run = 1; run <= 40; ++run) {
    const std::string hour = fmt::format("2026-01-{:02}T{:02}", 1 + run / 24, run % 24);
    const int minutes = run >= slow ? 9 : run > 20 ? 4 : 2;
    runs += fmt::format(R"({}{{"id": {}, "name": "CI", "event": "push", "status": "completed", "conclusion": "success",
      "head_branch": "{}", "created_at": "{}:00:00Z"}})",
                        run > 1 ? "," : "", run, run >= slow ? "slow" : "main", hour);
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
  CHECK_THAT(outcome.out, Catch::Contains("b              20         50 %   1m00s  1m00s  0.00  0.50"));
  CHECK_THAT(outcome.out, Catch::Contains("c: no past run tells the time"));
  CHECK_THAT(call({"calibrate", folder.path("repo"), "--history", history, "--event", "push", "--format", "json"}).out,
             Catch::StartsWith(R"({"schema": "dagsim.calibrate/1")"));
}

TEST_CASE("Jobs of runs that were cancelled are counted, and tell what the median would be without cuts") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  // Ten runs of 60 to 600 s of which the five longer ones were cancelled after 310 s.
  std::string runs;
  std::string jobs;
  for (int run = 1; run <= 10; ++run) {
    const bool cancelled = run > 5;
    const int seconds = cancelled ? 310 : 60 * run;
    const char* conclusion = cancelled ? "cancelled" : "success";
    runs += fmt::format(R"({}{{"id": {}, "name": "CI", "event": "push", "status": "completed", "conclusion": "{}",
      "created_at": "2026-01-{:02}T00:00:00Z"}})",
                        run > 1 ? "," : "", run, conclusion, run);
    jobs += fmt::format(R"({{"jobs": [{{"id": {0}1, "run_id": {0}, "name": "a", "conclusion": "{1}",
      "started_at": "2026-01-{0:02}T00:00:00Z", "completed_at": "2026-01-{0:02}T00:{2:02}:{3:02}Z"}}]}})",
                        run, conclusion, seconds / 60, seconds % 60);
  }
  const std::string history = folder.write("runs.json", fmt::format(R"({{"workflow_runs": [{}]}})", runs) + jobs);
  const Outcome outcome =
      call({"calibrate", folder.path("repo"), "--history", history, "--event", "push", "--width", "200"});
  CHECK_THAT(outcome.out, Catch::Contains("left out: cancelled (5)"));
  CHECK_THAT(outcome.out, Catch::Contains("a               5    5   100 %   3m00s  4m36s"));
  CHECK_THAT(outcome.out, Catch::Contains("a: 5m00s in place of 3m00s"));
  CHECK_THAT(outcome.out, Catch::Contains("a: runs that took long were cut short more often"));
}

TEST_CASE("Steps are told with their share of the job, short ones by their mean second") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  std::string runs;
  std::string jobs;
  for (int run = 1; run <= 9; ++run) {
    runs += fmt::format(R"({}{{"id": {}, "name": "CI", "event": "push", "status": "completed", "conclusion": "success",
      "created_at": "2026-01-{:02}T00:00:00Z"}})",
                        run > 1 ? "," : "", run, run);
    jobs += fmt::format(R"({{"jobs": [{{"id": {0}1, "run_id": {0}, "name": "a", "conclusion": "success",
      "started_at": "2026-01-{0:02}T00:00:00Z", "completed_at": "2026-01-{0:02}T00:01:40Z", "steps": [
      {{"name": "make", "conclusion": "success", "started_at": "2026-01-{0:02}T00:00:00Z",
        "completed_at": "2026-01-{0:02}T00:00:50Z"}},
      {{"name": "post", "conclusion": "success", "started_at": "2026-01-{0:02}T00:00:50Z",
        "completed_at": "2026-01-{0:02}T00:00:5{1}Z"}}]}}]}})",
                        run, run % 3 == 0 ? 1 : 0);
  }
  const std::string history = folder.write("runs.json", fmt::format(R"({{"workflow_runs": [{}]}})", runs) + jobs);
  const std::vector<std::string> command = {"calibrate", folder.path("repo"), "--history", history, "--event",
                                            "push",      "--width",           "200"};
  CHECK_THAT(call(command).out, !Catch::Contains("make"));
  std::vector<std::string> with_steps = command;
  with_steps.push_back("--steps");
  const std::string out = call(with_steps).out;
  CHECK_THAT(out, Catch::Contains("a    make     9    50 %     50s   50s  0.00"));
  CHECK_THAT(out, Catch::Contains("     post     9   0.3 %    0."));
  std::vector<std::string> as_json = command;
  as_json.insert(as_json.end(), {"--format", "json"});
  CHECK_THAT(call(as_json).out, Catch::Contains(R"("steps": [{"step": "make", "runs": 9)"));
}

TEST_CASE("Where the history knows cache states, each job is told by what it found") {
  const Outcome outcome = call(
      {"calibrate", std::string(DAGSIM_SOURCE_DIR) + "/scenarios/rust-ci/prepare-seeds-when-cold", "--width", "120"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::Contains("\nCache states\n"));
  CHECK_THAT(outcome.out, Catch::Contains("clippy               cargo-registry exact"));
  CHECK_THAT(outcome.out, Catch::Contains("                     cargo-registry miss"));
}

TEST_CASE("Jobs that ran on several machines are told beside one another") {
  const Outcome outcome = call({"calibrate", std::string(DAGSIM_SOURCE_DIR) + "/scenarios/rust-ci/direct-fan-out"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::Contains("The same jobs on several machines\n"));
  CHECK_THAT(outcome.out, Catch::Contains("self-hosted,velnor-target-mvp"));
}

TEST_CASE("Imported logs tell what jobs found, and what each finding costs") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml",
               "name: CI\non: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/cache@v4\n"
               "        with: {path: target, key: \"deps-${{ hashFiles('lock') }}\"}\n      - run: make\n");
  std::string runs;
  std::string jobs;
  for (int run = 10; run < 30; ++run) {
    const bool cold = run % 4 == 0;
    runs += fmt::format(R"({}{{"id": {}, "name": "CI", "event": "push", "status": "completed", "conclusion": "success",
      "created_at": "2026-01-{}T00:00:00Z"}})",
                        run > 10 ? "," : "", run, run);
    jobs += fmt::format(R"({{"jobs": [{{"id": {0}1, "run_id": {0}, "name": "a", "conclusion": "success",
      "started_at": "2026-01-{0}T00:00:00Z", "completed_at": "2026-01-{0}T00:0{1}:{0}Z"}}]}})",
                        run, cold ? 5 : 1);
    folder.write(fmt::format("runs/logs/{}1.txt", run),
                 fmt::format("2026-01-{0}T00:00:01.0000000Z ##[group]Run actions/cache@v4\n"
                             "2026-01-{0}T00:00:02.0000000Z {1}\n",
                             run, cold ? "Cache not found for input keys: deps-1" : "Cache hit for: deps-1"));
  }
  folder.write("runs/answers.json", fmt::format(R"({{"workflow_runs": [{}]}})", runs) + jobs);
  const std::string store = folder.path("repo/.dagsim/history.db");
  CHECK_THAT(call({"import", folder.path("runs"), "--history", store}).out,
             Catch::Contains("logs  20 new, 0 changed, 0 known, which asked for 20 caches"));
  CHECK_THAT(call({"history", store, "--width", "200"}).out, Catch::Contains("20 logs with 20 restored caches"));
  const std::string out = call({"calibrate", folder.path("repo"), "--event", "push", "--width", "120"}).out;
  CHECK_THAT(out, Catch::Contains("a    deps exact    15   75 %   1m19s"));
  CHECK_THAT(out, Catch::Contains("     deps miss      5   25 %   5m20s"));
  const std::string cold =
      call({"simulate", folder.path("repo"), "--event", "push", "--assume", "deps=miss", "--replications", "2000"}).out;
  CHECK_THAT(cold, Catch::Contains("\nWall clock 5m2"));
}

TEST_CASE("A calibration without a workflow says what it needs") {
  check_usage_error({"calibrate"}, "calibrate needs a workflow: a file, or a folder with .github/workflows");
  check_usage_error({"calibrate", "x", "--format", "markdown"},
                    "--format is \"markdown\", expected text, json or yaml");
}

TEST_CASE("A model file predicts what its history does, to the last digit") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  const std::string history = folder.write("runs.json", answers());
  const std::string model = folder.path("model.yaml");
  const auto ask = [&](const std::string& command, const std::string& source, const std::string& format) {
    Outcome outcome = call({command, folder.path("repo"), "--history", source, "--event", "push", "--format", format,
                            "--replications", "2000"});
    CHECK(outcome.status == 0);
    // The name of the source is the only difference.
    for (size_t at = outcome.out.find(source); at != std::string::npos; at = outcome.out.find(source))
      outcome.out.replace(at, source.size(), "SOURCE");
    return outcome.out;
  };
  folder.write("model.yaml", ask("calibrate", history, "yaml"));
  CHECK(ask("simulate", model, "json") == ask("simulate", history, "json"));
  CHECK(ask("calibrate", model, "json") == ask("calibrate", history, "json"));
  CHECK(ask("calibrate", model, "yaml") == ask("calibrate", history, "yaml"));
}

TEST_CASE("A branch's own runs count more in its forecast, and a branch without runs is warned of") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  const std::string history = folder.write("runs.json", answers(39));
  const auto simulate = [&](const std::string& branch) {
    return call({"simulate", folder.path("repo"), "--history", history, "--event", "push", "--replications", "4000",
                 "--branch", branch});
  };
  // Two runs at likeness 0.3.
  CHECK_THAT(simulate("slow").out, Catch::Contains("2 runs of it, which make up 46 % of what is drawn"));
  CHECK_THAT(simulate("slow").out, Catch::Contains("9m35s or longer in one run of ten"));
  CHECK_THAT(simulate("main").out, Catch::Contains("4m10s or longer in one run of ten"));
  const Outcome unknown = simulate("mian");
  CHECK(unknown.status == 0);
  CHECK_THAT(unknown.err, Catch::Contains("no past run is of branch \"mian\": runs of all branches count alike"));
  CHECK_THAT(unknown.err, Catch::Contains("did you mean \"main\"?"));
  CHECK_THAT(unknown.out, Catch::Contains("branch mian"));
}

TEST_CASE("Edits that can't be told apart from the best one are named, worse ones are not") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  folder.write("runs.json", answers());
  const std::string scenario = folder.write("s.yaml",
                                            "dagsim: 1\ntitle: Ties\nworkflow: repo\nhistory: runs.json\nevent: push\n"
                                            "edits:\n"
                                            "  - {id: half, do: [{scale: {job: a, by: 0.5}}]}\n"
                                            "  - {id: too, do: [{scale: {job: a, by: 0.5}}]}\n"
                                            "  - {id: less, do: [{scale: {job: a, by: 0.9}}]}\n");
  const Outcome outcome = call({"what-if", scenario, "--replications", "4000", "--width", "400"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::Contains("Best: half,"));
  CHECK_THAT(outcome.out, Catch::Contains("apart from it: too.\n"));
}

}  // namespace dagsim::cli
