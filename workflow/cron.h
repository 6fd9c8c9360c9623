// The times of `on.schedule`: POSIX cron as GitHub takes it.
//
//   ┌ minute 0-59   ┌ hour 0-23   ┌ day of the month 1-31   ┌ month 1-12 or JAN-DEC   ┌ day of the week 0-6 or SUN-SAT
//   30              5,17          *                         */3                       MON-FRI
//
// Five fields with spaces between them. A field is a list with commas of `*`, a value, a range `a-b`, or a step `*/n`,
// `a/n`, `a-b/n`; names ignore case. `@daily` and its like, `L`, `W`, `#`, `?` and a seventh weekday are not taken.
#pragma once

#include <string_view>
#include <vector>

#include "workflow/text_fault.h"

namespace dagsim::workflow {

/// GitHub starts scheduled runs at most this often.
inline constexpr unsigned kLeastScheduleMinutes = 5;

/// What is wrong with a schedule and where, every field for itself: an error where GitHub refuses it, a warning where
/// it asks for more than one run in kLeastScheduleMinutes.
std::vector<TextFault> check_cron(std::string_view text);

}  // namespace dagsim::workflow
