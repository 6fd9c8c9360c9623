// Artifacts: which names steps upload and download, and what can't work. Each test names one rule.
#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

/// Findings, then the dump, of a workflow with these jobs.
std::string run(const std::string& jobs, const std::string& event = "pull_request") {
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = event;
  return loaded(repository({{".github/workflows/ci.yml", "on: " + event + "\njobs:\n" + jobs}}), request);
}

/// The findings alone.
std::string findings(const std::string& jobs, const std::string& event = "pull_request") {
  const std::string text = run(jobs, event);
  const std::string head = "ci.yml (" + event + ")\n";
  return text.substr(0, text.starts_with(head) ? 0 : text.find("\n" + head) + 1);
}

TEST_CASE(
    "Uploads are named \"artifact\" unless they say otherwise, downloads take all; both follow name, pattern and "
    "merge") {
  CHECK(run(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {path: x}}
      - {uses: actions/upload-artifact@v4, with: {path: x, name: "bin-${{ github.sha }}"}}
      - {uses: actions/upload-artifact@v7, with: {path: out/app.zip, archive: false}}
      - {uses: actions/upload-pages-artifact@v3, with: {path: x}}
      - {uses: actions/upload-artifact/merge@v4, with: {pattern: "bin-*"}}
  b:
    needs: a
    runs-on: x
    steps:
      - uses: actions/download-artifact@v4
      - {uses: actions/download-artifact@v4, with: {name: artifact}}
      - {uses: actions/download-artifact@v4, with: {pattern: "{bin,merged}-*", merge-multiple: true}}
      - {uses: actions/download-artifact@v5, with: {artifact-ids: "${{ needs.a.outputs.id }}"}}
      - uses: actions/deploy-pages@v4
)") == R"--(ci.yml (pull_request)
a "a" on x
  - Run actions/upload-artifact@v4 up:artifact
  - Run actions/upload-artifact@v4 up:bin-${{ github.sha }}
  - Run actions/upload-artifact@v7 up:app.zip
  - Run actions/upload-pages-artifact@v3 up:github-pages
  - Run actions/upload-artifact/merge@v4 up:merged-artifacts down:bin-*
b "b" on x needs a
  reads a.id
  - Run actions/download-artifact@v4 down:*
  - Run actions/download-artifact@v4 down:artifact
  - Run actions/download-artifact@v4 down:{bin,merged}-*
  - Run actions/download-artifact@v5
  - Run actions/deploy-pages@v4 down:github-pages
)--");
}

TEST_CASE("A download from another run or repository takes nothing of this run, without a token it does") {
  CHECK(run(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: bin, path: x}}
  b:
    needs: a
    runs-on: x
    steps:
      - {uses: actions/download-artifact@v4, with: {name: bin, run-id: 1, github-token: "${{ github.token }}"}}
      - {uses: actions/download-artifact@v4, with: {name: bin, repository: o/r, github-token: "${{ github.token }}"}}
      - {uses: actions/download-artifact@v4, with: {name: bin, run-id: "${{ github.run_id }}", github-token: "${{ github.token }}"}}
      - {uses: actions/download-artifact@v4, with: {name: bin, run-id: 1}}
)") == R"--(ci.yml (pull_request)
a "a" on x
  - Run actions/upload-artifact@v4 up:bin
b "b" on x needs a
  - Run actions/download-artifact@v4
  - Run actions/download-artifact@v4
  - Run actions/download-artifact@v4 down:bin
  - Run actions/download-artifact@v4 down:bin
)--");
}

