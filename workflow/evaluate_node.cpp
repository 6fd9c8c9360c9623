// YAML trees with `${{ }}` in them to values, as GitHub's template evaluator does it: an item that is an expression and
// gives a sequence is spliced into its parent, `${{ insert }}: …` splices a mapping, and keys may be expressions.
// Depth is bounded by the YAML reader.
#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

using expression::Array;
using expression::Kind;
using expression::Object;
using expression::Value;

namespace {

Value plain_scalar(const yaml::Node& node) {
  if (node.kind == yaml::Kind::Boolean) return {node.boolean};
  if (node.kind == yaml::Kind::Number) return {node.number};
  if (node.kind == yaml::Kind::String) return {node.text};
  return {};
}

class NodeEvaluator {
 public:
  NodeEvaluator(Expansion& expansion, const std::shared_ptr<const SourceFile>& file, const expression::Scope& scope)
      : expansion_(expansion), file_(file), scope_(scope) {}

  std::optional<Value> value(const yaml::Node& node) {
    if (node.is_string() && expression::is_template(node.text)) {
      return evaluate(expansion_, {node.text, {file_, node.range}}, scope_);
    }
    if (node.is_sequence()) return sequence(node);
    return node.is_mapping() ? mapping(node) : plain_scalar(node);
  }

 private:
  std::optional<Value> sequence(const yaml::Node& node) {
    Array items;
    for (const yaml::Node& item : node.items) {
      std::optional<Value> each = value(item);
      if (!each) return std::nullopt;
      const bool is_spliced = item.is_string() && is_lone_expression(item.text) && each->kind() == Kind::Array;
      if (is_spliced) {
        items.insert(items.end(), each->array().begin(), each->array().end());
      } else {
        items.push_back(std::move(*each));
      }
    }
    return Value(std::move(items));
  }

  std::optional<Value> mapping(const yaml::Node& node) {
    Object object;
    for (const yaml::Entry& entry : node.entries) {
      std::optional<Value> each = value(entry.value);
      if (!each) return std::nullopt;
      const bool fine = is_insert(entry.key) ? insert(object, entry, *each) : add(object, entry, std::move(*each));
      if (!fine) return std::nullopt;
    }
    return Value(std::move(object));
  }

  bool insert(Object& object, const yaml::Entry& entry, const Value& inserted) {
    if (inserted.kind() != Kind::Object) {
      return fail(entry, fmt::format("\"{}\" must be a mapping, but its expression gives {}", entry.key,
                                     to_lower(expression::to_string(inserted.kind()))));
    }
    for (const auto& [key, inner] : inserted.object().entries()) {
      if (!set(object, entry, key, inner)) return false;
    }
    return true;
  }

  bool add(Object& object, const yaml::Entry& entry, Value each) {
    if (!expression::is_template(entry.key)) return set(object, entry, entry.key, std::move(each));
    const std::optional<Value> key = evaluate(expansion_, {entry.key, {file_, entry.key_range}}, scope_);
    if (!key) return false;
    if (key->kind() == Kind::Array || key->kind() == Kind::Object || expression::to_string(*key).empty()) {
      return fail(entry, fmt::format("the key \"{}\" must give a text, but gives {}", entry.key,
                                     key->kind() == Kind::String ? "an empty one"
                                                                 : to_lower(expression::to_string(key->kind()))));
    }
    return set(object, entry, expression::to_string(*key), std::move(each));
  }

  bool set(Object& object, const yaml::Entry& entry, const std::string& key, Value each) {
    if (object.find(key) != nullptr) return fail(entry, fmt::format("the key \"{}\" is given twice", key));
    object.set(key, std::move(each));
    return true;
  }

  bool fail(const yaml::Entry& entry, const std::string& message) {
    expansion_.error("template", message, {file_, entry.key_range});
    return false;
  }

  Expansion& expansion_;
  const std::shared_ptr<const SourceFile>& file_;
  const expression::Scope& scope_;
};

}  // namespace

std::optional<Value> evaluate_node(Expansion& expansion, const yaml::Node& node,
                                   const std::shared_ptr<const SourceFile>& file, const expression::Scope& scope) {
  return NodeEvaluator(expansion, file, scope).value(node);
}

}  // namespace dagsim::workflow
