// The steps of a job. A local composite action gives way to its own steps: its inputs take the place of `inputs.x`, its
// outputs that of `steps.<id>.outputs.x`, and the `if` of the step that used it holds for each of them.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/caches.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

using expression::Scope;
using expression::Value;
using model::Step;

namespace {

constexpr size_t kMaxActionLevels = 10;
/// Over the whole pipeline: keeps actions that use each other from multiplying without end.
constexpr size_t kMaxSteps = 100'000;

/// Where steps stand: in the job itself, or in an action that it uses.
struct StepFrame {
  std::map<std::string, std::string> replacements;  ///< dotted lower-case reference -> expression
  std::string name;                                 ///< what names of steps start with
  std::string condition = "success()";
  std::string outer_id;  ///< of the step that uses the action
  size_t level = 0;
};

class StepExpander {
 public:
  StepExpander(Expansion& expansion, const JobPlace& place, const std::vector<std::string>& labels)
      : expansion_(expansion), place_(place), scope_(make_scope(expansion, place, labels)) {}

  std::vector<Step> run() {
    StepFrame frame;
    if (place_.frame.parent != nullptr) {
      for (const InputValue& input : place_.frame.inputs) {
        if (input.value) frame.replacements["inputs." + to_lower(input.name)] = literal(*input.value);
      }
    }
    expand(place_.job.steps, frame);
    return std::move(steps_);
  }

 private:
  static std::string literal(const Value& value) {
    return value.kind() == expression::Kind::String ? quoted(value.string()) : expression::to_string(value);
  }

  static std::optional<Replacement> look_up(const StepFrame& frame, const std::vector<std::string>& parts) {
    for (size_t count = std::min<size_t>(parts.size(), 4); count >= 2; --count) {
      const std::string path = join(std::span(parts).first(count), ".");
      const auto found = frame.replacements.find(path);
      if (found != frame.replacements.end()) return Replacement{count, found->second};
    }
    if (frame.level > 0 && parts.size() >= 2 && parts[0] == "inputs") return Replacement{2, "''"};
    return std::nullopt;
  }

  std::string fill(const StepFrame& frame, const std::string& text) const {
    return replace_in_template(text, [&](const std::vector<std::string>& parts) { return look_up(frame, parts); });
  }

  std::string shown(const std::string& text) const {
    if (!expression::is_template(text)) return text;
    try {
      return expression::to_string(expression::evaluate_template(text, scope_));
    } catch (const expression::ExpressionError&) {
      return text;
    }
  }

  std::string name_of(const StepFrame& frame, const StepDocument& document) const {
    if (document.name && !document.name->value.empty()) return frame.name + shown(fill(frame, document.name->value));
    if (!document.uses.value.empty()) return frame.name + "Run " + document.uses.value;
    const std::string_view script = trim(document.run.value);
    return frame.name + "Run " + shown(fill(frame, std::string(trim(script.substr(0, script.find('\n'))))));
  }

  std::string condition_of(const StepFrame& frame, const StepDocument& document) {
    if (!document.condition) return frame.condition;
    std::string own;
    try {
      own = expression::normalise_condition(document.condition->value);
    } catch (const expression::ExpressionError& fault) {
      expansion_.error("expression", fault.what(), document.condition->where);
      return frame.condition;
    }
    own = replace_in_expression(own, [&](const std::vector<std::string>& parts) { return look_up(frame, parts); });
    if (frame.condition == "success()") return own;
    if (own == "success()") return frame.condition;
    return fmt::format("({}) && ({})", frame.condition, own);
  }

  /// The id as the job's other steps see it; a clash with another action's step gets the outer id in front.
  std::string unique_id(StepFrame& frame, const std::string& id) {
    if (id.empty()) return id;
    const auto is_taken = [&](const std::string& candidate) {
      const auto same = [&](const StepDocument& step) { return equals_ignore_case(step.id.value, candidate); };
      const auto same_step = [&](const Step& step) { return equals_ignore_case(step.id, candidate); };
      return (frame.level > 0 && std::ranges::any_of(place_.job.steps, same)) || std::ranges::any_of(steps_, same_step);
    };
    std::string result = id;
    if (is_taken(result)) result = (frame.outer_id.empty() ? "action" : frame.outer_id) + "__" + id;
    for (size_t n = 2; is_taken(result); ++n) result = fmt::format("{}__{}", id, n);
    if (result != id) frame.replacements["steps." + to_lower(id)] = "steps." + result;
    return result;
  }

