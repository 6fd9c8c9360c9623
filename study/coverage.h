// Which jobs catch a defect, as far as their commands tell it.
#pragma once

#include <string>
#include <vector>

#include "model/pipeline.h"

namespace dagsim::study {

/// Lets every kind be caught by the jobs that check all that one of its jobs checks (commands.h) too, and notes in
/// DefectKind::inferred why. Presence must be resolved.
void infer_coverage(model::Pipeline& pipeline);

/// Kinds that only inferred jobs catch after an edit, though others did before, each with who and why.
struct InferredCatch {
  std::string kind;
  std::string job;
  std::string why;
};
std::vector<InferredCatch> caught_by_inference(const model::Pipeline& before, const model::Pipeline& after);

/// A command of a job that is gone, which no other job runs or covers.
struct LostCheck {
  std::string job;
  std::string command;
};
std::vector<LostCheck> lost_checks(const model::Pipeline& before, const model::Pipeline& after);

}  // namespace dagsim::study
