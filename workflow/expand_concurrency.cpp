// `concurrency` to a group. A group may name what only a run knows (`${{ github.run_id }}`): that stays as written, and
// what is known takes its value, so two groups are equal here when they are equal in any run.
#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

using expression::Kind;
using expression::Scope;
using expression::Value;

namespace {

/// GitHub's bound on the name of a group.
constexpr size_t kLongestGroup = 400;

/// The value of a reference as an expression; nothing for what is unknown or a collection.
std::optional<Replacement> known_value(const std::vector<std::string>& parts, const Scope& scope) {
  const std::optional<Value> value = evaluate_known("${{ " + join(parts, ".") + " }}", scope);
  if (!value || value->kind() == Kind::Array || value->kind() == Kind::Object) return std::nullopt;
  const bool is_text = value->kind() == Kind::String;
  const std::string text = value->is_null() ? "null" : expression::to_string(*value);
  return Replacement{parts.size(), is_text ? quoted(text) : text};
}

std::string group_of(const std::string& text, const Scope& scope) {
  if (const std::optional<Value> value = evaluate_known(text, scope)) return expression::to_string(*value);
  return replace_in_template(text, [&](const std::vector<std::string>& parts) { return known_value(parts, scope); });
}

/// Whether a flag is on; one that only a run knows is taken to be off.
bool flag_of(const yaml::Node* node, const Scope& scope) {
  if (node == nullptr) return false;
  if (node->kind == yaml::Kind::Boolean) return node->boolean;
  const std::optional<Value> value = evaluate_known(node->text, scope);
  return value && expression::truthy(*value) && expression::to_string(*value) != "false";
}

std::string text_of(const yaml::Node& node, const Scope& scope) {
  if (node.is_string()) return group_of(node.text, scope);
  if (node.kind == yaml::Kind::Number) return expression::to_string(Value(node.number));
  return node.kind == yaml::Kind::Boolean ? expression::to_string(Value(node.boolean)) : "";
}

}  // namespace

std::optional<model::Concurrency> evaluate_concurrency(Expansion& expansion, const std::optional<yaml::Node>& node,
                                                       const Document& document, const Scope& scope) {
  if (!node) return std::nullopt;
  const yaml::Node* group = node->is_mapping() ? node->find("group") : &*node;
  if (group == nullptr) return std::nullopt;
  model::Concurrency result;
  result.where = {document.file, group->range};
  result.group = text_of(*group, scope);
  if (result.group.empty()) return std::nullopt;
  if (result.group.size() > kLongestGroup) {
    expansion.error("concurrency",
                    fmt::format("the name of a concurrency group has {} characters, expected at most {}",
                                result.group.size(), kLongestGroup),
                    result.where);
  }
  if (!node->is_mapping()) return result;
  result.cancel_in_progress = flag_of(node->find("cancel-in-progress"), scope);
  const yaml::Node* queue = node->find("queue");
  if (queue != nullptr && text_of(*queue, scope) == "max") result.queue = model::Concurrency::Queue::Max;
  if (result.queue == model::Concurrency::Queue::Max && result.cancel_in_progress) {
    expansion.error("concurrency", "\"queue: max\" can't go with \"cancel-in-progress: true\"",
                    {document.file, queue->range});
  }
  return result;
}

}  // namespace dagsim::workflow
