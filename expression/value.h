// A value of GitHub's expression language, with its coercions (docs/design.md: semantics of actions/runner, not of
// JavaScript).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dagsim::expression {

enum class Kind { Null, Boolean, Number, String, Array, Object };

class Value;
using Array = std::vector<Value>;

/// Key and value in order of insertion; look-up ignores case (ordinal: simple upper-casing per character). Copies share
/// their entries until one of them is changed.
class Object {
 public:
  const Value* find(std::string_view key) const;
  /// Replaces the value of an equal key (keeping the first spelling and place) or appends.
  void set(std::string key, Value value);
  const std::vector<std::pair<std::string, Value>>& entries() const;
  bool empty() const;

 private:
  struct Members;

  std::shared_ptr<Members> members_;
};

/// Cheap to copy: arrays and objects are shared and immutable; equality of those is identity, as in GitHub's engine.
class Value {
 public:
  Value() = default;
  Value(bool boolean);           // NOLINT(google-explicit-constructor): literals in contexts read better
  Value(double number);          // NOLINT(google-explicit-constructor)
  Value(int number);             // NOLINT(google-explicit-constructor)
  Value(std::string text);       // NOLINT(google-explicit-constructor)
  Value(std::string_view text);  // NOLINT(google-explicit-constructor)
  Value(const char* text);       // NOLINT(google-explicit-constructor)
  Value(Array items);            // NOLINT(google-explicit-constructor)
  Value(Object object);          // NOLINT(google-explicit-constructor)

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::Null; }
  bool boolean() const { return std::get<bool>(data_); }
  double number() const { return std::get<double>(data_); }
  const std::string& string() const { return std::get<std::string>(data_); }
  const Array& array() const { return *std::get<std::shared_ptr<const Array>>(data_); }
  const Object& object() const { return *std::get<std::shared_ptr<const Object>>(data_); }
  /// Whether both are the one array or the one object, not merely equal ones.
  bool same_collection(const Value& other) const;

 private:
  std::variant<std::monostate, bool, double, std::string, std::shared_ptr<const Array>, std::shared_ptr<const Object>>
      data_;
};

std::string_view to_string(Kind kind);

/// False for null, false, 0, -0, NaN and ''; true for all else, 'false' included.
bool truthy(const Value& value);
/// null and '' are 0; strings by GitHub's number grammar; arrays, objects and other text NaN.
double to_number(const Value& value);
/// null is '', numbers as .NET's G15, arrays "Array", objects "Object".
std::string to_string(const Value& value);
/// The coercing, case-insensitive `==`.
bool equals(const Value& a, const Value& b);
/// The coercing `<` and `>`; nothing when the kinds don't compare (then both are false).
std::optional<int> compare(const Value& a, const Value& b);

/// Two-space indented JSON, byte for byte as toJSON prints it.
std::string to_json(const Value& value);
/// \throws ExpressionError (expression.h, Evaluation) with the place of the fault when `text` isn't JSON.
Value from_json(std::string_view text);

}  // namespace dagsim::expression
