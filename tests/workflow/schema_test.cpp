// What the schema lets through and what it doesn't; whole-file examples are in testdata.
#include "workflow/schema.h"

#include "tests/catch.h"
#include "workflow/document.h"

namespace dagsim::workflow {
namespace {

/// The findings of a workflow with this job, one a line, without places.
std::string findings(const std::string& text) {
  Diagnostics diagnostics;
  parse_workflow(std::make_shared<const SourceFile>("ci.yml", text), diagnostics);
  std::string lines;
  for (const Diagnostic& diagnostic : diagnostics.list()) lines += diagnostic.message + "\n";
  return lines;
}

std::string of_job(const std::string& keys) {
  return findings("on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: make}]\n" + keys);
}

std::string of_step(const std::string& keys) {
  return findings("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - id: one\n        run: make\n      - " +
                  keys + "\n");
}

TEST_CASE("A scalar of another kind counts as text where text may stand") {
  CHECK(of_job("    name: 1.10\n    env: {A: 1, B: true, C: null}\n").empty());
  CHECK(of_job("    timeout-minutes: '5'\n") ==
        "\"timeout-minutes\" of job \"a\" must be a number, but is the string '5'\n");
  CHECK(of_job("    continue-on-error: 'true'\n") ==
        "\"continue-on-error\" of job \"a\" must be true or false, but is the string 'true'\n");
  CHECK(of_job("    env: null\n") == "\"env\" of job \"a\" must be a mapping, but is null\n");
  CHECK(of_job("    needs: ''\n") ==
        "\"needs\" of job \"a\" is empty\njob \"a\" needs job \"\", which is not defined in this workflow\n");
}

TEST_CASE("An expression may stand for anything where it may stand at all") {
  CHECK(of_job("    timeout-minutes: ${{ fromJSON(inputs.t) }}\n    env: ${{ fromJSON('{}') }}\n").empty());
  CHECK(of_job("    permissions: ${{ inputs.x }}\n") == "\"permissions\" of job \"a\" can't hold an expression\n");
  CHECK(of_job("    timeout-minutes: ${{ '5' }}\n") ==
        "\"timeout-minutes\" of job \"a\" must be a number, but is the string '${{ '5' }}'\n");
  CHECK(of_step("name: ${{ 'quoted' }}\n        run: x").empty());
}

TEST_CASE("Each key sees its own contexts and functions") {
  CHECK(of_job("    if: matrix.x\n") ==
        "unrecognized named-value: 'matrix' in \"if\" of job \"a\", which may use always(), cancelled(), failure(), "
        "github, inputs, needs, success() and vars\n");
  CHECK(of_step("run: x\n        if: secrets.X == ''")
            .starts_with("unrecognized named-value: 'secrets' in \"if\" of a step"));
  CHECK(of_step("run: echo ${{ secrets.X }}").empty());
  CHECK(of_job("    if: success('b', 'c') || failure('b')\n").empty());
  CHECK(of_step("run: x\n        if: success('one')")
            .starts_with("too many arguments for success: 1, at most 0 expected"));
  CHECK(of_step("run: x\n        if: hashFiles('a') != ''").empty());
  CHECK(of_job("    outputs: {x: \"${{ hashFiles('a') }}\"}\n").starts_with("unrecognized function: 'hashFiles'"));
}

TEST_CASE("Keys decide between the kinds of jobs and steps") {
  CHECK(of_step("name: x") == "a step of job \"a\" has no \"cancel\", \"run\", \"uses\", \"wait\" or \"wait-all\"\n");
  CHECK(of_step("uses: a/b@v1\n        run: x") == "a step of job \"a\" can't have both \"uses\" and \"run\"\n");
  CHECK(findings("on: push\njobs:\n  a:\n    name: x\n") ==
        "job \"a\" has no \"runs-on\" or \"uses\"\njob \"a\" has no steps, so it does nothing\n");
}

TEST_CASE("Steps wait for and cancel steps before them, and run side by side") {
  CHECK(of_step("wait: one").empty());
  CHECK(of_step("wait: [one, two]") == "no step before this one has the id \"two\"\n");
  CHECK(of_step("cancel: two\n        id: two") == "the step \"two\" can't cancel itself\n");
  CHECK(of_step("wait-all:").empty());
  CHECK(of_step("wait-all: false") == "\"wait-all\" must be true or left empty, but is false\n");
  CHECK(of_step("run: x\n        background: true").empty());
  CHECK(of_step("parallel: [{run: x}, {uses: a/b@v1}]").empty());
  CHECK(of_step("parallel: [{run: x, background: true}]") ==
        "a step of \"parallel\" runs in the background by itself and can't say \"background\"\n");
  CHECK(of_step("parallel: [{parallel: [{run: x}]}]") == "a step of \"parallel\" must have \"run\" or \"uses\"\n");
}

TEST_CASE("Inputs have defaults of their type, and choices have options") {
  const auto input = [](const std::string& keys) {
    return findings("on: {workflow_dispatch: {inputs: {i: {" + keys +
                    "}}}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n");
  };
  CHECK(input("type: boolean, default: true").empty());
  CHECK(input("type: number, default: x").empty());
  CHECK(input("type: boolean, default: 'true'") ==
        "the default of input \"i\" must be true or false, but is the string 'true'\n");
  CHECK(input("default: 1.0") == "the default of input \"i\" must be a string, but is the number 1.0\n");
  CHECK(input("type: choice") == "input \"i\" is a choice without \"options\"\n");
  CHECK(input("type: string, options: [a]") == "input \"i\" has \"options\", but isn't of the type \"choice\"\n");
}

TEST_CASE("Concurrency can't let runs wait and cancel them at once") {
  CHECK(of_job("    concurrency: {group: g, queue: max}\n").empty());
  CHECK(of_job("    concurrency: {group: g, queue: max, cancel-in-progress: false}\n").empty());
  CHECK(of_job("    concurrency: {group: g, queue: max, cancel-in-progress: true}\n") ==
        "\"queue: max\" lets runs wait, but \"cancel-in-progress: true\" lets none; they exclude each other\n");
  CHECK(of_job("    concurrency: {group: g, queue: most}\n") ==
        "unknown queue mode \"most\" in \"queue\" of \"concurrency\" of job \"a\"\n");
}

TEST_CASE("Containers need an image unless an expression may bring it") {
  CHECK(of_job("    container: {options: x}\n") == "the container of job \"a\" has no \"image\"\n");
  CHECK(of_job("    container: {options: \"${{ inputs.x }}\"}\n").empty());
  CHECK(of_job("    services: {db: {ports: [80]}, web: nginx}\n") == "service \"db\" has no \"image\"\n");
}

TEST_CASE("A runner group is a name, perhaps with its owner") {
  CHECK(of_job("").empty());
  const auto group = [](const std::string& name) {
    return findings("on: push\njobs: {a: {runs-on: {group: " + name + "}, steps: [{run: x}]}}\n");
  };
  CHECK(group("big").empty());
  CHECK(group("org/big").empty());
  CHECK(group("team/big") ==
        "\"team/big\" can't be a runner group; expected a name, perhaps with \"org/\" or \"enterprise/\" in front\n");
}

TEST_CASE("A circle of needs is named job by job, and jobs that only lead into it aren't in it") {
  const auto jobs = [](const std::string& list) { return findings("on: push\njobs: {" + list + "}\n"); };
  const std::string rest = ", runs-on: x, steps: [{run: x}]}";
  CHECK(jobs("a: {needs: [b]" + rest + ", b: {needs: [c, d]" + rest + ", c: {needs: B" + rest + ", d: {name: d" +
             rest) == "jobs wait for each other: \"b\" needs \"c\" needs \"b\"\n");
  CHECK(jobs("a: {needs: A" + rest) == "jobs wait for each other: \"a\" needs \"a\"\n");
}

TEST_CASE("Anchors are taken, merge keys aren't, and numbers in text places lose their trailing zeros") {
  const auto document = [](const std::string& text) {
    Diagnostics diagnostics;
    return *parse_workflow(std::make_shared<const SourceFile>("ci.yml", text), diagnostics);
  };
  const Document anchored = document(
      "on: push\njobs:\n  a: &job {name: 1.10, runs-on: yes, steps: [{run: on}]}\n  b: *job\n  1.20: {runs-on: x}\n");
  REQUIRE(anchored.jobs.size() == 3);
  CHECK(anchored.jobs[1].name->value == "1.1");
  CHECK(anchored.jobs[1].runs_on[0].value == "yes");
  CHECK(anchored.jobs[1].steps[0].run.value == "on");
  CHECK(anchored.jobs[2].id.value == "1.2");
  CHECK(of_job("    <<: {name: x}\n").starts_with("unexpected key \"<<\" in job \"a\"\n"));
}

TEST_CASE("Names of both schemas are all defined") {
  CHECK(workflow_schema().root().mappings.size() == 1);
  CHECK(action_schema().root().mappings.size() == 1);
  const Property* jobs = workflow_schema().root().mappings[0].find("jobs");
  REQUIRE(jobs != nullptr);
  CHECK(jobs->required);
  CHECK(jobs->type->mappings[0].loose->mappings.size() == 2);
}

}  // namespace
}  // namespace dagsim::workflow
