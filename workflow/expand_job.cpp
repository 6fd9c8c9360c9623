// One workflow file to jobs: matrices to legs, legs to jobs. Jobs are worked through after what they need, because
// outputs of called workflows may feed a matrix, and are handed back in the order of the file.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"
#include "workflow/path_filters.h"

namespace dagsim::workflow {

using expression::Kind;
using expression::Scope;
using expression::Value;

namespace {

std::vector<size_t> needs_first(const Document& document) {
  std::vector<size_t> order;
  std::vector<bool> done(document.jobs.size(), false);
  const auto is_ready = [&](const JobDocument& job) {
    return std::ranges::all_of(job.needs, [&](const Text& need) {
      const JobDocument* other = document.job(need.value);
      return other == nullptr || done[static_cast<size_t>(other - document.jobs.data())];
    });
  };
  for (bool progress = true; progress;) {
    progress = false;
    for (size_t i = 0; i < document.jobs.size(); ++i) {
      if (done[i] || !is_ready(document.jobs[i])) continue;
      done[i] = true;
      order.push_back(i);
      progress = true;
    }
  }
  for (size_t i = 0; i < document.jobs.size(); ++i) {
    if (!done[i]) order.push_back(i);
  }
  return order;
}

std::vector<std::string> labels_of(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  std::vector<std::string> labels;
  for (const Text& text : place.job.runs_on) {
    if (place.unexpanded || !missing_outputs(expansion, place, {text, false}).empty()) {
      labels.push_back(text.value);
      continue;
    }
    const std::optional<Value> value = evaluate(expansion, text, scope);
    if (!value) continue;
    if (value->kind() == Kind::Array) {
      for (const Value& item : value->array()) labels.push_back(expression::to_string(item));
    } else if (const Value* inner = value->kind() == Kind::Object ? value->object().find("labels") : nullptr) {
      labels.push_back(expression::to_string(*inner));
    } else {
      labels.push_back(expression::to_string(*value));
    }
  }
  return labels;
}

std::optional<double> timeout_of(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  if (!place.job.timeout || !missing_outputs(expansion, place, {*place.job.timeout, false}).empty())
    return std::nullopt;
  const std::optional<Value> value = evaluate(expansion, *place.job.timeout, scope);
  if (!value || value->is_null()) return std::nullopt;
  const double minutes = expression::to_number(*value);
  if (std::isfinite(minutes) && minutes > 0) return minutes;
  expansion.error("wrong-type",
                  fmt::format("\"timeout-minutes\" of job \"{}\" must be a positive number, but is \"{}\"",
                              place.job.id.value, expression::to_string(*value)),
                  place.job.timeout->where);
  return std::nullopt;
}

/// What only a run knows is taken to be false.
bool continues_on_error(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  if (!place.job.continue_on_error) return false;
  const Text& text = *place.job.continue_on_error;
  if (!expression::is_template(text.value)) return text.value == "true";
  const std::optional<Value> value = evaluate_known(text.value, scope);
  if (!value) return false;
  if (value->kind() == Kind::Boolean) return value->boolean();
  expansion.warning("wrong-type",
                    fmt::format("\"continue-on-error\" of job \"{}\" must be true or false, but its expression gives "
                                "{}, with which the job fails",
                                place.job.id.value, to_lower(expression::to_string(value->kind()))),
                    text.where);
  return false;
}

/// Outputs of a job that follow from the changed files, where nobody supplies them.
void derive_path_outputs(Expansion& expansion, const JobPlace& place, Scope scope, const model::Job& job) {
  if (!expansion.changed_files || place.job.outputs.empty()) return;
  expression::Object steps;
  for (const model::Step& step : job.steps) {
    if (step.id.empty()) continue;
    const auto given =
        path_filter_outputs(step, *expansion.changed_files, expansion.documents.files(), place.frame.root);
    if (!given) continue;
    expression::Object outputs;
    for (const auto& [name, value] : *given) outputs.set(name, value);
    expression::Object entry;
    entry.set("outputs", std::move(outputs));
    steps.set(step.id, std::move(entry));
  }
  if (steps.empty()) return;
  scope.contexts.set("steps", std::move(steps));
  const std::string path = place.frame.path_of(place.job.id.value);
  for (const Field& output : place.job.outputs) {
    if (expansion.output(path, output.name.value) != nullptr) continue;
    if (const std::optional<Value> value = evaluate_known(output.value.value, scope)) {
      expansion.outputs.push_back({path, output.name.value, expression::to_string(*value)});
    }
  }
}

Draft own_job(Expansion& expansion, const JobPlace& place) {
  Scope scope = make_scope(expansion, place);
  const std::vector<std::string> labels = labels_of(expansion, place, scope);
  set_runner(scope, labels);
  Draft draft{common_job(expansion, place, scope), leaves_of(place)};
  draft.job.runs_on = labels;
  draft.job.timeout_minutes = timeout_of(expansion, place, scope);
  draft.job.continue_on_error = continues_on_error(expansion, place, scope);
  draft.job.concurrency = evaluate_concurrency(expansion, place.job.concurrency, *place.frame.document, scope);
  draft.job.steps = expand_steps(expansion, place, scope, labels);
  derive_path_outputs(expansion, place, std::move(scope), draft.job);
  return draft;
}

/// Legs of a call with a matrix share their callers.
void append(Piece& piece, Piece&& more) {
  std::ranges::move(more.jobs, std::back_inserter(piece.jobs));
  for (model::Caller& caller : more.callers) {
    const auto known = std::ranges::find(piece.callers, caller.id, &model::Caller::id);
    if (known == piece.callers.end()) {
      piece.callers.push_back(std::move(caller));
    } else {
      std::ranges::move(caller.legs, std::back_inserter(known->legs));
    }
  }
}

/// Whether the pipeline may have one more job.
bool has_room(Expansion& expansion, const JobPlace& place) {
  const Limits& limits = expansion.limits;
  expansion.leaf_count += place.frame.axes.size() + (place.leg == nullptr ? 0 : place.leg->leaves.size());
  if (++expansion.job_count > limits.jobs) {
    expansion.error("too-many-jobs", fmt::format("the pipeline has more than {} jobs", limits.jobs),
                    place.job.id.where);
  } else if (expansion.leaf_count > limits.leaves) {
    expansion.error("too-many-values",
                    fmt::format("the matrices of the pipeline's jobs hold more than {} values", limits.leaves),
                    place.job.id.where);
  }
  return expansion.job_count <= limits.jobs && expansion.leaf_count <= limits.leaves;
}

Piece expand_leg(Expansion& expansion, const JobPlace& place) {
  if (place.job.uses) return expand_call(expansion, place);
  Piece piece;
  if (has_room(expansion, place)) piece.jobs.push_back(own_job(expansion, place));
  return piece;
}

Piece expand_legs(Expansion& expansion, const JobPlace& place) {
  const Legs found = expand_strategy(expansion, place);
  if (found.failed) return {};
  JobPlace each = place;
  each.strategy = found.of(0);
  each.unexpanded = found.unexpanded;
  if (found.legs.empty()) return expand_leg(expansion, each);
  const std::vector<std::string> ids = configuration_ids(found.legs);
  SharedSteps shared;
  if (found.legs.size() > 1) each.shared = &shared;
  Piece piece;
  for (size_t i = 0; i < found.legs.size() && expansion.job_count <= expansion.limits.jobs; ++i) {
    each.leg = &found.legs[i];
    each.strategy = found.of(i);
    each.configuration = ids[i];
    append(piece, expand_leg(expansion, each));
  }
  return piece;
}

Piece expand_job(Expansion& expansion, const Frame& frame, const JobDocument& job) {
  JobPlace place{frame, job};
  place.condition = job_condition(expansion, place);
  place.presence = presence_of(expansion, place);
  const bool was_muted = std::exchange(expansion.muted, place.presence == model::Presence::Skipped);
  Piece piece = expand_legs(expansion, place);
  expansion.muted = was_muted;
  if (!job.uses) settle(expansion, place);
  return piece;
}

}  // namespace

std::vector<model::Need> needs_of(const JobPlace& place) {
  std::vector<model::Need> needs;
  for (const Text& need : place.job.needs) {
    if (const JobDocument* job = place.frame.document->job(need.value)) {
      needs.push_back({place.frame.path_of(job->id.value), need.where});
    }
  }
  return needs;
}

std::vector<model::OutputUse> reads_of(const JobPlace& place) {
  std::vector<model::OutputUse> reads;
  for (const Reading& reading : place.job.readings) {
    for (NeedsRead& read : needs_reads(reading)) {
      const JobDocument* job = place.frame.document->job(read.job);
      const std::string name = job == nullptr ? read.job : job->id.value;
      reads.push_back({place.frame.path_of(name), std::move(read.output), std::move(read.where)});
    }
  }
  return reads;
}

std::vector<Leaf> leaves_of(const JobPlace& place) {
  const auto top = [](const std::string& path) { return std::string_view(path).substr(0, path.find('.')); };
  std::vector<Leaf> leaves = place.frame.axes;
  if (place.leg == nullptr) return leaves;
  for (Leaf& axis : leaves) {
    const bool clashes =
        std::ranges::any_of(place.leg->leaves, [&](const Leaf& own) { return top(own.path) == top(axis.path); });
    if (clashes) axis.path = place.frame.id + "." + axis.path;
  }
  leaves.insert(leaves.end(), place.leg->leaves.begin(), place.leg->leaves.end());
  return leaves;
}

model::Job common_job(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  model::Job job;
  job.id = place.frame.path_of(place.job.id.value);
  job.name = place.frame.name + shown_name(expansion, place, scope);
  job.raw_name = place.frame.name + raw_name(place.job);
  job.caller = place.frame.id;
  job.call = place.frame.call;
  job.needs = needs_of(place);
  job.condition = place.condition;
  job.condition_where = place.job.condition ? place.job.condition->where : SourceRange{};
  job.reads = reads_of(place);
  for (const Field& output : place.job.outputs) job.outputs.push_back(output.name.value);
  for (const Leaf& leaf : leaves_of(place)) job.matrix.emplace_back(leaf.path, leaf.value);
  if (place.leg != nullptr) job.matrix_value = place.leg->values;
  job.strategy = place.strategy;
  job.configuration = place.configuration;
  job.where = place.job.id.where;
  return job;
}

Piece expand_frame(Expansion& expansion, const Frame& frame) {
  std::vector<Piece> pieces(frame.document->jobs.size());
  for (const size_t i : needs_first(*frame.document)) {
    pieces[i] = expand_job(expansion, frame, frame.document->jobs[i]);
  }
  Piece whole;
  for (Piece& piece : pieces) append(whole, std::move(piece));
  return whole;
}

}  // namespace dagsim::workflow
