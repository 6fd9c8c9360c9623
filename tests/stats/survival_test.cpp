#include "stats/survival.h"

#include <cmath>
#include <stdexcept>
#include <vector>

#include "stats/random.h"
#include "tests/catch.h"

using dagsim::stats::survival_quantile;
using Times = std::vector<double>;

TEST_CASE("With nothing cut short the quantile is that of the ordered times") {
  const Times ended = {30, 10, 40, 20};
  CHECK(survival_quantile(ended, Times{}, 0.25) == 10);
  CHECK(survival_quantile(ended, Times{}, 0.5) == 20);
  CHECK(survival_quantile(ended, Times{}, 0.51) == 30);
  CHECK(survival_quantile(ended, Times{}, 1) == 40);
}

TEST_CASE("What was cut short counts as there until then: the curve of a textbook by hand") {
  // At 6 three of 21 end, at 7 one of 17, at 10 one of 15: Freireich's remission weeks, as in Kaplan-Meier examples.
  const Times ended = {6, 6, 6, 7, 10, 13, 16, 22, 23};
  const Times cut_short = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};
  CHECK(survival_quantile(ended, cut_short, 0.14) == 6);   // S(6) = 0.857
  CHECK(survival_quantile(ended, cut_short, 0.15) == 7);   // S(7) = 0.807
  CHECK(survival_quantile(ended, cut_short, 0.2) == 10);   // S(10) = 0.753
  CHECK(survival_quantile(ended, cut_short, 0.5) == 23);   // S(22) = 0.538, S(23) = 0.448
  CHECK_FALSE(survival_quantile(ended, cut_short, 0.56));  // S never falls below 0.448
}

TEST_CASE("Without an end nothing is known, and a share beyond all is refused") {
  CHECK_FALSE(survival_quantile(Times{}, Times{5, 6}, 0.5));
  CHECK_FALSE(survival_quantile(Times{}, Times{}, 0.5));
  CHECK_THROWS_AS(survival_quantile(Times{1}, Times{}, 1.5), std::domain_error);
  CHECK_THROWS_AS(survival_quantile(Times{1}, Times{}, std::nan("")), std::domain_error);
}

TEST_CASE("Cutting short at random leaves the median where it is, the median of what did end is too short") {
  const dagsim::stats::Stream stream(7, "survival");
  std::vector<uint32_t> bits(8000);
  stream.fill(0, bits);
  Times ended;
  Times cut_short;
  for (size_t i = 0; i < bits.size(); i += 2) {
    const double time = -100 * std::log((bits[i] + 0.5) / 4294967296.0);  // exponential with mean 100
    const double cut = -150 * std::log((bits[i + 1] + 0.5) / 4294967296.0);
    (time <= cut ? ended : cut_short).push_back(std::min(time, cut));
  }
  CHECK(survival_quantile(ended, cut_short, 0.5).value() == Approx(100 * std::log(2)).epsilon(0.05));
  CHECK(survival_quantile(ended, Times{}, 0.5).value() < 0.7 * 100 * std::log(2));
}
