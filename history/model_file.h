// A model file: what was learned from past runs as YAML that a repository can keep beside its workflows, to predict
// from it where the runs themselves are not at hand. It is a ledger (ledger.h) that knows all that GitHub tells: a line
// for each run, so that new runs are new lines.
#pragma once

#include <string>
#include <string_view>

#include "history/history.h"

namespace dagsim::history {

/// The value of "dagsim-model" at the top of the files that this version reads and writes.
inline constexpr std::string_view kModelVersion = "1";

/// The model file of `history`: read_history gives back its runs, exclusions and warnings as they are, but for skipped
/// jobs, which teach nothing. \param learned YAML of what people want to see of it, which is never read
std::string write_model(const History& history, std::string_view learned);

}  // namespace dagsim::history
