// The part of text.h that reads and writes durations and timestamps.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes digits, with a fraction if one follows, from the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (length == 0) return std::nullopt;
  if (length + 1 < text.size() && text[length] == '.' && is_digit(text[length + 1])) {
    ++length;
    while (length < text.size() && is_digit(text[length])) ++length;
  }
  double value = 0;
  if (std::from_chars(text.data(), text.data() + length, value).ec != std::errc()) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

/// Takes exactly `count` digits and then `separator` (none if it is 0) from the front of `text`.
std::optional<int> take_field(std::string_view& text, size_t count, char separator) {
  const size_t length = count + (separator == '\0' ? 0 : 1);
  if (text.size() < length || (separator != '\0' && text[count] != separator)) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(length);
  return value;
}

/// Midnight of "2025-09-04T" in seconds since 1970, taken from the front of `text`.
std::optional<double> take_date(std::string_view& text) {
  const auto year = take_field(text, 4, '-');
  const auto month = year ? take_field(text, 2, '-') : std::nullopt;
  const auto day = month ? take_field(text, 2, 'T') : std::nullopt;
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return 86'400.0 * static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// "2025-09-04T17:25:47Z" and nothing else, in one pass: answers of GitHub hold millions.
std::optional<double> usual_timestamp(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return std::nullopt;
  bool fits = true;
  for (size_t i = 0; i < kForm.size(); ++i) fits &= kForm[i] == '0' ? is_digit(text[i]) : text[i] == kForm[i];
  if (!fits) return std::nullopt;
  const auto two = [&](size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const std::chrono::year_month_day date(std::chrono::year(two(0) * 100 + two(2)),
                                         std::chrono::month(static_cast<unsigned>(two(5))),
                                         std::chrono::day(static_cast<unsigned>(two(8))));
  const int hour = two(11);
  const int minute = two(14);
  const int second = two(17);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return 86'400.0 * static_cast<double>(days) + hour * 3600.0 + minute * 60.0 + second;
}

/// A duration of zero or more; empty when it would read as zero.
std::string format_magnitude(double seconds) {
  if (std::isinf(seconds)) return "infinity";
  if (std::round(seconds * 10) < 100) {
    const double tenths = std::round(seconds * 10);
    return tenths == 0 ? "" : fmt::format("{:.1f}s", tenths / 10);
  }
  const double whole = std::round(seconds);
  if (whole < 60) return fmt::format("{:.0f}s", whole);
  if (whole < 3600) return fmt::format("{:.0f}m{:02.0f}s", std::floor(whole / 60), std::fmod(whole, 60));
  const double minutes = std::round(whole / 60);
  return fmt::format("{:.0f}h{:02.0f}m", std::floor(minutes / 60), std::fmod(minutes, 60));
}

std::string format_signed(double seconds, std::string_view plus) {
  if (std::isnan(seconds)) return "unknown";
  const std::string magnitude = format_magnitude(std::abs(seconds));
  if (magnitude.empty()) return "0s";
  return fmt::format("{}{}", seconds < 0 ? "-" : plus, magnitude);
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
  constexpr std::string_view kUnits = "hms";
  constexpr double kSeconds[] = {3600, 60, 1};
  double total = 0;
  size_t next_unit = 0;
  const bool has_units = text.find_first_of(kUnits) != std::string_view::npos;
  do {
    const size_t before = text.size();
    const std::string_view digits = text;
    const auto value = take_number(text);
    if (!value) return std::nullopt;
    const bool fraction = digits.substr(0, before - text.size()).find('.') != std::string_view::npos;
    if (!has_units) return text.empty() ? value : std::nullopt;
    const size_t unit = text.empty() ? std::string_view::npos : kUnits.find(text.front(), next_unit);
    if (unit == std::string_view::npos || (fraction && kUnits[unit] != 's')) return std::nullopt;
    text.remove_prefix(1);
    total += *value * kSeconds[unit];
    next_unit = unit + 1;
  } while (!text.empty());
  return total;
}

std::string format_duration(double seconds) {
  return format_signed(seconds, "");
}

std::string format_duration_change(double seconds) {
  return format_signed(seconds, "+");
}

std::optional<double> parse_timestamp(std::string_view text) {
  if (const std::optional<double> usual = usual_timestamp(text)) return usual;
  const auto date = take_date(text);
  const auto hour = date ? take_field(text, 2, ':') : std::nullopt;
  const auto minute = hour ? take_field(text, 2, ':') : std::nullopt;
  const auto second = minute ? take_field(text, 2, '\0') : std::nullopt;
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  double fraction = 0;
  if (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    // "0" goes in front so that the fraction reads as one number.
    const size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    const std::string digits = fmt::format("0{}", text.substr(0, std::min<size_t>(end, 20)));
    std::from_chars(digits.data(), digits.data() + digits.size(), fraction);
    text.remove_prefix(end);
  }
  if (text != "Z" && text != "+00:00") return std::nullopt;
  return *date + *hour * 3600.0 + *minute * 60.0 + *second + fraction;
}

std::string format_timestamp(double seconds) {
  constexpr double kFarthest = 250'000'000'000;  // some 8,000 years, of four digits each
  if (!(std::abs(seconds) < kFarthest)) return "unknown";
  const auto whole = static_cast<std::time_t>(std::floor(seconds));
  std::tm parts{};
  if (gmtime_r(&whole, &parts) == nullptr) return "unknown";
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min);
}

}  // namespace dagsim
