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

}  // namespace

const Signature* find_function(std::string_view name) {
  const auto* found =
      std::ranges::find_if(kSignatures, [&](const Signature& known) { return equals_folded(known.name, name); });
  return found == kSignatures.end() ? nullptr : &*found;
}

bool is_searchable(FunctionId id, const Value& where) {
  if (is_primitive(where)) return true;
  return id == FunctionId::Contains && where.kind() == Kind::Array && !where.array().empty();
}

bool is_found(FunctionId id, const Value& where, const Value& what) {
  if (!is_primitive(where)) {
    return std::ranges::any_of(where.array(), [&](const Value& item) { return equals(what, item); });
  }
  if (!is_primitive(what)) return false;
  const std::string text = fold(to_string(where));
  const std::string part = fold(to_string(what));
  if (id == FunctionId::StartsWith) return text.starts_with(part);
  if (id == FunctionId::EndsWith) return text.ends_with(part);
  return text.find(part) != std::string::npos;
}

std::string join_items(const Value& items, std::string_view separator) {
  if (is_primitive(items)) return to_string(items);
  if (items.kind() != Kind::Array) return "";
  std::string joined;
  bool first = true;
  for (const Value& item : items.array()) {
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

}  // namespace dagsim::expression
