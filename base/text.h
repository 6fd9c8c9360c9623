// Small text helpers that several folders need: durations as people write them, timestamps, near misses, lists in
// prose.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dagsim {

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string to_lower(std::string_view text);
bool equals_ignore_case(std::string_view a, std::string_view b);

/// Whether `name` matches `glob`, where `*` stands for any run of characters and `?` for one. Case-sensitive.
bool glob_match(std::string_view glob, std::string_view name);

/// Seconds of "42", "1.5", "2m16s", "1h02m", "90s"; nothing for anything else, negatives included.
std::optional<double> parse_duration(std::string_view text);
/// A duration as people read it: "42s", "2m16s", "1h02m". Rounded to whole seconds; below ten seconds one decimal
/// ("6.7s").
std::string format_duration(double seconds);
/// The same with a sign in front: "+13s", "-1m47s", "0s".
std::string format_duration_change(double seconds);

/// Seconds since 1970-01-01T00:00:00Z of an ISO 8601 timestamp in UTC ("2025-09-04T17:25:47Z", fractions allowed).
std::optional<double> parse_timestamp(std::string_view text);
/// "2025-09-04 17:25" in UTC, of Unix seconds.
std::string format_timestamp(double seconds);

/// The candidates closest to `word` by edit distance with transpositions, best first, at most `most`; only those near
/// enough to be a likely slip (distance at most a third of the longer length, at least one).
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> candidates, size_t most = 1);

/// "a", "a or b", "a, b or c".
std::string any_of(std::span<const std::string> words);

}  // namespace dagsim
