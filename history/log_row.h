// What is kept of a job's log: the caches that it asked for and wrote, and counts by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history/log_fold.h"

namespace dagsim::history {

struct RestoreRow {
  std::string step;  ///< its name where the log tells, else its header
  std::string asked;
  std::string restored;
  CacheState state = CacheState::Miss;
  bool is_certain = true;
  std::optional<double> seconds;
  std::optional<uint64_t> bytes;
};

struct SaveRow {
  std::string step;
  std::string key;
  SaveOutcome outcome = SaveOutcome::Saved;
  std::optional<double> seconds;
  std::optional<uint64_t> bytes;
};

struct LogRow {
  uint64_t run = 0;
  uint32_t attempt = 1;
  uint64_t job = 0;
  uint64_t lines = 0;
  std::vector<RestoreRow> restores;  ///< in the order of the log, as saves are
  std::vector<SaveRow> saves;
  std::map<std::string, double>
      counts;  ///< of the whole job, those that are not 0, such as "third-party crates compiled"
};

/// Without the job's ids.
LogRow log_row(const JobLog& log, const LogEvidence& evidence);

}  // namespace dagsim::history
