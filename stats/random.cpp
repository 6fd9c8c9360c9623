// Philox4x32-10: ten rounds of two 32x32-bit products and a Weyl key schedule on a 128-bit counter. A stream puts the
// seed into the key, the hash of its name into the upper half of the counter and the index into the lower half, so
// streams never overlap unless two names share a 64-bit hash. Indices are dealt to counters in batches: the four words
// of kBatch consecutive counters fill 4 * kBatch consecutive indices word by word, which lets a compiler run whole
// vectors of counters without shuffling their results. With AVX2 each counter has a vector lane of 64 bits, of which
// the multiplication reads the lower half, so that what is left in the upper half never matters.
#include "stats/random.h"

#include <algorithm>

#include "stats/simd.h"

namespace dagsim::stats {
namespace {

constexpr uint64_t kBatch = 16;
constexpr uint64_t kNumbersPerBatch = 4 * kBatch;

constexpr uint32_t low(uint64_t value) {
  return static_cast<uint32_t>(value);
}
constexpr uint32_t high(uint64_t value) {
  return static_cast<uint32_t>(value >> 32);
}

struct Words {
  uint32_t a, b, c, d;
};

inline Words philox_rounds(Words x, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53} * x.a;
    const uint64_t product1 = uint64_t{0xCD9E8D57} * x.c;
    x = {high(product1) ^ x.b ^ key0, low(product1), high(product0) ^ x.d ^ key1, low(product0)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return x;
}

struct Batch {
  std::array<uint32_t, kNumbersPerBatch> numbers;
};

/// The numbers of the counters [16 batch, 16 batch + 16); the low 32 bits of a batch's counters never wrap inside it.
void fill_batch(uint64_t batch, const std::array<uint32_t, 2>& upper, const std::array<uint32_t, 2>& key,
                uint32_t* out) {
  const uint32_t first = low(batch * kBatch);
  const uint32_t carry = high(batch * kBatch);
  const uint32_t upper0 = upper[0];
  const uint32_t upper1 = upper[1];
  const uint32_t key0 = key[0];
  const uint32_t key1 = key[1];
  for (uint32_t i = 0; i < kBatch; ++i) {
    const Words words = philox_rounds({first + i, carry, upper0, upper1}, key0, key1);
    out[i] = words.a;
    out[i + kBatch] = words.b;
    out[i + 2 * kBatch] = words.c;
    out[i + 3 * kBatch] = words.d;
  }
}

/// The numbers of whole batches from `batch` on, as many as fit into `out`.
void fill_batches(uint64_t batch, const std::array<uint32_t, 2>& upper, const std::array<uint32_t, 2>& key,
                  std::span<uint32_t> out) {
  for (size_t at = 0; at + kNumbersPerBatch <= out.size(); at += kNumbersPerBatch) {
    fill_batch(batch++, upper, key, out.data() + at);
  }
}

#if DAGSIM_VECTORS

/// Four counters: their words a to d, each in the lower half of a lane.
struct FourCounters {
  __m256i a, b, c, d;
};

DAGSIM_TARGET_AVX2 inline void philox_round(FourCounters& x, __m256i key0, __m256i key1) {
  const __m256i product0 = _mm256_mul_epu32(x.a, _mm256_set1_epi64x(0xD2511F53));
  const __m256i product1 = _mm256_mul_epu32(x.c, _mm256_set1_epi64x(0xCD9E8D57));
  x.a = _mm256_xor_si256(_mm256_srli_epi64(product1, 32), _mm256_xor_si256(x.b, key0));
  x.b = product1;
  x.c = _mm256_xor_si256(_mm256_srli_epi64(product0, 32), _mm256_xor_si256(x.d, key1));
  x.d = product0;
}

/// The lower halves of the lanes of counters 0, 1, 4, 5 and of counters 2, 3, 6, 7, in the order of the counters.
DAGSIM_TARGET_AVX2 inline void store_halves(__m256i first, __m256i second, uint32_t* out) {
  const __m256 both = _mm256_shuffle_ps(_mm256_castsi256_ps(first), _mm256_castsi256_ps(second), 0x88);
  _mm256_storeu_ps(reinterpret_cast<float*>(out), both);
}

DAGSIM_TARGET_AVX2 void fill_batches_avx2(uint64_t batch, const std::array<uint32_t, 2>& upper,
                                          const std::array<uint32_t, 2>& key, std::span<uint32_t> out) {
  constexpr int kRounds = 10;
  __m256i keys[kRounds][2];
  for (uint32_t round = 0; round < kRounds; ++round) {
    keys[round][0] = _mm256_set1_epi64x(low(key[0] + uint64_t{round} * 0x9E3779B9));
    keys[round][1] = _mm256_set1_epi64x(low(key[1] + uint64_t{round} * 0xBB67AE85));
  }
  for (size_t at = 0; at + kNumbersPerBatch <= out.size(); at += kNumbersPerBatch, ++batch) {
    const __m256i first = _mm256_set1_epi64x(low(batch * kBatch));
    const __m256i carry = _mm256_set1_epi64x(high(batch * kBatch));
    for (uint32_t i = 0; i < kBatch; i += 8) {
      FourCounters x{_mm256_add_epi64(first, _mm256_setr_epi64x(i, i + 1, i + 4, i + 5)), carry,
                     _mm256_set1_epi64x(upper[0]), _mm256_set1_epi64x(upper[1])};
      FourCounters y = x;
      y.a = _mm256_add_epi64(x.a, _mm256_set1_epi64x(2));
      for (const auto& round : keys) {
        philox_round(x, round[0], round[1]);
        philox_round(y, round[0], round[1]);
      }
      uint32_t* numbers = out.data() + at + i;
      store_halves(x.a, y.a, numbers);
      store_halves(x.b, y.b, numbers + kBatch);
      store_halves(x.c, y.c, numbers + 2 * kBatch);
      store_halves(x.d, y.d, numbers + 3 * kBatch);
    }
  }
}

/// The same with eight counters in a vector.
struct EightCounters {
  __m512i a, b, c, d;
};

DAGSIM_TARGET_AVX512 inline void philox_round(EightCounters& x, __m512i key0, __m512i key1) {
  const __m512i product0 = _mm512_mul_epu32(x.a, _mm512_set1_epi64(0xD2511F53));
  const __m512i product1 = _mm512_mul_epu32(x.c, _mm512_set1_epi64(0xCD9E8D57));
  constexpr int kXorOfAll = 0x96;
  x.a = _mm512_ternarylogic_epi64(_mm512_srli_epi64(product1, 32), x.b, key0, kXorOfAll);
  x.b = product1;
  x.c = _mm512_ternarylogic_epi64(_mm512_srli_epi64(product0, 32), x.d, key1, kXorOfAll);
  x.d = product0;
}

DAGSIM_TARGET_AVX512 inline void store_halves(__m512i lanes, uint32_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_cvtepi64_epi32(lanes));
}

/// Batches `batch` to `batch` + kCount - 1. Each multiplication waits for the one before it, so several counters are
/// worked on side by side.
template <uint32_t kCount>
DAGSIM_TARGET_AVX512 inline void fill_side_by_side(uint64_t batch, const std::array<uint32_t, 2>& upper,
                                                   const std::array<uint32_t, 2>& key, uint32_t* out) {
  constexpr uint32_t kRounds = 10;
  constexpr uint32_t kVectors = 2 * kCount;
  std::array<EightCounters, kVectors> x;
  for (uint32_t i = 0; i < kVectors; ++i) {
    const uint64_t first = (batch + i / 2) * kBatch;
    const auto number = static_cast<int>(i % 2 * 8);
    x[i] = {_mm512_add_epi64(_mm512_set1_epi64(low(first)),
                             _mm512_setr_epi64(number, number + 1, number + 2, number + 3, number + 4, number + 5,
                                               number + 6, number + 7)),
            _mm512_set1_epi64(high(first)), _mm512_set1_epi64(upper[0]), _mm512_set1_epi64(upper[1])};
  }
  __m512i key0 = _mm512_set1_epi64(key[0]);
  __m512i key1 = _mm512_set1_epi64(key[1]);
  for (uint32_t round = 0; round < kRounds; ++round) {
    for (EightCounters& eight : x) philox_round(eight, key0, key1);
    key0 = _mm512_add_epi64(key0, _mm512_set1_epi64(0x9E3779B9));
    key1 = _mm512_add_epi64(key1, _mm512_set1_epi64(0xBB67AE85));
  }
  for (uint32_t i = 0; i < kVectors; ++i) {
    uint32_t* words = out + i / 2 * kNumbersPerBatch + i % 2 * 8;
    store_halves(x[i].a, words);
    store_halves(x[i].b, words + kBatch);
    store_halves(x[i].c, words + 2 * kBatch);
    store_halves(x[i].d, words + 3 * kBatch);
  }
}

DAGSIM_TARGET_AVX512 void fill_batches_avx512(uint64_t batch, const std::array<uint32_t, 2>& upper,
                                              const std::array<uint32_t, 2>& key, std::span<uint32_t> out) {
  size_t at = 0;
  for (; at + 2 * kNumbersPerBatch <= out.size(); at += 2 * kNumbersPerBatch, batch += 2) {
    fill_side_by_side<2>(batch, upper, key, out.data() + at);
  }
  if (at + kNumbersPerBatch <= out.size()) fill_side_by_side<1>(batch, upper, key, out.data() + at);
}

#endif

using FillBatches = void (*)(uint64_t, const std::array<uint32_t, 2>&, const std::array<uint32_t, 2>&,
                             std::span<uint32_t>);

FillBatches best_fill_batches() {
#if DAGSIM_VECTORS
  if (vectors() == Vectors::Avx512) return fill_batches_avx512;
  if (vectors() == Vectors::Avx2) return fill_batches_avx2;
#endif
  return fill_batches;
}

}  // namespace

