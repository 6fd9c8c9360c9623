// What a caller hands to a called workflow, held against what that declares; bounds on calls; outputs of calls.
#include "base/text.h"
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

const std::string kJob = "jobs:\n  b: {runs-on: x, steps: [{run: make}]}\n";

/// The findings of a run of ci.yml on push, and its dump when there are no errors.
std::string result(const Files& files, std::vector<model::Pipeline::Output> outputs = {}) {
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  request.outputs = std::move(outputs);
  return loaded(repository(files), request);
}

/// A caller with these keys beside `uses`, and a called workflow with this `workflow_call`.
std::string call(const std::string& keys, const std::string& declared, const std::string& more = kJob) {
  return result({{".github/workflows/ci.yml", "on: push\njobs:\n  t:\n    uses: ./.github/workflows/b.yml\n" + keys},
                 {".github/workflows/b.yml", "on:\n  workflow_call:\n" + declared + more}});
}

TEST_CASE("A text input takes any scalar, a number and a boolean only their like") {
  const std::string declared =
      "    inputs:\n      s: {type: string}\n      n: {type: number}\n      b: {type: boolean}\n";
  CHECK(call("    with: {s: 1, n: 0x10, b: true}\n", declared).find("error") == std::string::npos);
  CHECK(call("    with: {s: true, n: \"${{ 1 }}\", b: \"${{ 1 == 1 }}\"}\n", declared).find("error") ==
        std::string::npos);
  CHECK(call("    with:\n      s: \"${{ fromJSON('[1]') }}\"\n      n: \"12\"\n      b: 'true'\n", declared) ==
        R"--(r/.github/workflows/ci.yml:6:10: error: input "s" is the array "Array", expected a string [wrong-input]
 6 |       s: "${{ fromJSON('[1]') }}"
   |          ^~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml:7:10: error: input "n" is the string "12", expected a number [wrong-input]
 7 |       n: "12"
   |          ^~~~
r/.github/workflows/ci.yml:8:10: error: input "b" is the string "true", expected a boolean [wrong-input]
 8 |       b: 'true'
   |          ^~~~~~
)--");
  CHECK(call("    with:\n      b: ${{ 'true' }}\n", declared) ==
        R"--(r/.github/workflows/ci.yml:6:10: error: input "b" is the string "true", expected a boolean [wrong-input]
 6 |       b: ${{ 'true' }}
   |          ^~~~~~~~~~~~~
)--");
  CHECK(call("    with: {n: \"${{ 'twelve' }}\", b: yes}\n", declared) ==
        R"--(r/.github/workflows/ci.yml:5:15: error: input "n" is the string "twelve", expected a number [wrong-input]
 5 |     with: {n: "${{ 'twelve' }}", b: yes}
   |               ^~~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml:5:37: error: input "b" is the string "yes", expected a boolean [wrong-input]
 5 |     with: {n: "${{ 'twelve' }}", b: yes}
   |                                     ^~~
)--");
}

TEST_CASE("What only a run knows passes for any type and stays unknown, what the event lacks is null, so empty") {
  CHECK(call("    with: {n: \"${{ github.run_number }}\", b: \"${{ github.event.forced }}\"}\n",
             "    inputs: {n: {type: number}, b: {type: boolean}}\n",
             "jobs:\n  b: {if: inputs.b, runs-on: x, steps: [{run: \"make ${{ inputs.n }}\"}]}\n") == R"--(ci.yml (push)
call t
t/b "t / b" on x
  if success() && (inputs.b)
  - Run make 
)--");
  CHECK(call("    with: {n: \"${{ inputs.n }}\", b: \"${{ inputs.b }}\"}\n",
             "    inputs: {n: {type: number}, b: {type: boolean}}\n",
             "jobs:\n  b: {if: inputs.b, runs-on: x, steps: [{run: \"make ${{ inputs.n }}\"}]}\n") == R"--(ci.yml (push)
call t
t/b "t / b" on x
  if success() && (false)
  - Run make 0
)--");
}

