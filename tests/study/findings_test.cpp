#include "study/findings.h"

#include <algorithm>

#include "tests/catch.h"
#include "tests/model/pipelines.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {
namespace {

std::string findings(const std::string& drawing, const std::string& gate) {
  model::Pipeline pipeline = model::testing::graph(drawing);
  pipeline.gate = gate;
  Diagnostics diagnostics;
  std::string text;
  for (const Finding& finding : find_ungated_jobs(pipeline, model::Graph::build(pipeline, diagnostics))) {
    text += finding.message + " [" + finding.rule + "]\n";
  }
  return text;
}

/// "rule line: message" of every finding in a workflow file with these jobs, one a line.
std::string told_of(const std::string& jobs, const std::string& project = "", const std::string& event = "") {
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml", "name: CI\non: [pull_request, push]\njobs:\n" + jobs);
  if (!project.empty()) files.write("/repo/dagsim.yaml", "dagsim: 1\n" + project);
  Diagnostics diagnostics;
  Options options;
  options.workflow_file = "ci.yml";
  options.event = event;
  std::string text;
  for (const Finding& finding : find_in_repository(files, "/repo", options, diagnostics)) {
    text += finding.rule;
    if (finding.where) text += " " + std::to_string(finding.where.file->position(finding.where.range.begin).line);
    text += (finding.severity == Severity::Error ? " error: " : ": ") + finding.message + "\n";
  }
  return text + render(diagnostics);
}

const std::string kQuiet = "findings: {missing-timeout: off}\n";

}  // namespace

TEST_CASE("A job that the gate neither needs nor precedes is found, once for all its legs") {
  CHECK(findings("a -> gate -> publish, docs[lang=en|de]", "gate") ==
        "job \"docs\" gates nothing: \"gate\" does not need it, so its failure stops no merge [ungated-job]\n");
}

TEST_CASE("Without a gate every job is awaited") {
  CHECK(findings("a -> b, c", "").empty());
}

TEST_CASE("Needs through other jobs count") {
  CHECK(findings("a -> b -> gate, c -> b", "gate").empty());
}

TEST_CASE("Jobs without a time-out are one finding") {
  CHECK(told_of("  a: {runs-on: u, steps: [{run: a}]}\n"
                "  b: {runs-on: u, timeout-minutes: 5, steps: [{run: b}]}\n"
                "  c: {runs-on: u, steps: [{run: c}]}\n") ==
        "missing-timeout 4: 2 jobs have no timeout-minutes, so a hang holds their runners for GitHub's six hours: a, "
        "c\n");
}

TEST_CASE("A need through which nothing passes is found, one through which an output or artifact passes is not") {
  const std::string a =
      "  a: {runs-on: u, outputs: {x: 1}, steps: [{uses: actions/upload-artifact@v4, with: {name: bin, path: b}}]}\n";
  CHECK(told_of(a + "  b: {needs: a, runs-on: u, steps: [{run: b}]}\n", kQuiet) ==
        "idle-need 5: job \"b\" waits for \"a\", but no output, artifact or cache of that reaches it\n");
  CHECK(told_of(a + "  b: {needs: a, runs-on: u, steps: [{run: \"b ${{ needs.a.outputs.x }}\"}]}\n", kQuiet).empty());
  CHECK(told_of(a + "  b: {needs: a, if: \"needs.a.result == 'success'\", runs-on: u, steps: [{run: b}]}\n", kQuiet)
            .empty());
  CHECK(told_of(a + "  b: {needs: a, runs-on: u, steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]}\n",
                kQuiet)
            .empty());
}

TEST_CASE("An artifact that comes through a job in between keeps the need on that job, unless another one brings it") {
  const std::string jobs =
      "  a: {runs-on: u, steps: [{uses: actions/upload-artifact@v4, with: {name: bin, path: b}}]}\n"
      "  b: {needs: a, runs-on: u, steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]}\n";
  const std::string c = "runs-on: u, steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]}\n";
  CHECK(told_of(jobs + "  c: {needs: b, " + c, kQuiet).empty());
  CHECK(told_of(jobs + "  c: {needs: [a, b], " + c, kQuiet) ==
        "idle-need 6: job \"c\" waits for \"b\", but no output, artifact or cache of that reaches it\n");
}

