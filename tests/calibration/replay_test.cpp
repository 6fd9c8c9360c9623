#include <cmath>

#include "calibration/calibration.h"
#include "calibration/observation.h"
#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;

namespace {

std::string left_out(const Learned& learned) {
  std::string text;
  for (const auto& [reason, count] : learned.calibration.summary().excluded)
    text += fmt::format("{}: {}\n", reason, count);
  return text;
}

}  // namespace

TEST_CASE("Runs whose times the DAG explains replay to their wall clock") {
  const Learned learned(ledger({run("1", "a:60 b:120", 186), run("2", "a:80 b:130", 216)}), shapes(graph("a -> b")));
  const Replay& replay = learned.calibration.replay();
  CHECK(replay.walls == 2);
  REQUIRE(replay.runs.size() == 2);
  CHECK(replay.runs[0].replayed == Approx(186).margin(1));
  CHECK(std::abs(replay.median_residual) < 0.01);
}

TEST_CASE("A short pipeline whose hops take next to no time is not held to be misread") {
  std::vector<RunRecord> runs;
  for (int i = 1; i <= 12; ++i) runs.push_back(run(std::to_string(i), "a:30 b:30 c:17", 77));
  const Learned learned(ledger(runs), shapes(graph("a -> b -> c")));
  CHECK(std::abs(learned.calibration.replay().median_residual) < 0.05);
}

TEST_CASE("A job that runs ran counts in their replay although the change that is asked about skips it") {
  model::Pipeline docs = graph("a, b -> c");
  docs.jobs[1].presence = model::Presence::Skipped;
  const Learned learned(ledger({run("1", "a:60 b:120 c:10", 136), run("2", "a:80 b:130 c:10", 146)}), shapes(docs));
  REQUIRE(learned.calibration.replay().runs.size() == 2);
  CHECK(std::abs(learned.calibration.replay().median_residual) < 0.05);
}

TEST_CASE("A run of unknown change class is of the usual one, not of the one that is asked about") {
  model::Pipeline docs = graph("route, build -> gate");
  docs.jobs[1].presence = model::Presence::Skipped;
  Shape asked = shape(docs, "s");
  asked.change = "docs";
  asked.is_usual = false;
  RunRecord unknown = run("1", "route:10 build:200", 210);
  unknown.shape = "s";
  RunRecord own = run("2", "route:10", 13);
  own.shape = "s";
  own.change = "docs";
  const Learned learned(ledger({unknown, own}), {asked, shape(graph("route, build -> gate"), "s")});
  REQUIRE(learned.calibration.observations().runs.size() == 2);
  CHECK(learned.calibration.observations().runs[0].shape == 1);
  CHECK(learned.calibration.observations().runs[1].shape == 0);
}

TEST_CASE("A wall that is far longer than its published chain is not explained by dispatch") {
  const Learned learned(ledger({run("1", "a:60 b:120", 400), run("2", "a:60 b:120", 400)}), shapes(graph("a -> b")));
  CHECK(learned.calibration.replay().median_residual < -0.4);
}

TEST_CASE("A DAG that runs contradict shows in the median residual") {
  const Learned learned(ledger({run("1", "a:60 b:120", 123), run("2", "a:60 b:120", 123)}), shapes(graph("a -> b")));
  CHECK(learned.calibration.replay().median_residual > 0.4);
}

TEST_CASE("A wall says nothing about the DAG where less than 85 percent of its chain was published") {
  const Learned learned(ledger({run("1", "a:60", 186)}), shapes(graph("a -> b")));
  CHECK(learned.calibration.replay().walls == 1);
  CHECK(learned.calibration.replay().runs.empty());
  CHECK(learned.calibration.replay().median_residual == 0);
}

TEST_CASE("Listed runs have the wall clock of their gate, under its new name too") {
  model::Pipeline pipeline = graph("a -> gate");
  pipeline.gate = "gate";
  Vocabulary vocabulary;
  vocabulary.job_names = {{"required", "gate"}};
  const Learned learned(listings({listing("1", {{"a", 3, 60}, {"required", 66, 5}})}), shapes(pipeline), vocabulary);
  INFO(learned.messages());
  REQUIRE(learned.calibration.replay().runs.size() == 1);
  CHECK(learned.calibration.replay().runs[0].measured == 71);
  CHECK(learned.calibration.summary().measured_walls == std::vector<double>{71});
}

