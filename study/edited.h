// The edits of a scenario carried out on the baseline: each a pipeline of its own, or the reasons why it is illegal.
#pragma once

#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "model/edit.h"
#include "model/timing.h"
#include "study/scenario.h"
#include "study/session.h"

namespace dagsim::study {

struct Edited {
  const EditSpec* spec = nullptr;
  model::EditEffects effects;
  Diagnostics diagnostics;
  std::optional<Expanded> expanded;  ///< empty when the edit is illegal
  model::Timing timing;              ///< set by whoever simulates
};

/// Applies every edit to the session's baseline, includes and replaced workflow files resolved. In the order of the
/// scenario.
std::vector<Edited> apply_edits(const FileSystem& files, const Scenario& scenario, const Session& session,
                                bool allow_lost_coverage);

}  // namespace dagsim::study
