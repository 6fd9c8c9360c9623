#include "study/summary.h"

#include <cmath>
#include <limits>

#include "stats/random.h"
#include "tests/catch.h"
#include "tests/model/pipelines.h"

namespace dagsim::study {
namespace {

constexpr uint32_t kResamples = 16;
constexpr size_t kEach = 256;  // replications of a resample

/// Independent normals around `centre` for each replication, `effect(resample)` added.
template <class Effect>
std::vector<float> noise(const std::string& name, double centre, double deviation, Effect effect) {
  const stats::Stream stream(1, name);
  std::vector<float> values;
  for (uint32_t resample = 0; resample < kResamples; ++resample) {
    for (size_t i = 0; i < kEach; ++i) {
      values.push_back(static_cast<float>(centre + deviation * stream.normal(values.size()) + effect(resample)));
    }
  }
  return values;
}

std::vector<float> noise(const std::string& name, double centre, double deviation) {
  return noise(name, centre, deviation, [](uint32_t) { return 0.0; });
}

std::vector<float> shifted(std::vector<float> values, float by) {
  for (float& value : values) value += by;
  return values;
}

}  // namespace

TEST_CASE("A paired change that is the same in every replication has no error, whatever the noise") {
  const std::vector<float> base = noise("base", 300, 40);
  const Change change = paired_change(base, shifted(base, -20), kResamples, 0.95);
  CHECK(change.mean == Approx(-20).margin(1e-3));
  CHECK(change.interval.low == Approx(-20).margin(1e-2));
  CHECK(change.interval.high == Approx(-20).margin(1e-2));
  CHECK(change.interval.confidence == 0.95);
}

TEST_CASE("What differs between resamples widens the interval of a paired change") {
  const std::vector<float> base = noise("base", 300, 1);
  std::vector<float> edited = base;
  for (size_t i = 0; i < edited.size(); ++i) edited[i] += i / kEach % 2 == 0 ? -30.0F : -10.0F;
  const Change change = paired_change(base, edited, kResamples, 0.95);
  CHECK(change.mean == Approx(-20).margin(1e-3));
  // Student's t for 15 degrees of freedom times the deviation of -30 and -10, n - 1.
  CHECK(change.interval.high - change.mean == Approx(2.1314 * 10 * std::sqrt(16.0 / 15)).epsilon(1e-3));
}

TEST_CASE("Two runs differ by the change and the noise of both") {
  const std::vector<float> base = noise("base", 300, 20);
  const TwoRuns runs = two_runs(base, shifted(base, -20), kResamples, 0.8);
  // Deviation 20 * sqrt(2), 80 % of a normal lies within 1.2816 deviations.
  CHECK(runs.change.low == Approx(-20 - 1.2816 * 28.28).margin(2));
  CHECK(runs.change.high == Approx(-20 + 1.2816 * 28.28).margin(2));
  CHECK(runs.change.confidence == 0.8);
  // 2 * 400 * (1.96 + 0.8416)^2 / 400 = 15.7.
  REQUIRE(runs.runs_to_confirm);
  CHECK(*runs.runs_to_confirm >= 15);
  CHECK(*runs.runs_to_confirm <= 17);
}

TEST_CASE("No number of runs is named for a change of nothing or one lost in noise, and one run for a plain one") {
  const std::vector<float> base = noise("base", 300, 20);
  CHECK_FALSE(two_runs(base, base, kResamples, 0.8).runs_to_confirm);
  CHECK_FALSE(two_runs(base, shifted(base, 0.5F), kResamples, 0.8).runs_to_confirm);
  CHECK(two_runs(base, shifted(base, -290), kResamples, 0.8).runs_to_confirm == 1U);
}

TEST_CASE("An assumption that moves the change is told with both ends, the strongest first, and others are not") {
  sim::Results results;
  results.resamples = 64;
  const stats::Stream order(1, "order");
  std::vector<double> strong;
  std::vector<double> weak;
  std::vector<double> idle;
  for (uint32_t i = 0; i < 64; ++i) {
    strong.push_back(i / 63.0);
    weak.push_back((i * 29 % 64) / 63.0);
    idle.push_back(order.uniform(i));
  }
  results.assumptions = {
      {"constant", std::vector<double>(64, 1.0)}, {"idle", idle}, {"strong", strong}, {"weak", weak}};
  std::vector<float> base;
  std::vector<float> edited;
  for (uint32_t i = 0; i < 64; ++i) {
    base.push_back(300);
    edited.push_back(static_cast<float>(260 + 60 * strong[i] - 20 * weak[i]));
  }
  const std::vector<Sensitivity> found = sensitivities(base, edited, results);
  REQUIRE(!found.empty());
  CHECK(found[0].assumption == "strong");
  CHECK(found[0].at_low < -40);
  CHECK(found[0].at_high > -5);
  for (const Sensitivity& one : found) {
    CHECK(one.assumption != "idle");
    CHECK(one.assumption != "constant");
  }
}

TEST_CASE("A distribution has the mean and the deciles of its values") {
  std::vector<double> values;
  for (int i = 0; i <= 10; ++i) values.push_back(10.0 * i);
  const Distribution result = distribution(values);
  CHECK(result.mean == Approx(50));
  CHECK(result.p10 == Approx(10));
  CHECK(result.p50 == Approx(50));
  CHECK(result.p90 == Approx(90));
}

TEST_CASE("First red over the mix of kinds changes by the kinds' changes in proportion to their rates") {
  model::Pipeline pipeline = model::testing::graph("a, b");
  pipeline.defects = {{"style", {"a"}, 3.0, {}}, {"logic", {"b"}, 1.0, {}}};
  const size_t replications = kResamples * kEach;
  sim::Result base;
  base.wall.assign(replications, 100);
  base.first_red = {{"style", std::vector<float>(replications, 20), {1, 0}},
                    {"logic", std::vector<float>(replications, 80), {0, 1}}};
  sim::Result edited = base;
  edited.first_red[1].seconds.assign(replications, 40);
  const std::optional<Change> change = first_red_change(pipeline, base, edited, kResamples, 0.95);
  REQUIRE(change);
  CHECK(change->mean == Approx(-10).margin(1));
  CHECK(change->interval.holds(-10));
  edited.first_red[1].seconds.assign(replications, std::numeric_limits<float>::infinity());
  CHECK(first_red_change(pipeline, base, edited, kResamples, 0.95)->mean == 0);
  pipeline.defects[0].rate.reset();
  CHECK_FALSE(first_red_change(pipeline, base, edited, kResamples, 0.95));
}

TEST_CASE("A chain is shown with its first job first") {
  CHECK(chain_text({{"a", "b", "gate"}, 1}) == "a > b > gate");
  CHECK(chain_text({}).empty());
}

}  // namespace dagsim::study
