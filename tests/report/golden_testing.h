// Whole texts in tests/report/golden, compared byte by byte.
#pragma once

#include <string>

namespace dagsim::report {

/// The content of a golden file. With DAGSIM_UPDATE_GOLDEN set in the environment it is first replaced by `actual`, for
/// review with `git diff`.
std::string golden(const std::string& name, const std::string& actual);

}  // namespace dagsim::report
