// Walks the tree. A value may be a *filtered array*, the yield of `.*`: to all but an index it is an array; an index
// maps over its items. That mark travels beside the value, not in it, because it ends with the expression.
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "expression/expression.h"
#include "expression/fold.h"
#include "expression/functions.h"
#include "expression/json.h"
#include "expression/tree.h"

namespace dagsim::expression {

namespace {

struct Result {
  Value value;
  bool filtered = false;
};

[[noreturn]] void fail(const std::string& what, size_t offset) {
  throw ExpressionError(ErrorKind::Evaluation, what, offset);
}

/// What an index asks for: every child, or the one at a number of an array or under a key of an object.
struct Index {
  bool wildcard = false;
  std::optional<size_t> number;
  std::optional<std::string> key;
};

std::optional<size_t> array_index(double number) {
  constexpr double kMostIndex = 2147483647.0;
  if (std::isnan(number) || number < 0 || std::floor(number) > kMostIndex) return std::nullopt;
  return static_cast<size_t>(std::floor(number));
}

Index make_index(const Value& value) {
  Index index;
  if (value.kind() == Kind::Array || value.kind() == Kind::Object) return index;
  index.number = array_index(to_number(value));
  index.key = to_string(value);
  return index;
}

/// The one child that the index names, or null.
const Value* child(const Value& collection, const Index& index) {
  if (collection.kind() == Kind::Object) return index.key ? collection.object().find(*index.key) : nullptr;
  if (collection.kind() != Kind::Array || !index.number) return nullptr;
  const Array& items = collection.array();
  return *index.number < items.size() ? &items[*index.number] : nullptr;
}

/// Appends the children of a collection that the index names; primitives have none.
void append_children(const Value& collection, const Index& index, Array& into) {
  if (!index.wildcard) {
    if (const Value* found = child(collection, index)) into.push_back(*found);
  } else if (collection.kind() == Kind::Array) {
    into.insert(into.end(), collection.array().begin(), collection.array().end());
  } else if (collection.kind() == Kind::Object) {
    for (const auto& [key, value] : collection.object().entries()) into.push_back(value);
  }
}

/// Runs what can't know its place in the text, and gives its errors that of the node.
template <typename Work>
auto placed(const Node& node, Work work) {
  try {
    return work();
  } catch (const ExpressionError& error) {
    fail(error.what(), node.offset);
  }
}

class Evaluator {
 public:
  explicit Evaluator(const Scope& scope) : scope_(scope) {}

  Result evaluate(const Node& node) const {
    switch (node.kind) {
      case NodeKind::Literal:
        return {node.literal};
      case NodeKind::Wildcard:
        return {};
      case NodeKind::Name:
        return {context(node)};
      case NodeKind::Index:
        return index(node);
      case NodeKind::Call:
        return call(node);
      case NodeKind::Not:
        return {!truthy(evaluate(node.children[0]).value)};
      case NodeKind::And:
      case NodeKind::Or:
        return chain(node);
      default:
        return {comparison(node)};
    }
  }

 private:
  Value context(const Node& node) const {
    if (const Value* found = scope_.contexts.find(node.name)) return *found;
    fail(fmt::format("unrecognized named-value: '{}'", node.name), node.offset);
  }

  /// The first operand that decides, or the last.
  Result chain(const Node& node) const {
    Result result;
    for (const Node& operand : node.children) {
      result = evaluate(operand);
      if (truthy(result.value) == (node.kind == NodeKind::Or)) break;
    }
    return result;
  }

  bool comparison(const Node& node) const {
    const Value a = evaluate(node.children[0]).value;
    const Value b = evaluate(node.children[1]).value;
    const std::optional<int> order = compare(a, b);
    switch (node.kind) {
      case NodeKind::Equal:
        return equals(a, b);
      case NodeKind::NotEqual:
        return !equals(a, b);
      case NodeKind::Less:
        return order && *order < 0;
      case NodeKind::LessOrEqual:
        return equals(a, b) || (order && *order < 0);
      case NodeKind::Greater:
        return order && *order > 0;
      default:
        return equals(a, b) || (order && *order > 0);
    }
  }

  Result index(const Node& node) const {
    const Result collection = evaluate(node.children[0]);
    Index wanted;
    wanted.wildcard = node.children[1].kind == NodeKind::Wildcard;
    if (!wanted.wildcard) wanted = make_index(evaluate(node.children[1]).value);
    if (!collection.filtered && !wanted.wildcard) {
      const Value* found = child(collection.value, wanted);
      return {found == nullptr ? Value() : *found};
    }
    Array yield;
    if (collection.filtered) {
      for (const Value& item : collection.value.array()) append_children(item, wanted, yield);
    } else {
      append_children(collection.value, wanted, yield);
    }
    return {Value(std::move(yield)), true};
  }

  Result call(const Node& node) const {
    const Signature* signature = find_function(node.name);
    if (signature == nullptr || !is_general(signature->id)) return {call_of_scope(node, signature)};
    if (signature->id == FunctionId::Case) return first_case(node);
    if (signature->id == FunctionId::Format) return {format(node)};
    const std::vector<Value> values = arguments(node);
    return {placed(node, [&] { return call_eager(signature->id, values); })};
  }

  std::vector<Value> arguments(const Node& node) const {
    std::vector<Value> values;
    values.reserve(node.children.size());
    for (const Node& argument : node.children) values.push_back(evaluate(argument).value);
    return values;
  }

  Value call_of_scope(const Node& node, const Signature* signature) const {
    std::string name = node.name;
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (const auto found = scope_.functions.find(name); found != scope_.functions.end()) {
      const std::vector<Value> values = arguments(node);
      return placed(node, [&] { return found->second(values); });
    }
    if (signature != nullptr && signature->id == FunctionId::HashFiles) {
      fail("hashFiles can't be evaluated, because the files are not known", node.offset);
    }
    fail(fmt::format("unrecognized function: '{}'", node.name), node.offset);
  }

  /// The value behind the first true predicate; no other value is evaluated.
  Result first_case(const Node& node) const {
    for (size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const Value predicate = evaluate(node.children[i]).value;
      if (predicate.kind() != Kind::Boolean) {
        fail(fmt::format("a predicate of case must be a boolean, but this is a {}", to_string(predicate.kind())),
             node.children[i].offset);
      }
      if (predicate.boolean()) return evaluate(node.children[i + 1]);
    }
    return evaluate(node.children.back());
  }

  /// Evaluates only the arguments that the format string names, each once.
  std::string format(const Node& node) const {
    const std::string pattern = to_string(evaluate(node.children[0]).value);
    const auto pieces = placed(node, [&] { return parse_format(pattern, node.children.size() - 1); });
    std::vector<std::optional<std::string>> texts(node.children.size());
    std::string made;
    for (const FormatPiece& piece : pieces) {
      made += piece.text;
      if (!piece.argument) continue;
      const size_t at = *piece.argument + 1;
      if (!texts[at]) texts[at] = to_string(evaluate(node.children[at]).value);
      made += *texts[at];
      if (made.size() > kMostBytes) fail("the text that format makes is longer than 10 MiB", node.offset);
    }
    return made;
  }

  const Scope& scope_;
};

}  // namespace

const Value* find_child(const Value& collection, const Value& index) {
  return child(collection, make_index(index));
}

Value evaluate(const Expression& expression, const Scope& scope) {
  return Evaluator(scope).evaluate(expression.tree().root).value;
}

}  // namespace dagsim::expression
