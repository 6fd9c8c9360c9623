// What all programs of the comparison print: replications a second and the mean wall clock, as one line of JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace dagsim::bench {

/// Calls `work`, which runs some replications, adds their wall clocks to `sum` and returns their number, for `seconds`.
template <typename Work>
void measure(double seconds, Work work) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  uint64_t replications = 0;
  double sum = 0;
  double elapsed = 0;
  while (elapsed < seconds) {
    replications += work(sum);
    elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  const auto count = static_cast<double>(replications);
  std::printf("{\"rate\": %.6g, \"mean\": %.6g}\n", count / elapsed, sum / count);
  std::fflush(stdout);
}

}  // namespace dagsim::bench
