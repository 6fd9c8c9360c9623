// The outcome of a regression check: whether the head version may pass, by how much it is slower, what else is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/text.h"
#include "study/study.h"

namespace dagsim::report {

/// Whether the check fails: the threshold is crossed, or a finding is an error.
bool check_fails(const study::CheckResult& result);

std::string check_text(const study::CheckResult& result, const TextOptions& options);
std::string check_markdown(const study::CheckResult& result, std::string_view command);
/// `dagsim.check/1`
std::string check_json(const study::CheckResult& result);

/// Whether a finding is an error.
bool findings_fail(const std::vector<study::Finding>& findings);
/// What the files of `path` show by themselves (`dagsim check PATH`).
std::string findings_text(const std::string& path, const std::vector<study::Finding>& findings,
                          const TextOptions& options);
std::string findings_markdown(const std::string& path, const std::vector<study::Finding>& findings);
/// `dagsim.findings/1`
std::string findings_json(const std::string& path, const std::vector<study::Finding>& findings);

}  // namespace dagsim::report
