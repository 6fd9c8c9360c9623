// From simulated replications to the figures of a report.
#pragma once

#include <optional>
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

/// A simulated pipeline and its line.
struct Summarised {
  const sim::Result& result;
  const PipelineLine& line;
};

/// The line of one simulated pipeline. \param base of another variant on the same draws, whose figures are taken over
/// where nothing differs; may be null.
PipelineLine summarise(const model::Pipeline& pipeline, const model::Graph& graph, const model::Timing& timing,
                       const sim::Result& result, const Summarised* base = nullptr);

/// The mean of edited - base over paired replications, with the interval over history resamples.
Change paired_change(std::span<const float> base, std::span<const float> edited, uint32_t resamples, double confidence);

/// The same of first red over the mix of kinds; nothing unless every kind of `pipeline` has a rate. Kinds that nothing
/// covers in one of the two are left out.
std::optional<Change> first_red_change(const model::Pipeline& pipeline, const sim::Result& base,
                                       const sim::Result& edited, uint32_t resamples, double confidence);

/// What one run before and one after would show: base and edited replications of one resample, but of different draws.
TwoRuns two_runs(std::span<const float> base, std::span<const float> edited, uint32_t resamples, double confidence);

/// The mean difference where an assumption is near the low and near the high end of its range (the eighth of the
/// resamples nearest to either); only where the two differ beyond chance.
std::vector<Sensitivity> sensitivities(std::span<const float> base, std::span<const float> edited,
                                       const sim::Results& results);

/// Where the mean difference is zero: the line through the resamples' differences over the assumed duration, if it
/// crosses zero within the range by more than chance. \param timing of the edit.
std::vector<BreakEven> break_evens(std::span<const float> base, std::span<const float> edited,
                                   const sim::Results& results, const model::Timing& timing);

/// "a > b > c".
std::string chain_text(const ChainLine& chain);

}  // namespace dagsim::study
