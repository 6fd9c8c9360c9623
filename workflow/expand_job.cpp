// One workflow file to jobs: matrices to legs, legs to jobs. Jobs are worked through after what they need, because
// outputs of called workflows may feed a matrix, and are handed back in the order of the file.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

using expression::Kind;
using expression::Scope;
using expression::Value;

namespace {

/// Keeps nested matrix calls from multiplying without end.
constexpr size_t kMaxJobs = 4096;

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

void collect_texts(const yaml::Node& node, const std::shared_ptr<const SourceFile>& file, std::vector<Reading>& out) {
  for (const yaml::Node& item : node.items) collect_texts(item, file, out);
  for (const yaml::Entry& entry : node.entries) collect_texts(entry.value, file, out);
  if (node.is_string()) out.push_back({{node.text, {file, node.range}}, false});
}

/// Reports what the matrix needs to know; whether there was any.
bool report_missing(Expansion& expansion, const JobPlace& place) {
  std::vector<Reading> texts;
  const std::shared_ptr<const SourceFile>& file = place.frame.document->file;
  collect_texts(*place.job.matrix, file, texts);
  bool any = false;
  for (const Reading& reading : texts) {
    for (const Missing& missing : missing_outputs(expansion, place, reading)) {
      any = true;
      const std::string message =
          fmt::format("the matrix of job \"{}\" reads output \"{}\" of job \"{}\", which only a run knows",
                      place.job.id.value, missing.output, missing.job);
      if (Diagnostic* diagnostic = expansion.error("missing-output", message, reading.text.where)) {
        diagnostic->notes.push_back({fmt::format("supply it in the change class, such as outputs: {{{}.{}: \"[…]\"}}",
                                                 missing.job, missing.output),
                                     {}});
      }
    }
  }
  return any;
}

bool has_missing(const Expansion& expansion, const JobPlace& place) {
  std::vector<Reading> texts;
  collect_texts(*place.job.matrix, place.frame.document->file, texts);
  return std::ranges::any_of(
      texts, [&](const Reading& reading) { return !missing_outputs(expansion, place, reading).empty(); });
}

/// The legs; empty after an error, or (`unexpanded`) when the job never runs and its matrix can't be known.
std::vector<Leg> legs_of(Expansion& expansion, const JobPlace& place, bool& unexpanded) {
  const Scope scope = make_scope(expansion, place);
  if (has_missing(expansion, place)) {
    unexpanded = is_never(job_condition(expansion, place), scope);
    if (!unexpanded) report_missing(expansion, place);
    return {};
  }
  const std::shared_ptr<const SourceFile>& file = place.frame.document->file;
  const std::optional<Value> value = evaluate_node(expansion, *place.job.matrix, file, scope);
  if (!value) return {};
  Diagnostics own;
  std::vector<Leg> legs =
      expand_matrix(*value, {&*place.job.matrix, file, fmt::format("job \"{}\"", place.job.id.value)}, own);
  for (const Diagnostic& diagnostic : own.list()) {
    expansion.error(diagnostic.rule, diagnostic.message, diagnostic.where);
  }
  return legs;
}

std::vector<std::string> labels_of(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  std::vector<std::string> labels;
  for (const Text& text : place.job.runs_on) {
    if (!missing_outputs(expansion, place, {text, false}).empty()) {
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

bool continues_on_error(const JobPlace& place, const Scope& scope) {
  if (!place.job.continue_on_error) return false;
  const Text& text = *place.job.continue_on_error;
  if (!expression::is_template(text.value)) return text.value == "true";
  const std::optional<Value> value = evaluate_known(text.value, scope);
  return value && expression::truthy(*value) && expression::to_string(*value) != "false";
}

Draft own_job(Expansion& expansion, const JobPlace& place) {
  Scope scope = make_scope(expansion, place);
  const std::vector<std::string> labels = labels_of(expansion, place, scope);
  scope = make_scope(expansion, place, labels);
  Draft draft{common_job(expansion, place, scope), leaves_of(place)};
  draft.job.runs_on = labels;
  draft.job.timeout_minutes = timeout_of(expansion, place, scope);
  draft.job.continue_on_error = continues_on_error(place, scope);
  draft.job.steps = expand_steps(expansion, place, labels);
  return draft;
}

void append(Piece& piece, Piece&& more) {
  std::ranges::move(more.jobs, std::back_inserter(piece.jobs));
  std::ranges::move(more.callers, std::back_inserter(piece.callers));
}

Piece expand_leg(Expansion& expansion, const JobPlace& place) {
  if (place.job.uses) return expand_call(expansion, place);
  Piece piece;
  if (++expansion.job_count <= kMaxJobs) {
    piece.jobs.push_back(own_job(expansion, place));
  } else {
    expansion.error("too-many-jobs", fmt::format("the pipeline has more than {} jobs", kMaxJobs), place.job.id.where);
  }
  return piece;
}

Piece expand_job(Expansion& expansion, const Frame& frame, const JobDocument& job) {
  if (!job.matrix) return expand_leg(expansion, {frame, job});
  bool unexpanded = false;
  const std::vector<Leg> legs = legs_of(expansion, {frame, job}, unexpanded);
  if (unexpanded) return expand_leg(expansion, {frame, job});
  Piece piece;
  for (size_t i = 0; i < legs.size() && expansion.job_count <= kMaxJobs; ++i) {
    append(piece, expand_leg(expansion, {frame, job, &legs[i], i, legs.size()}));
  }
  return piece;
}

}  // namespace

std::string shown_name(Expansion& expansion, const JobPlace& place, const Scope& scope) {
  const std::vector<std::string> segments = place.leg == nullptr ? std::vector<std::string>{} : place.leg->segments;
  const bool is_raw = place.job.matrix && place.leg == nullptr;
  std::string name = place.job.id.value;
  if (place.job.name && !place.job.name->value.empty()) {
    const Text& text = *place.job.name;
    if (!expression::is_template(text.value) || is_raw) {
      name = text.value;
    } else if (const std::optional<Value> value = evaluate(expansion, text, scope)) {
      const std::string evaluated = expression::to_string(*value);
      if (!evaluated.empty()) return evaluated;
    }
  }
  return display_name(name, segments);
}

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
  job.caller = place.frame.id;
  job.needs = needs_of(place);
  job.condition = job_condition(expansion, place);
  job.condition_where = place.job.condition ? place.job.condition->where : SourceRange{};
  job.reads = reads_of(place);
  for (const Field& output : place.job.outputs) job.outputs.push_back(output.name.value);
  for (const Leaf& leaf : leaves_of(place)) job.matrix.emplace_back(leaf.path, leaf.value);
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
