#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "workflow/reader.h"

namespace dagsim::workflow {

namespace {

constexpr std::array<std::string_view, 38> kEvents = {"branch_protection_rule",
                                                      "check_run",
                                                      "check_suite",
                                                      "create",
                                                      "delete",
                                                      "deployment",
                                                      "deployment_status",
                                                      "discussion",
                                                      "discussion_comment",
                                                      "fork",
                                                      "gollum",
                                                      "image_version",
                                                      "issue_comment",
                                                      "issues",
                                                      "label",
                                                      "member",
                                                      "merge_group",
                                                      "milestone",
                                                      "page_build",
                                                      "project",
                                                      "project_card",
                                                      "project_column",
                                                      "public",
                                                      "pull_request",
                                                      "pull_request_comment",
                                                      "pull_request_review",
                                                      "pull_request_review_comment",
                                                      "pull_request_target",
                                                      "push",
                                                      "registry_package",
                                                      "release",
                                                      "repository_dispatch",
                                                      "schedule",
                                                      "status",
                                                      "watch",
                                                      "workflow_call",
                                                      "workflow_dispatch",
                                                      "workflow_run"};

constexpr std::array<std::string_view, 11> kTriggerKeys = {"branches",    "branches-ignore", "inputs",   "outputs",
                                                           "paths",       "paths-ignore",    "secrets",  "tags",
                                                           "tags-ignore", "types",           "workflows"};

constexpr std::array<std::string_view, 6> kInputKeys = {"default", "deprecationMessage", "description",
                                                        "options", "required",           "type"};

void check_event(Reader& reader, const Text& event) {
  if (std::ranges::find(kEvents, event.value) != kEvents.end()) return;
  Diagnostic& diagnostic =
      reader.error("unknown-event", fmt::format("unknown event \"{}\" in \"on\"", event.value), event.where.range);
  const std::vector<std::string> events(kEvents.begin(), kEvents.end());
  suggest(diagnostic, event.value, events);
}

Input::Type read_type(Reader& reader, const Text& text, const std::string& what) {
  if (text.value == "number") return Input::Type::Number;
  if (text.value == "boolean") return Input::Type::Boolean;
  if (text.value == "choice") return Input::Type::Choice;
  if (text.value != "string" && text.value != "environment") {
    reader.error("unknown-type",
                 fmt::format("{} has the type \"{}\", expected boolean, choice, environment, number or string", what,
                             text.value),
                 text.where.range);
  }
  return Input::Type::String;
}

Fields read_outputs(Reader& reader, const yaml::Node* node) {
  Fields result;
  if (node == nullptr || node->is_null() || !reader.expect_mapping(*node, "\"outputs\" of workflow_call"))
    return result;
  for (const yaml::Entry& entry : node->entries) {
    const std::string what = fmt::format("output \"{}\"", entry.key);
    if (!reader.expect_mapping(entry.value, what)) continue;
    if (const auto value = reader.scalar(entry.value.find("value"), "the value of " + what)) {
      result.push_back({reader.key(entry), *value});
    } else {
      reader.error("missing-key", fmt::format("{} has no \"value\"", what), entry.key_range);
    }
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

Trigger read_trigger(Reader& reader, const yaml::Entry& entry) {
  Trigger trigger;
  trigger.event = reader.key(entry);
  check_event(reader, trigger.event);
  const yaml::Node& node = entry.value;
  if (node.is_null() || entry.key == "schedule") return trigger;
  const std::string what = fmt::format("event \"{}\"", entry.key);
  if (!reader.expect_mapping(node, what)) return trigger;
  reader.check_keys(node, what, kTriggerKeys);
  for (const char* name : {"branches", "tags", "paths"}) check_pair(reader, node, entry.key, name);
  trigger.branches = reader.scalar_or_list(node.find("branches"), "\"branches\" of " + what);
  trigger.tags = reader.scalar_or_list(node.find("tags"), "\"tags\" of " + what);
  trigger.inputs = read_inputs(reader, node.find("inputs"), what);
  if (entry.key == "workflow_call") trigger.outputs = read_outputs(reader, node.find("outputs"));
  return trigger;
}

}  // namespace

std::vector<Input> read_inputs(Reader& reader, const yaml::Node* node, const std::string& owner) {
  std::vector<Input> result;
  if (node == nullptr || node->is_null() || !reader.expect_mapping(*node, "\"inputs\" of " + owner)) return result;
  for (const yaml::Entry& entry : node->entries) {
    Input input;
    input.name = reader.key(entry);
    const std::string what = fmt::format("input \"{}\"", entry.key);
    if (!entry.value.is_null() && reader.expect_mapping(entry.value, what)) {
      reader.check_keys(entry.value, what, kInputKeys);
      if (const auto type = reader.scalar(entry.value.find("type"), "\"type\" of " + what)) {
        input.type = read_type(reader, *type, what);
      }
      const yaml::Node* required = entry.value.find("required");
      if (required != nullptr) input.required = reader.text(*required).value == "true";
      input.fallback = reader.scalar(entry.value.find("default"), "\"default\" of " + what);
      for (const Text& option : reader.scalar_or_list(entry.value.find("options"), "\"options\" of " + what)) {
        input.options.push_back(option.value);
      }
    }
    result.push_back(std::move(input));
  }
  return result;
}

std::vector<Trigger> read_triggers(Reader& reader, const yaml::Node& on, Range key) {
  std::vector<Trigger> result;
  if (on.is_mapping()) {
    for (const yaml::Entry& entry : on.entries) result.push_back(read_trigger(reader, entry));
  } else {
    for (Text& event : reader.scalar_or_list(&on, "\"on\"")) {
      check_event(reader, event);
      result.push_back({std::move(event), {}, {}, {}, {}});
    }
  }
  if (result.empty()) reader.error("missing-key", "\"on\" names no event, so this workflow never runs", key);
  return result;
}

}  // namespace dagsim::workflow
