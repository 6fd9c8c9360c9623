#include "sim/race.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::Example;

/// Three chains of four jobs before a gate; the first chain is the longest on average.
Example chains() {
  Example example;
  std::vector<std::string> ends;
  for (int chain = 0; chain < 3; ++chain) {
    std::vector<std::string> needs;
    for (int job = 0; job < 4; ++job) {
      const std::string key = fmt::format("job{}{}", chain, job);
      example.job(key, 100 - 8 * chain + 3 * job, needs, 0.3);
      needs = {key};
    }
    ends.push_back(needs.front());
  }
  example.job("gate", 1, ends).gate("gate");
  return example;
}

/// The candidates: each job, and each pair of jobs, in 0.7 of its time.
std::deque<Example> edits_of_chains() {
  std::vector<std::string> keys;
  for (int chain = 0; chain < 3; ++chain) {
    for (int job = 0; job < 4; ++job) keys.push_back(fmt::format("job{}{}", chain, job));
  }
  std::deque<Example> edits;
  for (size_t a = 0; a < keys.size(); ++a) {
    for (size_t b = a; b < keys.size(); ++b) {
      Example edited = chains();
      edited.time(keys[a]).terms.front().coefficient = 0.7F;
      edited.time(keys[b]).terms.front().coefficient = 0.7F;
      edits.push_back(std::move(edited));
    }
  }
  return edits;
}

std::vector<Variant> variants_of(std::deque<Example>& examples) {
  std::vector<Variant> variants;
  for (Example& example : examples) {
    variants.push_back(example.variant());
    variants.back().explain = false;
  }
  return variants;
}

size_t best_of(const std::vector<Variant>& variants, uint64_t replications) {
  Options options;
  options.replications = replications;
  options.resamples = 1;
  options.seed = 1234;
  const Results results = simulate(variants, options);
  size_t best = 0;
  std::vector<double> means;
  for (const Result& result : results.variants) {
    means.push_back(testing::mean_of(result.wall));
    if (means.back() < means[best]) best = means.size() - 1;
  }
  return best;
}

TEST_CASE("a race keeps the best of all pairs of edits in every seed, at a fraction of equal work") {
  std::deque<Example> edits = edits_of_chains();
  const std::vector<Variant> variants = variants_of(edits);
  const size_t best = best_of(variants, 262'144);
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    RaceOptions options;
    options.seed = seed;
    options.most_replications = 65'536;
    const Race result = race(variants, options);
    CAPTURE(seed, result.left.size(), result.replications, result.looks);
    CHECK(std::count(result.left.begin(), result.left.end(), best) == 1);
    CHECK(result.replications * 4 < options.most_replications * variants.size());
    for (size_t i = 0; i < variants.size(); ++i) {
      CHECK(result.racers[i].is_left == (std::count(result.left.begin(), result.left.end(), i) == 1));
    }
  }
}

TEST_CASE("candidates that are the same can't be told apart, and all are left after the last look") {
  std::deque<Example> same;
  for (int i = 0; i < 3; ++i) same.push_back(chains());
  RaceOptions options;
  options.most_replications = 2'048;
  const Race result = race(variants_of(same), options);
  CHECK(result.left == std::vector<size_t>{0, 1, 2});
  CHECK(result.looks == 3);  // 512, 1,024 and 2,048
  CHECK(result.replications == 3U * (512 + 1'024 + 2'048));
}

TEST_CASE("a race of one candidate is one look") {
  std::deque<Example> one;
  one.push_back(chains());
  const Race result = race(variants_of(one), {});
  CHECK(result.left == std::vector<size_t>{0});
  CHECK(result.looks == 1);
  CHECK(result.replications == 512);
}

TEST_CASE("a race ends as soon as no more than the wanted finalists are left") {
  std::deque<Example> edits = edits_of_chains();
  const std::vector<Variant> variants = variants_of(edits);
  RaceOptions few;
  few.finalists = 30;
  RaceOptions one;
  const Race early = race(variants, few);
  const Race late = race(variants, one);
  CHECK(early.left.size() <= 30);
  CHECK(early.replications < late.replications);
}

TEST_CASE("what the history leaves open keeps a candidate in the race that simulation alone would drop") {
  // The second is a second longer, but its place is uncertain by 5 %.
  std::deque<Example> two;
  for (int i = 0; i < 2; ++i) {
    two.emplace_back();
    two.back().job(i == 0 ? "sure" : "unsure", 100 + i, {}, 0.01).gate(i == 0 ? "sure" : "unsure");
  }
  two.back().law("unsure").uncertainty = 0.05F;
  RaceOptions options;
  options.most_replications = 16'384;
  CHECK(race(variants_of(two), options).left == std::vector<size_t>{0});
  options.resamples = 16;
  CHECK(race(variants_of(two), options).left == std::vector<size_t>{0, 1});
}

TEST_CASE("a race is the same for any number of threads") {
  std::deque<Example> edits = edits_of_chains();
  const std::vector<Variant> variants = variants_of(edits);
  RaceOptions options;
  options.threads = 1;
  const Race one = race(variants, options);
  options.threads = 3;
  const Race three = race(variants, options);
  CHECK(one.left == three.left);
  CHECK(one.replications == three.replications);
  for (size_t i = 0; i < variants.size(); ++i) CHECK(one.racers[i].mean == three.racers[i].mean);
}

TEST_CASE("a race without candidates or resamples is refused") {
  CHECK_THROWS_AS(race({}, {}), std::domain_error);
  std::deque<Example> one;
  one.push_back(chains());
  RaceOptions options;
  options.resamples = 0;
  CHECK_THROWS_AS(race(variants_of(one), options), std::domain_error);
}

TEST_CASE(
    "the interval of a paired difference is Student's over replications, or over resamples where there are several") {
  const std::vector<float> base = {0, 0, 0, 0};
  const std::vector<float> edited = {1, 2, 3, 4};
  const stats::Interval one = paired_interval(base, edited, 1, 0.95);
  CHECK_THAT(one.low, Catch::Matchers::WithinAbs(2.5 - 3.182446 * 1.290994 / 2, 1e-4));
  CHECK_THAT(one.high, Catch::Matchers::WithinAbs(2.5 + 3.182446 * 1.290994 / 2, 1e-4));
  const stats::Interval two = paired_interval(base, edited, 2, 0.95);
  CHECK_THAT(two.low, Catch::Matchers::WithinAbs(2.5 - 12.706205 * 1.414214, 1e-3));
}

}  // namespace
}  // namespace dagsim::sim
