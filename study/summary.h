// From simulated replications to the figures of a report.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/graph.h"
#include "model/pipeline.h"
#include "model/timing.h"
#include "sim/simulate.h"
#include "study/prediction.h"

namespace dagsim::study {

Distribution distribution(std::span<const double> values);
Distribution distribution(std::span<const float> values);

/// The line of one simulated pipeline.
PipelineLine summarise(const model::Pipeline& pipeline, const model::Graph& graph, const model::Timing& timing,
                       const sim::Result& result);

/// The mean of edited - base over paired replications, with the interval over history resamples.
Change paired_change(std::span<const float> base, std::span<const float> edited, uint32_t resamples, double confidence);

/// What one run before and one after would show: base and edited replications of one resample, but of different draws.
TwoRuns two_runs(std::span<const float> base, std::span<const float> edited, uint32_t resamples, double confidence);

/// How the mean difference moves with each assumption: least squares over resamples; only where the slope stands out of
/// its error.
std::vector<Sensitivity> sensitivities(std::span<const float> base, std::span<const float> edited,
                                       const sim::Results& results);

/// "a > b > c".
std::string chain_text(const ChainLine& chain);

}  // namespace dagsim::study
