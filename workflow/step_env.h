// `env` as the steps of a job see it, as far as the workflow tells before the run.
#pragma once

#include <vector>

#include "workflow/expansion.h"

namespace dagsim::workflow {

/// Puts the values of `env` of the workflow and of the job into a scope, the job's over the workflow's. A value is left
/// out where only a run knows it: it reads what is not known, or a step of the job writes the name to GITHUB_ENV. What
/// the scope holds already was supplied, and stays.
void set_job_env(expression::Scope& scope, const JobPlace& place);

/// The same for one step, over what `scope` has. \returns what `env` was before
expression::Value set_step_env(expression::Scope& scope, const Fields& env);

/// Whether a value of the job's `env` differs between its legs.
bool env_reads_leg(const JobPlace& place);

}  // namespace dagsim::workflow
