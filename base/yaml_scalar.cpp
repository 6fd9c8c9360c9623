#include "base/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

namespace dagsim::yaml {

namespace {

constexpr std::string_view kCoreTags = "tag:yaml.org,2002:";
constexpr std::string_view kDigits = "0123456789";

template <size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

constexpr std::array<std::string_view, 5> kNull = {"", "null", "Null", "NULL", "~"};
constexpr std::array<std::string_view, 3> kTrue = {"true", "True", "TRUE"};
constexpr std::array<std::string_view, 3> kFalse = {"false", "False", "FALSE"};
constexpr std::array<std::string_view, 3> kInfinity = {".inf", ".Inf", ".INF"};
constexpr std::array<std::string_view, 3> kNotANumber = {".nan", ".NaN", ".NAN"};

bool all_of_set(std::string_view text, std::string_view set) {
  return !text.empty() && text.find_first_not_of(set) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

size_t take_digits(std::string_view& text) {
  const size_t count = std::min(text.find_first_not_of(kDigits), text.size());
  text.remove_prefix(count);
  return count;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal(std::string_view text) {
  text = without_sign(text);
  size_t digits = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits(text);
  }
  if (digits == 0) return false;
  if (!text.starts_with('e') && !text.starts_with('E')) return text.empty();
  return all_of_set(without_sign(text.substr(1)), kDigits);
}

double decimal_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  // Beyond the range of a double only strtod tells zero from infinity.
  if (result.ec == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
  return value;
}

enum class Match { No, Yes, OutOfRange };

/// 0x and 0o read 32 bits as a signed number, so 0xFFFFFFFF is -1.
Match match_prefixed(std::string_view text, double& value) {
  const bool hexadecimal = text.starts_with("0x");
  if (!hexadecimal && !text.starts_with("0o")) return Match::No;
  text.remove_prefix(2);
  if (!all_of_set(text, hexadecimal ? "0123456789abcdefABCDEF" : "01234567")) return Match::No;
  uint32_t bits = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), bits, hexadecimal ? 16 : 8);
  if (result.ec != std::errc()) return Match::OutOfRange;
  value = static_cast<double>(static_cast<int32_t>(bits));
  return Match::Yes;
}

Match match_integer(std::string_view text, double& value) {
  if (!all_of_set(without_sign(text), kDigits)) return match_prefixed(text, value);
  value = decimal_value(text);
  return Match::Yes;
}

bool match_float(std::string_view text, double& value) {
  if (is_one_of(text, kNotANumber)) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (is_one_of(without_sign(text), kInfinity)) {
    value = std::numeric_limits<double>::infinity() * (text.starts_with('-') ? -1 : 1);
  } else if (is_decimal(text)) {
    value = decimal_value(text);
  } else {
    return false;
  }
  return true;
}

bool match_boolean(std::string_view text, bool& value) {
  value = is_one_of(text, kTrue);
  return value || is_one_of(text, kFalse);
}

std::string out_of_range(std::string_view text) {
  return fmt::format("the number {} doesn't fit into 32 bits", quotable(text));
}

/// A plain scalar without a tag: the first type that fits.
std::string read_untagged(Node& node) {
  // All words for null, booleans and numbers start with one of these.
  constexpr std::string_view kTypedStarts = "~nNtTfF.+-0123456789";
  if (!node.text.empty() && kTypedStarts.find(node.text.front()) == std::string_view::npos) return "";
  double number = 0;
  bool boolean = false;
  const Match integer = match_integer(node.text, number);
  if (integer == Match::OutOfRange) return out_of_range(node.text);
  if (is_one_of(node.text, kNull)) {
    node.kind = Kind::Null;
  } else if (match_boolean(node.text, boolean)) {
    node.kind = Kind::Boolean;
    node.boolean = boolean;
  } else if (integer == Match::Yes || match_float(node.text, number)) {
    node.kind = Kind::Number;
    node.number = number;
  }
  return "";
}

std::string read_tagged(Node& node, std::string_view name) {
  double number = 0;
  bool boolean = false;
  bool fits = false;
  if (name == "null") {
    fits = is_one_of(node.text, kNull);
    if (fits) node.kind = Kind::Null;
  } else if (name == "bool") {
    fits = match_boolean(node.text, boolean);
    if (fits) node.kind = Kind::Boolean;
  } else {
    const Match integer = name == "int" ? match_integer(node.text, number) : Match::No;
    if (integer == Match::OutOfRange) return out_of_range(node.text);
    fits = name == "int" ? integer == Match::Yes : match_float(node.text, number);
    if (fits) node.kind = Kind::Number;
  }
  node.boolean = boolean;
  node.number = fits ? number : 0;
  return fits ? "" : fmt::format("'{}' can't be read with the tag '!!{}'", quotable(node.text), name);
}

}  // namespace

std::string read_scalar(Node& node, std::string_view tag) {
  constexpr std::array<std::string_view, 4> kPlainTags = {"bool", "float", "int", "null"};
  node.kind = Kind::String;
  if (tag.empty()) return node.plain ? read_untagged(node) : "";
  const std::string_view name = tag.starts_with(kCoreTags) ? tag.substr(kCoreTags.size()) : "";
  if (name == "str") return "";
  if (!is_one_of(name, kPlainTags)) {
    return fmt::format("unknown tag '{}', expected !!bool, !!float, !!int, !!null or !!str", short_tag(tag));
  }
  if (!node.plain) return fmt::format("the tag '!!{}' is not valid with quoted or block text", name);
  return read_tagged(node, name);
}

std::string key_text(const Node& node) {
  switch (node.kind) {
    case Kind::Boolean:
      return node.boolean ? "true" : "false";
    case Kind::Null:
      return "";
    case Kind::Number:
      if (std::isnan(node.number)) return "NaN";
      if (std::isinf(node.number)) return node.number < 0 ? "-Infinity" : "Infinity";
      return fmt::format("{:.15g}", node.number == 0 ? 0.0 : node.number);
    default:
      return node.text;
  }
}

std::string quotable(std::string_view text) {
  constexpr size_t kLongest = 60;
  if (text.size() <= kLongest) return std::string(text);
  size_t length = kLongest;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
  return fmt::format("{}...", text.substr(0, length));
}

std::string short_tag(std::string_view tag) {
  if (tag.starts_with(kCoreTags)) return fmt::format("!!{}", tag.substr(kCoreTags.size()));
  return std::string(tag);
}

std::string scalar_text(std::string_view text) {
  constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./()-+ ";
  const bool plain = !text.empty() && text.find_first_not_of(kSafe) == std::string_view::npos && text.back() != ' ' &&
                     std::string_view("-. +").find(text.front()) == std::string_view::npos;
  Node node;
  node.text = text;
  node.plain = true;
  if (plain && read_scalar(node, "").empty() && node.is_string()) return node.text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += fmt::format("\\x{:02X}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace dagsim::yaml
