#include "tests/catch.h"
#include "tests/workflow/mutation_testing.h"
#include "tests/workflow/workflow_testing.h"

namespace dagsim::workflow {
namespace {

const char* const kCaller = R"--(on: pull_request
permissions: {contents: write, id-token: write}
cache-mode: write
jobs:
  build:
    strategy: {matrix: {t: [a, "b*"]}}
    runs-on: ${{ matrix.t }}
    steps:
      - {id: o, uses: o/a/sub@v1, with: {key: "x-${{ matrix.t }}"}}
      - {uses: Swatinem/rust-cache@v2, with: {key: "${{ steps.o.outputs.y }}", save-if: "${{ github.ref == 'x' }}"}}
      - uses: docker/build-push-action@v6
        with: {cache-from: "type=gha,scope=${{ matrix.t }}", cache-to: "type=registry,ref=g/i:c,mode=max"}
      - {uses: actions/setup-node@v5}
      - {uses: actions/upload-artifact@v4, with: {name: "bin-${{ matrix.t }}-${{ github.sha }}", path: x}}
  call:
    needs: build
    uses: o/a/.github/workflows/w.yml@v1
    with: {n: 12, flag: true, text: "${{ needs.build.outputs.z }}"}
    secrets: {token: "${{ secrets.T }}"}
    permissions: read-all
  take:
    needs: [build, call]
    runs-on: x
    steps: [{uses: actions/download-artifact@v4, with: {pattern: "{bin,log}-[ab]-*"}}]
)--";

const char* const kCalled = R"--(on:
  workflow_call:
    inputs: {n: {type: number}, flag: {type: boolean, default: false}, text: {type: string, required: true}}
    secrets: {token: {required: true}}
    outputs: {v: {value: "${{ jobs.w.outputs.v }}-${{ inputs.n }}"}}
permissions: read-all
jobs:
  w:
    if: inputs.flag
    permissions: {contents: read}
    runs-on: x
    steps:
      - {uses: $/sub, with: {key: "${{ inputs.text }}"}}
      - {uses: actions/upload-artifact/merge@v4, with: {name: log, retention-days: 91}}
)--";

const char* const kAction = R"--(inputs: {key: {required: true}, other: {default: "${{ github.ref }}"}}
outputs: {y: {value: "${{ steps.c.outputs.cache-hit }}"}}
runs:
  using: composite
  steps:
    - {id: c, uses: actions/cache@v4, with: {path: x, key: "${{ inputs.key }}-k", restore-keys: k, enableCrossOsArchive: true}}
    - {if: steps.c.outputs.cache-hit != 'true', run: "echo ${{ inputs.other }}", shell: bash}
)--";

TEST_CASE("Two thousand damaged callers, called workflows and actions give a pipeline or an error, never a crash") {
  Dice random;
  size_t good = 0;
  for (int i = 0; i < 2000; ++i) {
    const size_t damaged = random.roll(4);
    const auto text = [&](size_t index, const char* sample) {
      return index == damaged ? mutated(sample, random) : sample;
    };
    const auto files =
        repository({{".github/workflows/ci.yml", damaged == 3 ? mutated(kCaller, random) : text(0, kCaller)},
                    {".dagsim/vendor/o/a/v1/.github/workflows/w.yml", text(1, kCalled)},
                    {".dagsim/vendor/o/a/v1/sub/action.yml", text(2, kAction)}});
    Request request;
    request.path = "r/.github/workflows/ci.yml";
    request.outputs = {{"build", "z", "text"}};
    Diagnostics diagnostics;
    const auto pipeline = load(files, request, diagnostics);
    REQUIRE(pipeline.has_value() != diagnostics.has_errors());
    if (pipeline) ++good;
  }
  CHECK(good > 100);
  CHECK(good < 2000);
}

}  // namespace
}  // namespace dagsim::workflow
