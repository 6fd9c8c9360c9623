#include "workflow/step_env.h"

#include <algorithm>

#include "base/text.h"
#include "workflow/references.h"

namespace dagsim::workflow {

using expression::Object;
using expression::Scope;
using expression::Value;

namespace {

/// Names that a step of the job may write into its environment while it runs.
bool may_be_written(const std::vector<StepDocument>& steps, const std::string& name) {
  return std::ranges::any_of(steps, [&](const StepDocument& step) {
    const std::string& script = step.run.value;
    const bool writes = script.find("GITHUB_ENV") != std::string::npos && script.find(name) != std::string::npos;
    return writes || may_be_written(step.parallel, name);
  });
}

Object env_of(const Scope& scope) {
  const Value* env = scope.contexts.find("env");
  return env != nullptr && env->kind() == expression::Kind::Object ? env->object() : Object();
}

/// `env` with `fields` over it: each takes the place of one of its name, or takes it away.
Object with_fields(const Object& env, const Fields& fields, const Scope& scope) {
  Object result;
  const auto is_given = [&](const std::string& name) {
    return std::ranges::any_of(fields, [&](const Field& field) { return equals_ignore_case(field.name.value, name); });
  };
  for (const auto& [name, value] : env.entries()) {
    if (!is_given(name)) result.set(name, value);
  }
  for (const Field& field : fields) {
    const bool is_template = expression::is_template(field.value.value);
    const std::optional<Value> value =
        is_template ? evaluate_known(field.value.value, scope) : std::optional<Value>(field.value.value);
    if (value) result.set(field.name.value, expression::to_string(*value));
  }
  return result;
}

Fields unwritten(const Fields& fields, const JobPlace& place) {
  Fields result;
  for (const Field& field : fields) {
    if (!may_be_written(place.job.steps, field.name.value)) result.push_back(field);
  }
  return result;
}

}  // namespace

void set_job_env(Scope& scope, const JobPlace& place) {
  const Fields& of_workflow = place.frame.document->env;
  if (of_workflow.empty() && place.job.env.empty()) return;
  const Object supplied = env_of(scope);
  const Object outer = with_fields({}, unwritten(of_workflow, place), scope);
  Object env = with_fields(outer, unwritten(place.job.env, place), scope);
  for (const auto& [name, value] : supplied.entries()) env.set(name, value);
  scope.contexts.set("env", std::move(env));
}

Value set_step_env(Scope& scope, const Fields& env) {
  const Object before = env_of(scope);
  if (!env.empty()) scope.contexts.set("env", with_fields(before, env, scope));
  return before;
}

bool env_reads_leg(const JobPlace& place) {
  return std::ranges::any_of(place.job.env, [](const Field& field) {
    return mentions(field.value.value, "matrix") || mentions(field.value.value, "strategy");
  });
}

}  // namespace dagsim::workflow
