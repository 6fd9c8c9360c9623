// REST rows joined into records of runs: one attempt of each, judged against the traps of such data.
#pragma once

#include "base/diagnostic.h"
#include "history/history.h"
#include "history/rest.h"

namespace dagsim::history {

/// Adds one record for each run that is complete, in the order of their starts, and counts the others by reason. Of a
/// run with several attempts the first is taken, else the earliest in which every job ran anew. Walls stay empty: rows
/// don't know the gate.
void join_rest(RestRows rows, History& history, Diagnostics& diagnostics);

}  // namespace dagsim::history
