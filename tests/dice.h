// Chance for tests: Knuth's MMIX generator, the same throws on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace dagsim {

class Dice {
 public:
  explicit Dice(uint64_t state = 20261123) : state_(state) {}

  /// One of 0 to sides - 1.
  size_t roll(size_t sides) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % sides;
  }
  bool one_in(size_t times) { return roll(times) == 0; }
  /// One of a list.
  template <typename List>
  const auto& pick(const List& list) {
    return list[roll(std::size(list))];
  }

 private:
  uint64_t state_;
};

}  // namespace dagsim
