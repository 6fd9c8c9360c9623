// What a job's log shows, for people and for tools.
#pragma once

#include <string>

#include "history/log_fold.h"
#include "history/log_origin.h"
#include "report/text.h"

namespace dagsim::report {

struct LogReport {
  std::string file;  ///< as the user named it
  std::string job;   ///< as an archive spells it, "" outside of archives
  history::LogOrigin origin;
  history::JobLog log;
  history::LogEvidence evidence;
};

/// Caches, artifacts, counts and steps, ending with a line break.
std::string log_text(const LogReport& report, const TextOptions& options);

/// One line of JSON, `dagsim.log/1`: times in Unix seconds, durations in seconds; what is unknown is null.
std::string log_json(const LogReport& report);

}  // namespace dagsim::report
