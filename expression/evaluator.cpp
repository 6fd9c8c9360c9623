// Walks the tree. A value may be a *filtered array*, the yield of `.*`: to all but an index it is an array; an index
// maps over its items. That mark travels beside the value, not in it, because it ends with the expression. What
// GitHub's engine does not need for an answer it does not evaluate, so errors in there don't show.
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "expression/fold.h"
#include "expression/functions.h"
#include "expression/json.h"
#include "expression/tree.h"

namespace dagsim::expression {

namespace {

/// A value that the evaluation made, or one that lives in the scope or the tree and isn't copied.
class Result {
 public:
  Result(Value made) : made_(std::move(made)) {}  // NOLINT(google-explicit-constructor): a result is a value
  static Result of(const Value& lasting) {
    Result result{Value()};
    result.lasting_ = &lasting;
    return result;
  }
  static Result filter(Array items) {
    Result result{Value(std::move(items))};
    result.filtered_ = true;
    return result;
  }

  const Value& value() const { return lasting_ != nullptr ? *lasting_ : made_; }
  bool filtered() const { return filtered_; }
  /// The part that is inside value(), with the lifetime of this result.
  Result inside(const Value* part) const {
    if (part == nullptr) return Value();
    return lasting_ != nullptr ? of(*part) : Result(*part);
  }

