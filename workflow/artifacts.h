// What well-known actions do with artifacts.
#pragma once

#include <string>
#include <vector>

#include "workflow/action_step.h"

namespace dagsim::workflow {

/// The artifacts of a step by name, known parts put in; downloads may be globs (model/artifact.h), "*" means all of the
/// run.
struct ArtifactUse {
  std::vector<std::string> uploads;
  std::vector<std::string> downloads;
  bool replaces = false;  ///< an upload under a name that is taken is no failure
};

/// What upload-artifact, upload-artifact/merge, download-artifact, upload-pages-artifact and deploy-pages do.
/// A download that is told another run's id or another repository, with a token for it, takes nothing of this run.
/// One by artifact ids takes what `needs` already orders, so it names nothing here.
ArtifactUse artifact_use(const ActionStep& step);

}  // namespace dagsim::workflow
