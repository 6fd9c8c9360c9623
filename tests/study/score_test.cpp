#include "study/score.h"

#include <cmath>

#include "stats/random.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::study;

namespace {

std::vector<double> lognormal(const std::string& name, size_t count, double spread = 0.2) {
  const stats::Stream stream(7, name);
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i) values.push_back(100 * std::exp(spread * stream.normal(i)));
  return values;
}

Scorer scored(const Forecast& forecast, const std::vector<double>& outcomes, size_t windows) {
  Scorer scorer;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (i % (outcomes.size() / windows) == 0) scorer.begin_window();
    scorer.add(forecast, outcomes[i]);
  }
  return scorer;
}

}  // namespace

TEST_CASE("A forecast of one value scores its distance") {
  const Forecast forecast({60});
  CHECK(forecast.crps(90) == Approx(30));
  CHECK(forecast.crps(60) == Approx(0).margin(1e-12));
}

TEST_CASE("The score of two equally likely values is what the integral gives") {
  // CRPS = integral of (F - H)^2: over [0, 1] with an outcome of 0.25 it is (1/2)^2 everywhere.
  CHECK(Forecast({0, 1}).crps(0.25) == Approx(0.25));
  CHECK(Forecast({0, 1}).crps(2) == Approx(0.25 + 1));
}

TEST_CASE("An outcome lies in a forecast by the share below it, ties counting half") {
  const Forecast forecast({1, 2, 2, 3});
  CHECK(forecast.position(0) == 0);
  CHECK(forecast.position(2) == Approx(0.5));
  CHECK(forecast.position(2.5) == Approx(0.75));
  CHECK(forecast.position(9) == 1);
}

TEST_CASE("Outcomes of the forecast's own distribution lie in its intervals as often as they should") {
  const Score score = scored(Forecast(lognormal("forecast", 4000)), lognormal("outcomes", 2000), 20).score();
  CHECK(std::abs(score.coverage50.value - 0.5) < 3 * score.coverage50.error);
  CHECK(std::abs(score.coverage80.value - 0.8) < 3 * score.coverage80.error);
  CHECK(score.coverage80.error == Approx(std::sqrt(0.8 * 0.2 / 2000)).epsilon(0.5));
  CHECK(score.median_error < 0.05);
  for (const double share : score.positions) CHECK(share == Approx(0.1).margin(0.03));
}

TEST_CASE("A forecast that is too sure covers less than it says, one that is too wide more") {
  const std::vector<double> outcomes = lognormal("outcomes", 1000);
  CHECK(scored(Forecast(lognormal("narrow", 2000, 0.1)), outcomes, 10).score().coverage80.value < 0.6);
  CHECK(scored(Forecast(lognormal("wide", 2000, 0.4)), outcomes, 10).score().coverage80.value > 0.95);
}

TEST_CASE("The true distribution scores best") {
  const std::vector<double> outcomes = lognormal("outcomes", 1000);
  const double own = scored(Forecast(lognormal("forecast", 2000)), outcomes, 10).mean_crps();
  CHECK(own < scored(Forecast(lognormal("narrow", 2000, 0.1)), outcomes, 10).mean_crps());
  CHECK(own < scored(Forecast(lognormal("wide", 2000, 0.4)), outcomes, 10).mean_crps());
  CHECK(own < scored(Forecast({100}), outcomes, 10).mean_crps());
}

TEST_CASE("Standard errors are wider where the runs of a window are alike") {
  Scorer apart;
  Scorer alike;
  const Forecast forecast(lognormal("forecast", 1000));
  for (size_t window = 0; window < 10; ++window) {
    apart.begin_window();
    alike.begin_window();
    for (size_t i = 0; i < 20; ++i) {
      apart.add(forecast, i % 5 == 0 ? 500 : 100);
      alike.add(forecast, window % 5 == 0 ? 500 : 100);
    }
  }
  CHECK(apart.score().coverage80.value == Approx(alike.score().coverage80.value));
  CHECK(apart.score().coverage80.error < 0.001);
  CHECK(alike.score().coverage80.error > 0.08);
}
