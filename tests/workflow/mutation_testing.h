// Random damage to texts, the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace dagsim::workflow {

/// Knuth's MMIX generator: the same mutations on every machine.
class Lcg {
 public:
  size_t below(size_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33U) % bound;
  }

 private:
  uint64_t state_ = 20261123;
};

/// The text after one to four random edits; never empty.
std::string mutated(std::string text, Lcg& random);

}  // namespace dagsim::workflow
