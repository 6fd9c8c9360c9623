#include "calibration/inference.h"

#include <algorithm>
#include <cmath>

#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;

namespace {

/// What walls and spans say beyond the published times.
struct Told {
  explicit Told(std::vector<RunRecord> runs, model::Pipeline pipeline)
      : seen(ledger(std::move(runs)), shapes(std::move(pipeline))),
        dispatch(infer_from_walls(seen.observations, seen.shapes, seen.vocabulary, seen.estimator)) {}
  Seen seen;
  Dispatch dispatch;

  double median(std::string_view job) const { return std::exp(seen.estimate(job).location); }
  /// The share of a job's draws that lie above the given seconds.
  double above(std::string_view job, double seconds) const {
    const std::vector<double> draws = seen.estimate(job).draws;
    const auto count = std::count_if(draws.begin(), draws.end(), [&](double draw) { return std::exp(draw) > seconds; });
    return static_cast<double>(count) / static_cast<double>(draws.size());
  }
};

/// Jobs that each compile, so that none is light.
model::Pipeline compiled(const std::string& drawing) {
  model::Pipeline pipeline = graph(drawing);
  for (const model::Job& job : pipeline.jobs) add_cache(pipeline, job.id, "deps");
  return pipeline;
}

RunRecord with_span(RunRecord record, const std::string& from, const std::string& to, double seconds) {
  record.spans.push_back({{from}, {to}, seconds});
  return record;
}

}  // namespace

TEST_CASE("A wall pins the only unpublished job of its chain") {
  std::vector<RunRecord> runs;
  for (int i = 0; i < 6; ++i) runs.push_back(run(std::to_string(i), "a:60 c:30", 60 + 200 + 30 + 3 * 3));
  const Told told(std::move(runs), compiled("a -> b -> c"));
  const Estimate estimate = told.seen.estimate("b");
  CHECK(estimate.origin == model::Origin::Inferred);
  CHECK(told.median("b") == Approx(200).epsilon(0.06));
  CHECK(estimate.uncertainty < 0.15);
  CHECK(estimate.draws.size() == 64);
}

TEST_CASE("A wall bounds an unpublished job off its chain and keeps what was thought of it below") {
  const Told told({run("1", "a:60 b:200 d:30", 60 + 200 + 30 + 9)}, compiled("a -> b -> d, a -> c -> d"));
  const Estimate estimate = told.seen.estimate("c");
  CHECK(estimate.origin == model::Origin::Inferred);
  CHECK(told.above("c", 230) < 0.05);
  CHECK(estimate.uncertainty > 0.2);
  CHECK(told.median("c") < 200);
}

TEST_CASE("A span tells the time between the start of one job and the end of another") {
  const Told told({with_span(run("1", "a:60"), "b", "b", 150)}, compiled("a -> b -> c"));
  CHECK(told.median("b") == Approx(150).epsilon(0.15));
  CHECK(told.dispatch.origin == model::Origin::Assumed);
}

TEST_CASE("Measured times are never replaced by inferred ones") {
  const Told told({run("1", "a:60 b:100"), run("2", "a:60", 400)}, compiled("a -> b"));
  CHECK(told.seen.estimate("b").origin == model::Origin::Measured);
  CHECK(told.median("b") == Approx(100));
}

TEST_CASE("Where all times are published the wall tells the dispatch") {
  std::vector<RunRecord> runs;
  for (int i = 0; i < 5; ++i) runs.push_back(run(std::to_string(i), "a:60 b:60 c:60 d:60", 240 + 4 * 6));
  const Told told(std::move(runs), compiled("a -> b -> c -> d"));
  CHECK(std::exp(told.dispatch.median.location) == Approx(6).epsilon(0.1));
  CHECK(told.dispatch.median.uncertainty < 0.25);
  CHECK(told.dispatch.origin == model::Origin::Inferred);
  CHECK(told.dispatch.draws.size() == 64);
}

TEST_CASE("Without walls and spans the dispatch is assumed and nothing is inferred") {
  const Told told({run("1", "a:60")}, compiled("a -> b"));
  CHECK(told.dispatch.origin == model::Origin::Assumed);
  CHECK(std::exp(told.dispatch.median.location) == Approx(kDispatchMedian));
  CHECK(told.seen.estimate("b").origin == model::Origin::Pooled);
}

TEST_CASE("Two unpublished jobs of one chain have joint draws: what one takes the other lacks") {
  const Told told({run("1", "a:100", 100 + 300 + 9)}, compiled("a -> b -> c"));
  const std::vector<double> b = told.seen.estimate("b").draws;
  const std::vector<double> c = told.seen.estimate("c").draws;
  REQUIRE(b.size() == c.size());
  double products = 0;
  double b_mean = 0;
  double c_mean = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    b_mean += b[i] / static_cast<double>(b.size());
    c_mean += c[i] / static_cast<double>(c.size());
  }
  for (size_t i = 0; i < b.size(); ++i) products += (b[i] - b_mean) * (c[i] - c_mean);
  CHECK(products < 0);
  CHECK(told.median("b") + told.median("c") == Approx(300).epsilon(0.2));
}
