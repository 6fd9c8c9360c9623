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

/// digits[0].digits[1…] * 10^exponent
struct Decimal {
  std::string digits;
  int exponent = 0;
};

/// The shortest that is read back as the number. \param number positive
Decimal shortest(double number) {
  char buffer[32];
  const auto result = std::to_chars(std::begin(buffer), std::end(buffer), number, std::chars_format::scientific);
  const std::string_view text(std::begin(buffer), static_cast<size_t>(result.ptr - std::begin(buffer)));
  const size_t mark = text.find('e');
  Decimal decimal{std::string(text.substr(0, 1)), 0};
  if (mark > 2) decimal.digits += text.substr(2, mark - 2);
  const size_t sign = text[mark + 1] == '+' ? 1 : 0;
  std::from_chars(text.data() + mark + 1 + sign, result.ptr, decimal.exponent);
  return decimal;
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

std::string exact_number_text(double number) {
  constexpr int kMostWhole = 21;
  constexpr int kMostZeros = 6;
  if (number == 0) return "0";
  const auto [digits, exponent] = shortest(std::fabs(number));
  const std::string sign = number < 0 ? "-" : "";
  if (exponent >= kMostWhole || exponent < -kMostZeros) {
    const std::string fraction = digits.size() > 1 ? "." + digits.substr(1) : "";
    return sign + digits[0] + fraction + (exponent < 0 ? "e" : "e+") + std::to_string(exponent);
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<size_t>(exponent) + 1;
  if (whole >= digits.size()) return sign + digits + std::string(whole - digits.size(), '0');
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace dagsim::expression
