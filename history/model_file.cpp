#include "history/model_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"
#include "history/ledger.h"
#include "history/sample.h"

namespace dagsim::history {

namespace {

/// The columns of each job's steps: its step names in the order of the runs, as often as one run has them.
class StepColumns {
 public:
  explicit StepColumns(const std::vector<RunRecord>& runs) {
    for (const RunRecord& run : runs) rows(run);
  }

  struct Job {
    std::string name;
    std::vector<std::string> steps;
  };
  const std::vector<Job>& jobs() const { return jobs_; }

  /// A run's times by job, in the order of the columns; "" for a step that the run doesn't have.
  std::vector<std::pair<std::string, std::vector<std::string>>> rows(const RunRecord& run);

 private:
  Job& job(const std::string& name) {
    const auto found = std::ranges::find(jobs_, name, &Job::name);
    return found == jobs_.end() ? jobs_.emplace_back(Job{name, {}}) : *found;
  }

  std::vector<Job> jobs_;
};

std::string figure(const Seconds& seconds, bool is_range) {
  if (!is_range) return fmt::format("{}", seconds.high);
  return seconds.low > 0 ? fmt::format("{}..{}", seconds.low, seconds.high) : fmt::format("..{}", seconds.high);
}

std::vector<std::pair<std::string, std::vector<std::string>>> StepColumns::rows(const RunRecord& run) {
  std::vector<std::pair<std::string, std::vector<std::string>>> rows;
  for (const StepRecord& step : run.steps) {
    Job& columns = job(step.job);
    auto row = std::ranges::find(rows, step.job, &std::pair<std::string, std::vector<std::string>>::first);
    if (row == rows.end()) row = rows.insert(rows.end(), {step.job, {}});
    size_t column = 0;
    while (column < columns.steps.size() &&
           (columns.steps[column] != step.name || (column < row->second.size() && !row->second[column].empty()))) {
      ++column;
    }
    if (column == columns.steps.size()) columns.steps.push_back(step.name);
    if (row->second.size() <= column) row->second.resize(column + 1);
    row->second[column] = figure(step.seconds, step.seconds.low != step.seconds.high);
  }
  return rows;
}

std::string moment(const std::optional<double>& seconds) {
  return seconds ? fmt::format("{}", *seconds) : "~";
}

std::string job_row(const JobRecord& job) {
  const std::string took = figure(job.seconds, job.over_legs);
  const bool timed = job.eligible || job.start;
  std::string row = fmt::format("[{}, {}", yaml::scalar_text(job.name),
                                timed ? fmt::format("{} {} {}", moment(job.eligible), moment(job.start), took) : took);
  if (job.conclusion != Conclusion::Success || !job.lane.empty())
    row += fmt::format(", {}", conclusion_word(job.conclusion));
  if (!job.lane.empty()) row += ", " + yaml::scalar_text(job.lane);
  return row + "]";
}

std::string names_text(const std::vector<std::string>& names) {
  std::vector<std::string> texts;
  for (const std::string& name : names) texts.push_back(yaml::scalar_text(name));
  return join(texts, ", ");
}

std::string sequence(const std::vector<std::string>& rows) {
  return "[" + join(rows, ", ") + "]";
}

/// What is said of all runs at once.
struct Common {
  std::string workflow;
  bool is_partial = false;
};

/// One line, with the fields that the run has.
std::string run_line(const RunRecord& run, const Common& common, StepColumns& columns) {
  std::vector<std::string> fields;
  const auto add = [&](std::string_view key, const std::string& text) {
    if (!text.empty()) fields.push_back(fmt::format("{}: {}", key, text));
  };
  const auto add_word = [&](std::string_view key, const std::string& word) {
    if (!word.empty()) add(key, yaml::scalar_text(word));
  };
  const auto add_rows = [&](std::string_view key, const std::vector<std::string>& rows) {
    if (!rows.empty()) add(key, sequence(rows));
  };
  add_word("id", run.id);
  if (run.attempt != 1) add("attempt", fmt::format("{}", run.attempt));
  if (run.workflow != common.workflow) add_word("workflow", run.workflow);
  if (run.start) add("start", utc_text(*run.start));
  add_word("event", run.event);
  add_word("branch", run.branch);
  if (run.fork) add("fork", "true");
  if (run.is_partial && !common.is_partial) add("listing", "partial");
  add_word("change", run.change);
  add_word("lane", run.lane);
  add_word("shape", run.shape);
  add_word("variant", run.variant);
  add_word("cache", run.cache);
  if (run.wall) add("wall", fmt::format("{}", *run.wall));
  add("conclusion", std::string(conclusion_word(run.conclusion)));
  std::vector<std::string> rows;
  for (const JobRecord& job : run.jobs) {
    if (job.conclusion != Conclusion::Skipped) rows.push_back(job_row(job));
  }
  add_rows("jobs", std::exchange(rows, {}));
  for (auto& [job, times] : columns.rows(run)) {
    for (std::string& time : times) {
      if (time.empty()) time = "~";
    }
    rows.push_back(fmt::format("[{}, {}]", yaml::scalar_text(job), join(times, " ")));
  }
  add_rows("steps", std::exchange(rows, {}));
  for (const RestoreRecord& one : run.restores)
    rows.push_back(
        fmt::format("[{}, {}, {}]", yaml::scalar_text(one.job), to_string(one.state), yaml::scalar_text(one.key)));
  add_rows("restores", std::exchange(rows, {}));
  for (const SpanRecord& span : run.spans) {
    rows.push_back(
        fmt::format("{{from: [{}], to: [{}], seconds: {}}}", names_text(span.from), names_text(span.to), span.seconds));
  }
  add_rows("spans", rows);
  return "  - {" + join(fields, ", ") + "}\n";
}

/// The workflow of all runs that name one, "" if they name several.
std::string common_workflow(const std::vector<RunRecord>& runs) {
  if (runs.empty()) return "";
  const std::string& first = runs.front().workflow;
  return std::ranges::all_of(runs, [&](const RunRecord& run) { return run.workflow == first; }) ? first : "";
}

}  // namespace

std::string write_model(const History& history, std::string_view learned) {
  const std::string workflow = common_workflow(history.runs);
  StepColumns columns(history.runs);
  std::string text = fmt::format(
      "# What past runs teach, as dagsim calibrate --format yaml writes it: --history takes this file in their place.\n"
      "dagsim-model: {}\n",
      kModelVersion);
  if (!workflow.empty()) text += fmt::format("workflow: {}\n", yaml::scalar_text(workflow));
  const bool partial = std::ranges::all_of(history.runs, &RunRecord::is_partial);
  text += fmt::format("listings: {}\n", partial ? "partial" : "complete");
  if (!history.warnings.empty()) {
    text += "warnings:\n";
    for (const std::string& warning : history.warnings) text += fmt::format("  - {}\n", yaml::scalar_text(warning));
  }
  if (!history.excluded.empty()) {
    text += "left-out:\n";
    for (const auto& [reason, runs] : history.excluded)
      text += fmt::format("  {}: {}\n", yaml::scalar_text(reason), runs);
  }
  if (!learned.empty()) {
    text += "\n# For people; nothing below \"learned\" is read.\nlearned:\n";
    text += learned;
  }
  if (!columns.jobs().empty()) {
    text += "\n# A job and its steps, in the order of the times in \"runs\".\nstep-names:\n";
    for (const StepColumns::Job& job : columns.jobs())
      text += fmt::format("  - [{}, {}]\n", yaml::scalar_text(job.name), names_text(job.steps));
  }
  text +=
      "\n# jobs: [name, created started took, conclusion unless success, lane], in seconds; created and started after "
      "the"
      "\n# run's start; ~ is unknown, or a step that did not run.\nruns:\n";
  for (const RunRecord& run : history.runs) text += run_line(run, {workflow, partial}, columns);
  return text;
}

}  // namespace dagsim::history