TEST_CASE("Publishing waits for tests on purpose, and gates for everything") {
  CHECK(told_of("  test: {runs-on: u, steps: [{run: t}]}\n"
                "  publish: {needs: test, runs-on: u, steps: [{run: p}]}\n"
                "  gate: {needs: [test, publish], if: always(), runs-on: u, steps: [{run: g}]}\n",
                kQuiet + "gates: {ci.yml: gate}\n")
            .empty());
}

TEST_CASE("A job behind one whose target cache it doesn't share is told so") {
  const auto job = [](const std::string& id, const std::string& needs, const std::string& key) {
    return "  " + id + ": {" + needs + "runs-on: u, steps: [{uses: Swatinem/rust-cache@v2, with: {shared-key: " + key +
           "}}, {run: " + id + "}]}\n";
  };
  CHECK(told_of(job("check", "", "x") + job("clippy", "needs: check, ", "y"), kQuiet) ==
        "unshared-cache 5: job \"clippy\" waits for \"check\", which saves the cache x, but restores y: it is "
        "serialised behind a cache that it doesn't share\n");
  CHECK(told_of(job("check", "", "x") + job("clippy", "needs: check, ", "x"), kQuiet).empty());
}

TEST_CASE("Jobs that save one cache side by side race, unless one before them fills it") {
  const auto job = [](const std::string& id, const std::string& needs) {
    return "  " + id + ": {" + needs +
           "runs-on: u, steps: [{uses: actions/cache@v4, with: {path: r, key: \"reg-${{ hashFiles('a') }}\", "
           "restore-keys: reg-}}, {run: x}]}\n";
  };
  CHECK(told_of(job("a", "") + job("b", ""), kQuiet) ==
        "cache-race 4: 2 jobs save the cache reg side by side (a, b): on a miss all of them do the work, and the entry "
        "of the first to end is kept, whatever it holds\n");
  CHECK(told_of(job("warm", "") + job("a", "needs: warm, ") + job("b", "needs: warm, "), kQuiet).empty());
}

TEST_CASE(
    "A cache that one job saves and others use for other work, that nobody saves, or without restore-keys is told") {
  const std::string saver =
      "  a: {runs-on: u, steps: [{uses: actions/cache@v4, with: {path: t, key: t1, restore-keys: t}}, {run: build}]}\n";
  CHECK(told_of(saver + "  b: {runs-on: u, steps: [{uses: actions/cache/restore@v4, with: {path: t, key: t1}}, {run: "
                        "other}]}\n",
                kQuiet) ==
        "narrow-saver 4: only \"a\" saves the cache \"t1\", which b restores for other work: what they build beyond it "
        "is built anew in each run\n");
  CHECK(told_of("  b: {runs-on: u, steps: [{uses: actions/cache/restore@v4, with: {path: t, key: t1}}, {run: b}]}\n",
                kQuiet) == "unsaved-cache 4: no job of this workflow saves the cache \"t1\" that b restores\n");
  CHECK(told_of("  b: {runs-on: u, steps: [{uses: actions/cache@v4, with: {path: t, key: t1}}, {run: b}]}\n", kQuiet) ==
        "no-fallback 4: the cache \"t1\" has no restore-keys: when its key changes, b starts from nothing\n");
}

TEST_CASE("Publishing in a pull request is found unless a condition holds it back") {
  CHECK(told_of("  a: {runs-on: u, steps: [{name: Publish, run: cargo publish}]}\n", kQuiet) ==
        "ungated-publish 4: job \"a\" publishes in a pull request: no condition keeps \"Publish\" to main or a tag\n");
  CHECK(told_of("  a: {if: github.event_name == 'push', runs-on: u, steps: [{name: Publish, run: cargo publish}]}\n",
                kQuiet)
            .empty());
}

