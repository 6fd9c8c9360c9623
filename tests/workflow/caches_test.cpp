// Caches whose key the user writes, and rules that hold for all caches. Each test names one rule of actions/cache or of
// GitHub's cache service.
#include "workflow/caches.h"

#include "tests/catch.h"
#include "tests/workflow/caches_testing.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

TEST_CASE("actions/cache restores its key, then its restore keys in order, and saves after a miss") {
  CHECK(cached(R"(
      - uses: actions/cache@v4
        with:
          path: |
            ~/.cargo/registry
            target
          key: cargo-${{ runner.os }}-${{ hashFiles('Cargo.lock') }}
          restore-keys: |
            cargo-${{ runner.os }}-

            cargo-
)") == R"--(restores saves cargo: cargo-${{ runner.os }}-${{ hashFiles('Cargo.lock') }}
  known cargo-Linux-${{ hashFiles('Cargo.lock') }}
  then cargo-Linux- | cargo-
  paths ~/.cargo/registry | target
)--");
}

TEST_CASE("The halves of actions/cache restore only, and save only") {
  CHECK(cached(R"(
      - {uses: actions/cache/restore@v4, with: {path: x, key: a}}
      - {uses: actions/cache/save@v4, with: {path: x, key: a, restore-keys: b}}
)") == R"--(restores a: a
  paths x
saves a: a
  paths x
)--");
}

TEST_CASE("lookup-only changes nothing of what is saved") {
  CHECK(cached("      - {uses: actions/cache@v4, with: {path: x, key: a, lookup-only: true}}\n") ==
        R"--(restores saves a: a
  paths x
)--");
}

TEST_CASE("fail-on-cache-miss is kept with the use") {
  CHECK(cached(R"(
      - {uses: actions/cache/restore@v4, with: {path: x, key: a, fail-on-cache-miss: true}}
      - {uses: actions/cache/restore@v4, with: {path: x, key: a, fail-on-cache-miss: "${{ vars.STRICT }}"}}
)") == R"--(restores a: a
  paths x
  fails on a miss
restores a: a
  paths x
)--");
}

TEST_CASE("A Windows entry is for Windows only, unless it is made for all systems") {
  CHECK(cached(R"(
      - {uses: actions/cache@v4, with: {path: x, key: a}}
      - {uses: actions/cache@v4, with: {path: x, key: a, enableCrossOsArchive: true}}
)",
               {.runner = "windows-2025"}) == R"--(restores saves a: a
  paths x
  Windows only
restores saves a: a
  paths x
)--");
}

TEST_CASE("What is known of a key is put in: matrix, runner and job, but nothing that only a run knows") {
  CHECK(cached(R"(
      - uses: actions/cache@v4
        with: {path: x, key: "t-${{ matrix.t }}-${{ github.job }}-${{ github.sha }}-${{ env.V }}-${{ steps.a.outputs.b }}"}
)",
               {.job = "    strategy: {matrix: {t: [a, b]}}\n"}) == R"--(build[t=a]
restores saves t: t-${{ matrix.t }}-${{ github.job }}-${{ github.sha }}-${{ env.V }}-${{ steps.a.outputs.b }}
  known t-a-build-${{ github.sha }}-${{ env.V }}-${{ steps.a.outputs.b }}
  paths x
build[t=b]
restores saves t: t-${{ matrix.t }}-${{ github.job }}-${{ github.sha }}-${{ env.V }}-${{ steps.a.outputs.b }}
  known t-b-build-${{ github.sha }}-${{ env.V }}-${{ steps.a.outputs.b }}
  paths x
)--");
}

TEST_CASE("The environment of workflow, job and step is put into keys, the nearest first") {
  CHECK(cached(R"(
      - {uses: actions/cache@v4, with: {path: x, key: "a-${{ env.A }}-${{ env.B }}"}}
      - {uses: actions/cache@v4, env: {B: mine}, with: {path: x, key: "b-${{ env.A }}-${{ env.B }}"}}
      - {uses: actions/cache@v4, with: {path: x, key: "c-${{ env.B }}"}}
)",
               {.env = "env: {A: 1, B: 2}\n", .job = "    env: {B: \"${{ github.job }}/2\"}\n"}) ==
        R"--(restores saves a: a-${{ env.A }}-${{ env.B }}
  known a-1-build/2
  paths x
restores saves b: b-${{ env.A }}-${{ env.B }}
  known b-1-mine
  paths x
restores saves c: c-${{ env.B }}
  known c-build/2
  paths x
)--");
}

TEST_CASE("What a step may write to GITHUB_ENV, or only a run knows, stays open in a key") {
  CHECK(cached(R"(
      - run: echo "A=3" >> "$GITHUB_ENV"
      - {uses: actions/cache@v4, with: {path: x, key: "a-${{ env.A }}-${{ env.B }}-${{ env.C }}"}}
)",
               {.env = "env: {A: 1, B: \"${{ secrets.B }}\", C: 4}\n"}) ==
        R"--(no cache
restores saves a: a-${{ env.A }}-${{ env.B }}-${{ env.C }}
  known a-${{ env.A }}-${{ env.B }}-4
  paths x
)--");
}

