// The checks of a run as GitHub lists them: one a job, except that what was skipped before it was expanded is one check
// under its name as written.
#pragma once

#include <string>
#include <vector>

#include "model/graph.h"
#include "model/pipeline.h"
#include "model/results.h"

namespace dagsim::model {

struct Check {
  std::string key;   ///< Job::key; where it stands for several jobs, their place (call.h)
  std::string name;  ///< display name; of a skipped matrix or call the unevaluated one, "test (${{ matrix.os }})"
  std::vector<JobId> jobs;
  std::vector<std::string> needs;  ///< keys of the checks that it waits for, in the order of the list
  Result conclusion = Result::Success;
  std::string reason;  ///< why it is no success, for people
};

/// In creation order. A job whose own condition is false is one check for all its legs, a call whose condition is false
/// one for all jobs below it.
std::vector<Check> checks(const Pipeline& pipeline, const Graph& graph, const RunResults& results);

}  // namespace dagsim::model
