#include "base/text.h"
#include "model/graph.h"
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

const std::string kSteps = "    runs-on: x\n    steps: [{run: make}]\n";

std::string load_ci(const std::vector<std::pair<std::string, std::string>>& files, Request request = {}) {
  request.path = "r";
  request.workflow_file = "ci.yml";
  return loaded(repository(files), request);
}

const char* const kTests = R"--(on:
  workflow_call:
    inputs:
      lanes: {type: string, required: true}
      slow: {type: boolean}
    outputs:
      digest: {value: "${{ jobs.prepare.outputs.digest }}"}
jobs:
  prepare:
    strategy: {matrix: {lane: "${{ fromJSON(inputs.lanes) }}"}}
    runs-on: ${{ matrix.lane }}
    outputs: {digest: "${{ steps.d.outputs.digest }}"}
    steps: [{id: d, run: "make ${{ inputs.slow }}"}]
  packages:
    name: Packages
    needs: [prepare]
    if: inputs.slow || inputs.lanes != ''
    strategy: {matrix: {group: [jackin, small]}}
    runs-on: x
    steps: [{run: "make ${{ matrix.group }} ${{ needs.prepare.outputs.digest }}"}]
)--";

const char* const kCaller = R"--(name: CI
on: pull_request
jobs:
  setup:
    runs-on: x
    outputs: {lanes: "${{ steps.l.outputs.lanes }}"}
    steps: [{id: l, run: lanes}]
  test:
    needs: setup
    if: always()
    uses: ./.github/workflows/tests.yml
    with: {lanes: "${{ needs.setup.outputs.lanes }}"}
  gate:
    needs: [test]
    runs-on: x
    steps: [{run: "echo ${{ needs.test.outputs.digest }}"}]
)--";

TEST_CASE("A called workflow's jobs stand in the place of the call, under its id and name") {
  Request request;
  request.outputs = {{"setup", "lanes", R"(["ubuntu-24.04"])"}};
  CHECK(load_ci({{".github/workflows/ci.yml", kCaller}, {".github/workflows/tests.yml", kTests}}, request) ==
        R"--(CI (pull_request)
call test needs setup
  if always()
  reads setup.lanes
setup "setup" on x
  outputs lanes
  - Run lanes #l
test/prepare "test / prepare (ubuntu-24.04)" on ubuntu-24.04
  lane = ubuntu-24.04
  outputs digest
  - Run make false #d
test/packages[group=jackin] "test / Packages (jackin)" on x needs test/prepare
  if success() && (false || '["ubuntu-24.04"]' != '')
  group = jackin
  reads test/prepare.digest
  - Run make jackin 
test/packages[group=small] "test / Packages (small)" on x needs test/prepare
  if success() && (false || '["ubuntu-24.04"]' != '')
  group = small
  reads test/prepare.digest
  - Run make small 
gate "gate" on x needs test
  reads test.digest
  - Run echo 
)--");
}

TEST_CASE("A matrix behind an input names the output that has to be supplied, once") {
  CHECK(
      load_ci({{".github/workflows/ci.yml", kCaller}, {".github/workflows/tests.yml", kTests}}) ==
      R"--(r/.github/workflows/tests.yml:10:31: error: the matrix of job "prepare" reads output "lanes" of job "setup", which only a run knows [missing-output]
 10 |     strategy: {matrix: {lane: "${{ fromJSON(inputs.lanes) }}"}}
    |                               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/tests.yml: note: supply it in the change class, such as outputs: {setup.lanes: "[…]"}
)--");
}

TEST_CASE("Outputs of a call follow from supplied outputs of its jobs") {
  Request request;
  request.path = "r";
  request.outputs = {{"setup", "lanes", "[1]"}, {"test/prepare", "digest", "abc"}};
  Diagnostics diagnostics;
  const auto files = repository({{".github/workflows/ci.yml", kCaller}, {".github/workflows/tests.yml", kTests}});
  const auto pipeline = load(files, request, diagnostics);
  REQUIRE(pipeline);
  const model::Pipeline::Output& derived = pipeline->outputs.back();
  CHECK(derived.job + "." + derived.name + "=" + derived.value == "test.digest=abc");
}

