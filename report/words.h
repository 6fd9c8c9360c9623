// The phrases that the text and the Markdown report share: percentages, verdicts, the one-sentence answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "study/prediction.h"

namespace dagsim::report {

/// A share of 1 in percent, without decimals unless it is small, and never rounded up to all or down to none:
/// "87 %", "0.4 %", "over 99 %".
std::string percent(double share);
/// A relative change with its sign: "-1.1 %", "+12 %".
std::string percent_change(double share);
/// Minutes or money: "54.2", "0.43".
std::string amount(double value);
/// The same with a sign, "0" when it rounds to nothing.
std::string amount_change(double value);
/// "1 run", "3 runs".
std::string count(uint64_t number, std::string_view noun);

/// "-1m01s to -35s".
std::string interval_text(const stats::Interval& interval);
/// "faster", "slower", "within noise", "illegal".
std::string_view verdict_word(study::Verdict verdict);
/// The same as JSON names it: "within-noise".
std::string_view verdict_name(study::Verdict verdict);

/// What a reader in a hurry wants: the best edit and what it does, or that none helps. A sentence with its period.
std::string headline(const study::Prediction& prediction);

}  // namespace dagsim::report
