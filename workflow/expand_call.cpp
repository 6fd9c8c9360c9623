// Calls of reusable workflows: the called file's jobs in place of the calling job, and its outputs in place of the
// job's.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/call.h"
#include "workflow/expansion.h"
#include "workflow/reader.h"
#include "workflow/remote.h"

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

void report_absent(Expansion& expansion, const JobPlace& place, const Found& found) {
  const Text& uses = *place.job.uses;
  if (found.kind == Found::Kind::Malformed) {
    expansion.error("workflow-reference",
                    fmt::format("job \"{}\" calls \"{}\", expected \"./.github/workflows/NAME.yml\" or "
                                "\"OWNER/REPOSITORY/.github/workflows/NAME.yml@REF\"",
                                place.job.id.value, uses.value),
                    uses.where);
    return;
  }
  Diagnostic* diagnostic = expansion.error(
      "unknown-workflow", fmt::format("job \"{}\" calls \"{}\", which does not exist", place.job.id.value, uses.value),
      uses.where);
  const bool is_own = uses.value.starts_with("./") || uses.value.starts_with("$/");
  if (diagnostic != nullptr && is_own) {
    suggest(*diagnostic, uses.value, expansion.documents.workflows_of(place.frame.root));
  }
}

/// Whether a file may be called here: no circle, not too deep, not too many in all.
bool may_call(Expansion& expansion, const JobPlace& place, const std::string& path) {
  const SourceRange& where = place.job.uses->where;
  std::vector<std::string> chain = chain_of(place.frame);
  if (std::ranges::find(chain, path) != chain.end()) {
    chain.push_back(path);
    expansion.error("call-cycle", "workflows call each other in a circle: " + join(chain, " -> "), where);
    return false;
  }
  const Limits& limits = expansion.limits;
  if (chain.size() >= limits.levels) {
    expansion.error("too-deep", fmt::format("calls are nested more than {} levels deep", limits.levels), where);
    return false;
  }
  expansion.called.insert(path);
  if (expansion.called.size() <= limits.files) return true;
  expansion.error(
      "too-many-workflows",
      fmt::format("\"{}\" is one more than the {} workflows that a run may call", place.job.uses->value, limits.files),
      where);
  return false;
}

/// The called document; null after a report.
const Document* called_document(Expansion& expansion, const JobPlace& place, const Found& found) {
  if (found.kind != Found::Kind::Here) {
    report_absent(expansion, place, found);
    return nullptr;
  }
  if (!may_call(expansion, place, found.path)) return nullptr;
  const Document* document = expansion.documents.workflow(found.path);
  if (document != nullptr && document->trigger("workflow_call") == nullptr) {
    expansion.error("not-callable",
                    fmt::format("job \"{}\" calls \"{}\", which has no \"workflow_call\" in its \"on\"",
                                place.job.id.value, place.job.uses->value),
                    place.job.uses->where);
    return nullptr;
  }
  return document;
}

/// The value of an output of a call, for the caller's `needs`. Of the legs of a matrix the last that gives one counts.
void set_output(Expansion& expansion, const JobPlace& place, const std::string& name, std::string value) {
  const std::string job = place.frame.path_of(place.job.id.value);
  const auto same = [&](const model::Pipeline::Output& output) {
    return output.job == job && equals_ignore_case(output.name, name);
  };
  const auto found = std::ranges::find_if(expansion.outputs, same);
  const std::string key = job + "." + to_lower(name);
  if (found == expansion.outputs.end()) {
    expansion.derived.insert(key);
    expansion.outputs.push_back({job, name, std::move(value)});
  } else if (expansion.derived.contains(key) && !value.empty()) {
    found->value = std::move(value);
  }
}

/// Outputs of the call whose values follow from supplied outputs of its jobs; needs on the call read them.
void derive_outputs(Expansion& expansion, const Frame& frame, const JobPlace& place) {
  Scope scope = make_scope(expansion, {frame, place.job});
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
    if (const std::optional<Value> value = evaluate_known(output.value.value, scope)) {
      set_output(expansion, place, output.name.value, expression::to_string(*value));
    }
  }
}

/// A workflow that GitHub fetches from elsewhere: one job that stands for all of its jobs.
Piece opaque_call(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  const std::string& uses = place.job.uses->value;
  Diagnostic* warning = expansion.warning(
      "remote-workflow",
      fmt::format("job \"{}\" calls \"{}\", whose jobs are not known; it counts as one job", place.job.id.value, uses),
      place.job.uses->where);
  const std::vector<std::string>& vendor = expansion.documents.vendor();
  if (warning != nullptr && !vendor.empty()) {
    warning->notes.push_back(
        {fmt::format("no vendor folder has it; expected \"{}\"", join_path(vendor.front(), vendored_path(uses))), {}});
  }
  expansion.has_opaque_call = true;
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
  const std::string& root = place.frame.root;
  const Found found = expansion.documents.find_workflow(place.job.uses->value, {root, root});
  if (found.kind == Found::Kind::Remote) return opaque_call(expansion, place, scope);
  const Document* called = called_document(expansion, place, found);
  if (called == nullptr) return {};
  Frame frame;
  frame.document = called;
  frame.parent = &place.frame;
  frame.id = place.frame.path_of(place.job.id.value);
  frame.call = call_of(place);
  frame.presence = place.presence;
  frame.inputs = call_inputs(expansion, place, *called, scope);
  frame.axes = leaves_of(place);
  frame.root = found.root;
  frame.allowed = call_rights(place);
  frame.access = access_of(expansion, place);
  check_secrets(expansion, place, *called);
  if (frame.allowed) check_rights(expansion, place, *called, *frame.allowed);
  model::CallLeg leg = call_leg(expansion, place, scope);
  frame.name = leg.name + " / ";
  leg.workflow_concurrency =
      evaluate_concurrency(expansion, called->concurrency, *called, make_scope(expansion, {frame, place.job}));
  Piece piece = expand_frame(expansion, frame);
  model::Caller caller = caller_of(place, frame.inputs);
  caller.legs.push_back(std::move(leg));
  piece.callers.insert(piece.callers.begin(), std::move(caller));
  derive_outputs(expansion, frame, place);
  return piece;
}

}  // namespace dagsim::workflow
