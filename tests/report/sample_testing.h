// Hand-built predictions that the tests of the reports share.
#pragma once

#include "study/study.h"

namespace dagsim::report {

/// Three edits: one that helps, one within noise, one that is illegal. The figures are invented.
study::Prediction sample_prediction();
/// The same pipeline without edits.
study::Prediction sample_baseline();
/// Head is 9 % slower than base.
study::CheckResult sample_check();

}  // namespace dagsim::report
