// Workflows of one push that wait for one another. A sibling is one job of the pipeline, whose duration is what a
// simulation of its own says of its wall clock, in equally likely steps; the DAG does the rest. Siblings are drawn
// independently of one another: what slows all workflows of one push down at once is not in it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "model/timing.h"
#include "study/scenario.h"
#include "study/session.h"

namespace dagsim::study {

/// A sibling's wall clock, as seconds that are equally likely.
struct SiblingTime {
  std::string job;  ///< the job that stands for it, model::sibling_id of the workflow's name
  std::vector<double> seconds;
};

/// Simulates the scenario's siblings and puts a job for each into the session's baseline: what came after it needs that
/// job, and with siblings beside it the gate is a job that needs all gates. Empty when there are errors.
std::optional<std::vector<SiblingTime>> add_siblings(const FileSystem& files, const std::vector<Sibling>& siblings,
                                                     const Options& options, Session& session,
                                                     Diagnostics& diagnostics);

/// Gives the jobs that stand for siblings their times: each row becomes as many rows as there are steps.
void add_sibling_times(const model::Pipeline& pipeline, const std::vector<SiblingTime>& times, model::Timing& timing);

}  // namespace dagsim::study
