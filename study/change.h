// A change class put into what a workflow is expanded with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "study/project.h"
#include "workflow/load.h"

namespace dagsim::study {

/// Supplies the outputs and inputs of the class named `name`, else of the project's default class, if it has one. An
/// unknown name is an error that lists the known ones.
void apply_change(const Project& project, const std::string& name, workflow::Request& request,
                  Diagnostics& diagnostics);

/// The first class whose `paths` mean every one of the changed files, "" for none.
std::string change_of_files(const Project& project, const std::vector<std::string>& changed_files);

/// Supplies outputs named "job.output"; a name without a dot is an error.
void add_outputs(const std::vector<std::pair<std::string, std::string>>& pairs, workflow::Request& request,
                 Diagnostics& diagnostics);

}  // namespace dagsim::study
