// What one event would run: the pipeline, whether the event starts it, and how it ends.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "model/checks.h"
#include "model/pipeline.h"
#include "model/results.h"
#include "workflow/load.h"
#include "workflow/trigger_rules.h"

namespace dagsim::study {

struct PlanRequest {
  workflow::Request workflow;  ///< an empty event: pull_request, else push, else the first that the workflow has
  std::string change;          ///< a change class of dagsim.yaml; outputs given in `workflow` win over its own
  /// Ends of jobs other than success: id path and "failure", "cancelled" or "skipped".
  std::vector<std::pair<std::string, std::string>> results;
};

struct Plan {
  model::Pipeline pipeline;
  workflow::TriggerDecision start;
  model::RunResults results;
  std::vector<model::Check> checks;  ///< what GitHub would list, in creation order
};

/// Reads `{"github": {…}, "inputs": {…}, …}` into the contexts of a request; a bare `github` context is taken as such.
/// An error names what was found instead.
void read_contexts(const std::string& path, const std::string& json, workflow::Request& request,
                   Diagnostics& diagnostics);

/// Reads outputs of jobs: `{"job": {"output": value}}`, `{"job.output": value}`, or as `needs` has them, `{"job":
/// {"result": "failure", "outputs": {…}}}`. Values that are no strings are taken as their JSON.
void read_outputs(const std::string& path, const std::string& json, PlanRequest& request, Diagnostics& diagnostics);

/// Expands and judges. Empty when there are errors.
std::optional<Plan> make_plan(const FileSystem& files, const PlanRequest& request, Diagnostics& diagnostics);

}  // namespace dagsim::study
