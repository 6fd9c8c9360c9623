// The syntax of a workflow file as JSON, for tools.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "workflow/document.h"

namespace dagsim::report {

/// One line: `{"file", "ok", "diagnostics": [{"severity", "line", "column", "rule", "message"}], "jobs": [{"id",
/// "needs", "if", "name", "uses"?}]}`. Lines and columns are 1-based, 0 for what has no place. "if" is normalised,
/// "name" as written. `document` may be null.
std::string document_json(const std::string& path, const workflow::Document* document, const Diagnostics& diagnostics);

}  // namespace dagsim::report
