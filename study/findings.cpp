#include "study/findings.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace dagsim::study {

std::vector<Finding> find_ungated_jobs(const model::Pipeline& pipeline, const model::Graph& graph) {
  std::vector<Finding> findings;
  if (pipeline.gate.empty()) return findings;
  const std::vector<model::JobId> gate = model::gate_jobs(pipeline);
  std::set<std::string> reported;
  for (const model::JobId job : graph.order()) {
    const model::Job& candidate = pipeline.job(job);
    const bool concerns_gate = std::any_of(gate.begin(), gate.end(), [&](model::JobId one) {
      return one == job || graph.is_ancestor(job, one) || graph.is_ancestor(one, job);
    });
    if (concerns_gate || !reported.insert(candidate.id).second) continue;
    findings.push_back({"ungated-job", Severity::Warning,
                        fmt::format("job \"{}\" gates nothing: \"{}\" does not need it, so its failure stops no merge",
                                    candidate.id, pipeline.gate),
                        candidate.where});
  }
  return findings;
}

}  // namespace dagsim::study
