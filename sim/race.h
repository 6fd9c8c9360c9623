// Which of many candidates has the shortest wall clock, without simulating all of them to the end.
//
// Looks of 512, 1,024, 2,048, … replications in each resample: at each look all candidates that are left run on the
// same draws, and those whose paired difference from the leader is above zero, at a confidence that holds for all
// candidates and all looks together (Bonferroni), drop out. Most of hundreds of edits are told apart from the best by
// one block of shared draws. Sequential halving, the usual other way, drops the worse half at each look however near it
// is, and so can't say how sure it is.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/simulate.h"
#include "stats/estimate.h"

namespace dagsim::sim {

struct RaceOptions {
  uint64_t seed = 1;
  uint64_t most_replications = 32'768;  ///< of a candidate in one look
  /// With one, the middle of what is uncertain; with several, a candidate only drops out when the history's own
  /// uncertainty can't make it the best.
  uint32_t resamples = 1;
  double confidence = 0.95;  ///< that the best is not dropped
  size_t finalists = 1;      ///< ends when so few are left
  unsigned threads = 0;
  const Variant* baseline =
      nullptr;  ///< runs in every look beside the candidates, so that these can be compared with it
  /// Called for each candidate that drops out, with its last look: `variant` is its place in the results, 0 that of the
  /// baseline, if there is one. May be empty.
  std::function<void(size_t candidate, const Results& results, size_t variant)> dropped;
  std::function<void(double)> progress;  ///< with the share of the looks that are done, at most; may be empty
};

/// What the last look that a candidate took part in said of it.
struct Racer {
  double mean = 0;      ///< seconds of wall clock
  double behind = 0;    ///< mean seconds behind that look's leader, on the same draws
  bool is_left = true;  ///< not told apart from the best
};

struct Race {
  std::vector<Racer> racers;  ///< by candidate
  std::vector<size_t> left;   ///< not told apart from the best, shortest mean first; never empty
  uint64_t replications = 0;  ///< of all candidates (and the baseline) in all looks together
  uint32_t looks = 0;
};

/// Runs the race. Its result depends on the candidates and options only, never on threads. \throws std::domain_error as
/// simulate does, and without candidates.
Race race(const std::vector<Variant>& candidates, const RaceOptions& options);

/// Mean of edited - base over paired replications with its interval: over resamples where there are several, else the
/// error of the simulation alone (Student's t over replications).
stats::Interval paired_interval(const std::vector<float>& base, const std::vector<float>& edited, uint32_t resamples,
                                double confidence);

}  // namespace dagsim::sim
