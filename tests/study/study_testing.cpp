#include "tests/study/study_testing.h"

namespace dagsim::study {

MemoryFileSystem small_repository() {
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml", R"(name: CI
on: pull_request
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: [{name: Build, uses: actions/checkout@v5}]
  b:
    needs: a
    runs-on: ubuntu-24.04
    steps: [{name: Test, uses: actions/checkout@v5}]
  gate:
    if: always()
    needs: [a, b]
    runs-on: ubuntu-24.04
    steps: [{run: echo done}]
)");
  files.write("/repo/ledger.yaml", R"(runs:
  - {id: 1, workflow: CI, event: pull_request, wall: 3m14s, conclusion: success, jobs: {a: 60, b: 2m, gate: 5}}
  - {id: 2, workflow: CI, event: pull_request, wall: 3m20s, conclusion: success, jobs: {a: 66, b: 2m, gate: 5}}
  - {id: 3, workflow: CI, event: pull_request, wall: 3m11s, conclusion: success, jobs: {a: 57, b: 2m, gate: 5}}
)");
  files.write("/repo/remove-b.yaml", R"(dagsim: 1
title: Without b
workflow: .
history: ledger.yaml
edits:
  - id: remove-b
    do: [{remove-job: b}]
)");
  return files;
}

std::string scenario_path(const std::string& name) {
  return std::string(DAGSIM_SOURCE_DIR) + "/scenarios/" + name;
}

Outcomes predict(const FileSystem& files, const std::string& scenario_file, Options options) {
  Diagnostics diagnostics;
  Outcomes result;
  if (const std::optional<Scenario> scenario = read_scenario(files, scenario_file, diagnostics)) {
    if (options.replications == Options{}.replications) options.replications = 20'000;
    result.prediction = what_if(files, *scenario, options, diagnostics);
  }
  result.messages = render(diagnostics);
  return result;
}

}  // namespace dagsim::study
