#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

Input::Type type_of(std::string_view name) {
  if (name == "number") return Input::Type::Number;
  if (name == "boolean") return Input::Type::Boolean;
  return name == "choice" ? Input::Type::Choice : Input::Type::String;
}

bool is_template(const yaml::Node& node) {
  return node.is_string() && node.text.find("${{") != std::string::npos;
}

/// A default must be of the input's type; only numbers are left to the run.
void check_default(Reader& reader, const Input& input, const yaml::Node* node) {
  if (node == nullptr || !node->is_scalar() || is_template(*node) || input.type == Input::Type::Number) return;
  const bool wants_boolean = input.type == Input::Type::Boolean;
  const bool is_typed = node->kind == yaml::Kind::Boolean || node->kind == yaml::Kind::Number;
  if (wants_boolean ? node->kind == yaml::Kind::Boolean : !is_typed) return;
  Diagnostic& diagnostic =
      reader.error("wrong-type",
                   fmt::format("the default of input \"{}\" must be {}, but is {}", input.name.value,
                               wants_boolean ? "true or false" : "a string", yaml::describe(*node)),
                   node->range);
  if (!wants_boolean) diagnostic.notes.push_back({fmt::format("quote it: '{}'", node->text), {}});
}

void check_options(Reader& reader, const Input& input, const yaml::Node& node) {
  const yaml::Node* options = node.find("options");
  const bool is_choice = input.type == Input::Type::Choice;
  if (is_choice && input.options.empty()) {
    reader.error("missing-key", fmt::format("input \"{}\" is a choice without \"options\"", input.name.value),
                 input.name.where.range);
  } else if (!is_choice && options != nullptr) {
    reader.error("conflicting-keys",
                 fmt::format("input \"{}\" has \"options\", but isn't of the type \"choice\"", input.name.value),
                 options->range);
  }
}

Fields read_outputs(const Reader& reader, const yaml::Node* node) {
  Fields result;
  if (node == nullptr) return result;
  for (const yaml::Entry& entry : node->entries) {
    if (const auto value = reader.scalar(entry.value.find("value"))) result.push_back({reader.key(entry), *value});
  }
  return result;
}

std::vector<Secret> read_secrets(const Reader& reader, const yaml::Node* node) {
  std::vector<Secret> result;
  if (node == nullptr) return result;
  for (const yaml::Entry& entry : node->entries) {
    const yaml::Node* required = entry.value.find("required");
    result.push_back({reader.key(entry), required != nullptr && required->boolean});
  }
  return result;
}

void check_pair(Reader& reader, const yaml::Node& node, const std::string& event, const std::string& name) {
  const std::string ignore = name + "-ignore";
  const auto of_key = [&](const yaml::Entry& entry) { return entry.key == ignore; };
  const auto second = std::ranges::find_if(node.entries, of_key);
  if (node.find(name) == nullptr || second == node.entries.end()) return;
  reader.error("filter-conflict",
               fmt::format("event \"{}\" has both \"{}\" and \"{}\"; one excludes the other", event, name, ignore),
               second->key_range);
}

std::vector<Schedule> read_schedules(const Reader& reader, const yaml::Node& node) {
  std::vector<Schedule> result;
  for (const yaml::Node& item : node.items) {
    if (const auto cron = reader.scalar(item.find("cron"))) {
      result.push_back({*cron, reader.scalar(item.find("timezone"))});
    }
  }
  return result;
}

Trigger read_trigger(Reader& reader, const yaml::Entry& entry) {
  Trigger trigger;
  trigger.event = reader.key(entry);
  const yaml::Node& node = entry.value;
  for (const char* name : {"branches", "tags", "paths"}) check_pair(reader, node, entry.key, name);
  const auto list = [&](const char* name) { return reader.scalar_or_list(node.find(name)); };
  trigger.branches = list("branches");
  trigger.branches_ignore = list("branches-ignore");
  trigger.tags = list("tags");
  trigger.tags_ignore = list("tags-ignore");
  trigger.paths = list("paths");
  trigger.paths_ignore = list("paths-ignore");
  trigger.types = list("types");
  trigger.workflows = list("workflows");
  trigger.schedules = read_schedules(reader, node);
  trigger.inputs = read_inputs(reader, node.find("inputs"));
  trigger.secrets = read_secrets(reader, node.find("secrets"));
  trigger.outputs = read_outputs(reader, node.find("outputs"));
  return trigger;
}

}  // namespace

std::vector<Input> read_inputs(Reader& reader, const yaml::Node* node) {
  std::vector<Input> result;
  if (node == nullptr) return result;
  for (const yaml::Entry& entry : node->entries) {
    Input input;
    input.name = reader.key(entry);
    if (const auto type = reader.scalar(entry.value.find("type"))) input.type = type_of(type->value);
    const yaml::Node* required = entry.value.find("required");
    input.required = required != nullptr && reader.text(*required).value == "true";
    input.fallback = reader.scalar(entry.value.find("default"));
    for (const Text& option : reader.scalar_or_list(entry.value.find("options"))) input.options.push_back(option.value);
    check_default(reader, input, entry.value.find("default"));
    check_options(reader, input, entry.value);
    result.push_back(std::move(input));
  }
  return result;
}

std::vector<Trigger> read_triggers(Reader& reader, const yaml::Node& on) {
  std::vector<Trigger> result;
  for (const yaml::Entry& entry : on.entries) result.push_back(read_trigger(reader, entry));
  for (Text& event : reader.scalar_or_list(&on)) {
    Trigger trigger;
    trigger.event = std::move(event);
    result.push_back(std::move(trigger));
  }
  return result;
}

}  // namespace dagsim::workflow
