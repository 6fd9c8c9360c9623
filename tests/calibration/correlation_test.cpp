#include "calibration/correlation.h"

#include <cmath>
#include <limits>

#include "stats/random.h"
#include "tests/catch.h"

namespace dagsim::calibration {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Runs of three jobs: the first two share `common` of their variance, the third goes its own way.
TimesByRun drawn(size_t runs, double common) {
  const stats::Stream shared(1, "shared");
  const stats::Stream own[] = {stats::Stream(1, "a"), stats::Stream(1, "b"), stats::Stream(1, "c")};
  TimesByRun times;
  for (size_t run = 0; run < runs; ++run) {
    const double z = stats::normal_quantile(shared.uniform(run));
    std::vector<double>& row = times.emplace_back();
    for (size_t job = 0; job < 3; ++job) {
      const double e = stats::normal_quantile(own[job].uniform(run));
      row.push_back(std::exp(job < 2 ? std::sqrt(common) * z + std::sqrt(1 - common) * e : e));
    }
  }
  return times;
}

TEST_CASE("Jobs that share most of what they vary by are as correlated as they are, others are not") {
  const auto correlation = shrunk_correlation(drawn(2000, 0.8));
  CHECK(correlation[0][1] == Approx(0.8).margin(0.03));
  CHECK(correlation[1][0] == correlation[0][1]);
  CHECK(std::abs(correlation[0][2]) < 0.06);
  CHECK(correlation[2][2] == Approx(1));
}

TEST_CASE("Few runs of jobs that have nothing in common are taken as independent") {
  const auto correlation = shrunk_correlation(drawn(12, 0));
  CHECK(std::abs(correlation[0][1]) < 0.25);
  CHECK(std::abs(correlation[0][2]) < 0.25);
}

TEST_CASE("A job that never varies, or shares no four runs with another, has no correlation") {
  TimesByRun times = drawn(100, 0.8);
  for (std::vector<double>& run : times) run[2] = 60;
  for (size_t run = 0; run < times.size(); ++run) times[run][run < 50 ? 0 : 1] = kMissing;
  const auto correlation = shrunk_correlation(times);
  CHECK(correlation[0][1] == Approx(0).margin(1e-6));
  CHECK(correlation[0][2] == Approx(0).margin(1e-6));
  CHECK(correlation[2][2] == Approx(1));
}

TEST_CASE("The factor of a correlation gives it back, also where pairs contradict one another") {
  TimesByRun times;
  // a and b, a and c agree; b and c, seen in other runs, oppose one another.
  for (int i = 0; i < 40; ++i) {
    const double x = 10 + i % 7;
    if (i % 3 == 0) times.push_back({x, x, kMissing});
    if (i % 3 == 1) times.push_back({x, kMissing, x});
    if (i % 3 == 2) times.push_back({kMissing, x, 30 - x});
  }
  const auto correlation = shrunk_correlation(times);
  const auto factor = factor_of(correlation);
  for (size_t a = 0; a < 3; ++a) {
    for (size_t b = 0; b < 3; ++b) {
      double product = 0;
      for (size_t i = 0; i < 3; ++i) product += factor[a][i] * factor[b][i];
      CHECK(product == Approx(correlation[a][b]).margin(1e-6));
    }
    CHECK(correlation[a][a] == Approx(1));
  }
  CHECK(correlation[0][1] > 0.3);
  CHECK(correlation[1][2] < 0);
}

TEST_CASE("Of no runs and no jobs there is no correlation") {
  CHECK(shrunk_correlation({}).empty());
  CHECK(factor_of({}).empty());
}

}  // namespace
}  // namespace dagsim::calibration
