#include "stats/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace dagsim::stats {
namespace {

using Words = std::array<uint32_t, 4>;

std::vector<uint32_t> numbers(const Stream& stream, uint64_t first, size_t count) {
  std::vector<uint32_t> bits(count);
  stream.fill(first, bits);
  return bits;
}

double normal_distribution(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

// The Kolmogorov-Smirnov statistic times sqrt(n); beyond 2.69 with a probability of 1e-6.
double kolmogorov(std::vector<double> uniforms) {
  std::sort(uniforms.begin(), uniforms.end());
  const auto n = static_cast<double>(uniforms.size());
  double worst = 0;
  for (size_t i = 0; i < uniforms.size(); ++i) {
    worst = std::max({worst, uniforms[i] - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - uniforms[i]});
  }
  return worst * std::sqrt(n);
}

}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers of its authors") {
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr uint32_t kOnes = 0xffffffff;
  CHECK(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("A stream's i-th number is the same alone and in any run of numbers") {
  const Stream stream(7, "duration/build");
  const auto all = numbers(stream, 0, 300);
  for (const size_t first : std::vector<size_t>{0, 1, 5, 63, 64, 65, 130}) {
    for (const size_t count : std::vector<size_t>{0, 1, 3, 64, 100}) {
      const auto part = numbers(stream, first, count);
      CHECK(std::equal(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(first)));
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    CHECK(stream.uniform(i) == (all[i] + 0.5) / 4294967296.0);
  }
}

TEST_CASE("A stream is four words of Philox for sixteen counters at a time") {
  const Stream stream(0x1122334455667788, "x");
  const uint64_t hash = hash_name("x");
  const auto words =
      philox4x32({16 + 3, 0, static_cast<uint32_t>(hash), static_cast<uint32_t>(hash >> 32)}, {0x55667788, 0x11223344});
  const auto batch = numbers(stream, 64, 64);
  CHECK(Words{batch[3], batch[19], batch[35], batch[51]} == words);
}

TEST_CASE("Indices beyond 32 bits go on without repeating") {
  const Stream stream(1, "a");
  const uint64_t far = uint64_t{1} << 34;
  CHECK(numbers(stream, far, 64) != numbers(stream, 0, 64));
  CHECK(numbers(stream, far - 32, 64)[40] == numbers(stream, far, 64)[8]);
}

TEST_CASE("Seeds and names give different streams") {
  std::set<std::vector<uint32_t>> seen;
  for (uint64_t seed : {0ULL, 1ULL, 1ULL << 32}) {
    for (const char* name : {"", "a", "b", "ab", "ba"}) {
      seen.insert(numbers(Stream(seed, name), 0, 8));
    }
  }
  CHECK(seen.size() == 15);
}

TEST_CASE("Names hash to the same numbers on every machine") {
  CHECK(hash_name("") == 0xf52a15e9a9b5e89b);
  CHECK(hash_name("duration/build") == 0x4b4de9f38647a3ca);
}

TEST_CASE("Uniform numbers fill 256 equal cells evenly (chi-square, alpha 1e-6)") {
  std::vector<double> count(256);
  constexpr size_t kDraws = 1 << 18;
  for (const uint32_t bits : numbers(Stream(2024, "cells"), 0, kDraws)) {
    count[bits >> 24] += 1;
  }
  double chi_square = 0;
  for (const double n : count) {
    chi_square += (n - kDraws / 256.0) * (n - kDraws / 256.0) / (kDraws / 256.0);
  }
  CHECK(chi_square > 161);  // 255 degrees of freedom: 1e-6 lies below
  CHECK(chi_square < 378);  // and 1e-6 above
}

TEST_CASE("Two streams are independent in 16 by 16 cells (chi-square, alpha 1e-6)") {
  constexpr size_t kDraws = 1 << 18;
  const auto a = numbers(Stream(5, "duration/a"), 0, kDraws);
  const auto b = numbers(Stream(5, "duration/b"), 0, kDraws);
  std::vector<double> count(256);
  for (size_t i = 0; i < kDraws; ++i) {
    count[(a[i] >> 28) * 16 + (b[i] >> 28)] += 1;
  }
  double chi_square = 0;
  for (const double n : count) {
    chi_square += (n - kDraws / 256.0) * (n - kDraws / 256.0) / (kDraws / 256.0);
  }
  CHECK(chi_square > 161);  // 255 degrees of freedom: 1e-6 lies below
  CHECK(chi_square < 378);  // and 1e-6 above
}

TEST_CASE("Normal numbers follow the normal distribution (Kolmogorov-Smirnov, alpha 1e-6)") {
  const Stream stream(11, "normal");
  std::vector<double> uniforms;
  for (uint64_t i = 0; i < 50'000; ++i) {
    uniforms.push_back(normal_distribution(stream.normal(i)));
  }
  CHECK(kolmogorov(uniforms) < 2.69);
}

TEST_CASE("The normal quantile agrees with published values") {
  CHECK(normal_quantile(0.5) == 0.0);
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-15));
  CHECK(normal_quantile(0.25) == Approx(-0.6744897501960817).epsilon(1e-15));  // Wichura's own check values
  CHECK(normal_quantile(0.001) == Approx(-3.090232306167814).epsilon(1e-15));
  CHECK(normal_quantile(1e-20) == Approx(-9.262340089798408).epsilon(1e-15));
}

TEST_CASE("The normal quantile inverts the distribution function far into both tails") {
  for (double z = -8; z <= 5; z += 0.125) {
    CHECK(normal_quantile(normal_distribution(z)) == Approx(z).epsilon(1e-9).margin(1e-12));
  }
}

TEST_CASE("The normal quantile exists strictly between 0 and 1 only") {
  CHECK_THROWS_WITH(normal_quantile(0), "p is 0, but must be between 0 and 1");
  CHECK_THROWS_AS(normal_quantile(1), std::domain_error);
  CHECK_THROWS_AS(normal_quantile(std::nan("")), std::domain_error);
}

}  // namespace dagsim::stats
