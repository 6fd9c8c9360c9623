// What kind of work a step is: the fixed cost of a job, or the part that belongs to a leg.
#pragma once

#include <string_view>

#include "model/pipeline.h"

namespace dagsim::model {

/// Whether the step's name, script, parameters or condition mention `matrix.<key>`: then it is a leg's own work.
bool mentions_matrix_key(const Step& step, std::string_view key);

/// Whether the step prepares the machine: checkout, caches, artifacts to be downloaded, tool and language set-up
/// (`setup-…`, `install-…` and the like). It is told by the action; scripts are work.
bool is_setup(const Step& step);

/// Whether a step counts as work in a part with Share::Work: it mentions the part's key or, with an empty key (merged
/// jobs), is no set-up.
bool is_work(const Step& step, std::string_view work_key);

}  // namespace dagsim::model
