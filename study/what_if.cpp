// Ranks the edits of a scenario: one session, one simulation of all variants on shared draws, one line for each edit.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/observation.h"
#include "calibration/pool_waits.h"
#include "study/compare.h"
#include "study/edited.h"
#include "study/findings.h"
#include "study/precision.h"
#include "study/session.h"
#include "study/study.h"
#include "study/summary.h"

namespace dagsim::study {
namespace {

calibration::CacheAssumptions cache_assumptions(const Question& question, const std::vector<Edited>& edits) {
  calibration::CacheAssumptions caches;
  caches.at_start = question.caches;
  for (const Edited& edited : edits) {
    for (const auto& [family, probability] : edited.effects.warm) caches.split[family].push_back(probability);
  }
  return caches;
}

void rank(std::vector<EditLine>& edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const EditLine& a, const EditLine& b) {
    if ((a.verdict == Verdict::Illegal) != (b.verdict == Verdict::Illegal)) return b.verdict == Verdict::Illegal;
    return a.wall_change.mean < b.wall_change.mean;
  });
  for (size_t i = 0; i < edits.size(); ++i) edits[i].rank = static_cast<uint32_t>(i + 1);
}

/// Past runs that had more jobs of a pool at work than it has slots: the number is wrong, or changed since.
void add_pool_warnings(const Session& session, Prediction& prediction) {
  for (const model::Pool& pool : session.baseline.pipeline.pools) {
    if (pool.slots == 0) continue;
    uint32_t most = 0;
    size_t runs = 0;
    for (const calibration::UsedRun& run : session.calibration->observations().runs) {
      const model::Pipeline& shape = session.shapes[run.shape].pipeline;
      const uint32_t here = calibration::most_at_once(run, calibration::jobs_of_pool(shape, pool.name));
      most = std::max(most, here);
      runs += here > pool.slots ? 1U : 0U;
    }
    if (runs == 0) continue;
    prediction.warnings.push_back(fmt::format(
        "{} past run{} had up to {} jobs of pool \"{}\" at work at once, more than its {} slots in dagsim.yaml, so "
        "the waits that are simulated never happened: correct slots, or leave it out",
        runs, runs == 1 ? "" : "s", most, pool.name, pool.slots));
  }
}

void add_warnings(const Session& session, Prediction& prediction) {
  const model::Pipeline& pipeline = session.baseline.pipeline;
  for (const Finding& finding : find_ungated_jobs(pipeline, session.baseline.graph))
    prediction.warnings.push_back(finding.message);
  add_pool_warnings(session, prediction);
  if (prediction.history.runs_used < 8) {
    prediction.warnings.push_back(
        fmt::format("the history is thin: {} usable run{}, so levels and intervals lean on pooled and "
                    "assumed figures",
                    prediction.history.runs_used, prediction.history.runs_used == 1 ? "" : "s"));
  }
}

/// Jobs that are predicted to run although no past run tells anything about them.
void add_unseen_warning(Prediction& prediction) {
  std::vector<std::string> unseen;
  for (const JobLine& job : prediction.baseline.jobs) {
    if (job.runs && job.origin == "pooled" && job.observations == 0) unseen.push_back(job.key);
  }
  if (unseen.empty()) return;
  const size_t count = unseen.size();
  if (count > 5) unseen.resize(5);
  prediction.warnings.push_back(fmt::format("no past run tells the time of {}{}: taken from alike jobs",
                                            join(unseen, ", "),
                                            count > 5 ? fmt::format(" and {} more", count - 5) : ""));
}

