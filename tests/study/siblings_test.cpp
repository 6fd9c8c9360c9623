#include "study/siblings.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {
namespace {

/// CI takes about 100 s (gate) and a job behind the gate 20 s more; Preview, after it, builds for 60 s and publishes
/// for 10 s; Docs takes 130 s.
MemoryFileSystem repository(const std::string& scenario) {
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml", R"(name: CI
on: [push, pull_request]
jobs:
  test: {runs-on: u, steps: [{run: make test}]}
  gate: {needs: test, if: always(), runs-on: u, steps: [{run: gate}]}
  summary: {needs: gate, runs-on: u, steps: [{run: summary}]}
)");
  files.write("/repo/.github/workflows/docs.yml", R"(name: Docs
on: [push, pull_request]
jobs:
  docs: {runs-on: u, steps: [{run: make docs}]}
)");
  files.write("/repo/.github/workflows/preview.yml", R"(name: Preview
on: {workflow_run: {workflows: [CI], types: [completed]}}
jobs:
  build: {if: github.event.workflow_run.conclusion == 'success', runs-on: u, steps: [{run: make}]}
  publish: {needs: build, runs-on: u, steps: [{run: make publish}]}
)");
  std::string runs = "runs:\n";
  for (int run = 0; run < 10; ++run) {
    runs += fmt::format(
        "  - {{id: {}, workflow: CI, event: push, wall: 100, conclusion: success, jobs: {{test: 95, gate: 5, summary: "
        "20}}}}\n"
        "  - {{id: {}, workflow: Preview, event: workflow_run, wall: 70, conclusion: success, jobs: {{build: 60, "
        "publish: 10}}}}\n"
        "  - {{id: {}, workflow: Docs, event: push, wall: 130, conclusion: success, jobs: {{docs: 130}}}}\n",
        3 * run + 1, 3 * run + 2, 3 * run + 3);
  }
  files.write("/repo/ledger.yaml", runs);
  files.write("/repo/dagsim.yaml", "dagsim: 1\ngates: {ci.yml: gate, docs.yml: docs, preview.yml: publish}\n");
  files.write("/repo/s.yaml", "dagsim: 1\ntitle: S\nhistory: ledger.yaml\n" + scenario);
  return files;
}

const std::string kPreview =
    "workflow: .github/workflows/preview.yml\nevent: workflow_run\nafter: ci.yml\n"
    "edits: [{id: overlap, do: [{merge-trigger: {publish: publish}}]}]\n";

}  // namespace

TEST_CASE("A workflow that follows another starts when all jobs of that one have ended") {
  const Outcomes outcomes = predict(repository(kPreview), "/repo/s.yaml");
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  // 95 + 5 + 20 of CI, the summary behind its gate included, then 60 + 10.
  CHECK(outcomes.prediction->baseline.wall.p50 == Approx(190).epsilon(0.05));
  CHECK(outcomes.prediction->baseline.chains.front().jobs ==
        std::vector<std::string>{"workflow CI", "build", "publish"});
}

TEST_CASE("With its trigger merged, only publishing waits for the other workflow") {
  const Outcomes outcomes = predict(repository(kPreview), "/repo/s.yaml");
  REQUIRE(outcomes.prediction);
  const EditLine& edit = outcomes.prediction->edits.front();
  CHECK(edit.pipeline.wall.p50 == Approx(130).epsilon(0.05));
  CHECK(edit.wall_change.mean == Approx(-60).epsilon(0.1));
  CHECK(edit.long_pole_after == "workflow CI > publish");
  CHECK(edit.minutes_change.mean == Approx(0).margin(0.05));
}

TEST_CASE("What stands for another workflow costs no minutes of this one") {
  const Outcomes outcomes = predict(repository(kPreview), "/repo/s.yaml");
  REQUIRE(outcomes.prediction);
  CHECK(outcomes.prediction->baseline.minutes == Approx(2).margin(0.6));  // 60 s, now and then a second more, and 10 s
}

TEST_CASE("Gates of workflows side by side are reached when the last one is") {
  const Outcomes outcomes = predict(repository("workflow: .github/workflows/ci.yml\nevent: push\nbeside: [docs.yml]\n"
                                               "edits: [{id: faster-test, do: [{scale: {job: test, by: 0.1}}]}]\n"),
                                    "/repo/s.yaml");
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  CHECK(outcomes.prediction->gate == "all gates");
  for (const std::string& warning : outcomes.prediction->warnings) {
    CHECK_THAT(warning, !Catch::Matchers::Contains("time of all gates"));
  }
  CHECK(outcomes.prediction->baseline.wall.p50 == Approx(130).epsilon(0.05));
  CHECK(outcomes.prediction->edits.front().verdict == Verdict::WithinNoise);
}

TEST_CASE("A sibling that doesn't exist, and merge-trigger without one, are told with their place") {
  CHECK_THAT(predict(repository("workflow: .github/workflows/preview.yml\nevent: workflow_run\nafter: cd.yml\n"
                                "edits: [{id: a, do: [{merge-trigger: {publish: publish}}]}]\n"),
                     "/repo/s.yaml")
                 .messages,
             Catch::Matchers::Contains("/repo/s.yaml:6:8: error: sibling workflow "
                                       "\"/repo/.github/workflows/cd.yml\" does not exist"));
  const Outcomes without = predict(repository("workflow: .github/workflows/preview.yml\nevent: workflow_run\n"
                                              "edits: [{id: a, do: [{merge-trigger: {publish: publish}}]}]\n"),
                                   "/repo/s.yaml");
  REQUIRE(without.prediction);
  CHECK_THAT(render(without.prediction->edits.front().diagnostics),
             Catch::Matchers::Contains("no job waits for another workflow, expected a scenario with \"after\""));
}

TEST_CASE("The steps of a sibling's wall clock keep its distribution, row by row") {
  model::Timing timing;
  timing.rows = {{"1", 1, 0}, {"2", 3, 1}};
  timing.laws = {{"a", {1, 2}, {0.1F, 0.2F}, 0, {}}};
  timing.jobs.resize(2);
  timing.jobs[0].runs = {1, 0};
  model::Pipeline pipeline;
  pipeline.jobs.resize(2);
  pipeline.jobs[0].key = pipeline.jobs[0].id = "a";
  pipeline.jobs[1].key = pipeline.jobs[1].id = model::sibling_id("CI");
  std::vector<double> seconds;
  for (int i = 1; i <= 64; ++i) seconds.push_back(i);
  add_sibling_times(pipeline, {{model::sibling_id("CI"), seconds}}, timing);
  REQUIRE(timing.rows.size() == 128);
  double weight = 0;
  for (size_t row = 0; row < 64; ++row) weight += timing.rows[row].weight;
  CHECK(weight == Approx(1));
  CHECK(timing.jobs[0].runs[63] == 1);
  CHECK(timing.jobs[0].runs[64] == 0);
  const model::Law& law = timing.laws[timing.jobs[1].terms.front().law];
  for (const size_t first : {size_t{0}, size_t{64}}) {
    std::vector<double> found;
    for (size_t row = first; row < first + 64; ++row) found.push_back(std::round(std::exp(law.location[row])));
    CHECK_FALSE(std::ranges::is_sorted(found));
    std::ranges::sort(found);
    CHECK(found == seconds);
  }
}

}  // namespace dagsim::study
