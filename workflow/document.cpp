#include "workflow/document.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "workflow/check_triggers.h"
#include "workflow/reader.h"
#include "workflow/references.h"
#include "workflow/schema_check.h"

namespace dagsim::workflow {

namespace {

/// Every need names a job of this workflow, and not the job itself.
void check_needs(Reader& reader, const Document& document) {
  for (const JobDocument& job : document.jobs) {
    for (const Text& need : job.needs) {
      if (document.job(need.value) != nullptr) continue;
      std::vector<std::string> ids;
      for (const JobDocument& other : document.jobs) ids.push_back(other.id.value);
      Diagnostic& diagnostic = reader.error(
          "unknown-need",
          fmt::format("job \"{}\" needs job \"{}\", which is not defined in this workflow", job.id.value, need.value),
          need.where.range);
      suggest(diagnostic, need.value, ids);
    }
  }
}

/// On GitHub the outputs of a job that isn't a direct need are silently empty.
void check_reads(Reader& reader, const Document& document) {
  for (const JobDocument& job : document.jobs) {
    for (const Reading& reading : job.readings) {
      for (const NeedsRead& read : needs_reads(reading)) {
        const auto is_it = [&](const Text& need) { return equals_ignore_case(need.value, read.job); };
        if (std::ranges::any_of(job.needs, is_it)) continue;
        reader.warning("not-a-need",
                       fmt::format("job \"{}\" reads an output of job \"{}\" without needing it, so it is always empty",
                                   job.id.value, read.job),
                       read.where.range);
      }
    }
  }
}

/// A circle of jobs that wait for each other, first to last; empty when there is none. Jobs that can start are taken
/// away until none is left, so what remains leads into a circle from everywhere.
std::vector<size_t> find_cycle(const Document& document) {
  std::vector<std::vector<size_t>> needs(document.jobs.size());
  std::vector<std::vector<size_t>> dependants(document.jobs.size());
  for (size_t job = 0; job < needs.size(); ++job) {
    for (const Text& need : document.jobs[job].needs) {
      const JobDocument* other = document.job(need.value);
      if (other == nullptr) continue;
      needs[job].push_back(static_cast<size_t>(other - document.jobs.data()));
      dependants[needs[job].back()].push_back(job);
    }
  }
  std::vector<size_t> waiting;
  std::vector<size_t> ready;
  for (size_t job = 0; job < needs.size(); ++job) {
    waiting.push_back(needs[job].size());
    if (waiting[job] == 0) ready.push_back(job);
  }
  while (!ready.empty()) {
    const size_t done = ready.back();
    ready.pop_back();
    for (const size_t dependant : dependants[done]) {
      if (--waiting[dependant] == 0) ready.push_back(dependant);
    }
  }
  const auto stuck = [&](size_t job) { return waiting[job] > 0; };
  std::vector<size_t> path;
  for (size_t job = 0; job < needs.size() && path.empty(); ++job) {
    if (stuck(job)) path.push_back(job);
  }
  if (path.empty()) return path;
  while (true) {
    const size_t next = *std::ranges::find_if(needs[path.back()], stuck);
    const auto seen = std::ranges::find(path, next);
    if (seen != path.end()) return {seen, path.end()};
    path.push_back(next);
  }
}

void check_cycle(Reader& reader, const Document& document) {
  const std::vector<size_t> cycle = find_cycle(document);
  if (cycle.empty()) return;
  std::string chain;
  for (const size_t job : cycle) chain += fmt::format("\"{}\" needs ", document.jobs[job].id.value);
  const JobDocument& first = document.jobs[cycle.front()];
  const JobDocument& second = document.jobs[cycle[1 % cycle.size()]];
  const auto leads_on = [&](const Text& need) { return equals_ignore_case(need.value, second.id.value); };
  reader.error("need-cycle", fmt::format("jobs wait for each other: {}\"{}\"", chain, first.id.value),
               std::ranges::find_if(first.needs, leads_on)->where.range);
}

void read_jobs(Reader& reader, const yaml::Entry& jobs, Document& document) {
  for (const yaml::Entry& entry : jobs.value.entries) {
    if (entry.value.is_mapping()) document.jobs.push_back(read_job(reader, entry));
  }
  for (size_t i = 0; i < document.jobs.size(); ++i) {
    document.job_places.emplace(to_lower(document.jobs[i].id.value), i);
  }
  if (!jobs.value.is_mapping()) return;
  if (jobs.value.entries.empty()) {
    reader.error("missing-key", "\"jobs\" is empty", jobs.key_range);
    return;
  }
  check_needs(reader, document);
  check_reads(reader, document);
  check_cycle(reader, document);
}

const yaml::Entry* entry_of(const yaml::Node& node, std::string_view key) {
  const auto found =
      std::ranges::find(node.entries, key, [](const yaml::Entry& entry) { return std::string_view(entry.key); });
  return found == node.entries.end() ? nullptr : &*found;
}

}  // namespace

const Trigger* Document::trigger(std::string_view event) const {
  const auto found =
      std::ranges::find(triggers, event, [](const Trigger& trigger) { return std::string_view(trigger.event.value); });
  return found == triggers.end() ? nullptr : &*found;
}

const JobDocument* Document::job(std::string_view id) const {
  const auto found = job_places.find(to_lower(id));
  return found == job_places.end() ? nullptr : &jobs[found->second];
}

std::optional<Document> parse_workflow(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                                       const yaml::Limits& limits) {
  const std::optional<yaml::Node> root = yaml::parse(file, diagnostics, limits);
  if (!root) return std::nullopt;
  check_schema(*root, workflow_schema(), "the workflow", file, diagnostics);
  Document document;
  document.file = file;
  Reader reader(file, diagnostics);
  document.name = reader.scalar(root->find("name")).value_or(Text{});
  document.run_name = reader.scalar(root->find("run-name"));
  document.cache_mode = reader.scalar(root->find("cache-mode"));
  document.concurrency = read_concurrency(reader, root->find("concurrency"));
  document.permissions = read_permissions(reader, root->find("permissions"));
  document.env = reader.fields(root->find("env"));
  document.defaults = read_defaults(reader, *root);
  if (const yaml::Node* on = root->find("on")) document.triggers = read_triggers(reader, *on);
  check_triggers(document.triggers, diagnostics);
  if (const yaml::Entry* jobs = entry_of(*root, "jobs")) read_jobs(reader, *jobs, document);
  return document;
}

std::optional<ActionDocument> parse_action(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                                           const yaml::Limits& limits) {
  const std::optional<yaml::Node> root = yaml::parse(file, diagnostics, limits);
  if (!root) return std::nullopt;
  check_schema(*root, action_schema(), "the action", file, diagnostics);
  ActionDocument action;
  action.file = file;
  Reader reader(file, diagnostics);
  action.inputs = read_inputs(reader, root->find("inputs"));
  const yaml::Node* runs = root->find("runs");
  if (runs == nullptr) return action;
  action.using_what = reader.scalar(runs->find("using")).value_or(Text{}).value;
  action.composite = action.using_what == "composite";
  if (!action.composite) return action;
  if (const yaml::Node* outputs = root->find("outputs")) {
    for (const yaml::Entry& entry : outputs->entries) {
      if (const yaml::Node* value = entry.value.find("value"))
        action.outputs.push_back({reader.key(entry), reader.text(*value)});
    }
  }
  if (const yaml::Node* steps = runs->find("steps")) action.steps = read_steps(reader, *steps);
  return action;
}

}  // namespace dagsim::workflow