TEST_CASE("Calls that name no file, pass wrong inputs or go in circles are reported") {
  const std::string call = "on: pull_request\njobs:\n  t:\n    uses: ./.github/workflows/test.yml\n";
  CHECK(
      load_ci({{".github/workflows/ci.yml", call}, {".github/workflows/tests.yml", kTests}}) ==
      R"--(r/.github/workflows/ci.yml:4:11: error: job "t" calls "./.github/workflows/test.yml", which does not exist [unknown-workflow]
 4 |     uses: ./.github/workflows/test.yml
   |           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml: note: did you mean "./.github/workflows/tests.yml"?
)--");
  const std::string inputs =
      "on: pull_request\njobs:\n  t:\n    uses: ./.github/workflows/tests.yml\n    with: {slow: maybe, lane: 1}\n";
  CHECK(load_ci({{".github/workflows/ci.yml", inputs}, {".github/workflows/tests.yml", kTests}})
            .find(R"(ci.yml:5:25: error: "./.github/workflows/tests.yml" declares no input "lane" [unknown-input])") !=
        std::string::npos);
  const std::string a = "on: {pull_request: , workflow_call: }\njobs:\n  t:\n    uses: ./.github/workflows/b.yml\n";
  const std::string b = "on: workflow_call\njobs:\n  t:\n    uses: ./.github/workflows/ci.yml\n";
  CHECK(load_ci({{".github/workflows/ci.yml", a}, {".github/workflows/b.yml", b}}) ==
        "r/.github/workflows/b.yml:4:11: error: workflows call each other in a circle: r/.github/workflows/ci.yml -> "
        "r/.github/workflows/b.yml -> r/.github/workflows/ci.yml [call-cycle]\n"
        " 4 |     uses: ./.github/workflows/ci.yml\n"
        "   |           ^~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_CASE("A workflow that cannot be called, and one below ten levels, are reported") {
  const std::string call = "on: pull_request\njobs:\n  t:\n    uses: ./.github/workflows/b.yml\n";
  CHECK(load_ci({{".github/workflows/ci.yml", call}, {".github/workflows/b.yml", "on: push\njobs:\n  b:\n" + kSteps}})
            .find("which has no \"workflow_call\" in its \"on\" [not-callable]") != std::string::npos);
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 11; ++i) {
    const std::string name = i == 0 ? "ci.yml" : "w" + std::to_string(i) + ".yml";
    files.emplace_back(".github/workflows/" + name,
                       "on: [pull_request, workflow_call]\njobs:\n  t:\n    uses: ./.github/workflows/w" +
                           std::to_string(i + 1) + ".yml\n");
  }
  CHECK(load_ci(files).find("calls are nested more than 10 levels deep [too-deep]") != std::string::npos);
}

TEST_CASE("A remote workflow counts as one job, with a warning") {
  const std::string text = load_ci(
      {{".github/workflows/ci.yml", "on: pull_request\njobs:\n  t:\n    uses: o/r/.github/workflows/x.yml@v1\n"}});
  CHECK(text.find("warning: job \"t\" calls \"o/r/.github/workflows/x.yml@v1\", whose jobs are not known; it counts as "
                  "one job [remote-workflow]") != std::string::npos);
  CHECK(text.ends_with("ci.yml (pull_request)\nt \"t\" on \n"));
}

TEST_CASE("A call with a matrix multiplies the called jobs and names them after both") {
  const std::string call =
      "on: pull_request\njobs:\n  t:\n    strategy: {matrix: {os: [a, b]}}\n    uses: ./.github/workflows/b.yml\n"
      "    with: {os: \"${{ matrix.os }}\"}\n";
  const std::string b =
      "on: {workflow_call: {inputs: {os: {type: string}}}}\njobs:\n  b:\n    strategy: {matrix: {os: [1, 2]}}\n"
      "    runs-on: ${{ inputs.os }}\n    steps: [{run: make}]\n";
  CHECK(load_ci({{".github/workflows/ci.yml", call}, {".github/workflows/b.yml", b}}) ==
        R"--(ci.yml (pull_request)
call t
t/b[t.os=a,os=1] "t (a) / b (1)" on a
  t.os = a
  os = 1
  - Run make
t/b[t.os=a,os=2] "t (a) / b (2)" on a
  t.os = a
  os = 2
  - Run make
t/b[t.os=b,os=1] "t (b) / b (1)" on b
  t.os = b
  os = 1
  - Run make
t/b[t.os=b,os=2] "t (b) / b (2)" on b
  t.os = b
  os = 2
  - Run make
)--");
}

