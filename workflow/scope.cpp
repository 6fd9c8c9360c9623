#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

using expression::ExpressionError;
using expression::Object;
using expression::Scope;
using expression::Value;

namespace {

Object needs_context(const Expansion& expansion, const JobPlace& place) {
  Object needs;
  for (const Text& need : place.job.needs) {
    const JobDocument* job = place.frame.document->job(need.value);
    if (job == nullptr) continue;
    const std::string path = place.frame.path_of(job->id.value);
    Object outputs;
    for (const model::Pipeline::Output& output : expansion.outputs) {
      if (output.job == path) outputs.set(output.name, output.value);
    }
    Object entry;
    entry.set("result", "success");
    entry.set("outputs", outputs);
    needs.set(job->id.value, entry);
  }
  return needs;
}

Object runner_context(const std::vector<std::string>& labels) {
  std::string os = "Linux";
  std::string arch = "X64";
  for (const std::string& label : labels) {
    const std::string lower = to_lower(label);
    if (lower.find("windows") != std::string::npos) os = "Windows";
    if (lower.find("macos") != std::string::npos) os = "macOS";
    const bool is_arm = lower.ends_with("-arm") || lower.find("arm64") != std::string::npos;
    if (is_arm || (os == "macOS" && lower.starts_with("macos"))) arch = "ARM64";
  }
  Object runner;
  runner.set("os", os);
  runner.set("arch", arch);
  return runner;
}

const Value* look_up(const Object& contexts, const std::vector<std::string>& parts) {
  const Value* value = contexts.find(parts.front());
  for (size_t i = 1; i < parts.size() && value != nullptr; ++i) {
    if (value->kind() != expression::Kind::Object) return nullptr;
    value = value->object().find(parts[i]);
  }
  return value;
}

/// Matrix keys that a leg lacks are null for sure; of all other contexts only what is there is known.
bool is_known(const Object& contexts, const std::vector<std::string>& parts) {
  if (parts.size() == 1 && (parts[0] == "true" || parts[0] == "false" || parts[0] == "null")) return true;
  if (parts.size() == 1 && (parts[0] == "infinity" || parts[0] == "nan")) return true;
  if (parts.front() == "matrix" || parts.front() == "strategy") return true;
  return look_up(contexts, parts) != nullptr;
}

void add_missing(std::vector<Missing>& missing, const Missing& item) {
  const auto same = [&](const Missing& other) { return other.job == item.job && other.output == item.output; };
  if (std::ranges::none_of(missing, same)) missing.push_back(item);
}

}  // namespace

bool Expansion::is_new(const std::string& rule, const std::string& message, const SourceRange& where) {
  return reported.insert(fmt::format("{}\n{}\n{}", to_string(where), rule, message)).second;
}

Diagnostic* Expansion::error(const std::string& rule, const std::string& message, const SourceRange& where) {
  return is_new(rule, message, where) ? &diagnostics.error(rule, message, where) : nullptr;
}

void Expansion::warning(const std::string& rule, const std::string& message, const SourceRange& where) {
  if (is_new(rule, message, where)) diagnostics.warning(rule, message, where);
}

const std::string* Expansion::output(std::string_view job, std::string_view name) const {
  for (const model::Pipeline::Output& output : outputs) {
    if (output.job == job && equals_ignore_case(output.name, name)) return &output.value;
  }
  return nullptr;
}

Scope make_scope(const Expansion& expansion, const JobPlace& place, const std::vector<std::string>& labels) {
  Scope scope;
  Object inputs = expansion.contexts.inputs;
  if (place.frame.parent != nullptr) {
    inputs = {};
    for (const InputValue& input : place.frame.inputs) {
      if (input.value) inputs.set(input.name, *input.value);
    }
  }
  Object strategy;
  strategy.set("fail-fast", true);
  strategy.set("job-index", static_cast<double>(place.index));
  strategy.set("job-total", static_cast<double>(place.total));
  strategy.set("max-parallel", static_cast<double>(place.total));
  scope.contexts.set("github", expansion.contexts.github);
  scope.contexts.set("inputs", inputs);
  scope.contexts.set("needs", needs_context(expansion, place));
  scope.contexts.set("strategy", strategy);
  scope.contexts.set("matrix", place.leg == nullptr ? Object{} : place.leg->values);
  scope.contexts.set("runner", runner_context(labels));
  for (const char* name : {"vars", "env", "secrets", "steps", "job", "jobs"}) scope.contexts.set(name, Object{});
  return scope;
}

