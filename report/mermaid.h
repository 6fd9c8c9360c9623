// A pipeline as a Mermaid flow chart, which GitHub draws inside Markdown.
#pragma once

#include <string>

#include "study/prediction.h"

namespace dagsim::report {

/// `flowchart LR` of the jobs that run, each with its mean; the legs of a matrix are one node with the mean of the
/// longest leg. The likeliest critical chain is red with thick arrows. Ends with a line break.
std::string mermaid(const study::PipelineLine& pipeline);

}  // namespace dagsim::report
