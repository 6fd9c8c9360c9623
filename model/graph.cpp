// Needs become edges once: a need on an id means all its legs in the same call, a need on a caller all jobs below it,
// and a called job waits for what its callers need. The order is Kahn's with the lowest job first among those that are
// free, O((jobs + edges) log jobs); ancestors are bit sets, united along the order.
#include "model/graph.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "model/antichain.h"
#include "model/call.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

/// An edge and the line that says so.
struct Edge {
  JobId need;
  SourceRange where;
};

using Edges = std::vector<std::vector<Edge>>;

class Resolver {
 public:
  Resolver(const Pipeline& pipeline, Diagnostics& diagnostics) : pipeline_(pipeline), diagnostics_(diagnostics) {
    for (const Caller& caller : pipeline.callers) jobs_[caller.id];
    for (uint32_t i = 0; i < pipeline.jobs.size(); ++i) {
      const Job& job = pipeline.jobs[i];
      jobs_[place_of(job)].push_back(JobId{i});
      for (const CallLevel& level : levels_of(call_path(job))) jobs_[level.place].push_back(JobId{i});
    }
  }

  Edges edges() {
    Edges edges(pipeline_.jobs.size());
    for (size_t i = 0; i < edges.size(); ++i) {
      const Job& job = pipeline_.jobs[i];
      add(place_of(job), job.needs, edges[i]);
      for (const CallLevel& level : levels_of(call_path(job))) {
        if (const Caller* caller = pipeline_.find_caller(id_of_call(level.call))) {
          add(level.place, caller->needs, edges[i]);
        }
      }
      std::ranges::stable_sort(edges[i], {}, &Edge::need);
      // Not std::ranges::unique: clang 14 can't compile the subrange that it returns.
      const auto same = [](const Edge& a, const Edge& b) { return a.need == b.need; };
      edges[i].erase(std::unique(edges[i].begin(), edges[i].end(), same), edges[i].end());
    }
    return edges;
  }

 private:
  /// \param dependant the place of the job or caller
  void add(const std::string& dependant, const std::vector<Need>& needs, std::vector<Edge>& edges) {
    for (const Need& need : needs) {
      auto found = jobs_.find(place_of_need(dependant, need));
      // An edit may ask for a job of another workflow; whether it may is not decided here.
      if (scope_of(need.job) != scope_of(id_of_call(dependant))) found = jobs_.find(need.job);
      if (found == jobs_.end()) {
        report_unknown(id_of_call(dependant), need);
        continue;
      }
      for (const JobId job : found->second) edges.push_back({job, need.where});
    }
  }

  /// All legs, and all jobs below a caller, share a need: one finding for them.
  void report_unknown(const std::string& dependant, const Need& need) {
    if (!reported_.insert({dependant, need.job}).second) return;
    Diagnostic& finding = diagnostics_.error(
        "unknown-need",
        fmt::format("job \"{}\" needs job \"{}\", which is not defined in this workflow", dependant, need.job),
        need.where);
    std::vector<std::string> candidates;
    for (const auto& entry : jobs_) {
      if (scope_of(entry.first) == scope_of(dependant) && entry.first != dependant) candidates.push_back(entry.first);
    }
    const std::vector<std::string> near = nearest(need.job, candidates);
    if (!near.empty()) finding.notes.push_back({fmt::format("did you mean \"{}\"?", near.front()), {}});
  }

  const Pipeline& pipeline_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<JobId>> jobs_;
  std::set<std::pair<std::string, std::string>> reported_;
};

/// Jobs in topological order; those on or behind a cycle are missing.
std::vector<JobId> topological_order(const Edges& edges) {
  std::vector<std::vector<JobId>> dependants(edges.size());
  std::vector<size_t> pending(edges.size());
  std::priority_queue<JobId, std::vector<JobId>, std::greater<>> free;
  for (uint32_t i = 0; i < edges.size(); ++i) {
    pending[i] = edges[i].size();
    for (const Edge& edge : edges[i]) dependants[index(edge.need)].push_back(JobId{i});
    if (pending[i] == 0) free.push(JobId{i});
  }
  std::vector<JobId> order;
  while (!free.empty()) {
    order.push_back(free.top());
    free.pop();
    for (const JobId job : dependants[index(order.back())]) {
      if (--pending[index(job)] == 0) free.push(job);
    }
  }
  return order;
}