TEST_CASE("Names are put together per leg") {
  CHECK(run(R"(
  a:
    strategy: {matrix: {t: [x86, arm]}}
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: "bin-${{ matrix.t }}-${{ steps.v.outputs.v }}", path: x}}
  b:
    needs: a
    strategy: {matrix: {t: [x86, arm]}}
    runs-on: x
    steps:
      - {uses: actions/download-artifact@v4, with: {name: "bin-${{ matrix.t }}-1"}}
)") == R"--(ci.yml (pull_request)
a[t=x86] "a (x86)" on x
  t = x86
  - Run actions/upload-artifact@v4 up:bin-x86-${{ steps.v.outputs.v }}
a[t=arm] "a (arm)" on x
  t = arm
  - Run actions/upload-artifact@v4 up:bin-arm-${{ steps.v.outputs.v }}
b[t=x86] "b (x86)" on x needs a
  t = x86
  - Run actions/download-artifact@v4 down:bin-x86-1
b[t=arm] "b (arm)" on x needs a
  t = arm
  - Run actions/download-artifact@v4 down:bin-arm-1
)--");
}

TEST_CASE("A name is taken for the whole run: a second upload fails unless it overwrites") {
  CHECK(
      findings(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: log, path: x}}
      - {uses: actions/upload-artifact@v4, with: {name: log, path: y, overwrite: true}}
      - {uses: actions/upload-artifact@v3, with: {name: log, path: y}}
      - {uses: actions/upload-artifact@v4, with: {name: Log, path: y}}
  b:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: log, path: x}}
)") ==
      R"--(r/.github/workflows/ci.yml:14:57: warning: artifact "log" is uploaded by "a" and again by "b"; the later one fails, since a name is taken for the whole run [duplicate-artifact]
 14 |       - {uses: actions/upload-artifact@v4, with: {name: log, path: x}}
    |                                                         ^~~
r/.github/workflows/ci.yml:7:57: note: the other upload is here
 7 |       - {uses: actions/upload-artifact@v4, with: {name: log, path: x}}
   |                                                         ^~~
)--");
}

TEST_CASE("Legs that upload under one name clash") {
  CHECK(
      findings(R"(
  a:
    strategy: {matrix: {t: [x86, arm, riscv]}}
    if: github.event.pull_request.draft == false && vars.X
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: log, path: x}}
)") ==
      R"--(r/.github/workflows/ci.yml:9:57: warning: artifact "log" is uploaded by "a (x86)" and again by "a (arm)"; the later one fails, since a name is taken for the whole run [duplicate-artifact]
 9 |       - {uses: actions/upload-artifact@v4, with: {name: log, path: x}}
   |                                                         ^~~
)--");
}

TEST_CASE("Uploads under one name that may exclude each other are left alone") {
  CHECK(findings(R"(
  a:
    strategy: {matrix: {t: [x86, arm]}}
    runs-on: x
    steps:
      - {if: matrix.t == 'x86', uses: actions/upload-artifact@v4, with: {name: log, path: x}}
      - {if: failure(), uses: actions/upload-artifact@v4, with: {name: log, path: x}}
      - {if: steps.a.outcome == 'success', uses: actions/upload-artifact@v4, with: {name: log, path: x}}
  b:
    if: vars.KIND == 'fast'
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: report, path: x}}
  c:
    if: vars.KIND != 'fast'
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: report, path: x}}
)")
            .empty());
}

TEST_CASE("A download that nothing uploads is reported, with the name that was meant") {
  CHECK(
      findings(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: binaries, path: x}}
  b:
    needs: a
    runs-on: x
    steps:
      - {uses: actions/download-artifact@v4, with: {name: binarys}}
      - {uses: actions/download-artifact@v4, with: {pattern: "wheel-*"}}
      - {uses: actions/download-artifact@v4, with: {name: "bin${{ steps.x.outputs.y }}"}}
)") ==
      R"--(r/.github/workflows/ci.yml:12:59: warning: job "b" downloads artifact "binarys", which no step of this run uploads [unknown-artifact]
 12 |       - {uses: actions/download-artifact@v4, with: {name: binarys}}
    |                                                           ^~~~~~~
