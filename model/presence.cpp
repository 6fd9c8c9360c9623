#include "model/graph.h"
#include "model/results.h"

namespace dagsim::model {

void resolve_presence(Pipeline& pipeline, const Graph& graph, Diagnostics& diagnostics) {
  RunResults green = resolve_results(pipeline, graph, {}, diagnostics);
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    pipeline.jobs[i].presence = green.jobs[i].presence;
    pipeline.jobs[i].presence_reason = std::move(green.jobs[i].reason);
  }
}

}  // namespace dagsim::model
