// A prediction as a terminal shows it: the answer first, then the baseline, the ranked edits, and what they rest on.
#pragma once

#include <string>

#include "study/prediction.h"

namespace dagsim::report {

struct TextOptions {
  unsigned width = 80;  ///< columns; below 72 counts as 72. A wider terminal gets more columns in its tables
  bool color = false;   ///< ANSI colours
};

/// The whole report, ending with a line break. Without edits the jobs take the place of the ranking.
std::string text_report(const study::Prediction& prediction, const TextOptions& options);

}  // namespace dagsim::report
