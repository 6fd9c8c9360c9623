#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/checks.h"
#include "model/concurrency.h"
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

using expression::Kind;
using expression::Value;

/// JSON on one line.
std::string compact(const Value& value) {
  std::string text;
  bool quoted = false;
  for (const char c : expression::to_json(value)) {
    if (c == '"') quoted = !quoted;
    if (quoted || (c != '\n' && c != ' ')) text += c;
  }
  return text;
}

struct Loaded {
  std::optional<model::Pipeline> pipeline;
  model::Graph graph;
  Diagnostics diagnostics;
};

Loaded load_files(const std::vector<std::pair<std::string, std::string>>& files, Request request) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [name, text] : files) all.emplace_back(".github/workflows/" + name, text);
  request.path = "r/.github/workflows/ci.yml";
  Loaded result;
  result.pipeline = load(repository(all), request, result.diagnostics);
  if (!result.pipeline) return result;
  result.graph = model::Graph::build(*result.pipeline, result.diagnostics);
  model::resolve_presence(*result.pipeline, result.graph, result.diagnostics);
  return result;
}

/// `key "name" matrix` a leg; or the findings.
std::string legs(const std::string& jobs, const Request& request = {}) {
  const Loaded result = load_files({{"ci.yml", "on: pull_request\njobs:\n" + jobs}}, request);
  std::string text = render(result.diagnostics);
  if (!result.pipeline) return text;
  for (const model::Job& job : result.pipeline->jobs) {
    text += fmt::format("{} \"{}\" {}\n", job.key, job.name, compact(job.matrix_value));
  }
  return text;
}

/// `index/total at most N, fail fast, configuration` a leg; or the findings.
std::string strategies(const std::string& jobs) {
  const Loaded result = load_files({{"ci.yml", "on: pull_request\njobs:\n" + jobs}}, {});
  std::string text = render(result.diagnostics);
  if (!result.pipeline) return text;
  for (const model::Job& job : result.pipeline->jobs) {
    const model::Strategy& strategy = job.strategy;
    text +=
        fmt::format("{} {}/{} at most {}{}{}\n", job.key, strategy.job_index, strategy.job_total, strategy.max_parallel,
                    strategy.fail_fast ? ", fail fast" : "", job.configuration.empty() ? "" : ", " + job.configuration);
  }
  return text;
}

/// `key "name" <- needs conclusion: reason` a check of the green run; or the findings.
std::string checks(const std::vector<std::pair<std::string, std::string>>& files, const Request& request = {}) {
  const Loaded result = load_files(files, request);
  std::string text = render(result.diagnostics);
  if (!result.pipeline) return text;
  Diagnostics repeated;
  const auto results = model::resolve_results(*result.pipeline, result.graph, {}, repeated);
  for (const model::Check& check : model::checks(*result.pipeline, result.graph, results)) {
    text += fmt::format("{} \"{}\"{} {}{}\n", check.key, check.name,
                        check.needs.empty() ? "" : " <- " + join(check.needs, ", "), model::to_string(check.conclusion),
                        check.reason.empty() ? "" : ": " + check.reason);
  }
  return text;
}

std::string job(const std::string& id, const std::string& keys, const std::string& runs_on = "x") {
  return fmt::format("  {}:\n{}    runs-on: {}\n    steps: [{{run: make}}]\n", id, keys, runs_on);
}

const std::string kSetup =
    "  setup:\n    runs-on: x\n    outputs: {x: \"${{ steps.x.outputs.x }}\"}\n    steps: [{id: x, run: make}]\n";

std::string after_setup(const std::string& strategy) {
  return kSetup + job("t", "    needs: setup\n    strategy:\n" + strategy);
}

Request with_output(const std::string& value) {
  Request request;
  request.outputs = {{"setup", "x", value}};
  return request;
}

