// The case study's published outcomes against predictions that learned only from earlier runs.

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"
#include "tests/catch.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {
namespace {

const EditLine& edit(const Prediction& prediction, const std::string& id) {
  for (const EditLine& line : prediction.edits) {
    if (line.id == id) return line;
  }
  FAIL("no edit " << id);
  return prediction.edits.front();
}

/// All figures of a prediction as text, so that two can be compared to the last bit.
std::string fingerprint(const Prediction& prediction) {
  std::string text;
  const auto add = [&](double value) { text += std::to_string(std::hash<double>{}(value)) + " "; };
  const auto add_pipeline = [&](const PipelineLine& line) {
    for (const double value : {line.wall.mean, line.wall.p10, line.wall.p50, line.wall.p90, line.minutes}) add(value);
    for (const JobLine& job : line.jobs) {
      text += job.key + " ";
      for (const double value : {job.mean, job.criticality, job.slack, job.drag}) add(value);
    }
    for (const FirstRedLine& red : line.first_red_by_kind) add(red.seconds.mean);
  };
  add_pipeline(prediction.baseline);
  for (const EditLine& line : prediction.edits) {
    text += line.id + " ";
    add_pipeline(line.pipeline);
    for (const double value : {line.wall_change.mean, line.wall_change.interval.low, line.wall_change.interval.high,
                               line.two_runs.change.low, line.two_runs.change.high, line.p_faster}) {
      add(value);
    }
  }
  return text;
}

void check_level(double predicted, double measured, double tolerance) {
  INFO("predicted " << predicted << " s, measured " << measured << " s");
  CHECK(std::abs(predicted / measured - 1) < tolerance);
}

/// The ledger without the run `id`, all later ones, and every technique.
std::string ledger_before(const std::string& ledger, const std::string& id) {
  const size_t run = ledger.find("id: " + id);
  return ledger.substr(0, ledger.rfind("\n  -", run) + 1);
}

}  // namespace

TEST_CASE(
    "Removing prepare is predicted from earlier runs within 12 percent, and its measured gain lies in the interval") {
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path("remove-prepare.yaml"));
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  const EditLine& line = edit(*outcomes.prediction, "remove-prepare");
  check_level(outcomes.prediction->baseline.wall.p50, 339, 0.12);
  check_level(line.pipeline.wall.p50, 314, 0.12);
  CHECK(line.wall_change.mean < 0);
  CHECK(line.verdict == Verdict::Faster);
  INFO("two runs: " << line.two_runs.change.low << " to " << line.two_runs.change.high);
  CHECK(line.two_runs.change.holds(314 - 339));
}

TEST_CASE(
    "Skipping prepare's build when hot is predicted from earlier runs within 12 percent, its gain in the interval") {
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path("skip-prepare-when-hot.yaml"));
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  const EditLine& line = outcomes.prediction->edits.front();
  check_level(outcomes.prediction->baseline.wall.p50, 446, 0.12);
  check_level(line.pipeline.wall.p50, 339, 0.12);
  CHECK(line.verdict == Verdict::Faster);
  INFO("two runs: " << line.two_runs.change.low << " to " << line.two_runs.change.high);
  CHECK(line.two_runs.change.holds(339 - 446));
}

TEST_CASE("Dropping check-all-features moves the gate by nothing that matters, for its chain had slack") {
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path("drop-check-all-features.yaml"));
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  const EditLine& line = outcomes.prediction->edits.front();
  CHECK(line.verdict == Verdict::WithinNoise);
  CHECK(std::abs(line.wall_change.mean) < 10);
  bool slack_said = false;
  for (const std::string& note : line.notes) slack_said |= note.find("check-all-features had") != std::string::npos;
  CHECK(slack_said);
  bool ungated_said = false;
  for (const std::string& warning : outcomes.prediction->warnings) {
    ungated_said |= warning.find("\"schema-check\" gates nothing") != std::string::npos;
  }
  CHECK(ungated_said);
}

