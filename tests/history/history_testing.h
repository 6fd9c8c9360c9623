// Histories in memory and as text, for tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>

#include "history/history.h"

namespace dagsim::history {

struct Told {
  History history;
  Diagnostics diagnostics;
  std::string text;  ///< describe(history), then the diagnostics as people see them
};

/// What read_history makes of files in memory.
Told told(const std::string& path, std::initializer_list<std::pair<std::string, std::string>> files);

/// One line for each run, job, step, span and reason for leaving out.
std::string describe(const History& history);

/// A fixed sequence of numbers (Knuth's MMIX constants), to mutate texts the same way on every machine.
class Sequence {
 public:
  explicit Sequence(uint64_t seed) : state_(seed) {}
  /// In [0, bound).
  size_t below(size_t bound);

 private:
  uint64_t state_;
};

/// `text` with one to four bytes changed, left out, doubled or put in, or its end cut off.
std::string mutated(std::string text, Sequence& sequence);

}  // namespace dagsim::history
