#include "stats/simd.h"

#include <algorithm>

namespace dagsim::stats {
namespace {

Vectors best() {
#if DAGSIM_VECTORS
  if (__builtin_cpu_supports("avx512f") != 0) return Vectors::Avx512;
  if (__builtin_cpu_supports("avx2") != 0) return Vectors::Avx2;
#endif
  return Vectors::None;
}

Vectors& used() {
  static Vectors used = best();
  return used;
}

}  // namespace

Vectors vectors() {
  return used();
}

void use_at_most(Vectors most) {
  used() = std::min(most, best());
}

}  // namespace dagsim::stats
