// The functions of the language: what they take, and those that need no more than the values of their arguments.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "expression/expression.h"

namespace dagsim::expression {

enum class FunctionId { Contains, StartsWith, EndsWith, Format, Join, ToJson, FromJson, Case, HashFiles, Status };

struct Signature {
  std::string_view name;
  FunctionId id;
  size_t least;
  size_t most;
};

/// The known function of that name (ignoring case), or null.
const Signature* find_function(std::string_view name);

/// Whether the function is built in everywhere, unlike success() or hashFiles(), which some keys lack.
inline bool is_general(FunctionId id) {
  return id != FunctionId::HashFiles && id != FunctionId::Status;
}

/// Whether contains, startsWith or endsWith can find anything in `where`: text, or for contains an array with items.
bool is_searchable(FunctionId id, const Value& where);

/// What contains, startsWith or endsWith answers for a `where` that is searchable.
bool is_found(FunctionId id, const Value& where, const Value& what);

/// The items of an array as text, a primitive as it is, nothing of an object. \throws ExpressionError (Evaluation) with
/// offset 0 past kMostBytes (json.h).
std::string join_items(const Value& items, std::string_view separator);

/// fromJSON. \throws ExpressionError (Evaluation) with offset 0.
Value read_json(const Value& argument);

/// A piece of a format string: text, or the argument to put in its place.
struct FormatPiece {
  std::string text;
  std::optional<size_t> argument;
};

/// Splits a format string: `{{` and `}}` are braces, `{0}` the first argument. \throws ExpressionError (Evaluation)
/// with offset 0 for a lone brace, a format specifier, or an argument that isn't among `count`.
std::vector<FormatPiece> parse_format(std::string_view format, size_t count);

}  // namespace dagsim::expression
