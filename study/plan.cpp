#include "study/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "model/concurrency.h"
#include "model/graph.h"
#include "study/change.h"
#include "study/project.h"

namespace dagsim::study {

namespace {

using expression::Kind;
using expression::Object;
using expression::Value;

/// The object that a file of JSON holds; anything else is an error.
std::optional<Object> read_object(const std::string& path, const std::string& json, Diagnostics& diagnostics) {
  const auto file = std::make_shared<const SourceFile>(path, json);
  try {
    const Value value = expression::from_json(json);
    if (value.kind() == Kind::Object) return value.object();
    diagnostics.error("wrong-type",
                      fmt::format("expected a JSON object, but this is {}", expression::to_string(value.kind())),
                      {file, {0, 1}});
  } catch (const expression::ExpressionError& fault) {
    const auto at = static_cast<uint32_t>(std::min(fault.offset, json.size()));
    diagnostics.error("json-syntax", fault.what(), {file, {at, at + 1}});
  }
  return std::nullopt;
}

bool is_context_name(std::string_view name) {
  static constexpr std::string_view kNames[] = {"env",   "github", "inputs",  "job",   "jobs",     "matrix",
                                                "needs", "runner", "secrets", "steps", "strategy", "vars"};
  return std::ranges::any_of(kNames, [&](std::string_view known) { return equals_ignore_case(known, name); });
}

std::string text_of(const Value& value) {
  const bool is_collection = value.kind() == Kind::Array || value.kind() == Kind::Object;
  return is_collection ? expression::to_json(value) : expression::to_string(value);
}

/// "changes" of a result as `needs` shows it, whose members are "result" and "outputs" only.
bool is_needs_entry(const Object& entry) {
  return std::ranges::all_of(entry.entries(), [](const auto& member) {
    return (equals_ignore_case(member.first, "result") && member.second.kind() == Kind::String) ||
           (equals_ignore_case(member.first, "outputs") && member.second.kind() == Kind::Object);
  });
}

void add_outputs_of(const std::string& job, const Object& outputs, PlanRequest& request) {
  for (const auto& [name, value] : outputs.entries()) request.workflow.outputs.push_back({job, name, text_of(value)});
}

void add_job(const std::string& job, const Object& entry, PlanRequest& request) {
  if (entry.empty() || !is_needs_entry(entry)) {
    add_outputs_of(job, entry, request);
    return;
  }
  if (const Value* result = entry.find("result")) request.results.emplace_back(job, to_lower(result->string()));
  if (const Value* outputs = entry.find("outputs")) add_outputs_of(job, outputs->object(), request);
}

/// How the jobs of a name end; a word that is no result is an error.
void apply_result(const std::string& name, const std::string& result, model::Pipeline& pipeline, model::Course& course,
                  Diagnostics& diagnostics) {
  const std::vector<model::JobId> jobs = pipeline.find(name);
  if (jobs.empty()) {
    Diagnostic& diagnostic = diagnostics.error("unknown-job", fmt::format("no job is named \"{}\"", name));
    for (const std::string& near : nearest(name, pipeline.names())) {
      diagnostic.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
    }
    return;
  }
  if (result != "success" && result != "failure" && result != "cancelled" && result != "skipped") {
    diagnostics.error("unknown-result", fmt::format("the result of job \"{}\" is \"{}\", expected cancelled, failure, "
                                                    "skipped or success",
                                                    name, result));
  }
  course.endings.resize(pipeline.jobs.size(), model::Ending::Success);
  for (const model::JobId job : jobs) {
    if (result == "skipped") pipeline.job(job).condition = "false";
    if (result == "failure") course.endings[index(job)] = model::Ending::Failure;
    if (result == "cancelled") course.endings[index(job)] = model::Ending::Cancelled;
  }
}

}  // namespace

void read_contexts(const std::string& path, const std::string& json, workflow::Request& request,
                   Diagnostics& diagnostics) {
  const std::optional<Object> read = read_object(path, json, diagnostics);
  if (!read) return;
  const auto& entries = read->entries();
  const bool is_github = !entries.empty() && std::ranges::none_of(entries, is_context_name, [](const auto& entry) {
    return std::string_view(entry.first);
  });
  if (is_github) {
    request.contexts.set("github", *read);
    return;
  }
  for (const auto& [name, value] : entries) {
    if (!is_context_name(name)) {
      diagnostics.error("unknown-context", fmt::format("\"{}\" of {} is no context", name, path));
    } else if (value.kind() != Kind::Object) {
      diagnostics.error("wrong-type", fmt::format("the context \"{}\" of {} must be an object, but is {}", name, path,
                                                  expression::to_string(value.kind())));
    } else {
      request.contexts.set(to_lower(name), value);
    }
  }
}

void read_outputs(const std::string& path, const std::string& json, PlanRequest& request, Diagnostics& diagnostics) {
  const std::optional<Object> read = read_object(path, json, diagnostics);
  if (!read) return;
  for (const auto& [name, value] : read->entries()) {
    const size_t dot = name.rfind('.');
    if (value.kind() == Kind::Object && dot == std::string::npos) {
      add_job(name, value.object(), request);
    } else if (dot != std::string::npos) {
      request.workflow.outputs.push_back({name.substr(0, dot), name.substr(dot + 1), text_of(value)});
    } else {
      diagnostics.error("wrong-type", fmt::format("\"{}\" of {} must hold a job's outputs, but is {}", name, path,
                                                  expression::to_string(value.kind())));
    }
  }
}

std::optional<Plan> make_plan(const FileSystem& files, const PlanRequest& request, Diagnostics& diagnostics) {
  workflow::Request workflow_request = request.workflow;
  const Project project = read_project(files, workflow::repository_root(files, request.workflow.path), diagnostics);
  workflow_request.vendor.insert(workflow_request.vendor.end(), project.vendor.begin(), project.vendor.end());
  apply_change(project, request.change, workflow_request, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  std::optional<workflow::Loaded> loaded = workflow::load_with_filters(files, workflow_request, diagnostics);
  if (!loaded) return std::nullopt;
  Plan plan;
  plan.start = workflow::decide_start(*loaded, workflow_request);
  plan.pipeline = std::move(loaded->pipeline);
  Diagnostics found;
  const model::Graph graph = model::Graph::build(plan.pipeline, found);
  model::Course course;
  for (const auto& [job, result] : request.results) apply_result(job, result, plan.pipeline, course, found);
  if (!found.has_errors()) {
    plan.results = model::resolve_results(plan.pipeline, graph, course, found);
    for (size_t i = 0; i < plan.pipeline.jobs.size(); ++i) {
      plan.pipeline.jobs[i].presence = plan.results.jobs[i].presence;
      plan.pipeline.jobs[i].presence_reason = plan.results.jobs[i].reason;
    }
    plan.checks = model::checks(plan.pipeline, graph, plan.results);
    model::report_concurrency(plan.pipeline, graph, found);
  }
  diagnostics.append(in_order_of_text(found));
  if (found.has_errors()) return std::nullopt;
  return plan;
}

}  // namespace dagsim::study