TEST_CASE("A leg's environment is its own") {
  CHECK(cached(R"(
      - {uses: actions/cache@v4, with: {path: x, key: "a-${{ env.T }}"}}
)",
               {.job = "    strategy: {matrix: {t: [x, y]}}\n    env: {T: \"${{ matrix.t }}\"}\n"}) == R"--(build[t=x]
restores saves a: a-${{ env.T }}
  known a-x
  paths x
build[t=y]
restores saves a: a-${{ env.T }}
  known a-y
  paths x
)--");
}

TEST_CASE("A family is the key up to its first expression, else its literal parts, else the whole") {
  CHECK(key_family("cargo-registry-${{ hashFiles('Cargo.lock') }}") == "cargo-registry");
  CHECK(key_family("${{ runner.os }}-tools-${{ hashFiles('x') }}-v2") == "tools-v2");
  CHECK(key_family("${{ inputs.key }}") == "${{ inputs.key }}");
  CHECK(key_family("plain_") == "plain");
}

TEST_CASE("What a run of a pull request saves is seen on its own ref, what a push saves on the branch") {
  const std::string step = "      - {uses: actions/cache@v4, with: {path: x, key: a}}\n";
  CHECK(cached(step) == "restores saves a: a\n  paths x\n");
  CHECK(cached(step, {.event = "push"}) == "restores saves a: a\n  paths x\n  scope refs/heads/main\n");
}

TEST_CASE("A run of pull_request_target only reads the cache") {
  CHECK(cached(R"(
      - {uses: actions/cache@v4, with: {path: x, key: a}}
      - {uses: actions/cache/save@v4, with: {path: x, key: a}}
)",
               {.event = "pull_request_target"}) == R"--(restores a: a
  paths x
  scope refs/heads/main
no cache
)--");
}

TEST_CASE("cache-mode says what a job may do with the cache") {
  const std::string steps = R"(
      - {uses: actions/cache@v4, with: {path: x, key: a}}
      - {uses: docker/build-push-action@v6, with: {cache-to: "type=registry,ref=o/i:c"}}
)";
  const auto with_mode = [&](const std::string& mode) {
    return cached(steps, {.job = "    cache-mode: " + mode + "\n"});
  };
  CHECK(with_mode("write") == R"--(restores saves a: a
  paths x
saves docker-o/i:c: type=registry,ref=o/i:c
  scope any
)--");
  CHECK(with_mode("read") == R"--(restores a: a
  paths x
saves docker-o/i:c: type=registry,ref=o/i:c
  scope any
)--");
  CHECK(with_mode("write-only") == R"--(saves a: a
  paths x
saves docker-o/i:c: type=registry,ref=o/i:c
  scope any
)--");
  CHECK(with_mode("none") == R"--(no cache
saves docker-o/i:c: type=registry,ref=o/i:c
  scope any
)--");
}

TEST_CASE("A job's cache-mode takes the place of its workflow's, and a called workflow can't exceed its caller") {
  const std::string step = "steps: [{uses: actions/cache@v4, with: {path: x, key: a}}]";
  const std::string ci = "on: pull_request\ncache-mode: read\njobs:\n  a: {runs-on: x, " + step +
                         "}\n  b: {runs-on: x, cache-mode: write, " + step +
                         "}\n  c: {uses: ./.github/workflows/t.yml}\n"
                         "  d: {uses: ./.github/workflows/t.yml, cache-mode: none}\n";
  const std::string called = "on: workflow_call\ncache-mode: write\njobs:\n  t: {runs-on: x, " + step + "}\n";
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  CHECK(loaded(repository({{".github/workflows/ci.yml", ci}, {".github/workflows/t.yml", called}}), request) ==
        R"--(ci.yml (pull_request)
call c
call d
a "a" on x
  - Run actions/cache@v4 [restores a]
b "b" on x
  - Run actions/cache@v4 [restores saves a]
c/t "c / t" on x
  - Run actions/cache@v4 [restores a]
d/t "d / t" on x
  - Run actions/cache@v4
)--");
}

TEST_CASE("Caches inside composite actions are those of the job that uses the action") {
  const std::string action = R"(
inputs: {prefix: {default: tools}}
runs:
  using: composite
  steps:
    - uses: actions/cache@v4
      with: {path: x, key: "${{ inputs.prefix }}-${{ hashFiles('x') }}"}
    - uses: Swatinem/rust-cache@v2
)";
  CHECK(cached("      - uses: ./setup\n      - {uses: ./setup, with: {prefix: mine}}\n",
               {.files = {{"setup/action.yml", action}}}) == R"--(restores saves tools: tools-${{ hashFiles('x') }}
  paths x
restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  a miss says false
restores saves mine: mine-${{ hashFiles('x') }}
  paths x
restores saves build: v0-rust-build-${{ runner.os }}-${{ runner.arch }}-<environment>-<locks>
  known v0-rust-build-Linux-x64-<environment>-<locks>
  then v0-rust-build-Linux-x64-<environment>
  a miss says false
)--");
}

