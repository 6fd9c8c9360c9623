// Jobs that past runs know under an older name, told by what the runs show.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "calibration/calibration.h"

namespace dagsim::calibration {

struct Rename {
  std::string old_name;  ///< as the history has it
  model::JobId job;      ///< of the pipeline
  uint32_t runs = 0;     ///< that ran it under the old name
};

/// Names of past jobs that are taken for older names of a pipeline's jobs. Such a job ran three times or more, never in
/// one run with or after the one that it is taken for, and did the same: three quarters of the steps of both, and two
/// at least, have the same names. Where steps are not recorded, the names must be the same words. Each is the other's
/// best counterpart by steps and words of the name; where two are equally good, neither is taken.
/// \param match the jobs of the pipeline that a name of the history means
std::vector<Rename> find_renames(const History& history, const model::Pipeline& pipeline,
                                 const std::function<std::vector<model::JobId>(const std::string&)>& match);

}  // namespace dagsim::calibration
