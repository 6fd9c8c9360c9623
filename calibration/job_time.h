// The duration of each job as a sum of laws over the rows: from estimates to terms.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "calibration/parts.h"
#include "model/timing.h"
#include "stats/random.h"

namespace dagsim::calibration {

/// A law that takes no time in any row.
model::Law no_time(std::string stream, size_t rows);

/// Writes the durations of jobs into a timing, whose laws and assumptions grow with each.
class JobTimes {
 public:
  JobTimes(const Scene& scene, model::Timing& timing) : scene_(scene), timing_(timing) {}

  /// Adds the terms of `job` to `result`, with their origin and number of observations.
  void add(model::JobTiming& result, model::JobId job);

 private:
  /// What all of a job's time is multiplied with, or of a part's.
  struct Factors {
    double coefficient = 1;
    std::vector<uint32_t> assumptions;
    std::vector<WorkShare> shares;
  };

  /// The estimate for all rows that find the same caches.
  struct ClassEstimate {
    uint32_t state_class = 0;
    Definition definition;
    std::set<std::string> given;  ///< steps that run and whose durations an edit gives; the definition is without them
    Estimate estimate;
    bool warm = true;  ///< every cache is an exact hit
  };

  void add_time(model::JobTiming& result, model::JobId target, const model::Job& job, Factors factors);
  void add_history(model::JobTiming& result, model::JobId target, const model::Job& source, const Factors& factors);
  std::vector<uint32_t> add_step_edits(model::JobTiming& result, const model::Job& source, const ClassEstimate& here,
                                       const Factors& factors);
  void add_extra(model::JobTiming& result, const ClassEstimate& here, const std::string& leg, const Guess& extra,
                 const Factors& factors);
  void add_assumed(model::JobTiming& result, const std::string& stream, const model::AssumedDuration& duration,
                   const Factors& factors, std::optional<uint32_t> state_class);
  void add_term(model::JobTiming& result, model::Law law, const Factors& factors);

  std::vector<ClassEstimate> estimates(model::JobId target, const model::Job& source, const std::string& leg) const;
  void fill(model::Law& law, const ClassEstimate& here) const;
  /// What the job took in a run or, if it did not run there, in one that is like it.
  double location_in(uint32_t run, const Estimate& estimate) const;
  double run_factor(uint32_t run) const { return run == kNoRun ? 0 : scene_.state.run_factor[run]; }
  /// The index of an assumption; guesses of one name are one assumption when they have the same range.
  uint32_t assumption(const Guess& guess);

  const Scene& scene_;
  model::Timing& timing_;
};

}  // namespace dagsim::calibration