TEST_CASE("Forks of actions/cache count as what they are forks of") {
  CHECK(cached(R"(
      - {uses: buildjet/cache@v4, with: {path: x, key: a-1}}
      - {uses: runs-on/cache/restore@v4, with: {path: x, key: a-1}}
      - {uses: someone/cache@v4, with: {path: x, key: a-1}}
)") == R"--(restores saves a-1: a-1
  paths x
restores a-1: a-1
  paths x
no cache
)--");
}

TEST_CASE("A key and the paths are what actions/cache needs, save-always does nothing") {
  CHECK(cached(R"(
      - {uses: actions/cache@v4, with: {path: x}}
      - {uses: actions/cache/save@v4, with: {key: a, save-always: true}}
)") == R"--(r/.github/workflows/ci.yml:7:16: warning: "actions/cache" needs the input "key" [missing-input]
 7 |       - {uses: actions/cache@v4, with: {path: x}}
   |                ^~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml:8:16: warning: "actions/cache/save" needs the input "path" [missing-input]
 8 |       - {uses: actions/cache/save@v4, with: {key: a, save-always: true}}
   |                ^~~~~~~~~~~~~~~~~~~~~
r/.github/workflows/ci.yml:8:67: warning: "save-always" changes nothing: the cache is saved only after a success; expected actions/cache/save in a step with "if: always()" [cache-input]
 8 |       - {uses: actions/cache/save@v4, with: {key: a, save-always: true}}
   |                                                                   ^~~~
no cache
saves a: a
)--");
}

TEST_CASE("A key has at most 512 characters and no comma, and a restore at most ten keys") {
  std::string long_key(513, 'a');
  std::string keys;
  for (int i = 0; i < 10; ++i) keys += "            k" + std::to_string(i) + "-\n";
  CHECK(cached("      - {uses: actions/cache@v4, with: {path: x, key: " + long_key.substr(1) + "}}\n")
            .starts_with("restores"));
  CHECK(cached("      - {uses: actions/cache@v4, with: {path: x, key: \"" + long_key + "${{ github.sha }}\"}}\n")
            .find("warning: a cache key of 513 characters is longer than the 512 that are allowed [cache-key]") !=
        std::string::npos);
  CHECK(cached("      - uses: actions/cache@v4\n        with:\n          path: x\n          key: \"a,b\"\n"
               "          restore-keys: |\n" +
               keys) == R"--(r/.github/workflows/ci.yml:9:16: warning: the cache key "a,b" holds a comma [cache-key]
 9 |           key: "a,b"
   |                ^~~~~
r/.github/workflows/ci.yml:10:25: warning: a restore takes at most 10 keys, but this one has 11 [cache-key]
 10 |           restore-keys: |
    |                         ^
restores saves a,b: a,b
  then k0- | k1- | k2- | k3- | k4- | k5- | k6- | k7- | k8- | k9-
  paths x
)--");
}

TEST_CASE("A cache that is saved under other paths is never found") {
  CHECK(
      cached(R"(
      - {uses: actions/cache/restore@v4, with: {path: a, key: "k-${{ hashFiles('x') }}"}}
      - {uses: actions/cache/restore@v4, with: {path: b, key: "k-${{ hashFiles('x') }}"}}
      - {uses: actions/cache/restore@v4, with: {path: a, key: "l-${{ hashFiles('x') }}"}}
      - {uses: actions/cache/save@v4, with: {path: b, key: "k-${{ hashFiles('x') }}"}}
)") ==
      R"--(r/.github/workflows/ci.yml:7:55: warning: job "build" restores the cache "k-${{ hashFiles('x') }}" under other paths than job "build" saves it, so it never finds it [cache-paths]
 7 |       - {uses: actions/cache/restore@v4, with: {path: a, key: "k-${{ hashFiles('x') }}"}}
   |                                                       ^
r/.github/workflows/ci.yml:10:52: note: it is saved here
 10 |       - {uses: actions/cache/save@v4, with: {path: b, key: "k-${{ hashFiles('x') }}"}}
    |                                                    ^
restores k: k-${{ hashFiles('x') }}
  paths a
restores k: k-${{ hashFiles('x') }}
  paths b
restores l: l-${{ hashFiles('x') }}
  paths a
saves k: k-${{ hashFiles('x') }}
  paths b
)--");
}

}  // namespace
}  // namespace dagsim::workflow
