#include "stats/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/random.h"
#include "tests/catch.h"

namespace dagsim::stats {

using Values = std::vector<double>;

TEST_CASE("Mean and standard deviation of small samples") {
  CHECK(mean(Values{1, 2, 6}) == 3);
  CHECK(standard_deviation(Values{1, 2, 6}) == Approx(std::sqrt(7.0)));
  CHECK(standard_deviation(Values{5}) == 0);
  CHECK(standard_deviation(Values{}) == 0);
  CHECK_THROWS_WITH(mean(Values{}), "mean needs at least one value");
}

TEST_CASE("The standard deviation of large values with a small spread is exact") {
  CHECK(standard_deviation(Values{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}) == Approx(std::sqrt(30.0)));
}

TEST_CASE("Quantiles interpolate between order statistics as type 7 of Hyndman and Fan") {
  const Values values = {40, 10, 30, 20};
  CHECK(quantile(values, 0) == 10);
  CHECK(quantile(values, 1) == 40);
  CHECK(quantile(values, 0.5) == 25);
  CHECK(quantile(values, 0.9) == Approx(37));  // quantile(c(10,20,30,40), 0.9) in R
  CHECK(quantile(values, 0.25) == Approx(17.5));
  CHECK(quantile(Values{3}, 0.7) == 3);
}

TEST_CASE("Quantiles of sorted and of shuffled values are the same") {
  const Stream stream(3, "values");
  Values values;
  for (uint64_t i = 0; i < 999; ++i) {
    values.push_back(stream.normal(i));
  }
  Values sorted = values;
  std::sort(sorted.begin(), sorted.end());
  for (const double p : {0.0, 0.01, 0.1, 0.333, 0.5, 0.9, 0.999, 1.0}) {
    CHECK(quantile(values, p) == quantile_sorted(sorted, p));
  }
}

TEST_CASE("Quantiles of nothing or at a level outside 0 to 1 are refused") {
  CHECK_THROWS_AS(quantile(Values{}, 0.5), std::domain_error);
  CHECK_THROWS_AS(quantile(Values{1}, 1.5), std::domain_error);
  CHECK_THROWS_AS(quantile_sorted(Values{1}, -0.1), std::domain_error);
  CHECK_THROWS_AS(quantile_sorted(Values{}, 0.1), std::domain_error);
}

TEST_CASE("Student's quantiles agree with closed forms and tables") {
  for (const double p : {0.001, 0.1, 0.4, 0.6, 0.975, 0.9995}) {
    CHECK(student_quantile(p, 1) == Approx(std::tan(std::acos(-1.0) * (p - 0.5))).epsilon(1e-11));
    CHECK(student_quantile(p, 2) == Approx((2 * p - 1) / std::sqrt(2 * p * (1 - p))).epsilon(1e-11));
  }
  CHECK(student_quantile(0.975, 5) == Approx(2.570581835636314).epsilon(1e-12));   // qt(0.975, 5) in R
  CHECK(student_quantile(0.975, 30) == Approx(2.042272456301238).epsilon(1e-12));  // qt(0.975, 30) in R
  CHECK(student_quantile(0.5, 7) == 0);
  CHECK(student_quantile(0.975, 1e7) == Approx(normal_quantile(0.975)).epsilon(1e-6));
}

TEST_CASE("Student's quantiles are symmetric and fall with the degrees of freedom") {
  for (const double degrees : {0.5, 0.9, 1.0, 1.5, 3.0, 4.9, 12.0, 63.0, 1000.0}) {
    for (const double p : {1e-9, 1e-4, 0.2, 0.45, 0.4999}) {
      CHECK(student_quantile(p, degrees) == Approx(-student_quantile(1 - p, degrees)).epsilon(1e-6));
      CHECK(std::isfinite(student_quantile(p, degrees)));
      CHECK(student_quantile(p, degrees) < student_quantile(p, degrees * 1.5));
    }
  }
}

TEST_CASE("Student's quantile is refused outside its domain") {
  CHECK_THROWS_AS(student_quantile(0, 3), std::domain_error);
  CHECK_THROWS_AS(student_quantile(1, 3), std::domain_error);
  CHECK_THROWS_WITH(student_quantile(0.5, 0), "degrees is 0, but must be positive and finite");
}

TEST_CASE("The interval of many resamples lies within them, at their quantiles") {
  Values estimates;
  for (int i = 1; i <= 39; ++i) estimates.push_back(i);
  const Interval interval = interval_of_resamples(estimates, 0.9);
  CHECK(interval.low == Approx(2));  // position 0.05 * 40
  CHECK(interval.high == Approx(38));
  CHECK(interval_of_resamples(estimates, 0.95).low == Approx(1));
}

TEST_CASE("The interval of few resamples is the mean with Student's multiple of their deviation") {
  const Interval interval = interval_of_resamples(Values{9, 10, 11}, 0.95);
  CHECK(interval.low == Approx(10 - 4.302652729749464));  // qt(0.975, 2) in R
  CHECK(interval.high == Approx(10 + 4.302652729749464));
  CHECK(interval.confidence == 0.95);
  CHECK(interval.holds(10));
  CHECK_FALSE(interval.holds(15));
}

TEST_CASE("The interval of one resample is a point, that of none is refused") {
  CHECK(interval_of_resamples(Values{4}, 0.9).low == 4);
  CHECK(interval_of_resamples(Values{4}, 0.9).high == 4);
  CHECK_THROWS_AS(interval_of_resamples(Values{}, 0.9), std::domain_error);
  CHECK_THROWS_AS(interval_of_resamples(Values{1, 2}, 1), std::domain_error);
}

TEST_CASE("The interval of resamples holds the next estimate as often as it says") {
  const Stream stream(17, "coverage");
  int inside = 0;
  constexpr int kTrials = 4000;
  for (int trial = 0; trial < kTrials; ++trial) {
    Values estimates;
    for (uint64_t i = 0; i < 64; ++i) {
      estimates.push_back(stream.normal(static_cast<uint64_t>(trial) * 65 + i));
    }
    inside +=
        interval_of_resamples(estimates, 0.9).holds(stream.normal(static_cast<uint64_t>(trial) * 65 + 64)) ? 1 : 0;
  }
  // A new normal lies sqrt(1 + 1/64) deviations out: 0.8966 +/- 4.9 standard errors.
  CHECK(inside / static_cast<double>(kTrials) == Approx(0.8966).margin(0.0236));
}

TEST_CASE("The continuous ranked probability score of a point is its absolute error") {
  CHECK(crps(Values{3}, 5) == 2);
  CHECK(crps(Values{3, 3, 3}, 5) == Approx(2));
}

TEST_CASE("The continuous ranked probability score is the integral over the empirical distribution") {
  // Forecast {0, 1} against 0.5: the integral of (F - H)^2 is 0.25 over [0, 1].
  CHECK(crps(Values{1, 0}, 0.5) == Approx(0.25));
  // Against 2: 0.25 over [0, 1], 1 over [1, 2].
  CHECK(crps(Values{0, 1}, 2) == Approx(1.25));
  CHECK_THROWS_AS(crps(Values{}, 1), std::domain_error);
}

TEST_CASE("The score of a normal forecast agrees with its closed form") {
  Values forecast;
  for (int i = 0; i < 20'000; ++i) {
    forecast.push_back(normal_quantile((i + 0.5) / 20'000));
  }
  // Gneiting and Raftery 2007: z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi).
  const double z = 0.7;
  const double expected = z * std::erf(z / std::sqrt(2.0)) + 2 * std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0)) -
                          1 / std::sqrt(std::acos(-1.0));
  CHECK(crps(forecast, z) == Approx(expected).epsilon(1e-3));
}

TEST_CASE("Quantiles by selection are those by sorting") {
  const Stream stream(7, "selection");
  std::vector<float> values;
  for (uint64_t i = 0; i < 1001; ++i) values.push_back(static_cast<float>(stream.uniform(i)));
  const std::vector<double> doubles(values.begin(), values.end());
  const std::vector<double> probabilities{0, 0.1, 0.1, 0.5, 0.905, 1};
  const std::vector<double> selected = quantiles(values, probabilities);
  REQUIRE(selected.size() == probabilities.size());
  for (size_t i = 0; i < probabilities.size(); ++i) CHECK(selected[i] == quantile(doubles, probabilities[i]));
  CHECK_THROWS_AS(quantiles({}, probabilities), std::domain_error);
}

}  // namespace dagsim::stats
