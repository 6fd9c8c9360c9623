#include "calibration/estimate.h"

#include <cmath>

#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;

namespace {

double median(const Estimate& estimate) {
  return std::exp(estimate.location);
}

/// "name low to high", one line for each guess.
std::string text(const std::vector<Guess>& guesses) {
  std::string result;
  for (const Guess& guess : guesses) result += fmt::format("{} {:.2f} to {:.2f}\n", guess.name, guess.low, guess.high);
  return result;
}

RunRecord with_step(RunRecord record, const std::string& job, const std::string& step, double seconds) {
  record.steps.push_back({job, step, {seconds, seconds}});
  return record;
}

model::Pipeline build_and_test() {
  model::Pipeline pipeline = graph("a");
  for (const char* step : {"build", "test"}) add_script(pipeline, "a", step);
  return pipeline;
}

}  // namespace

TEST_CASE("A job's own runs give its geometric mean, and their number its certainty") {
  const Seen seen(ledger({run("1", "a:50"), run("2", "a:72")}), shapes(build_and_test()));
  const Estimate estimate = seen.estimate("a");
  CHECK(median(estimate) == Approx(60));
  CHECK(estimate.origin == model::Origin::Measured);
  CHECK(estimate.observations == 2);
  CHECK(estimate.runs.size() == 2);
  CHECK(estimate.uncertainty == Approx(estimate.deviation / std::sqrt(2)));
}

TEST_CASE("A step that no longer runs takes its measured time along") {
  const Seen seen(ledger({with_step(run("1", "a:100"), "a", "build", 40)}), shapes(build_and_test()));
  model::Pipeline edited = build_and_test();
  edited.jobs[0].steps.erase(edited.jobs[0].steps.begin());
  const Estimate estimate = seen.estimate(edited, "a");
  CHECK(median(estimate) == Approx(60));
  CHECK(estimate.factors.empty());
  CHECK(estimate.origin == model::Origin::Pooled);
  CHECK(std::exp(estimate.runs.at(0).second) == Approx(60));
}

TEST_CASE("A step that was measured to take no time takes none along") {
  const Seen seen(ledger({with_step(run("1", "a:100"), "a", "build", 0)}), shapes(build_and_test()));
  model::Pipeline edited = build_and_test();
  edited.jobs[0].steps.erase(edited.jobs[0].steps.begin());
  CHECK(median(seen.estimate(edited, "a")) == Approx(100));
  CHECK(seen.estimate(edited, "a").factors.empty());
}

TEST_CASE("A step shorter than the clock's second takes its mean along, not a median of none") {
  std::vector<RunRecord> runs;
  for (int i = 0; i < 10; ++i)
    runs.push_back(with_step(run(std::to_string(i), "a:100"), "a", "build", i % 5 == 0 ? 5 : 0));
  const Seen seen(ledger(std::move(runs)), shapes(build_and_test()));
  model::Pipeline edited = build_and_test();
  edited.jobs[0].steps.erase(edited.jobs[0].steps.begin());
  CHECK(median(seen.estimate(edited, "a")) == Approx(99));
}

TEST_CASE("Jobs of runs that did not end green are kept aside, with what was cut short, failed ones stop early") {
  RunRecord red = run("2", "a:40 b:70");
  red.conclusion = Conclusion::Failure;
  red.jobs[1].conclusion = Conclusion::Failure;
  RunRecord cancelled = run("3", "a:50 b:20");
  cancelled.conclusion = Conclusion::Cancelled;
  cancelled.jobs[1].conclusion = Conclusion::Cancelled;
  const Seen seen(ledger({run("1", "a:60 b:60"), red, cancelled}), shapes(graph("a, b")));
  std::string aside;
  for (const AsideObservation& one : seen.observations.aside) {
    aside += fmt::format("{} {}{} after {}\n", one.leg, one.seconds, one.cut_short ? " cut short" : "", one.run);
  }
  CHECK(aside == "a 40 after 1\na 50 after 1\nb 20 cut short after 1\n");
  CHECK(seen.observations.runs.size() == 1);
  CHECK(seen.estimate("a").observations == 1);
}

TEST_CASE("A step that goes without any measurement leaves between half and all of the job") {
  const Seen seen(ledger({run("1", "a:100")}), shapes(build_and_test()));
  model::Pipeline edited = build_and_test();
  edited.jobs[0].steps.erase(edited.jobs[0].steps.begin());
  const Estimate estimate = seen.estimate(edited, "a");
  CHECK(text(estimate.factors) == "rest of a 0.50 to 1.00\n");
  CHECK(estimate.factors.at(0).text ==
        "a keeps 50 to 100 % of its time without \"build\": no run tells how long that took");
  CHECK(estimate.origin == model::Origin::Assumed);
}

TEST_CASE("A new step adds 1 to 30 seconds, or what it took when it ran before, which is no assumption") {
  const std::vector<RunRecord> runs = {run("1", "a:100")};
  model::Pipeline edited = build_and_test();
  add_script(edited, "a", "publish");
  const Seen unknown(ledger(runs), shapes(build_and_test()));
  CHECK(text(unknown.estimate(edited, "a").extras) == "a: new steps 1.00 to 30.00\n");
  CHECK(unknown.estimate(edited, "a").origin == model::Origin::Assumed);
  const Seen known(ledger({with_step(run("1", "a:100"), "a", "publish", 12)}), shapes(build_and_test()));
  CHECK(text(known.estimate(edited, "a").extras) == "a: publish 12.00 to 12.00\n");
  CHECK(known.estimate(edited, "a").origin == model::Origin::Pooled);
}

