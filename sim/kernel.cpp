// Each loop is a few operations per replication on contiguous rows, which a compiler turns into vectors of whatever the
// machine has. Normals and exponentials are our own polynomials and tables (no library call inside, so the same bytes
// everywhere). The only scattered reads are those of a line by its number: pairs of floats, loaded as one, since gather
// instructions are slower than that on most machines.
//
// A law that is the same in all rows is inverted directly, by lines over its quantile function: that costs one such
// read for each draw, where a normal and its exponential cost a read and fifteen operations. bench/peers/compare.py
// measures both.
#include "sim/kernel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "stats/random.h"
#include "stats/simd.h"

namespace dagsim::sim {
namespace {

constexpr int kOctaves = 32;
constexpr int kNormalBits = 4;  // 16 segments in each octave
constexpr int kLawBits = 3;     // 8

/// x = p * 2^32 at the lower end of a segment, for p in (0, 1/2].
double segment_edge(int segment, int bits) {
  const double within = segment & ((1 << bits) - 1);
  return std::ldexp(1 + within / (1 << bits), (segment >> bits) - 1);
}

/// The normal quantiles at the edges of all segments and in their middles.
struct SegmentQuantiles {
  std::vector<double> edge;
  std::vector<double> middle;
};

SegmentQuantiles make_segment_quantiles(int bits) {
  SegmentQuantiles quantiles;
  for (int segment = 0; segment <= kOctaves << bits; ++segment) {
    const double x0 = segment_edge(segment, bits);
    const double x1 = segment_edge(segment + 1, bits);
    quantiles.edge.push_back(stats::normal_quantile(x0 * 0x1p-32));
    quantiles.middle.push_back(stats::normal_quantile((x0 + x1) / 2 * 0x1p-32));
  }
  return quantiles;
}

/// A chord lies on one side of the curve; two thirds of its distance at the middle is the mean distance of a parabola,
/// and moving the line by it takes the bias out.
Line unbiased_line(double x0, double x1, double y0, double middle, double y1) {
  const double bend = middle - (y0 + y1) / 2;
  const double slope = (y1 - y0) / (x1 - x0);
  return {static_cast<float>(y0 - slope * x0 + bend * 2 / 3), static_cast<float>(slope)};
}

/// The lines of both tails of a law whose quantile is `value` of the normal one: those of the upper half stand behind
/// those of the lower one.
template <typename ValueOf>
std::vector<Line> make_lines(int bits, const SegmentQuantiles& quantiles, ValueOf value) {
  const size_t segments = quantiles.edge.size() - 1;
  std::vector<Line> lines;
  lines.reserve(2 * (segments + 1));
  for (const double side : {1.0, -1.0}) {
    double y0 = value(side * quantiles.edge[0]);
    for (size_t i = 0; i < segments; ++i) {
      const int segment = static_cast<int>(i);
      const double y1 = value(side * quantiles.edge[i + 1]);
      lines.push_back(unbiased_line(segment_edge(segment, bits), segment_edge(segment + 1, bits), y0,
                                    value(side * quantiles.middle[i]), y1));
      y0 = y1;
    }
    lines.push_back({static_cast<float>(y0), 0});
  }
  return lines;
}

/// Where on the line of which segment the bits lie: x and the number of the segment, for the tail that is nearer.
inline void locate(uint32_t bits, int segment_bits, float& x, int32_t& segment) {
  const uint32_t upper_half = 0U - (bits >> 31);
  const auto folded = static_cast<int32_t>((bits ^ upper_half) & 0x7fffffffU);
  x = static_cast<float>(folded) + 0.5F;
  segment = (std::bit_cast<int32_t>(x) >> (23 - segment_bits)) - (126 << segment_bits);
}

/// The same for a block, with the number of the line.
template <int kBits>
inline void locate_all(const uint32_t* bits, float* x, int32_t* line) {
  constexpr int32_t kUpper = (kOctaves << kBits) + 1;
  for (size_t i = 0; i < kBlock; ++i) {
    const uint32_t here = bits[i];
    int32_t segment = 0;
    locate(here, kBits, x[i], segment);
    line[i] = segment + (static_cast<int32_t>(0U - (here >> 31)) & kUpper);
  }
}

DAGSIM_FOR_EACH_CPU void locate_normals(const uint32_t* bits, float* x, int32_t* line) {
  locate_all<kNormalBits>(bits, x, line);
}

DAGSIM_FOR_EACH_CPU void locate_in_law(const uint32_t* bits, float* x, int32_t* line) {
  locate_all<kLawBits>(bits, x, line);
}

#if DAGSIM_VECTORS

DAGSIM_TARGET_AVX2 inline __m128 two_lines(const Line* lines, const int32_t* number) {
  const __m128 first = _mm_castpd_ps(_mm_load_sd(reinterpret_cast<const double*>(lines + number[0])));
  return _mm_loadh_pi(first, reinterpret_cast<const __m64*>(lines + number[1]));
}

DAGSIM_TARGET_AVX2 void follow_lines_avx2(const Line* lines, const int32_t* number, const float* x, float* out) {
  for (size_t i = 0; i < kBlock; i += 8) {
    const __m256 even =
        _mm256_insertf128_ps(_mm256_castps128_ps256(two_lines(lines, number + i)), two_lines(lines, number + i + 4), 1);
    const __m256 odd = _mm256_insertf128_ps(_mm256_castps128_ps256(two_lines(lines, number + i + 2)),
                                            two_lines(lines, number + i + 6), 1);
    const __m256 offset = _mm256_shuffle_ps(even, odd, 0x88);
    const __m256 slope = _mm256_shuffle_ps(even, odd, 0xDD);
    _mm256_storeu_ps(out + i, _mm256_add_ps(offset, _mm256_mul_ps(slope, _mm256_loadu_ps(x + i))));
  }
}

#endif

/// out = the value at x of the line with each number.
void follow_lines(const Line* lines, const int32_t* number, const float* x, float* out) {
#if DAGSIM_VECTORS
  if (stats::vectors() != stats::Vectors::None) {
    return follow_lines_avx2(lines, number, x, out);
  }
#endif
  for (size_t i = 0; i < kBlock; ++i) {
    const Line line = lines[number[i]];
    out[i] = line.offset + line.slope * x[i];
  }
}

/// 2^x: the exponent's bits times the polynomial of degree 5 whose largest relative error on [-1/2, 1/2] is least
/// (7.5e-8, found by weighted least squares after Lawson 1961).
inline float power_of_two(float x) {
  constexpr float kLeast = -29.0F;
  constexpr float kMost = 29.0F;
  const float low_cut = x < kLeast ? kLeast : x;
  const float cut = low_cut > kMost ? kMost : low_cut;
  const int32_t k = static_cast<int32_t>(cut + 64.5F) - 64;
  const float f = cut - static_cast<float>(k);
  float p = 1.3276472027e-3F;
  p = p * f + 9.6755414798e-3F;
  p = p * f + 5.5507132747e-2F;
  p = p * f + 2.4022119721e-1F;
  p = p * f + 6.9314696706e-1F;
  p = p * f + 1.0000000717F;
  const int32_t power = x < kLeast ? 0 : (k + 127) << 23;
  return p * std::bit_cast<float>(power);
}

DAGSIM_FOR_EACH_CPU void powers_of_two(float* values) {
  for (size_t i = 0; i < kBlock; ++i) {
    values[i] = power_of_two(values[i]);
  }
}

inline int32_t larger(int32_t a, int32_t b) {
  return a > b ? a : b;
}
inline int32_t smaller(int32_t a, int32_t b) {
  return a < b ? a : b;
}

}  // namespace

Inversion invert_lognormal(float location, float spread) {
  static const SegmentQuantiles kQuantiles = make_segment_quantiles(kLawBits);
  return make_lines(kLawBits, kQuantiles, [&](double z) {
    return std::exp(static_cast<double>(location) + static_cast<double>(spread) * z);
  });
}

void invert(const Line* law, Lanes<const uint32_t> bits, Lanes<float> out) {
  std::array<int32_t, kBlock> segment;
  std::array<float, kBlock> x;
  locate_in_law(bits.data(), x.data(), segment.data());
  follow_lines(law, segment.data(), x.data(), out.data());
}

void prefetch(const Line* law) {
  constexpr int kUsualOctaves = 10;
  constexpr int kLines = (kOctaves << kLawBits) + 1;
  for (const int end : {kLines, 2 * kLines}) {
    for (int octave = 0; octave < kUsualOctaves; ++octave) {
      __builtin_prefetch(law + end - ((octave + 1) << kLawBits));
    }
  }
}

void normals(Lanes<const uint32_t> bits, Lanes<float> z) {
  static const std::vector<Line> kLines =
      make_lines(kNormalBits, make_segment_quantiles(kNormalBits), [](double quantile) { return quantile; });
  std::array<int32_t, kBlock> line;
  std::array<float, kBlock> x;
  locate_normals(bits.data(), x.data(), line.data());
  follow_lines(kLines.data(), line.data(), x.data(), z.data());
}

Line lognormal_line(float location, float spread) {
  constexpr double kLog2E = 1.4426950408889634;
  return {static_cast<float>(static_cast<double>(location) * kLog2E),
          static_cast<float>(static_cast<double>(spread) * kLog2E)};
}

void lognormals(const Line* rows, Lanes<const uint32_t> row, Lanes<const float> z, Lanes<float> out) {
  follow_lines(rows, reinterpret_cast<const int32_t*>(row.data()), z.data(), out.data());
  powers_of_two(out.data());
}

DAGSIM_FOR_EACH_CPU void cube_roots(Lanes<const uint32_t> bits, Lanes<float> out) {
  // Newton's iteration for u^(-1/3), which divides nothing; the first guess divides the exponent by -3.
  for (size_t i = 0; i < kBlock; ++i) {
    const float u = (static_cast<float>(static_cast<int32_t>(bits[i] >> 8)) + 0.5F) * 0x1p-24F;
    const float exponent = static_cast<float>(std::bit_cast<int32_t>(u)) * (1.0F / 3.0F);
    float r = std::bit_cast<float>(1418472267 - static_cast<int32_t>(exponent));
    for (int step = 0; step < 3; ++step) {
      r = r * (4.0F / 3.0F - u * (1.0F / 3.0F) * (r * r * r));
    }
    out[i] = u * (r * r);
  }
}

void pick(const float* table, Lanes<const uint32_t> bits, Lanes<float> out) {
  for (size_t i = 0; i < kBlock; ++i) out[i] = table[bits[i] >> 24];
}

DAGSIM_FOR_EACH_CPU void spread_halves(Lanes<uint32_t> bits) {
  constexpr uint32_t kMiddle = 0x8000;
  for (size_t i = 0; i < kBlock / 2; ++i) {
    const uint32_t both = bits[i];
    bits[i] = (both << 16) | kMiddle;
    bits[i + kBlock / 2] = (both & 0xFFFF0000U) | kMiddle;
  }
}

DAGSIM_FOR_EACH_CPU void add_scaled(float coefficient, Lanes<const float> draw, Lanes<float> sum) {
  for (size_t i = 0; i < kBlock; ++i) {
    sum[i] += coefficient * draw[i];
  }
}

DAGSIM_FOR_EACH_CPU void to_ticks(float factor, Lanes<const float> seconds, int32_t most, Lanes<int32_t> ticks) {
  // The nearest float at or below `most`, so that the conversion stays inside.
  const float limit = std::nextafter(static_cast<float>(most), 0.0F);
  const float scale = factor * static_cast<float>(kTicksPerSecond);
  for (size_t i = 0; i < kBlock; ++i) {
    const float value = seconds[i] * scale + 0.5F;
    const float positive = value > 0.0F ? value : 0.0F;
    ticks[i] = static_cast<int32_t>(positive < limit ? positive : limit);
  }
}

DAGSIM_FOR_EACH_CPU void apply_mask(Lanes<const int32_t> mask, Lanes<int32_t> values) {
  for (size_t i = 0; i < kBlock; ++i) {
    values[i] &= mask[i];
  }
}

DAGSIM_FOR_EACH_CPU void maximum(Lanes<const int32_t> other, Lanes<int32_t> into) {
  for (size_t i = 0; i < kBlock; ++i) {
    into[i] = larger(into[i], other[i]);
  }
}

DAGSIM_FOR_EACH_CPU void finish(std::span<const int32_t* const> needs, Lanes<const int32_t> dispatch,
                                Lanes<const int32_t> duration, Lanes<int32_t> out) {
  // One loop for each number of needs up to four, so that nothing is stored in between.
  const int32_t* const* need = needs.data();
  switch (needs.size()) {
    case 0:
      for (size_t i = 0; i < kBlock; ++i) {
        out[i] = dispatch[i] + duration[i];
      }
      return;
    case 1:
      for (size_t i = 0; i < kBlock; ++i) {
        out[i] = need[0][i] + dispatch[i] + duration[i];
      }
      return;
    case 2:
      for (size_t i = 0; i < kBlock; ++i) {
        out[i] = larger(need[0][i], need[1][i]) + dispatch[i] + duration[i];
      }
      return;
    case 3:
      for (size_t i = 0; i < kBlock; ++i) {
        out[i] = larger(larger(need[0][i], need[1][i]), need[2][i]) + dispatch[i] + duration[i];
      }
      return;
    default:
      break;
  }
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] = larger(larger(need[0][i], need[1][i]), larger(need[2][i], need[3][i]));
  }
  for (size_t n = 4; n < needs.size(); ++n) {
    const int32_t* other = need[n];
    for (size_t i = 0; i < kBlock; ++i) {
      out[i] = larger(out[i], other[i]);
    }
  }
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] += dispatch[i] + duration[i];
  }
}

