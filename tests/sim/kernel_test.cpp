#include "sim/kernel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/random.h"
#include "tests/catch.h"

namespace dagsim::sim {
namespace {

template <class T>
using Row = std::vector<T>;

template <class T>
Lanes<T> lanes(Row<T>& row) {
  return Lanes<T>(row);
}
template <class T>
Lanes<const T> view(const Row<T>& row) {
  return Lanes<const T>(row);
}

Row<uint32_t> even_bits(uint32_t first, uint32_t step) {
  Row<uint32_t> bits(kBlock);
  for (uint32_t i = 0; i < kBlock; ++i) {
    bits[i] = first + i * step;
  }
  return bits;
}

}  // namespace

TEST_CASE("Normals by lines are within 2e-4 of the exact quantile, in the tails too") {
  Row<float> z(kBlock);
  for (const uint32_t first : {0U, 1U << 8, 1U << 16, 1U << 23, 0x7fffff00U, 0x80000000U, 0xfffffe00U}) {
    for (const uint32_t step : {1U, 8388593U}) {
      const Row<uint32_t> bits = even_bits(first, step);
      normals(view(bits), lanes(z));
      for (size_t i = 0; i < kBlock; ++i) {
        REQUIRE(static_cast<double>(z[i]) == Approx(stats::normal_quantile((bits[i] + 0.5) * 0x1p-32)).margin(2e-4));
      }
    }
  }
}

TEST_CASE("Normals are symmetric in their bits") {
  Row<uint32_t> bits = even_bits(12345, 4000037);
  Row<float> z(kBlock);
  Row<float> mirrored(kBlock);
  normals(view(bits), lanes(z));
  for (uint32_t& value : bits) {
    value = ~value;
  }
  normals(view(bits), lanes(mirrored));
  for (size_t i = 0; i < kBlock; ++i) {
    CHECK(z[i] == -mirrored[i]);
  }
}

TEST_CASE("Normals have mean 0 and deviation 1 over an even grid") {
  Row<float> z(kBlock);
  double sum = 0;
  double squares = 0;
  constexpr uint32_t kBlocks = 512;
  for (uint32_t block = 0; block < kBlocks; ++block) {
    normals(view(even_bits(block * (1U << 23) + (1U << 13), 1U << 14)), lanes(z));
    for (const float value : z) {
      sum += static_cast<double>(value);
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
  }
  CHECK(sum / (kBlock * kBlocks) == Approx(0).margin(1e-6));
  CHECK(std::sqrt(squares / (kBlock * kBlocks)) == Approx(1).margin(2e-5));
}

TEST_CASE("Lognormals are the exponential of location and spread to float precision") {
  Row<float> z(kBlock);
  std::iota(z.begin(), z.end(), -256.0F);
  for (float& value : z) {
    value /= 64;
  }
  Row<float> out(kBlock);
  const Row<Line> rows = {lognormal_line(4.5F, 0.75F)};
  lognormals(rows.data(), view(Row<uint32_t>(kBlock, 0)), view(z), lanes(out));
  for (size_t i = 0; i < kBlock; ++i) {
    const double exact = std::exp(static_cast<double>(4.5F + 0.75F * z[i]));
    REQUIRE(static_cast<double>(out[i]) == Approx(exact).epsilon(1e-6));
  }
}

TEST_CASE("A location of minus infinity is no time, in every row or in some") {
  constexpr float kNever = -std::numeric_limits<float>::infinity();
  const Row<float> z(kBlock, 1.0F);
  Row<float> out(kBlock, 9.0F);
  invert(invert_lognormal(kNever, 0.5F).data(), view(even_bits(0, 8388593)), lanes(out));
  CHECK(out == Row<float>(kBlock, 0.0F));

  Row<uint32_t> row(kBlock, 0);
  row[7] = 1;
  const Row<Line> rows = {lognormal_line(kNever, 0.5F), lognormal_line(0.0F, 0.0F)};
  lognormals(rows.data(), view(row), view(z), lanes(out));
  CHECK(out[6] == 0.0F);
  CHECK(out[7] == Approx(1.0F).epsilon(1e-6));
}

TEST_CASE("A lognormal law by inversion has the law's quantiles, mean and deviation") {
  constexpr uint32_t kBlocks = 2048;
  for (const float spread : {0.0F, 0.1F, 0.4F, 1.0F}) {
    CAPTURE(spread);
    const Inversion law = invert_lognormal(3.0F, spread);
    Row<float> out(kBlock);
    double sum = 0;
    double squares = 0;
    double exact_sum = 0;
    double exact_squares = 0;
    double worst = 0;
    for (uint32_t block = 0; block < kBlocks; ++block) {
      const Row<uint32_t> bits = even_bits(block * (1U << 21) + (1U << 11), 1U << 12);
      invert(law.data(), view(bits), lanes(out));
      for (size_t i = 0; i < kBlock; ++i) {
        const double z = stats::normal_quantile((bits[i] + 0.5) * 0x1p-32);
        const double exact = std::exp(3 + static_cast<double>(spread) * z);
        const auto value = static_cast<double>(out[i]);
        worst = std::max(worst, std::abs(value / exact - 1));
        sum += value;
        squares += value * value;
        exact_sum += exact;
        exact_squares += exact * exact;
      }
    }
    constexpr double kCount = double{kBlock} * kBlocks;
    const auto deviation = [&](double all, double all_squares) {
      return std::sqrt(std::max(0.0, all_squares / kCount - (all / kCount) * (all / kCount)));
    };
    CHECK(worst < 1.5e-3 * static_cast<double>(spread) + 1e-6);
    CHECK(sum == Approx(exact_sum).epsilon(1e-5));
    if (spread > 0) CHECK(deviation(sum, squares) == Approx(deviation(exact_sum, exact_squares)).epsilon(2e-4));
  }
}

TEST_CASE("Cube roots are those of the uniforms that the bits mean") {
  const Row<uint32_t> bits = even_bits(0, 8388593);
  Row<float> out(kBlock);
  cube_roots(view(bits), lanes(out));
  for (size_t i = 0; i < kBlock; ++i) {
    const double u = ((bits[i] >> 8) + 0.5) * 0x1p-24;
    REQUIRE(static_cast<double>(out[i]) == Approx(std::cbrt(u)).epsilon(3e-5));
    REQUIRE(out[i] <= 1.0F);
  }
}

TEST_CASE("Seconds become the nearest tick and never leave the allowed range") {
  Row<float> seconds(kBlock, 1.0F);
  seconds[1] = 1.0F / 128 + 0.0001F;
  seconds[2] = -3.0F;
  seconds[3] = 1e30F;
  Row<int32_t> ticks(kBlock);
  to_ticks(1.0F, view(seconds), 1'000'000, lanes(ticks));
  CHECK(ticks[0] == 64);
  CHECK(ticks[1] == 1);
  CHECK(ticks[2] == 0);
  CHECK(ticks[3] <= 1'000'000);
  CHECK(ticks[3] >= 999'999);
}

TEST_CASE("A job completes after the last of any number of needs") {
  Rows<int32_t> needs(6);
  for (size_t need = 0; need < 6; ++need) {
    for (size_t i = 0; i < kBlock; ++i) {
      needs[need][i] = static_cast<int32_t>((i * 7919 + need * 104729) % 1009);
    }
  }
  const Row<int32_t> dispatch(kBlock, 3);
  const Row<int32_t> duration(kBlock, 40);
  for (size_t count = 0; count <= 6; ++count) {
    std::vector<const int32_t*> rows;
    for (size_t need = 0; need < count; ++need) {
      rows.push_back(needs[need].data());
    }
    Row<int32_t> out(kBlock, -1);
    finish(rows, view(dispatch), view(duration), lanes(out));
    for (size_t i = 0; i < kBlock; ++i) {
      int32_t last = 0;
      for (size_t need = 0; need < count; ++need) {
        last = std::max(last, needs[need][i]);
      }
      REQUIRE(out[i] == last + 43);
    }
  }
}

TEST_CASE("Minutes are rounded up for each job, and no time costs nothing") {
  Row<int32_t> duration(kBlock, 0);
  duration[1] = 1;
  duration[2] = 60 * kTicksPerSecond;
  duration[3] = 60 * kTicksPerSecond + 1;
  Row<int32_t> minutes(kBlock, 10);
  CHECK(add_minutes(view(duration), lanes(minutes)) == 4);
  CHECK(std::vector<int32_t>(minutes.begin(), minutes.begin() + 5) == std::vector<int32_t>{10, 11, 11, 12, 10});
}

}  // namespace dagsim::sim
