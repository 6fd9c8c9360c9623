// What past runs say about each job, as text, JSON and model file.
#pragma once

#include <string>

#include "report/text.h"
#include "study/calibrate.h"

namespace dagsim::report {

/// \param steps also the table of steps, which is long.
std::string calibrate_text(const study::CalibrateResult& result, bool steps, const TextOptions& options);
/// `dagsim.calibrate/1`
std::string calibrate_json(const study::CalibrateResult& result);
/// A model file (history/model_file.h).
std::string calibrate_yaml(const study::CalibrateResult& result);

}  // namespace dagsim::report