DAGSIM_FOR_EACH_CPU void latest_start(Lanes<const int32_t> latest, Lanes<const int32_t> dispatch,
                                      Lanes<const int32_t> duration, Lanes<int32_t> out) {
  for (size_t i = 0; i < kBlock; ++i) {
    out[i] = latest[i] - dispatch[i] - duration[i];
  }
}

DAGSIM_FOR_EACH_CPU void minimum(Lanes<const int32_t> other, Lanes<int32_t> into) {
  for (size_t i = 0; i < kBlock; ++i) {
    into[i] = smaller(into[i], other[i]);
  }
}

DAGSIM_FOR_EACH_CPU int64_t add_minutes(Lanes<const int32_t> duration, Lanes<int32_t> minutes) {
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

DAGSIM_FOR_EACH_CPU int64_t total(Lanes<const int32_t> values) {
  int64_t all = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    all += values[i];
  }
  return all;
}

DAGSIM_FOR_EACH_CPU SlackSums slack_of(Lanes<const int32_t> latest, Lanes<const int32_t> finish, const int32_t* mask) {
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

DAGSIM_FOR_EACH_CPU void earliest_failure(const Failure& failure, Lanes<int32_t> first, Lanes<int32_t> shown_by) {
  const int32_t* finish = failure.finish.data();
  const int32_t* duration = failure.duration.data();
  const float* fraction = failure.fraction.data();
  const int32_t* mask = failure.mask;
  const int32_t job = failure.job;
  std::array<int32_t, kBlock> at;
  for (size_t i = 0; i < kBlock; ++i) {
    at[i] = finish[i] - duration[i] + static_cast<int32_t>(fraction[i] * static_cast<float>(duration[i]));
  }
  if (mask != nullptr) {
    for (size_t i = 0; i < kBlock; ++i) {
      at[i] = (at[i] & mask[i]) | (INT32_MAX & ~mask[i]);
    }
  }
  for (size_t i = 0; i < kBlock; ++i) {
    shown_by[i] = at[i] < first[i] ? job : shown_by[i];
    first[i] = smaller(at[i], first[i]);
  }
}

}  // namespace dagsim::sim
