// What a job hands to the workflow that it calls, held against what that workflow declares.
#pragma once

#include <optional>
#include <vector>

#include "workflow/expansion.h"

namespace dagsim::workflow {

/// The inputs of the called workflow, in the order of its declarations. Errors: a required input that isn't passed, one
/// that isn't declared, one of another type. As on GitHub a text takes any scalar, a number or boolean only its like:
/// 'true' in quotes is no boolean. Null counts as not passed. What only a run knows has no value here.
std::vector<InputValue> call_inputs(Expansion& expansion, const JobPlace& place, const Document& called,
                                    const expression::Scope& scope);

/// Errors: a required secret that isn't passed, one that isn't declared. `secrets: inherit` passes all, and a secret
/// reaches one level only: what is called from there needs it again.
void check_secrets(Expansion& expansion, const JobPlace& place, const Document& called);

/// What the called jobs may do with GITHUB_TOKEN: what the job says, else its workflow, else what its callers left;
/// nothing where none of them says it (the repository's settings decide then).
std::optional<TokenRights> call_rights(const JobPlace& place);

/// An error where the called workflow, or one of its jobs, asks for more than `allowed`.
void check_rights(Expansion& expansion, const JobPlace& place, const Document& called, const TokenRights& allowed);

}  // namespace dagsim::workflow
