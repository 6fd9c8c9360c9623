// What a pipeline's files show to be wrong without any run: jobs that gate nothing.
#pragma once

#include <vector>

#include "model/graph.h"
#include "model/pipeline.h"
#include "study/study.h"

namespace dagsim::study {

/// Jobs that run, whose failure the gate doesn't see, and that don't come after it. Empty without a gate.
std::vector<Finding> find_ungated_jobs(const model::Pipeline& pipeline, const model::Graph& graph);

}  // namespace dagsim::study
