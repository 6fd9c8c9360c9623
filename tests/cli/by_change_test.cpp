#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

constexpr const char* kWorkflow =
    "on: push\n"
    "jobs:\n"
    "  build: {runs-on: ubuntu-24.04, steps: [{run: make}]}\n"
    "  docs: {if: github.event.docs, runs-on: ubuntu-24.04, steps: [{run: make docs}]}\n";

/// Forty green runs of two jobs: build takes a minute, and every fourth run docs beside it, which take five.
std::string answers() {
  std::string runs;
  std::string jobs;
  for (int i = 1; i <= 40; ++i) {
    const std::string comma = i == 1 ? "" : ",";
    runs += fmt::format(
        R"({}{{"id":{},"name":"ci.yml","head_branch":"b{}","event":"push","status":"completed","conclusion":"success",)"
        R"("run_attempt":1,"created_at":"2026-01-{:02}T10:00:00Z","run_started_at":"2026-01-{:02}T{:02}:00:00Z",)"
        R"("updated_at":"2026-01-{:02}T{:02}:30:00Z","path":".github/workflows/ci.yml"}})",
        comma, i, i, 1 + i / 2, 1 + i / 2, 10 + i % 2, 1 + i / 2, 10 + i % 2);
    const auto job = [&](int id, const char* name, const char* conclusion, int seconds) {
      return fmt::format(R"({{"id":{},"run_id":{},"run_attempt":1,"name":"{}","status":"completed","conclusion":"{}",)"
                         R"("created_at":"2026-01-{:02}T{:02}:00:00Z","started_at":"2026-01-{:02}T{:02}:00:02Z",)"
                         R"("completed_at":"2026-01-{:02}T{:02}:{:02}:{:02}Z","steps":[]}})",
                         id, i, name, conclusion, 1 + i / 2, 10 + i % 2, 1 + i / 2, 10 + i % 2, 1 + i / 2, 10 + i % 2,
                         seconds / 60, seconds % 60);
    };
    const bool docs = i % 4 == 0;
    jobs += comma + job(100 * i, "build", "success", 62 + i % 5) + "," +
            job(100 * i + 1, "docs", docs ? "success" : "skipped", docs ? 302 + i % 7 : 2);
  }
  return "{\"workflow_runs\":[" + runs + "]}\n{\"jobs\":[" + jobs + "]}\n";
}

Outcome predicted(const std::string& project, const std::vector<std::string>& more = {}) {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  if (!project.empty()) folder.write("repo/.github/dagsim.yaml", project);
  const std::string runs = folder.write("runs.json", answers());
  std::vector<std::string> arguments = {
      "simulate", folder.path("repo"), "--history", runs, "--event", "push", "--width",
      "200",      "--replications",    "8000"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return call(arguments);
}

}  // namespace

TEST_CASE("Without declared classes a prediction is split by the jobs that past runs ran") {
  const Outcome outcome = predicted("", {"--by-change"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::Contains("By kind of change"));
  CHECK_THAT(outcome.out, Catch::Contains("without docs   75 %"));
  CHECK_THAT(outcome.out, Catch::Contains("all jobs       25 %"));
  CHECK_THAT(outcome.out, Catch::Contains("Classes are the sets of jobs that past runs ran"));
}

TEST_CASE("A prediction of every declared class is mixed by the weights of the classes") {
  const Outcome outcome = predicted(
      "dagsim: 1\nchanges:\n  code: {weight: 3, title: Code}\n  more: {weight: 1, title: More}\n", {"--by-change"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::Contains("code      75 %") || Catch::Contains("code           75 %"));
  CHECK_THAT(outcome.out, Catch::Contains("all of these"));
}

TEST_CASE("Where all past runs ran the same jobs, there is one class, and that is said") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", "on: push\njobs:\n  build: {runs-on: x, steps: [{run: make}]}\n");
  const std::string runs = folder.write("ledger.yaml", "runs:\n  - {id: 1, conclusion: success, jobs: {build: 60s}}\n");
  const Outcome outcome = call({"simulate", folder.path("repo"), "--history", runs, "--event", "push", "--by-change"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.err, Catch::Contains("there is only one class of changes"));
  CHECK_THAT(outcome.out, !Catch::Contains("By kind of change"));
}

}  // namespace dagsim::cli
