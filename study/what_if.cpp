// Ranks the edits of a scenario: one session, one simulation of all variants on shared draws, one line for each edit.

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "calibration/observation.h"
#include "study/best_set.h"
#include "study/change_classes.h"
#include "study/compare.h"
#include "study/edited.h"
#include "study/findings.h"
#include "study/precision.h"
#include "study/session.h"
#include "study/simulated.h"
#include "study/study.h"
#include "study/summary.h"
#include "study/warnings.h"

namespace dagsim::study {
namespace {

void rank(std::vector<EditLine>& edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const EditLine& a, const EditLine& b) {
    if ((a.verdict == Verdict::Illegal) != (b.verdict == Verdict::Illegal)) return b.verdict == Verdict::Illegal;
    return a.wall_change.mean < b.wall_change.mean;
  });
  for (size_t i = 0; i < edits.size(); ++i) edits[i].rank = static_cast<uint32_t>(i + 1);
}

/// How much the runs of the question's branch count.
void add_branch(const Session& session, const model::Timing& timing, HistoryLine& line) {
  if (session.question.branch.empty()) return;
  std::set<std::string> own;
  for (const calibration::UsedRun& run : session.calibration->observations().runs) {
    if (run.record->branch == session.question.branch) own.insert(run.record->id);
  }
  double all = 0;
  for (const model::Row& row : timing.rows) {
    all += row.weight;
    if (own.contains(row.run)) line.branch_share += row.weight;
  }
  line.branch_runs = static_cast<uint32_t>(own.size());
  line.branch_share /= all;
}

Prediction head_of(const Session& session, const Options& options, const model::Timing& timing,
                   const sim::Results& results, const std::string& title) {
  Prediction prediction;
  prediction.title = title;
  prediction.workflow = session.question.workflow;
  prediction.event = session.question.event;
  prediction.change = session.question.change;
  prediction.branch = session.question.branch;
  prediction.gate = session.baseline.pipeline.gate.empty() ? "all jobs" : session.baseline.pipeline.gate;
  prediction.replications = results.replications;
  prediction.resamples = results.resamples;
  prediction.seed = options.seed;
  prediction.precision = precision_of(results);
  prediction.wanted_precision = options.precision;
  prediction.confidence = kConfidence;
  prediction.two_runs_confidence = kTwoRunsConfidence;
  prediction.history = history_line(session);
  add_branch(session, timing, prediction.history);
  return prediction;
}

/// A scenario's edits carried out and simulated.
struct Study {
  Session session;
  Simulated simulated;
};

std::optional<Study> run_study(const FileSystem& files, const Scenario& scenario, const Options& options,
                               Diagnostics& diagnostics) {
  std::optional<Session> session = open_session(files, question_of(scenario, options), options.force, diagnostics);
  if (!session) return std::nullopt;
  const std::optional<std::vector<SiblingTime>> siblings =
      add_siblings(files, scenario.siblings, options, *session, diagnostics);
  if (!siblings) return std::nullopt;
  std::vector<EditSpec> sets;
  if (options.best_set > 1) sets = sets_of_edits(scenario, options.best_set, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  Simulated simulated = simulate_edits(files, scenario, std::move(sets), *session, *siblings, options);
  return Study{std::move(*session), std::move(simulated)};
}

/// The set of edits of which none is known to be worse than the best: each against it on shared draws, at a confidence
/// that holds for all of them together. Those that dropped out of a race early are worse at that confidence already.
/// \param variants of the edits, 0 for illegal and dropped ones
void compare_with_best(const sim::Results& results, const std::vector<size_t>& variants, std::vector<EditLine>& edits) {
  size_t best = edits.size();
  size_t legal = 0;
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].verdict == Verdict::Illegal) continue;
    ++legal;
    if (edits[i].dropped) continue;
    if (best == edits.size() || edits[i].wall_change.mean < edits[best].wall_change.mean) best = i;
  }
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].verdict == Verdict::Illegal || edits[i].dropped) continue;
    edits[i].ties_best = true;
    if (i == best) continue;
    const double confidence = 1 - (1 - kConfidence) / static_cast<double>(legal - 1);
    edits[i].behind_best = paired_change(results.variants[variants[best]].wall, results.variants[variants[i]].wall,
                                         results.resamples, confidence);
    edits[i].ties_best = edits[i].behind_best.interval.low <= 0;
  }
}

