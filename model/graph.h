// The DAG of a pipeline: who waits for whom, in which order, and what that implies.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// Needs resolved to jobs: legs, called jobs and callers' needs included. Immutable once built.
class Graph {
 public:
  /// Resolves the needs of `pipeline`. Unknown needs and cycles (every job named, in order) are findings; a graph with
  /// errors is empty. Duplicate edges are merged.
  static Graph build(const Pipeline& pipeline, Diagnostics& diagnostics);

  size_t size() const { return first_.empty() ? 0 : first_.size() - 1; }
  /// Direct needs in creation order.
  std::span<const JobId> needs(JobId job) const;
  /// Jobs that need `job` directly, in creation order.
  std::vector<JobId> dependants(JobId job) const;
  /// Topological order; among jobs that are free, creation order.
  const std::vector<JobId>& order() const { return order_; }
  /// Whether `ancestor` must complete before `job` may start.
  bool is_ancestor(JobId ancestor, JobId job) const;
  /// A largest set of jobs among `jobs` of which any two may run side by side (Dilworth, by bipartite matching).
  size_t widest_antichain(std::span<const JobId> jobs) const;

 private:
  std::vector<uint32_t> first_;
  std::vector<JobId> needs_;
  std::vector<JobId> order_;
  std::vector<std::vector<bool>> ancestors_;
};

/// The jobs whose completion ends the wall clock: the legs of the gate, or every job when the pipeline names none.
std::vector<JobId> gate_jobs(const Pipeline& pipeline);

/// Evaluates every job's condition in topological order, as GitHub does when nothing fails: sets presence and its
/// reason. success() is false after a skipped ancestor (docs/design.md); a condition that reads an unsupplied output or
/// event field gives Unknown, with a warning that names what to supply. Call again after an edit.
void resolve_presence(Pipeline& pipeline, const Graph& graph, Diagnostics& diagnostics);

}  // namespace dagsim::model
