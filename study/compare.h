// An edit's line: what its simulated replications say against the baseline's.
#pragma once

#include <string>
#include <vector>

#include "model/timing.h"
#include "sim/simulate.h"
#include "study/edited.h"
#include "study/prediction.h"

namespace dagsim::study {

constexpr double kConfidence = 0.95;        ///< of intervals for means
constexpr double kTwoRunsConfidence = 0.8;  ///< of what two single runs would show

/// The line of an edit without figures: its words, its outcome, why it is illegal.
EditLine edit_line(const Edited& edited);

/// Fills in what the wall clock alone says of an edit that was simulated as `variant` of `results`, whose variant 0 is
/// the baseline. \param before the baseline's wall clock; the edit's is in `line` already.
void compare_walls(const sim::Results& results, size_t variant, const Distribution& before, EditLine& line);

/// Seconds of wall clock below which a difference is noise to a person: 5 s, or 1 % of the mean.
double least_that_matters(double mean);

/// The job with the largest drag, "" where none has any.
std::string largest_drag(const PipelineLine& line);

/// Fills in all figures of an edit that was simulated as `variant` of `results`, whose variant 0 is the baseline.
/// \param base_assumptions what the baseline assumed already: it is not repeated.
void compare(const sim::Results& results, size_t variant, const PipelineLine& base_line,
             const std::vector<std::string>& base_assumptions, const Edited& edited, EditLine& line);

/// What was assumed about jobs that matter for the gate, for people; the rest is counted. Texts in `already` are left
/// out.
std::vector<std::string> assumptions_of(const model::Timing& timing, const PipelineLine& line,
                                        const std::vector<std::string>& already);

}  // namespace dagsim::study
