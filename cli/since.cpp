#include "cli/since.h"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/usage.h"

namespace dagsim::cli {
namespace {

/// Seconds of "48h", "30d" or "12w".
std::optional<double> parse_age(std::string_view text) {
  constexpr std::string_view kUnits = "hdw";
  constexpr double kSeconds[] = {3600, 86'400, 7 * 86'400};
  constexpr uint32_t kMost = 100'000;
  if (text.size() < 2) return std::nullopt;
  const size_t unit = kUnits.find(text.back());
  uint32_t count = 0;
  const char* end = text.data() + text.size() - 1;
  const auto [stop, failure] = std::from_chars(text.data(), end, count);
  if (unit == std::string_view::npos || failure != std::errc() || stop != end || count > kMost) return std::nullopt;
  return count * kSeconds[unit];
}

}  // namespace

std::optional<double> parse_since(const std::string& text, double now) {
  if (text == "last") return std::nullopt;
  std::optional<double> time = parse_timestamp(text.find('T') == std::string::npos ? text + "T00:00:00Z" : text);
  if (const std::optional<double> age = parse_age(text)) time = now - *age;
  if (!time) {
    throw UsageError(
        fmt::format("--since is \"{}\", expected a date such as 2026-01-31, an age such as 30d or 12w, or last", text));
  }
  if (*time > now) throw UsageError(fmt::format("--since is \"{}\", which is yet to come", text));
  return time;
}

}  // namespace dagsim::cli
