#include "study/precision.h"

#include <cmath>

#include "stats/random.h"
#include "tests/catch.h"

namespace dagsim::study {
namespace {

/// `count` replications of each pipeline: mean 100, this deviation, and levels of the resamples that differ far more.
sim::Results results(uint64_t count, double deviation, double change_deviation) {
  const stats::Stream dice(5, "walls");
  const stats::Stream changes(5, "changes");
  sim::Results results;
  results.replications = count;
  results.resamples = 4;
  results.variants.resize(2);
  for (uint64_t i = 0; i < count; ++i) {
    const double level = 70 + 20 * std::floor(static_cast<double>(4 * i) / static_cast<double>(count));
    const double wall = level + deviation * dice.normal(i);
    results.variants[0].wall.push_back(static_cast<float>(wall));
    results.variants[1].wall.push_back(static_cast<float>(wall - 10 + change_deviation * changes.normal(i)));
  }
  return results;
}

}  // namespace

TEST_CASE("Precision is that of the mean, whatever the history's resamples differ by") {
  CHECK(precision_of(results(40'000, 10, 0)) == Approx(1.96 * 10 / 200 / 100).epsilon(0.02));
}

TEST_CASE("The change of an edit counts where it is known less well than the wall clock") {
  CHECK(precision_of(results(40'000, 10, 30)) == Approx(1.96 * 30 / 200 / 100).epsilon(0.02));
}

TEST_CASE("As many replications as a pilot says give the precision that was asked for") {
  const uint64_t wanted = replications_for(results(4'000, 10, 0), 0.002, 1'000'000);
  CHECK(static_cast<double>(wanted) == Approx(std::pow(1.96 * 10 / 100 / 0.002, 2)).epsilon(0.05));
  CHECK(precision_of(results(wanted / 4 * 4, 10, 0)) == Approx(0.002).epsilon(0.05));
  CHECK(replications_for(results(4'000, 10, 0), 0.00001, 1'000'000) == 1'000'000);
}

}  // namespace dagsim::study
