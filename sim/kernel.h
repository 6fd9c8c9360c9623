// The loops over one block of replications: plain, branch-free, in a fixed order, so that compilers vectorise them to
// the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dagsim::sim {

/// Replications in a block.
constexpr size_t kBlock = 512;
/// Time is counted in whole ticks: sums are exact, and equality decides criticality.
constexpr int32_t kTicksPerSecond = 64;

template <class T>
using Lanes = std::span<T, kBlock>;

/// Rows of kBlock values each: one job, draw or mask in all replications of a block.
template <class T>
class Rows {
 public:
  explicit Rows(size_t count = 0) : values_(count * kBlock) {}
  size_t size() const { return values_.size() / kBlock; }
  Lanes<T> operator[](size_t row) { return Lanes<T>(values_.data() + row * kBlock, kBlock); }
  Lanes<const T> operator[](size_t row) const { return Lanes<const T>(values_.data() + row * kBlock, kBlock); }

 private:
  std::vector<T> values_;
};

/// A piece of a function: offset + slope * x.
struct Line {
  float offset = 0;
  float slope = 0;
};

/// A lognormal law by inversion: its quantile as lines over 8 segments in each octave of both tail probabilities, down
/// to 2^-33, without bias in any segment.
using Inversion = std::vector<Line>;
Inversion invert_lognormal(float location, float spread);
/// out = the quantiles of (bits + 0.5) / 2^32. For spreads up to 1 mean and deviation are those of the law to 1e-5 and
/// 2e-4.
void invert(const Line* law, Lanes<const uint32_t> bits, Lanes<float> out);

/// Asks for the lines of an inversion that nearly all draws need.
void prefetch(const Line* law);

/// Standard normals by inversion of random bits: lines over 16 segments in each octave of the tail probability, without
/// bias in any segment; at most 2e-4 from the exact quantile of (bits + 0.5) / 2^32.
void normals(Lanes<const uint32_t> bits, Lanes<float> z);

/// A row's law for `lognormals`: location and spread to base 2.
Line lognormal_line(float location, float spread);
/// out = 2^(offset + slope * z) of each row's line. Below 2e-9 it is 0, above 5.3e8 it is cut; relative error at most
/// 1e-6.
void lognormals(const Line* rows, Lanes<const uint32_t> row, Lanes<const float> z, Lanes<float> out);

/// The first half of the row as twice as many numbers, each the upper half of one: coarse ones at half the price.
void spread_halves(Lanes<uint32_t> bits);

/// Cube roots of uniforms in (0, 1): the distribution of the largest of three uniforms. Relative error at most 3e-5.
void cube_roots(Lanes<const uint32_t> bits, Lanes<float> out);

/// out = one of the 256 numbers of `table`, each as likely as any other.
void pick(const float* table, Lanes<const uint32_t> bits, Lanes<float> out);

/// sum += coefficient * draw.
void add_scaled(float coefficient, Lanes<const float> draw, Lanes<float> sum);
/// factor * seconds to the nearest tick, cut to [0, most].
void to_ticks(float factor, Lanes<const float> seconds, int32_t most, Lanes<int32_t> ticks);
/// Keeps what the mask (0 or -1) keeps.
void apply_mask(Lanes<const int32_t> mask, Lanes<int32_t> values);

/// into = max(into, other); into = min(into, other).
void maximum(Lanes<const int32_t> other, Lanes<int32_t> into);
/// out = max over needs + dispatch + duration; each need is a row of kBlock ticks.
void finish(std::span<const int32_t* const> needs, Lanes<const int32_t> dispatch, Lanes<const int32_t> duration,
            Lanes<int32_t> out);
void minimum(Lanes<const int32_t> other, Lanes<int32_t> into);
/// out = latest - dispatch - duration: when the needs of a job must have completed at the latest.
void latest_start(Lanes<const int32_t> latest, Lanes<const int32_t> dispatch, Lanes<const int32_t> duration,
                  Lanes<int32_t> out);

/// Adds the whole minutes, rounded up, of every duration to `minutes`; gives their total.
int64_t add_minutes(Lanes<const int32_t> duration, Lanes<int32_t> minutes);
int64_t total(Lanes<const int32_t> values);

struct SlackSums {
  int64_t slack = 0;     ///< of latest - finish where the job runs
  int64_t critical = 0;  ///< lanes where it runs and both are equal
};
/// \param mask where the job runs, or null for everywhere.
SlackSums slack_of(Lanes<const int32_t> latest, Lanes<const int32_t> finish, const int32_t* mask);

/// Where a job fails at `fraction` of its life earlier than any before, it becomes the first: `first` in ticks,
/// `shown_by` its job. \param mask where the job runs, or null for everywhere.
struct Failure {
  Lanes<const int32_t> finish;
  Lanes<const int32_t> duration;
  Lanes<const float> fraction;
  const int32_t* mask = nullptr;
  int32_t job = 0;
};
void earliest_failure(const Failure& failure, Lanes<int32_t> first, Lanes<int32_t> shown_by);

}  // namespace dagsim::sim
