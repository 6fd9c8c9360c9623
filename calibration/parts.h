// What a job that an edit put together from others pays of each one's time.
#pragma once

#include "calibration/estimate.h"
#include "calibration/rows.h"
#include "calibration/state.h"

namespace dagsim::calibration {

/// The pipeline that a timing is written for, and what it is written from.
struct Scene {
  const Calibration::State& state;
  const model::Pipeline& pipeline;
  const model::Graph& graph;
  const RowTable& rows;

  /// The name under which the history knows a job.
  std::string leg(const model::Job& job) const { return newest_name(job.stream, state.vocabulary); }
};

/// The share of a part's time that is work (Share::Work), as a factor: where every cache is an exact hit, and
/// elsewhere.
struct WorkShare {
  Guess warm;
  Guess cold;
};

/// \param whole `target` itself or a job that it was put together from; `part` is one of its parts.
WorkShare work_share(const Scene& scene, model::JobId target, const model::Job& whole, const model::Part& part);

}  // namespace dagsim::calibration
