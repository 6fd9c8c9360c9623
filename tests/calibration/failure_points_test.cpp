#include "calibration/failure_points.h"

#include <algorithm>
#include <cmath>

#include "model/timing.h"
#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

namespace dagsim::calibration {
namespace {

/// Green runs in which every job takes 100 s, and red ones.
FailurePoints points(const std::string& drawing, const std::vector<RedRun>& red, const std::string& gate = "") {
  model::Pipeline pipeline = testing::graph(drawing);
  pipeline.gate = gate;
  Diagnostics diagnostics;
  Observations observations;
  for (const model::Job& job : pipeline.jobs) {
    for (uint32_t run = 0; run < 5; ++run) observations.list.push_back({run, job.id, job.stream, 0, std::log(100.0)});
  }
  observations.red_runs = red;
  return find_failure_points(observations, pipeline, model::Graph::build(pipeline, diagnostics));
}

std::vector<RedRun> times(size_t count, const RedRun& run) {
  return std::vector<RedRun>(count, run);
}

double quantile(const FailurePoints& found, double share) {
  return found.shares[static_cast<size_t>(share * model::kFailurePoints)];
}

TEST_CASE("Without red runs nothing is known of where jobs fail") {
  CHECK(points("a", {}).shares.empty());
  CHECK(points("a", {{{"other"}, {50}, {}}}).shares.empty());
}

TEST_CASE("Many failures tell where they strike, a late one beyond the usual time too") {
  const FailurePoints found = points("a", times(1000, {{"a"}, {150}, {}}));
  CHECK(found.failures == 1000);
  CHECK(found.median == Approx(1.5));
  REQUIRE(found.shares.size() == model::kFailurePoints);
  CHECK(std::ranges::is_sorted(found.shares));
  CHECK(quantile(found, 0.5) == Approx(1.5));
}

TEST_CASE("One failure hardly moves the usual law, ten weigh as much as it") {
  CHECK(quantile(points("a", {{{"a"}, {1}, {}}}), 0.5) == Approx(std::cbrt(0.45)).margin(0.02));
  const FailurePoints ten = points("a", times(10, {{"a"}, {1}, {}}));
  CHECK(quantile(ten, 0.25) == Approx(0.01));
  CHECK(quantile(ten, 0.75) == Approx(std::cbrt(0.5)).margin(0.02));
}

TEST_CASE("A red run counts once, however many jobs failed in it") {
  std::vector<RedRun> red = times(500, {{"a", "b", "c"}, {10, 10, 10}, {}});
  const std::vector<RedRun> late = times(520, {{"a"}, {90}, {}});
  red.insert(red.end(), late.begin(), late.end());
  CHECK(points("a, b, c", red).median == Approx(0.9));
}

TEST_CASE("What passes a failure on does not count: jobs behind the one that failed, and the gate") {
  const FailurePoints found = points("a -> b -> gate", times(100, {{"a", "b", "gate"}, {30, 5, 5}, {}}), "gate");
  CHECK(found.failures == 100);
  CHECK(found.median == Approx(0.3));
}

}  // namespace
}  // namespace dagsim::calibration
