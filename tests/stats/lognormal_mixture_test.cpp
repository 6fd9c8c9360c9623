#include "stats/lognormal_mixture.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "stats/random.h"
#include "tests/catch.h"

using namespace dagsim::stats;

namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

/// Lognormal times about `median`.
std::vector<double> times(size_t count, double median, double deviation, const std::string& name) {
  const Stream stream(3, name);
  std::vector<double> result;
  for (size_t i = 0; i < count; ++i) result.push_back(median * std::exp(deviation * stream.normal(i)));
  return result;
}

std::vector<TimeBounds> measured(const std::vector<double>& seconds) {
  std::vector<TimeBounds> bounds;
  for (const double each : seconds) bounds.push_back({each, each});
  return bounds;
}

}  // namespace

TEST_CASE("Measured times give the mean and the deviation of their logarithms") {
  const LognormalMixture mixture = fit_lognormal(measured({10, 20, 40}), 1);
  REQUIRE(mixture.parts.size() == 1);
  CHECK(std::exp(mixture.parts[0].location) == Approx(20));
  CHECK(mixture.parts[0].deviation == Approx(std::log(2) * std::sqrt(2.0 / 3)));
  CHECK(mixture.quantile(0.5) == Approx(20));
  CHECK(mixture.share_until(20) == Approx(0.5));
  CHECK(mixture.share_until(0) == 0);
  CHECK(mixture.mean() == Approx(20 * std::exp(mixture.parts[0].deviation * mixture.parts[0].deviation / 2)));
}

TEST_CASE("Two cache states are told apart, with their shares") {
  std::vector<double> seconds = times(300, 60, 0.1, "hot");
  for (const double cold : times(100, 200, 0.1, "cold")) seconds.push_back(cold);
  const LognormalMixture mixture = fit_lognormal(measured(seconds));
  REQUIRE(mixture.parts.size() == 2);
  CHECK(mixture.parts[0].share == Approx(0.75).epsilon(0.01));
  CHECK(std::exp(mixture.parts[0].location) == Approx(60).epsilon(0.02));
  CHECK(std::exp(mixture.parts[1].location) == Approx(200).epsilon(0.03));
  CHECK(mixture.share_until(110) == Approx(0.75).epsilon(0.01));
}

TEST_CASE("Rare stalls get a part of their own") {
  std::vector<double> seconds = times(490, 60, 0.1, "usual");
  for (const double stalled : times(10, 300, 0.4, "stalled")) seconds.push_back(stalled);
  const LognormalMixture mixture = fit_lognormal(measured(seconds));
  REQUIRE(mixture.parts.size() == 2);
  CHECK(mixture.parts[1].share == Approx(0.02).epsilon(0.05));
  CHECK(std::exp(mixture.parts[1].location) == Approx(300).epsilon(0.4));
}

TEST_CASE("One population is not split") {
  for (const char* name : {"a", "b", "c", "d", "e"})
    CHECK(fit_lognormal(measured(times(200, 60, 0.3, name))).parts.size() == 1);
  CHECK(fit_lognormal(measured({5, 5, 5, 5, 80, 81, 80})).parts.size() == 1);  // three are too few for a part
}

TEST_CASE("Times rounded to whole seconds give the deviation of the times, not that of the rounding") {
  std::vector<TimeBounds> rounded;
  for (const double each : times(2000, 1.2, 0.2, "short")) {
    const double start = 1000 * Stream(5, "start").uniform(rounded.size());
    rounded.push_back(bounds_of_whole_seconds(std::floor(start + each) - std::floor(start)));
  }
  const LognormalMixture mixture = fit_lognormal(rounded, 1);
  CHECK(mixture.quantile(0.5) == Approx(1.2).epsilon(0.05));
  CHECK(mixture.parts[0].deviation < 0.3);
}

TEST_CASE("What was cut short tells that it would have been longer") {
  std::vector<TimeBounds> bounds;
  std::vector<TimeBounds> ended;
  const Stream stream(9, "cut");
  for (const double each : times(2000, 100, 0.5, "censored")) {
    const double cut = 300 * stream.uniform(bounds.size());
    bounds.push_back(each <= cut ? TimeBounds{each, each} : TimeBounds{cut, kForever});
    if (each <= cut) ended.push_back({each, each});
  }
  const LognormalMixture mixture = fit_lognormal(bounds, 1);
  CHECK(mixture.quantile(0.5) == Approx(100).epsilon(0.03));
  CHECK(mixture.parts[0].deviation == Approx(0.5).epsilon(0.06));
  CHECK(fit_lognormal(ended, 1).quantile(0.5) < 90);
}

TEST_CASE("A weight stands for as many equal times") {
  const std::vector<TimeBounds> weighed = {{10, 10, 3}, {30, 30, 1}};
  const LognormalMixture a = fit_lognormal(weighed, 1);
  const LognormalMixture b = fit_lognormal(measured({10, 10, 10, 30}), 1);
  CHECK(a.parts[0].location == Approx(b.parts[0].location));
  CHECK(a.parts[0].deviation == Approx(b.parts[0].deviation));
  CHECK(distance_of_fit(a, weighed) == Approx(distance_of_fit(b, measured({10, 10, 10, 30}))));
}

TEST_CASE("Without times there is no mixture, and what says nothing is passed over") {
  CHECK(fit_lognormal({}).parts.empty());
  CHECK(fit_lognormal(std::vector<TimeBounds>{{0, kForever}}).parts.empty());
  CHECK_THROWS_AS(LognormalMixture{}.quantile(0.5), std::domain_error);
  CHECK(fit_lognormal(std::vector<TimeBounds>{{0, 0}, {0, 1}, {0, kForever}}).parts.size() == 1);
}

TEST_CASE("The distance of a fit is small where the mixture is right and large where it is wrong") {
  const std::vector<TimeBounds> bounds = measured(times(400, 60, 0.2, "fit"));
  CHECK(distance_of_fit(fit_lognormal(bounds), bounds) < 0.05);
  CHECK(distance_of_fit(fit_lognormal(measured(times(400, 120, 0.2, "other"))), bounds) > 0.9);
  const std::vector<TimeBounds> one = measured({7});
  CHECK(distance_of_fit(fit_lognormal(one), one) == Approx(0.5));
}
