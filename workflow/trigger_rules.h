// Whether something that happened in a repository starts a run of a workflow: the filters of one event of `on` against
// a push, a pull request, a finished run.
//
//   skip instruction in the commit message      push and pull_request only
//   types                                       pull_request and pull_request_target have defaults
//   workflows, chain of workflow_run
//   branches, tags and their -ignore twins      of a pull request its base, of workflow_run the head of the first run
//   paths, paths-ignore                         pushes of branches and pull requests only
//
// All that apply must pass. Not decided here, because one workflow file doesn't tell it: that `workflow_run` and
// `schedule` read the file of the default branch, and GitHub's limits of events and runs in ten seconds.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "expression/value.h"

namespace dagsim::workflow {

/// The first files of a diff, in its order, are all that path filters look at.
inline constexpr size_t kMostFilteredFiles = 300;
/// A push of more commits is not compared: path filters let it pass.
inline constexpr size_t kMostComparedCommits = 1000;
/// How many runs of `workflow_run` may follow one another.
inline constexpr size_t kMostChainedRuns = 3;

/// One event of `on` with its filters. An empty list is no filter.
struct TriggerFilters {
  std::string event;
  std::vector<std::string> branches;
  std::vector<std::string> branches_ignore;
  std::vector<std::string> tags;
  std::vector<std::string> tags_ignore;
  std::vector<std::string> paths;
  std::vector<std::string> paths_ignore;
  std::vector<std::string> types;
  std::vector<std::string> workflows;  ///< of workflow_run: names of workflows
};

/// What happened. An empty text is not known; a filter that would look at it passes, and the decision says so.
struct Happening {
  std::string event;           ///< "push", "pull_request", …
  std::string activity;        ///< "opened", "completed", …; not known: one that the workflow waits for
  std::string ref;             ///< of a push: "refs/heads/main", "refs/tags/v1"
  std::string base_branch;     ///< of a pull request or merge group: where it goes
  std::string head_branch;     ///< of workflow_run: the branch of the run that it follows
  std::string workflow;        ///< of workflow_run: the name of that run's workflow
  std::string conclusion;      ///< of workflow_run: how that run ended; never decides
  size_t chained_runs = 1;     ///< of workflow_run: its place in a chain of such runs
  std::string commit_message;  ///< of the head commit
  size_t commits = 0;          ///< of a push: how many it brings
  bool diff_timed_out = false;
  std::optional<std::vector<std::string>> changed_files;  ///< in the order of the diff; see changed_files_command
};

struct TriggerDecision {
  bool runs = false;
  /// A filter passed only because what it looks at isn't known.
  bool assumed = false;
  /// A required check of this workflow blocks the pull request: unlike a skipped job, it never reports.
  bool checks_stay_pending = false;
  /// Why, for people: clauses with semicolons, lower case, no final period.
  std::string reason;
};

TriggerDecision decide(const TriggerFilters& filters, const Happening& happening);

/// Whether a commit message keeps push and pull_request workflows from running: "[skip ci]" and its kin anywhere, or
/// `skip-checks: true` as the last line of its trailers. Gives what was found, "" for none.
std::string skip_instruction(const std::string& commit_message);

/// How to list the files that path filters look at, as a command of git: a push compares its two ends, a pull request
/// its head with where it left the base.
std::string changed_files_command(const Happening& happening);

/// What a `github` context with its `event` payload tells. Files and chain are in no payload, the commit message and
/// number of commits only in that of a push.
Happening happening_of(const expression::Object& github);

}  // namespace dagsim::workflow
