// What a reader of a prediction must know before believing it.
#pragma once

#include "study/prediction.h"
#include "study/session.h"

namespace dagsim::study {

/// Appends the warnings of a prediction whose baseline is complete: jobs outside the gate, pools that past runs
/// contradict, a thin history, a critical chain that was never measured, jobs that no past run tells anything about.
void add_warnings(const Session& session, Prediction& prediction);

}  // namespace dagsim::study
