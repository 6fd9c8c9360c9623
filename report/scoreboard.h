// Edits predicted and measured, as text, Markdown and JSON.
#pragma once

#include <string>
#include <vector>

#include "report/json_writer.h"
#include "report/page.h"
#include "study/scoreboard.h"

namespace dagsim::report {

void write_scoreboard(Page& page, const study::Scoreboard& board);
std::string scoreboard_markdown(const study::Scoreboard& board);
/// The fields "techniques" and "not_predicted" of an open object.
void write_scoreboard(JsonWriter& json, const study::Scoreboard& board);

/// A Markdown table; the first column to the left, all others to the right. Cells are escaped.
std::string markdown_table(const std::vector<std::string>& headers, const std::vector<std::vector<std::string>>& rows);

}  // namespace dagsim::report
