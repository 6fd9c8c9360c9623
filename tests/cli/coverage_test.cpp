#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

constexpr const char* kWorkflow =
    "on: push\n"
    "jobs:\n"
    "  check: {runs-on: ubuntu-24.04, steps: [{uses: actions/checkout@v4}, {run: cargo check --workspace}]}\n"
    "  clippy: {runs-on: ubuntu-24.04, steps: [{uses: actions/checkout@v4}, {run: cargo clippy --workspace}]}\n"
    "  audit: {runs-on: ubuntu-24.04, steps: [{run: cargo audit}]}\n";

constexpr const char* kScenario =
    "dagsim: 1\ntitle: Drop\nworkflow: repo\nhistory: ledger.yaml\nevent: push\n"
    "edits:\n"
    "  - {id: no-check, do: [{remove-job: check}]}\n"
    "  - {id: no-audit, do: [{remove-job: audit}]}\n";

Outcome dropped(const std::string& project) {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  if (!project.empty()) folder.write("repo/.github/dagsim.yaml", project);
  folder.write("ledger.yaml",
               "runs:\n"
               "  - {id: 1, conclusion: success, wall: 3m, jobs: {check: 2m, clippy: 3m, audit: 20s}}\n"
               "  - {id: 2, conclusion: success, wall: 3m10s, jobs: {check: 130s, clippy: 190s, audit: 25s}}\n");
  return call({"what-if", folder.write("s.yaml", kScenario), "--replications", "4000", "--width", "400"});
}

}  // namespace

TEST_CASE("A dropped check whose work another job's command does keeps its coverage, and is told so") {
  const Outcome outcome =
      dropped("dagsim: 1\ncoverage: [{kind: types, jobs: [check]}, {kind: advisories, jobs: [audit]}]\n");
  CHECK_THAT(outcome.out,
             Catch::Contains("\"types\" is still caught by clippy: cargo clippy --workspace does what cargo "
                             "check --workspace does"));
  CHECK_THAT(outcome.out, Catch::Contains("no job catches \"advisories\" any more [lost-coverage]"));
}

TEST_CASE("Where no kinds are declared, the commands that no job runs any more are told") {
  const Outcome outcome = dropped("");
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::Contains("no job does any more what audit did: cargo audit [lost-check]"));
  CHECK_THAT(outcome.out, !Catch::Contains("what check did"));
}

}  // namespace dagsim::cli
