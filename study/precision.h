// How many replications are enough: two-stage sampling after Stein (1945), a pilot tells how much replications differ,
// and so how many of them pin the means down.
#pragma once

#include <cstdint>

#include "sim/simulate.h"

namespace dagsim::study {

/// Half the width of the 95 % interval of the baseline's mean wall clock, or of an edit's mean change if that is wider,
/// as a share of the baseline's mean. Simulation error only: replications are compared with those of their own history
/// resample, and that rows are drawn in strata, which helps, is not counted on.
double precision_of(const sim::Results& results);

/// The replications for which precision_of would be `precision`, at most `most`.
uint64_t replications_for(const sim::Results& pilot, double precision, uint64_t most);

}  // namespace dagsim::study
