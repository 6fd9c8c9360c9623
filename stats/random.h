// Counter-based random numbers: every draw is a pure function of (seed, stream name, replication), so that adding,
// removing or reordering jobs never changes another job's numbers.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace dagsim::stats {

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011).
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// A stable 64-bit hash of a name (FNV-1a, then a finaliser); the same on every machine.
uint64_t hash_name(std::string_view name);

/// The draws of one named stream: the i-th number depends on nothing but seed, name and i.
class Stream {
 public:
  Stream(uint64_t seed, std::string_view name);

  /// Uniform in (0, 1) with 2^-33 offset: never 0, never 1.
  double uniform(uint64_t index) const;
  /// Standard normal by inversion (Wichura 1988, AS 241) of uniform(index).
  double normal(uint64_t index) const;
  /// 32 random bits for each of indices [first, first + bits.size()).
  void fill(uint64_t first, std::span<uint32_t> bits) const;

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 2> high_;
};

/// The standard normal quantile function (Wichura 1988, AS 241, about 1e-16 relative). \throws std::domain_error
/// outside (0, 1).
double normal_quantile(double p);

}  // namespace dagsim::stats
