// From files of GitHub's answers and logs into the database.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/archive.h"
#include "history/log_rules.h"
#include "history/store.h"

namespace dagsim::history {

struct ImportOptions {
  LogRules log_rules = LogRules();
  ArchiveLimits archive_limits = {};
  std::function<void(double)> progress = {};  ///< called with the share of files that is done, may be empty
};

/// Reads files and folders of REST answers (rest.h), plain or gzipped, into a store, whole documents in each
/// transaction: what a broken file had before its fault stays. Then come the logs among the files (import_logs.h).
/// Findings are those of read_history. \throws Error when a file can't be read or the store written.
ImportCounts import_files(const FileSystem& files, const std::vector<std::string>& paths, Store& store,
                          const ImportOptions& options, Diagnostics& diagnostics);

}  // namespace dagsim::history
