#include "sim/plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/estimate.h"
#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::Example;

/// How often each row is drawn in each resample.
std::vector<std::vector<int>> drawn(const Plan& plan, size_t rows) {
  std::vector<std::vector<int>> count(plan.resamples(), std::vector<int>(rows));
  std::vector<uint32_t> lanes(kBlock);
  for (uint64_t block = 0; block < plan.blocks(); ++block) {
    plan.draw_rows(block, Lanes<uint32_t>(lanes));
    for (const uint32_t row : lanes) {
      ++count[plan.resample_of(block)].at(row);
    }
  }
  return count;
}

Options options(uint64_t replications, uint32_t resamples) {
  return {.seed = 5, .replications = replications, .threads = 1, .resamples = resamples, .progress = {}};
}

}  // namespace

TEST_CASE("Replications are dealt to resamples in whole blocks") {
  Example example;
  example.job("a", 1);
  const Program program = compile({example.variant()}, 1);
  const Plan plan(program, options(100'000, 64));
  CHECK(plan.replications() == 64 * 4 * kBlock);
  CHECK(plan.resample_of(3) == 0);
  CHECK(plan.resample_of(4) == 1);
  CHECK(Plan(program, options(1, 1)).replications() == kBlock);
  CHECK(Plan(program, options(kBlock + 1, 1)).replications() == 2 * kBlock);
}

TEST_CASE("In one resample every past run is drawn as often as its weight says, to one draw") {
  Example example(5);
  example.job("a", 1);
  const std::vector<double> weights = {1, 0, 2.5, 0.25, 3};
  for (size_t row = 0; row < 5; ++row) {
    example.timing.rows[row].weight = weights[row];
  }
  const Program program = compile({example.variant()}, 1);
  const Plan plan(program, options(10'000, 1));
  const std::vector<int> count = drawn(plan, 5).front();
  for (size_t row = 0; row < 5; ++row) {
    CHECK(std::abs(count[row] - weights[row] / 6.75 * static_cast<double>(plan.replications())) <= 2);
  }
  CHECK(count[1] == 0);
}

TEST_CASE("Resamples weigh the runs differently but together give each run its own weight") {
  Example example(6);
  example.job("a", 1);
  example.timing.rows[5].weight = 3;
  const Program program = compile({example.variant()}, 1);
  const Plan plan(program, options(64 * kBlock, 64));
  const auto count = drawn(plan, 6);
  for (size_t row = 0; row < 6; ++row) {
    std::vector<double> shares;
    for (const std::vector<int>& resample : count) {
      shares.push_back(resample[row] / static_cast<double>(kBlock));
    }
    CHECK(stats::mean(shares) == Approx(row == 5 ? 3 / 8.0 : 1 / 8.0).margin(0.001));
    CHECK(stats::standard_deviation(shares) > 0.05);
  }
}

TEST_CASE("Rows of one past run are re-weighted together") {
  Example example(4);
  example.job("a", 1);
  for (model::Row& row : example.timing.rows) {
    row.group /= 2;
  }
  const Program program = compile({example.variant()}, 1);
  const Plan plan(program, options(8 * 4 * kBlock, 8));
  for (const std::vector<int>& resample : drawn(plan, 4)) {
    CHECK(std::abs(resample[0] - resample[1]) <= 2);
    CHECK(std::abs(resample[2] - resample[3]) <= 2);
  }
}

TEST_CASE("Shifts and assumptions are balanced over the resamples and independent of one another") {
  Example example;
  example.job("a", 1).job("b", 1);
  example.law("a").uncertainty = 0.5F;
  example.law("b").uncertainty = 0.5F;
  example.timing.assumptions.push_back({"factor", 1, 3, ""});
  example.time("a").terms.front().assumptions = {0};
  const Program program = compile({example.variant()}, 1);
  const Plan plan(program, options(1, 64));
  std::vector<double> factor;
  std::vector<double> shift;
  std::vector<double> product;
  for (size_t h = 0; h < 64; ++h) {
    factor.push_back(plan.assumption(0, h));
    const Sample* a = nullptr;
    const Sample* b = nullptr;
    for (const Sample& sample : program.samples) {
      a = sample.law->stream == "a" ? &sample : a;
      b = sample.law->stream == "b" ? &sample : b;
    }
    shift.push_back(static_cast<double>(plan.shift(*a, h)));
    product.push_back(shift.back() * static_cast<double>(plan.shift(*b, h)) / 0.25);
  }
  CHECK(stats::mean(factor) == Approx(2).margin(0.02));
  CHECK(*std::min_element(factor.begin(), factor.end()) < 1 + 2 / 64.0);
  CHECK(*std::max_element(factor.begin(), factor.end()) > 3 - 2 / 64.0);
  CHECK(stats::mean(shift) == Approx(0).margin(0.01));
  CHECK(stats::standard_deviation(shift) == Approx(0.5).epsilon(0.05));
  CHECK(std::abs(stats::mean(product)) < 4.9 / 8);
}

TEST_CASE("A single resample is the middle: no shift, the middle of each assumption") {
  Example example;
  example.job("a", 1);
  example.law("a").uncertainty = 0.5F;
  example.timing.assumptions.push_back({"factor", 1, 3, ""});
  example.time("a").terms.front().assumptions = {0};
  const Program program = compile({example.variant()}, 1);
  const Plan plan(program, options(1, 1));
  CHECK(plan.assumption(0, 0) == 2);
  CHECK(plan.shift(program.samples.back(), 0) == 0);
}

TEST_CASE("Jobs that variants have in common are compiled once") {
  Example base;
  base.job("a", 1, {}, 0.1).job("b", 2, {"a"}, 0.1).job("c", 3, {"a"}, 0.1).job("d", 4, {"b", "c"}, 0.1);
  Example edited = base;
  edited.law("b").location = {5};
  const Program program = compile({base.variant(), edited.variant()}, 1);
  CHECK(program.nodes.size() == 6);            // b and d differ
  CHECK(program.samples.size() == 1 + 4 + 1);  // dispatches without spread are one, four jobs, b again
  CHECK(program.streams.size() == 1 + 4);      // b draws from the same stream in both
}

}  // namespace dagsim::sim
