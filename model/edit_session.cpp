#include "model/edit_session.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/scope.h"

namespace dagsim::model {

Diagnostic& EditSession::error(std::string rule, std::string message) {
  return diagnostics.error(std::move(rule), std::move(message), where);
}

void EditSession::report_unknown(std::string rule, std::string message, std::string_view name,
                                 std::vector<std::string> candidates) {
  Diagnostic& finding = error(std::move(rule), std::move(message));
  const std::vector<std::string> near = nearest(name, candidates);
  if (!near.empty()) finding.notes.push_back({fmt::format("did you mean \"{}\"?", near.front()), {}});
}

void EditSession::note(std::string text) {
  if (std::ranges::find(effects.notes, text) == effects.notes.end()) effects.notes.push_back(std::move(text));
}

std::vector<JobId> EditSession::jobs(const std::string& reference) {
  std::vector<JobId> found = pipeline.find(reference);
  if (found.empty()) {
    report_unknown("unknown-job", fmt::format("no job is called \"{}\"", reference), reference, pipeline.names());
  }
  return found;
}

NodeRef node_ref(Job& job) {
  return {job.id, job.needs, job.condition, job.condition_where, job.reads, &job};
}

NodeRef node_ref(Caller& caller) {
  return {caller.id, caller.needs, caller.condition, caller.condition_where, caller.reads, nullptr};
}

std::vector<NodeRef> EditSession::nodes(const std::string& reference) {
  std::vector<NodeRef> found;
  for (Caller& caller : pipeline.callers) {
    if (caller.id == reference) return {node_ref(caller)};
  }
  for (const JobId job : jobs(reference)) found.push_back(node_ref(pipeline.job(job)));
  return found;
}

std::vector<NodeRef> EditSession::all_nodes() {
  std::vector<NodeRef> found;
  for (Job& job : pipeline.jobs) found.push_back(node_ref(job));
  for (Caller& caller : pipeline.callers) found.push_back(node_ref(caller));
  return found;
}

bool EditSession::exists(std::string_view id) const {
  return pipeline.find_caller(id) != nullptr ||
         std::ranges::any_of(pipeline.jobs, [&](const Job& job) { return job.id == id; });
}

std::string EditSession::need_id(const std::string& scope, const std::string& name) {
  if (exists(name)) return name;
  std::string local = qualify(scope, name);
  if (exists(local)) return local;
  std::vector<std::string> ids;
  for (const Job& job : pipeline.jobs) ids.push_back(job.id);
  for (const Caller& caller : pipeline.callers) ids.push_back(caller.id);
  report_unknown("unknown-job", fmt::format("no job to be needed is called \"{}\"", name), name, std::move(ids));
  return "";
}

void add_need(NodeRef node, const std::string& id, const SourceRange& where) {
  if (std::ranges::find(node.needs, id, &Need::job) == node.needs.end()) node.needs.push_back({id, where});
}

void erase_jobs(Pipeline& pipeline, std::vector<JobId> jobs) {
  std::ranges::sort(jobs);
  for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) {
    pipeline.jobs.erase(pipeline.jobs.begin() + static_cast<std::ptrdiff_t>(index(*job)));
  }
}

void inherit_coverage(Pipeline& pipeline, JobId from, const std::string& to) {
  for (DefectKind& kind : pipeline.defects) {
    const bool catches = std::ranges::any_of(kind.jobs, [&](const std::string& pattern) {
      const std::vector<JobId> jobs = pipeline.find(pattern);
      return std::ranges::find(jobs, from) != jobs.end();
    });
    if (catches && std::ranges::find(kind.jobs, to) == kind.jobs.end()) kind.jobs.push_back(to);
  }
}

std::string local_name(std::string_view id) {
  return std::string(id.substr(id.rfind('/') + 1));
}

std::string display_name(const Pipeline& pipeline, const std::string& caller, const std::string& name) {
  constexpr std::string_view kSeparator = " / ";
  if (caller.empty()) return name;
  const auto sibling = std::ranges::find(pipeline.jobs, caller, &Job::caller);
  if (sibling != pipeline.jobs.end()) {
    const size_t cut = sibling->name.rfind(kSeparator);
    if (cut != std::string::npos) return sibling->name.substr(0, cut) + std::string(kSeparator) + name;
  }
  std::vector<std::string> parts;
  for (const std::string_view part : split(caller, '/')) parts.emplace_back(part);
  parts.push_back(name);
  return join(parts, kSeparator);
}

}  // namespace dagsim::model
