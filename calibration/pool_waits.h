// Queue delays of past runs hold two things: what GitHub takes to find a machine, and the wait for one that is free.
// Where a pool has a known number of slots the second is simulated, so the first is to be told apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calibration/observation.h"
#include "model/pipeline.h"

namespace dagsim::calibration {

/// By JobId of the run's shape: whether all `slots` of the pool were busy with other jobs of the same run at some time
/// between the job's being eligible and its start; nothing where the history doesn't tell. Machines that other runs
/// held are not seen. \param pool the pool's jobs in that shape
std::vector<std::optional<bool>> waited_for_slot(const UsedRun& run, const std::vector<uint32_t>& pool, uint32_t slots);

/// How many of these jobs the run had at work at once, as far as the history tells.
uint32_t most_at_once(const UsedRun& run, const std::vector<uint32_t>& pool);

/// The jobs of a pool, by its name, in a pipeline.
std::vector<uint32_t> jobs_of_pool(const model::Pipeline& pipeline, const std::string& pool);

}  // namespace dagsim::calibration
