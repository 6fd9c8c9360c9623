#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/call.h"
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
    const model::Result result = expansion.judge.result(model::qualify(place.frame.call, job->id.value));
    Object outputs;
    for (const model::Pipeline::Output& output : expansion.outputs) {
      if (output.job == path && result != model::Result::Skipped) outputs.set(output.name, output.value);
    }
    Object entry;
    entry.set("result", model::to_string(result));
    entry.set("outputs", outputs);
    needs.set(job->id.value, entry);
  }
  return needs;
}

/// What every expression of a workflow sees.
Object workflow_contexts(const Expansion& expansion, const Frame& frame) {
  Object inputs = expansion.contexts.inputs;
  if (frame.parent != nullptr) {
    inputs = {};
    for (const InputValue& input : frame.inputs) {
      if (input.value) inputs.set(input.name, *input.value);
    }
  }
  Object contexts;
  contexts.set("github", expansion.contexts.github);
  contexts.set("inputs", std::move(inputs));
  contexts.set("vars", expansion.contexts.vars);
  return contexts;
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

std::vector<std::string> output_names(const JobDocument& job) {
  std::vector<std::string> names;
  for (const Field& output : job.outputs) names.push_back(output.name.value);
  return names;
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

Diagnostic* Expansion::warning(const std::string& rule, const std::string& message, const SourceRange& where) {
  return is_new(rule, message, where) ? &diagnostics.warning(rule, message, where) : nullptr;
}

Diagnostic* Expansion::note(const std::string& rule, const std::string& message, const SourceRange& where) {
  return is_new(rule, message, where) ? &diagnostics.note(rule, message, where) : nullptr;
}

const std::string* Expansion::output(std::string_view job, std::string_view name) const {
  for (const model::Pipeline::Output& output : outputs) {
    if (output.job == job && equals_ignore_case(output.name, name)) return &output.value;
  }
  return nullptr;
}

void set_runner(Scope& scope, const std::vector<std::string>& labels) {
  scope.contexts.set("runner", runner_context(labels));
}

Scope make_scope(const Expansion& expansion, const JobPlace& place) {
  Scope scope{workflow_contexts(expansion, place.frame), {}};
  Object strategy;
  strategy.set("fail-fast", place.strategy.fail_fast);
  strategy.set("job-index", static_cast<double>(place.strategy.job_index));
  strategy.set("job-total", static_cast<double>(place.strategy.job_total));
  strategy.set("max-parallel", static_cast<double>(place.strategy.max_parallel));
  scope.contexts.set("needs", needs_context(expansion, place));
  scope.contexts.set("strategy", strategy);
  scope.contexts.set("matrix", place.leg == nullptr ? Value() : Value(place.leg->values));
  set_runner(scope, {});
  for (const char* name : {"env", "secrets", "steps", "job", "jobs"}) {
    const Value* given = expansion.contexts.others.find(name);
    scope.contexts.set(name, given != nullptr ? *given : Value(Object{}));
  }
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
    const std::string need = model::qualify(place.frame.call, job->id.value);
    if (expansion.judge.result(need) == model::Result::Skipped) continue;  // then all its outputs are empty
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
    const bool is_muted = expansion.muted && fault.kind == expression::ErrorKind::Evaluation;
    if (!is_muted) expansion.error("expression", fault.what(), text.where);
    return std::nullopt;
  }
}

std::optional<Value> evaluate_known(std::string_view text, const Scope& scope) {
  // What hangs on files is not known; to say so here is cheaper than to let the evaluation fail.
  if (mentions(text, "hashfiles") && !scope.functions.contains("hashfiles")) return std::nullopt;
  for (const Reference& reference : references_of_template(text)) {
    if (!is_known(scope.contexts, reference.parts)) return std::nullopt;
  }
  try {
    return expression::evaluate_template(text, scope);
  } catch (const ExpressionError&) {
    return std::nullopt;
  }
}

model::Presence presence_of(Expansion& expansion, const JobPlace& place) {
  const Frame& frame = place.frame;
  expansion.judge.declare({place.place(), frame.path_of(place.job.id.value), needs_of(place), output_names(place.job),
                           place.job.uses.has_value()});
  if (frame.presence != model::Presence::Runs) return frame.presence;
  Object contexts;
  if (place.condition != "success()") contexts = workflow_contexts(expansion, frame);
  return expansion.judge.judge({place.place(), place.condition, {}, std::move(contexts)}).presence;
}

void settle(Expansion& expansion, const JobPlace& place) {
  const model::Standing standing{place.presence};
  expansion.judge.settle(place.place(), standing);
  for (const model::CallLevel& level : model::levels_of(place.frame.call)) {
    expansion.judge.settle(level.place, standing);
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
