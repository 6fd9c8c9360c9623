#include "expression/functions.h"

#include <algorithm>
#include <array>

#include "expression/fold.h"
#include "expression/json.h"

namespace dagsim::expression {

namespace {

constexpr size_t kMany = 255;
constexpr size_t kAny = std::numeric_limits<size_t>::max();

constexpr std::array kSignatures = {
    Signature{"contains", FunctionId::Contains, 2, 2},
    Signature{"startsWith", FunctionId::StartsWith, 2, 2},
    Signature{"endsWith", FunctionId::EndsWith, 2, 2},
    Signature{"format", FunctionId::Format, 1, kMany},
    Signature{"join", FunctionId::Join, 1, 2},
    Signature{"toJSON", FunctionId::ToJson, 1, 1},
    Signature{"fromJSON", FunctionId::FromJson, 1, 1},
    Signature{"case", FunctionId::Case, 3, kMany},
    Signature{"hashFiles", FunctionId::HashFiles, 1, kMany},
    Signature{"success", FunctionId::Status, 0, kAny},
    Signature{"failure", FunctionId::Status, 0, kAny},
    Signature{"cancelled", FunctionId::Status, 0, 0},
    Signature{"always", FunctionId::Status, 0, 0},
};

bool is_primitive(const Value& value) {
  return value.kind() != Kind::Array && value.kind() != Kind::Object;
}

/// Folds both as strings for the searches; false when either is a collection.
bool folded(std::span<const Value> arguments, std::string& text, std::string& part) {
  if (!is_primitive(arguments[0]) || !is_primitive(arguments[1])) return false;
  text = fold(to_string(arguments[0]));
  part = fold(to_string(arguments[1]));
  return true;
}

bool contains(std::span<const Value> arguments) {
  if (arguments[0].kind() == Kind::Array) {
    return std::ranges::any_of(arguments[0].array(), [&](const Value& item) { return equals(arguments[1], item); });
  }
  std::string text;
  std::string part;
  return folded(arguments, text, part) && text.find(part) != std::string::npos;
}

bool starts_with(std::span<const Value> arguments) {
  std::string text;
  std::string part;
  return folded(arguments, text, part) && text.starts_with(part);
}

bool ends_with(std::span<const Value> arguments) {
  std::string text;
  std::string part;
  return folded(arguments, text, part) && text.ends_with(part);
}

std::string join(std::span<const Value> arguments) {
  if (is_primitive(arguments[0])) return to_string(arguments[0]);
  if (arguments[0].kind() != Kind::Array) return "";
  const bool given = arguments.size() > 1 && is_primitive(arguments[1]);
  const std::string separator = given ? to_string(arguments[1]) : ",";
  std::string joined;
  bool first = true;
  for (const Value& item : arguments[0].array()) {
    if (!first) joined += separator;
    first = false;
    joined += to_string(item);
    if (joined.size() > kMostBytes) {
      throw ExpressionError(ErrorKind::Evaluation, "the text that join makes is longer than 10 MiB", 0);
    }
  }
  return joined;
}

Value read_json(const Value& argument) {
  const std::string text = to_string(argument);
  if (trim_white(text).empty()) throw ExpressionError(ErrorKind::Evaluation, "fromJSON was given empty text", 0);
  return from_json(text);
}

}  // namespace

const Signature* find_function(std::string_view name) {
  const auto* found = std::ranges::find_if(
      kSignatures, [&](const Signature& signature) { return equals_folded(signature.name, name); });
  return found == kSignatures.end() ? nullptr : &*found;
}

Value call_eager(FunctionId id, std::span<const Value> arguments) {
  switch (id) {
    case FunctionId::Contains:
      return contains(arguments);
    case FunctionId::StartsWith:
      return starts_with(arguments);
    case FunctionId::EndsWith:
      return ends_with(arguments);
    case FunctionId::Join:
      return join(arguments);
    case FunctionId::ToJson:
      return bounded_json(arguments[0]);
    case FunctionId::FromJson:
      return read_json(arguments[0]);
    case FunctionId::Format:
    case FunctionId::Case:
    case FunctionId::HashFiles:
    case FunctionId::Status:
      break;
  }
  return {};
}

}  // namespace dagsim::expression