 private:
  Value made_;
  const Value* lasting_ = nullptr;
  bool filtered_ = false;
};

[[noreturn]] void fail(const std::string& what, size_t offset) {
  throw ExpressionError(ErrorKind::Evaluation, what, offset);
}

bool is_collection(const Value& value) {
  return value.kind() == Kind::Array || value.kind() == Kind::Object;
}

std::optional<size_t> array_index(double number) {
  constexpr double kMostIndex = 2147483647.0;
  if (std::isnan(number) || number < 0 || std::floor(number) > kMostIndex) return std::nullopt;
  return static_cast<size_t>(std::floor(number));
}

void append_all(const Value& collection, Array& into) {
  if (collection.kind() == Kind::Array) {
    into.insert(into.end(), collection.array().begin(), collection.array().end());
  } else if (collection.kind() == Kind::Object) {
    for (const auto& [key, value] : collection.object().entries()) into.push_back(value);
  }
}

/// The children of the items of a filtered array that an index names, or all of them where there is no index.
Array children_of_items(const Array& items, const Value* index) {
  Array yield;
  for (const Value& item : items) {
    if (index == nullptr) {
      append_all(item, yield);
    } else if (const Value* found = find_child(item, *index)) {
      yield.push_back(*found);
    }
  }
  return yield;
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
  Evaluator(const Tree& tree, const Scope& scope) : tree_(tree), scope_(scope) {}

  Result evaluate(const Node& node) const {
    switch (node.kind) {
      case NodeKind::Literal:
        return Result::of(node.literal);
      case NodeKind::Wildcard:
        return Value();
      case NodeKind::Name:
        return Result::of(context(node));
      case NodeKind::Index:
        return index(node);
      case NodeKind::Call:
        return call(node);
      case NodeKind::Not:
        return Value(!truthy(first(node).value()));
      case NodeKind::And:
      case NodeKind::Or:
        return chain(node);
      default:
        return Value(comparison(node));
    }
  }

 private:
  Result first(const Node& node) const { return evaluate(tree_.first(node)); }
  Result last(const Node& node) const { return evaluate(tree_.last(node)); }

  const Value& context(const Node& node) const {
    if (const Value* found = scope_.contexts.find(node.name)) return *found;
    fail(fmt::format("unrecognized named-value: '{}'", node.name), node.offset);
  }

  /// The first operand that decides, or the last.
  Result chain(const Node& node) const {
    for (NodeId operand = node.first; operand != node.last; operand = tree_[operand].next) {
      Result result = evaluate(tree_[operand]);
      if (truthy(result.value()) == (node.kind == NodeKind::Or)) return result;
    }
    return last(node);
  }

  bool comparison(const Node& node) const {
    const Result left = first(node);
    const Result right = last(node);
    const Value& a = left.value();
    const Value& b = right.value();
    if (node.kind == NodeKind::Equal) return equals(a, b);
    if (node.kind == NodeKind::NotEqual) return !equals(a, b);
    const std::optional<int> order = compare(a, b);
    switch (node.kind) {
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

  /// Of what is no collection the index isn't evaluated.
  Result index(const Node& node) const {
    const Result collection = first(node);
    const bool wildcard = tree_.last(node).kind == NodeKind::Wildcard;
    if (collection.filtered()) {
      if (wildcard) return Result::filter(children_of_items(collection.value().array(), nullptr));
      const Result wanted = last(node);
      return Result::filter(children_of_items(collection.value().array(), &wanted.value()));
    }
    if (wildcard) {
      Array yield;
      append_all(collection.value(), yield);
      return Result::filter(std::move(yield));
    }
    if (!is_collection(collection.value())) return Value();
    return collection.inside(find_child(collection.value(), last(node).value()));
  }

  Result call(const Node& node) const {
    if (node.signature == nullptr) return call_of_scope(node);
    switch (node.signature->id) {
      case FunctionId::Contains:
      case FunctionId::StartsWith:
      case FunctionId::EndsWith:
        return Value(search(node));
      case FunctionId::Format:
        return Value(format(node));
      case FunctionId::Join:
        return Value(join(node));
      case FunctionId::ToJson:
        return placed(node, [&] { return Value(bounded_json(first(node).value())); });
      case FunctionId::FromJson:
        return placed(node, [&] { return read_json(first(node).value()); });
      case FunctionId::Case:
        return first_case(node);
      case FunctionId::HashFiles:
      case FunctionId::Status:
        break;
    }
    return call_of_scope(node);
  }

  Value call_of_scope(const Node& node) const {
    const auto found = scope_.functions.find(to_lower(node.name));
    if (found != scope_.functions.end()) {
      std::vector<Value> values;
      for (NodeId argument = node.first; argument != NodeId::None; argument = tree_[argument].next) {
        values.push_back(evaluate(tree_[argument]).value());
      }
      return placed(node, [&] { return found->second(values); });
    }
    if (node.signature != nullptr && node.signature->id == FunctionId::HashFiles) {
      fail("hashFiles can't be evaluated, because the files are not known", node.offset);
    }
    fail(fmt::format("unrecognized function: '{}'", node.name), node.offset);
  }

  /// What is searched for is evaluated only if it could be found.
  bool search(const Node& node) const {
    const Result where = first(node);
    return is_searchable(node.signature->id, where.value()) &&
           is_found(node.signature->id, where.value(), last(node).value());
  }

  /// The separator is evaluated only if it stands between something.
  std::string join(const Node& node) const {
    const Result items = first(node);
    const bool separated = items.value().kind() == Kind::Array && items.value().array().size() > 1;
    if (!separated || node.first == node.last) return placed(node, [&] { return join_items(items.value(), ","); });
    const Result given = last(node);
    const std::string separator = is_collection(given.value()) ? "," : to_string(given.value());
    return placed(node, [&] { return join_items(items.value(), separator); });
  }

  /// The value behind the first true predicate; no other value is evaluated.
  Result first_case(const Node& node) const {
    for (NodeId at = node.first; at != node.last; at = tree_[tree_[at].next].next) {
      const Result predicate = evaluate(tree_[at]);
      if (predicate.value().kind() != Kind::Boolean) {
        fail(
            fmt::format("a predicate of case must be a boolean, but this is a {}", to_string(predicate.value().kind())),
            tree_[at].offset);
      }
      if (predicate.value().boolean()) return evaluate(tree_[tree_[at].next]);
    }
    return last(node);
  }

  /// Evaluates only the arguments that the format string names, each once.
  std::string format(const Node& node) const {
    std::vector<const Node*> arguments;
    for (NodeId at = tree_.first(node).next; at != NodeId::None; at = tree_[at].next) arguments.push_back(&tree_[at]);
    const std::string pattern = to_string(first(node).value());
    const auto pieces = placed(node, [&] { return parse_format(pattern, arguments.size()); });
    std::vector<std::optional<std::string>> texts(arguments.size());
    std::string made;
    for (const FormatPiece& piece : pieces) {
      made += piece.text;
      if (!piece.argument) continue;
      std::optional<std::string>& text = texts[*piece.argument];
      if (!text) text = to_string(evaluate(*arguments[*piece.argument]).value());
      made += *text;
      if (made.size() > kMostBytes) fail("the text that format makes is longer than 10 MiB", node.offset);
    }
    return made;
  }

  const Tree& tree_;
  const Scope& scope_;
};

}  // namespace

const Value* find_child(const Value& collection, const Value& index) {
  if (is_collection(index)) return nullptr;
  if (collection.kind() == Kind::Object) {
    const Object& object = collection.object();
    return index.kind() == Kind::String ? object.find(index.string()) : object.find(to_string(index));
  }
  if (collection.kind() != Kind::Array) return nullptr;
  const std::optional<size_t> number = array_index(to_number(index));
  return number && *number < collection.array().size() ? &collection.array()[*number] : nullptr;
}

Value evaluate(const Expression& expression, const Scope& scope) {
  const Tree& tree = expression.tree();
  return Evaluator(tree, scope).evaluate(tree[tree.root]).value();
}

}  // namespace dagsim::expression
