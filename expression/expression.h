// GitHub's expression language: text to tree, tree and contexts to value.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "expression/value.h"

namespace dagsim::expression {

struct Tree;  // expression/tree.h

enum class ErrorKind { Lexing, Parsing, Evaluation };

/// A fault in an expression: what, and at which byte of its text.
struct ExpressionError : std::runtime_error {
  ExpressionError(ErrorKind error_kind, const std::string& message, size_t byte)
      : std::runtime_error(message), kind(error_kind), offset(byte) {}
  ErrorKind kind;
  size_t offset;
  std::string unknown;  ///< the context or function that isn't known, where that is the fault
};

/// A parsed expression. Copies share the tree.
class Expression {
 public:
  /// `text` is what stands between `${{` and `}}`. Names of contexts and functions aren't checked here; see
  /// check_names. \throws ExpressionError: Lexing where the text holds what is no token, or too much, wherever that is;
  /// else Parsing. Empty text is null.
  static Expression parse(std::string_view text);

  const Tree& tree() const { return *tree_; }
  const std::string& text() const;

 private:
  std::shared_ptr<const Tree> tree_;
};

/// What success(), failure(), cancelled() and always() answer in `if`; hashFiles where files are known.
using Function = std::function<Value(std::span<const Value> arguments)>;

/// What an expression may refer to: contexts by name (`github`, `needs`, …) and functions beyond the built-in ones.
/// Names ignore case.
struct Scope {
  Object contexts;
  std::map<std::string, Function> functions;  ///< lower-case names
};

/// \throws ExpressionError (Evaluation) for unknown contexts or functions, wrong arguments, bad JSON.
Value evaluate(const Expression& expression, const Scope& scope);

/// What `collection[index]` names: an item of an array by number, a member of an object by key; null where there is
/// none. An index that is a collection itself names nothing.
const Value* find_child(const Value& collection, const Value& index);

/// The dotted references of an expression in order of appearance, lower-cased: "needs.changes.outputs.rust",
/// "matrix.os", "steps.cache.outputs.cache-hit". An index by literal is a component like any other; a computed index or
/// a filter
/// (`needs.*.result`) ends the path with ".*". What stands inside a computed index follows its path.
std::vector<std::string> references(const Expression& expression);

/// A function that only some places offer, and how many arguments it takes there.
struct LimitedCall {
  std::string name;
  size_t least = 0;
  size_t most = 0;
  bool operator==(const LimitedCall&) const = default;
};

/// What an expression may refer to in one place: its contexts, and the functions beyond those that are built in
/// everywhere. Names ignore case.
struct Names {
  std::vector<std::string> contexts;
  std::vector<LimitedCall> functions;
};

/// As GitHub checks each key. success, failure, cancelled, always and hashFiles are known only where `names` has them.
/// \throws ExpressionError (Parsing) at the first context or function that isn't known ("unrecognized named-value:
/// 'x'") or that is called with too few or too many arguments.
void check_names(const Expression& expression, const Names& names);

/// The same for every `${{ }}` of a template.
void check_names_of_template(std::string_view text, const Names& names);

/// Whether the tree calls the function anywhere (name ignores case).
bool calls(const Expression& expression, std::string_view function);

/// Whether a status function (success, failure, cancelled, always) is called anywhere.
bool calls_status_function(const Expression& expression);

/// `if:` as GitHub normalises it: empty is `success()`; without a status function `success() && (text)`; else
/// unchanged. `text` is the raw value of the key, with or without `${{ }}`; text around `${{ }}` makes it a format()
/// call, as on GitHub. \throws ExpressionError.
std::string normalise_condition(std::string_view text);

/// A template ("build ${{ matrix.os }}") as one expression text: a lone segment is itself, several become format(…),
/// text without segments a quoted literal. \throws ExpressionError for an unclosed `${{`.
std::string template_to_expression(std::string_view text);

/// Evaluates a template to a value: a lone segment keeps its kind, otherwise a string.
/// \throws ExpressionError, its offset counted in the whole `text`.
Value evaluate_template(std::string_view text, const Scope& scope);

/// Whether the text holds a `${{`.
bool is_template(std::string_view text);

}  // namespace dagsim::expression
