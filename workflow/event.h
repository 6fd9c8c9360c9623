// What starts a run: whether a workflow listens to an event, and what `github` and `inputs` hold then.
#pragma once

#include <optional>
#include <string_view>

#include "base/diagnostic.h"
#include "expression/value.h"
#include "workflow/document.h"
#include "workflow/load.h"
#include "workflow/trigger_rules.h"

namespace dagsim::workflow {

struct EventContexts {
  expression::Object github;
  expression::Object inputs;  ///< of workflow_dispatch; empty for all other events
  expression::Object vars;
  expression::Object others;  ///< contexts that only a run knows, such as `secrets`, where the request gives them
};

/// The filters of a trigger, for decide().
TriggerFilters filters_of(const Trigger& trigger);

/// The contexts of a run of `document` for the request's event, as a usual run has them: a pull request (no draft)
/// against main, a push to main or to what the filters name first. Fields that only a real run has (sha, actor) are
/// absent. What the request gives of a context wins over what is imagined, member by member. An error that lists the
/// triggers when the workflow doesn't listen to the event.
std::optional<EventContexts> event_contexts(const Document& document, const Request& request, Diagnostics& diagnostics);

/// The text of an input as a value of its type; nothing when it doesn't fit.
std::optional<expression::Value> typed_input(const Input& input, const expression::Value& value);
/// What an input without value and default holds: false, 0 or "".
expression::Value empty_input(const Input& input);
/// "boolean", "number", …
std::string_view type_name(const Input& input);

}  // namespace dagsim::workflow
