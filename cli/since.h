// From when on runs are fetched.
#pragma once

#include <optional>
#include <string>

namespace dagsim::cli {

/// Unix seconds of a date ("2026-01-31"), a time ("2026-01-31T12:00:00Z") or a duration before `now` ("48h", "30d",
/// "12w"); nothing for "last". \throws UsageError for anything else and for what lies after `now`
std::optional<double> parse_since(const std::string& text, double now);

}  // namespace dagsim::cli
