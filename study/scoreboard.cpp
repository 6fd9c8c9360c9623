#include "study/scoreboard.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "study/project.h"

namespace dagsim::study {
namespace {

WallScore wall_of(const PipelineLine& line, const std::optional<Outcome>& measured) {
  return {line.wall.p50, line.wall.p10, line.wall.p90, measured ? measured->wall : std::nullopt};
}

/// Predicted mean by key and by id path; of several legs the longest.
std::map<std::string, double> job_means(const PipelineLine& line) {
  std::map<std::string, double> means;
  for (const JobLine& job : line.jobs) {
    if (!job.runs) continue;
    for (const std::string& name : {job.key, job.key.substr(0, job.key.find('['))}) {
      double& longest = means[name];
      longest = std::max(longest, job.mean);
    }
  }
  return means;
}

std::optional<double> value_of(const std::map<std::string, double>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> measured_of(const std::optional<Outcome>& outcome, const std::string& job) {
  if (!outcome) return std::nullopt;
  const auto found = std::ranges::find(outcome->jobs, job, &std::pair<std::string, double>::first);
  return found == outcome->jobs.end() ? std::nullopt : std::optional(found->second);
}

/// Every job that was measured before or after, in the order in which they are told.
std::vector<JobScore> job_scores(const Prediction& prediction, const EditLine& edit,
                                 const std::optional<Outcome>& before, const std::optional<Outcome>& after) {
  std::vector<std::string> names;
  for (const std::optional<Outcome>* outcome : {&before, &after}) {
    if (!*outcome) continue;
    for (const auto& [job, seconds] : (*outcome)->jobs) {
      if (std::ranges::count(names, job) == 0) names.push_back(job);
    }
  }
  const std::map<std::string, double> means = job_means(prediction.baseline);
  const std::map<std::string, double> edited = job_means(edit.pipeline);
  std::vector<JobScore> scores;
  for (const std::string& name : names) {
    scores.push_back(
        {name, value_of(means, name), value_of(edited, name), measured_of(before, name), measured_of(after, name)});
  }
  return scores;
}

std::vector<RedScore> red_scores(const PipelineLine& before, const PipelineLine& after) {
  std::vector<RedScore> scores;
  for (const FirstRedLine& one : before.first_red_by_kind) {
    const auto other = std::ranges::find(after.first_red_by_kind, one.kind, &FirstRedLine::kind);
    if (other == after.first_red_by_kind.end() || !one.covered || !other->covered) continue;
    if (!std::isfinite(one.seconds.p50) || !std::isfinite(other->seconds.p50)) continue;
    scores.push_back({one.kind, one.seconds.p50, one.shown_by, other->seconds.p50, other->shown_by});
  }
  std::ranges::stable_sort(scores, {}, &RedScore::before);
  return scores;
}

/// What a ledger tells of techniques, and how many runs stand between two.
class Ledger {
 public:
  Ledger() = default;
  Ledger(const FileSystem& files, const Scenario& scenario, const Options& options) {
    std::string path = options.history.empty() ? scenario.history : options.history;
    Diagnostics known;  // told when the scenario was predicted
    if (path.empty()) path = read_project(files, scenario.workflow, known).history;
    if (!path.empty()) history_ = history::read_history(files, path, known);
  }

  std::optional<history::TriedTechnique> find(const std::string& id) const {
    const auto found = std::ranges::find(history_.techniques, id, &history::TriedTechnique::id);
    return found == history_.techniques.end() ? std::nullopt : std::optional(*found);
  }

  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const history::TriedTechnique& one : history_.techniques) ids.push_back(one.id);
    return ids;
  }

  /// Runs of the same workflow after `before`, up to `after`.
  uint32_t runs_between(const std::string& before, const std::string& after) const {
    const auto at = [&](const std::string& id) {
      return std::ranges::find(history_.runs, id, &history::RunRecord::id);
    };
    const auto first = at(before);
    const auto last = at(after);
    if (first == history_.runs.end() || last == history_.runs.end() || last <= first) return 0;
    return static_cast<uint32_t>(std::count_if(
        first + 1, last + 1, [&](const history::RunRecord& run) { return run.workflow == first->workflow; }));
  }

 private:
  history::History history_;
};

/// The techniques that an edit is known as; names that the ledger doesn't know are errors.
void add_tried(const EditSpec& spec, const Ledger& ledger, Technique& technique, Diagnostics& diagnostics) {
  for (const std::string& id : spec.techniques) {
    const std::optional<history::TriedTechnique> tried = ledger.find(id);
    if (!tried) {
      Diagnostic& error =
          diagnostics.error("unknown-technique", fmt::format("the ledger has no technique \"{}\"", id), spec.where);
      for (const std::string& near : nearest(id, ledger.ids())) {
        error.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
      }
      continue;
    }
    technique.runs_spent = std::max(technique.runs_spent, ledger.runs_between(tried->before, tried->after));
    technique.tried.push_back(*tried);
  }
}

}  // namespace

std::optional<double> Technique::measured_change() const {
  if (!before.measured || !after.measured) return std::nullopt;
  return *after.measured - *before.measured;
}

bool Technique::is_change_inside() const {
  const std::optional<double> change_measured = measured_change();
  return change_measured && two_runs.change.holds(*change_measured);
}

std::optional<Scoreboard> score_scenario(const FileSystem& files, const std::string& path, const Options& options,
                                         Diagnostics& diagnostics) {
  const std::optional<Scenario> scenario = read_scenario(files, path, diagnostics);
  if (!scenario) return std::nullopt;
  if (scenario->edits.empty()) return Scoreboard{{}, scenario->not_predicted};
  const std::optional<Prediction> prediction = what_if(files, *scenario, options, diagnostics);
  if (!prediction) return std::nullopt;
  const bool has_techniques =
      std::ranges::any_of(scenario->edits, [](const EditSpec& edit) { return !edit.techniques.empty(); });
  const Ledger ledger = has_techniques ? Ledger(files, *scenario, options) : Ledger();
  Scoreboard board;
  board.not_predicted = scenario->not_predicted;
  for (const EditSpec& spec : scenario->edits) {
    const auto line = std::ranges::find(prediction->edits, spec.id, &EditLine::id);
    if (line == prediction->edits.end() || line->verdict == Verdict::Illegal || line->dropped) continue;
    if (!spec.measured && spec.techniques.empty()) continue;
    Technique technique;
    technique.scenario = path;
    technique.id = spec.id;
    technique.title = spec.title;
    technique.runs_used = prediction->history.runs_used;
    technique.before = wall_of(prediction->baseline, scenario->measured);
    technique.after = wall_of(line->pipeline, spec.measured);
    technique.change = line->wall_change;
    technique.two_runs = line->two_runs;
    technique.verdict = line->verdict;
    technique.measured_run = spec.measured ? spec.measured->run : "";
    technique.jobs = job_scores(*prediction, *line, scenario->measured, spec.measured);
    technique.first_red = red_scores(prediction->baseline, line->pipeline);
    technique.break_evens = line->break_evens;
    technique.is_retrospective = prediction->history.before.empty();
    add_tried(spec, ledger, technique, diagnostics);
    board.techniques.push_back(std::move(technique));
  }
  if (board.techniques.empty() && board.not_predicted.empty()) {
    diagnostics.warning(
        "nothing-measured",
        fmt::format("no edit of {} that can be predicted has a measured outcome to compare with", path));
  }
  if (diagnostics.has_errors()) return std::nullopt;
  return board;
}

}  // namespace dagsim::study
