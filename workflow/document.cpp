#include "workflow/document.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "workflow/reader.h"
#include "workflow/references.h"

namespace dagsim::workflow {

namespace {

constexpr std::array<std::string_view, 9> kWorkflowKeys = {
    "cache-mode", "concurrency", "defaults", "env", "jobs", "name", "on", "permissions", "run-name"};

/// Every need names a job of this workflow, and not the job itself.
void check_needs(Reader& reader, const Document& document) {
  std::vector<std::string> ids;
  for (const JobDocument& job : document.jobs) ids.push_back(job.id.value);
  for (const JobDocument& job : document.jobs) {
    for (const Text& need : job.needs) {
      if (document.job(need.value) != nullptr) continue;
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

/// The condition of a job is judged before its matrix, so it sees few contexts.
void check_condition(Reader& reader, const JobDocument& job) {
  if (!job.condition) return;
  const Text& text = *job.condition;
  const bool is_template = expression::is_template(text.value);
  for (const Reference& reference :
       is_template ? references_of_template(text.value) : references_of_expression(text.value)) {
    constexpr std::array<std::string_view, 7> kUnavailable = {"env",     "job",   "matrix",  "runner",
                                                              "secrets", "steps", "strategy"};
    if (std::ranges::find(kUnavailable, reference.parts.front()) == kUnavailable.end()) continue;
    reader.error(
        "unknown-context",
        fmt::format("\"if\" of job \"{}\" can't see the context \"{}\"; expected github, inputs, needs or vars",
                    job.id.value, reference.parts.front()),
        place_in(text, reference.begin, reference.ends.back()).range);
  }
}

void read_jobs(Reader& reader, const yaml::Node& jobs, Range key, Document& document) {
  if (!reader.expect_mapping(jobs, "\"jobs\"")) return;
  for (const yaml::Entry& entry : jobs.entries) document.jobs.push_back(read_job(reader, entry));
  if (document.jobs.empty()) {
    reader.error("missing-key", "\"jobs\" is empty", key);
    return;
  }
  check_needs(reader, document);
  check_reads(reader, document);
  for (const JobDocument& job : document.jobs) check_condition(reader, job);
  if (std::ranges::none_of(document.jobs, [](const JobDocument& job) { return job.needs.empty(); })) {
    reader.error("no-first-job", "every job needs another one, so none can start", key);
  }
}

const yaml::Entry* entry_of(const yaml::Node& node, std::string_view key) {
  const auto found =
      std::ranges::find(node.entries, key, [](const yaml::Entry& entry) { return std::string_view(entry.key); });
  return found == node.entries.end() ? nullptr : &*found;
}

Range start_of(const yaml::Node& node) {
  return {node.range.begin, node.range.begin};
}

}  // namespace

const Trigger* Document::trigger(std::string_view event) const {
  const auto found =
      std::ranges::find(triggers, event, [](const Trigger& trigger) { return std::string_view(trigger.event.value); });
  return found == triggers.end() ? nullptr : &*found;
}

const JobDocument* Document::job(std::string_view id) const {
  const auto found =
      std::ranges::find_if(jobs, [&](const JobDocument& job) { return equals_ignore_case(job.id.value, id); });
  return found == jobs.end() ? nullptr : &*found;
}

std::optional<Document> parse_workflow(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  const std::optional<yaml::Node> root = yaml::parse(file, diagnostics);
  if (!root) return std::nullopt;
  Document document;
  document.file = file;
  Reader reader(file, diagnostics);
  if (!reader.expect_mapping(*root, "a workflow")) return document;
  reader.check_keys(*root, "the workflow", kWorkflowKeys);
  document.name = reader.scalar(root->find("name"), "\"name\" of the workflow").value_or(Text{});
  if (const yaml::Node* concurrency = root->find("concurrency")) document.concurrency = *concurrency;
  if (const yaml::Entry* on = entry_of(*root, "on")) {
    document.triggers = read_triggers(reader, on->value, on->key_range);
  } else {
    reader.error("missing-key", "the workflow has no \"on\", so it never runs", start_of(*root));
  }
  if (const yaml::Entry* jobs = entry_of(*root, "jobs")) {
    read_jobs(reader, jobs->value, jobs->key_range, document);
  } else {
    reader.error("missing-key", "the workflow has no \"jobs\"", start_of(*root));
  }
  return document;
}

std::optional<ActionDocument> parse_action(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  const std::optional<yaml::Node> root = yaml::parse(file, diagnostics);
  if (!root) return std::nullopt;
  ActionDocument action;
  action.file = file;
  Reader reader(file, diagnostics);
  if (!reader.expect_mapping(*root, "an action")) return action;
  action.inputs = read_inputs(reader, root->find("inputs"), "the action");
  const yaml::Node* runs = root->find("runs");
  if (runs == nullptr) {
    reader.error("missing-key", "the action has no \"runs\"", start_of(*root));
    return action;
  }
  if (!reader.expect_mapping(*runs, "\"runs\" of the action")) return action;
  const auto using_what = reader.scalar(runs->find("using"), "\"using\" of the action");
  action.composite = using_what && using_what->value == "composite";
  if (!action.composite) return action;
  if (const yaml::Node* outputs = root->find("outputs"); outputs != nullptr && outputs->is_mapping()) {
    for (const yaml::Entry& entry : outputs->entries) {
      if (const yaml::Node* value = entry.value.find("value"))
        action.outputs.push_back({reader.key(entry), reader.text(*value)});
    }
  }
  if (const yaml::Node* steps = runs->find("steps")) action.steps = read_steps(reader, *steps, "the action");
  return action;
}

}  // namespace dagsim::workflow