std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  const Words words = philox_rounds({counter[0], counter[1], counter[2], counter[3]}, key[0], key[1]);
  return {words.a, words.b, words.c, words.d};
}

uint64_t hash_name(std::string_view name) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
  return hash ^ (hash >> 31);
}

Stream::Stream(uint64_t seed, std::string_view name) : key_{low(seed), high(seed)} {
  const uint64_t hash = hash_name(name);
  high_ = {low(hash), high(hash)};
}

double Stream::uniform(uint64_t index) const {
  const uint64_t within = index % kNumbersPerBatch;
  const uint64_t counter = index / kNumbersPerBatch * kBatch + within % kBatch;
  const auto words = philox4x32({low(counter), high(counter), high_[0], high_[1]}, key_);
  return (words[within / kBatch] + 0.5) * 0x1p-32;
}

double Stream::normal(uint64_t index) const {
  return normal_quantile(uniform(index));
}

void Stream::fill(uint64_t first, std::span<uint32_t> bits) const {
  while (!bits.empty()) {
    const uint64_t batch = first / kNumbersPerBatch;
    const uint64_t offset = first % kNumbersPerBatch;
    size_t count = bits.size() / kNumbersPerBatch * kNumbersPerBatch;
    if (offset == 0 && count > 0) {
      best_fill_batches()(batch, high_, key_, bits.first(count));
    } else {
      Batch part;
      fill_batch(batch, high_, key_, part.numbers.data());
      count = std::min<size_t>(kNumbersPerBatch - offset, bits.size());
      std::copy_n(part.numbers.begin() + static_cast<std::ptrdiff_t>(offset), count, bits.begin());
    }
    first += count;
    bits = bits.subspan(count);
  }
}

}  // namespace dagsim::stats
