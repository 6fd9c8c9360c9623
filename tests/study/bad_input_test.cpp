// What users get wrong, and what they are told.

#include <string>

#include "tests/catch.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {
namespace {

std::string complaint(MemoryFileSystem files, const std::string& path, const std::string& content) {
  files.write(path, content);
  const Outcomes outcomes = predict(files, "/repo/remove-b.yaml");
  CHECK_FALSE(outcomes.prediction);
  return outcomes.messages;
}

std::string scenario_with(const std::string& edits) {
  return "dagsim: 1\nworkflow: .\nhistory: ledger.yaml\nedits:\n" + edits;
}

}  // namespace

TEST_CASE("A small repository is predicted from three runs") {
  const Outcomes outcomes = predict(small_repository(), "/repo/remove-b.yaml");
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  CHECK(outcomes.prediction->history.runs_used == 3);
  CHECK(outcomes.prediction->history.replayed == 3);
  CHECK(outcomes.prediction->gate == "gate");
  CHECK(outcomes.prediction->baseline.wall.p50 == Approx(194).margin(12));
  REQUIRE(outcomes.prediction->edits.size() == 1);
  CHECK(outcomes.prediction->edits.front().wall_change.mean == Approx(-122).margin(6));
}

TEST_CASE("A scenario that doesn't exist is named") {
  CHECK(predict(small_repository(), "/repo/nothing.yaml").messages ==
        "error: scenario \"/repo/nothing.yaml\" does not exist [missing-file]\n");
}

TEST_CASE("A workflow that doesn't exist is named") {
  CHECK(complaint(small_repository(), "/repo/remove-b.yaml",
                  "dagsim: 1\nworkflow: nowhere\nhistory: ledger.yaml\nedits: [{id: x, do: [{remove-job: b}]}]\n") ==
        "error: workflow \"/repo/nowhere\" does not exist [missing-file]\n");
}

TEST_CASE("Broken YAML in a scenario is shown at its place") {
  const std::string message = complaint(small_repository(), "/repo/remove-b.yaml", "dagsim: 1\nedits: [\n");
  CHECK(message.find("/repo/remove-b.yaml:") == 0);
  CHECK(message.find("[yaml-syntax]") != std::string::npos);
}

TEST_CASE("An unknown operation is shown with the nearest known one") {
  const std::string message =
      complaint(small_repository(), "/repo/remove-b.yaml", scenario_with("  - id: x\n    do: [{remove-jbo: b}]\n"));
  CHECK(message.find("/repo/remove-b.yaml:6:") == 0);
  CHECK(message.find("remove-jbo") != std::string::npos);
  CHECK(message.find("did you mean \"remove-job\"?") != std::string::npos);
}

TEST_CASE("An unknown job in an edit makes that edit illegal and names the nearest job") {
  MemoryFileSystem files = small_repository();
  files.write("/repo/remove-b.yaml", scenario_with("  - id: x\n    do: [{remove-job: gaet}]\n"));
  const Outcomes outcomes = predict(files, "/repo/remove-b.yaml");
  REQUIRE(outcomes.prediction);
  REQUIRE(outcomes.prediction->edits.front().verdict == Verdict::Illegal);
  const std::string message = render(outcomes.prediction->edits.front().diagnostics);
  INFO(message);
  CHECK(message.find("/repo/remove-b.yaml:6:") == 0);
  CHECK(message.find("did you mean \"gate\"?") != std::string::npos);
}

TEST_CASE("An unknown need and a cycle are shown at the need") {
  const std::string workflow = R"(name: CI
on: pull_request
jobs:
  a: {runs-on: x, needs: [zz], steps: [{run: echo}]}
  b: {runs-on: x, steps: [{run: echo}]}
)";
  const std::string unknown = complaint(small_repository(), "/repo/.github/workflows/ci.yml", workflow);
  INFO(unknown);
  CHECK(unknown.find("/repo/.github/workflows/ci.yml:4:27: error:") == 0);
  CHECK(unknown.find("[unknown-need]") != std::string::npos);

  const std::string cycle = complaint(small_repository(), "/repo/.github/workflows/ci.yml", R"(name: CI
on: pull_request
jobs:
  a: {runs-on: x, needs: [b], steps: [{run: echo}]}
  b: {runs-on: x, needs: [a], steps: [{run: echo}]}
  c: {runs-on: x, steps: [{run: echo}]}
)");
  INFO(cycle);
  CHECK(cycle.find("cycle") != std::string::npos);
  CHECK(cycle.find("a") != std::string::npos);
}

TEST_CASE("An empty history and one that matches no job are told apart") {
  const std::string empty = complaint(small_repository(), "/repo/ledger.yaml", "runs: []\n");
  INFO(empty);
  CHECK(empty.find("[empty-history]") != std::string::npos);
  const std::string foreign =
      complaint(small_repository(), "/repo/ledger.yaml",
                "runs: [{id: 1, workflow: CI, wall: 60, conclusion: success, jobs: {other: 30}}]\n");
  INFO(foreign);
  CHECK(foreign.find("[unmatched-history]") != std::string::npos);
}

TEST_CASE("A DAG that past runs contradict is not predicted without force") {
  MemoryFileSystem files = small_repository();
  files.write("/repo/ledger.yaml", R"(runs:
  - {id: 1, workflow: CI, wall: 2m8s, conclusion: success, jobs: {a: 60, b: 2m, gate: 5}}
  - {id: 2, workflow: CI, wall: 2m8s, conclusion: success, jobs: {a: 60, b: 2m, gate: 5}}
)");
  const Outcomes refused = predict(files, "/repo/remove-b.yaml");
  INFO(refused.messages);
  CHECK_FALSE(refused.prediction);
  CHECK(refused.messages.find("[replay]") != std::string::npos);
  Options options;
  options.force = true;
  CHECK(predict(files, "/repo/remove-b.yaml", options).prediction);
}

