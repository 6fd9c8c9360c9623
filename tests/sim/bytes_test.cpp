// The same bytes whatever instructions a machine has: this file is compiled twice, once with the simulator's loops as
// they are and once with DAGSIM_PLAIN_LOOPS, and both must find the digests below.
#include <cmath>
#include <cstring>

#include "sim/kernel.h"
#include "stats/random.h"
#include "stats/simd.h"
#include "tests/catch.h"
#include "tests/sim/sim_testing.h"

namespace dagsim::sim {
namespace {

using testing::Example;

/// FNV-1a over the bytes.
class Digest {
 public:
  template <typename T>
  void add(const std::vector<T>& values) {
    std::vector<unsigned char> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 0x100000001B3ULL;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xCBF29CE484222325ULL;
};

/// Laws with and without rows, several terms, up to five needs, a row that decides whether a job runs, a defect.
Example example() {
  Example example(3);
  example.job("a", 40, {}, 0.2).job("b", 120, {"a"}, 0.4).job("c", 80, {"a"}, 0.7).job("d", 200, {"b", "c"}, 0.5);
  example.job("e", 20, {"a", "b", "c"}, 0.3)
      .job("f", 9, {"a", "b", "c", "d"})
      .job("g", 5, {"a", "b", "c", "d", "e"}, 1);
  example.dispatch("d", 8, 0.9).defect("logic", {"b", "d", "g"});
  example.at("c").presence = model::Presence::Unknown;
  example.time("c").runs = {0, 1, 1};
  example.law("b").location = {4.5F, 4.8F, 5.1F};
  example.law("d").uncertainty = 0.1F;
  example.time("e").terms.push_back(example.time("b").terms.front());
  return example;
}

}  // namespace

TEST_CASE("Streams give the same bits with all instructions, wherever a row of them begins") {
  const stats::Stream stream(42, "bits");
  const auto vectors = GENERATE(stats::Vectors::None, stats::Vectors::Avx2, stats::Vectors::Avx512);
  stats::use_at_most(vectors);
  Digest digest;
  for (const uint64_t first : {uint64_t{0}, uint64_t{5}, uint64_t{64}, uint64_t{1} << 34}) {
    std::vector<uint32_t> bits(1000);
    stream.fill(first, bits);
    for (size_t i = 0; i < bits.size(); i += 37) {
      CHECK((bits[i] + 0.5) * 0x1p-32 == stream.uniform(first + i));
    }
    digest.add(bits);
  }
  stats::use_at_most(stats::Vectors::Avx512);
  CHECK(digest.value() == 0x8ce9828c0f669789);
}

TEST_CASE("Simulations give the same bytes with all instructions") {
  Example base = example();
  const auto vectors = GENERATE(stats::Vectors::None, stats::Vectors::Avx2, stats::Vectors::Avx512);
  stats::use_at_most(vectors);
  Options options;
  options.replications = 8192;
  options.resamples = 4;
  const Results results = simulate({base.variant()}, options);
  stats::use_at_most(stats::Vectors::Avx512);
  Digest digest;
  digest.add(results.variants[0].wall);
  digest.add(results.variants[0].minutes);
  digest.add(results.variants[0].first_red[0].seconds);
  CHECK(digest.value() == 0xd404cb99d91a0445);
}

}  // namespace dagsim::sim
