#include "expression/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "expression/fold.h"

namespace dagsim::expression {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What a well-formed decimal outside the range of double stands for: 0 or infinity, by its order of magnitude.
double beyond_range(std::string_view text) {
  const size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view digits = text.substr(0, mark);
  const size_t point = std::min(digits.find('.'), digits.size());
  const size_t first = digits.find_first_not_of("0.");
  if (first == std::string_view::npos) return 0;
  int64_t magnitude = static_cast<int64_t>(point) - static_cast<int64_t>(first);
  std::string_view exponent = mark < text.size() ? text.substr(mark + 1) : std::string_view();
  const bool negative = exponent.starts_with('-');
  if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
  int64_t power = 0;
  for (const char c : exponent) power = std::min<int64_t>(power * 10 + (c - '0'), 1'000'000'000);
  magnitude += negative ? -power : power;
  return magnitude > 0 ? kInfinity : 0;
}

double parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !(is_digit(text[0]) || text[0] == '.')) return kNaN;
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec == std::errc::invalid_argument || result.ptr != text.data() + text.size()) return kNaN;
  if (result.ec == std::errc::result_out_of_range) number = beyond_range(text);
  return negative ? -number : number;
}

/// `digits` in base 8 or 16, of at most 32 bits.
double parse_bits(std::string_view digits, int base) {
  uint32_t bits = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), bits, base);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) return kNaN;
  return static_cast<double>(static_cast<int32_t>(bits));
}

}  // namespace

double parse_number(std::string_view text) {
  text = trim_white(text);
  if (text.empty()) return 0;
  if (text.starts_with("0x")) return parse_bits(text.substr(2), 16);
  if (text.starts_with("0o")) return parse_bits(text.substr(2), 8);
  if (text == "Infinity" || text == "+Infinity") return kInfinity;
  if (text == "-Infinity") return -kInfinity;
  return parse_decimal(text);
}

std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  if (number == 0) return "0";
  char buffer[32];
  const auto result = std::to_chars(std::begin(buffer), std::end(buffer), number, std::chars_format::general, 15);
  std::replace(std::begin(buffer), result.ptr, 'e', 'E');
  return {std::begin(buffer), result.ptr};
}

}  // namespace dagsim::expression