TEST_CASE("Edge case 12: an item of a vector that is an expression and gives an array is spliced") {
  const std::string spliced =
      "      matrix: {v: [a, \"${{ fromJSON(needs.setup.outputs.x) }}\", \"${{ 'd' }}\", [e, f]]}\n";
  CHECK(legs(after_setup(spliced), with_output(R"(["b", ["c"]])")) ==
        "setup \"setup\" null\n"
        "t[v=a] \"t (a)\" {\"v\":\"a\"}\n"
        "t[v=b] \"t (b)\" {\"v\":\"b\"}\n"
        "t[v.0=c] \"t (c)\" {\"v\":[\"c\"]}\n"
        "t[v=d] \"t (d)\" {\"v\":\"d\"}\n"
        "t[v.0=e] \"t (e, f)\" {\"v\":[\"e\",\"f\"]}\n");
}

TEST_CASE("A matrix may be one expression, and so may a strategy") {
  const std::string json = R"({"os": ["a", "b"], "include": [{"os": "b", "v": 1.5}], "exclude": [{"os": "A"}]})";
  const std::string expected =
      "setup \"setup\" null\n"
      "t \"t (b)\" {\"os\":\"b\",\"v\":1.5}\n";
  CHECK(legs(after_setup("      matrix: ${{ fromJSON(needs.setup.outputs.x) }}\n"), with_output(json)) == expected);
  CHECK(legs(kSetup + job("t", "    needs: setup\n    strategy: ${{ fromJSON(needs.setup.outputs.x) }}\n"),
             with_output("{\"matrix\": " + json + "}")) == expected);
}

TEST_CASE("Include and exclude, their items and keys may be expressions") {
  CHECK(legs(after_setup("      matrix:\n"
                         "        v: [1, 2, 3]\n"
                         "        include: ${{ fromJSON(needs.setup.outputs.x).i }}\n"
                         "        exclude: [\"${{ fromJSON(needs.setup.outputs.x).e }}\", {v: 3}]\n"),
             with_output(R"({"i": [{"v": 1, "w": true}, {"v": 9}], "e": {"v": "2"}})")) ==
        "setup \"setup\" null\n"
        "t[v=1] \"t (1)\" {\"v\":1,\"w\":true}\n"
        "t[v=9] \"t (9)\" {\"v\":9}\n");
  CHECK(legs(job("t",
                 "    strategy:\n      matrix:\n        \"${{ format('o{0}', 's') }}\": [a]\n"
                 "        ${{ insert }}: ${{ fromJSON('{\"v\":[1]}') }}\n")) ==
        "t \"t (a, 1)\" {\"os\":\"a\",\"v\":1}\n");
}

TEST_CASE("Matrix values keep their types and nesting") {
  CHECK(legs(job("t", "    strategy: {matrix: {v: [{a: [1, {b: null}], c: true, d: '1'}], w: [1.10]}}\n")) ==
        "t \"t (1, true, 1, 1.1)\" {\"v\":{\"a\":[1,{\"b\":null}],\"c\":true,\"d\":\"1\"},\"w\":1.1}\n");
}