TEST_CASE("Inputs that nobody passes are false, 0, an empty text, or their default, required ones are an error") {
  const std::string job =
      "jobs:\n  b: {runs-on: x, steps: [{run: \"${{ inputs.s }}|${{ inputs.n }}|${{ inputs.b }}|${{ inputs.d }}\"}]}\n";
  const std::string declared =
      "    inputs:\n      s: {type: string}\n      n: {type: number}\n      b: {type: boolean}\n"
      "      d: {type: string, default: \"of ${{ github.event_name }}\"}\n";
  CHECK(call("", declared, job) == R"--(ci.yml (push)
call t
t/b "t / b" on x
  - Run |0|false|of push
)--");
  CHECK(call("", "    inputs: {s: {type: string, required: true, default: x}}\n") ==
        R"--(r/.github/workflows/ci.yml:4:11: error: job "t" does not pass the required input "s" [missing-input]
 4 |     uses: ./.github/workflows/b.yml
   |           ^~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/b.yml:3:14: note: it is declared here
 3 |     inputs: {s: {type: string, required: true, default: x}}
   |              ^
)--");
}

TEST_CASE("Secrets are declared, required, passed by name, or all at once") {
  const std::string declared = "    secrets:\n      TOKEN: {required: true}\n      other:\n";
  CHECK(call("", declared) ==
        R"--(r/.github/workflows/ci.yml:4:11: error: job "t" does not pass the required secret "TOKEN" [missing-secret]
 4 |     uses: ./.github/workflows/b.yml
   |           ^~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/b.yml:4:7: note: it is declared here
 4 |       TOKEN: {required: true}
   |       ^~~~~
)--");
  CHECK(
      call("    secrets: {token: \"${{ secrets.T }}\", OTHR: x}\n", declared) ==
      R"--(r/.github/workflows/ci.yml:5:42: error: "./.github/workflows/b.yml" declares no secret "OTHR" [unknown-secret]
 5 |     secrets: {token: "${{ secrets.T }}", OTHR: x}
   |                                          ^~~~
)--");
  CHECK(call("    secrets: inherit\n", declared).find("error") == std::string::npos);
  CHECK(
      call("    secrets: inherited\n", declared) ==
      R"--(r/.github/workflows/ci.yml:5:14: error: "secrets" of job "t" must be "inherit" or a mapping, but is the string 'inherited' [wrong-type]
 5 |     secrets: inherited
   |              ^~~~~~~~~
)--");
}

TEST_CASE("Secrets reach one level only: what is called from there needs them again") {
  const std::string declared = "on: {workflow_call: {secrets: {TOKEN: {required: true}}}}\n";
  CHECK(result({{".github/workflows/ci.yml",
                 "on: push\njobs:\n  t: {uses: ./.github/workflows/b.yml, secrets: inherit}\n"},
                {".github/workflows/b.yml", declared + "jobs:\n  c: {uses: ./.github/workflows/c.yml}\n"},
                {".github/workflows/c.yml", declared + kJob}}) ==
        R"--(r/.github/workflows/b.yml:3:13: error: job "c" does not pass the required secret "TOKEN" [missing-secret]
 3 |   c: {uses: ./.github/workflows/c.yml}
   |             ^~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/c.yml:1:32: note: it is declared here
 1 | on: {workflow_call: {secrets: {TOKEN: {required: true}}}}
   |                                ^~~~~
)--");
}

