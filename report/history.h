// What a database of past runs holds, as text and JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "history/history.h"
#include "history/store.h"
#include "report/text.h"

namespace dagsim::report {

struct HistoryOverview {
  std::string path;
  uint64_t bytes = 0;
  history::StoreSummary summary;
  /// Runs that can be learned from, and why others can't.
  uint64_t usable = 0;
  std::map<std::string, uint32_t> excluded;
};

std::string history_text(const HistoryOverview& overview, const TextOptions& options);
/// `dagsim.history/1`
std::string history_json(const HistoryOverview& overview);

/// A line for each run, newest first.
std::string runs_text(const std::vector<history::RunRecord>& runs, const TextOptions& options);
std::string runs_json(const std::vector<history::RunRecord>& runs);

}  // namespace dagsim::report
