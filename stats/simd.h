// Which vector instructions hot loops may use: chosen once at run time, the same bytes with all of them. Loops that a
// compiler vectorises by itself are compiled once for each set (DAGSIM_FOR_EACH_CPU), the few others are written by
// hand for AVX2 or AVX-512 beside a plain version. DAGSIM_PLAIN_LOOPS builds without any of it, to compare. No set has
// fused multiply-add, whose roundings differ.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(DAGSIM_PLAIN_LOOPS)
#define DAGSIM_VECTORS 1
#if defined(__clang__)
#include <immintrin.h>
#else
// GCC 12 takes the undefined vectors inside its own intrinsics for a mistake (GCC bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif
#define DAGSIM_TARGET_AVX2 [[gnu::target("avx2")]]
#define DAGSIM_TARGET_AVX512 [[gnu::target("avx512f")]]
#else
#define DAGSIM_VECTORS 0
#define DAGSIM_TARGET_AVX2
#define DAGSIM_TARGET_AVX512
#endif

// Sanitizers are not ready yet when the loader chooses between versions of a function.
#if DAGSIM_VECTORS && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define DAGSIM_FOR_EACH_CPU [[gnu::target_clones("avx512f", "avx2", "default")]]
#else
#define DAGSIM_FOR_EACH_CPU
#endif

namespace dagsim::stats {

enum class Vectors { None, Avx2, Avx512 };

/// What loops written by hand use: the best that this machine has and this build knows.
Vectors vectors();
/// Less than that, to compare; not while other threads compute.
void use_at_most(Vectors most);

}  // namespace dagsim::stats
