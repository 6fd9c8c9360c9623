#include "workflow/reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "workflow/references.h"

namespace dagsim::workflow {

Diagnostic& Reader::error(std::string rule, std::string message, Range range) {
  return diagnostics_.error(std::move(rule), std::move(message), where(range));
}

Diagnostic& Reader::warning(std::string rule, std::string message, Range range) {
  return diagnostics_.warning(std::move(rule), std::move(message), where(range));
}

Text Reader::text(const yaml::Node& node) const {
  Text result{"", where(node.range)};
  if (node.kind == yaml::Kind::Boolean) {
    result.value = node.boolean ? "true" : "false";
  } else if (node.kind == yaml::Kind::Number) {
    result.value = expression::to_string(expression::Value(node.number));
  } else if (node.kind == yaml::Kind::String) {
    result.value = node.text;
    if (expression::is_template(node.text)) {
      std::optional<std::string> literal = lone_literal(node.text);
      if (literal && !expression::is_template(*literal)) result.value = std::move(*literal);
    }
  }
  return result;
}

std::optional<Text> Reader::scalar(const yaml::Node* node) const {
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  return text(*node);
}

std::vector<Text> Reader::scalar_or_list(const yaml::Node* node) const {
  std::vector<Text> result;
  if (node == nullptr || node->is_null()) return result;
  if (node->is_scalar()) result.push_back(text(*node));
  for (const yaml::Node& item : node->items) {
    if (item.is_scalar()) result.push_back(text(item));
  }
  return result;
}

Fields Reader::fields(const yaml::Node* node) const {
  Fields result;
  if (node == nullptr) return result;
  for (const yaml::Entry& entry : node->entries) {
    if (entry.value.is_scalar()) result.push_back({key(entry), text(entry.value)});
  }
  return result;
}

std::optional<yaml::Node> read_concurrency(Reader& reader, const yaml::Node* node) {
  if (node == nullptr) return std::nullopt;
  const yaml::Node* queue = node->find("queue");
  const yaml::Node* cancel = node->find("cancel-in-progress");
  if (queue != nullptr && queue->text == "max" && cancel != nullptr && cancel->boolean) {
    reader.error("conflicting-keys",
                 "\"queue: max\" lets runs wait, but \"cancel-in-progress: true\" lets none; they exclude each other",
                 queue->range);
  }
  return *node;
}

std::optional<Permissions> read_permissions(const Reader& reader, const yaml::Node* node) {
  if (node == nullptr) return std::nullopt;
  Permissions permissions;
  if (node->is_string()) permissions.all = reader.text(*node);
  permissions.scopes = reader.fields(node);
  return permissions;
}

Fields read_defaults(const Reader& reader, const yaml::Node& owner) {
  const yaml::Node* defaults = owner.find("defaults");
  return defaults == nullptr ? Fields{} : reader.fields(defaults->find("run"));
}

bool suggest(Diagnostic& diagnostic, std::string_view word, std::span<const std::string> candidates) {
  const std::vector<std::string> near = nearest(word, candidates);
  if (near.empty()) return false;
  diagnostic.notes.push_back({fmt::format("did you mean \"{}\"?", near.front()), {}});
  return true;
}

const Text* find(const Fields& fields, std::string_view name) {
  const auto found =
      std::ranges::find(fields, name, [](const Field& field) { return std::string_view(field.name.value); });
  return found == fields.end() ? nullptr : &found->value;
}

namespace {

bool is_valid_id(std::string_view id) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  if (id.empty() || id.size() >= 100 || id.starts_with("__")) return false;
  return is_letter(id.front()) && std::ranges::all_of(id, is_inner);
}

}  // namespace

bool check_id(Reader& reader, const Text& id, std::string_view what) {
  if (is_valid_id(id.value)) return true;
  reader.error("invalid-id",
               fmt::format("\"{}\" can't name a {}: expected fewer than 100 letters, digits, \"-\" and \"_\", starting "
                           "with a letter or a single \"_\"",
                           id.value, what),
               id.where.range);
  return false;
}

}  // namespace dagsim::workflow
