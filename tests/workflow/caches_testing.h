// Helpers of the tests of caches and artifacts: one job's steps in, what they do with caches out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/pipeline.h"
#include "workflow/load.h"

namespace dagsim::workflow {

/// A cache use in full: "restores saves FAMILY", its key, and on lines of their own what else is set.
std::string cache_text(const model::CacheUse& use);

/// What is around the steps of `cached`.
struct CacheScene {
  std::string event = "pull_request";
  std::string runner = "ubuntu-24.04";
  std::string env = {};                                         ///< more keys of the workflow
  std::string job = {};                                         ///< more keys of the job, each line indented by four
  std::vector<std::pair<std::string, std::string>> files = {};  ///< of the repository, beside the workflow
};

/// The findings, then the uses of all steps of job "build" whose steps are `steps` (a YAML sequence, indented by six),
/// each after the key of its job when there are several.
std::string cached(const std::string& steps, const CacheScene& scene = {});

}  // namespace dagsim::workflow
