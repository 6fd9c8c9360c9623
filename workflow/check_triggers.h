// What no schema says about `on`: faults inside of filter patterns and schedules.
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "workflow/document.h"

namespace dagsim::workflow {

/// Appends what is wrong with the triggers' filters and schedules, each at its bytes of the file. A schedule that
/// GitHub refuses is an error. What GitHub does with a malformed pattern is not published, so that is a warning, as is
/// a filter that lets nothing pass.
void check_triggers(const std::vector<Trigger>& triggers, Diagnostics& diagnostics);

}  // namespace dagsim::workflow
