// Composite actions, and what is said about inputs of actions whose file is here.
#include "base/text.h"
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

/// A workflow of one job with these steps, and the files of the repository beside it.
std::string with_steps(const std::string& steps, Files files) {
  files.emplace_back(".github/workflows/ci.yml", "on: push\njobs:\n  t:\n    runs-on: x\n    steps:\n" + steps);
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  return loaded(repository(files), request);
}

std::string composite(const std::string& steps) {
  return "runs:\n  using: composite\n  steps:\n" + steps;
}

TEST_CASE("Ten composite actions may use each other, eleven may not") {
  const auto nested = [](int levels) {
    Files files;
    for (int i = 1; i <= levels; ++i) {
      const std::string step =
          i < levels ? "    - uses: ./a" + std::to_string(i + 1) + "\n" : "    - {run: deep, shell: bash}\n";
      files.emplace_back("a" + std::to_string(i) + "/action.yml", composite(step));
    }
    return with_steps("      - uses: ./a1\n", files);
  };
  CHECK(nested(10) == R"--(ci.yml (push)
t "t" on x
  - Run ./a1 / Run ./a2 / Run ./a3 / Run ./a4 / Run ./a5 / Run ./a6 / Run ./a7 / Run ./a8 / Run ./a9 / Run ./a10 / Run deep
)--");
  CHECK(nested(11) == R"--(r/a10/action.yml:4:13: error: actions use each other more than 10 levels deep [too-deep]
 4 |     - uses: ./a11
   |             ^~~~~
)--");
}

TEST_CASE("A circle of actions is named whole, wherever it is entered") {
  CHECK(with_steps("      - uses: ./a\n", {{"a/action.yml", composite("    - uses: ./b\n")},
                                           {"b/action.yml", composite("    - uses: ./c\n")},
                                           {"c/action.yml", composite("    - uses: ./b\n")}}) ==
        R"--(r/c/action.yml:4:13: error: actions use each other in a circle: ./a -> ./b -> ./c -> ./b [action-cycle]
 4 |     - uses: ./b
   |             ^~~
)--");
  CHECK(with_steps("      - uses: ./\n", {{"action.yml", composite("    - uses: ./\n")}}) ==
        R"--(r/action.yml:4:13: error: actions use each other in a circle: ./ -> ./ [action-cycle]
 4 |     - uses: ./
   |             ^~
)--");
}

TEST_CASE("An action may be used twice side by side") {
  CHECK(with_steps("      - uses: ./a\n      - uses: ./a\n",
                   {{"a/action.yml", composite("    - {id: x, run: one, shell: bash}\n")}}) == R"--(ci.yml (push)
t "t" on x
  - Run ./a / Run one #x
  - Run ./a / Run one #action__x
)--");
}

