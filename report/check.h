// The outcome of a regression check: whether the head version may pass, by how much it is slower, what else is wrong.
#pragma once

#include <string>
#include <string_view>

#include "report/text.h"
#include "study/study.h"

namespace dagsim::report {

/// Whether the check fails: the threshold is crossed, or a finding is an error.
bool check_fails(const study::CheckResult& result);

std::string check_text(const study::CheckResult& result, const TextOptions& options);
std::string check_markdown(const study::CheckResult& result, std::string_view command);
/// `dagsim.check/1`
std::string check_json(const study::CheckResult& result);

}  // namespace dagsim::report
