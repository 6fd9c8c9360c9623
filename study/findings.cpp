#include "study/findings.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "study/session.h"
#include "workflow/document.h"
#include "workflow/library.h"
#include "workflow/load.h"

namespace dagsim::study {
namespace {

constexpr std::array<FindingRule, 12> kRules = {{
    {"cache-race", Severity::Warning, "jobs side by side save one cache key: one entry wins, whatever it holds"},
    {"cheap-first", Severity::Warning, "a cheap job holds back a heavy one only to fail first"},
    {"idle-need", Severity::Warning, "a need through which nothing passes"},
    {"idle-workflow", Severity::Warning, "a workflow on the path of each push that gates nothing"},
    {"lost-coverage", Severity::Error, "no job catches a kind of defect any more"},
    {"missing-timeout", Severity::Warning, "jobs that may hang for six hours"},
    {"narrow-saver", Severity::Note, "one job saves a cache that others use for other work"},
    {"no-fallback", Severity::Note, "a cache that a changed key leaves empty: no restore-keys"},
    {"ungated-job", Severity::Warning, "a job that the gate forgot"},
    {"ungated-publish", Severity::Warning, "publishing in a pull request"},
    {"unsaved-cache", Severity::Note, "a cache that no job of the workflow saves"},
    {"unshared-cache", Severity::Warning, "jobs serialised behind a cache that they don't share"},
}};

constexpr size_t kNamed = 4;  // jobs that a message names

bool publishes(const model::Step& step) {
  constexpr std::array kActions = {"actions/deploy-pages",        "softprops/action-gh-release",
                                   "pypa/gh-action-pypi-publish", "ncipollo/release-action",
                                   "peaceiris/actions-gh-pages",  "JS-DevTools/npm-publish"};
  constexpr std::array kCommands = {"cargo publish", "npm publish", "gh release create", "docker push",
                                    "twine upload",  "mvn deploy",  "gem push"};
  return std::ranges::count(kActions, step.uses) > 0 ||
         std::ranges::any_of(kCommands, [&](const char* one) { return step.run.find(one) != std::string::npos; });
}

/// The events to expand a file for: the asked one where it listens to it, else all that start it by themselves. What
/// GitHub would refuse is told.
std::vector<std::string> events_of(const FileSystem& files, const std::string& path, const Options& options,
                                   Diagnostics& diagnostics) {
  Diagnostics found;
  const auto source = std::make_shared<SourceFile>(path, files.read(path));
  const std::optional<workflow::Document> document = workflow::parse_workflow(source, found);
  std::vector<std::string> events;
  if (document && !found.has_errors()) {
    for (const workflow::Trigger& trigger : document->triggers) {
      const std::string& event = trigger.event.value;
      if (options.event.empty() ? event != "workflow_call" : event == options.event) events.push_back(event);
    }
  }
  if (found.has_errors()) diagnostics.append(found);
  return events;
}

}  // namespace

std::string name_few(std::vector<std::string> names) {
  const size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
  names.resize(names.size() - more);
  return join(names, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

Finding make_finding(std::string_view rule, std::string message, SourceRange where, std::vector<std::string> about) {
  const auto known = std::ranges::find(kRules, rule, &FindingRule::name);
  return {std::string(rule), known == kRules.end() ? Severity::Warning : known->severity, std::move(message),
          std::move(where), std::move(about)};
}

std::span<const FindingRule> finding_rules() {
  return kRules;
}

std::vector<Finding> find_ungated_jobs(const model::Pipeline& pipeline, const model::Graph& graph) {
  std::vector<Finding> findings;
  if (pipeline.gate.empty()) return findings;
  const std::vector<model::JobId> gate = model::gate_jobs(pipeline);
  std::set<std::string> reported;
  for (const model::JobId job : graph.order()) {
    const model::Job& candidate = pipeline.job(job);
    const bool concerns_gate = std::any_of(gate.begin(), gate.end(), [&](model::JobId one) {
      return one == job || graph.is_ancestor(job, one) || graph.is_ancestor(one, job);
    });
    if (concerns_gate || !reported.insert(candidate.id).second) continue;
    findings.push_back(
        make_finding("ungated-job",
                     fmt::format("job \"{}\" gates nothing: \"{}\" does not need it, so its failure stops no merge",
                                 candidate.id, pipeline.gate),
                     candidate.where, {candidate.id}));
  }
  return findings;
}

std::vector<Finding> find_missing_timeouts(const model::Pipeline& pipeline) {
  std::vector<std::string> names;
  SourceRange where;
  for (const model::Job& job : pipeline.jobs) {
    if (job.timeout_minutes || std::ranges::count(names, job.id) > 0) continue;
    if (names.empty()) where = job.where;
    names.push_back(job.id);
  }
  if (names.empty()) return {};
  const bool one = names.size() == 1;
  return {make_finding("missing-timeout",
                       fmt::format("{} no timeout-minutes, so a hang holds {} runner{} for GitHub's six hours: {}",
                                   one ? "a job has" : fmt::format("{} jobs have", names.size()), one ? "its" : "their",
                                   one ? "" : "s", name_few(names)),
                       where, names)};
}

std::vector<Finding> find_ungated_publishing(const model::Pipeline& pipeline) {
  std::vector<Finding> findings;
  std::set<std::string> reported;
  if (pipeline.event != "pull_request" && pipeline.event != "pull_request_target") return findings;
  for (const model::Job& job : pipeline.jobs) {
    if (job.presence != model::Presence::Runs) continue;
    for (const model::Step& step : job.steps) {
      if (step.condition != "success()" || !publishes(step) || !reported.insert(job.id).second) continue;
      findings.push_back(
          make_finding("ungated-publish",
                       fmt::format("job \"{}\" publishes in a pull request: no condition keeps \"{}\" to main or a tag",
                                   job.id, step.name),
                       step.where, {job.id}));
    }
  }
  return findings;
}

std::vector<Finding> find_idle_workflows(const FileSystem& files, const std::string& repository,
                                         const Project& project) {
  std::vector<Finding> findings;
  const std::string folder = join_path(repository, ".github/workflows");
  if (project.gates.empty() || !files.is_directory(folder)) return findings;
  for (const std::string& file : workflow::workflow_files(files, folder)) {
    const std::string name = file.substr(file.find_last_of('/') + 1);
    if (project.gates.contains(name)) continue;
    std::vector<std::string> events;
    std::optional<model::Pipeline> pipeline;
    for (const char* event : {"push", "pull_request"}) {
      workflow::Request request;
      request.path = file;
      request.event = event;
      Diagnostics ignored;  // parse and plan tell what is wrong with a file
      std::optional<model::Pipeline> loaded = workflow::load(files, request, ignored);
      if (!loaded || ignored.has_errors()) continue;
      events.emplace_back(event);
      pipeline = std::move(loaded);
    }
    if (events.empty() || pipeline->jobs.empty()) continue;
    findings.push_back(
        make_finding("idle-workflow",
                     fmt::format("workflow \"{}\" runs {} on each {}, but no gate of it is in dagsim.yaml: if "
                                 "nobody waits for it, a schedule would free its runners",
                                 pipeline->title.empty() ? name : pipeline->title,
                                 pipeline->jobs.size() == 1 ? "a job" : fmt::format("{} jobs", pipeline->jobs.size()),
                                 join(events, " and ")),
                     pipeline->jobs.front().where, {name}));
  }
  return findings;
}

std::vector<Finding> find_in_repository(const FileSystem& files, const std::string& path, const Options& options,
                                        Diagnostics& diagnostics) {
  const std::string folder = join_path(path, ".github/workflows");
  const bool is_repository = files.is_directory(folder);
  const Project project = read_project(files, workflow::repository_root(files, path), diagnostics);
  std::vector<std::string> paths = {path};
  if (is_repository) paths = workflow::workflow_files(files, folder);
  if (!options.workflow_file.empty()) {
    std::erase_if(paths, [&](const std::string& file) { return file != join_path(folder, options.workflow_file); });
  }
  if (paths.empty()) diagnostics.error("no-workflow", fmt::format("no workflow file to check in \"{}\"", path));
  std::vector<Finding> all;
  std::set<std::string> told;
  for (const std::string& file : paths) {
    for (const std::string& event : events_of(files, file, options, diagnostics)) {
      Scenario scenario;
      scenario.workflow = file;
      scenario.event = event;
      const Question question = question_of(scenario, options);
      Diagnostics found;
      const workflow::Request request = make_request(question, project, file, event, options.change, found);
      const std::optional<Expanded> expanded = expand(files, request, question, project, found);
      if (!expanded) {
        diagnostics.append(found);
        break;
      }
      for (Finding& one : find_faults(expanded->pipeline, expanded->graph, {}, project)) {
        // Another event may start some more of the same jobs: one finding all the same.
        std::string key = one.rule + (one.about.size() == 1 ? " " + one.about.front() : "");
        if (one.where) key += fmt::format(" {}:{}", one.where.file->path(), one.where.range.begin);
        if (told.insert(file + " " + key).second) all.push_back(std::move(one));
      }
    }
  }
  if (is_repository && options.workflow_file.empty()) {
    std::vector<Finding> idle = find_idle_workflows(files, path, project);
    judge_findings(project, idle);
    std::ranges::move(idle, std::back_inserter(all));
  }
  return all;
}

std::vector<Finding> find_faults(const model::Pipeline& pipeline, const model::Graph& graph,
                                 const std::map<std::string, double>& means, const Project& project) {
  std::vector<Finding> all;
  for (std::vector<Finding>& some : std::array{find_ungated_jobs(pipeline, graph),
                                               find_idle_needs(pipeline, graph, means), find_missing_timeouts(pipeline),
                                               find_ungated_publishing(pipeline), find_cache_faults(pipeline, graph)}) {
    std::ranges::move(some, std::back_inserter(all));
  }
  judge_findings(project, all);
  return all;
}

void judge_findings(const Project& project, std::vector<Finding>& findings) {
  std::erase_if(findings, [&](Finding& one) {
    const auto own = project.finding_severity.find(one.rule);
    if (own == project.finding_severity.end()) return false;
    if (own->second) one.severity = *own->second;
    return !own->second.has_value();
  });
}

}  // namespace dagsim::study
