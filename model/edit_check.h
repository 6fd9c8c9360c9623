// What makes an edited pipeline illegal, as a list that can be compared before and after each operation.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// One rule broken. Violations with the same `key` are the same one, whatever else the pipeline is like.
struct Violation {
  std::string key;
  std::string rule;
  std::string message;
  std::vector<DiagnosticNote> notes;
};

/// Rule of the violations that ApplyOptions::allow_lost_coverage forgives; their key ends with the defect kind.
constexpr const char* kLostCoverage = "lost-coverage";

/// Everything that lacks its maker: needs outside of their workflow, outputs and results of jobs that are not needed,
/// artifacts that no ancestor uploads, cache families that nobody saves, defect kinds that no job catches, a gate that
/// is gone.
std::vector<Violation> violations(const Pipeline& pipeline);

/// Defect kinds that jobs of `before` catch in a green run and none of `after`, by the conditions of the jobs. Presence
/// of both must be resolved.
std::vector<std::string> lost_coverage(const Pipeline& before, const Pipeline& after);

}  // namespace dagsim::model