TEST_CASE("What an expression gives instead of a matrix is reported at the expression") {
  const std::string matrix = "      matrix: ${{ fromJSON(needs.setup.outputs.x) }}\n";
  CHECK(legs(after_setup(matrix), with_output("[1]")) ==
        "r/.github/workflows/ci.yml:10:15: error: the matrix of job \"t\" must be a mapping, but its expression gives "
        "array [matrix]\n"
        " 10 |       matrix: ${{ fromJSON(needs.setup.outputs.x) }}\n"
        "    |               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
  CHECK(legs(after_setup(matrix), with_output("{}")).find("the matrix of job \"t\" must define at least one vector") !=
        std::string::npos);
  CHECK(legs(after_setup(matrix), with_output("")).find("error: ") != std::string::npos);
  CHECK(legs(kSetup + job("t", "    needs: setup\n    strategy: ${{ fromJSON(needs.setup.outputs.x) }}\n"),
             with_output(R"({"fail-fast": "no", "matrx": {}})")) ==
        "r/.github/workflows/ci.yml:9:15: error: \"fail-fast\" of job \"t\" must be true or false, but is the string "
        "'no' [strategy]\n"
        " 9 |     strategy: ${{ fromJSON(needs.setup.outputs.x) }}\n"
        "   |               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "r/.github/workflows/ci.yml:9:15: error: unexpected key \"matrx\" in \"strategy\" of job \"t\"; expected "
        "fail-fast, matrix or max-parallel [strategy]\n"
        " 9 |     strategy: ${{ fromJSON(needs.setup.outputs.x) }}\n"
        "   |               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_CASE("A key that an insert gives again, and an insert that is no mapping, are reported") {
  CHECK(legs(job(
            "t",
            "    strategy:\n      matrix:\n        v: [1]\n        ${{ insert }}: ${{ fromJSON('{\"V\":[2]}') }}\n")) ==
        "r/.github/workflows/ci.yml:7:9: error: the key \"V\" is given twice [template]\n"
        " 7 |         ${{ insert }}: ${{ fromJSON('{\"V\":[2]}') }}\n"
        "   |         ^~~~~~~~~~~~~\n");
  CHECK(legs(job("t", "    strategy:\n      matrix:\n        ${{ insert }}: ${{ fromJSON('[]') }}\n")) ==
        "r/.github/workflows/ci.yml:6:9: error: \"${{ insert }}\" must be a mapping, but its expression gives array "
        "[template]\n"
        " 6 |         ${{ insert }}: ${{ fromJSON('[]') }}\n"
        "   |         ^~~~~~~~~~~~~\n");
  CHECK(legs(job("t", "    strategy:\n      matrix:\n        \"${{ null }}\": [1]\n")) ==
        "r/.github/workflows/ci.yml:6:9: error: the key \"${{ null }}\" must give a text, but gives null [template]\n"
        " 6 |         \"${{ null }}\": [1]\n"
        "   |         ^~~~~~~~~~~~~\n");
}

TEST_CASE("The strategy of a leg: fail-fast by default, as many side by side as there are legs") {
  CHECK(strategies(job("a", "") + job("b", "    strategy: {matrix: {v: [1, 2, 3]}}\n") +
                   job("c", "    strategy: {fail-fast: false, max-parallel: 2, matrix: {v: [1, 2, 3]}}\n") +
                   job("d", "    strategy: {fail-fast: false}\n") +
                   job("e",
                       "    strategy: {fail-fast: \"${{ github.ref == 'x' }}\", max-parallel: \"${{ 1.9 }}\", "
                       "matrix: {v: [1, 2]}}\n")) ==
        "a 0/1 at most 1, fail fast\n"
        "b[v=1] 0/3 at most 3, fail fast, _1\n"
        "b[v=2] 1/3 at most 3, fail fast, _2\n"
        "b[v=3] 2/3 at most 3, fail fast, _3\n"
        "c[v=1] 0/3 at most 2, _1\n"
        "c[v=2] 1/3 at most 2, _2\n"
        "c[v=3] 2/3 at most 2, _3\n"
        "d 0/1 at most 1\n"
        "e[v=1] 0/2 at most 1, _1\n"
        "e[v=2] 1/2 at most 1, _2\n");
}

TEST_CASE("The strategy context has what the strategy says") {
  CHECK(legs(job("a",
                 "    name: ${{ strategy.job-index }}/${{ strategy.job-total }} ${{ strategy.fail-fast }} "
                 "${{ strategy.max-parallel }}\n"
                 "    strategy: {fail-fast: false, max-parallel: 1, matrix: {v: [1, 2]}}\n") +
             job("b", "    name: ${{ toJSON(strategy.job-total) }} ${{ toJSON(matrix) }}\n")) ==
        "a[v=1] \"0/2 false 1\" {\"v\":1}\n"
        "a[v=2] \"1/2 false 1\" {\"v\":2}\n"
        "b \"1 null\" null\n");
}

TEST_CASE("Edge case 14: a literal name keeps the suffix, a name with an expression replaces it") {
  const std::string matrix = "    strategy: {matrix: {v: [1]}}\n";
  CHECK(legs(job("a", "    name: Build\n" + matrix)) == "a \"Build (1)\" {\"v\":1}\n");
  CHECK(legs(job("a", "    name: Build ${{ matrix.v }}\n" + matrix)) == "a \"Build 1\" {\"v\":1}\n");
  CHECK(legs(job("a", "    name: Build ${{ github.event_name }}\n" + matrix)) ==
        "a \"Build pull_request\" {\"v\":1}\n");
  CHECK(legs(job("a", "    name: ${{ matrix.none }}\n" + matrix)) == "a \"a (1)\" {\"v\":1}\n");
  CHECK(legs(job("a", "    name: ''\n" + matrix)) == "a \"a (1)\" {\"v\":1}\n");
  CHECK(legs(job("a", "    name: ${{ 'it''s' }} text\n" + matrix)) == "a \"it's text (1)\" {\"v\":1}\n");
  CHECK(legs(job("a", "    name: \"${{ 'x' == 'y' }}\"\n" + matrix)) == "a \"false\" {\"v\":1}\n");
}

TEST_CASE("Edge case 13: a job whose condition is false is one check under its raw name, whatever its matrix") {
  CHECK(checks({{"ci.yml",
                 "on: pull_request\njobs:\n" +
                     job("a",
                         "    name: Viewer tests (shard ${{ matrix.shard }})\n    if: github.event_name == 'push'\n"
                         "    strategy: {matrix: {shard: [1, 2, 3]}}\n") +
                     job("b", "    needs: a\n    strategy: {matrix: {v: [1, 2]}}\n") +
                     job("c", "    name: C\n    if: always()\n    needs: [a, b]\n")}}) ==
        "a \"Viewer tests (shard ${{ matrix.shard }})\" skipped: its condition is false: success() && "
        "(github.event_name == 'push')\n"
        "b \"b\" <- a skipped: \"a\", which it waits for, is skipped\n"
        "c \"C\" <- a, b success\n");
}

TEST_CASE("The matrix of a skipped job is never evaluated, so what it reads need not be known") {
  const std::string dynamic = "    strategy: {matrix: {v: \"${{ fromJSON(needs.setup.outputs.x) }}\"}}\n";
  const std::string off =
      "  setup:\n    if: false\n    runs-on: x\n    outputs: {x: \"1\"}\n    steps: [{run: make}]\n";
  CHECK(
      checks({{"ci.yml", "on: pull_request\njobs:\n" + off +
                             job("t", "    needs: setup\n    name: T ${{ matrix.v }}\n" + dynamic, "${{ matrix.v }}") +
                             job("u", "    needs: t\n    if: always()\n")}}) ==
      "setup \"setup\" skipped: its condition is false: success() && (false)\n"
      "t \"T ${{ matrix.v }}\" <- setup skipped: \"setup\", which it waits for, is skipped\n"
      "u \"u\" <- t success\n");
  CHECK(checks({{"ci.yml",
                 "on: pull_request\njobs:\n" + off + job("t", "    needs: setup\n    if: always()\n" + dynamic)}})
            .find("error: ") != std::string::npos);
}

TEST_CASE("A matrix sees the results of skipped needs") {
  CHECK(legs("  off:\n    if: false\n    runs-on: x\n    steps: [{run: make}]\n" +
             job("t",
                 "    needs: off\n    if: always()\n"
                 "    strategy: {matrix: {v: [\"${{ needs.off.result }}\"]}}\n")) ==
        "off \"off\" null\n"
        "t \"t (skipped)\" {\"v\":\"skipped\"}\n");
}

TEST_CASE("A literal matrix is checked even where its job is skipped") {
  CHECK(legs(job("t", "    if: false\n    strategy: {matrix: {v: []}}\n")) ==
        "r/.github/workflows/ci.yml:5:25: error: matrix vector \"v\" of job \"t\" does not contain any values "
        "[matrix]\n"
        " 5 |     strategy: {matrix: {v: []}}\n"
        "   |                         ^\n");
}

const char* const kCalled = R"--(on: {workflow_call: {inputs: {os: {type: string}}}}
jobs:
  build: {runs-on: x, steps: [{run: make}]}
  test:
    needs: build
    name: Test on ${{ inputs.os }} (${{ matrix.v }})
    if: inputs.os != 'b'
    strategy: {matrix: {v: [1, 2]}}
    runs-on: x
    steps: [{run: make}]
)--";

TEST_CASE("Legs of a call need jobs of their own leg only, and are skipped one by one") {
  const std::string ci =
      "on: pull_request\njobs:\n  t:\n    name: T\n    strategy: {matrix: {os: [a, b]}}\n"
      "    uses: ./.github/workflows/called.yml\n    with: {os: \"${{ matrix.os }}\"}\n" +
      job("gate", "    needs: t\n    if: always()\n");
  CHECK(checks({{"ci.yml", ci}, {"called.yml", kCalled}}) ==
        "t/build[os=a] \"T (a) / build\" success\n"
        "t/test[os=a,v=1] \"T (a) / Test on a (1)\" <- t/build[os=a] success\n"
        "t/test[os=a,v=2] \"T (a) / Test on a (2)\" <- t/build[os=a] success\n"
        "t/build[os=b] \"T (b) / build\" success\n"
        "t[1]/test \"T (b) / Test on ${{ inputs.os }} (${{ matrix.v }})\" <- t/build[os=b] skipped: its condition is "
        "false: success() && ('b' != 'b')\n"
        "gate \"gate\" <- t/build[os=a], t/test[os=a,v=1], t/test[os=a,v=2], t/build[os=b], t[1]/test success\n");
}

TEST_CASE("A call whose condition is false is one check under its raw name, and its matrix is not evaluated") {
  const std::string ci = "on: pull_request\njobs:\n" + kSetup +
                         "  t:\n    name: T ${{ matrix.os }}\n    needs: setup\n    if: github.event_name == 'push'\n"
                         "    strategy: {matrix: {os: \"${{ fromJSON(needs.setup.outputs.x) }}\"}}\n"
                         "    uses: ./.github/workflows/called.yml\n    with: {os: \"${{ matrix.os }}\"}\n" +
                         job("gate", "    needs: t\n    if: always()\n");
  CHECK(checks({{"ci.yml", ci}, {"called.yml", kCalled}}) ==
        "setup \"setup\" success\n"
        "t \"T ${{ matrix.os }}\" <- setup skipped: its condition is false: success() && (github.event_name == "
        "'push')\n"
        "gate \"gate\" <- t success\n");
}

TEST_CASE("A continue-on-error that is no boolean is none, with a warning") {
  const std::string text =
      legs(job("t", "    strategy: {matrix: {v: [1]}}\n    continue-on-error: ${{ matrix.none }}\n"));
  CHECK(text ==
        "r/.github/workflows/ci.yml:5:24: warning: \"continue-on-error\" of job \"t\" must be true or false, but its "
        "expression gives null, with which the job fails [wrong-type]\n"
        " 5 |     continue-on-error: ${{ matrix.none }}\n"
        "   |                        ^~~~~~~~~~~~~~~~~~\n"
        "t \"t (1)\" {\"v\":1}\n");
}

TEST_CASE("Nested calls with matrices stay within the limits of jobs and values") {
  const std::string many = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]";
  const std::string call = "    strategy: {matrix: {v: " + many + ", w: " + many.substr(0, 30) + "]}}\n";
  const std::string ci = "on: pull_request\njobs:\n  t:\n" + call + "    uses: ./.github/workflows/b.yml\n";
  const std::string b = "on: workflow_call\njobs:\n" + job("b", call);
  CHECK(
      checks({{"ci.yml", ci}, {"b.yml", b}})
          .starts_with("r/.github/workflows/b.yml:3:3: error: the pipeline has more than 4096 jobs [too-many-jobs]\n"));
  Request request;
  request.limits.leaves = 1000;
  CHECK(
      checks({{"ci.yml", ci}, {"b.yml", b}}, request)
          .starts_with("r/.github/workflows/b.yml:3:3: error: the matrices of the pipeline's jobs hold more than 1000 "
                       "values [too-many-values]\n"));
}

