// Job logs into the database: what they tell of caches, to the job that wrote them.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/archive.h"
#include "history/log_rules.h"
#include "history/store.h"

namespace dagsim::history {

/// Whether a path has the name of a log that tells its run or job: "JOB.txt", "RUN.zip" and the like (log_origin.h).
bool is_log_name(const std::string& path);

/// Reads the log of a job, or those of a run as GitHub zips them or as gh run view --log prints them, plain or gzipped,
/// of any size, and keeps what they tell in the store, a transaction for each job. The jobs must be in the store: a log
/// tells when its job ran, but not always in which run. A log that matches no job, or two alike, is a warning. A file
/// that can't be one, or whose run is unknown, is an error. \throws Error when a file can't be read or the store
/// written.
void import_log(const FileSystem& files, const std::string& path, const LogRules& rules, const ArchiveLimits& limits,
                Store& store, ImportCounts& counts, Diagnostics& diagnostics);

}  // namespace dagsim::history
