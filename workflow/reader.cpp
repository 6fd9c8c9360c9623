#include "workflow/reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/value.h"

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
  }
  return result;
}

std::optional<Text> Reader::scalar(const yaml::Node* node, const std::string& what) {
  if (node == nullptr) return std::nullopt;
  if (!node->is_scalar()) {
    error("wrong-type", fmt::format("{} must be a scalar, but is {}", what, yaml::describe(*node)), node->range);
    return std::nullopt;
  }
  return text(*node);
}

std::vector<Text> Reader::scalar_or_list(const yaml::Node* node, const std::string& what) {
  std::vector<Text> result;
  if (node == nullptr || node->is_null()) return result;
  if (node->is_scalar()) {
    result.push_back(text(*node));
  } else if (node->is_sequence()) {
    for (const yaml::Node& item : node->items) {
      if (auto value = scalar(&item, "each item of " + what)) result.push_back(*value);
    }
  } else {
    error("wrong-type", fmt::format("{} must be a string or a sequence, but is {}", what, yaml::describe(*node)),
          node->range);
  }
  return result;
}

Fields Reader::fields(const yaml::Node* node, const std::string& what) {
  Fields result;
  if (node == nullptr || node->is_null()) return result;
  if (node->is_string() && node->text.find("${{") != std::string::npos) return result;
  if (!expect_mapping(*node, what)) return result;
  for (const yaml::Entry& entry : node->entries) {
    if (auto value = scalar(&entry.value, fmt::format("\"{}\" in {}", entry.key, what))) {
      result.push_back({key(entry), *value});
    }
  }
  return result;
}

bool Reader::boolean(const yaml::Node* node, const std::string& what) {
  if (node == nullptr) return false;
  if (node->kind != yaml::Kind::Boolean) {
    error("wrong-type", fmt::format("{} must be true or false, but is {}", what, yaml::describe(*node)), node->range);
    return false;
  }
  return node->boolean;
}

bool Reader::expect_mapping(const yaml::Node& node, const std::string& what) {
  if (node.is_mapping()) return true;
  error("wrong-type", fmt::format("{} must be a mapping, but is {}", what, yaml::describe(node)), node.range);
  return false;
}

bool Reader::expect_sequence(const yaml::Node& node, const std::string& what) {
  if (node.is_sequence()) return true;
  error("wrong-type", fmt::format("{} must be a sequence, but is {}", what, yaml::describe(node)), node.range);
  return false;
}

void Reader::check_keys(const yaml::Node& mapping, const std::string& what, std::span<const std::string_view> keys) {
  for (const yaml::Entry& entry : mapping.entries) {
    if (std::ranges::find(keys, entry.key) != keys.end()) continue;
    Diagnostic& diagnostic =
        error("unknown-key", fmt::format("unexpected key \"{}\" in {}", entry.key, what), entry.key_range);
    std::vector<std::string> expected(keys.begin(), keys.end());
    std::ranges::sort(expected);
    if (!suggest(diagnostic, entry.key, expected)) diagnostic.notes.push_back({"expected " + any_of(expected), {}});
  }
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

bool is_valid_id(std::string_view id) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  if (id.empty() || id.size() >= 100 || id.starts_with("__")) return false;
  return is_letter(id.front()) && std::ranges::all_of(id, is_inner);
}

}  // namespace dagsim::workflow