/// Every job that is left over has a need that is left over, so following the first of them must come back.
void report_cycle(const Pipeline& pipeline, const Edges& edges, const std::vector<JobId>& order,
                  Diagnostics& diagnostics) {
  std::vector<bool> left(edges.size(), true);
  for (const JobId job : order) left[index(job)] = false;
  const auto next = [&](size_t job) -> const Edge& {
    return *std::ranges::find_if(edges[job], [&](const Edge& edge) { return left[index(edge.need)]; });
  };
  std::vector<bool> visited(edges.size(), false);
  auto job = static_cast<size_t>(std::ranges::find(left, true) - left.begin());
  for (; !visited[job]; job = index(next(job).need)) visited[job] = true;
  std::vector<size_t> cycle{job};
  for (size_t at = index(next(job).need); at != job; at = index(next(at).need)) cycle.push_back(at);
  std::rotate(cycle.begin(), std::ranges::min_element(cycle), cycle.end());

  std::string path;
  for (const size_t each : cycle) path += pipeline.jobs[each].id + " -> ";
  path += pipeline.jobs[cycle.front()].id;
  Diagnostic& finding = diagnostics.error("needs-cycle", fmt::format("jobs need each other in a cycle: {}", path),
                                          next(cycle.front()).where);
  for (size_t i = 1; i < cycle.size(); ++i) {
    const Edge& edge = next(cycle[i]);
    finding.notes.push_back(
        {fmt::format("\"{}\" needs \"{}\" here", pipeline.jobs[cycle[i]].id, pipeline.job(edge.need).id), edge.where});
  }
}

}  // namespace

Graph Graph::build(const Pipeline& pipeline, Diagnostics& diagnostics) {
  Diagnostics found;
  const Edges edges = Resolver(pipeline, found).edges();
  Graph graph;
  graph.order_ = topological_order(edges);
  if (graph.order_.size() < edges.size()) report_cycle(pipeline, edges, graph.order_, found);
  diagnostics.append(found);
  if (found.has_errors()) return {};

  graph.first_.push_back(0);
  for (const std::vector<Edge>& needs : edges) {
    for (const Edge& edge : needs) graph.needs_.push_back(edge.need);
    graph.first_.push_back(static_cast<uint32_t>(graph.needs_.size()));
  }
  graph.ancestors_.assign(edges.size(), std::vector<bool>(edges.size(), false));
  for (const JobId job : graph.order_) {
    std::vector<bool>& own = graph.ancestors_[index(job)];
    for (const JobId need : graph.needs(job)) {
      const std::vector<bool>& theirs = graph.ancestors_[index(need)];
      std::transform(own.begin(), own.end(), theirs.begin(), own.begin(), std::logical_or<>());
      own[index(need)] = true;
    }
  }
  return graph;
}

std::span<const JobId> Graph::needs(JobId job) const {
  const size_t begin = first_[index(job)];
  return std::span(needs_).subspan(begin, first_[index(job) + 1] - begin);
}

std::vector<JobId> Graph::dependants(JobId job) const {
  std::vector<JobId> found;
  for (uint32_t i = 0; i < size(); ++i) {
    const std::span<const JobId> theirs = needs(JobId{i});
    if (std::ranges::binary_search(theirs, job)) found.push_back(JobId{i});
  }
  return found;
}

bool Graph::is_ancestor(JobId ancestor, JobId job) const {
  return ancestors_[index(job)][index(ancestor)];
}

size_t Graph::widest_antichain(std::span<const JobId> jobs) const {
  return model::widest_antichain(jobs.size(),
                                 [&](size_t before, size_t after) { return is_ancestor(jobs[before], jobs[after]); });
}

std::vector<JobId> gate_jobs(const Pipeline& pipeline) {
  if (!pipeline.gate.empty()) return pipeline.find(pipeline.gate);
  std::vector<JobId> all;
  for (uint32_t i = 0; i < pipeline.jobs.size(); ++i) all.push_back(JobId{i});
  return all;
}

}  // namespace dagsim::model