TEST_CASE("A file that GitHub would refuse is told, not passed over, and any trigger is looked at") {
  CHECK_THAT(told_of("  a: {runs-on: u, stepz: []}\n"),
             Catch::Matchers::Contains("unknown key") || Catch::Matchers::Contains("stepz"));
  MemoryFileSystem files;
  files.write("/ci.yml", "name: CI\non: release\njobs:\n  a: {runs-on: u, steps: [{run: a}]}\n");
  Diagnostics diagnostics;
  CHECK(find_in_repository(files, "/ci.yml", {}, diagnostics).size() == 1);
  CHECK(diagnostics.empty());
}

TEST_CASE("Each of several needs that carry nothing is told") {
  CHECK(told_of("  a: {runs-on: u, steps: [{run: a}]}\n  b: {runs-on: u, steps: [{run: b}]}\n"
                "  c: {needs: [a, b], runs-on: u, steps: [{run: c}]}\n",
                kQuiet) ==
        "idle-need 6: job \"c\" waits for \"a\", but no output, artifact or cache of that reaches it\n"
        "idle-need 6: job \"c\" waits for \"b\", but no output, artifact or cache of that reaches it\n");
}

TEST_CASE("dagsim.yaml sets a rule's severity, turns it off, and is told of rules that don't exist") {
  const std::string job = "  a: {runs-on: u, steps: [{run: a}]}\n";
  CHECK(told_of(job, "findings: {missing-timeout: error}\n").starts_with("missing-timeout 4 error: a job has no"));
  CHECK(told_of(job, kQuiet).empty());
  CHECK_THAT(told_of(job, "findings: {missing-timeouts: off}\n"),
             Catch::Matchers::Contains("dagsim.yaml:2:12: error: no finding has the rule \"missing-timeouts\"") &&
                 Catch::Matchers::Contains("did you mean \"missing-timeout\"?"));
  CHECK_THAT(told_of(job, "findings: {missing-timeout: loud}\n"),
             Catch::Matchers::Contains("expected error, warning, note or off"));
}

TEST_CASE("Workflows on the push path without a gate in dagsim.yaml are found, scheduled ones are not") {
  MemoryFileSystem files;
  const std::string jobs = "jobs: {a: {runs-on: u, timeout-minutes: 5, steps: [{run: a}]}}\n";
  files.write("/repo/.github/workflows/ci.yml", "name: CI\non: push\n" + jobs);
  files.write("/repo/.github/workflows/bot.yml", "name: Bot\non: push\n" + jobs);
  files.write("/repo/.github/workflows/nightly.yml", "name: Nightly\non: {schedule: [{cron: 1 2 * * *}]}\n" + jobs);
  files.write("/repo/dagsim.yaml", "dagsim: 1\ngates: {ci.yml: a}\n");
  Diagnostics diagnostics;
  const std::vector<Finding> found = find_in_repository(files, "/repo", {}, diagnostics);
  REQUIRE(found.size() == 1);
  CHECK(found.front().rule == "idle-workflow");
  CHECK_THAT(found.front().message,
             Catch::Matchers::StartsWith("workflow \"Bot\" runs a job on each push, but no gate"));
}

TEST_CASE("The case study's original shape shows what its maintainers found the hard way") {
  Diagnostics diagnostics;
  std::string text;
  for (const Finding& finding :
       find_in_repository(DiskFileSystem(), scenario_path("rust-ci/original"), {}, diagnostics)) {
    text += finding.rule + ": " + finding.message + "\n";
  }
  for (const char* expected : {"ungated-job: job \"schema-check\" gates nothing",
                               "idle-need: job \"docker-e2e\" waits for all 19 legs of \"test/packages\"",
                               "unshared-cache: job \"clippy\" waits for \"check-all-features\"",
                               "unshared-cache: job \"check-default\" waits for \"check-all-features\"",
                               "missing-timeout: 19 jobs have no timeout-minutes",
                               "idle-workflow: workflow \"Renovate\" runs a job on each push",
                               "cache-race: 8 jobs save the caches mise-cargo-tools, mise-v2, rustup side by side"}) {
    CHECK_THAT(text, Catch::Matchers::Contains(expected));
  }
}

}  // namespace dagsim::study