TEST_CASE("Steps of a leg are known under the name that all legs share") {
  model::Pipeline pipeline = graph("p[group=core|shell]");
  for (const char* value : {"core", "shell"}) {
    add_script(pipeline, fmt::format("p[group={}]", value), fmt::format("Build {}", value));
    add_script(pipeline, fmt::format("p[group={}]", value), "report");
  }
  RunRecord record = run("1", "p[group=core]:100 p[group=shell]:100");
  record = with_step(std::move(record), "p[group=core]", "Build core", 40);
  record = with_step(std::move(record), "p[group=shell]", "Build shell", 40);
  const Seen seen(ledger({record}), shapes(pipeline));
  model::Pipeline edited = pipeline;
  for (model::Job& job : edited.jobs) job.steps.erase(job.steps.begin());
  CHECK(median(seen.estimate(edited, "p[group=shell]")) == Approx(60));
}

TEST_CASE("A leg is known by its own times, one that was never seen by another's") {
  const model::Pipeline pipeline = graph("p[group=core|shell|extra]");
  const Seen seen(ledger({run("1", "p[group=core]:100 p[group=shell]:30")}), shapes(pipeline));
  CHECK(median(seen.estimate("p[group=core]")) == Approx(100));
  CHECK(median(seen.estimate("p[group=shell]")) == Approx(30));
  CHECK(seen.estimate("p[group=extra]").runs.empty());
  const double other = median(seen.estimate("p[group=extra]"));
  CHECK((other == Approx(100) || other == Approx(30)));
}

TEST_CASE("A range over the legs gives each leg its middle and their spread") {
  const model::Pipeline pipeline = graph("p[group=core|shell|extra]");
  const Seen seen(ledger({run("1", "p:50..72")}), shapes(pipeline));
  const Estimate estimate = seen.estimate("p[group=core]");
  CHECK(median(estimate) == Approx(60));
  // ln(72 / 50) over the expected range of three standard normals.
  CHECK(estimate.deviation > std::log(72.0 / 50) / 1.693);
  CHECK(estimate.runs.empty());
}

TEST_CASE("A cache that is gone costs what it cost, a cache that is new saves the same") {
  model::Pipeline pipeline = graph("a, b");
  for (const char* id : {"a", "b"}) add_cache(pipeline, id, "deps");
  const Seen seen(ledger({run("1", "a:60 b:80", 0, "hot"), run("2", "a:100", 0, "cold")}), shapes(pipeline));
  CHECK(median(seen.estimate("a")) == Approx(60));
  CHECK(median(seen.estimate("a", {{"deps", kMiss}})) == Approx(100));
  const Estimate cold = seen.estimate("b", {{"deps", kMiss}});
  CHECK(median(cold) == Approx(80));
  CHECK(text(cold.extras) == "b and \"deps\" 12.00 to 40.00\n");
}

TEST_CASE("A job on another runner takes the ratio of jobs that were seen on both, else 0.6 to 1.7 times as long") {
  model::Pipeline pipeline = graph("a, b");
  add_script(pipeline, "a", "build");
  add_script(pipeline, "b", "lint");
  model::Pipeline large = pipeline;
  for (model::Job& job : large.jobs) job.runs_on = {"large"};
  const Seen unseen(ledger({run("1", "a:60 b:30")}), shapes(pipeline));
  CHECK(text(unseen.estimate(large, "a").factors) == "a on large 0.60 to 1.70\n");
  std::vector<Shape> both;
  both.push_back(shape(pipeline, "small"));
  both.push_back(shape(large, "large"));
  std::vector<RunRecord> runs = {run("1", "a:60 b:30"), run("2", "b:15")};
  runs[0].shape = "small";
  runs[1].shape = "large";
  const Seen seen(ledger(runs), std::move(both));
  CHECK(text(seen.estimate(large, "a").factors) == "a on large 0.50 to 0.50\n");
  CHECK(seen.estimate(large, "a").origin == model::Origin::Pooled);
}

TEST_CASE(
    "A job without any run is taken from alike jobs, a light one from what scripts take, else a minute is assumed") {
  model::Pipeline pipeline = graph("a, b, light, alone");
  for (const char* id : {"a", "b"}) add_cache(pipeline, id, "deps");
  add_script(pipeline, "light", "echo");
  for (const char* step : {"w", "x", "y", "z"}) add_script(pipeline, "alone", step);
  const Seen seen(ledger({run("1", "a:200")}), shapes(pipeline));
  CHECK(median(seen.estimate("b")) == Approx(200));
  CHECK(seen.estimate("b").origin == model::Origin::Pooled);
  CHECK(median(seen.estimate("light")) == Approx(4));
  CHECK(seen.estimate("light").origin == model::Origin::Assumed);
  CHECK(median(seen.estimate("alone")) == Approx(60));
  CHECK(seen.estimate("alone").origin == model::Origin::Assumed);
}
