#include "workflow/call.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/reader.h"

namespace dagsim::workflow {

using expression::Kind;
using expression::Scope;
using expression::Value;

namespace {

const Field* given(const Fields& fields, std::string_view name) {
  const auto found =
      std::ranges::find_if(fields, [&](const Field& field) { return equals_ignore_case(field.name.value, name); });
  return found == fields.end() ? nullptr : &*found;
}

/// A scalar that is a string whatever it says: in quotes, a block, or `${{ 'x' }}`, which reading makes x. Where an
/// alias stands for it, its spelling is not here.
bool is_quoted(const Text& text) {
  if (!text.where.file) return false;
  const std::string_view written = text.where.file->text(text.where.range);
  return !written.empty() && std::string_view("'\"|>$").find(written.front()) != std::string_view::npos;
}

/// The value of a plain scalar with its type, that of a template as it is.
Value typed_scalar(const Text& text, const Value& value) {
  if (expression::is_template(text.value) || is_quoted(text)) return value;
  if (text.value == "true" || text.value == "false") return {text.value == "true"};
  const double number = expression::to_number(value);
  return text.value.empty() || std::isnan(number) ? value : Value(number);
}

bool is_of_type(const Input& input, const Value& value) {
  if (input.type == Input::Type::Boolean) return value.kind() == Kind::Boolean;
  if (input.type == Input::Type::Number) return value.kind() == Kind::Number;
  return value.kind() != Kind::Array && value.kind() != Kind::Object;
}

/// Whether all that a text reads is known. Inputs that the event doesn't bring are null for sure.
bool is_known(const JobPlace& place, const Text& text, const Scope& scope) {
  const bool is_top = place.frame.parent == nullptr;
  const Value* inputs = scope.contexts.find("inputs");
  const std::string filled =
      replace_in_template(text.value, [&](const std::vector<std::string>& parts) -> std::optional<Replacement> {
        const bool is_absent = is_top && parts.size() == 2 && parts[0] == "inputs" && inputs != nullptr &&
                               inputs->object().find(parts[1]) == nullptr;
        return is_absent ? std::optional(Replacement{2, "null"}) : std::nullopt;
      });
  return evaluate_known(filled, scope).has_value();
}

/// Null counts as no value; of what only a run knows nothing is said.
InputValue input_value(Expansion& expansion, const JobPlace& place, const Input& input, const Text& text,
                       const Scope& scope) {
  InputValue result{input.name.value, std::nullopt, missing_outputs(expansion, place, {text, false})};
  if (!result.missing.empty()) return result;
  const std::optional<Value> value = evaluate(expansion, text, scope);
  if (!value || !is_known(place, text, scope)) return result;
  const Value found = typed_scalar(text, *value);
  if (found.is_null()) {
    result.value = empty_input(input);
  } else if (is_of_type(input, found)) {
    result.value = typed_input(input, found);
  }
  // Of a skipped job nothing is evaluated.
  const bool is_muted = expansion.muted && expression::is_template(text.value);
  if (result.value || is_muted) return result;
  expansion.error("wrong-input",
                  fmt::format("input \"{}\" is the {} \"{}\", expected a {}", input.name.value,
                              to_lower(to_string(found.kind())), expression::to_string(found), type_name(input)),
                  text.where);
  return result;
}

void check_declared(Expansion& expansion, const JobPlace& place, const Document& called, const Fields& fields,
                    const std::string& kind) {
  std::vector<std::string> names;
  const Trigger& declared = *called.trigger("workflow_call");
  if (kind == "input") {
    for (const Input& input : declared.inputs) names.push_back(input.name.value);
  } else {
    for (const Secret& secret : declared.secrets) names.push_back(secret.name.value);
  }
  for (const Field& field : fields) {
    const auto is_it = [&](const std::string& name) { return equals_ignore_case(name, field.name.value); };
    if (std::ranges::any_of(names, is_it)) continue;
    Diagnostic* diagnostic = expansion.error(
        "unknown-" + kind, fmt::format("\"{}\" declares no {} \"{}\"", place.job.uses->value, kind, field.name.value),
        field.name.where);
    if (diagnostic != nullptr) suggest(*diagnostic, field.name.value, names);
  }
}

void report_missing(Expansion& expansion, const JobPlace& place, const std::string& kind, const Text& name) {
  Diagnostic* diagnostic = expansion.error(
      "missing-" + kind,
      fmt::format("job \"{}\" does not pass the required {} \"{}\"", place.job.id.value, kind, name.value),
      place.job.uses->where);
  if (diagnostic != nullptr) diagnostic->notes.push_back({"it is declared here", name.where});
}

void report_excess(Expansion& expansion, const JobPlace& place, const std::string& who, const Permissions& permissions,
                   const TokenRights& allowed) {
  const TokenRights asked = token_rights(permissions);
  std::vector<std::string> wants;
  std::vector<std::string> gets;
  for (const Excess& each : excess(asked, allowed)) {
    wants.push_back(fmt::format("\"{}: {}\"", each.scope, to_string(each.asked)));
    gets.push_back(fmt::format("\"{}: {}\"", each.scope, to_string(each.allowed)));
  }
  if (wants.empty()) return;
  Diagnostic* diagnostic = expansion.error("permissions",
                                           fmt::format("{} asks for {}, but job \"{}\" allows only {}", who,
                                                       join(wants, ", "), place.job.id.value, join(gets, ", ")),
                                           place.job.uses->where);
  if (diagnostic == nullptr) return;
  diagnostic->notes.push_back({"it is asked for here", asked.where});
  diagnostic->notes.push_back({"this is what is allowed", allowed.where});
}

}  // namespace

std::vector<InputValue> call_inputs(Expansion& expansion, const JobPlace& place, const Document& called,
                                    const Scope& scope) {
  std::vector<InputValue> result;
  for (const Input& input : called.trigger("workflow_call")->inputs) {
    if (const Field* field = given(place.job.with, input.name.value)) {
      result.push_back(input_value(expansion, place, input, field->value, scope));
    } else if (input.required) {
      report_missing(expansion, place, "input", input.name);
      result.push_back({input.name.value, empty_input(input), {}});
    } else if (input.fallback) {
      result.push_back(input_value(expansion, place, input, *input.fallback, scope));
    } else {
      result.push_back({input.name.value, empty_input(input), {}});
    }
  }
  check_declared(expansion, place, called, place.job.with, "input");
  return result;
}

void check_secrets(Expansion& expansion, const JobPlace& place, const Document& called) {
  if (place.job.inherits_secrets) return;
  for (const Secret& secret : called.trigger("workflow_call")->secrets) {
    if (secret.required && given(place.job.secrets, secret.name.value) == nullptr) {
      report_missing(expansion, place, "secret", secret.name);
    }
  }
  check_declared(expansion, place, called, place.job.secrets, "secret");
}

std::optional<TokenRights> call_rights(const JobPlace& place) {
  if (place.job.permissions) return token_rights(*place.job.permissions);
  if (place.frame.document->permissions) return token_rights(*place.frame.document->permissions);
  return place.frame.allowed;
}

void check_rights(Expansion& expansion, const JobPlace& place, const Document& called, const TokenRights& allowed) {
  const std::string& uses = place.job.uses->value;
  if (called.permissions) report_excess(expansion, place, fmt::format("\"{}\"", uses), *called.permissions, allowed);
  for (const JobDocument& job : called.jobs) {
    if (!job.permissions) continue;
    report_excess(expansion, place, fmt::format("job \"{}\" of \"{}\"", job.id.value, uses), *job.permissions, allowed);
  }
}

}  // namespace dagsim::workflow
