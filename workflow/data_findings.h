// What is wrong with how the jobs of a pipeline hand data to each other, as far as it shows before a run.
#pragma once

#include <span>
#include <string_view>

#include "model/graph.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

/// Appends warnings, each at the input that says which artifact or cache is meant:
/// - artifacts that nobody uploads, that are downloaded without waiting for the upload, that two steps upload under one
///   name; more uploads of a job than GitHub takes, days of retention that it doesn't;
/// - caches without key or path, with more or longer keys than GitHub takes, and ones that can't be found because the
///   paths differ from those of the step that saves them.
/// Nothing is said about artifacts that may come from jobs which aren't known.
void report_data(Expansion& expansion, const model::Pipeline& pipeline);

void report_artifacts(Expansion& expansion, const model::Pipeline& pipeline, const model::Graph& graph);
void report_caches(Expansion& expansion, const model::Pipeline& pipeline);

/// The place of the first of `inputs` that the step gives, else of its `uses`.
SourceRange input_place(const Expansion& expansion, const model::Step& step, std::span<const std::string_view> inputs);

}  // namespace dagsim::workflow
