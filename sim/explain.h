// Why the gate completes when it does, for one variant: criticality, slack, drag and critical chains, summed over
// blocks.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/block.h"
#include "sim/simulate.h"

namespace dagsim::sim {

/// Sums in whole numbers: adding them up in any order gives the same result.
struct ExplainTotals {
  std::vector<int64_t> critical;  ///< by job: replications
  std::vector<int64_t> slack;     ///< by job: ticks, where it ran
  std::vector<int64_t> drag;      ///< by job: ticks, over drag_replications
  int64_t drag_replications = 0;
  int64_t chain_replications = 0;
  struct Chain {
    std::vector<uint32_t> jobs;
    int64_t count = 0;
  };
  std::unordered_map<uint64_t, Chain> chains;  ///< by a hash of the jobs; never iterated into output unsorted

  void add(const ExplainTotals& other);
};

/// What to look at in a block beside criticality and slack.
struct Extras {
  bool drag = false;
  bool chains = false;
};

/// What explaining a block needs for a while; shared by the variants of a thread.
struct ExplainScratch {
  /// \param jobs of the largest variant that is explained
  explicit ExplainScratch(size_t jobs);

  Rows<int32_t> latest;             ///< by job
  std::vector<uint8_t> critical;    ///< by job: in some replication of the block
  Rows<int32_t> changed;            ///< by job: completions without the time of another
  std::vector<uint8_t> is_changed;  ///< by job
  std::vector<int32_t> start;
  std::vector<int32_t> zero;
  std::vector<uint32_t> path;
};

/// Explains blocks of one variant; owned by one thread.
class Explainer {
 public:
  /// \param scratch must outlive it
  Explainer(const VariantProgram& variant, ExplainScratch& scratch);

  /// Adds criticality and slack of a block whose gate completes at `wall`, and what else is asked for.
  void add(const Block& block, Lanes<const int32_t> wall, Extras extras);

  void add(const Explainer& other) { totals_.add(other.totals_); }
  const ExplainTotals& totals() const { return totals_; }

 private:
  void backward(const Block& block, Lanes<const int32_t> wall);
  void trace(const Block& block, Lanes<const int32_t> wall);
  void trace_lane(const Block& block, Lanes<const int32_t> wall, size_t lane);
  void add_drag(const Block& block, Lanes<const int32_t> wall);
  /// The gate's completion when `position` in the order takes no time.
  void without(const Block& block, size_t position, Lanes<int32_t> wall);

  const VariantProgram& variant_;
  ExplainTotals totals_;
  ExplainScratch& scratch_;
};

/// The most frequent chains, at most `most`; equal ones by their jobs.
std::vector<CriticalChain> top_chains(const ExplainTotals& totals, size_t most);

}  // namespace dagsim::sim
