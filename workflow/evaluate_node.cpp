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

}  // namespace

/// Depth is bounded by the YAML reader.
std::optional<Value> evaluate_node(Expansion& expansion, const yaml::Node& node,
                                   const std::shared_ptr<const SourceFile>& file, const expression::Scope& scope) {
  if (node.is_string() && expression::is_template(node.text)) {
    return evaluate(expansion, {node.text, {file, node.range}}, scope);
  }
  if (node.is_sequence()) {
    Array items;
    for (const yaml::Node& item : node.items) {
      std::optional<Value> value = evaluate_node(expansion, item, file, scope);
      if (!value) return std::nullopt;
      const bool is_spliced = item.is_string() && is_lone_expression(item.text) && value->kind() == Kind::Array;
      if (is_spliced) {
        items.insert(items.end(), value->array().begin(), value->array().end());
      } else {
        items.push_back(std::move(*value));
      }
    }
    return Value(std::move(items));
  }
  if (!node.is_mapping()) return plain_scalar(node);
  Object object;
  for (const yaml::Entry& entry : node.entries) {
    std::optional<Value> value = evaluate_node(expansion, entry.value, file, scope);
    if (!value) return std::nullopt;
    if (!is_insert(entry.key)) {
      object.set(entry.key, std::move(*value));
    } else if (value->kind() == Kind::Object) {
      for (const auto& [key, inner] : value->object().entries()) object.set(key, inner);
    }
  }
  return Value(std::move(object));
}

}  // namespace dagsim::workflow
