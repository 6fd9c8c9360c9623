// A prediction for a design review: one sentence, one table, one picture; everything else is folded.
#pragma once

#include <string>
#include <string_view>

#include "report/facts.h"
#include "study/prediction.h"

namespace dagsim::report {

/// \param command how to get the same report again, "" to leave that line out. Ends with a line break.
std::string markdown_report(const study::Prediction& prediction, std::string_view command);

/// Text as Markdown shows it literally, in prose or in a table cell: no markup, no HTML, one line.
std::string markdown_escaped(std::string_view text);
/// The picture of the pipeline as it is, in its fence.
std::string markdown_diagram(const study::PipelineLine& pipeline);
/// Facts as list items with bold labels.
std::string markdown_facts(const std::vector<Fact>& facts);
/// A folded section. \param body Markdown
std::string markdown_folded(std::string_view summary, std::string_view body);
/// Text that keeps its columns, in a fence long enough for it.
std::string markdown_verbatim(std::string_view text);
/// Assumptions, warnings, history and method, folded.
std::string markdown_foundations(const study::Prediction& prediction);

}  // namespace dagsim::report
