// Whether a merged edit did what was predicted, as text, Markdown and JSON.
#pragma once

#include <string>

#include "report/text.h"
#include "study/verify.h"

namespace dagsim::report {

std::string verify_text(const study::Verification& result, const TextOptions& options);
std::string verify_markdown(const study::Verification& result);
/// `dagsim.verify/1`
std::string verify_json(const study::Verification& result);

}  // namespace dagsim::report