r/.github/workflows/ci.yml: note: did you mean "binaries"?
r/.github/workflows/ci.yml:13:62: warning: job "b" downloads artifact "wheel-*", which no step of this run uploads [unknown-artifact]
 13 |       - {uses: actions/download-artifact@v4, with: {pattern: "wheel-*"}}
    |                                                              ^~~~~~~~~
)--");
  CHECK(
      findings("  a: {runs-on: x, steps: [{uses: actions/download-artifact@v4}]}\n") ==
      R"--(r/.github/workflows/ci.yml:3:34: warning: job "a" downloads all artifacts, but no step of this run uploads any [unknown-artifact]
 3 |   a: {runs-on: x, steps: [{uses: actions/download-artifact@v4}]}
   |                                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
)--");
}

TEST_CASE("Where jobs are hidden, or a caller may have uploaded, an absent artifact is no finding") {
  const std::string download = "  b: {runs-on: x, steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]}\n";
  CHECK(findings("  a: {uses: o/r/.github/workflows/w.yml@v1}\n" + download).find("artifact]") == std::string::npos);
  CHECK(findings(download, "workflow_call").empty());
  CHECK(findings(download, "push") != "");
}

TEST_CASE("A download that does not wait for the upload is a race") {
  CHECK(
      findings(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: bin, path: x}}
  b:
    runs-on: x
    steps:
      - {uses: actions/download-artifact@v4, with: {name: bin}}
      - uses: actions/download-artifact@v4
)") ==
      R"--(r/.github/workflows/ci.yml:11:59: warning: job "b" downloads artifact "bin", but does not wait for job "a", which uploads it [artifact-race]
 11 |       - {uses: actions/download-artifact@v4, with: {name: bin}}
    |                                                           ^~~
r/.github/workflows/ci.yml:7:57: note: it is uploaded here
 7 |       - {uses: actions/upload-artifact@v4, with: {name: bin, path: x}}
   |                                                         ^~~
r/.github/workflows/ci.yml:12:15: warning: job "b" downloads all artifacts, but does not wait for job "a", which uploads one [artifact-race]
 12 |       - uses: actions/download-artifact@v4
    |               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml:7:57: note: one is uploaded here
 7 |       - {uses: actions/upload-artifact@v4, with: {name: bin, path: x}}
   |                                                         ^~~
)--");
}

TEST_CASE("An upload that comes later than the download is no source for it") {
  CHECK(
      findings(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/download-artifact@v4, with: {name: own}}
      - {uses: actions/download-artifact@v4, with: {name: later}}
      - {uses: actions/upload-artifact@v4, with: {name: own, path: x}}
  b:
    needs: a
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: later, path: x}}
      - {uses: actions/download-artifact@v4, with: {name: later}}
      - {uses: actions/download-artifact@v4, with: {name: own}}
)") ==
      R"--(r/.github/workflows/ci.yml:7:59: warning: job "a" downloads artifact "own", but only a later step uploads it [artifact-race]
 7 |       - {uses: actions/download-artifact@v4, with: {name: own}}
   |                                                           ^~~
r/.github/workflows/ci.yml:9:57: note: it is uploaded here
 9 |       - {uses: actions/upload-artifact@v4, with: {name: own, path: x}}
   |                                                         ^~~
r/.github/workflows/ci.yml:8:59: warning: job "a" downloads artifact "later", but job "b", which uploads it, runs afterwards [artifact-race]
 8 |       - {uses: actions/download-artifact@v4, with: {name: later}}
   |                                                           ^~~~~
r/.github/workflows/ci.yml:14:57: note: it is uploaded here
 14 |       - {uses: actions/upload-artifact@v4, with: {name: later, path: x}}
    |                                                         ^~~~~
)--");
}

