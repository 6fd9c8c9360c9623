// References to other repositories: resolved from a vendor folder, or opaque with a word about it.
#include "base/text.h"
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"
#include "workflow/remote.h"

namespace dagsim::workflow {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

std::string parsed(std::string_view uses) {
  const std::optional<RemoteReference> found = parse_remote(uses);
  return found ? found->owner + "|" + found->repository + "|" + found->path + "|" + found->ref : "none";
}

TEST_CASE("A reference has owner, repository, path and ref, none of which may lead out of a folder") {
  CHECK(parsed("o/r@v1") == "o|r||v1");
  CHECK(parsed("o/r/a/b@releases/v1") == "o|r|a/b|releases/v1");
  for (const char* bad :
       {"o/r", "o@v1", "@v1", "o/r@", "o//r@v1", "o/r/@v1", "../r@v1", "o/..@v1", "o/r/../../x@v1", "o/r@../../etc",
        "o/r@v1/", "/o/r@v1", "./a@v1", "$/a@v1", "docker://alpine@sha256:1", "o/r@a\\b", "C:/r@v1", "o/r@a\nb", ""}) {
    INFO(bad);
    CHECK(parsed(bad) == "none");
  }
  CHECK(vendored_path("o/r/a@v1") == "o/r/v1/a");
  CHECK(vendored_path("./a").empty());
}

std::string push(const Files& files, std::vector<std::string> vendor = {}) {
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  request.vendor = std::move(vendor);
  return loaded(repository(files), request);
}

std::string steps(const std::string& list) {
  return "on: push\njobs:\n  t: {runs-on: x, steps: [" + list + "]}\n";
}

const std::string kAction =
    "inputs: {x: {default: d}}\nruns:\n  using: composite\n  steps: [{run: \"own ${{ inputs.x }}\", shell: bash}]\n";

TEST_CASE("An action of another repository is taken from .dagsim/vendor of the repository") {
  CHECK(push({{".github/workflows/ci.yml", steps("{uses: Own/Repo@v1}, {uses: own/repo/sub@main, with: {x: y}}")},
              {".dagsim/vendor/own/repo/v1/action.yml", kAction},
              {".dagsim/vendor/own/repo/main/sub/action.yaml", kAction}}) == R"--(ci.yml (push)
t "t" on x
  - Run Own/Repo@v1 / Run own d
  - Run own/repo/sub@main / Run own y
)--");
}

TEST_CASE("The first vendor folder that has a version answers, those of the request before the repository's own") {
  CHECK(push({{".github/workflows/ci.yml", steps("{uses: o/a@v1}, {uses: o/b@v1}")},
              {"third/o/a/v1/action.yml", "runs: {using: composite, steps: [{run: third, shell: bash}]}\n"},
              {".dagsim/vendor/o/a/v1/action.yml", kAction},
              {".dagsim/vendor/o/b/v1/action.yml", kAction}},
             {"r/none", "r/third"}) == R"--(ci.yml (push)
t "t" on x
  - Run o/a@v1 / Run third
  - Run o/b@v1 / Run own d
)--");
}

TEST_CASE("A workflow of another repository is taken from there, with all that it calls in its own repository") {
  CHECK(push({{".github/workflows/ci.yml", "on: push\njobs:\n  t: {uses: o/r/.github/workflows/a.yml@v2}\n"},
              {"check/action.yml", "runs: {using: composite, steps: [{run: ours, shell: bash}]}\n"},
              {".dagsim/vendor/o/r/v2/.github/workflows/a.yml",
               "on: workflow_call\njobs:\n  a: {uses: ./.github/workflows/b.yml}\n"},
              {".dagsim/vendor/o/r/v2/.github/workflows/b.yml",
               "on: workflow_call\njobs:\n  b: {runs-on: x, steps: [{uses: ./check}, {uses: $/check}]}\n"},
              {".dagsim/vendor/o/r/v2/check/action.yml",
               "runs: {using: composite, steps: [{run: theirs, shell: bash}, {uses: $/more}]}\n"},
              {".dagsim/vendor/o/r/v2/more/action.yml",
               "runs: {using: composite, steps: [{run: more, shell: bash}]}\n"}}) == R"--(ci.yml (push)
call t
call t/a
t/a/b "t / a / b" on x
  - Run ./check / Run ours
  - Run $/check / Run theirs
  - Run $/check / Run $/more / Run more
)--");
}

TEST_CASE("What no vendor folder has stays opaque, with one note for each action and a warning for each call") {
  CHECK(
      push({{".github/workflows/ci.yml",
             "on: push\njobs:\n  t: {runs-on: x, steps: [{uses: o/a@v1}, {uses: o/a@v1}, {uses: o/a@v2}]}\n"
             "  u: {uses: o/r/.github/workflows/x.yml@v1}\n"},
            {".dagsim/vendor/o/other/v1/action.yml", kAction}}) ==
      R"--(r/.github/workflows/ci.yml:3:34: note: action "o/a@v1" is in no vendor folder, so it stays one step, whatever it uses [remote-action]
 3 |   t: {runs-on: x, steps: [{uses: o/a@v1}, {uses: o/a@v1}, {uses: o/a@v2}]}
   |                                  ^~~~~~
r/.github/workflows/ci.yml:3:66: note: action "o/a@v2" is in no vendor folder, so it stays one step, whatever it uses [remote-action]
 3 |   t: {runs-on: x, steps: [{uses: o/a@v1}, {uses: o/a@v1}, {uses: o/a@v2}]}
   |                                                                  ^~~~~~
r/.github/workflows/ci.yml:4:13: warning: job "u" calls "o/r/.github/workflows/x.yml@v1", whose jobs are not known; it counts as one job [remote-workflow]
 4 |   u: {uses: o/r/.github/workflows/x.yml@v1}
   |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml: note: no vendor folder has it; expected "r/.dagsim/vendor/o/r/v1/.github/workflows/x.yml"
ci.yml (push)
t "t" on x
  - Run o/a@v1
  - Run o/a@v1
  - Run o/a@v2
u "u" on 
)--");
}

TEST_CASE("Without a vendor folder actions are one step each, as in the log, and nothing is said") {
  CHECK(push({{".github/workflows/ci.yml", steps("{uses: o/a@v1}")}}) ==
        "ci.yml (push)\nt \"t\" on x\n  - Run o/a@v1\n");
}

TEST_CASE("A version that is there but lacks what is used is reported") {
  CHECK(
      push({{".github/workflows/ci.yml", steps("{uses: o/a/sub@v1}")}, {".dagsim/vendor/o/a/v1/README", "x"}}) ==
      R"--(r/.github/workflows/ci.yml:3:34: warning: action "o/a/sub@v1" is not in "r/.dagsim/vendor/o/a/v1" [unknown-action]
 3 |   t: {runs-on: x, steps: [{uses: o/a/sub@v1}]}
   |                                  ^~~~~~~~~~
ci.yml (push)
t "t" on x
  - Run o/a/sub@v1
)--");
  CHECK(
      push({{".github/workflows/ci.yml", "on: push\njobs:\n  t: {uses: o/a/.github/workflows/x.yml@v1}\n"},
            {".dagsim/vendor/o/a/v1/README", "x"}}) ==
      R"--(r/.github/workflows/ci.yml:3:13: error: job "t" calls "o/a/.github/workflows/x.yml@v1", which does not exist [unknown-workflow]
 3 |   t: {uses: o/a/.github/workflows/x.yml@v1}
   |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
)--");
}

TEST_CASE("What is wrong in a vendored file is reported there") {
  CHECK(
      push({{".github/workflows/ci.yml", steps("{uses: o/a@v1}")},
            {".dagsim/vendor/o/a/v1/action.yml", "runs:\n  using: composite\n  steps: [{name: x}]\n"}}) ==
      R"--(r/.dagsim/vendor/o/a/v1/action.yml:3:11: error: a step of "runs" has no "run", "shell" or "uses" [missing-key]
 3 |   steps: [{name: x}]
   |           ^~~~~~~~~
)--");
}

}  // namespace
}  // namespace dagsim::workflow
