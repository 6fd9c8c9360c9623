// With spread: against closed forms, numeric integration and a plain Monte Carlo in double precision. Margins are some
// five standard errors.
#include <algorithm>
#include <cmath>

#include "stats/estimate.h"
#include "stats/random.h"
#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::as_doubles;
using testing::Example;
using testing::mean_of;
using testing::run;

constexpr uint64_t kMany = 1 << 18;

double normal_distribution(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double lognormal_mean(double median, double spread) {
  return median * std::exp(spread * spread / 2);
}
double lognormal_deviation(double median, double spread) {
  return lognormal_mean(median, spread) * std::sqrt(std::expm1(spread * spread));
}

/// The Kolmogorov-Smirnov statistic of values against a distribution function, times sqrt(n).
template <class Distribution>
double kolmogorov(std::vector<double> values, const Distribution& distribution) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double worst = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double p = distribution(values[i]);
    worst = std::max({worst, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return worst * std::sqrt(n);
}

}  // namespace

TEST_CASE("One lognormal job has the mean, deviation and quantiles of its law") {
  Example example;
  example.job("a", 300, {}, 0.4);
  const std::vector<double> wall = as_doubles(run(example, kMany).wall);
  const double deviation = lognormal_deviation(300, 0.4);
  CHECK(stats::mean(wall) == Approx(lognormal_mean(300, 0.4)).margin(5 * deviation / 512));
  CHECK(stats::standard_deviation(wall) == Approx(deviation).epsilon(0.015));
  CHECK(stats::quantile(wall, 0.5) == Approx(300).epsilon(0.005));
  CHECK(stats::quantile(wall, 0.9) == Approx(300 * std::exp(0.4 * stats::normal_quantile(0.9))).epsilon(0.007));
  CHECK(stats::quantile(wall, 0.999) == Approx(300 * std::exp(0.4 * stats::normal_quantile(0.999))).epsilon(0.03));
}

TEST_CASE("One lognormal job follows its law (Kolmogorov-Smirnov, alpha 1e-6)") {
  Example example;
  example.job("a", 5000, {}, 0.4);
  const auto law = [](double seconds) { return normal_distribution(std::log(seconds / 5000) / 0.4); };
  CHECK(kolmogorov(as_doubles(run(example, 1 << 16).wall), law) < 2.69);
}

TEST_CASE("Means and variances of jobs in series add up") {
  Example example;
  example.job("a", 100, {}, 0.3).job("b", 200, {"a"}, 0.5).job("c", 50, {"b"}, 0.2).dispatch("b", 10, 0.8);
  const std::vector<double> wall = as_doubles(run(example, kMany).wall);
  const double expected =
      lognormal_mean(100, 0.3) + lognormal_mean(200, 0.5) + lognormal_mean(50, 0.2) + lognormal_mean(10, 0.8);
  const double deviation = std::hypot(std::hypot(lognormal_deviation(100, 0.3), lognormal_deviation(200, 0.5)),
                                      std::hypot(lognormal_deviation(50, 0.2), lognormal_deviation(10, 0.8)));
  CHECK(stats::mean(wall) == Approx(expected).margin(5 * deviation / 512));
  CHECK(stats::standard_deviation(wall) == Approx(deviation).epsilon(0.02));
}

TEST_CASE("Jobs that share a law move together, dispatches never do") {
  Example example;
  example.job("a", 100, {}, 0.5).job("b", 100, {"a"}, 0.5);
  example.time("b").terms = example.time("a").terms;
  const std::vector<double> wall = as_doubles(run(example, kMany).wall);
  CHECK(stats::standard_deviation(wall) == Approx(2 * lognormal_deviation(100, 0.5)).epsilon(0.02));

  Example queues;
  queues.job("a", 0).job("b", 0, {"a"}).dispatch("a", 100, 0.5);
  queues.time("b").dispatch = queues.time("a").dispatch;
  const std::vector<double> waits = as_doubles(run(queues, kMany).wall);
  CHECK(stats::standard_deviation(waits) == Approx(std::sqrt(2.0) * lognormal_deviation(100, 0.5)).epsilon(0.02));
}

TEST_CASE("The maximum of ten lognormal jobs has the mean that numeric integration gives") {
  Example example;
  for (int i = 0; i < 10; ++i) {
    example.job("leg " + std::to_string(i), 100, {}, 0.5);
  }
  // E max = integral of 1 - F(t)^10.
  double expected = 0;
  double second = 0;
  constexpr double kStep = 0.05;
  for (double t = kStep / 2; t < 5000; t += kStep) {
    const double beyond = 1 - std::pow(normal_distribution(std::log(t / 100) / 0.5), 10);
    expected += beyond * kStep;
    second += 2 * t * beyond * kStep;
  }
  const Result result = run(example, kMany);
  const double deviation = std::sqrt(second - expected * expected);
  CHECK(mean_of(result.wall) == Approx(expected).margin(5 * deviation / 512));
  for (const JobResult& job : result.jobs) {
    CHECK(job.criticality == Approx(0.1).margin(0.003));
  }
}

TEST_CASE("The N graph agrees with a plain Monte Carlo in double precision") {
  // c needs a; d needs a and b.
  Example example;
  example.job("a", 60, {}, 0.6).job("b", 90, {}, 0.4).job("c", 80, {"a"}, 0.5).job("d", 50, {"a", "b"}, 0.7);
  const Result result = run(example, kMany);

  const stats::Stream stream(99, "reference");
  std::vector<double> wall;
  double c_last = 0;
  double drag_of_b = 0;
  for (uint64_t i = 0; i < kMany; ++i) {
    const double a = 60 * std::exp(0.6 * stream.normal(4 * i));
    const double b = 90 * std::exp(0.4 * stream.normal(4 * i + 1));
    const double c = 80 * std::exp(0.5 * stream.normal(4 * i + 2));
    const double d = 50 * std::exp(0.7 * stream.normal(4 * i + 3));
    wall.push_back(std::max({a + c, std::max(a, b) + d, b}));
    c_last += a + c > std::max(a, b) + d ? 1 : 0;
    drag_of_b += wall.back() - std::max(a + c, a + d);
  }
  const double error = stats::standard_deviation(wall) / 512 * std::sqrt(2.0);
  CHECK(mean_of(result.wall) == Approx(stats::mean(wall)).margin(5 * error));
  CHECK(stats::standard_deviation(as_doubles(result.wall)) == Approx(stats::standard_deviation(wall)).epsilon(0.02));
  for (const double p : {0.1, 0.5, 0.9}) {
    CHECK(stats::quantile(as_doubles(result.wall), p) == Approx(stats::quantile(wall, p)).epsilon(0.01));
  }
  CHECK(result.jobs[2].criticality == Approx(c_last / static_cast<double>(kMany)).margin(0.007));
  CHECK(result.jobs[1].drag == Approx(drag_of_b / static_cast<double>(kMany)).margin(3));  // from 4,096 replications
}

TEST_CASE("The probabilities of all critical chains sum to one and agree with criticality") {
  Example example;
  example.job("a", 60, {}, 0.6).job("b", 90, {}, 0.4).job("c", 80, {"a"}, 0.5).job("d", 50, {"a", "b"}, 0.7);
  const Result result = run(example, 1 << 14);
  double sum = 0;
  double through_a = 0;
  for (const CriticalChain& chain : result.chains) {
    sum += chain.probability;
    through_a += chain.jobs.front() == model::JobId{0} ? chain.probability : 0;
  }
  CHECK(sum == Approx(1).epsilon(1e-12));
  CHECK(through_a ==
        Approx(result.jobs[0].criticality).margin(0.02));  // chains are of 8,192 replications  // ties count for both
  CHECK(std::is_sorted(result.chains.begin(), result.chains.end(),
                       [](const CriticalChain& x, const CriticalChain& y) { return x.probability > y.probability; }));
}

TEST_CASE("Every job of a single chain is critical, and its drag is its time") {
  Example example;
  example.job("a", 60, {}, 0.6).job("b", 90, {"a"}, 0.4).job("c", 80, {"b"}, 0.5);
  const Result result = run(example, 8 * 512);
  for (const JobResult& job : result.jobs) {
    CHECK(job.criticality == 1);
    CHECK(job.slack == 0);
    CHECK(job.drag == job.mean);
  }
}

TEST_CASE("A past run's jobs are drawn together") {
  // Two equally likely runs: a slow and b fast, or the other way round. Independent draws would give 210 in half of all
  // cases.
  Example example(2);
  example.job("a", 1).job("b", 1, {"a"});
  example.law("a").location = {std::log(200.0F), std::log(10.0F)};
  example.law("b").location = {std::log(10.0F), std::log(200.0F)};
  const Result result = run(example, 4096);
  CHECK(std::count(result.wall.begin(), result.wall.end(), 210.0F) == 4096);
}

}  // namespace dagsim::sim
