// Logs for tests: how they are written down and what was found in them as text.
#pragma once

#include <string>
#include <string_view>

#include "history/log_fold.h"

namespace dagsim::history {

/// Lines "SECONDS text" as GitHub writes them: "2025-09-04T12:00:SECONDS.…Z text". A line without seconds repeats the
/// time of the one before; "\e" stands for the escape character.
std::string github_log(std::string_view lines);

/// One line for each step, restore, save, artifact and count that isn't zero.
std::string describe(const JobLog& log);

/// describe() without the steps.
std::string evidence_of(std::string_view lines);

}  // namespace dagsim::history
