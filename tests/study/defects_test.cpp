#include "study/defects.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/model/pipelines.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {
namespace {

/// "share name: jobs" of each kind learned from runs in which these legs failed.
std::string learned(const std::string& drawing, const std::vector<std::vector<std::string>>& runs,
                    const std::string& gate = "") {
  model::Pipeline pipeline = model::testing::graph(drawing);
  pipeline.gate = gate;
  Diagnostics diagnostics;
  calibration::Observations observations;
  for (const std::vector<std::string>& legs : runs) observations.red_runs.push_back({legs, {}, std::nullopt});
  std::string text;
  for (const model::DefectKind& kind :
       learn_defects(observations, pipeline, model::Graph::build(pipeline, diagnostics))) {
    text += fmt::format("{:.2f} {}: {}\n", *kind.rate, kind.name, fmt::join(kind.jobs, ", "));
  }
  return text;
}

/// GitHub's answers about a run of a, which takes 100 s, and b, which needs a and takes 200 s.
std::string run_of(int id, const std::string& conclusion, const std::string& a, const std::string& b,
                   int seconds_of_b) {
  const auto time = [&](int seconds) {
    return fmt::format("2025-01-{:02}T01:{:02}:{:02}Z", id, seconds / 60, seconds % 60);
  };
  const auto job = [&](int number, const char* name, const std::string& ending, int start, int end) {
    return fmt::format(R"({{"id": {}, "run_id": {}, "run_attempt": 1, "name": "{}", "status": "completed", )"
                       R"("conclusion": "{}", "created_at": "{}", "started_at": "{}", "completed_at": "{}"}})",
                       10 * id + number, id, name, ending, time(start), time(start), time(end));
  };
  return fmt::format(R"({{"workflow_runs": [{{"id": {}, "run_attempt": 1, "name": "CI", "event": "pull_request", )"
                     R"("status": "completed", "conclusion": "{}", "created_at": "{}", "run_started_at": "{}"}}]}})",
                     id, conclusion, time(0), time(0)) +
         fmt::format(R"({{"total_count": 2, "jobs": [{}, {}]}})", job(1, "a", a, 0, 100),
                     job(2, "b", b, 100, 100 + seconds_of_b));
}

MemoryFileSystem repository() {
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml",
              "name: CI\non: pull_request\njobs:\n  a: {runs-on: u, steps: [{run: a}]}\n"
              "  b: {needs: a, runs-on: u, steps: [{run: b}]}\n");
  std::string answers;
  for (int id = 1; id <= 12; ++id) answers += run_of(id, "success", "success", "success", 200);
  for (int id = 13; id <= 16; ++id) answers += run_of(id, "failure", "success", "failure", 150);
  files.write("/repo/runs.json", answers);
  files.write(
      "/repo/s.yaml",
      "dagsim: 1\ntitle: S\nworkflow: .\nhistory: runs.json\nedits:\n  - {id: drop-b, do: [{remove-job: b}]}\n");
  return files;
}

}  // namespace

TEST_CASE("Jobs that failed together are a kind, with its share of the red runs") {
  CHECK(learned("a, b, c", {{"a"}, {"a"}, {"b", "c"}, {"a"}}) ==
        "0.75 failures of a: a\n"
        "0.25 failures of b + c: b, c\n");
}

TEST_CASE("A job that failed after one that it waits for, and the gate, only passed that on") {
  CHECK(learned("a -> b -> gate, c -> gate", {{"a", "b", "gate"}, {"c", "gate"}}, "gate") ==
        "0.50 failures of a: a\n"
        "0.50 failures of c: c\n");
}

TEST_CASE("Single legs are told by their keys, all legs of a job by its id") {
  CHECK(learned("p[k=1|2]", {{"p[k=1]"}, {"p[k=1]", "p[k=2]"}, {"p[k=1]", "p[k=2]"}}) ==
        "0.67 failures of p: p\n"
        "0.33 failures of p[k=1]: p[k=1]\n");
}

TEST_CASE("Without red runs nothing is learned") {
  CHECK(learned("a, b", {}).empty());
}

TEST_CASE(
    "Where dagsim.yaml names no kinds, red runs teach them, and what a dropped job would let escape is no error") {
  const Outcomes outcomes = predict(repository(), "/repo/s.yaml");
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  const Prediction& prediction = *outcomes.prediction;
  CHECK(prediction.history.red_runs == 4);
  REQUIRE(prediction.history.measured_first_red);
  CHECK(prediction.history.measured_first_red->p50 == Approx(250));
  REQUIRE(prediction.baseline.first_red);
  // a's 100 s, then b fails at its 79 % in the middle.
  CHECK(prediction.baseline.first_red->p50 == Approx(100 + 0.79 * 200).epsilon(0.06));
  const EditLine& edit = prediction.edits.front();
  CHECK(edit.verdict == Verdict::Faster);
  CHECK(edit.lost_coverage == std::vector<std::string>{"failures of b"});
}

}  // namespace dagsim::study
