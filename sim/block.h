// One block of replications: everything that the variants share, computed once, in one thread's own memory.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/kernel.h"
#include "sim/plan.h"
#include "sim/program.h"

namespace dagsim::sim {

class Block {
 public:
  explicit Block(const Program& program);

  /// Draws block `number`, and computes what several variants share.
  void run(const Plan& plan, uint64_t number);
  /// Computes what only this variant has, in the place of what the one before had.
  void run(const VariantProgram& variant) { compute(variant.own_nodes); }

  Lanes<const int32_t> finish(uint32_t node) const { return finishes_[program_.slots[node]]; }
  Lanes<const int32_t> duration(uint32_t node) const { return times_[program_.nodes[node].duration]; }
  Lanes<const int32_t> dispatch(uint32_t node) const { return times_[program_.nodes[node].dispatch]; }
  Lanes<const float> fraction(uint32_t fraction) const { return fractions_[fraction]; }
  /// Where the job of a node runs (0 or -1), or null for everywhere.
  const int32_t* mask(uint32_t node) const;
  bool runs(uint32_t node, size_t lane) const {
    const int32_t* lanes = mask(node);
    return lanes == nullptr || lanes[lane] != 0;
  }

  const Program& program() const { return program_; }

 private:
  void set_factors(const Plan& plan, size_t resample);
  void draw_samples(uint64_t number);
  void draw_fractions(uint64_t number);
  void compute_masks();
  void compute_times();
  void compute(const std::vector<uint32_t>& nodes);

  const Program& program_;
  /// A time of several terms: kept samples and their factors.
  struct Sum {
    uint32_t time = 0;
    std::vector<std::pair<uint32_t, float>> parts;
  };

  std::vector<float> draw_factors_;  ///< by index of Program::draw_times: all that a resample fixes
  std::vector<Sum> sums_;            ///< likewise
  size_t resample_ = SIZE_MAX;       ///< that both are of
  std::vector<uint32_t> rows_;
  Rows<float> samples_;
  Rows<float> fractions_;
  Rows<int32_t> masks_;
  Rows<int32_t> times_;
  Rows<int32_t> finishes_;  ///< by slot
  std::vector<const int32_t*> needs_;
  std::vector<uint32_t> bits_;
  std::vector<float> scratch_;
  std::vector<float> seconds_;
};

}  // namespace dagsim::sim
