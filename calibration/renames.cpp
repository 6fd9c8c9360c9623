#include "calibration/renames.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"

namespace dagsim::calibration {
namespace {

constexpr uint32_t kFewestRuns = 3;
constexpr double kAlikeSteps = 0.75;
constexpr size_t kFewestSteps = 2;

using Words = std::set<std::string>;

/// What runs show of one name, or of one job of the pipeline under the names that it has now.
struct Sight {
  Words steps;
  Words words;  ///< of the name
  uint32_t runs = 0;
  size_t first = SIZE_MAX;  ///< place in the history
  size_t last = 0;

  void see(size_t run) {
    if (runs > 0 && last == run) return;
    first = std::min(first, run);
    last = run;
    ++runs;
  }
};

Words words_of(std::string_view name) {
  Words words;
  std::string word;
  for (const char c : to_lower(name) + " ") {
    const bool is_part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (is_part) {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

/// Steps that GitHub adds to every job say nothing of what it does.
bool is_own_step(const std::string& name) {
  return !name.starts_with("Post ") && name != "Set up job" && name != "Complete job" &&
         name != "Initialize containers" && name != "Stop containers";
}

/// "run actions/checkout" of "Run actions/checkout@v4", so that a newer version is the same step.
std::string plain_step(const std::string& name) {
  return to_lower(name.substr(0, name.find('@')));
}

double likeness(const Words& a, const Words& b) {
  const auto common = static_cast<double>(std::ranges::count_if(a, [&](const auto& word) { return b.contains(word); }));
  const double all = static_cast<double>(a.size() + b.size()) - common;
  return all > 0 ? common / all : 0;
}

/// How well an older name and a job go together; nothing when they can't be one.
std::optional<double> fit_of(const Sight& old_name, const Sight& job) {
  if (old_name.runs < kFewestRuns || (job.runs > 0 && old_name.last >= job.first)) return std::nullopt;
  const double words = likeness(old_name.words, job.words);
  if (old_name.steps.empty() || job.steps.empty()) return words == 1 ? std::optional(1.0) : std::nullopt;
  const double steps = likeness(old_name.steps, job.steps);
  const bool enough = old_name.steps.size() >= kFewestSteps && job.steps.size() >= kFewestSteps;
  return enough && steps >= kAlikeSteps ? std::optional(steps + words) : std::nullopt;
}

/// The place of the one best of some fits; nothing when there is none, or two.
std::optional<size_t> best_of(const std::vector<std::optional<double>>& fits) {
  const auto best = std::ranges::max_element(fits);
  if (best == fits.end() || !*best || std::ranges::count(fits, *best) > 1) return std::nullopt;
  return static_cast<size_t>(best - fits.begin());
}

}  // namespace

std::vector<Rename> find_renames(const History& history, const model::Pipeline& pipeline,
                                 const std::function<std::vector<model::JobId>(const std::string&)>& match) {
  std::map<std::string, Sight> unknown;
  std::vector<Sight> jobs(pipeline.jobs.size());
  std::map<std::string, std::vector<model::JobId>> matched;
  const auto sights_of = [&](const std::string& name) {
    const auto [place, is_new] = matched.try_emplace(name);
    if (is_new) place->second = match(name);
    std::vector<Sight*> sights;
    for (const model::JobId job : place->second) sights.push_back(&jobs[index(job)]);
    if (sights.empty()) sights.push_back(&unknown[name]);
    return sights;
  };
  for (size_t run = 0; run < history.runs.size(); ++run) {
    const RunRecord& record = history.runs[run];
    if (!record.workflow.empty() && record.workflow != pipeline.title) continue;
    for (const JobRecord& job : record.jobs) {
      if (job.conclusion == Conclusion::Skipped) continue;
      for (Sight* sight : sights_of(job.name)) sight->see(run);
    }
    for (const StepRecord& step : record.steps) {
      if (!is_own_step(step.name)) continue;
      for (Sight* sight : sights_of(step.job)) sight->steps.insert(plain_step(step.name));
    }
  }
  for (auto& [name, sight] : unknown) sight.words = words_of(name);
  for (size_t job = 0; job < jobs.size(); ++job) {
    jobs[job].words = words_of(pipeline.jobs[job].name);
    // Steps that no run recorded are known from the file.
    if (!jobs[job].steps.empty()) continue;
    for (const model::Step& step : pipeline.jobs[job].steps) jobs[job].steps.insert(plain_step(step.name));
  }
  std::vector<std::vector<std::optional<double>>> by_job(jobs.size());
  std::vector<std::pair<std::string, std::vector<std::optional<double>>>> by_name;
  for (const auto& [name, sight] : unknown) {
    by_name.emplace_back(name, std::vector<std::optional<double>>());
    for (size_t job = 0; job < jobs.size(); ++job) {
      by_name.back().second.push_back(fit_of(sight, jobs[job]));
      by_job[job].push_back(by_name.back().second.back());
    }
  }
  std::vector<Rename> renames;
  for (size_t place = 0; place < by_name.size(); ++place) {
    const auto& [name, fits] = by_name[place];
    const std::optional<size_t> job = best_of(fits);
    if (!job || best_of(by_job[*job]) != place) continue;
    renames.push_back({name, model::JobId{static_cast<uint32_t>(*job)}, unknown[name].runs});
  }
  return renames;
}

}  // namespace dagsim::calibration
