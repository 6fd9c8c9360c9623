#include "history/model_file.h"

#include <string>
#include <utility>

#include "tests/catch.h"
#include "tests/history/history_testing.h"

namespace dagsim::history {
namespace {

History sample() {
  History history;
  history.source = "m.yaml";
  RunRecord run;
  run.id = "20000000001";
  run.workflow = "CI: \"main\"";
  run.event = "push";
  run.branch = "feature/#1";
  run.fork = true;
  run.start = 1'767'225'600;
  run.wall = 435.5;
  run.conclusion = Conclusion::Success;
  JobRecord lint{"lint", "", {47, 47}, false, 3, 0, Conclusion::Success};
  JobRecord leg{"test (a, b)", "", {1.25, 1.25}, false, 55, std::nullopt, Conclusion::Success};
  JobRecord early{"LINT", "", {7, 7}, false, -2, -3, Conclusion::Cancelled};
  run.jobs = {lint, leg, leg, early};
  run.steps = {
      {"lint", "Set up", {1, 1}}, {"lint", "Run: x", {2, 2}}, {"lint", "Run: x", {3, 3}}, {"LINT", "y", {4, 4}}};
  run.restores = {{"lint", "cargo-${{ x }}", CacheState::Partial}, {"lint", "", CacheState::Miss}};
  history.runs.push_back(run);
  run.id = "3";
  run.attempt = 2;
  run.workflow = "another";
  run.start.reset();
  run.wall.reset();
  run.conclusion = Conclusion::TimedOut;
  run.jobs = {{"a", "own", {59, 106}, true, {}, {}, Conclusion::Success},
              {"b", "", {0, 110}, true, {}, {}, Conclusion::Success}};
  run.steps = {{"lint", "Run: x", {2, 5}}};
  run.restores.clear();
  run.spans = {{{"a"}, {"b", "c"}, 160}};
  run.lane = "both";
  run.shape = "fan-out";
  run.variant = "no-wrapper";
  run.cache = "hot";
  run.change = "rust";
  history.runs.push_back(run);
  history.excluded = {{"another workflow", 12}, {"shape \"x\" not at hand", 1}};
  return history;
}

std::string reread(const std::string& text) {
  return told("m.yaml", {{"m.yaml", text}}).text;
}

TEST_CASE("A model file gives back all that the history had, in its order") {
  const History history = sample();
  CHECK(reread(write_model(history, "")) == describe(history));
}

TEST_CASE("A model file of a model file is the same text") {
  const std::string first = write_model(sample(), "");
  const Told result = told("m.yaml", {{"m.yaml", first}});
  CHECK(write_model(result.history, "") == first);
}

TEST_CASE("Skipped jobs are left out of a model file") {
  History history = sample();
  const std::string without = write_model(history, "");
  history.runs[0].jobs.push_back({"c", "", {}, false, {}, {}, Conclusion::Skipped});
  CHECK(write_model(history, "") == without);
}

TEST_CASE("A model file knows whether jobs that are not listed ran, and that the sample was truncated") {
  History history = sample();
  for (const auto& [first, second] : {std::pair(false, false), std::pair(true, false), std::pair(true, true)}) {
    history.runs[0].is_partial = first;
    history.runs[1].is_partial = second;
    const History read = told("m.yaml", {{"m.yaml", write_model(history, "")}}).history;
    CHECK(read.runs[0].is_partial == first);
    CHECK(read.runs[1].is_partial == second);
  }
  history.warnings = {"the sample of o/r is truncated"};
  const Told result = told("m.yaml", {{"m.yaml", write_model(history, "")}});
  CHECK(result.history.warnings == history.warnings);
  CHECK_THAT(result.text, Catch::Contains("warning: the sample of o/r is truncated [truncated-sample]"));
}

TEST_CASE("What a model file says for people is not read") {
  const History history = sample();
  CHECK(reread(write_model(history, "  lint: {median: 47s}\n")) == describe(history));
}

TEST_CASE("A run is one line of a model file, so that a new run is a new line") {
  History history = sample();
  const std::string two = write_model(history, "");
  history.runs.push_back(history.runs[0]);
  history.runs.back().id = "4";
  const std::string three = write_model(history, "");
  REQUIRE(three.starts_with(two));
  CHECK(three.substr(two.size()).find('\n') == three.size() - two.size() - 1);
}

TEST_CASE("A model file of another version is refused with what to do") {
  CHECK_THAT(reread("dagsim-model: 2\nruns: [{id: 1}]\n"),
             Catch::Contains("m.yaml:1:15: error: expected a model file of version 1, but found the number 2: write it "
                             "anew with this version's dagsim calibrate --format yaml [model-version]"));
}

TEST_CASE("Rows that can't be read are errors with their place") {
  const auto row = [](const std::string& keys) {
    return reread("dagsim-model: 1\nstep-names: [[a, x]]\nruns:\n  - {id: 1, " + keys + "}\n");
  };
  CHECK_THAT(row("jobs: [[a]]"),
             Catch::Contains("4:20: error: expected a job as [name, \"created started took\"], but"));
  CHECK_THAT(row("jobs: [[a, 1 2]]"), Catch::Contains("4:20: error: expected a job as"));
  CHECK_THAT(row("jobs: [[a, 1 x 3]]"), Catch::Contains("4:24: error: expected seconds after the run's start, or ~"));
  CHECK_THAT(row("jobs: [[a, 1 2 x]]"), Catch::Contains("4:24: error: expected a duration"));
  CHECK_THAT(row("jobs: [[a, 3, red]]"), Catch::Contains("4:27: error: unknown conclusion \"red\""));
  CHECK_THAT(row("jobs: [[a, [3]]]"), Catch::Contains("4:20: error: expected a job as"));
  CHECK_THAT(row("steps: [[a, 1 2]]"),
             Catch::Contains("at most as many times as \"step-names\" has steps of job \"a\""));
  CHECK_THAT(row("steps: [[b, 1]]"), Catch::Contains("has steps of job \"b\""));
  CHECK_THAT(row("steps: [a]"), Catch::Contains("expected the steps of a job as [job, \"seconds seconds ~\"]"));
  CHECK_THAT(row("restores: [[a, warm, k]]"), Catch::Contains("expected a restore as [job, exact|partial|miss, key]"));
  CHECK_THAT(row("start: yesterday"), Catch::Contains("expected a time such as 2025-09-04T17:25:47Z"));
}

TEST_CASE("Mutated model files are read or refused, never worse") {
  const std::string text = write_model(sample(), "");
  Sequence sequence(7);
  for (int i = 0; i < 2000; ++i) {
    MemoryFileSystem files;
    files.write("m.yaml", mutated(text, sequence));
    Diagnostics diagnostics;
    const History history = read_history(files, "m.yaml", diagnostics);
    CHECK((diagnostics.has_errors() || !history.runs.empty()));
  }
}

}  // namespace
}  // namespace dagsim::history
