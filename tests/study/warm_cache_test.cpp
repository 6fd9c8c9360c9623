#include "tests/catch.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {

TEST_CASE("A warm probability that an edit sets decides how often its jobs hit, and leaves the baseline alone") {
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml", R"(name: CI
on: pull_request
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{name: Restore, uses: actions/cache@v4, with: {path: deps, key: deps-x}}, {name: Build, run: make}]
)");
  files.write("/repo/dagsim.yaml", "dagsim: 1\ncache-states: {hot: {\"*\": exact}, cold: {\"*\": miss}}\n");
  files.write("/repo/ledger.yaml", R"(runs:
  - {id: 1, workflow: CI, cache: hot, conclusion: success, jobs: {a: 100}}
  - {id: 2, workflow: CI, cache: cold, conclusion: success, jobs: {a: 300}}
)");
  files.write("/repo/warm.yaml", R"(dagsim: 1
workflow: .
history: ledger.yaml
assume: {caches: {"*": exact}}
edits:
  - {id: often, do: [{set-cache: {family: deps-x, warm: 0.75}}]}
  - {id: never, do: [{set-cache: {family: deps-x, warm: 0}}]}
)");
  const Outcomes outcomes = predict(files, "/repo/warm.yaml");
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  CHECK(outcomes.prediction->baseline.wall.p50 == Approx(103).margin(8));
  for (const EditLine& line : outcomes.prediction->edits) {
    INFO(line.id << "\n" << render(line.diagnostics));
    CHECK(line.wall_change.mean == Approx(line.id == "often" ? 50 : 200).epsilon(0.15));
  }
}

}  // namespace dagsim::study
