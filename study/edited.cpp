#include "study/edited.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "model/edit_check.h"
#include "study/coverage.h"

namespace dagsim::study {
namespace {

/// Replaces includes by the operations of the edits they name.
class IncludeResolver {
 public:
  IncludeResolver(const Scenario& scenario, Diagnostics& diagnostics)
      : scenario_(scenario), diagnostics_(diagnostics) {}

  std::vector<model::Operation> resolve(const EditSpec& edit) {
    std::vector<model::Operation> operations;
    if (!open_.insert(edit.id).second) {
      diagnostics_.error("include-cycle", fmt::format("edit \"{}\" includes itself", edit.id), edit.where);
      return operations;
    }
    for (const model::Operation& operation : edit.operations) {
      const auto* include = std::get_if<model::Include>(&operation.action);
      if (include == nullptr) {
        operations.push_back(operation);
        continue;
      }
      if (const EditSpec* other = find(include->edit, operation.where)) {
        for (model::Operation& one : resolve(*other)) operations.push_back(std::move(one));
      }
    }
    open_.erase(edit.id);
    return operations;
  }

 private:
  const EditSpec* find(const std::string& id, const SourceRange& where) {
    std::vector<std::string> known;
    for (const EditSpec& edit : scenario_.edits) {
      if (edit.id == id) return &edit;
      known.push_back(edit.id);
    }
    Diagnostic& error = diagnostics_.error(
        "unknown-edit", fmt::format("included edit \"{}\" is not in this scenario, expected {}", id, any_of(known)),
        where);
    for (const std::string& near : nearest(id, known))
      error.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
    return nullptr;
  }

  const Scenario& scenario_;
  Diagnostics& diagnostics_;
  std::set<std::string> open_;
};

constexpr size_t kCommandsTold = 3;

/// What commands tell of an edit's coverage: who still catches a kind though nobody named it, or, where no kinds are
/// declared, what no job runs any more.
void tell_coverage(const Session& session, const model::Pipeline& after, Edited& edited) {
  const model::Pipeline& before = session.baseline.pipeline;
  for (const InferredCatch& caught : caught_by_inference(before, after)) {
    edited.diagnostics.note("inferred-coverage",
                            fmt::format("\"{}\" is still caught by {}: {}; its place is in coverage of dagsim.yaml",
                                        caught.kind, caught.job, caught.why),
                            edited.spec->where);
  }
  if (!session.project.defects.empty()) return;
  const std::vector<LostCheck> lost = lost_checks(before, after);
  for (size_t i = 0; i < std::min(lost.size(), kCommandsTold); ++i) {
    const size_t more = i + 1 == kCommandsTold ? lost.size() - kCommandsTold : 0;
    edited.diagnostics.note("lost-check",
                            fmt::format("no job does any more what {} did: {}{}", lost[i].job, lost[i].command,
                                        more > 0 ? fmt::format(" (and {} more)", more) : ""),
                            edited.spec->where);
  }
}

/// Applies runs of ordinary operations, re-expanding where an operation replaces the workflow files.
std::optional<Expanded> apply_operations(const FileSystem& files, const Scenario& scenario, const Session& session,
                                         const std::vector<model::Operation>& operations, bool allow_lost_coverage,
                                         Edited& edited) {
  Expanded result = session.baseline;
  std::vector<model::Operation> pending;
  bool replaces = false;
  for (const model::Operation& operation : operations) {
    const auto* replace = std::get_if<model::ReplaceWorkflow>(&operation.action);
    if (replace == nullptr) {
      pending.push_back(operation);
      continue;
    }
    if (!pending.empty()) {
      edited.diagnostics.error("replace-after-edit",
                               "replace-workflow must come before the other operations of an edit", operation.where);
      return std::nullopt;
    }
    workflow::Request request = session.request;
    request.path = join_path(parent_path(scenario.path), replace->with);
    std::optional<Expanded> replaced = expand(files, request, session.question, session.project, edited.diagnostics);
    if (!replaced) return std::nullopt;
    result = std::move(*replaced);
    replaces = true;
  }
  edited.effects =
      model::apply(result.pipeline, pending, edited.diagnostics, {.allow_lost_coverage = allow_lost_coverage});
  if (edited.diagnostics.has_errors()) return std::nullopt;
  result.graph = model::Graph::build(result.pipeline, edited.diagnostics);
  if (edited.diagnostics.has_errors()) return std::nullopt;
  Diagnostics repeated;  // what the baseline already said
  resolve_presence(result.pipeline, result.graph, session.question, repeated);
  if (replaces) {
    edited.effects.lost_coverage = model::lost_coverage(session.baseline.pipeline, result.pipeline);
    for (const std::string& kind : edited.effects.lost_coverage) {
      if (allow_lost_coverage) break;
      edited.diagnostics.error("lost-coverage", fmt::format("no job that runs catches \"{}\" any more", kind),
                               edited.spec->where);
    }
  }
  if (edited.diagnostics.has_errors()) return std::nullopt;
  tell_coverage(session, result.pipeline, edited);
  return result;
}

}  // namespace

std::vector<Edited> apply_edits(const FileSystem& files, const Scenario& scenario, const Session& session,
                                bool allow_lost_coverage) {
  std::vector<Edited> edits;
  for (const EditSpec& spec : scenario.edits) {
    Edited edited;
    edited.spec = &spec;
    const std::vector<model::Operation> operations = IncludeResolver(scenario, edited.diagnostics).resolve(spec);
    if (!edited.diagnostics.has_errors()) {
      edited.expanded = apply_operations(files, scenario, session, operations,
                                         scenario.allow_lost_coverage || allow_lost_coverage, edited);
    }
    edits.push_back(std::move(edited));
  }
  return edits;
}

}  // namespace dagsim::study
