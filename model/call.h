// Where a job stands in the tree of calls. A call path is the id path of a caller in which each caller with a matrix
// carries the number of its leg: "test", "test[1]/unit". A place is an id within such a call: "test[1]/lint", whose
// legs share it. Needs and conditions look at the places of one call; a need on a caller means all its legs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/pipeline.h"

namespace dagsim::model {

/// The call of a job, "" at the top. A job that an edit made or moved belongs to the plain path of its caller.
std::string call_path(const Job& job);

std::string place_of(const Job& job);

/// The place that a need of the job or caller at `place` means: needs look within their own workflow.
std::string place_of_need(std::string_view place, const Need& need);

/// "test[1]/unit" to "test/unit".
std::string id_of_call(std::string_view call);

/// One caller above a job.
struct CallLevel {
  std::string call;   ///< with the number of its leg if it has one: "test[1]/unit[0]"
  std::string place;  ///< without: "test[1]/unit"
};

/// The callers above the jobs of a call, outermost first; none for "".
std::vector<CallLevel> levels_of(std::string_view call);

}  // namespace dagsim::model