  void expand(const std::vector<StepDocument>& documents, StepFrame& frame) {
    for (const StepDocument& document : documents) {
      if (++expansion_.step_count > kMaxSteps) {
        expansion_.error("too-many-steps", fmt::format("the pipeline has more than {} steps", kMaxSteps),
                         place_.job.id.where);
        return;
      }
      if (document.background || document.kind == StepKind::Parallel) warn_serial(document);
      if (document.kind == StepKind::Parallel) {
        expand(document.parallel, frame);
      } else if (document.kind != StepKind::Run && document.kind != StepKind::Action) {
        continue;
      } else if (const ActionDocument* action = composite_of(document)) {
        expand_action(*action, document, frame);
      } else {
        add_step(document, frame);
      }
    }
  }

  void warn_serial(const StepDocument& document) {
    expansion_.warning("serial-steps", "steps that run beside others are taken as if they ran one after the other",
                       document.where);
  }

  const ActionDocument* composite_of(const StepDocument& document) {
    const std::string& uses = document.uses.value;
    if (!uses.starts_with("./") && !uses.starts_with("$/")) return nullptr;
    const ActionDocument* action = expansion_.documents.action(uses);
    if (action == nullptr && !expansion_.documents.has_action(uses)) {
      expansion_.warning("unknown-action", fmt::format("action \"{}\" is not in this repository", uses),
                         document.uses.where);
    }
    return action != nullptr && action->composite ? action : nullptr;
  }

  void expand_action(const ActionDocument& action, const StepDocument& document, StepFrame& outer) {
    if (outer.level >= kMaxActionLevels) {
      expansion_.error("too-deep", fmt::format("actions use each other more than {} levels deep", kMaxActionLevels),
                       document.uses.where);
      return;
    }
    StepFrame inner;
    inner.level = outer.level + 1;
    inner.name = name_of(outer, document) + " / ";
    inner.condition = condition_of(outer, document);
    inner.outer_id = document.id.value;
    for (const Input& input : action.inputs) {
      const auto given = std::ranges::find_if(
          document.with, [&](const Field& field) { return equals_ignore_case(field.name.value, input.name.value); });
      std::string text;
      if (given != document.with.end()) {
        text = fill(outer, given->value.value);
      } else if (input.fallback) {
        text = input.fallback->value;
      }
      inner.replacements["inputs." + to_lower(input.name.value)] = as_expression(text);
    }
    expand(action.steps, inner);
    if (document.id.value.empty()) return;
    for (const Field& output : action.outputs) {
      const std::string path =
          fmt::format("steps.{}.outputs.{}", to_lower(document.id.value), to_lower(output.name.value));
      outer.replacements[path] = as_expression(fill(inner, output.value.value));
    }
  }

  /// A template as an operand of a larger expression.
  static std::string as_expression(const std::string& text) {
    if (!expression::is_template(text)) return quoted(text);
    try {
      const std::string inside(trim(expression::template_to_expression(text)));
      const std::vector<Reference> references = references_of_expression(inside);
      const bool is_atom =
          references.size() == 1 && references[0].begin == 0 && references[0].ends.back() == inside.size();
      return is_atom ? inside : "(" + inside + ")";
    } catch (const expression::ExpressionError&) {
      return quoted(text);
    }
  }

  void add_step(const StepDocument& document, StepFrame& frame) {
    Step step;
    step.name = name_of(frame, document);
    step.condition = condition_of(frame, document);
    step.id = unique_id(frame, document.id.value);
    step.uses = document.uses.value.substr(0, document.uses.value.find('@'));
    step.run = fill(frame, document.run.value);
    for (const Field& field : document.with) step.with.emplace_back(field.name.value, fill(frame, field.value.value));
    step.where = document.where;
    const EvaluateText evaluate_text = [&](std::string_view text) -> std::optional<std::string> {
      const std::optional<Value> value = evaluate_known(text, scope_);
      if (!value) return std::nullopt;
      return expression::to_string(*value);
    };
    step.cache = cache_use(step, place_.job.id.value, evaluate_text);
    step.uploads = uploaded_artifacts(step, evaluate_text);
    step.downloads = downloaded_artifacts(step, evaluate_text);
    steps_.push_back(std::move(step));
  }

  Expansion& expansion_;
  const JobPlace& place_;
  Scope scope_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> expand_steps(Expansion& expansion, const JobPlace& place, const std::vector<std::string>& labels) {
  return StepExpander(expansion, place, labels).run();
}

}  // namespace dagsim::workflow