/// The part of a chain's time that no run of its own jobs measured.
void add_origin_warning(Prediction& prediction) {
  if (prediction.baseline.chains.empty()) return;
  double total = 0;
  double unmeasured = 0;
  std::string worst;
  for (const JobLine& job : prediction.baseline.jobs) {
    const double here = job.mean * job.criticality;
    total += here;
    if (job.origin == "measured") continue;
    unmeasured += here;
    if (here > 0.05 * prediction.baseline.wall.mean) {
      worst += fmt::format("{}{} ({})", worst.empty() ? "" : ", ", job.key, job.origin);
    }
  }
  if (unmeasured > 0.25 * total) {
    prediction.warnings.push_back(
        fmt::format("{:.0f} % of the critical chain's time was never measured on its own jobs: {}",
                    100 * unmeasured / total, worst.empty() ? "many small jobs" : worst));
  }
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

sim::Options sim_options(const Options& options) {
  sim::Options result;
  result.seed = options.seed;
  result.replications = options.replications;
  result.threads = options.threads;
  result.progress = options.progress;
  return result;
}

constexpr uint64_t kPilot = 32'768;

/// A scenario, simulated: variant 0 is the baseline, then every legal edit.
struct Study {
  Session session;
  std::vector<Edited> edits;
  model::Timing timing;
  sim::Results results;
};

std::optional<Study> run_study(const FileSystem& files, const Scenario& scenario, const Options& options,
                               Diagnostics& diagnostics) {
  std::optional<Session> session = open_session(files, question_of(scenario, options), options.force, diagnostics);
  if (!session) return std::nullopt;
  Study study{std::move(*session), {}, {}, {}};
  study.edits = apply_edits(files, scenario, study.session, options.allow_lost_coverage);
  const calibration::CacheAssumptions caches = cache_assumptions(study.session.question, study.edits);
  const Expanded& baseline = study.session.baseline;
  study.timing = study.session.calibration->timing(baseline.pipeline, baseline.graph, caches);
  std::vector<sim::Variant> variants{{&baseline.pipeline, &baseline.graph, &study.timing}};
  for (Edited& edited : study.edits) {
    if (!edited.expanded) continue;
    calibration::CacheAssumptions own = caches;
    own.warm = edited.effects.warm;
    edited.timing = study.session.calibration->timing(edited.expanded->pipeline, edited.expanded->graph, own);
    variants.push_back({&edited.expanded->pipeline, &edited.expanded->graph, &edited.timing});
  }
  sim::Options wanted = sim_options(options);
  if (options.precision > 0) wanted.replications = std::min(options.replications, kPilot);
  study.results = sim::simulate(variants, wanted);
  if (options.precision > 0 && precision_of(study.results) > options.precision) {
    wanted.replications = replications_for(study.results, options.precision, options.replications);
    study.results = sim::simulate(variants, wanted);
  }
  return study;
}

/// The set of edits of which none is known to be worse than the best: each against it on shared draws, at a confidence
/// that holds for all of them together. \param variants of the edits, 0 for illegal ones
void compare_with_best(const sim::Results& results, const std::vector<size_t>& variants, std::vector<EditLine>& edits) {
  size_t best = edits.size();
  size_t legal = 0;
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].verdict == Verdict::Illegal) continue;
    ++legal;
    if (best == edits.size() || edits[i].wall_change.mean < edits[best].wall_change.mean) best = i;
  }
  for (size_t i = 0; i < edits.size(); ++i) {
    if (edits[i].verdict == Verdict::Illegal) continue;
    edits[i].ties_best = true;
    if (i == best) continue;
    const double confidence = 1 - (1 - kConfidence) / static_cast<double>(legal - 1);
    edits[i].behind_best = paired_change(results.variants[variants[best]].wall, results.variants[variants[i]].wall,
                                         results.resamples, confidence);
    edits[i].ties_best = edits[i].behind_best.interval.low <= 0;
  }
}

Prediction predict(const Study& study, const std::string& title, const Options& options) {
  const Expanded& baseline = study.session.baseline;
  Prediction prediction = head_of(study.session, options, study.timing, study.results, title);
  prediction.baseline = summarise(baseline.pipeline, baseline.graph, study.timing, study.results.variants.front());
  prediction.assumptions = assumptions_of(study.timing, prediction.baseline, {});
  std::vector<std::string> base_texts;
  for (const model::Assumption& assumption : study.timing.assumptions) base_texts.push_back(assumption.text);
  size_t variant = 0;
  std::vector<size_t> variants;
  for (const Edited& edited : study.edits) {
    EditLine line = edit_line(edited);
    variants.push_back(edited.expanded ? variant + 1 : 0);
    if (edited.expanded) compare(study.results, ++variant, prediction.baseline, base_texts, edited, line);
    prediction.edits.push_back(std::move(line));
  }
  compare_with_best(study.results, variants, prediction.edits);
  rank(prediction.edits);
  add_warnings(study.session, prediction);
  add_origin_warning(prediction);
  add_unseen_warning(prediction);
  return prediction;
}

}  // namespace

std::optional<Prediction> what_if(const FileSystem& files, const Scenario& scenario, const Options& options,
                                  Diagnostics& diagnostics) {
  Diagnostics found;
  const std::optional<Study> study = run_study(files, scenario, options, found);
  diagnostics.append(found);
  if (!study) return std::nullopt;
  Prediction prediction = predict(*study, scenario.title, options);
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
  scenario.edits.push_back({"head", head, {{model::ReplaceWorkflow{head}, {}}}, std::nullopt, {}});
  Options lenient = options;
  lenient.allow_lost_coverage = true;  // a finding below, so that the times are told all the same
  Diagnostics found;
  const std::optional<Study> study = run_study(files, scenario, lenient, found);
  diagnostics.append(found);
  if (!study) return std::nullopt;
  const Edited& edited = study->edits.front();
  diagnostics.append(edited.diagnostics);
  if (!edited.expanded) return std::nullopt;
  CheckResult result;
  result.prediction = predict(*study, scenario.title, options);
  const Change& change = result.prediction.edits.front().wall_change;
  const double base_mean = result.prediction.baseline.wall.mean;
  result.threshold = threshold;
  result.regression = change.mean / base_mean;
  result.failed = change.interval.low > threshold * base_mean;
  result.findings = find_ungated_jobs(edited.expanded->pipeline, edited.expanded->graph);
  for (const std::string& kind : edited.effects.lost_coverage) {
    result.findings.push_back({"lost-coverage",
                               options.allow_lost_coverage ? Severity::Warning : Severity::Error,
                               fmt::format("no job that runs catches \"{}\" any more", kind),
                               {}});
  }
  return result;
}

}  // namespace dagsim::study