/// Marks what nothing beats in both wall clock and minutes.
void mark_pareto(const PipelineLine& baseline, std::vector<EditLine>& edits) {
  for (EditLine& edit : edits) {
    if (edit.verdict == Verdict::Illegal || edit.dropped) continue;
    const auto is_beaten_by = [&](const PipelineLine& other) {
      return other.wall.mean <= edit.pipeline.wall.mean && other.minutes <= edit.pipeline.minutes &&
             (other.wall.mean < edit.pipeline.wall.mean || other.minutes < edit.pipeline.minutes);
    };
    edit.pareto = !is_beaten_by(baseline) && std::ranges::none_of(edits, [&](const EditLine& other) {
      return other.verdict != Verdict::Illegal && !other.dropped && is_beaten_by(other.pipeline);
    });
  }
}

/// The steps of the best set, from the sets that were simulated to the end.
std::optional<BestSet> best_set_of(const Simulated& simulated, const std::vector<EditLine>& lines) {
  if (!simulated.best_set) return std::nullopt;
  BestSet best = simulated.best_set->summary;
  std::vector<SimulatedSet> sets;
  for (size_t i = 0; i < simulated.edits.size(); ++i) {
    if (simulated.variants[i] != 0)
      sets.push_back({members_of(*simulated.edits[i].spec), simulated.variants[i], &lines[i].pipeline});
  }
  best.steps = steps_of(simulated.best_set->members, sets, simulated.results);
  const size_t variant = simulated.variants[simulated.best_set->edit];
  best.wall_change = paired_change(simulated.results.variants.front().wall, simulated.results.variants[variant].wall,
                                   simulated.results.resamples, kConfidence);
  return best;
}

Prediction predict(const Study& study, const std::string& title, const Options& options) {
  const Expanded& baseline = study.session.baseline;
  const Simulated& simulated = study.simulated;
  Prediction prediction = head_of(study.session, options, simulated.timing, simulated.results, title);
  prediction.baseline =
      summarise(baseline.pipeline, baseline.graph, simulated.timing, simulated.results.variants.front());
  prediction.assumptions = assumptions_of(simulated.timing, prediction.baseline, {});
  std::vector<std::string> base_texts;
  for (const model::Assumption& assumption : simulated.timing.assumptions) base_texts.push_back(assumption.text);
  std::vector<EditLine> lines;
  for (size_t i = 0; i < simulated.edits.size(); ++i) {
    const auto dropped = simulated.dropped.find(i);
    EditLine line = dropped != simulated.dropped.end() ? dropped->second : edit_line(simulated.edits[i]);
    if (simulated.variants[i] != 0) {
      compare(simulated.results, simulated.variants[i], prediction.baseline, base_texts, simulated.edits[i], line);
    }
    lines.push_back(std::move(line));
  }
  prediction.best_set = best_set_of(simulated, lines);
  lines.resize(simulated.listed);
  compare_with_best(simulated.results, simulated.variants, lines);
  mark_pareto(prediction.baseline, lines);
  rank(lines);
  prediction.edits = std::move(lines);
  add_warnings(study.session, prediction);
  return prediction;
}

/// The means over all classes.
void mix(ByChange& classes) {
  double shares = 0;
  for (const ChangeLine& line : classes.lines) {
    if (!line.share) return;
    shares += *line.share;
  }
  if (shares <= 0) return;
  classes.mean = 0;
  for (const ChangeLine& line : classes.lines) *classes.mean += *line.share / shares * line.wall.mean;
  for (size_t i = 0; i < classes.lines.front().edits.size(); ++i) {
    double sum = 0;
    bool is_legal = true;
    for (const ChangeLine& line : classes.lines) {
      is_legal = is_legal && line.edits[i].second;
      if (line.edits[i].second) sum += *line.share / shares * line.edits[i].second->mean;
    }
    if (is_legal) classes.edits.emplace_back(classes.lines.front().edits[i].first, sum);
  }
}

/// Every class as a study of its own.
std::optional<ByChange> by_change(const FileSystem& files, const Scenario& scenario, const Options& options,
                                  const Study& study, Diagnostics& diagnostics) {
  ByChange result;
  result.declared = !study.session.project.changes.empty();
  for (const AskedClass& asked : change_classes(study.session)) {
    Options own = options;
    own.best_set = 1;
    own.progress = {};
    own.ran = asked.ran;
    if (!asked.ran) own.change = asked.name;
    Diagnostics found;
    const std::optional<Study> part = run_study(files, scenario, own, found);
    if (!part) {
      Diagnostic& failed =
          diagnostics.warning("no-class", fmt::format("nothing could be predicted for changes \"{}\"", asked.name));
      for (const Diagnostic& one : found.list()) {
        if (one.severity == Severity::Error) failed.notes.push_back({one.message, one.where});
      }
      continue;
    }
    const Prediction prediction = predict(*part, scenario.title, own);
    ChangeLine line{asked.name, asked.title, asked.share, asked.runs, prediction.baseline.wall, {}};
    for (const EditSpec& spec : scenario.edits) {
      const auto edit = std::ranges::find(prediction.edits, spec.id, &EditLine::id);
      const bool is_legal = edit != prediction.edits.end() && edit->verdict != Verdict::Illegal;
      line.edits.emplace_back(spec.id, is_legal ? std::optional(edit->wall_change) : std::nullopt);
    }
    result.lines.push_back(std::move(line));
  }
  if (result.lines.size() < 2) {
    diagnostics.note("one-class",
                     "there is only one class of changes: dagsim.yaml declares no others, and past runs "
                     "all ran the same jobs");
    return std::nullopt;
  }
  mix(result);
  return result;
}

