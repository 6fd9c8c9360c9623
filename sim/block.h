// One block of replications: everything that the variants share, computed once, in one thread's own memory.
#pragma once

#include <cstdint>
#include <memory>
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
  void run(const VariantProgram& variant);

  /// Of a job of the variant that was run last.
  Lanes<const int32_t> finish(const VariantProgram& variant, uint32_t job) const {
    return variant.waits ? waited_finishes_[job] : finish(variant.node[job]);
  }
  Lanes<const int32_t> duration(const VariantProgram& variant, uint32_t job) const {
    return times_[program_.nodes[variant.node[job]].duration];
  }
  /// From its being eligible to its start.
  Lanes<const int32_t> dispatch(const VariantProgram& variant, uint32_t job) const {
    return variant.waits ? delays_[job] : times_[program_.nodes[variant.node[job]].dispatch];
  }
  Lanes<const float> fraction(uint32_t fraction) const { return fractions_[fraction]; }
  /// Where the job runs (0 or -1), or null for everywhere.
  const int32_t* mask(const VariantProgram& variant, uint32_t job) const { return mask(variant.node[job]); }
  bool runs(const VariantProgram& variant, uint32_t job, size_t lane) const {
    const int32_t* lanes = mask(variant, job);
    return lanes == nullptr || lanes[lane] != 0;
  }

  const Program& program() const { return program_; }

 private:
  /// A time of several terms: kept samples and their factors.
  struct Sum {
    uint32_t time = 0;
    std::vector<std::pair<uint32_t, float>> parts;
  };

  void set_factors(const Plan& plan, size_t resample);
  void draw_samples(uint64_t number);
  void draw_fractions(uint64_t number);
  void compute_masks();
  void compute_times();
  void compute(const std::vector<uint32_t>& nodes);
  void run_events(const VariantProgram& variant);
  Lanes<const int32_t> finish(uint32_t node) const { return finishes_[program_.slots[node]]; }
  const int32_t* mask(uint32_t node) const;

  const Program& program_;
  std::vector<float> draw_factors_;  ///< by index of Program::draw_times: all that a resample fixes
  std::vector<Sum> sums_;            ///< likewise
  size_t resample_ = SIZE_MAX;       ///< that both are of
  std::vector<uint32_t> rows_;
  Rows<float> samples_;
  Rows<float> fractions_;
  Rows<int32_t> masks_;
  Rows<int32_t> times_;
  Rows<int32_t> finishes_;                               ///< by slot
  Rows<int32_t> waited_finishes_;                        ///< by job, of a variant with waits
  Rows<int32_t> delays_;                                 ///< likewise
  std::vector<std::unique_ptr<EventLoop>> event_loops_;  ///< by variant, as far as needed
  std::vector<const int32_t*> needs_;
  std::vector<uint32_t> bits_;
  std::vector<float> scratch_;
  std::vector<float> seconds_;
};

}  // namespace dagsim::sim