/// What the groups of a workflow do to its own runs.
std::string concurrency(const std::vector<std::pair<std::string, std::string>>& files) {
  Loaded result = load_files(files, {});
  if (result.pipeline) model::report_concurrency(*result.pipeline, result.graph, result.diagnostics);
  return render(result.diagnostics);
}

TEST_CASE("Edge case 15: a constant concurrency group on a matrix cancels all legs but two") {
  const std::string matrix = "    strategy: {matrix: {v: [1, 2, 3, 4]}}\n";
  CHECK(concurrency({{"ci.yml", "on: pull_request\njobs:\n" +
                                    job("t", matrix + "    concurrency: deploy-${{ github.run_id }}\n")}}) ==
        "r/.github/workflows/ci.yml:5:18: warning: the 4 legs of job \"t\" enter concurrency group \"deploy-${{ "
        "github.run_id }}\" side by side: 1 runs, 1 waits and 2 are cancelled [concurrency]\n"
        " 5 |     concurrency: deploy-${{ github.run_id }}\n"
        "   |                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "r/.github/workflows/ci.yml: note: \"queue: max\" lets up to 100 wait\n");
  CHECK(concurrency({{"ci.yml", "on: pull_request\njobs:\n" +
                                    job("t", matrix + "    concurrency: {group: deploy, queue: max}\n")}})
            .empty());
  CHECK(concurrency({{"ci.yml", "on: pull_request\njobs:\n" +
                                    job("t", matrix + "    concurrency: \"${{ github.run_id }}-${{ matrix.v }}\"\n")}})
            .empty());
}

