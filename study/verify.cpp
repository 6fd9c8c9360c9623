#include "study/verify.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "history/history.h"
#include "stats/estimate.h"
#include "study/project.h"
#include "study/scenario.h"
#include "study/session.h"
#include "workflow/load.h"

namespace dagsim::study {
namespace {

using history::Conclusion;
using history::RunRecord;

/// When the gate was done: its job's end, else the published wall clock, else the end of the last job.
std::optional<double> wall_of(const RunRecord& run, const std::string& gate) {
  double last = 0;
  for (const history::JobRecord& job : run.jobs) {
    if (!job.start || job.conclusion == Conclusion::Skipped) continue;
    const double end = *job.start + job.seconds.high;
    if (job.name == gate) return end;
    last = std::max(last, end);
  }
  if (run.wall) return run.wall;
  if (run.is_partial || last <= 0) return std::nullopt;
  return last;
}

/// The runs, in the order of the history; each that can't be used is an error.
std::vector<const RunRecord*> find_runs(const history::History& history, const std::vector<std::string>& ids,
                                        Diagnostics& diagnostics) {
  std::vector<const RunRecord*> found;
  std::vector<std::string> known;
  for (const RunRecord& run : history.runs) {
    known.push_back(run.id);
    if (std::ranges::count(ids, run.id) == 0) continue;
    if (run.conclusion != Conclusion::Success && run.conclusion != Conclusion::Unknown) {
      diagnostics.error("not-green",
                        fmt::format("run {} {}, expected green runs", run.id, history::ended_as(run.conclusion)));
    }
    found.push_back(&run);
  }
  for (const std::string& id : ids) {
    if (std::ranges::count(known, id) > 0) continue;
    Diagnostic& error = diagnostics.error("unknown-run", fmt::format("run {} is not in {}", id, history.source));
    for (const std::string& near : nearest(id, known))
      error.notes.push_back({fmt::format("did you mean {}?", near), {}});
  }
  return found;
}

/// Of two runs the one that comes first; `cut` may be empty.
std::string earlier(const history::History& history, const std::string& cut, const std::string& run) {
  const auto first =
      std::ranges::find_if(history.runs, [&](const RunRecord& one) { return one.id == cut || one.id == run; });
  return first == history.runs.end() ? run : first->id;
}

const EditSpec* find_edit(const Scenario& scenario, const std::string& id, Diagnostics& diagnostics) {
  if (id.empty() && scenario.edits.size() == 1) return &scenario.edits.front();
  std::vector<std::string> known;
  for (const EditSpec& edit : scenario.edits) {
    if (edit.id == id) return &edit;
    known.push_back(edit.id);
  }
  diagnostics.error("unknown-edit",
                    id.empty() ? fmt::format("{} has {} edits, expected --edit with one of {}", scenario.path,
                                             known.size(), join(known, ", "))
                               : fmt::format("{} has no edit \"{}\", expected {}", scenario.path, id, any_of(known)));
  return nullptr;
}

std::string quoted_yaml(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::optional<Verification> verify(const FileSystem& files, const std::string& path, const std::string& edit,
                                   const std::vector<std::string>& runs, const Options& options,
                                   Diagnostics& diagnostics) {
  const std::optional<Scenario> scenario = read_scenario(files, path, diagnostics);
  if (!scenario) return std::nullopt;
  const EditSpec* spec = find_edit(*scenario, edit, diagnostics);
  Question question = question_of(*scenario, options);
  Diagnostics project_findings;  // told when the edit is predicted
  const std::string root = workflow::repository_root(files, question.workflow);
  if (question.history.empty()) question.history = read_project(files, root, project_findings).history;
  Diagnostics found;
  const history::History history =
      question.history.empty() ? history::History{} : history::read_history(files, question.history, found);
  if (question.history.empty()) {
    diagnostics.error("missing-history", "verify needs a history that holds the runs (--history, or `history:`)");
  }
  for (const Diagnostic& one : found.list()) {
    if (one.severity == Severity::Error) diagnostics.add(one);
  }
  if (diagnostics.has_errors() || spec == nullptr) return std::nullopt;
  const std::vector<const RunRecord*> measured = find_runs(history, runs, diagnostics);
  if (diagnostics.has_errors() || measured.empty()) return std::nullopt;

  Options before = options;
  before.history = question.history;
  before.history_before = earlier(history, question.history_before, measured.front()->id);
  const std::optional<Prediction> prediction = what_if(files, *scenario, before, diagnostics);
  if (!prediction) return std::nullopt;
  const auto line = std::ranges::find(prediction->edits, spec->id, &EditLine::id);
  if (line == prediction->edits.end() || line->verdict == Verdict::Illegal) {
    if (line != prediction->edits.end()) diagnostics.append(line->diagnostics);
    return std::nullopt;
  }
  Verification result;
  result.scenario = path;
  result.edit = spec->id;
  result.title = spec->title;
  result.gate = prediction->gate;
  result.runs_used = prediction->history.runs_used;
  result.last_used = prediction->history.last_run;
  const Distribution& base = prediction->baseline.wall;
  result.before = {base.p50, base.p10, base.p90, std::nullopt};
  if (prediction->history.measured_wall) result.before.measured = prediction->history.measured_wall->p50;
  result.after = {line->pipeline.wall.p50, line->pipeline.wall.p10, line->pipeline.wall.p90, std::nullopt};
  result.change = line->wall_change;
  result.two_runs = line->two_runs;
  std::vector<double> walls;
  for (const RunRecord* run : measured) {
    const std::optional<double> wall = wall_of(*run, prediction->gate);
    if (!wall) {
      diagnostics.error("no-wall", fmt::format("nothing tells when the gate of run {} was done", run->id));
      continue;
    }
    walls.push_back(*wall);
    result.runs.push_back({run->id, *wall, result.after.low <= *wall && *wall <= result.after.high});
  }
  if (diagnostics.has_errors()) return std::nullopt;
  result.after.measured = stats::quantile(walls, 0.5);
  return result;
}

std::string with_outcome(const std::string& ledger, const Verification& verification) {
  std::string ids;
  for (const VerifiedRun& run : verification.runs) ids += (ids.empty() ? "" : ", ") + run.id;
  const std::string item = fmt::format(
      "{{id: {}, before: {}, after: {}, verdict: {}, estimate: {}, measured: {}}}\n", quoted_yaml(verification.edit),
      quoted_yaml(verification.last_used), quoted_yaml(verification.runs.back().id),
      quoted_yaml(verification.is_as_predicted() ? "as predicted" : "not as predicted"),
      quoted_yaml(fmt::format("dagsim: {} to {}, {} to {} in 80 % of runs",
                              format_duration(verification.before.predicted),
                              format_duration(verification.after.predicted), format_duration(verification.after.low),
                              format_duration(verification.after.high))),
      quoted_yaml(fmt::format("{} in the median of {}", format_duration(*verification.after.measured), ids)));
  std::string text = ledger;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  size_t at = text.starts_with("techniques:") ? 0 : text.find("\ntechniques:");
  if (at == std::string::npos) return text + "techniques:\n  - " + item;
  at = text.find('\n', at + 1) + 1;
  std::string indent = "  ";
  if (const size_t dash = text.find_first_not_of(' ', at); dash != std::string::npos && text[dash] == '-') {
    indent.assign(dash - at, ' ');
  }
  // Up to the next key at the left margin, or the end.
  while (at < text.size() && (text[at] == ' ' || text[at] == '-' || text[at] == '#' || text[at] == '\n')) {
    at = text.find('\n', at) + 1;
  }
  return text.insert(at, indent + "- " + item);
}

}  // namespace dagsim::study