TEST_CASE("Edits that include each other are refused") {
  MemoryFileSystem files = small_repository();
  files.write(
      "/repo/remove-b.yaml",
      scenario_with(
          "  - {id: x, do: [{include: y}]}\n  - {id: y, do: [{include: x}]}\n  - {id: z, do: [{include: w}]}\n"));
  const Outcomes outcomes = predict(files, "/repo/remove-b.yaml");
  REQUIRE(outcomes.prediction);
  std::string messages;
  for (const EditLine& line : outcomes.prediction->edits) messages += render(line.diagnostics);
  INFO(messages);
  CHECK(messages.find("[include-cycle]") != std::string::npos);
  CHECK(messages.find("[unknown-edit]") != std::string::npos);
}

TEST_CASE("An edit that changes nothing changes nothing") {
  MemoryFileSystem files = small_repository();
  files.write("/repo/remove-b.yaml", scenario_with("  - {id: same, do: [{add-need: {job: gate, need: a}}]}\n"));
  const Outcomes outcomes = predict(files, "/repo/remove-b.yaml");
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  CHECK(outcomes.prediction->edits.front().wall_change.mean == 0);
  CHECK(outcomes.prediction->edits.front().wall_change.interval.low == 0);
  CHECK(outcomes.prediction->edits.front().verdict == Verdict::WithinNoise);
}

TEST_CASE("Head against base is a regression only when its whole interval lies above the threshold") {
  MemoryFileSystem files = small_repository();
  files.write("/head/.github/workflows/ci.yml", R"(name: CI
on: pull_request
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{name: Build, uses: actions/checkout@v5}]
  b:
    runs-on: ubuntu-24.04
    steps: [{name: Test, uses: actions/checkout@v5}]
  gate:
    if: always()
    needs: [a, b]
    runs-on: ubuntu-24.04
    steps: [{run: echo done}]
)");
  Options options;
  options.replications = 20'000;
  options.history = "/repo/ledger.yaml";
  Diagnostics diagnostics;
  const std::optional<CheckResult> better = check(files, "/repo", "/head", 0.05, options, diagnostics);
  INFO(render(diagnostics));
  REQUIRE(better);
  CHECK_FALSE(better->failed);
  CHECK(better->regression < -0.2);
  const std::optional<CheckResult> worse = check(files, "/head", "/repo", 0.05, options, diagnostics);
  // The ledger's walls are those of /repo: read under the other DAG they don't fit, and nothing is predicted.
  CHECK_FALSE(worse);
  options.force = true;
  const std::optional<CheckResult> forced = check(files, "/head", "/repo", 0.05, options, diagnostics);
  REQUIRE(forced);
  CHECK(forced->failed);
}

TEST_CASE("A head that drops the only job for a defect kind fails the check with an error, unless that is allowed") {
  MemoryFileSystem files = small_repository();
  files.write("/repo/dagsim.yaml", "dagsim: 1\ncoverage: [{kind: style, jobs: [b]}]\n");
  files.write("/head/.github/workflows/ci.yml", R"(name: CI
on: pull_request
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{name: Build, uses: actions/checkout@v5}]
  gate:
    if: always()
    needs: [a]
    runs-on: ubuntu-24.04
    steps: [{run: echo done}]
)");
  Options options;
  options.replications = 20'000;
  options.history = "/repo/ledger.yaml";
  Diagnostics diagnostics;
  const std::optional<CheckResult> result = check(files, "/repo", "/head", 0.05, options, diagnostics);
  INFO(render(diagnostics));
  REQUIRE(result);
  CHECK_FALSE(result->failed);
  REQUIRE(result->findings.size() == 1);
  CHECK(result->findings.front().message == "no job that runs catches \"style\" any more");
  CHECK(result->findings.front().severity == Severity::Error);
  options.allow_lost_coverage = true;
  CHECK(check(files, "/repo", "/head", 0.05, options, diagnostics)->findings.front().severity == Severity::Warning);
}

TEST_CASE("Assumed families and outputs that nothing bears are refused with the nearest name") {
  MemoryFileSystem files = small_repository();
  Options options;
  options.caches = {{"deps", model::CacheState::Miss}};
  CHECK(predict(files, "/repo/remove-b.yaml", options).messages ==
        "error: no job restores a cache, so \"deps\" can't be assumed [unknown-family]\n");
  options.caches = {{"*", model::CacheState::Exact}};
  CHECK(predict(files, "/repo/remove-b.yaml", options).prediction);
  options.outputs = {{"gat.x", "1"}};
  CHECK(predict(files, "/repo/remove-b.yaml", options).messages ==
        "error: output \"gat.x\" names no job of workflow \"CI\" [unknown-job]\nnote: did you mean \"gate\"?\n");
}

TEST_CASE("A cut before the first run leaves nothing to learn from and says so") {
  Options options;
  options.history_before = "1";
  const Outcomes outcomes = predict(small_repository(), "/repo/remove-b.yaml", options);
  CHECK_FALSE(outcomes.prediction);
  CHECK(outcomes.messages == "error: no run of /repo/ledger.yaml comes before 1 [empty-history]\n");
}

TEST_CASE("Another gate than the ledger's is predicted without the ledger's wall clocks") {
  Options options;
  options.gate = "a";
  const Outcomes outcomes = predict(small_repository(), "/repo/remove-b.yaml", options);
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  CHECK(outcomes.messages.find("[other-gate]") != std::string::npos);
  CHECK(outcomes.prediction->baseline.wall.p50 == Approx(64).margin(5));
}

}  // namespace dagsim::study
