// Kinds of defects from the runs that failed, where dagsim.yaml names none.
#pragma once

#include <vector>

#include "calibration/observation.h"
#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::study {

/// Jobs that failed together are a kind, with its share of the red runs: the 64 most frequent sets (legs by their
/// keys); what is rarer counts for each of its jobs in equal parts. A job that failed after another one it waits for
/// only passed that on, and doesn't count. What failed for a reason of the machine's looks the same as a defect: only a
/// re-run would tell them apart.
std::vector<model::DefectKind> learn_defects(const calibration::Observations& observations,
                                             const model::Pipeline& pipeline, const model::Graph& graph);

}  // namespace dagsim::study
