// When each job starts and ends if every duration is known: the DAG pushed through once.
#pragma once

#include <span>
#include <vector>

#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// Seconds after the start of the run, by JobId.
struct Schedule {
  std::vector<double> start;
  std::vector<double> end;
};

/// Each job starts `dispatch` after the end of its last need and takes `seconds`. A job that is skipped
/// (Presence::Skipped) ends with its last need at once. \param seconds, dispatch by JobId, not negative.
Schedule schedule(const Pipeline& pipeline, const Graph& graph, std::span<const double> seconds,
                  std::span<const double> dispatch);

/// The completion of the gate in a schedule: the last end of gate_jobs.
double gate_completion(const Pipeline& pipeline, const Schedule& schedule);

/// The chain that determines the end of the gate, first job first; among equal ends the need created first. Skipped
/// jobs are left out.
std::vector<JobId> critical_chain(const Pipeline& pipeline, const Graph& graph, const Schedule& schedule);

}  // namespace dagsim::model
