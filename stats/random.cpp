// Philox4x32-10: ten rounds of two 32x32-bit products and a Weyl key schedule on a 128-bit counter. A stream puts the
// seed into the key, the hash of its name into the upper half of the counter and the index into the lower half, so
// streams never overlap unless two names share a 64-bit hash. Indices are dealt to counters in batches: the four words
// of kBatch consecutive counters fill 4 * kBatch consecutive indices word by word, which lets a compiler run whole
// vectors of counters without shuffling their results.
#include "stats/random.h"

#include <algorithm>

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
    const uint64_t offset = first % kNumbersPerBatch;
    const size_t count = std::min<size_t>(kNumbersPerBatch - offset, bits.size());
    if (count == kNumbersPerBatch) {
      fill_batch(first / kNumbersPerBatch, high_, key_, bits.data());
    } else {
      Batch batch;
      fill_batch(first / kNumbersPerBatch, high_, key_, batch.numbers.data());
      std::copy_n(batch.numbers.begin() + static_cast<std::ptrdiff_t>(offset), count, bits.begin());
    }
    first += count;
    bits = bits.subspan(count);
  }
}

}  // namespace dagsim::stats
