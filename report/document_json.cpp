#include "report/document_json.h"

#include "expression/expression.h"
#include "report/json_writer.h"

namespace dagsim::report {

namespace {

std::string_view severity_name(Severity severity) {
  if (severity == Severity::Error) return "error";
  return severity == Severity::Warning ? "warning" : "note";
}

void write(JsonWriter& json, const Diagnostic& diagnostic) {
  const bool placed = static_cast<bool>(diagnostic.where);
  const Position position = placed ? diagnostic.where.file->position(diagnostic.where.range.begin) : Position{0, 0};
  json.begin_object();
  json.key("severity").string(severity_name(diagnostic.severity));
  json.key("line").integer(position.line).key("column").integer(position.column);
  json.key("rule").string(diagnostic.rule).key("message").string(diagnostic.message);
  json.end_object();
}

/// The condition as GitHub runs it; as written when it is no expression.
std::string condition_of(const workflow::JobDocument& job) {
  if (!job.condition) return "success()";
  try {
    return expression::normalise_condition(job.condition->value);
  } catch (const expression::ExpressionError&) {
    return job.condition->value;
  }
}

void write(JsonWriter& json, const workflow::JobDocument& job) {
  json.begin_object().key("id").string(job.id.value).key("needs").begin_array();
  for (const workflow::Text& need : job.needs) json.string(need.value);
  json.end_array().key("if").string(condition_of(job));
  json.key("name").string(job.name && !job.name->value.empty() ? job.name->value : job.id.value);
  if (job.uses) json.key("uses").string(job.uses->value);
  json.end_object();
}

}  // namespace

std::string document_json(const std::string& path, const workflow::Document* document, const Diagnostics& diagnostics) {
  JsonWriter json;
  json.begin_object().key("file").string(path).key("ok").boolean(!diagnostics.has_errors());
  json.key("diagnostics").begin_array();
  for (const Diagnostic& diagnostic : diagnostics.list()) write(json, diagnostic);
  json.end_array().key("jobs").begin_array();
  if (document != nullptr) {
    for (const workflow::JobDocument& job : document->jobs) write(json, job);
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace dagsim::report
