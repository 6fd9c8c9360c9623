#include <algorithm>

#include "expression/value.h"
#include "report/json_writer.h"
#include "report/plan.h"

namespace dagsim::report {

namespace {

using expression::Kind;
using expression::Value;

/// Depth is that of the workflow file or of the JSON it was read from, both bounded.
void write_value(JsonWriter& json, const Value& value) {
  switch (value.kind()) {
    case Kind::Null:
      json.null();
      return;
    case Kind::Boolean:
      json.boolean(value.boolean());
      return;
    case Kind::Number:
      json.exact(value.number());
      return;
    case Kind::String:
      json.string(value.string());
      return;
    case Kind::Array:
      json.begin_array();
      for (const Value& item : value.array()) write_value(json, item);
      json.end_array();
      return;
    case Kind::Object:
      json.begin_object();
      for (const auto& [key, member] : value.object().entries()) write_value(json.key(key), member);
      json.end_object();
  }
}

void write_strategy(JsonWriter& json, const model::Strategy& strategy) {
  json.begin_object();
  json.key("fail-fast").boolean(strategy.fail_fast).key("max-parallel").integer(strategy.max_parallel);
  json.key("job-index").integer(strategy.job_index).key("job-total").integer(strategy.job_total);
  json.end_object();
}

void write_cache(JsonWriter& json, const model::CacheUse& cache) {
  json.begin_object().key("family").string(cache.family).key("key").string(cache.key);
  json.key("restores").boolean(cache.restores).key("saves").boolean(cache.saves).end_object();
}

void write_step(JsonWriter& json, const model::Step& step) {
  json.begin_object().key("name").string(step.name).key("id").string(step.id);
  json.key("uses").string(step.uses).key("run").string(step.run).key("if").string(step.condition);
  json.key("with").begin_object();
  for (const auto& [name, value] : step.with) json.key(name).string(value);
  json.end_object();
  if (step.cache) write_cache(json.key("cache"), *step.cache);
  if (!step.uploads.empty()) json.key("uploads").strings(step.uploads);
  if (!step.downloads.empty()) json.key("downloads").strings(step.downloads);
  json.end_object();
}

void write_check(JsonWriter& json, const study::Plan& plan, const model::Check& check) {
  const model::Job& job = plan.pipeline.job(check.jobs.front());
  const model::JobResult& result = plan.results.jobs[model::index(check.jobs.front())];
  const bool expanded = check.key == job.key;
  json.begin_object().key("key").string(check.key).key("id").string(expanded ? job.id : check.key);
  json.key("name").string(check.name).key("needs").strings(check.needs);
  const bool has_matrix = expanded && !job.matrix_value.is_null();
  write_value(json.key("matrix"), has_matrix ? job.matrix_value : Value());
  json.key("strategy");
  if (has_matrix) {
    write_strategy(json, job.strategy);
  } else {
    json.null();
  }
  json.key("if").string(job.condition).key("runs_on").strings(job.runs_on).key("runs");
  if (result.presence == model::Presence::Unknown) {
    json.null();
  } else {
    json.boolean(result.presence == model::Presence::Runs);
  }
  json.key("result").string(model::to_string(check.conclusion)).key("reason").string(check.reason);
  json.key("steps").begin_array();
  for (const model::Step& step : job.steps) write_step(json, step);
  json.end_array().end_object();
}

}  // namespace

std::string plan_json(const study::Plan& plan) {
  JsonWriter json;
  json.begin_object().key("schema").string("dagsim.plan/1").key("workflow").string(plan.pipeline.title);
  json.key("event").string(plan.pipeline.event);
  json.key("start").begin_object().key("runs").boolean(plan.start.runs).key("reason").string(plan.start.reason);
  json.end_object().key("conclusion").string(model::to_string(plan.results.conclusion));
  json.key("jobs").begin_array();
  for (const model::Check& check : plan.checks) write_check(json, plan, check);
  json.end_array().end_object();
  return json.take() + "\n";
}

}  // namespace dagsim::report
