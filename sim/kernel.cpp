// Each loop is a few operations per replication on contiguous rows. Normals and exponentials are our own polynomials
// and tables (no library call inside, so the same bytes everywhere); the only scattered reads are the quantile table, 8
// KiB in the first-level cache.
#include "sim/kernel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "stats/random.h"

namespace dagsim::sim {
namespace {

constexpr int kSegmentBits = 5;  // 32 segments in each octave
constexpr int kSegments = 32 << kSegmentBits;

struct Line {
  float offset;
  float slope;
};
using QuantileTable = std::array<Line, kSegments + 1>;

/// Lines in x = p * 2^32 for p in (0, 1/2]. A chord lies on one side of the curve; two thirds of its distance at the
/// middle is the mean distance of a parabola, and moving the line by it takes the bias out.
QuantileTable make_quantile_table() {
  QuantileTable table{};
  const auto edge = [](int segment) {
    const int octave = segment >> kSegmentBits;
    const double within = segment & ((1 << kSegmentBits) - 1);
    return std::ldexp(1 + within / (1 << kSegmentBits), octave - 1);
  };
  for (int segment = 0; segment < kSegments; ++segment) {
    const double x0 = edge(segment);
    const double x1 = edge(segment + 1);
    const double z0 = stats::normal_quantile(x0 * 0x1p-32);
    const double z1 = stats::normal_quantile(x1 * 0x1p-32);
    const double bend = stats::normal_quantile((x0 + x1) / 2 * 0x1p-32) - (z0 + z1) / 2;
    const double slope = (z1 - z0) / (x1 - x0);
    table[static_cast<size_t>(segment)] = {static_cast<float>(z0 - slope * x0 + bend * 2 / 3),
                                           static_cast<float>(slope)};
  }
  table[kSegments] = {0, 0};
  return table;
}

const QuantileTable& quantile_table() {
  static const QuantileTable table = make_quantile_table();
  return table;
}

/// exp by 2^k times the polynomial of Moshier's Cephes expf on [-ln 2 / 2, ln 2 / 2].
inline float exponential(float x) {
  constexpr float kLog2E = 1.44269504F;
  constexpr float kLn2High = 0.693359375F;
  constexpr float kLn2Low = -2.12194440e-4F;
  const float low_cut = x < -20.0F ? -20.0F : x;
  const float cut = low_cut > 20.0F ? 20.0F : low_cut;
  const int32_t k = static_cast<int32_t>(cut * kLog2E + 64.5F) - 64;
  const float n = static_cast<float>(k);
  const float r = (cut - n * kLn2High) - n * kLn2Low;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  const float y = p * (r * r) + r + 1.0F;
  const int32_t power = x < -20.0F ? 0 : (k + 127) << 23;
  return y * std::bit_cast<float>(power);
}

void exponentials(Lanes<float> values) {
  for (float& value : values) {
    value = exponential(value);
  }
}

inline int32_t larger(int32_t a, int32_t b) {
  return a > b ? a : b;
}
inline int32_t smaller(int32_t a, int32_t b) {
  return a < b ? a : b;
}

}  // namespace

void normals(Lanes<const uint32_t> bits, Lanes<float> z) {
  const QuantileTable& table = quantile_table();
  std::array<int32_t, kBlock> segment;
  std::array<float, kBlock> x;
  for (size_t i = 0; i < kBlock; ++i) {
    const uint32_t upper_half = 0U - (bits[i] >> 31);
    const auto folded = static_cast<int32_t>((bits[i] ^ upper_half) & 0x7fffffffU);
    x[i] = static_cast<float>(folded) + 0.5F;
    segment[i] = (std::bit_cast<int32_t>(x[i]) >> (23 - kSegmentBits)) - (126 << kSegmentBits);
  }
  for (size_t i = 0; i < kBlock; ++i) {
    const Line line = table[static_cast<size_t>(segment[i])];
    const float lower = line.offset + line.slope * x[i];
    z[i] = std::bit_cast<float>(std::bit_cast<uint32_t>(lower) ^ (bits[i] & 0x80000000U));
  }
}

void lognormals(float location, float spread, float shift, Lanes<const float> z, Lanes<float> out) {
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] = location + spread * z[i] + shift;
  }
  exponentials(out);
}

void lognormals(std::span<const float> location, std::span<const float> spread, Lanes<const uint32_t> row, float shift,
                Lanes<const float> z, Lanes<float> out) {
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] = location[row[i]] + spread[row[i]] * z[i] + shift;
  }
  exponentials(out);
}

