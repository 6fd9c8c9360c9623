// Calls of reusable workflows: the called file's jobs in place of the calling job.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

using expression::Object;
using expression::Scope;
using expression::Value;

namespace {

/// The files of the call chain, outermost first.
std::vector<std::string> chain_of(const Frame& frame) {
  std::vector<std::string> chain;
  for (const Frame* at = &frame; at != nullptr; at = at->parent) chain.push_back(at->document->file->path());
  std::ranges::reverse(chain);
  return chain;
}

/// The called document; null after a report.
const Document* called_document(Expansion& expansion, const JobPlace& place) {
  const Text& uses = *place.job.uses;
  const std::optional<std::string> path = expansion.documents.find_workflow(uses.value);
  if (!path) {
    Diagnostic* diagnostic = expansion.error(
        "unknown-workflow",
        fmt::format("job \"{}\" calls \"{}\", which does not exist", place.job.id.value, uses.value), uses.where);
    if (diagnostic != nullptr) suggest(*diagnostic, uses.value, expansion.documents.local_workflows());
    return nullptr;
  }
  std::vector<std::string> chain = chain_of(place.frame);
  if (std::ranges::find(chain, *path) != chain.end()) {
    chain.push_back(*path);
    expansion.error("call-cycle", "workflows call each other in a circle: " + join(chain, " -> "), uses.where);
    return nullptr;
  }
  const size_t most = expansion.limits.levels;
  if (chain.size() >= most) {
    expansion.error("too-deep", fmt::format("calls are nested more than {} levels deep", most), uses.where);
    return nullptr;
  }
  const Document* document = expansion.documents.workflow(*path);
  if (document != nullptr && document->trigger("workflow_call") == nullptr) {
    expansion.error("not-callable",
                    fmt::format("job \"{}\" calls \"{}\", which has no \"workflow_call\" in its \"on\"",
                                place.job.id.value, uses.value),
                    uses.where);
    return nullptr;
  }
  return document;
}

InputValue input_value(Expansion& expansion, const JobPlace& place, const Input& input, const Text& text,
                       const Scope& scope) {
  InputValue result{input.name.value, std::nullopt, missing_outputs(expansion, place, {text, false})};
  if (!result.missing.empty()) return result;
  const std::optional<Value> value = evaluate(expansion, text, scope);
  if (!value) return result;
  result.value = typed_input(input, *value);
  if (result.value) return result;
  expansion.error("wrong-input",
                  fmt::format("input \"{}\" is \"{}\", expected {}", input.name.value, expression::to_string(*value),
                              type_name(input)),
                  text.where);
  return result;
}

std::vector<InputValue> inputs_of(Expansion& expansion, const JobPlace& place, const Document& called,
                                  const Scope& scope) {
  std::vector<InputValue> result;
  std::vector<std::string> names;
  for (const Input& input : called.trigger("workflow_call")->inputs) {
    names.push_back(input.name.value);
    const auto given = std::ranges::find_if(
        place.job.with, [&](const Field& field) { return equals_ignore_case(field.name.value, input.name.value); });
    if (given != place.job.with.end()) {
      result.push_back(input_value(expansion, place, input, given->value, scope));
    } else if (input.fallback) {
      result.push_back(input_value(expansion, place, input, *input.fallback, scope));
    } else {
      result.push_back({input.name.value, empty_input(input), {}});
      if (!input.required) continue;
      Diagnostic* diagnostic = expansion.error(
          "missing-input",
          fmt::format("job \"{}\" does not pass the required input \"{}\"", place.job.id.value, input.name.value),
          place.job.uses->where);
      if (diagnostic != nullptr) diagnostic->notes.push_back({"it is declared here", input.name.where});
    }
  }
  for (const Field& field : place.job.with) {
    const auto is_it = [&](const std::string& name) { return equals_ignore_case(name, field.name.value); };
    if (std::ranges::any_of(names, is_it)) continue;
    Diagnostic* diagnostic = expansion.error(
        "unknown-input", fmt::format("\"{}\" declares no input \"{}\"", place.job.uses->value, field.name.value),
        field.name.where);
    if (diagnostic != nullptr) suggest(*diagnostic, field.name.value, names);
  }
  return result;
}

/// Outputs of the call whose values follow from supplied outputs of its jobs; needs on the call read them.
void derive_outputs(Expansion& expansion, const Frame& frame, const JobDocument& caller) {
  Scope scope = make_scope(expansion, {frame, caller});
  Object jobs;
  for (const JobDocument& job : frame.document->jobs) {
    Object outputs;
    for (const model::Pipeline::Output& output : expansion.outputs) {
      if (output.job == frame.path_of(job.id.value)) outputs.set(output.name, output.value);
    }
    Object entry;
    entry.set("outputs", outputs);
    jobs.set(job.id.value, entry);
  }
  scope.contexts.set("jobs", jobs);
  for (const Field& output : frame.document->trigger("workflow_call")->outputs) {
    if (expansion.output(frame.id, output.name.value) != nullptr) continue;
    if (const std::optional<Value> value = evaluate_known(output.value.value, scope)) {
      expansion.outputs.push_back({frame.id, output.name.value, expression::to_string(*value)});
    }
  }
}

/// A workflow that GitHub fetches from elsewhere: one job that stands for all of its jobs.
Piece opaque_call(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  expansion.warning("remote-workflow",
                    fmt::format("job \"{}\" calls \"{}\", whose jobs are not known; it counts as one job",
                                place.job.id.value, place.job.uses->value),
                    place.job.uses->where);
  Piece piece;
  piece.jobs.push_back({common_job(expansion, place, scope), leaves_of(place)});
  piece.jobs.back().job.concurrency =
      evaluate_concurrency(expansion, place.job.concurrency, *place.frame.document, scope);
  settle(expansion, place);
  return piece;
}

model::Caller caller_of(const JobPlace& place, const std::vector<InputValue>& inputs) {
  model::Caller caller;
  caller.id = place.frame.path_of(place.job.id.value);
  caller.caller = place.frame.id;
  caller.needs = needs_of(place);
  caller.condition = place.condition;
  caller.condition_where = place.job.condition ? place.job.condition->where : SourceRange{};
  caller.reads = reads_of(place);
  for (const InputValue& input : inputs) {
    if (input.value) caller.inputs.set(input.name, *input.value);
  }
  caller.where = place.job.id.where;
  return caller;
}

/// The call path of a leg: numbered when its job has a matrix.
std::string call_of(const JobPlace& place) {
  const std::string path = place.place();
  return place.leg == nullptr ? path : fmt::format("{}[{}]", path, place.strategy.job_index);
}

model::CallLeg call_leg(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  model::CallLeg leg;
  leg.call = call_of(place);
  leg.name = place.frame.name + shown_name(expansion, place, scope);
  leg.raw_name = place.frame.name + raw_name(place.job);
  leg.strategy = place.strategy;
  leg.concurrency = evaluate_concurrency(expansion, place.job.concurrency, *place.frame.document, scope);
  return leg;
}

}  // namespace

Piece expand_call(Expansion& expansion, const JobPlace& place) {
  const Scope scope = make_scope(expansion, place);
  const std::string& uses = place.job.uses->value;
  if (!uses.starts_with("./") && !uses.starts_with("$/")) return opaque_call(expansion, place, scope);
  const Document* called = called_document(expansion, place);
  if (called == nullptr) return {};
  Frame frame;
  frame.document = called;
  frame.parent = &place.frame;
  frame.id = place.frame.path_of(place.job.id.value);
  frame.call = call_of(place);
  frame.presence = place.presence;
  frame.inputs = inputs_of(expansion, place, *called, scope);
  frame.axes = leaves_of(place);
  model::CallLeg leg = call_leg(expansion, place, scope);
  frame.name = leg.name + " / ";
  leg.workflow_concurrency =
      evaluate_concurrency(expansion, called->concurrency, *called, make_scope(expansion, {frame, place.job}));
  Piece piece = expand_frame(expansion, frame);
  model::Caller caller = caller_of(place, frame.inputs);
  caller.legs.push_back(std::move(leg));
  piece.callers.insert(piece.callers.begin(), std::move(caller));
  derive_outputs(expansion, frame, place.job);
  return piece;
}

}  // namespace dagsim::workflow
