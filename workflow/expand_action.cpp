// Composite actions: the action gives way to its own steps. Its inputs take the place of `inputs.x`, its outputs that
// of `steps.<id>.outputs.x`, and the `if` of the step that used it holds for each of them. Actions of other kinds stay
// one step.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/reader.h"
#include "workflow/step_expander.h"

namespace dagsim::workflow {

namespace {

const Field* given(const StepDocument& document, std::string_view name) {
  const auto found = std::ranges::find_if(
      document.with, [&](const Field& field) { return equals_ignore_case(field.name.value, name); });
  return found == document.with.end() ? nullptr : &*found;
}

/// A template as an operand of a larger expression.
std::string as_expression(const std::string& text) {
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

/// Steps of `parallel` have steps of their own nowhere, so this is one level deep.
void add_ids(const std::vector<StepDocument>& steps, std::set<std::string>& ids) {
  for (const StepDocument& step : steps) {
    ids.insert(to_lower(step.id.value));
    for (const StepDocument& inner : step.parallel) ids.insert(to_lower(inner.id.value));
  }
}

}  // namespace

const ActionDocument* StepExpander::action_of(const StepDocument& document, const StepFrame& frame, Found& found) {
  const std::string& uses = document.uses.value;
  const bool is_own = uses.starts_with("./") || uses.starts_with("$/");
  if (!is_own && (uses.empty() || expansion_.documents.vendor().empty())) return nullptr;
  found = expansion_.documents.find_action(uses, {expansion_.documents.root(), frame.root});
  if (found.kind != Found::Kind::Here) {
    report_absent(document, found);
    return nullptr;
  }
  const ActionDocument* action = expansion_.documents.action(found.path);
  if (action != nullptr) check_inputs(document, *action);
  return action;
}

void StepExpander::report_absent(const StepDocument& document, const Found& found) {
  const std::string& uses = document.uses.value;
  const bool is_own = uses.starts_with("./") || uses.starts_with("$/");
  if (is_own) {
    expansion_.warning("unknown-action", fmt::format("action \"{}\" is not in this repository", uses),
                       document.uses.where);
  } else if (found.kind == Found::Kind::Missing) {
    expansion_.warning("unknown-action", fmt::format("action \"{}\" is not in \"{}\"", uses, found.root),
                       document.uses.where);
  } else if (found.kind == Found::Kind::Remote) {
    const std::string message =
        fmt::format("action \"{}\" is in no vendor folder, so it stays one step, whatever it uses", uses);
    if (expansion_.reported.insert(message).second) expansion_.note("remote-action", message, document.uses.where);
  }
}

void StepExpander::check_inputs(const StepDocument& document, const ActionDocument& action) {
  std::vector<std::string> names;
  for (const Input& input : action.inputs) {
    names.push_back(input.name.value);
    if (!input.required || input.fallback || given(document, input.name.value) != nullptr) continue;
    Diagnostic* finding =
        expansion_.warning("missing-input",
                           fmt::format("\"{}\" requires the input \"{}\"; without it the action sees an empty text",
                                       document.uses.value, input.name.value),
                           document.uses.where);
    if (finding != nullptr) finding->notes.push_back({"it is declared here", input.name.where});
  }
  for (const Field& field : document.with) {
    const std::string& name = field.name.value;
    const bool is_of_image =
        action.using_what == "docker" && (equals_ignore_case(name, "args") || equals_ignore_case(name, "entrypoint"));
    const auto same = [&](const std::string& known) { return equals_ignore_case(known, name); };
    if (is_of_image || std::ranges::any_of(names, same)) continue;
    Diagnostic* finding = expansion_.warning(
        "unknown-input",
        fmt::format("\"{}\" declares no input \"{}\", so the action never sees it", document.uses.value, name),
        field.name.where);
    if (finding != nullptr) suggest(*finding, name, names);
  }
}

bool StepExpander::may_enter(const StepDocument& document, const StepFrame& outer, const std::string& folder) {
  if (outer.folders.contains(folder)) {
    std::vector<std::string> chain = outer.chain;
    chain.push_back(document.uses.value);
    expansion_.error("action-cycle", "actions use each other in a circle: " + join(chain, " -> "), document.uses.where);
    return false;
  }
  const size_t most = expansion_.limits.actions;
  if (outer.chain.size() < most) return true;
  expansion_.error("too-deep", fmt::format("actions use each other more than {} levels deep", most),
                   document.uses.where);
  return false;
}

void StepExpander::expand_action(const ActionDocument& action, const Found& found, const StepDocument& document,
                                 StepFrame& outer) {
  if (!may_enter(document, outer, found.path)) return;
  StepFrame inner;
  inner.name = name_of(outer, document) + " / ";
  inner.condition = condition_of(outer, document);
  inner.outer_id = document.id.value;
  inner.root = found.root;
  inner.chain = outer.chain;
  inner.chain.push_back(document.uses.value);
  inner.folders = outer.folders;
  inner.folders.insert(found.path);
  add_ids(action.steps, inner.ids);
  for (const Input& input : action.inputs) {
    std::string text;
    if (const Field* field = given(document, input.name.value)) {
      text = fill(outer, field->value.value);
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

}  // namespace dagsim::workflow