void cube_roots(Lanes<const uint32_t> bits, Lanes<float> out) {
  for (size_t i = 0; i < kBlock; ++i) {
    const float u = (static_cast<float>(static_cast<int32_t>(bits[i] >> 8)) + 0.5F) * 0x1p-24F;
    const float exponent = static_cast<float>(std::bit_cast<int32_t>(u)) * (1.0F / 3.0F);
    float y = std::bit_cast<float>(static_cast<int32_t>(exponent) + 709921077);
    for (int step = 0; step < 2; ++step) {
      const float cube = y * y * y;
      y = y * (cube + 2 * u) / (2 * cube + u);
    }
    out[i] = y;
  }
}

void add_scaled(float coefficient, Lanes<const float> draw, Lanes<float> sum) {
  for (size_t i = 0; i < kBlock; ++i) {
    sum[i] += coefficient * draw[i];
  }
}

void to_ticks(Lanes<const float> seconds, int32_t most, Lanes<int32_t> ticks) {
  // The nearest float at or below `most`, so that the conversion stays inside.
  const float limit = std::nextafter(static_cast<float>(most), 0.0F);
  for (size_t i = 0; i < kBlock; ++i) {
    const float value = seconds[i] * static_cast<float>(kTicksPerSecond) + 0.5F;
    const float positive = value > 0.0F ? value : 0.0F;
    ticks[i] = static_cast<int32_t>(positive < limit ? positive : limit);
  }
}

void apply_mask(Lanes<const int32_t> mask, Lanes<int32_t> values) {
  for (size_t i = 0; i < kBlock; ++i) {
    values[i] &= mask[i];
  }
}

void maximum(Lanes<const int32_t> other, Lanes<int32_t> into) {
  for (size_t i = 0; i < kBlock; ++i) {
    into[i] = larger(into[i], other[i]);
  }
}

void sum(Lanes<const int32_t> a, Lanes<const int32_t> b, Lanes<int32_t> out) {
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] = a[i] + b[i];
  }
}

void finish(std::span<const int32_t* const> needs, Lanes<const int32_t> dispatch, Lanes<const int32_t> duration,
            Lanes<int32_t> out) {
  if (needs.empty()) {
    sum(dispatch, duration, out);
    return;
  }
  const int32_t* first = needs[0];
  const int32_t* second = needs[needs.size() - 1];
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] = larger(first[i], second[i]);
  }
  for (size_t need = 1; need + 1 < needs.size(); ++need) {
    maximum(Lanes<const int32_t>(needs[need], kBlock), out);
  }
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] += dispatch[i] + duration[i];
  }
}

void hold_back(Lanes<const int32_t> latest, Lanes<const int32_t> dispatch, Lanes<const int32_t> duration,
               Lanes<int32_t> latest_of_need) {
  for (size_t i = 0; i < kBlock; ++i) {
    latest_of_need[i] = smaller(latest_of_need[i], latest[i] - dispatch[i] - duration[i]);
  }
}

int64_t add_minutes(Lanes<const int32_t> duration, Lanes<int32_t> minutes) {
  constexpr int32_t kTicksPerMinute = 60 * kTicksPerSecond;
  int32_t all = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const int32_t whole = duration[i] / kTicksPerMinute;
    const int32_t rounded = whole + (duration[i] > whole * kTicksPerMinute ? 1 : 0);
    minutes[i] += rounded;
    all += rounded;
  }
  return all;
}

int64_t total(Lanes<const int32_t> values) {
  int64_t all = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    all += values[i];
  }
  return all;
}

SlackSums slack_of(Lanes<const int32_t> latest, Lanes<const int32_t> finish, const int32_t* mask) {
  SlackSums sums;
  int32_t equal = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const int32_t keep = mask == nullptr ? -1 : mask[i];
    sums.slack += (latest[i] - finish[i]) & keep;
    equal += (latest[i] == finish[i] ? 1 : 0) & keep;
  }
  sums.critical = equal;
  return sums;
}

void earliest_failure(const Failure& failure, Lanes<int32_t> first, Lanes<int32_t> shown_by) {
  for (size_t i = 0; i < kBlock; ++i) {
    const int32_t duration = failure.duration[i];
    const auto lived = static_cast<int32_t>(failure.fraction[i] * static_cast<float>(duration));
    const int32_t at = failure.finish[i] - duration + lived;
    const int32_t seen = failure.mask == nullptr ? at : (at & failure.mask[i]) | (INT32_MAX & ~failure.mask[i]);
    shown_by[i] = seen < first[i] ? failure.job : shown_by[i];
    first[i] = smaller(seen, first[i]);
  }
}

}  // namespace dagsim::sim