TEST_CASE("A pattern that takes from a job which isn't waited for is a race for that part") {
  CHECK(
      findings(R"(
  linux:
    runs-on: x
    steps: [{uses: actions/upload-artifact@v4, with: {name: wheel-linux, path: x}}]
  macos:
    runs-on: x
    steps: [{uses: actions/upload-artifact@v4, with: {name: wheel-macos, path: x}}]
  publish:
    needs: linux
    runs-on: x
    steps: [{uses: actions/download-artifact@v4, with: {pattern: wheel-*}}]
  after:
    needs: publish
    runs-on: x
    steps: [{uses: actions/upload-artifact@v4, with: {name: wheel-all, path: x}}]
)") ==
      R"--(r/.github/workflows/ci.yml:13:66: warning: job "publish" downloads artifact "wheel-*", but does not wait for job "macos", which uploads one [artifact-race]
 13 |     steps: [{uses: actions/download-artifact@v4, with: {pattern: wheel-*}}]
    |                                                                  ^~~~~~~
r/.github/workflows/ci.yml:9:61: note: one is uploaded here
 9 |     steps: [{uses: actions/upload-artifact@v4, with: {name: wheel-macos, path: x}}]
   |                                                             ^~~~~~~~~~~
)--");
}

TEST_CASE("Artifacts pass between called workflows of one run, in the order of the calls") {
  const std::string ci =
      "on: push\njobs:\n  build: {uses: ./.github/workflows/b.yml}\n  ship:\n    needs: build\n    runs-on: x\n"
      "    steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]\n"
      "  early: {runs-on: x, steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]}\n";
  const std::string called =
      "on: workflow_call\njobs:\n  b: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {name: bin, path: "
      "x}}]}\n";
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  CHECK(
      loaded(repository({{".github/workflows/ci.yml", ci}, {".github/workflows/b.yml", called}}), request) ==
      R"--(r/.github/workflows/ci.yml:8:81: warning: job "early" downloads artifact "bin", but does not wait for job "build/b", which uploads it [artifact-race]
 8 |   early: {runs-on: x, steps: [{uses: actions/download-artifact@v4, with: {name: bin}}]}
   |                                                                                 ^~~
r/.github/workflows/b.yml:3:75: note: it is uploaded here
 3 |   b: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {name: bin, path: x}}]}
   |                                                                           ^~~
ci.yml (push)
call build
build/b "build / b" on x
  - Run actions/upload-artifact@v4 up:bin
ship "ship" on x needs build
  - Run actions/download-artifact@v4 down:bin
early "early" on x
  - Run actions/download-artifact@v4 down:bin
)--");
}

TEST_CASE("A job uploads at most 500 artifacts, which are kept for 1 to 90 days") {
  std::string steps;
  for (int i = 0; i <= 500; ++i) {
    steps += "      - {uses: actions/upload-artifact@v4, with: {path: x, name: a" + std::to_string(i) + "}}\n";
  }
  CHECK(findings("  a:\n    runs-on: x\n    steps:\n" + steps) ==
        R"--(r/.github/workflows/ci.yml:506:66: warning: job "a" uploads more than 500 artifacts [too-many-artifacts]
 506 |       - {uses: actions/upload-artifact@v4, with: {path: x, name: a500}}
     |                                                                  ^~~~
)--");
  CHECK(
      findings(R"(
  a:
    runs-on: x
    steps:
      - {uses: actions/upload-artifact@v4, with: {name: a, path: x, retention-days: 90}}
      - {uses: actions/upload-artifact@v4, with: {name: b, path: x, retention-days: 0}}
      - {uses: actions/upload-artifact@v4, with: {name: c, path: x, retention-days: "${{ vars.DAYS }}"}}
      - {uses: actions/upload-artifact@v4, with: {name: d, path: x, retention-days: 120}}
      - {uses: actions/upload-artifact@v4, with: {name: e, path: x, retention-days: soon}}
)") ==
      R"--(r/.github/workflows/ci.yml:10:85: warning: "retention-days" is "120", expected whole days from 1 to 90, which private repositories may raise [retention]
 10 |       - {uses: actions/upload-artifact@v4, with: {name: d, path: x, retention-days: 120}}
    |                                                                                     ^~~
r/.github/workflows/ci.yml:11:85: warning: "retention-days" is "soon", expected whole days from 1 to 90, which private repositories may raise [retention]
 11 |       - {uses: actions/upload-artifact@v4, with: {name: e, path: x, retention-days: soon}}
    |                                                                                     ^~~~
)--");
}

}  // namespace
}  // namespace dagsim::workflow
