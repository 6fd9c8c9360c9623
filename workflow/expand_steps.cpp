// The steps of a job: their names as the log shows them, their conditions, what they do with caches and artifacts.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/artifacts.h"
#include "workflow/caches.h"
#include "workflow/step_env.h"
#include "workflow/step_expander.h"

namespace dagsim::workflow {

using expression::Scope;
using expression::Value;
using model::Step;

namespace {

/// Over the whole pipeline: keeps actions that use each other from multiplying without end.
constexpr size_t kMaxSteps = 100'000;

std::string literal(const Value& value) {
  return value.kind() == expression::Kind::String ? quoted(value.string()) : expression::to_string(value);
}

std::optional<Replacement> look_up(const StepFrame& frame, const std::vector<std::string>& parts) {
  for (size_t count = std::min<size_t>(parts.size(), 4); count >= 2; --count) {
    const std::string path = join(std::span(parts).first(count), ".");
    const auto found = frame.replacements.find(path);
    if (found != frame.replacements.end()) return Replacement{count, found->second};
  }
  if (!frame.in_action() || parts.size() < 2) return std::nullopt;
  if (parts[0] == "inputs") return Replacement{2, "''"};
  // An action sees no steps but its own; a literal null takes no index.
  if (parts[0] == "steps" && !frame.ids.contains(parts[1])) return Replacement{2, "fromJSON('null')"};
  return std::nullopt;
}

/// Whether a step may differ between the legs of a matrix, beyond what their runners make of it.
bool reads_leg(const StepDocument& document) {
  const auto reads = [](std::string_view text) { return mentions(text, "matrix") || mentions(text, "strategy"); };
  const auto is_read = [&](const std::optional<Text>& text) { return text && reads(text->value); };
  return is_read(document.name) || is_read(document.condition) || reads(document.uses.value) ||
         reads(document.run.value) ||
         std::ranges::any_of(document.with, [&](const Field& field) { return reads(field.value.value); }) ||
         std::ranges::any_of(document.env, [&](const Field& field) { return reads(field.value.value); });
}

/// `github.job` is the id in the workflow's own file, for all legs the same.
Scope scope_of(const Expansion& expansion, const JobPlace& place, Scope scope) {
  expression::Object github = expansion.contexts.github;
  github.set("job", place.job.id.value);
  scope.contexts.set("github", std::move(github));
  return scope;
}

CachePlace cache_place(const Expansion& expansion, const JobPlace& place, const std::vector<std::string>& labels) {
  CachePlace result;
  result.job_id = place.job.id.value;
  if (const Value* ref = expansion.contexts.github.find("ref")) result.ref = expression::to_string(*ref);
  result.access = access_of(expansion, place);
  result.self_hosted =
      std::ranges::any_of(labels, [](const std::string& label) { return equals_ignore_case(label, "self-hosted"); });
  return result;
}

}  // namespace

CacheAccess access_of(const Expansion& expansion, const JobPlace& place) {
  const std::optional<Text>& own = place.job.cache_mode ? place.job.cache_mode : place.frame.document->cache_mode;
  CacheAccess access = own ? both(place.frame.access, cache_access(own->value)) : place.frame.access;
  const Value* event = expansion.contexts.github.find("event_name");
  if (event != nullptr && expression::to_string(*event) == "pull_request_target") access.writes = false;
  return access;
}

StepExpander::StepExpander(Expansion& expansion, const JobPlace& place, Scope scope,
                           const std::vector<std::string>& labels)
    : expansion_(expansion),
      place_(place),
      scope_(scope_of(expansion, place, std::move(scope))),
      cache_place_(cache_place(expansion, place, labels)),
      labels_(labels),
      shares_steps_(place.shared != nullptr && !env_reads_leg(place)) {
  set_job_env(scope_, place);
}

std::vector<Step> StepExpander::run() {
  if (place_.shared != nullptr && place_.shared->labels != labels_) *place_.shared = {labels_};
  StepFrame frame;
  frame.root = place_.frame.root;
  if (place_.frame.parent != nullptr) {
    for (const InputValue& input : place_.frame.inputs) {
      if (input.value) frame.replacements["inputs." + to_lower(input.name)] = literal(*input.value);
    }
  }
  expand(place_.job.steps, frame);
  return std::move(steps_);
}

std::string StepExpander::fill(const StepFrame& frame, const std::string& text) const {
  if (!frame.replaces()) return text;
  return replace_in_template(text, [&](const std::vector<std::string>& parts) { return look_up(frame, parts); });
}

std::string StepExpander::shown(const std::string& text) const {
  if (!expression::is_template(text)) return text;
  try {
    return expression::to_string(expression::evaluate_template(text, scope_));
  } catch (const expression::ExpressionError&) {
    return text;
  }
}

std::string StepExpander::name_of(const StepFrame& frame, const StepDocument& document) const {
  if (document.name && !document.name->value.empty()) return frame.name + shown(fill(frame, document.name->value));
  if (!document.uses.value.empty()) return frame.name + "Run " + document.uses.value;
  const std::string_view script = trim(document.run.value);
  return frame.name + "Run " + shown(fill(frame, std::string(trim(script.substr(0, script.find('\n'))))));
}

std::string StepExpander::condition_of(const StepFrame& frame, const StepDocument& document) {
  if (!document.condition) return frame.condition;
  std::string own;
  try {
    own = expression::normalise_condition(document.condition->value);
  } catch (const expression::ExpressionError& fault) {
    expansion_.error("expression", fault.what(), document.condition->where);
    return frame.condition;
  }
  if (frame.replaces()) {
    own = replace_in_expression(own, [&](const std::vector<std::string>& parts) { return look_up(frame, parts); });
  }
  if (frame.condition == "success()") return own;
  if (own == "success()") return frame.condition;
  return fmt::format("({}) && ({})", frame.condition, own);
}

/// The id as the job's other steps see it; a clash with another action's step gets the outer id in front.
std::string StepExpander::unique_id(StepFrame& frame, const std::string& id) {
  if (id.empty()) return id;
  const auto is_taken = [&](const std::string& candidate) {
    const auto same = [&](const StepDocument& step) { return equals_ignore_case(step.id.value, candidate); };
    const auto same_step = [&](const Step& step) { return equals_ignore_case(step.id, candidate); };
    return (frame.in_action() && std::ranges::any_of(place_.job.steps, same)) || std::ranges::any_of(steps_, same_step);
  };
  std::string result = id;
  if (is_taken(result)) result = (frame.outer_id.empty() ? "action" : frame.outer_id) + "__" + id;
  for (size_t n = 2; is_taken(result); ++n) result = fmt::format("{}__{}", id, n);
  if (result != id) frame.replacements["steps." + to_lower(id)] = "steps." + result;
  return result;
}

void StepExpander::expand(const std::vector<StepDocument>& documents, StepFrame& frame) {
  for (const StepDocument& document : documents) {
    if (++expansion_.step_count > kMaxSteps) {
      expansion_.error("too-many-steps", fmt::format("the pipeline has more than {} steps", kMaxSteps),
                       place_.job.id.where);
      return;
    }
    if (document.background || document.kind == StepKind::Parallel) {
      expansion_.warning("serial-steps", "steps that run beside others are taken as if they ran one after the other",
                         document.where);
    }
    if (document.kind == StepKind::Parallel) expand(document.parallel, frame);
    if (document.kind != StepKind::Run && document.kind != StepKind::Action) continue;
    if (frame.in_action() || !shares_steps_) {
      expand_step(document, frame);
    } else {
      expand_own_step(document, frame);
    }
  }
}

void StepExpander::expand_own_step(const StepDocument& document, StepFrame& frame) {
  std::map<const StepDocument*, std::vector<Step>>& known = place_.shared->steps;
  if (const auto found = known.find(&document); found != known.end()) {
    expansion_.step_count += found->second.size() - 1;
    steps_.insert(steps_.end(), found->second.begin(), found->second.end());
    return;
  }
  const size_t first = steps_.size();
  const size_t replacements = frame.replacements.size();
  reads_leg_ = false;
  expand_step(document, frame);
  // What it made known to later steps is part of the frame, and so not of its steps.
  if (reads_leg_ || frame.replacements.size() != replacements) return;
  known.emplace(&document, std::vector<Step>(steps_.begin() + static_cast<std::ptrdiff_t>(first), steps_.end()));
}

void StepExpander::expand_step(const StepDocument& document, StepFrame& frame) {
  reads_leg_ = reads_leg_ || (shares_steps_ && reads_leg(document));
  Fields env = document.env;
  for (Field& field : env) field.value.value = fill(frame, field.value.value);
  const Value outer_env = set_step_env(scope_, env);
  Found found;
  const ActionDocument* action = action_of(document, frame, found);
  if (action != nullptr && action->composite) {
    expand_action(*action, found, document, frame);
  } else {
    add_step(document, frame);
  }
  if (!env.empty()) scope_.contexts.set("env", outer_env);
}

void StepExpander::add_step(const StepDocument& document, StepFrame& frame) {
  Step step;
  step.name = name_of(frame, document);
  step.condition = condition_of(frame, document);
  step.id = unique_id(frame, document.id.value);
  step.uses = document.uses.value.substr(0, document.uses.value.find('@'));
  step.run = fill(frame, document.run.value);
  for (const Field& field : document.with) step.with.emplace_back(field.name.value, fill(frame, field.value.value));
  step.where = document.where;
  if (!step.uses.empty()) add_caches(document, step);
  steps_.push_back(std::move(step));
}

void StepExpander::add_caches(const StepDocument& document, Step& step) {
  const EvaluateText evaluate_text = [&](std::string_view text) -> std::optional<std::string> {
    if (!expression::is_template(std::string(text))) return std::string(text);
    const std::optional<Value> value = evaluate_known(text, scope_);
    if (!value) return std::nullopt;
    return expression::to_string(*value);
  };
  const size_t at = document.uses.value.find('@');
  const std::string ref = at == std::string::npos ? "" : document.uses.value.substr(at + 1);
  const ActionStep action(step, ref, evaluate_text);
  const bool is_node = action.action().ends_with("/setup-node");
  if (is_node) cache_place_.package_manager = expansion_.documents.package_manager();
  const CacheAnswer answer = cache_use(action, cache_place_);
  const ArtifactUse artifacts = artifact_use(action);
  if (!answer.unknown.empty()) {
    expansion_.note("unknown-cache",
                    fmt::format("whether \"{}\" has a cache is not known and counts as no: {}", document.uses.value,
                                answer.unknown),
                    document.uses.where);
  }
  step.cache = answer.use;
  step.uploads = artifacts.uploads;
  step.downloads = artifacts.downloads;
  expansion_.step_documents[{document.where.file.get(), document.where.range.begin}] = &document;
}

std::vector<Step> expand_steps(Expansion& expansion, const JobPlace& place, Scope scope,
                               const std::vector<std::string>& labels) {
  return StepExpander(expansion, place, std::move(scope), labels).run();
}

}  // namespace dagsim::workflow
