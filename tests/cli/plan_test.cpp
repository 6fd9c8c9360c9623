// dagsim plan and parse from the command line: whole answers for small workflows.
#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

constexpr const char* kWorkflow = R"(name: CI
on:
  push: {branches: [main], paths: ['src/**']}
  workflow_dispatch: {inputs: {deep: {type: boolean, default: false}}}
jobs:
  changes:
    runs-on: x
    outputs: {rust: "${{ steps.f.outputs.rust }}"}
    steps: [{id: f, run: filter}]
  test:
    needs: changes
    if: needs.changes.outputs.rust == 'true'
    name: test ${{ matrix.os }}
    strategy: {fail-fast: false, matrix: {os: [a, b]}}
    runs-on: ${{ matrix.os }}
    steps: [{run: make}, {uses: actions/upload-artifact@v4, with: {name: "log-${{ matrix.os }}"}}]
  deep:
    if: inputs.deep
    runs-on: x
    steps: [{run: make deep}]
  gate:
    needs: [test, deep]
    if: always()
    runs-on: x
    steps: [{run: "true"}]
)";

TEST_CASE("A plan names the jobs that an event runs and why each other one is skipped") {
  const Folder folder;
  const std::string file = folder.write("ci.yml", kWorkflow);
  const Outcome outcome = call({"plan", file, "--set-output", "changes.rust=true"});
  CHECK(outcome.err.empty());
  CHECK(outcome.out == R"(CI, push
Starts: branch "main" is included by "main" of "branches"; the changed files are
not known, assumed to pass "paths" (git diff --name-only BEFORE..AFTER lists
them)
4 jobs run, 1 skipped.

job      needs       runner  steps
changes              x           1
test a   changes     a           2
test b   changes     b           2
gate     test, deep  x           1

Skipped
  deep: its condition is false: success() && (inputs.deep)
)");
  CHECK(outcome.status == 0);
}

TEST_CASE("What nobody supplies leaves jobs open, and a job that is skipped keeps its name as written") {
  const Folder folder;
  const std::string file = folder.write("ci.yml", kWorkflow);
  const Outcome open = call({"plan", file});
  CHECK(open.out.find("\n2 jobs run, 2 may, 1 skipped.\n") != std::string::npos);
  CHECK(open.out.find("\ntest a (may run)  changes     a           2\n") != std::string::npos);
  const Outcome skipped = call({"plan", file, "--set-output", "changes.rust=false"});
  CHECK(skipped.out.find("  test ${{ matrix.os }}: its condition is false") != std::string::npos);
}

TEST_CASE("Changed files, inputs and results of jobs change the plan") {
  const Folder folder;
  const std::string file = folder.write("ci.yml", kWorkflow);
  const Outcome docs = call({"plan", file, "--changed-files", "-"}, "docs/a.md\nREADME.md\n");
  CHECK(docs.out.starts_with("CI, push\nDoesn't start: "));
  const Outcome deep =
      call({"plan", file, "--event", "workflow_dispatch", "--input", "deep=true", "--result", "changes=failure"});
  CHECK(deep.out.find("\ndeep ") != std::string::npos);
  CHECK(deep.out.find("  test ${{ matrix.os }}: \"changes\", which it waits for, failed\n") != std::string::npos);
}

TEST_CASE("The plan as JSON has typed matrices, contexts and outputs from files") {
  const Folder folder;
  const std::string file = folder.write("m.yml", R"(on: push
jobs:
  a:
    strategy: {matrix: {v: "${{ fromJSON(vars.versions) }}"}}
    runs-on: ${{ github.event.runner }}
    steps: [{run: "echo ${{ matrix.v.n }}"}]
  b: {needs: a, runs-on: x, if: failure(), steps: [{run: y}]}
)");
  const std::string context = folder.write(
      "c.json", R"({"vars": {"versions": "[{\"n\": 1.5, \"ok\": true}]"}, "github": {"event": {"runner": "big"}}})");
  const std::string outputs = folder.write("o.json", R"({"a": {"result": "failure", "outputs": {"x": [1]}}})");
  const Outcome outcome = call({"plan", "--json", file, "--event", "push", "--context", context, "--outputs", outputs});
  CHECK(outcome.err.empty());
  CHECK(
      outcome.out ==
      R"json({"schema": "dagsim.plan/1", "workflow": "m.yml", "event": "push", "start": {"runs": true, "reason": "no filter of \"push\" applies"}, "conclusion": "failure", "jobs": [{"key": "a", "id": "a", "name": "a (1.5, true)", "needs": [], "matrix": {"v": {"n": 1.5, "ok": true}}, "strategy": {"fail-fast": true, "max-parallel": 1, "job-index": 0, "job-total": 1}, "if": "success()", "runs_on": ["big"], "runs": true, "result": "failure", "reason": "it failed", "steps": [{"name": "Run echo 1.5", "id": "", "uses": "", "run": "echo ${{ matrix.v.n }}", "if": "success()", "with": {}}]}, {"key": "b", "id": "b", "name": "b", "needs": ["a"], "matrix": null, "strategy": null, "if": "failure()", "runs_on": ["x"], "runs": true, "result": "success", "reason": "", "steps": [{"name": "Run y", "id": "", "uses": "", "run": "y", "if": "success()", "with": {}}]}]}
)json");
  ;
}

