// Predictions as JSON for tools: one document, one line, times in seconds, with its schema's name and version.
#pragma once

#include <string>

#include "report/json_writer.h"
#include "study/prediction.h"

namespace dagsim::report {

/// `dagsim.what-if/1`, or `dagsim.simulate/1` without the edits. What an illegal edit has no value for and a
/// time that is infinite (a first red that nothing shows) is null. Ends with a line break.
std::string what_if_json(const study::Prediction& prediction);
std::string simulate_json(const study::Prediction& prediction);

/// Parts of the documents, for those that embed them.
void write_subject(JsonWriter& json, const study::Prediction& prediction);
void write_history(JsonWriter& json, const study::HistoryLine& history);
void write_pipeline(JsonWriter& json, const study::PipelineLine& pipeline);
void write_edit(JsonWriter& json, const study::EditLine& edit);
void write_break_evens(JsonWriter& json, const std::vector<study::BreakEven>& break_evens);
void write_diagnostics(JsonWriter& json, const Diagnostics& diagnostics);

}  // namespace dagsim::report
