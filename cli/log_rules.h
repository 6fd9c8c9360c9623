// The patterns with which a command reads logs.
#pragma once

#include <string>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/log_rules.h"

namespace dagsim::cli {

/// The built-in patterns and those under `logs:` of a dagsim.yaml. \param path of that file, "" for none.
history::LogRules log_rules(const FileSystem& files, const std::string& path, Diagnostics& diagnostics);

}  // namespace dagsim::cli
