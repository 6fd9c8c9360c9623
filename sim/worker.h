// One thread's share of a simulation: blocks pushed through all variants, per-replication results stored, sums kept.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/block.h"
#include "sim/explain.h"
#include "sim/plan.h"
#include "sim/simulate.h"

namespace dagsim::sim {

/// Sums over replications of one variant, in whole numbers.
struct VariantTotals {
  std::vector<int64_t> ticks;                  ///< by job
  std::vector<int64_t> minutes;                ///< by job
  std::vector<int64_t> ran;                    ///< by job: replications
  std::vector<std::vector<int64_t>> shown_by;  ///< by defect and job

  void add(const VariantTotals& other);
};

class Worker {
 public:
  /// `results` has room for every replication; workers write to different blocks of it.
  Worker(const Program& program, const Plan& plan, Results& results);

  void run(uint64_t number);

  /// Takes over the sums of another worker.
  void add(const Worker& other);
  const VariantTotals& totals(size_t variant) const { return totals_[variant]; }
  const ExplainTotals& explained(size_t variant) const { return explainers_[variant].totals(); }

 private:
  const VariantProgram& variant(size_t v) const { return block_.program().variants[v]; }
  /// Whether the block is one of `chosen` (or of all, if there are fewer) that lie evenly over the resamples.
  bool is_chosen(uint64_t number, uint64_t chosen) const;
  void run_variant(size_t v, uint64_t number);
  void add_jobs(size_t v, size_t first);
  void add_defect(size_t v, size_t defect, size_t first);

  const Plan& plan_;
  Results& results_;
  Block block_;
  std::vector<VariantTotals> totals_;
  std::unique_ptr<ExplainScratch> scratch_;  ///< stays where it is when the worker moves
  std::vector<Explainer> explainers_;
  std::vector<int32_t> wall_;
  std::vector<int32_t> minutes_;
};

}  // namespace dagsim::sim
