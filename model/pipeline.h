// A workflow expanded for one event: the jobs, what they need, which caches and artifacts they share, and which of them
// run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/source.h"
#include "expression/value.h"

namespace dagsim::model {

/// Index of a job in Pipeline::jobs.
enum class JobId : uint32_t {};

constexpr size_t index(JobId id) {
  return static_cast<size_t>(id);
}

/// A duration that nobody measured: a person's range in seconds (low == high for one figure) and their own words.
struct AssumedDuration {
  double low = 0;
  double high = 0;
  SourceRange where;
};

/// What a step does with a cache family (all steps whose cache key template begins alike).
struct CacheUse {
  std::string family;
  bool restores = false;
  bool saves = false;  ///< in its post step, when the restore was no exact hit
  std::string key;     ///< the key template as written; what the action builds, where it builds the key itself
  SourceRange where;
  std::string known_key = {};  ///< the key with what is known before the run put in; "": any of the family
  std::vector<std::string> restore_keys = {};  ///< what is tried after the key, in order, known parts put in
  std::vector<std::string> paths = {};         ///< what is kept; an entry is found only under the same paths
  bool windows_only = false;                   ///< a Windows entry, which other systems don't find
  std::string saved_family = {};               ///< what it saves, where that is another family
  std::string save_condition = "success()";    ///< of the post step
  std::string scope = {};                      ///< the ref that sees what it saves; "": whoever may read the registry
  std::string miss_output = {};                ///< `cache-hit` after a miss
  bool fails_on_miss = false;
};

/// One step. Steps are serial. A step whose condition looks at a cache hit ("steps.x.outputs.cache-hit") runs in some
/// cache states only.
struct Step {
  std::string name;       ///< what the Actions log shows
  std::string id;         ///< the user's id, or ""
  std::string uses;       ///< "owner/action" without its version, or ""
  std::string run;        ///< the script, or ""
  std::string condition;  ///< `if` as normalised by expression::normalise_condition; "success()" when absent
  std::vector<std::pair<std::string, std::string>> with;
  std::optional<CacheUse> cache;
  std::vector<std::string> uploads;    ///< artifact names, known parts put in
  std::vector<std::string> downloads;  ///< artifact names or globs over them; "*" for all
  double scale = 1;                    ///< changed by an edit
  std::optional<AssumedDuration> duration;
  SourceRange where;
};

/// An edge as the user wrote it: the id path of a job (all its legs) or of a caller (all its jobs).
struct Need {
  std::string job;
  SourceRange where;
};

/// A place that reads an output of another job: `needs.<job>.outputs.<output>` in a condition, matrix, step or input.
struct OutputUse {
  std::string job;  ///< id path
  std::string output;
  SourceRange where;
};

/// Whether a job runs in a green run.
enum class Presence {
  Runs,
  Skipped,
  Unknown,  ///< its condition reads what nobody supplied: the drawn past run decides
};

/// What expressions see as `strategy`; a job without one is the only leg of itself.
struct Strategy {
  bool fail_fast = true;      ///< a leg that fails stops the others
  uint32_t max_parallel = 1;  ///< legs that may run side by side; all of them where the workflow says nothing
  uint32_t job_index = 0;
  uint32_t job_total = 1;
};

/// A concurrency group that a run or a job enters. Names ignore case.
struct Concurrency {
  enum class Queue : uint8_t { Single, Max };
  std::string group;
  bool cancel_in_progress = false;  ///< a newcomer cancels who is running
  Queue queue = Queue::Single;      ///< whether one or many may wait
  SourceRange where;
};

/// The id of the job that stands for another workflow of the same push.
std::string sibling_id(std::string_view workflow);
/// Whether an id or key is of a job that stands for other workflows: it holds a blank, as no job of a workflow file
/// can.
bool is_sibling(std::string_view id);

struct Job;

/// How much of a source job's time a part takes: all of it, or only the steps that mention the matrix key (`Work`).
enum class Share { Whole, Work };

/// A piece of the time of a job that an edit put together from others (buckets, merged jobs).
struct Part {
  std::shared_ptr<const Job> job;
  Share share = Share::Whole;
  std::string work_key;  ///< Share::Work: the matrix key whose steps are work
};

struct Job {
  std::string key;     ///< unique: id path plus the matrix axes that vary, "test/packages[group=jackin]"
  std::string id;      ///< id path, "test/packages"
  std::string name;    ///< display name, as the REST API and the checks list show it, "test / packages (jackin)"
  std::string caller;  ///< id path of the calling job, "" at the top level
  std::string call;    ///< the call that it belongs to, legs counted: "test[1]" (call.h); "" after an edit
  std::string
      raw_name;        ///< what is shown when it is skipped, which happens before the matrix: "test (${{ matrix.os }})"
  std::string stream;  ///< name under which random numbers are drawn and history is matched; edits keep it
  std::vector<std::pair<std::string, std::string>> matrix;  ///< every axis and its value, nested ones as "lane.name"
  expression::Value matrix_value;  ///< the whole `matrix` with its types, null without one; edits leave it alone
  Strategy strategy;               ///< edits leave it alone
  std::string configuration;       ///< the id by which GitHub tells the leg from others of its job
  std::optional<Concurrency> concurrency;
  std::vector<Need> needs;
  std::string condition = "success()";  ///< normalised
  SourceRange condition_where;
  std::vector<Step> steps;
  std::vector<std::string> runs_on;
  std::vector<std::string>
      measured_on;                   ///< labels of the runner whose times count, when `speed` says how this one differs
  std::vector<std::string> outputs;  ///< names of declared outputs
  std::vector<OutputUse> reads;
  std::optional<double> timeout_minutes;
  bool continue_on_error = false;
  Presence presence = Presence::Runs;
  std::string presence_reason;              ///< why it is skipped or unknown, for people
  std::vector<Part> parts;                  ///< empty: its own time; else the sum of these
  double scale = 1;                         ///< set by scale and set-runner
  std::optional<AssumedDuration> duration;  ///< set by set-duration and add-job
  std::optional<AssumedDuration> speed;     ///< given factor on its time on a new runner (set-runner), as a range
  SourceRange where;
};

/// One leg of a job that calls a reusable workflow; the only one where it has no matrix.
struct CallLeg {
  std::string call;      ///< as Job::call has it: "test", "test[1]"
  std::string name;      ///< "test (a)": what names of its jobs start with
  std::string raw_name;  ///< what is shown when the call is skipped
  Strategy strategy;
  std::optional<Concurrency> concurrency;           ///< of the calling job
  std::optional<Concurrency> workflow_concurrency;  ///< of the called workflow
};

/// A job that calls a reusable workflow. It takes no time: its needs hold back each of its jobs, and who needs it needs
/// them all.
struct Caller {
  std::string id;      ///< id path, "test"
  std::string caller;  ///< of a nested call
  std::vector<Need> needs;
  std::string condition = "success()";
  SourceRange condition_where;
  std::vector<OutputUse> reads;
  expression::Object inputs;  ///< what the called workflow sees as `inputs`; one that couldn't be evaluated is absent
  std::vector<CallLeg> legs;
  SourceRange where;
};

/// Machines that jobs wait for. Slots 0 means unlimited.
struct Pool {
  std::string name;
  std::vector<std::string> labels;
  uint32_t slots = 0;
  double price_per_minute = 0;
};

/// A kind of defect and the jobs that catch it (globs over id paths and keys).
struct DefectKind {
  std::string name;
  std::vector<std::string> jobs;
  std::optional<double> rate;  ///< share of red runs; only then is a mix over kinds possible
  SourceRange where;
  std::map<std::string, std::string> inferred = {};  ///< those of `jobs` that nobody named, and why they catch it
};

/// The whole. Jobs stand in the order in which GitHub creates them.
struct Pipeline {
  std::string title;   ///< the workflow's name
  std::string event;   ///< "pull_request", …
  std::string branch;  ///< of the commit that the run is for; "" if unknown
  std::vector<Job> jobs;
  std::vector<Caller> callers;
  std::vector<Pool> pools;
  std::vector<DefectKind> defects;
  expression::Object contexts;  ///< github, inputs, vars; needs.* come from outputs
  /// Outputs of jobs as the scenario supplies them: (id path, output name, value).
  struct Output {
    std::string job;
    std::string name;
    std::string value;
  };
  std::vector<Output> outputs;
  std::optional<Concurrency> concurrency;  ///< of the run
  std::string gate;                        ///< id path of the gate, "" when all jobs together are the gate

  Job& job(JobId id) { return jobs[index(id)]; }
  const Job& job(JobId id) const { return jobs[index(id)]; }

  const Caller* find_caller(std::string_view id) const;
  /// The jobs that a reference means: a key, an id path (all legs), a caller (all its jobs), an id path with a selector
  /// "[axis=value]" over some axes (values may be globs), or a glob over id paths and keys. In creation order; empty if
  /// none.
  std::vector<JobId> find(std::string_view reference) const;
  /// Every name that `find` would take as an exact reference: for suggestions.
  std::vector<std::string> names() const;
  /// The pool that a job runs on: the first with all of its labels; null when no pool is declared for them.
  const Pool* pool_of(const Job& job) const;
};

}  // namespace dagsim::model
