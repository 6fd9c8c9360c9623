// How a run ends: which jobs run, what each result is, what those behind it see, and why the others don't run.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "model/graph.h"
#include "model/judge.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// How a job ends once it runs, if nobody stops it.
enum class Ending : uint8_t {
  Success,
  Failure,
  StepTimeout,  ///< a step ran longer than its `timeout-minutes`: the job fails
  JobTimeout,   ///< the job ran longer than its own: it counts as cancelled
  Cancelled,    ///< for itself, as by a concurrency group
};

/// What happens in a run beyond what the workflow says. The default is the green run.
struct Course {
  std::vector<Ending> endings;  ///< by JobId; empty: all succeed
  std::vector<double>
      at;  ///< by JobId, when each would end: a leg that fails stops legs that end later; empty: all at once
  bool cancelled = false;       ///< a person or a concurrency group cancels the run
  std::vector<bool> completed;  ///< by JobId: what was over before that; empty: nothing
};

struct JobResult {
  Presence presence = Presence::Runs;  ///< Skipped: its condition, or a caller's, was false
  Result check = Result::Success;      ///< what its check shows; of a job of unknown presence, if it runs
  Result result = Result::Success;     ///< what `needs` says: success for a failure that `continue-on-error` allows
  std::vector<Result> needs;           ///< what `needs.<job>.result` says to it, in the order of Job::needs
  std::string skipped_at;              ///< the place (call.h) whose condition was false: its own or that of a caller
  std::string reason;                  ///< why it is skipped, unknown, cancelled or red, for people; "" for a success
};

struct RunResults {
  std::vector<JobResult> jobs;                       ///< by JobId
  std::map<std::string, std::string> skipped_calls;  ///< by place: why
  Result conclusion = Result::Success;               ///< of the run
};

/// Follows a run along the graph, as GitHub does: conditions (judge.h), then endings.
/// - A caller is judged in its own workflow; when it is skipped, so are all jobs below it.
/// - Fail-fast: a leg that fails without `continue-on-error` cancels the legs of the same matrix that would end later.
/// A
///   matrix of calls stops likewise when a called workflow fails; one with `fail-fast: false` doesn't.
/// - When the run is cancelled, jobs that could have started are asked once more: those whose condition still holds go
/// on,
///   the others are cancelled. All others are judged when their turn comes, and success() no longer holds.
/// - The run is cancelled when somebody cancelled it; else it fails when a job without `continue-on-error` failed, else
/// is
///   cancelled when a job was, else succeeds when any job ran, else is skipped.
/// Conditions that read what nobody supplied are warnings.
/// \param course its vectors are empty or have one entry a job
RunResults resolve_results(const Pipeline& pipeline, const Graph& graph, const Course& course,
                           Diagnostics& diagnostics);

/// What several jobs end as together, as a matrix or a called workflow: failure, else cancelled, else success, else
/// skipped. None at all are a success.
Result combined(std::span<const Result> results);

/// Whether a required check lets a change through: skipped jobs count as successful.
bool satisfies_required_check(Result check);

}  // namespace dagsim::model
