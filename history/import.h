// From files of GitHub's answers into the database.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/store.h"

namespace dagsim::history {

/// Reads files and folders of REST answers (rest.h), plain or gzipped, into a store, each document in a transaction of
/// its own: what a broken file had before its fault stays. Findings are those of read_history. \param progress called
/// with the share of files that is done, may be empty. \throws Error when a file can't be read or the store written.
ImportCounts import_answers(const FileSystem& files, const std::vector<std::string>& paths, Store& store,
                            const std::function<void(double)>& progress, Diagnostics& diagnostics);

}  // namespace dagsim::history