TEST_CASE("A job that never runs keeps its raw name when its matrix is not known") {
  const std::string ci = "on: pull_request\njobs:\n  a:\n" + kSteps +
                         "  b:\n    needs: a\n    if: github.event_name == 'push'\n    name: B ${{ matrix.x }}\n"
                         "    strategy: {matrix: {x: \"${{ fromJSON(needs.a.outputs.x) }}\"}}\n" +
                         kSteps;
  CHECK(load_ci({{".github/workflows/ci.yml", ci}}).find("b \"B ${{ matrix.x }}\" on x needs a\n") !=
        std::string::npos);
}

TEST_CASE("A composite action's steps take the place of the step that uses it") {
  const std::string ci = R"--(on: pull_request
jobs:
  t:
    strategy: {matrix: {package: [a]}}
    runs-on: x
    steps:
      - {id: cache, run: make}
      - name: Set up
        id: set
        if: github.ref != 'x'
        uses: ./.github/actions/outer
        with: {package: "${{ matrix.package }}", prefix: tools}
      - if: steps.set.outputs.hit != 'true'
        run: build
)--";
  const std::string outer = R"--(inputs:
  package: {required: true}
  prefix: {default: none}
outputs:
  hit: {value: "${{ steps.cache.outputs.cache-hit }}"}
runs:
  using: composite
  steps:
    - {run: "prepare ${{ inputs.package }} ${{ inputs.absent }}", shell: bash}
    - id: cache
      if: inputs.prefix == 'tools'
      uses: actions/cache@v4
      with: {path: x, key: "${{ inputs.prefix }}-${{ hashFiles('x') }}"}
    - uses: ./.github/actions/inner
      with: {text: "in ${{ inputs.package }}"}
)--";
  const std::string inner = R"--(inputs: {text: {}}
runs:
  using: composite
  steps: [{name: "Say ${{ inputs.text }}", run: "echo ${{ inputs.text }}", shell: bash}]
)--";
  const std::vector<std::pair<std::string, std::string>> all = {{".github/workflows/ci.yml", ci},
                                                                {".github/actions/outer/action.yml", outer},
                                                                {".github/actions/inner/action.yaml", inner}};
  CHECK(load_ci(all) == R"--(ci.yml (pull_request)
t "t (a)" on x
  package = a
  - Run make #cache
  - Set up / Run prepare a  if success() && (github.ref != 'x')
  - Set up / Run actions/cache@v4 #set__cache if (success() && (github.ref != 'x')) && (success() && ('tools' == 'tools')) [restores saves tools]
  - Set up / Run ./.github/actions/inner / Say in a if success() && (github.ref != 'x')
  - Run build if success() && (steps.set__cache.outputs.cache-hit != 'true')
)--");
  Request request;
  request.path = "r";
  Diagnostics diagnostics;
  const auto pipeline = load(repository(all), request, diagnostics);
  REQUIRE(pipeline);
  CHECK(pipeline->jobs[0].steps[1].run == "prepare ${{ matrix.package }} ");
}

TEST_CASE("Actions that use each other in a circle are reported with the whole chain, absent ones with a warning") {
  const std::string ci = "on: pull_request\njobs:\n  t:\n    runs-on: x\n    steps: [{uses: ./a}, {uses: ./b}]\n";
  const std::string a = "runs:\n  using: composite\n  steps: [{uses: ./c}]\n";
  const std::string c = "runs:\n  using: composite\n  steps: [{uses: ./a/}]\n";
  const std::string text = load_ci({{".github/workflows/ci.yml", ci}, {"a/action.yml", a}, {"c/action.yaml", c}});
  CHECK(text.find(
            "r/c/action.yaml:3:18: error: actions use each other in a circle: ./a -> ./c -> ./a/ [action-cycle]\n") !=
        std::string::npos);
  CHECK(text.find("warning: action \"./b\" is not in this repository [unknown-action]") != std::string::npos);
}

}  // namespace
}  // namespace dagsim::workflow
