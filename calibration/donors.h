// Which past run lends a job's time to a run that did not measure it.
#pragma once

#include <cstdint>
#include <vector>

#include "calibration/estimate.h"

namespace dagsim::calibration {

/// By run, all runs that may lend to it, from the one most like it to the one least like it: their distance is the mean
/// square by which the times of jobs differ that both measured, each in units of the job's own deviation. What chance
/// would make of few such jobs is mixed in, so that a run is not near for one job's sake. Only runs near in time may
/// lend, so that the work is linear in the number of runs.
/// (Nearest-neighbour hot-deck imputation; Andridge and Little 2010.)
std::vector<std::vector<uint32_t>> find_donors(const std::vector<Group>& groups, size_t runs);

}  // namespace dagsim::calibration
