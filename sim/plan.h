// What differs between history resamples, and which past run each replication draws.
//
// A resample is one opinion on what is known: past runs re-weighted (Bayesian bootstrap, Rubin 1981), locations shifted
// by their uncertainty, unmeasured factors put somewhere in their range. Over the resamples all of these are balanced:
// shifts and factors are stratified, and re-weighted runs have their own weight on average, so that pooled results
// carry little noise from the resampling. A single resample is the middle of all that.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel.h"
#include "sim/program.h"

namespace dagsim::sim {

class Plan {
 public:
  Plan(const Program& program, const Options& options);

  uint64_t replications() const { return blocks() * kBlock; }
  uint64_t blocks() const { return blocks_per_resample_ * resamples_; }
  uint32_t resamples() const { return resamples_; }
  size_t resample_of(uint64_t block) const { return block / blocks_per_resample_; }

  /// The drawn row of each replication of a block: stratified within the resample, in an order that mixes.
  void draw_rows(uint64_t block, Lanes<uint32_t> rows) const;
  /// What is added to the logarithm of a sample in a resample.
  float shift(const Sample& sample, size_t resample) const;
  /// The value of an assumption (index of Program::assumptions) in a resample.
  double assumption(size_t assumption, size_t resample) const { return assumptions_[assumption][resample]; }

 private:
  /// One stratified uniform for each resample, in an order of the name's own.
  std::vector<double> strata(uint64_t seed, const std::string& name) const;
  void weigh_rows(const std::vector<model::Row>& rows, uint64_t seed);

  uint32_t resamples_;
  uint64_t blocks_per_resample_;
  uint64_t stride_;  ///< coprime to the replications of a resample
  stats::Stream row_stream_;
  std::vector<std::vector<double>> cumulative_;   ///< by resample, of row weights
  std::vector<std::vector<uint32_t>> guide_;      ///< by resample: the row at each of kGuides even parts of the weight
  std::vector<std::vector<double>> shifts_;       ///< by index of Program::shifts and resample, standard normal
  std::vector<std::vector<double>> assumptions_;  ///< by index of Program::assumptions and resample
};

}  // namespace dagsim::sim
