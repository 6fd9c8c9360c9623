#include "base/text.h"
#include "tests/catch.h"
#include "tests/workflow/mutation_testing.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

std::string workflow(const std::string& on) {
  return "on: " + on + "\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n";
}

std::string chosen(const MemoryFileSystem& files, const std::string& event, const std::string& file = "") {
  Request request;
  request.path = "r";
  request.event = event;
  request.workflow_file = file;
  const std::string text = loaded(files, request);
  return text.substr(0, text.find('\n') + 1);
}

TEST_CASE("The workflow of a folder is the named one, the only one for the event, or ci.yml") {
  const auto files = repository({{".github/workflows/ci.yml", workflow("[push, pull_request]")},
                                 {".github/workflows/docs.yml", workflow("[push, pull_request]")},
                                 {".github/workflows/nightly.yaml", workflow("schedule")},
                                 {".github/workflows/broken.yml", "jobs: ["}});
  CHECK(chosen(files, "pull_request") == "ci.yml (pull_request)\n");
  CHECK(chosen(files, "schedule") == "nightly.yaml (schedule)\n");
  CHECK(chosen(files, "push", "docs.yml") == "docs.yml (push)\n");
  CHECK(chosen(files, "push", "doc.yml") == "error: \"r\" has no workflow \"doc.yml\" [unknown-workflow]\n");
  CHECK(chosen(files, "release") ==
        "error: no workflow of \"r\" runs for \"release\"; there are broken.yml, ci.yml, docs.yml, nightly.yaml "
        "[which-workflow]\n");
  const auto two =
      repository({{".github/workflows/a.yml", workflow("push")}, {".github/workflows/b.yml", workflow("push")}});
  CHECK(chosen(two, "push") ==
        "error: several workflows of \"r\" run for \"push\"; name one of a.yml, b.yml [which-workflow]\n");
  CHECK(chosen(MemoryFileSystem(), "push") == "error: \"r\" does not exist [no-workflow]\n");
}

TEST_CASE("The root of a repository is the folder above .github") {
  const auto files = repository({{".github/workflows/ci.yml", ""}, {"src/x", ""}});
  CHECK(repository_root(files, "r") == "r");
  CHECK(repository_root(files, "r/.github/workflows/ci.yml") == "r");
  CHECK(repository_root(files, "r/src/x").empty());
  CHECK(repository_root(files, "/").empty());
}

TEST_CASE("The contexts of a run follow the event and its filters") {
  const auto context = [](const std::string& on, const std::string& event, const std::string& field) {
    Request request;
    request.path = "r/.github/workflows/ci.yml";
    request.event = event;
    Diagnostics diagnostics;
    const auto pipeline = load(repository({{".github/workflows/ci.yml", workflow(on)}}), request, diagnostics);
    REQUIRE(pipeline);
    const expression::Value* value = pipeline->contexts.find("github")->object().find(field);
    return value == nullptr ? "absent" : expression::to_string(*value);
  };
  CHECK(context("push", "push", "ref") == "refs/heads/main");
  CHECK(context("{push: {branches: ['release/**']}}", "push", "ref") == "refs/heads/release/1");
  CHECK(context("{push: {tags: ['v*']}}", "push", "ref") == "refs/tags/v1.0.0");
  CHECK(context("{push: {tags: ['x[0-9]+', '!v*']}}", "push", "ref") == "refs/tags/x0");
  CHECK(context("{push: {branches: ['**', '!main']}}", "push", "ref") == "refs/heads/1");
  CHECK(context("{push: {branches-ignore: [main]}}", "push", "ref") == "refs/heads/topic");
  CHECK(context("{push: {tags-ignore: ['x*']}}", "push", "ref") == "refs/tags/v1.0.0");
  CHECK(context("pull_request", "pull_request", "base_ref") == "main");
  CHECK(context("pull_request", "pull_request", "ref") == "refs/pull/1/merge");
  CHECK(context("push", "push", "sha") == "absent");
}

TEST_CASE("Inputs of workflow_dispatch are checked and filled with defaults") {
  const std::string on =
      "{workflow_dispatch: {inputs: {lanes: {type: choice, options: [github, both]}, fast: {type: boolean, default: "
      "true}}}}";
  const auto files = repository({{".github/workflows/ci.yml", workflow(on)}});
  Request request;
  request.path = "r";
  request.event = "workflow_dispatch";
  Diagnostics diagnostics;
  const auto pipeline = load(files, request, diagnostics);
  REQUIRE(pipeline);
  const expression::Object inputs = pipeline->contexts.find("inputs")->object();
  CHECK(inputs.find("lanes")->string() == "github");
  CHECK(inputs.find("fast")->boolean());
  request.inputs = {{"lanes", "neither"}, {"fats", "true"}};
  const std::string text = loaded(files, request);
  CHECK(text.find("input \"lanes\" is \"neither\", expected github or both [wrong-input]") != std::string::npos);
  CHECK(text.find("the workflow declares no input \"fats\" [unknown-input]") != std::string::npos);
  CHECK(text.find("did you mean \"fast\"?") != std::string::npos);
}

const char* const kSample = R"--(name: CI
on: {pull_request: {branches: [main]}, workflow_dispatch: {inputs: {a: {type: boolean, default: true}}}}
jobs:
  setup:
    runs-on: ubuntu-24.04
    outputs: {lanes: "${{ steps.l.outputs.lanes }}"}
    steps: [{id: l, run: lanes}]
  test: &job
    name: Test ${{ matrix.os }}
    needs: [setup]
    if: ${{ needs.setup.outputs.lanes != '' && !cancelled() }}
    strategy:
      fail-fast: false
      matrix:
        os: [a, b, "${{ fromJSON(needs.setup.outputs.lanes) }}"]
        v: [{x: 1, y: [2]}, 3]
        include: [{os: a, z: 1}, {os: c}]
        exclude: [{v: 3, os: b}]
    runs-on: ${{ matrix.os }}
    timeout-minutes: 10
    steps:
      - uses: ./.github/actions/set
        with: {key: "${{ matrix.os }}"}
      - uses: actions/cache@v4
        with: {path: x, key: "k-${{ hashFiles('x') }}"}
  call:
    needs: test
    uses: ./.github/workflows/ci.yml
    with: {a: true}
)--";

const char* const kAction =
    "inputs: {key: {}}\nruns:\n  using: composite\n  steps: [{id: l, if: \"inputs.key != 'b'\", run: \"${{ inputs.key "
    "}}\"}]\n";

TEST_CASE("Three thousand damaged workflows give a pipeline or an error, never a crash") {
  Dice random;
  size_t good = 0;
  for (int i = 0; i < 3000; ++i) {
    const bool damage_action = random.roll(4) == 0;
    const auto files = repository(
        {{".github/workflows/ci.yml", damage_action ? std::string(kSample) : mutated(kSample, random)},
         {".github/actions/set/action.yml", damage_action ? mutated(kAction, random) : std::string(kAction)}});
    Request request;
    request.path = "r/.github/workflows/ci.yml";
    request.outputs = {{"setup", "lanes", R"(["d", "e"])"}};
    Diagnostics diagnostics;
    const auto pipeline = load(files, request, diagnostics);
    REQUIRE(pipeline.has_value() != diagnostics.has_errors());
    if (pipeline) ++good;
  }
  CHECK(good < 3000);
}

}  // namespace
}  // namespace dagsim::workflow
