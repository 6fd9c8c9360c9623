#include "workflow/event.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/filter.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

using expression::Object;
using expression::Value;

namespace {

std::vector<std::string> values(const std::vector<Text>& texts) {
  std::vector<std::string> result;
  for (const Text& text : texts) result.push_back(text.value);
  return result;
}

/// A name that the filters let through: the usual one if it may, else an example of a pattern, else just another one.
std::string name_for(const std::vector<std::string>& include, const std::vector<std::string>& ignore,
                     const std::string& usual) {
  const Filter included(include);
  const Filter ignored(ignore);
  std::vector<std::string> candidates = {usual};
  for (const FilterPattern& pattern : included.patterns()) candidates.push_back(pattern.example());
  candidates.emplace_back("topic");
  for (const std::string& name : candidates) {
    if ((included.empty() || included.includes(name)) && ignored.ignoring(name) == nullptr) return name;
  }
  return usual;
}

void set_ref(Object& github, const std::string& kind, const std::string& name) {
  github.set("ref", "refs/" + kind + "/" + name);
  github.set("ref_name", name);
  github.set("ref_type", kind == "tags" ? "tag" : "branch");
}

Object event_payload(const std::string& event, const std::string& base) {
  Object payload;
  if (event != "pull_request" && event != "pull_request_target") return payload;
  Object base_object;
  base_object.set("ref", base);
  Object pull_request;
  pull_request.set("draft", false);
  pull_request.set("base", base_object);
  payload.set("pull_request", pull_request);
  return payload;
}

Object github_context(const Document& document, const Trigger& trigger) {
  Object github;
  const std::string& event = trigger.event.value;
  github.set("event_name", event);
  github.set("workflow", document.name.value.empty() ? document.file->path() : document.name.value);
  const TriggerFilters filters = filters_of(trigger);
  const std::string branch = name_for(filters.branches, filters.branches_ignore, "main");
  if (event == "pull_request") {
    github.set("ref", "refs/pull/1/merge");
    github.set("ref_name", "1/merge");
    github.set("ref_type", "branch");
    github.set("head_ref", "topic");
    github.set("base_ref", branch);
  } else {
    const bool only_tags = filters.branches.empty() && filters.branches_ignore.empty() &&
                           !(filters.tags.empty() && filters.tags_ignore.empty());
    const bool is_tag = event == "release" || (event == "push" && only_tags);
    set_ref(github, is_tag ? "tags" : "heads", is_tag ? name_for(filters.tags, filters.tags_ignore, "v1.0.0") : branch);
    github.set("head_ref", event == "pull_request_target" ? "topic" : "");
    github.set("base_ref", event == "pull_request_target" ? branch : "");
  }
  github.set("event", event_payload(event, branch));
  return github;
}

std::optional<Value> dispatch_input(const Input& input, const Request& request, Diagnostics& diagnostics) {
  const auto given = std::ranges::find_if(
      request.inputs, [&](const auto& pair) { return equals_ignore_case(pair.first, input.name.value); });
  if (given == request.inputs.end()) {
    if (!input.fallback) {
      if (input.type == Input::Type::Choice && !input.options.empty()) return Value(input.options.front());
      return empty_input(input);
    }
    return typed_input(input, Value(input.fallback->value)).value_or(Value(input.fallback->value));
  }
  std::optional<Value> value = typed_input(input, Value(given->second));
  if (value) return value;
  std::string expected = std::string(type_name(input));
  if (input.type == Input::Type::Choice) expected = any_of(input.options);
  diagnostics.error("wrong-input",
                    fmt::format("input \"{}\" is \"{}\", expected {}", input.name.value, given->second, expected),
                    input.name.where);
  return std::nullopt;
}

Object dispatch_inputs(const Trigger& trigger, const Request& request, Diagnostics& diagnostics) {
  Object inputs;
  std::vector<std::string> names;
  for (const Input& input : trigger.inputs) {
    names.push_back(input.name.value);
    if (std::optional<Value> value = dispatch_input(input, request, diagnostics)) inputs.set(input.name.value, *value);
  }
  for (const auto& given : request.inputs) {
    const std::string& name = given.first;
    if (inputs.find(name) != nullptr) continue;
    if (std::ranges::any_of(names, [&](const std::string& known) { return equals_ignore_case(known, name); })) continue;
    Diagnostic& diagnostic = diagnostics.error(
        "unknown-input", fmt::format("the workflow declares no input \"{}\"", name), trigger.event.where);
    suggest(diagnostic, name, names);
  }
  return inputs;
}

}  // namespace