TEST_CASE("A called workflow's permissions can only shrink") {
  const auto asks = [](const std::string& caller, const std::string& workflow, const std::string& job) {
    const std::string text =
        call(caller.empty() ? "" : "    permissions: " + caller + "\n", "    inputs: {}\n",
             (workflow.empty() ? "" : "permissions: " + workflow + "\n") +
                 "jobs:\n  b: {runs-on: x, steps: [{run: a}]" + (job.empty() ? "" : ", permissions: " + job) + "}\n");
    const size_t begin = text.find("error: ");
    return begin == std::string::npos ? "fine" : text.substr(begin + 7, text.find('\n') - begin - 7);
  };
  CHECK(asks("", "write-all", "write-all") == "fine");
  CHECK(asks("write-all", "{contents: write, id-token: write, models: read}", "read-all") == "fine");
  CHECK(asks("read-all", "read-all", "{contents: read}") == "fine");
  CHECK(asks("{contents: write}", "{contents: read}", "{contents: write}") == "fine");
  CHECK(asks("{contents: read}", "", "{contents: none}") == "fine");
  CHECK(asks("{}", "{}", "") == "fine");
  CHECK(
      asks("{contents: read}", "{contents: write}", "") ==
      R"--("./.github/workflows/b.yml" asks for "contents: write", but job "t" allows only "contents: read" [permissions])--");
  CHECK(
      asks("{contents: read}", "", "{contents: write, packages: read}") ==
      R"--(job "b" of "./.github/workflows/b.yml" asks for "contents: write", "packages: read", but job "t" allows only "contents: read", "packages: none" [permissions])--");
  CHECK(
      asks("read-all", "", "{id-token: write}") ==
      R"--(job "b" of "./.github/workflows/b.yml" asks for "id-token: write", but job "t" allows only "id-token: none" [permissions])--");
  CHECK(
      asks("{}", "{contents: read}", "") ==
      R"--("./.github/workflows/b.yml" asks for "contents: read", but job "t" allows only "contents: none" [permissions])--");
}

TEST_CASE("Permissions that a job doesn't say come from its workflow, and from there down the calls") {
  const std::string ci = "on: push\npermissions: {contents: read}\njobs:\n  t: {uses: ./.github/workflows/b.yml}\n";
  const std::string b = "on: workflow_call\njobs:\n  u: {uses: ./.github/workflows/c.yml}\n";
  const std::string c = "on: workflow_call\npermissions: {contents: write}\n" + kJob;
  CHECK(
      result({{".github/workflows/ci.yml", ci}, {".github/workflows/b.yml", b}, {".github/workflows/c.yml", c}}) ==
      R"--(r/.github/workflows/b.yml:3:13: error: "./.github/workflows/c.yml" asks for "contents: write", but job "u" allows only "contents: read" [permissions]
 3 |   u: {uses: ./.github/workflows/c.yml}
   |             ^~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/c.yml:2:15: note: it is asked for here
 2 | permissions: {contents: write}
   |               ^~~~~~~~~~~~~~~
r/.github/workflows/ci.yml:2:15: note: this is what is allowed
 2 | permissions: {contents: read}
   |               ^~~~~~~~~~~~~~
)--");
}

TEST_CASE("Ten levels of workflows are fine") {
  Files files;
  for (int i = 0; i < 10; ++i) {
    const std::string name = i == 0 ? "ci.yml" : "w" + std::to_string(i) + ".yml";
    const std::string job =
        i == 9 ? kJob : "jobs:\n  t: {uses: ./.github/workflows/w" + std::to_string(i + 1) + ".yml}\n";
    files.emplace_back(".github/workflows/" + name, "on: [push, workflow_call]\n" + job);
  }
  CHECK(result(files).find("\"t / t / t / t / t / t / t / t / t / b\"") != std::string::npos);
}

TEST_CASE("A run calls at most 50 different workflows") {
  const auto calls = [](int count) {
    Files files;
    std::string jobs;
    for (int i = 1; i <= count; ++i) {
      const std::string name = "w" + std::to_string(i) + ".yml";
      jobs += "  j" + std::to_string(i) + ": {uses: ./.github/workflows/" + name + "}\n";
      jobs += "  again" + std::to_string(i) + ": {uses: ./.github/workflows/" + name + "}\n";
      files.emplace_back(".github/workflows/" + name, "on: workflow_call\n" + kJob);
    }
    files.emplace_back(".github/workflows/ci.yml", "on: push\njobs:\n" + jobs);
    const std::string text = result(files);
    return text.substr(0, text.find('\n') + 1);
  };
  CHECK(calls(50) == "ci.yml (push)\n");
  CHECK(
      calls(51) ==
      R"--(r/.github/workflows/ci.yml:103:15: error: "./.github/workflows/w51.yml" is one more than the 50 workflows that a run may call [too-many-workflows]
)--");
}

