// Helpers of the tests of workflow: pipelines and findings as text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/file_system.h"
#include "model/pipeline.h"
#include "workflow/load.h"

namespace dagsim::workflow {

/// Files of a repository "r" in memory: (path below it, content).
MemoryFileSystem repository(const std::vector<std::pair<std::string, std::string>>& files);

/// A pipeline as lines, the parts that the tests look at.
std::string dump(const model::Pipeline& pipeline);

/// The dump of a loaded repository; its findings stand before it, and alone when there are errors.
std::string loaded(const FileSystem& files, const Request& request);

/// The keys of the jobs, each on a line.
std::string keys(const model::Pipeline& pipeline);

}  // namespace dagsim::workflow