TriggerFilters filters_of(const Trigger& trigger) {
  TriggerFilters filters;
  filters.event = trigger.event.value;
  filters.branches = values(trigger.branches);
  filters.branches_ignore = values(trigger.branches_ignore);
  filters.tags = values(trigger.tags);
  filters.tags_ignore = values(trigger.tags_ignore);
  filters.paths = values(trigger.paths);
  filters.paths_ignore = values(trigger.paths_ignore);
  filters.types = values(trigger.types);
  filters.workflows = values(trigger.workflows);
  return filters;
}

namespace {

/// `base` with the members of `over` put in or in place, objects merged; depth is that of the given JSON, which is
/// bounded.
Object merged(const Object& base, const Object& over) {
  Object result = base;
  for (const auto& [key, value] : over.entries()) {
    const Value* old = base.find(key);
    const bool both = old != nullptr && old->kind() == expression::Kind::Object && value.kind() == old->kind();
    result.set(key, both ? Value(merged(old->object(), value.object())) : value);
  }
  return result;
}

Object given(const Request& request, std::string_view context) {
  const Value* value = request.contexts.find(context);
  return value != nullptr && value->kind() == expression::Kind::Object ? value->object() : Object{};
}

/// The inputs of a run that a person or a caller starts; also those of the `inputs` context that the request gives.
void add_inputs(const Trigger& trigger, const Request& request, EventContexts& contexts, Diagnostics& diagnostics) {
  Request with_context = request;
  const Object context = given(request, "inputs");
  for (const auto& [name, value] : context.entries()) {
    with_context.inputs.emplace_back(name, expression::to_string(value));
  }
  contexts.inputs = dispatch_inputs(trigger, with_context, diagnostics);
  Object texts;
  for (const auto& [name, value] : contexts.inputs.entries()) texts.set(name, expression::to_string(value));
  Object payload;
  payload.set("inputs", texts);
  contexts.github.set("event", payload);
}

}  // namespace

std::optional<EventContexts> event_contexts(const Document& document, const Request& request,
                                            Diagnostics& diagnostics) {
  const Trigger* trigger = document.trigger(request.event);
  if (trigger == nullptr) {
    std::vector<std::string> events;
    for (const Trigger& other : document.triggers) events.push_back(other.event.value);
    std::ranges::sort(events);
    const SourceRange where =
        document.triggers.empty() ? SourceRange{document.file, {}} : document.triggers[0].event.where;
    diagnostics.error("not-triggered",
                      fmt::format("this workflow does not run for \"{}\"; expected {}", request.event, any_of(events)),
                      where);
    return std::nullopt;
  }
  EventContexts contexts{github_context(document, *trigger), {}, given(request, "vars"), {}};
  const bool has_inputs = request.event == "workflow_dispatch" || request.event == "workflow_call";
  if (has_inputs) add_inputs(*trigger, request, contexts, diagnostics);
  contexts.github = merged(contexts.github, given(request, "github"));
  for (const auto& [name, value] : request.contexts.entries()) {
    if (name != "github" && name != "inputs" && name != "vars") contexts.others.set(name, value);
  }
  return contexts;
}

std::optional<Value> typed_input(const Input& input, const Value& value) {
  const std::string text = expression::to_string(value);
  switch (input.type) {
    case Input::Type::Boolean:
      if (value.kind() == expression::Kind::Boolean) return value;
      if (equals_ignore_case(text, "true")) return Value(true);
      if (equals_ignore_case(text, "false") || text.empty()) return Value(false);
      return std::nullopt;
    case Input::Type::Number: {
      const double number = expression::to_number(value);
      if (std::isnan(number)) return std::nullopt;
      return Value(number);
    }
    case Input::Type::Choice:
      if (!input.options.empty() && std::ranges::find(input.options, text) == input.options.end()) return std::nullopt;
      return Value(text);
    case Input::Type::String:
      break;
  }
  return Value(text);
}

Value empty_input(const Input& input) {
  if (input.type == Input::Type::Boolean) return {false};
  if (input.type == Input::Type::Number) return {0};
  return {""};
}

std::string_view type_name(const Input& input) {
  switch (input.type) {
    case Input::Type::Boolean:
      return "boolean";
    case Input::Type::Number:
      return "number";
    case Input::Type::Choice:
      return "choice";
    case Input::Type::String:
      break;
  }
  return "string";
}

}  // namespace dagsim::workflow
