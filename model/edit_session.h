// An edit at work: the pipeline, the operation in hand, and what all operations need (references, renames, conditions).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/edit.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// What has needs and a condition: a job or a caller, without its other parts.
struct NodeRef {
  const std::string& id;
  std::vector<Need>& needs;
  std::string& condition;
  SourceRange& condition_where;
  std::vector<OutputUse>& reads;
  Job* job = nullptr;  ///< null for a caller
};

struct EditSession {
  Pipeline& pipeline;
  Diagnostics& diagnostics;
  EditEffects& effects;
  SourceRange where;  ///< of the operation in hand

  /// A finding at the operation.
  Diagnostic& error(std::string rule, std::string message);
  /// A finding about an unknown name, with the nearest of `candidates`.
  void report_unknown(std::string rule, std::string message, std::string_view name,
                      std::vector<std::string> candidates);
  void note(std::string text);

  /// The jobs that a reference means; none is a finding.
  std::vector<JobId> jobs(const std::string& reference);
  /// Jobs or, when the reference is a caller's id, the caller itself; none is a finding.
  std::vector<NodeRef> nodes(const std::string& reference);
  /// All jobs and callers.
  std::vector<NodeRef> all_nodes();
  /// Resolves a need as written in an edit: an id path, or a name in the dependant's own workflow. Empty, with a
  /// finding, when unknown.
  std::string need_id(const std::string& scope, const std::string& name);
  bool exists(std::string_view id) const;
};

NodeRef node_ref(Job& job);
NodeRef node_ref(Caller& caller);

/// Adds a need unless it is there.
void add_need(NodeRef node, const std::string& id, const SourceRange& where);

/// Removes the need on `id` from a node, and the terms of its conditions that ask for nothing but its result.
void drop_need(EditSession& session, NodeRef node, const std::string& id);

/// Makes needs, condition references, reads, supplied outputs and the gate mean `to` where they meant `from`.
void rename_everywhere(EditSession& session, const std::string& from, const std::string& to);

/// Takes jobs out of the pipeline; needs on them stay.
void erase_jobs(Pipeline& pipeline, std::vector<JobId> jobs);

/// Gives `to` (a key) every defect kind that `from` catches.
void inherit_coverage(Pipeline& pipeline, JobId from, const std::string& to);

/// The display name of a job called `name` beside the jobs of `caller`: "test / name".
std::string display_name(const Pipeline& pipeline, const std::string& caller, const std::string& name);

/// The condition without the terms that ask only for `needs.<name>.result`; only chains of one operator are taken
/// apart, other mentions stay.
std::string without_result_of(const std::string& condition, std::string_view name);

/// The condition with `needs.<from>` as `needs.<to>`.
std::string with_renamed_need(const std::string& condition, std::string_view from, std::string_view to);

/// The last part of an id path.
std::string local_name(std::string_view id);

void apply_operation(EditSession& session, const RemoveJob& operation);
void apply_operation(EditSession& session, const AddJob& operation);
void apply_operation(EditSession& session, const MoveJob& operation);
void apply_operation(EditSession& session, const MergeTrigger& operation);
void apply_operation(EditSession& session, const RemoveNeed& operation);
void apply_operation(EditSession& session, const AddNeed& operation);
void apply_operation(EditSession& session, const RemoveStep& operation);
void apply_operation(EditSession& session, const BucketMatrix& operation);
void apply_operation(EditSession& session, const MergeJobs& operation);
void apply_operation(EditSession& session, const Scale& operation);
void apply_operation(EditSession& session, const SetDuration& operation);
void apply_operation(EditSession& session, const SetCache& operation);
void apply_operation(EditSession& session, const SetCondition& operation);
void apply_operation(EditSession& session, const SetRunner& operation);
void apply_operation(EditSession& session, const Include& operation);
void apply_operation(EditSession& session, const ReplaceWorkflow& operation);

}  // namespace dagsim::model
