#include "study/session.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/failure_points.h"
#include "history/history.h"
#include "history/store.h"
#include "study/change.h"
#include "study/coverage.h"
#include "study/defects.h"
#include "study/summary.h"

namespace dagsim::study {
namespace {

constexpr double kWorstReplay = 0.10;

std::string first_of(const std::string& first, const std::string& second) {
  return first.empty() ? second : first;
}

std::string last_part(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// What `github` holds of the run that a workflow_run follows, where all went well.
expression::Value after_green_push() {
  expression::Object run;
  run.set("conclusion", expression::Value("success"));
  run.set("event", expression::Value("push"));
  expression::Object event;
  event.set("workflow_run", expression::Value(run));
  expression::Object github;
  github.set("event", expression::Value(event));
  return expression::Value(github);
}

/// The gate that the user names, the project names, or the workflow shows: the one job with always() that needs the
/// most.
std::string choose_gate(const model::Pipeline& pipeline, const Question& question, const Project& project,
                        Diagnostics& diagnostics) {
  const auto check = [&](const std::string& gate, const std::string& who) -> std::string {
    if (!pipeline.find(gate).empty()) return gate;
    Diagnostic& error = diagnostics.error(
        "unknown-gate",
        fmt::format("gate \"{}\", named by {}, is no job of workflow \"{}\"", gate, who, pipeline.title));
    for (const std::string& near : nearest(gate, pipeline.names())) {
      error.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
    }
    return {};
  };
  if (!question.gate.empty()) return check(question.gate, "the scenario or the command line");
  const std::string file = pipeline.jobs.empty() ? std::string{} : last_part(pipeline.jobs.front().where.file->path());
  const auto declared = project.gates.find(first_of(question.workflow_file, file));
  if (declared != project.gates.end()) return check(declared->second, project.path);
  std::string best;
  size_t most = 1;
  for (const model::Job& job : pipeline.jobs) {
    if (job.condition.find("always()") == std::string::npos || job.needs.size() <= most || !job.caller.empty())
      continue;
    most = job.needs.size();
    best = job.id;
  }
  return best;
}

/// Whether the change that is asked about is the one that runs are taken to be of where nobody says more.
bool is_usual_change(const Session& session) {
  const std::string& usual = session.project.default_change;
  return usual.empty() || session.question.change == usual;
}

/// The shapes that the history's runs executed, beside the pipeline itself: folders of that name next to the
/// repository.
void add_shapes(const FileSystem& files, Session& session) {
  const std::string root = workflow::repository_root(files, session.question.workflow);
  std::set<std::tuple<std::string, std::string, std::string>> wanted;
  for (const history::RunRecord& run : session.history.runs) {
    if (!run.shape.empty()) wanted.insert({run.shape, run.event, run.change});
  }
  for (const auto& [shape, event, change] : wanted) {
    const std::string path = join_path(root, "../" + shape);
    if (root.empty() || !files.is_directory(path)) continue;
    Diagnostics ignored;  // what is wrong with another shape only costs its runs, which are then counted as left out
    const std::string event_or = first_of(event, session.question.event);
    const std::string usual = first_of(session.project.default_change, session.question.change);
    const std::string known_change = session.project.find_change(change) != nullptr ? change : usual;
    const workflow::Request request =
        make_request(session.question, session.project, path, event_or, known_change, ignored);
    if (std::optional<Expanded> expanded = expand(files, request, session.question, session.project, ignored)) {
      session.shapes.push_back({shape, event, change, std::move(expanded->pipeline), std::move(expanded->graph)});
    }
  }
}

/// A ledger's wall clocks are those of the gate that the project declares.
void drop_walls_of_other_gates(const Session& session, history::History& history, Diagnostics& diagnostics) {
  const std::string& gate = session.baseline.pipeline.gate;
  Question without_gate = session.question;
  without_gate.gate.clear();
  Diagnostics ignored;
  const std::string own = choose_gate(session.baseline.pipeline, without_gate, session.project, ignored);
  if (own == gate || own.empty()) return;
  bool any = false;
  for (history::RunRecord& run : history.runs) {
    any |= run.wall.has_value();
    run.wall.reset();
  }
  if (any) {
    diagnostics.warning(
        "other-gate",
        fmt::format("the ledger's wall clocks are those of \"{}\": they tell nothing about gate \"{}\"", own, gate));
  }
}

std::optional<history::History> open_history(const FileSystem& files, const Session& session,
                                             Diagnostics& diagnostics) {
  const std::string root = workflow::repository_root(files, session.question.workflow);
  const std::string imported = join_path(root, history::kDefaultStore);
  std::string path = first_of(session.question.history, session.project.history);
  if (path.empty() && files.is_file(imported)) path = imported;
  if (path.empty()) {
    diagnostics.error("no-history",
                      "no history is known: name one with --history, in the scenario, or as \"history\" in "
                      "dagsim.yaml, or import one "
                      "(dagsim import)");
    return std::nullopt;
  }
  Diagnostics found;
  history::History history = history::read_history(files, path, found);
  for (history::RunRecord& run : history.runs) {
    if (std::ranges::count(session.question.variants, run.variant) > 0) run.variant.clear();
  }
  if (!found.has_errors() && !session.question.history_before.empty()) {
    history::cut_history(history, session.question.history_before, found);
  }
  if (!found.has_errors() && history.runs.empty()) {
    found.error("empty-history", fmt::format("no run of {} comes before {}", path, session.question.history_before));
  }
  if (!found.has_errors()) drop_walls_of_other_gates(session, history, found);
  diagnostics.append(found);
  if (found.has_errors()) return std::nullopt;
  return history;
}

/// Names of assumptions and outputs that nothing in the pipeline bears: a slip would answer another question.
void check_names(const Question& question, const model::Pipeline& pipeline, Diagnostics& diagnostics) {
  const std::vector<std::string> families = model::families(pipeline);
  const auto suggest = [&](Diagnostic& error, const std::string& word, const std::vector<std::string>& known) {
    for (const std::string& near : nearest(word, known))
      error.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
  };
  for (const auto& [glob, state] : question.caches) {
    const bool known = std::any_of(families.begin(), families.end(), [&family_glob = glob](const std::string& family) {
      return glob_match(family_glob, family);
    });
    if (known || glob == "*") continue;
    suggest(diagnostics.error(
                "unknown-family",
                families.empty() ? fmt::format("no job restores a cache, so \"{}\" can't be assumed", glob)
                                 : fmt::format("no cache family is named \"{}\", expected {}", glob, any_of(families))),
            glob, families);
  }
  for (const auto& [name, value] : question.outputs) {
    const std::string job = name.substr(0, name.rfind('.'));
    if (!pipeline.find(job).empty()) continue;
    suggest(diagnostics.error("unknown-job",
                              fmt::format("output \"{}\" names no job of workflow \"{}\"", name, pipeline.title)),
            job, pipeline.names());
  }
}

bool check_replay(const calibration::Calibration& calibration, bool force, Diagnostics& diagnostics) {
  const calibration::Replay& replay = calibration.replay();
  if (std::abs(replay.median_residual) <= kWorstReplay) return true;
  const std::string message = fmt::format(
      "past runs pushed through this DAG miss their measured wall clock by {:+.0f} % (median of {} runs): the DAG "
      "is read wrongly, or the history is of another workflow",
      100 * replay.median_residual, replay.runs.size());
  if (force) {
    diagnostics.warning("replay", message);
    return true;
  }
  diagnostics.error("replay", message).notes.push_back({"--force predicts all the same", {}});
  return false;
}

/// A branch counts through its past runs.
void warn_of_unknown_branch(const Session& session, Diagnostics& diagnostics) {
  const std::string& branch = session.question.branch;
  std::vector<std::string> branches;
  for (const history::RunRecord& run : session.history.runs) branches.push_back(run.branch);
  if (branch.empty() || std::ranges::count(branches, branch) > 0) return;
  Diagnostic& finding = diagnostics.warning(
      "unknown-branch", fmt::format("no past run is of branch \"{}\": runs of all branches count alike", branch));
  for (const std::string& near : nearest(branch, branches))
    finding.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
}

}  // namespace

/// Path filters of the trigger may keep the workflow from starting at all.
void warn_if_not_started(const FileSystem& files, const Session& session, Diagnostics& diagnostics) {
  Diagnostics ignored;
  const auto loaded = workflow::load_with_filters(files, session.request, ignored);
  if (!loaded) return;
  const workflow::TriggerDecision decision = workflow::decide_start(*loaded, session.request);
  if (decision.runs) return;
  diagnostics.warning("not-started", fmt::format("the changed files don't start the workflow: {}", decision.reason));
}

workflow::Request make_request(const Question& question, const Project& project, const std::string& path,
                               const std::string& event, const std::string& change_name, Diagnostics& diagnostics) {
  workflow::Request request;
  request.path = path;
  request.workflow_file = question.workflow_file;
  request.event = event;
  request.vendor = project.vendor;
  request.changed_files = question.changed_files;
  apply_change(project, change_name, request, diagnostics);
  if (event == "workflow_run") request.contexts.set("github", after_green_push());
  add_outputs(question.outputs, request, diagnostics);
  return request;
}

void resolve_presence(model::Pipeline& pipeline, const model::Graph& graph, const Question& question,
                      Diagnostics& diagnostics) {
  Diagnostics found;
  model::resolve_presence(pipeline, graph, found);
  if (!question.ran) return diagnostics.append(found);
  for (model::Job& job : pipeline.jobs) {
    if (job.presence != model::Presence::Unknown) continue;
    job.presence = question.ran->contains(job.stream) ? model::Presence::Runs : model::Presence::Skipped;
    job.presence_reason = "changes of this class";
  }
}

Question question_of(const Scenario& scenario, const Options& options) {
  Question question = question_of(scenario.workflow, options);
  question.history = first_of(options.history, scenario.history);
  question.history_before = first_of(options.history_before, scenario.history_before);
  question.event = first_of(options.event, scenario.event);
  question.change = first_of(options.change, scenario.change);
  question.branch = first_of(options.branch, scenario.branch);
  question.gate = first_of(options.gate, scenario.gate.value_or(""));
  question.outputs = scenario.outputs;
  question.outputs.insert(question.outputs.end(), options.outputs.begin(), options.outputs.end());
  question.variants = scenario.variants;
  question.caches = scenario.caches;
  question.caches.insert(question.caches.end(), options.caches.begin(), options.caches.end());
  return question;
}

Question question_of(const std::string& workflow, const Options& options) {
  Question question;
  question.workflow = workflow;
  question.history = options.history;
  question.history_before = options.history_before;
  question.event = first_of(options.event, "pull_request");
  question.change = options.change;
  question.branch = options.branch;
  question.gate = options.gate;
  question.workflow_file = options.workflow_file;
  question.outputs = options.outputs;
  question.changed_files = options.changed_files;
  question.ran = options.ran;
  question.caches = options.caches;
  return question;
}

std::optional<Expanded> expand(const FileSystem& files, const workflow::Request& request, const Question& question,
                               const Project& project, Diagnostics& diagnostics) {
  Diagnostics found;
  std::optional<model::Pipeline> pipeline = workflow::load(files, request, found);
  std::optional<Expanded> result;
  if (pipeline) {
    pipeline->branch = question.branch;
    pipeline->pools = project.pools;
    pipeline->defects = project.defects;
    pipeline->gate = choose_gate(*pipeline, question, project, found);
    model::Graph graph = model::Graph::build(*pipeline, found);
    if (!found.has_errors()) {
      resolve_presence(*pipeline, graph, question, found);
      infer_coverage(*pipeline);
      result = Expanded{std::move(*pipeline), std::move(graph)};
    }
  }
  const bool failed = found.has_errors();
  diagnostics.append(found);
  return failed ? std::nullopt : std::move(result);
}

std::optional<Session> open_session(const FileSystem& files, const Question& question, bool force,
                                    Diagnostics& diagnostics) {
  Diagnostics found;
  Session session;
  session.question = question;
  if (!files.is_directory(question.workflow) && !files.is_file(question.workflow)) {
    diagnostics.error("missing-file", fmt::format("workflow \"{}\" does not exist", question.workflow));
    return std::nullopt;
  }
  session.project = read_project(files, workflow::repository_root(files, question.workflow), found);
  if (session.question.change.empty() && question.changed_files) {
    session.question.change = change_of_files(session.project, *question.changed_files);
  }
  session.request =
      make_request(question, session.project, question.workflow, question.event, session.question.change, found);
  std::optional<Expanded> expanded;
  if (!found.has_errors()) expanded = expand(files, session.request, question, session.project, found);
  if (expanded) {
    check_names(question, expanded->pipeline, found);
    session.baseline = std::move(*expanded);
  }
  std::optional<history::History> history = open_history(files, session, found);
  const bool complete = expanded && history && !found.has_errors();
  diagnostics.append(found);
  if (!complete) return std::nullopt;

  if (session.question.change.empty()) session.question.change = session.project.default_change;
  if (question.changed_files) warn_if_not_started(files, session, diagnostics);
  session.history = std::move(*history);
  session.shapes.push_back({last_part(workflow::repository_root(files, question.workflow)), question.event,
                            session.question.change, session.baseline.pipeline, session.baseline.graph,
                            is_usual_change(session)});
  add_shapes(files, session);
  Diagnostics learned;
  session.calibration = calibration::Calibration::learn(
      session.history, session.shapes, {session.project.cache_words, session.project.job_names}, learned);
  const bool usable = !learned.has_errors() && check_replay(*session.calibration, force, learned);
  diagnostics.append(learned);
  if (!usable) return std::nullopt;
  if (session.project.defects.empty()) {
    session.baseline.pipeline.defects =
        learn_defects(session.calibration->observations(), session.baseline.pipeline, session.baseline.graph);
    session.has_learned_defects = !session.baseline.pipeline.defects.empty();
  }
  warn_of_unknown_branch(session, diagnostics);
  return session;
}

HistoryLine history_line(const Session& session) {
  const calibration::Summary& summary = session.calibration->summary();
  const calibration::Replay& replay = session.calibration->replay();
  HistoryLine line;
  line.source = summary.source;
  line.runs_used = static_cast<uint32_t>(summary.used.size());
  if (!summary.used.empty()) {
    line.first_run = summary.used.front();
    line.last_run = summary.used.back();
  }
  line.before = session.question.history_before;
  line.excluded = summary.excluded;
  line.walls = replay.walls;
  line.replayed = static_cast<uint32_t>(replay.runs.size());
  line.replay_residual = replay.median_residual;
  line.dispatch_median = summary.dispatch_median;
  line.dispatch_origin = model::to_string(summary.dispatch_origin);
  line.measured_walls = static_cast<uint32_t>(summary.measured_walls.size());
  const calibration::FailurePoints& points = session.calibration->failure_points();
  line.told_failures = points.failures;
  line.failure_median = points.median;
  if (session.has_learned_defects) {
    const std::vector<calibration::RedRun>& red = session.calibration->observations().red_runs;
    line.red_runs = static_cast<uint32_t>(red.size());
    std::vector<double> seconds;
    for (const calibration::RedRun& run : red) {
      if (run.first_red) seconds.push_back(*run.first_red);
    }
    if (seconds.size() >= 2) line.measured_first_red = distribution(seconds);
  }
  if (summary.measured_walls.size() >= 2) line.measured_wall = distribution(summary.measured_walls);
  return line;
}

}  // namespace dagsim::study