TEST_CASE("Edge case 15: queue: max can't go with cancel-in-progress") {
  CHECK(concurrency({{"ci.yml",
                      "on: pull_request\nconcurrency: {group: g, queue: max, cancel-in-progress: \"${{ true }}\"}\n"
                      "jobs:\n" +
                          job("t", "")}}) ==
        "r/.github/workflows/ci.yml:2:32: error: \"queue: max\" can't go with \"cancel-in-progress: true\" "
        "[concurrency]\n"
        " 2 | concurrency: {group: g, queue: max, cancel-in-progress: \"${{ true }}\"}\n"
        "   |                                ^~~\n");
}

TEST_CASE("The name of a concurrency group has 400 characters at most") {
  const std::string name(401, 'g');
  CHECK(concurrency({{"ci.yml", "on: pull_request\nconcurrency: " + name + "\njobs:\n" + job("t", "")}})
            .starts_with("r/.github/workflows/ci.yml:2:14: error: the name of a concurrency group has 401 characters, "
                         "expected at most 400 [concurrency]\n"));
}

TEST_CASE(
    "Edge case 16: github.workflow is the caller's name in a called workflow, so the usual group cancels the caller") {
  const std::string group =
      "concurrency: {group: \"${{ github.workflow }}-${{ github.ref }}\", cancel-in-progress: true}\n";
  const std::string ci =
      "name: CI\non: pull_request\n" + group + "jobs:\n  t: {uses: ./.github/workflows/called.yml}\n";
  const std::string called = "name: Called\non: workflow_call\n" + group + "jobs:\n" + job("a", "");
  CHECK(concurrency({{"ci.yml", ci}, {"called.yml", called}}) ==
        "r/.github/workflows/called.yml:3:22: warning: the workflow that job \"t\" calls enters concurrency group "
        "\"CI-refs/pull/1/merge\", which its own run holds, and cancels it [concurrency]\n"
        " 3 | concurrency: {group: \"${{ github.workflow }}-${{ github.ref }}\", cancel-in-progress: true}\n"
        "   |                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "r/.github/workflows/ci.yml:3:22: note: the run enters it here\n"
        " 3 | concurrency: {group: \"${{ github.workflow }}-${{ github.ref }}\", cancel-in-progress: true}\n"
        "   |                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_CASE("A call in the same group as the workflow that it calls loses its own") {
  const std::string ci = "on: pull_request\njobs:\n  t: {uses: ./.github/workflows/called.yml, concurrency: deploy}\n";
  const std::string called = "on: workflow_call\nconcurrency: Deploy\njobs:\n" + job("a", "");
  CHECK(concurrency({{"ci.yml", ci}, {"called.yml", called}}) ==
        "r/.github/workflows/ci.yml:3:58: warning: job \"t\" and the workflow that it calls name one concurrency "
        "group, \"Deploy\": the job's is dropped [concurrency]\n"
        " 3 |   t: {uses: ./.github/workflows/called.yml, concurrency: deploy}\n"
        "   |                                                          ^~~~~~\n"
        "r/.github/workflows/called.yml:2:14: note: the called workflow names it here\n"
        " 2 | concurrency: Deploy\n"
        "   |              ^~~~~~\n");
}

}  // namespace
}  // namespace dagsim::workflow
