#include "study/change_classes.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/observation.h"
#include "calibration/rows.h"

namespace dagsim::study {
namespace {

constexpr size_t kMostClasses = 8;
constexpr double kLeastShare = 0.02;

std::vector<AskedClass> declared_classes(const Session& session) {
  std::map<std::string, uint32_t> runs;
  uint32_t known = 0;
  for (const history::RunRecord& run : session.history.runs) {
    if (session.project.find_change(run.change) == nullptr) continue;
    ++runs[run.change];
    ++known;
  }
  double weights = 0;
  for (const ChangeClass& change : session.project.changes) weights += change.weight.value_or(0);
  std::vector<AskedClass> classes;
  for (const ChangeClass& change : session.project.changes) {
    AskedClass asked{change.name, change.title, std::nullopt, runs[change.name], std::nullopt};
    if (weights > 0) {
      asked.share = change.weight.value_or(0) / weights;
    } else if (known > 0) {
      asked.share = static_cast<double>(asked.runs) / known;
    }
    classes.push_back(std::move(asked));
  }
  return classes;
}

/// "with docs", "without docs and e2e": the shorter of both.
std::string name_of(const std::set<std::string>& ran, const std::vector<std::string>& all) {
  std::vector<std::string> with;
  std::vector<std::string> without;
  for (const std::string& job : all) (ran.contains(job) ? with : without).push_back(job);
  if (without.empty()) return "all jobs";
  const bool shorter = with.size() <= without.size() && !with.empty();
  return fmt::format("{} {}", shorter ? "with only" : "without", join(shorter ? with : without, ", "));
}

std::vector<AskedClass> seen_classes(const Session& session) {
  const model::Pipeline& pipeline = session.baseline.pipeline;
  std::vector<size_t> open;
  std::vector<std::string> streams;
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    if (pipeline.jobs[i].presence != model::Presence::Unknown) continue;
    open.push_back(i);
    streams.push_back(pipeline.jobs[i].stream);
  }
  std::map<std::set<std::string>, uint32_t> seen;
  uint32_t all = 0;
  const calibration::Observations& observations = session.calibration->observations();
  for (const uint32_t number : calibration::runs_to_draw(observations, pipeline.event)) {
    const calibration::UsedRun& run = observations.runs[number];
    if (run.shape != 0 || !run.complete_listing) continue;
    std::set<std::string> ran;
    for (const size_t job : open) {
      if (run.ran[job] != 0) ran.insert(pipeline.jobs[job].stream);
    }
    ++seen[ran];
    ++all;
  }
  if (seen.size() < 2) return {};
  std::vector<AskedClass> classes;
  for (const auto& [ran, runs] : seen) {
    const double share = static_cast<double>(runs) / all;
    if (share >= kLeastShare) classes.push_back({name_of(ran, streams), "", share, runs, ran});
  }
  std::ranges::stable_sort(classes, std::ranges::greater(), &AskedClass::runs);
  if (classes.size() > kMostClasses) classes.resize(kMostClasses);
  return classes;
}

}  // namespace

std::vector<AskedClass> change_classes(const Session& session) {
  return session.project.changes.empty() ? seen_classes(session) : declared_classes(session);
}

}  // namespace dagsim::study
