// Which database of past runs a command means.
#pragma once

#include <string>

#include "base/file_system.h"

namespace dagsim::cli {

/// The database of the repository around `folder`: below the nearest folder with .github, from `folder` upwards, else
/// below `folder`.
std::string store_of_repository(const FileSystem& files, const std::string& folder);

/// A database that the command line names. \throws UsageError for another kind of file.
std::string named_store(const std::string& path);

}  // namespace dagsim::cli