std::vector<Missing> missing_outputs(const Expansion& expansion, const JobPlace& place, const Reading& reading) {
  std::vector<Missing> missing;
  for (const NeedsRead& read : needs_reads(reading)) {
    const JobDocument* job = place.frame.document->job(read.job);
    if (job == nullptr) continue;
    const auto is_it = [&](const Text& need) { return equals_ignore_case(need.value, read.job); };
    if (std::ranges::none_of(place.job.needs, is_it)) continue;
    const std::string path = place.frame.path_of(job->id.value);
    if (expansion.output(path, read.output) == nullptr) add_missing(missing, {path, read.output});
  }
  const auto references =
      reading.expression ? references_of_expression(reading.text.value) : references_of_template(reading.text.value);
  for (const Reference& reference : references) {
    if (reference.parts.size() < 2 || reference.parts[0] != "inputs") continue;
    for (const InputValue& input : place.frame.inputs) {
      if (!equals_ignore_case(input.name, reference.parts[1])) continue;
      for (const Missing& item : input.missing) add_missing(missing, item);
    }
  }
  return missing;
}

std::optional<Value> evaluate(Expansion& expansion, const Text& text, const Scope& scope) {
  try {
    return expression::evaluate_template(text.value, scope);
  } catch (const ExpressionError& fault) {
    expansion.error("expression", fault.what(), text.where);
    return std::nullopt;
  }
}

std::optional<Value> evaluate_known(std::string_view text, const Scope& scope) {
  for (const Reference& reference : references_of_template(text)) {
    if (!is_known(scope.contexts, reference.parts)) return std::nullopt;
  }
  try {
    return expression::evaluate_template(text, scope);
  } catch (const ExpressionError&) {
    return std::nullopt;
  }
}

bool is_never(const std::string& condition, const Scope& scope) {
  for (const Reference& reference : references_of_expression(condition)) {
    if (!is_known(scope.contexts, reference.parts)) return false;
  }
  Scope optimistic = scope;
  const auto answer = [](bool value) { return [value](std::span<const Value>) { return Value(value); }; };
  optimistic.functions["success"] = answer(true);
  optimistic.functions["always"] = answer(true);
  optimistic.functions["failure"] = answer(false);
  optimistic.functions["cancelled"] = answer(false);
  try {
    return !expression::truthy(expression::evaluate(expression::Expression::parse(condition), optimistic));
  } catch (const ExpressionError&) {
    return false;
  }
}

std::string job_condition(Expansion& expansion, const JobPlace& place) {
  if (!place.job.condition) return "success()";
  std::string condition;
  try {
    condition = expression::normalise_condition(place.job.condition->value);
  } catch (const ExpressionError& fault) {
    expansion.error("expression", fault.what(), place.job.condition->where);
    return "success()";
  }
  if (place.frame.parent == nullptr) return condition;
  return replace_in_expression(condition, [&](const std::vector<std::string>& parts) -> std::optional<Replacement> {
    if (parts.size() < 2 || parts[0] != "inputs") return std::nullopt;
    for (const InputValue& input : place.frame.inputs) {
      if (!equals_ignore_case(input.name, parts[1])) continue;
      if (!input.value) return std::nullopt;
      const bool is_text = input.value->kind() == expression::Kind::String;
      const std::string text = expression::to_string(*input.value);
      return Replacement{2, is_text ? quoted(text) : text};
    }
    return Replacement{2, "null"};
  });
}

}  // namespace dagsim::workflow
