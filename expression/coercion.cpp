// Coercions between kinds. Where two kinds differ, `==`, `<` and `>` turn both sides into numbers; strings compare by
// folded case, collections by identity.
#include <cmath>
#include <limits>

#include "expression/fold.h"
#include "expression/number.h"
#include "expression/value.h"

namespace dagsim::expression {

namespace {

bool is_collection(Kind kind) {
  return kind == Kind::Array || kind == Kind::Object;
}

/// Two values of different kinds as numbers, or nothing when they can't meet: a collection equals no primitive.
std::optional<std::pair<double, double>> common_numbers(const Value& a, const Value& b) {
  if (is_collection(a.kind()) || is_collection(b.kind())) return std::nullopt;
  return std::pair{to_number(a), to_number(b)};
}

std::optional<int> compare_numbers(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::nullopt;
  if (a == b) return 0;
  return a < b ? -1 : 1;
}

}  // namespace

bool truthy(const Value& value) {
  switch (value.kind()) {
    case Kind::Null:
      return false;
    case Kind::Boolean:
      return value.boolean();
    case Kind::Number:
      return value.number() != 0 && !std::isnan(value.number());
    case Kind::String:
      return !value.string().empty();
    case Kind::Array:
    case Kind::Object:
      return true;
  }
  return false;
}

double to_number(const Value& value) {
  switch (value.kind()) {
    case Kind::Null:
      return 0;
    case Kind::Boolean:
      return value.boolean() ? 1 : 0;
    case Kind::Number:
      return value.number();
    case Kind::String:
      return parse_number(value.string());
    case Kind::Array:
    case Kind::Object:
      break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string to_string(const Value& value) {
  switch (value.kind()) {
    case Kind::Null:
      return "";
    case Kind::Boolean:
      return value.boolean() ? "true" : "false";
    case Kind::Number:
      return number_text(value.number());
    case Kind::String:
      return value.string();
    case Kind::Array:
      return "Array";
    case Kind::Object:
      return "Object";
  }
  return "";
}

bool equals(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    const auto numbers = common_numbers(a, b);
    return numbers && numbers->first == numbers->second;
  }
  switch (a.kind()) {
    case Kind::Null:
      return true;
    case Kind::Boolean:
      return a.boolean() == b.boolean();
    case Kind::Number:
      return a.number() == b.number();
    case Kind::String:
      return equals_folded(a.string(), b.string());
    case Kind::Array:
    case Kind::Object:
      return a.same_collection(b);
  }
  return false;
}

std::optional<int> compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    const auto numbers = common_numbers(a, b);
    return numbers ? compare_numbers(numbers->first, numbers->second) : std::nullopt;
  }
  if (is_collection(a.kind())) return std::nullopt;
  if (a.kind() == Kind::String) return compare_folded(a.string(), b.string());
  return compare_numbers(to_number(a), to_number(b));
}

}  // namespace dagsim::expression