TEST_CASE(
    "No measured outcome and no later run enters a prediction: without them in the ledger every figure is the same") {
  const auto [scenario, cut] =
      GENERATE(std::pair<std::string, std::string>{"remove-prepare.yaml", "27999729168"},
               std::pair<std::string, std::string>{"skip-prepare-when-hot.yaml", "27997272508"});
  const std::string path = scenario_path("rust-ci/ledger.yaml");
  const std::string ledger = DiskFileSystem().read(path);
  // The cut run stays, without anything that it measured, so that the cut still finds it.
  const std::string cut_ledger =
      ledger_before(ledger, cut) + "  - {id: " + cut + ", workflow: CI, conclusion: failure}\n";
  REQUIRE(cut_ledger.size() < ledger.size());
  const Outcomes whole = predict(DiskFileSystem(), scenario_path(scenario));
  const Outcomes without = predict(PatchedFileSystem(path, cut_ledger), scenario_path(scenario));
  INFO(whole.messages << without.messages);
  REQUIRE(whole.prediction);
  REQUIRE(without.prediction);
  CHECK(fingerprint(*whole.prediction) == fingerprint(*without.prediction));
}

TEST_CASE("The same seed gives the same figures on 1, 2 and 7 threads, and another seed gives others") {
  Options options;
  options.threads = 1;
  const Outcomes one = predict(DiskFileSystem(), scenario_path("roadmap.yaml"), options);
  INFO(one.messages);
  REQUIRE(one.prediction);
  for (const unsigned threads : {2U, 7U}) {
    options.threads = threads;
    const Outcomes more = predict(DiskFileSystem(), scenario_path("roadmap.yaml"), options);
    REQUIRE(more.prediction);
    CHECK(fingerprint(*one.prediction) == fingerprint(*more.prediction));
  }
  options.seed = 2;
  const Outcomes other = predict(DiskFileSystem(), scenario_path("roadmap.yaml"), options);
  REQUIRE(other.prediction);
  CHECK(fingerprint(*one.prediction) != fingerprint(*other.prediction));
}

TEST_CASE("Every scenario of the case study is predicted without an illegal edit") {
  const std::string name = GENERATE(as<std::string>{}, "remove-prepare", "remove-prepare-cold", "skip-prepare-when-hot",
                                    "drop-check-all-features", "e2e-beside-packages", "bucket-matrix",
                                    "registry-warmup", "first-batch", "roadmap");
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path(name + ".yaml"));
  INFO(name << "\n" << outcomes.messages);
  REQUIRE(outcomes.prediction);
  for (const EditLine& line : outcomes.prediction->edits) {
    INFO(line.id << "\n" << render(line.diagnostics));
    CHECK(line.verdict != Verdict::Illegal);
  }
}

TEST_CASE("Jobs that ran on the warm machine before are predicted there within 25 percent") {
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path("warm-runner.yaml"));
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  const EditLine& line = edit(*outcomes.prediction, "warm-persistent-runner");
  for (const auto& [job, measured] : {std::pair("clippy", 27.0), {"check-default", 25.0}, {"test/docker-e2e", 228.0}}) {
    const auto found = std::ranges::find(line.pipeline.jobs, job, &JobLine::key);
    REQUIRE(found != line.pipeline.jobs.end());
    check_level(found->mean, measured, 0.25);
  }
  CHECK_FALSE(line.pipeline.waits.empty());  // four slots
}

TEST_CASE("Main to preview published is predicted from the two runs before within 10 percent") {
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path("preview-overlaps-ci.yaml"));
  INFO(outcomes.messages);
  REQUIRE(outcomes.prediction);
  check_level(outcomes.prediction->baseline.wall.p50, 12 * 60 + 34 + 8 * 60 + 31, 0.10);
  const EditLine& line = edit(*outcomes.prediction, "preview-overlaps-ci");
  CHECK(line.verdict == Verdict::Faster);
  CHECK(line.long_pole_after == "workflow CI > publish-preview");
}

TEST_CASE("The archive hand-off breaks even near the 37 seconds of compiling that it replaces") {
  const Outcomes outcomes = predict(DiskFileSystem(), scenario_path("archive-hand-off.yaml"));
  REQUIRE(outcomes.prediction);
  const EditLine& line = edit(*outcomes.prediction, "nextest-archive-hand-off");
  REQUIRE(line.break_evens.size() == 1);
  CHECK(line.break_evens.front().seconds == Approx(37.4).epsilon(0.1));
  CHECK(line.break_evens.front().pays_below);
}

}  // namespace dagsim::study