TEST_CASE("An action sees no steps of the job, and the job none of the action's but through its outputs") {
  CHECK(with_steps(R"(
      - {id: outside, run: make}
      - {id: act, uses: ./a}
      - {if: steps.act.outputs.hit == 'true', run: "use ${{ steps.act.outputs.hit }}"}
)",
                   {{"a/action.yml", R"(
outputs: {hit: {value: "${{ steps.inside.outputs.hit }}"}}
runs:
  using: composite
  steps:
    - {id: inside, run: "see ${{ steps.outside.outputs.x }}", shell: bash}
    - {if: steps.outside.outputs.x == 'y', run: never, shell: bash}
)"}}) == R"--(ci.yml (push)
t "t" on x
  - Run make #outside
  - Run ./a / Run see  #inside
  - Run ./a / Run never if success() && (fromJSON('null').outputs.x == 'y')
  - Run use  if success() && (steps.inside.outputs.hit == 'true')
)--");
}

TEST_CASE("Inputs of an action: given, by default, absent, what it doesn't declare is only warned about") {
  CHECK(
      with_steps("      - {uses: ./a, with: {Given: mine, gievn: typo}}\n", {{"a/action.yml", R"(
inputs:
  given: {required: true}
  late: {default: "${{ github.event_name }}"}
  needed: {required: true}
  filled: {required: true, default: x}
runs:
  using: composite
  steps: [{run: "echo ${{ inputs.given }} ${{ inputs.late }} [${{ inputs.needed }}] ${{ inputs.filled }}", shell: bash}]
)"}}) ==
      R"--(r/.github/workflows/ci.yml:6:16: warning: "./a" requires the input "needed"; without it the action sees an empty text [missing-input]
 6 |       - {uses: ./a, with: {Given: mine, gievn: typo}}
   |                ^~~
r/a/action.yml:5:3: note: it is declared here
 5 |   needed: {required: true}
   |   ^~~~~~
r/.github/workflows/ci.yml:6:41: warning: "./a" declares no input "gievn", so the action never sees it [unknown-input]
 6 |       - {uses: ./a, with: {Given: mine, gievn: typo}}
   |                                         ^~~~~
r/.github/workflows/ci.yml: note: did you mean "given"?
ci.yml (push)
t "t" on x
  - Run ./a / Run echo mine push [] x
)--");
}

TEST_CASE("Actions of other kinds stay one step, and their inputs are checked all the same") {
  CHECK(
      with_steps(R"(
      - {uses: ./node, with: {x: 1, y: 2}}
      - {uses: ./docker, with: {args: a, entryPoint: b, z: c}}
      - uses: docker://alpine:3
)",
                 {{"node/action.yml", "inputs: {x: {}}\nruns: {using: node20, main: a.js, post: b.js}\n"},
                  {"docker/action.yaml", "inputs: {x: {}}\nruns: {using: docker, image: Dockerfile}\n"}}) ==
      R"--(r/.github/workflows/ci.yml:7:37: warning: "./node" declares no input "y", so the action never sees it [unknown-input]
 7 |       - {uses: ./node, with: {x: 1, y: 2}}
   |                                     ^
r/.github/workflows/ci.yml: note: did you mean "x"?
r/.github/workflows/ci.yml:8:57: warning: "./docker" declares no input "z", so the action never sees it [unknown-input]
 8 |       - {uses: ./docker, with: {args: a, entryPoint: b, z: c}}
   |                                                         ^
r/.github/workflows/ci.yml: note: did you mean "x"?
ci.yml (push)
t "t" on x
  - Run ./node
  - Run ./docker
  - Run docker://alpine:3
)--");
}

TEST_CASE("$/ means the repository of the file that says it, a path out of the repository leads nowhere") {
  const std::string secret = composite("    - {run: leak, shell: bash}\n");
  MemoryFileSystem files = repository({{".github/workflows/ci.yml",
                                        "on: push\njobs:\n  t:\n    runs-on: x\n    steps:\n"
                                        "      - uses: $/a\n      - uses: ./../outside\n      - uses: .//outside\n"},
                                       {"a/action.yml", composite("    - uses: $/b\n")},
                                       {"b/action.yml", composite("    - {run: inner, shell: bash}\n")}});
  files.write("outside/action.yml", secret);
  files.write("/outside/action.yml", secret);
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  CHECK(loaded(files, request) ==
        R"--(r/.github/workflows/ci.yml:7:15: warning: action "./../outside" is not in this repository [unknown-action]
 7 |       - uses: ./../outside
   |               ^~~~~~~~~~~~
r/.github/workflows/ci.yml:8:15: warning: action ".//outside" is not in this repository [unknown-action]
 8 |       - uses: .//outside
   |               ^~~~~~~~~~
ci.yml (push)
t "t" on x
  - Run $/a / Run $/b / Run inner
  - Run ./../outside
  - Run .//outside
)--");
}

TEST_CASE("Conditions of an action and of its steps both hold") {
  CHECK(with_steps(R"(
      - {if: always(), uses: ./a}
      - {if: github.ref == 'x', uses: ./a}
)",
                   {{"a/action.yml", composite("    - {run: plain, shell: bash}\n"
                                               "    - {if: failure(), run: mend, shell: bash}\n"
                                               "    - {if: runner.os == 'Linux', uses: ./b}\n")},
                    {"b/action.yml", composite("    - {if: inputs.x, run: inner, shell: bash}\n")}}) ==
        R"--(ci.yml (push)
t "t" on x
  - Run ./a / Run plain if always()
  - Run ./a / Run mend if (always()) && (failure())
  - Run ./a / Run ./b / Run inner if ((always()) && (success() && (runner.os == 'Linux'))) && (success() && (''))
  - Run ./a / Run plain if success() && (github.ref == 'x')
  - Run ./a / Run mend if (success() && (github.ref == 'x')) && (failure())
  - Run ./a / Run ./b / Run inner if ((success() && (github.ref == 'x')) && (success() && (runner.os == 'Linux'))) && (success() && (''))
)--");
}

TEST_CASE("Steps follow their leg where they read it, also within actions, and their machine") {
  Files files = {{"same/action.yml", composite("    - {name: plain, run: x, shell: bash}\n")},
                 {"own/action.yml", composite("    - {name: \"${{ matrix.n }}\", run: x, shell: bash}\n")},
                 {"given/action.yml",
                  "inputs: {n: {}}\n" + composite("    - {name: \"${{ inputs.n }}\", run: x, shell: bash}\n")}};
  files.emplace_back(".github/workflows/ci.yml", R"--(on: push
jobs:
  t:
    strategy:
      matrix: {n: [1, 2], os: [windows-latest, ubuntu-latest]}
    runs-on: ${{ matrix.os }}
    steps:
      - {run: plain, id: p}
      - {run: "leg ${{ matrix.n }} of ${{ strategy.job-total }}"}
      - {run: "on ${{ runner.os }}"}
      - uses: ./same
      - uses: ./own
      - {uses: ./given, with: {n: "${{ matrix.n }}"}}
)--");
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  CHECK(loaded(repository(files), request) == R"--(ci.yml (push)
t[n=1,os=windows-latest] "t (1, windows-latest)" on windows-latest
  n = 1
  os = windows-latest
  - Run plain #p
  - Run leg 1 of 4
  - Run on Windows
  - Run ./same / plain
  - Run ./own / 1
  - Run ./given / 1
t[n=1,os=ubuntu-latest] "t (1, ubuntu-latest)" on ubuntu-latest
  n = 1
  os = ubuntu-latest
  - Run plain #p
  - Run leg 1 of 4
  - Run on Linux
  - Run ./same / plain
  - Run ./own / 1
  - Run ./given / 1
t[n=2,os=windows-latest] "t (2, windows-latest)" on windows-latest
  n = 2
  os = windows-latest
  - Run plain #p
  - Run leg 2 of 4
  - Run on Windows
  - Run ./same / plain
  - Run ./own / 2
  - Run ./given / 2
t[n=2,os=ubuntu-latest] "t (2, ubuntu-latest)" on ubuntu-latest
  n = 2
  os = ubuntu-latest
  - Run plain #p
  - Run leg 2 of 4
  - Run on Linux
  - Run ./same / plain
  - Run ./own / 2
  - Run ./given / 2
)--");
}

}  // namespace
}  // namespace dagsim::workflow