TEST_CASE("A plan asks for what it lacks and names what is wrong") {
  const Folder folder;
  const std::string file = folder.write("ci.yml", kWorkflow);
  CHECK(call({"plan"}).err == "dagsim: error: plan needs a workflow: a file, or a folder with .github/workflows\n");
  CHECK(call({"plan", file, "--event", "release"})
            .err.find("does not run for \"release\"; expected push or workflow_dispatch") != std::string::npos);
  CHECK(call({"plan", file, "--result", "tset=failure"}).err ==
        "error: no job is named \"tset\" [unknown-job]\nnote: did you mean \"test\"?\n");
  CHECK(call({"plan", file, "--limit", "leg=3"}).err ==
        "dagsim: error: the name of --limit is \"leg\", expected bytes, depth, nodes, legs, levels, files, actions or "
        "jobs; did "
        "you mean \"legs\"?\n");
  const Outcome limited = call({"plan", file, "--limit", "legs=1"});
  CHECK(limited.err.find("has 2 legs, more than the 1 that") != std::string::npos);
  CHECK(limited.status == 2);
  const std::string bad = folder.write("bad.json", "[1");
  CHECK(call({"plan", file, "--context", bad}).err.find("[json-syntax]") != std::string::npos);
  const std::string list = folder.write("list.json", "[1]");
  CHECK(call({"plan", file, "--outputs", list}).err.find("expected a JSON object, but this is array") !=
        std::string::npos);
}

TEST_CASE("A plan reads what other repositories define from a vendor folder") {
  const Folder folder;
  const std::string file = folder.write("ci.yml", "on: push\njobs:\n  t: {uses: o/r/.github/workflows/w.yml@v1}\n");
  const Outcome opaque = call({"plan", file});
  CHECK(opaque.err.find("whose jobs are not known; it counts as one job [remote-workflow]") != std::string::npos);
  folder.write("third/o/r/v1/.github/workflows/w.yml",
               "on: workflow_call\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n"
               "  b: {runs-on: x, needs: a, steps: [{run: make}]}\n");
  const Outcome outcome = call({"plan", file, "--vendor", folder.path("third")});
  CHECK(outcome.err.empty());
  CHECK(outcome.out == R"--(ci.yml, push
Starts: no filter of "push" applies
2 jobs run.

job    needs  runner  steps
t / a         x           1
t / b  t/a    x           1
)--");
}

TEST_CASE("dagsim.yaml names vendor folders for all commands") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", "on: push\njobs: {a: {uses: o/r/.github/workflows/w.yml@v1}}\n");
  folder.write("repo/dagsim.yaml", "dagsim: 1\nvendor: third\n");
  folder.write("repo/third/o/r/v1/.github/workflows/w.yml",
               "on: workflow_call\njobs: {inner: {runs-on: x, steps: [{run: make}]}}\n");
  const Outcome plan = call({"plan", folder.path("repo")});
  CHECK(plan.status == 0);
  CHECK_THAT(plan.out, Catch::Contains("inner"));
  const std::string history =
      folder.write("past.yaml", "runs:\n  - {id: 1, conclusion: success, jobs: {a/inner: 60s}}\n");
  const Outcome simulated =
      call({"simulate", folder.path("repo"), "--event", "push", "--history", history, "--replications", "1000"});
  INFO(simulated.err);
  CHECK_THAT(simulated.out, Catch::Contains("a/inner"));
}

TEST_CASE("Parsing says how many jobs a file has or what is wrong with it") {
  const Folder folder;
  const std::string good = folder.write("good.yml", kWorkflow);
  const std::string bad = folder.write("bad.yml", "on: push\njobs: {a: {runs-on: x, stepps: []}}\n");
  const Outcome outcome = call({"parse", good, bad});
  CHECK(outcome.out == good + ": 4 jobs\n" + bad + ": 1 error\n");
  CHECK(outcome.err.starts_with(bad + ":2:8: warning: job \"a\" has no steps, so it does nothing [no-steps]\n"));
  CHECK(outcome.err.find(bad + ":2:24: error: unexpected key \"stepps\" in job \"a\" [unknown-key]\n") !=
        std::string::npos);
  CHECK(outcome.status == 2);
  CHECK(
      call({"parse", "--json", bad}).out ==
      "{\"file\": \"" + bad +
          "\", \"ok\": false, \"diagnostics\": [{\"severity\": \"warning\", \"line\": 2, \"column\": 8, \"rule\": "
          "\"no-steps\", \"message\": \"job \\\"a\\\" has no steps, so it does nothing\"}, {\"severity\": \"error\", "
          "\"line\": 2, \"column\": 24, \"rule\": \"unknown-key\", \"message\": \"unexpected key \\\"stepps\\\" in job "
          "\\\"a\\\"\"}], \"jobs\": [{\"id\": \"a\", \"needs\": [], \"if\": \"success()\", \"name\": \"a\"}]}\n");
  CHECK(call({"parse", "--limit", "bytes=10", good}).out == good + ": 1 error\n");
}

TEST_CASE("A file that is not there is named, and the others are read") {
  const Folder folder;
  const std::string good = folder.write("a.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n");
  const Outcome outcome = call({"parse", folder.path("none.yml"), good});
  CHECK(outcome.status == 2);
  CHECK(outcome.err == "error: \"" + folder.path("none.yml") + "\" does not exist [missing-file]\n");
  CHECK(outcome.out == good + ": 1 job\n");
}

}  // namespace
}  // namespace dagsim::cli