TEST_CASE("A reference to a workflow is a path below .github/workflows, with a version only for other repositories") {
  const auto uses = [](const std::string& reference) {
    const std::string text =
        result({{".github/workflows/ci.yml", "on: push\njobs:\n  t: {uses: \"" + reference + "\"}\n"},
                {".github/workflows/b.yml", "on: workflow_call\n" + kJob}});
    const size_t open = text.rfind('[', text.find('\n'));
    return text.starts_with("ci.yml") ? "fine" : text.substr(open, text.find(']', open) - open + 1);
  };
  CHECK(uses("./.github/workflows/b.yml") == "fine");
  CHECK(uses("$/.github/workflows/b.yml") == "fine");
  CHECK(uses("o/r/.github/workflows/b.yml@v1") == "[remote-workflow]");
  CHECK(uses("./.github/workflows/b.yml@v1") == "[workflow-reference]");
  CHECK(uses("./workflows/b.yml") == "[workflow-reference]");
  CHECK(uses("./.github/workflows/b") == "[workflow-reference]");
  CHECK(uses("o/r/.github/workflows/b.yml") == "[workflow-reference]");
  CHECK(uses("o/../.github/workflows/b.yml@v1") == "[workflow-reference]");
  CHECK(uses("./../r/.github/workflows/b.yml") == "[unknown-workflow]");
}

TEST_CASE("Of the legs of a calling matrix the last that gives an output a value counts") {
  const std::string ci = R"(on: push
jobs:
  t:
    strategy: {matrix: {v: [a, b, ""]}}
    uses: ./.github/workflows/b.yml
    with: {v: "${{ matrix.v }}"}
  after:
    needs: t
    strategy: {matrix: {x: ["${{ needs.t.outputs.v }}"]}}
    runs-on: x
    steps: [{run: make}]
)";
  const std::string b =
      "on: {workflow_call: {inputs: {v: {type: string}}, outputs: {v: {value: \"${{ inputs.v }}\"}}}}\n" + kJob;
  const std::string text = result({{".github/workflows/ci.yml", ci}, {".github/workflows/b.yml", b}});
  CHECK(text.find("after \"after (b)\"") != std::string::npos);
}

TEST_CASE("Outputs pass up through nested calls") {
  const std::string ci = R"(on: push
jobs:
  t: {uses: ./.github/workflows/b.yml}
  after:
    needs: t
    strategy: {matrix: {x: "${{ fromJSON(needs.t.outputs.list) }}"}}
    runs-on: x
    steps: [{run: make}]
)";
  const std::string b =
      "on: {workflow_call: {outputs: {list: {value: \"${{ jobs.u.outputs.list }}\"}}}}\njobs:\n"
      "  u: {uses: ./.github/workflows/c.yml}\n";
  const std::string c =
      "on: {workflow_call: {outputs: {list: {value: \"${{ jobs.b.outputs.list }}\"}}}}\njobs:\n"
      "  b: {runs-on: x, outputs: {list: \"${{ steps.s.outputs.l }}\"}, steps: [{id: s, run: make}]}\n";
  const Files files = {
      {".github/workflows/ci.yml", ci}, {".github/workflows/b.yml", b}, {".github/workflows/c.yml", c}};
  CHECK(result(files, {{"t/u/b", "list", R"(["one", "two"])"}}) == R"--(ci.yml (push)
call t
call t/u
t/u/b "t / u / b" on x
  outputs list
  - Run make #s
after[x=one] "after (one)" on x needs t
  x = one
  reads t.list
  - Run make
after[x=two] "after (two)" on x needs t
  x = two
  reads t.list
  - Run make
)--");
}

TEST_CASE("github.workflow is the caller's name in a called workflow") {
  CHECK(result({{".github/workflows/ci.yml", "name: Outer\non: push\njobs:\n  t: {uses: ./.github/workflows/b.yml}\n"},
                {".github/workflows/b.yml",
                 "name: Inner\non: workflow_call\njobs:\n  b: {name: \"${{ github.workflow }}\", runs-on: x, steps: "
                 "[{run: make}]}\n"}}) == R"--(Outer (push)
call t
t/b "t / Outer" on x
  - Run make
)--");
}

}  // namespace
}  // namespace dagsim::workflow