std::map<std::string, double> means_of(const PipelineLine& line) {
  std::map<std::string, double> means;
  for (const JobLine& job : line.jobs) means[job.key] = job.mean;
  return means;
}

/// The findings that head has and base had not, and how many both have.
void find_new(const Study& study, const Edited& edited, const Options& options, CheckResult& result) {
  const Expanded& base = study.session.baseline;
  const Project& project = study.session.project;
  const std::vector<Finding> known =
      find_faults(base.pipeline, base.graph, means_of(result.prediction.baseline), project);
  const auto is_known = [&](const Finding& finding) {
    return std::ranges::any_of(known, [&](const Finding& one) {
      return one.rule == finding.rule && std::ranges::all_of(finding.about, [&](const std::string& name) {
               return std::ranges::count(one.about, name) > 0;
             });
    });
  };
  const PipelineLine& head = result.prediction.edits.front().pipeline;
  for (Finding& finding : find_faults(edited.expanded->pipeline, edited.expanded->graph, means_of(head), project)) {
    if (is_known(finding)) {
      ++result.old_findings;
    } else {
      result.findings.push_back(std::move(finding));
    }
  }
  std::vector<Finding> lost;
  for (const std::string& kind : edited.effects.lost_coverage) {
    lost.push_back(
        make_finding("lost-coverage", fmt::format("no job that runs catches \"{}\" any more", kind), {}, {kind}));
    if (options.allow_lost_coverage || study.session.has_learned_defects) lost.back().severity = Severity::Warning;
  }
  judge_findings(project, lost);
  std::ranges::move(lost, std::back_inserter(result.findings));
}

}  // namespace

std::optional<Prediction> what_if(const FileSystem& files, const Scenario& scenario, const Options& options,
                                  Diagnostics& diagnostics) {
  Diagnostics found;
  const std::optional<Study> study = run_study(files, scenario, options, found);
  diagnostics.append(found);
  if (!study) return std::nullopt;
  Prediction prediction = predict(*study, scenario.title, options);
  if (options.by_change) {
    Diagnostics said;
    prediction.by_change = by_change(files, scenario, options, *study, said);
    diagnostics.append(said);
    found.append(said);
  }
  prediction.diagnostics = std::move(found);
  return prediction;
}

std::optional<Prediction> simulate(const FileSystem& files, const std::string& workflow, const Options& options,
                                   Diagnostics& diagnostics) {
  Scenario scenario;
  scenario.path = workflow;
  scenario.workflow = workflow;
  scenario.title = workflow;
  return what_if(files, scenario, options, diagnostics);
}

std::optional<CheckResult> check(const FileSystem& files, const std::string& base, const std::string& head,
                                 double threshold, const Options& options, Diagnostics& diagnostics) {
  Scenario scenario;
  scenario.path = "check";  // so that the head's path is taken as it is
  scenario.workflow = base;
  scenario.title = fmt::format("{} against {}", head, base);
  scenario.edits.push_back({"head", head, {{model::ReplaceWorkflow{head}, {}}}, std::nullopt, {}, {}});
  Options lenient = options;
  lenient.allow_lost_coverage = true;  // a finding below, so that the times are told all the same
  Diagnostics found;
  const std::optional<Study> study = run_study(files, scenario, lenient, found);
  diagnostics.append(found);
  if (!study) return std::nullopt;
  const Edited& edited = study->simulated.edits.front();
  diagnostics.append(edited.diagnostics);
  if (!edited.expanded) return std::nullopt;
  CheckResult result;
  result.prediction = predict(*study, scenario.title, options);
  const Change& change = result.prediction.edits.front().wall_change;
  const double base_mean = result.prediction.baseline.wall.mean;
  result.threshold = threshold;
  result.regression = change.mean / base_mean;
  result.failed = change.interval.low > threshold * base_mean;
  find_new(*study, edited, options, result);
  return result;
}

}  // namespace dagsim::study
