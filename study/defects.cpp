#include "study/defects.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::study {
namespace {

constexpr size_t kMostSets = 64;
constexpr size_t kNamed = 3;  // jobs in the name of a kind

/// The jobs that failed by themselves: keys of legs, or the id path where all of a job's legs did.
std::set<std::string> failed_first(const calibration::RedRun& run, const model::Pipeline& pipeline,
                                   const model::Graph& graph) {
  std::vector<model::JobId> failed;
  for (const model::JobId job : graph.order()) {
    if (std::ranges::count(run.legs, pipeline.job(job).stream) > 0) failed.push_back(job);
  }
  std::map<std::string, std::set<std::string>> by_id;
  for (const model::JobId job : failed) {
    const bool passed_on =
        std::ranges::any_of(failed, [&](model::JobId other) { return graph.is_ancestor(other, job); });
    if (!passed_on && pipeline.job(job).id != pipeline.gate) by_id[pipeline.job(job).id].insert(pipeline.job(job).key);
  }
  std::set<std::string> names;
  for (const auto& [id, legs] : by_id) {
    if (static_cast<size_t>(std::ranges::count(pipeline.jobs, id, &model::Job::id)) == legs.size()) {
      names.insert(id);
    } else {
      names.insert(legs.begin(), legs.end());
    }
  }
  return names;
}

std::string name_of(const std::set<std::string>& ids) {
  std::vector<std::string> names(ids.begin(), ids.end());
  const size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
  names.resize(names.size() - more);
  return "failures of " + join(names, " + ") + (more > 0 ? fmt::format(" + {} more", more) : "");
}

}  // namespace

std::vector<model::DefectKind> learn_defects(const calibration::Observations& observations,
                                             const model::Pipeline& pipeline, const model::Graph& graph) {
  std::map<std::set<std::string>, uint32_t> together;
  uint32_t all = 0;
  for (const calibration::RedRun& run : observations.red_runs) {
    const std::set<std::string> ids = failed_first(run, pipeline, graph);
    if (ids.empty()) continue;
    ++together[ids];
    ++all;
  }
  std::vector<std::pair<std::set<std::string>, uint32_t>> sets(together.begin(), together.end());
  std::ranges::stable_sort(sets, std::ranges::greater(), &std::pair<std::set<std::string>, uint32_t>::second);
  std::map<std::set<std::string>, double> kinds;
  for (size_t i = 0; i < sets.size(); ++i) {
    const auto& [ids, runs] = sets[i];
    if (ids.size() == 1 || i < kMostSets) {
      kinds[ids] += runs;
      continue;
    }
    // A rare set: each of its jobs was the defect's, in equal parts.
    for (const std::string& id : ids) kinds[{id}] += static_cast<double>(runs) / static_cast<double>(ids.size());
  }
  std::vector<model::DefectKind> defects;
  for (const auto& [ids, runs] : kinds) {
    defects.push_back({name_of(ids), {ids.begin(), ids.end()}, runs / all, {}});
  }
  std::ranges::stable_sort(defects, std::ranges::greater(), [](const model::DefectKind& kind) { return *kind.rate; });
  return defects;
}

}  // namespace dagsim::study