TEST_CASE("A job that did not run in a listed run takes no time in its replay") {
  const Learned learned(listings({listing("1", {{"a", 3, 60}, {"b", 0, 0}, {"c", 66, 40}}),
                                  listing("2", {{"a", 3, 60}, {"b", 66, 500}, {"c", 569, 40}})}),
                        shapes(graph("a -> b -> c")));
  REQUIRE(learned.calibration.replay().runs.size() == 2);
  CHECK(learned.calibration.replay().runs[0].replayed == Approx(106));
  CHECK(learned.calibration.replay().runs[1].replayed == Approx(609));
}

TEST_CASE("Runs of another workflow, a variant, another shape, and red ones are counted as left out") {
  model::Pipeline pipeline = graph("a");
  pipeline.title = "CI";
  std::vector<RunRecord> runs;
  for (int i = 0; i < 7; ++i) runs.push_back(run(std::to_string(i), "a:60"));
  for (RunRecord& each : runs) each.shape = "now";
  runs[1].workflow = "Docs";
  runs[2].variant = "without caches";
  runs[3].shape = "then";
  runs[4].conclusion = Conclusion::Failure;
  runs[5].shape.clear();
  runs[6].workflow = "CI";
  std::vector<Shape> known;
  known.push_back(shape(pipeline, "now"));
  const Learned learned(ledger(runs), std::move(known));
  CHECK(left_out(learned) ==
        "another workflow: 1\n"
        "failed: 1\n"
        "ran a variant of its shape: 1\n"
        "shape \"then\" not at hand: 1\n"
        "shape not recorded: 1\n");
  CHECK(learned.calibration.summary().used == std::vector<std::string>{"0", "6"});
}

TEST_CASE("A listing with many jobs that the workflow lacks is of another version, skipped ones don't count") {
  const Learned learned(
      listings({listing("1", {{"a", 1, 60}, {"old", 1, 60}, {"older", 1, 60}}),
                listing("2", {{"a", 1, 60}, {"p (${{ matrix.group }})", 0, 0}, {"q (${{ matrix.group }})", 0, 0}})}),
      shapes(graph("a")));
  CHECK(left_out(learned) == "ran another version of the workflow: 1\n");
  CHECK(learned.calibration.summary().used == std::vector<std::string>{"2"});
  CHECK(learned.messages().empty());
}

TEST_CASE("The job-names map finds jobs and legs under their older names, in any shape") {
  Vocabulary vocabulary;
  vocabulary.job_names = {{"unit", "test/p"}};
  const model::Pipeline pipeline = graph("test/p[group=core|shell]");
  const Learned learned(ledger({run("1", "unit[group=core]:60 unit[group=shell]:90")}), shapes(pipeline), vocabulary);
  CHECK(learned.messages().empty());
  const model::Timing timing = learned.timing(pipeline);
  CHECK(seconds(timing, 0) == Approx(60));
  CHECK(seconds(timing, 1) == Approx(90));
}

TEST_CASE("Names that match no job are warned of once, with the nearest job, a caller's name is no job's") {
  const Learned learned(ledger({run("1", "build:60 tests:60 test:200"), run("2", "build:60 tests:60")}),
                        shapes(graph("build, test/unit, test/e2e")));
  CHECK(learned.messages() ==
        "warning: 2 job names of the history match no job of the workflow; job-names in dagsim.yaml can map them "
        "[unmatched-job]\n"
        "note: \"tests\" (2 runs)\n"
        "note: \"test\" (1 run)\n");
}

TEST_CASE("A history that matches no job is an error with the reasons why runs were left out") {
  model::Pipeline pipeline = graph("a");
  pipeline.title = "CI";
  std::vector<RunRecord> runs = {run("1", "a:60")};
  runs[0].workflow = "Docs";
  const Learned learned(ledger(runs), shapes(pipeline));
  CHECK(learned.messages() ==
        "error: none of the 1 runs in ledger.yaml gives a time for a job of workflow \"CI\" [unmatched-history]\n"
        "note: left out: another workflow (1)\n");
}

TEST_CASE("A job that took no time ran") {
  model::Pipeline pipeline = graph("a, b");
  const Seen seen(ledger({run("1", "a:60 b:0")}), shapes(pipeline));
  CHECK(seen.observations.runs.at(0).ran == std::vector<uint8_t>{1, 1});
  CHECK(std::exp(seen.estimate("b").location) == Approx(0.5));
}
