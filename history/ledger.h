// A ledger: past runs as people wrote them down by hand in YAML, with only those figures that were published.
#pragma once

#include <memory>
#include <string_view>

#include "base/diagnostic.h"
#include "base/source.h"
#include "history/history.h"

namespace dagsim::history {

/// The word of a ledger for how a run or job ended: "success", "timed_out".
std::string_view conclusion_word(Conclusion conclusion);

/// Adds the runs of a ledger to `history`, in the order of their ids. Unknown keys are warned of; values that can't be
/// read are errors and left out.
///
///     runs:
///       - id: 101                      # the only key that a run must have
///         wall: 7m15s                  # to the completion of the gate, unless `scope` says otherwise
///         jobs: {lint: 47, test: 59..1m46s}         # or one such mapping for each lane
///         steps: {"lint: restore": ..12s}
///         spans: [{from: lint, to: [test], seconds: 160}]
///
/// A model file (model_file.h) gives rows of jobs and steps in place of these mappings, and the order of its runs
/// counts. A range "a..b" on a job is over the legs of its matrix. A run with a wall or jobs was green unless
/// `conclusion` says otherwise.
void read_ledger(const std::shared_ptr<const SourceFile>& file, History& history, Diagnostics& diagnostics);

}  // namespace dagsim::history
