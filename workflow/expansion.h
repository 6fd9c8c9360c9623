// The state of turning documents into jobs, and the steps of that work; each step has its own file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "expression/expression.h"
#include "model/judge.h"
#include "model/pipeline.h"
#include "model/scope.h"
#include "workflow/caches.h"
#include "workflow/document.h"
#include "workflow/event.h"
#include "workflow/library.h"
#include "workflow/matrix.h"
#include "workflow/references.h"
#include "workflow/token_rights.h"

namespace dagsim::workflow {

/// An output of a job (id path) that an expression reads and nobody supplied.
struct Missing {
  std::string job;
  std::string output;
};

/// An input of a called workflow; without value it hangs on missing outputs.
struct InputValue {
  std::string name;
  std::optional<expression::Value> value;
  std::vector<Missing> missing;
};

/// One workflow file in one place of the call tree.
struct Frame {
  const Document* document = nullptr;
  const Frame* parent = nullptr;
  std::string id;    ///< id path of the calling job, "" at the top
  std::string name;  ///< what display names start with: "test / "
  std::string call;  ///< the calling job with the number of its leg: "test[1]" (model/call.h)
  model::Presence presence = model::Presence::Runs;  ///< of the call
  std::vector<InputValue> inputs;
  std::vector<Leaf> axes;              ///< of the matrices of the calls above
  std::string root;                    ///< the repository that the file belongs to, "" when none is known
  std::optional<TokenRights> allowed;  ///< of GITHUB_TOKEN, where a caller says it
  CacheAccess access;                  ///< what the callers leave

  std::string path_of(std::string_view job) const {
    return id.empty() ? std::string(job) : id + "/" + std::string(job);
  }
};

/// A job whose key is not known yet.
struct Draft {
  model::Job job;
  std::vector<Leaf> leaves;
};

/// What a part of a workflow expands to.
struct Piece {
  std::vector<Draft> jobs;
  std::vector<model::Caller> callers;
};

struct Expansion {
  Library& documents;
  Diagnostics& diagnostics;
  EventContexts contexts;
  std::vector<model::Pipeline::Output> outputs;  ///< supplied, and derived for called workflows
  Limits limits = {};
  Diagnostics unspoken = {};              ///< about conditions: whoever resolves the pipeline reports them
  model::Judge judge{outputs, unspoken};  ///< which jobs a green run skips, as far as the expansion has come
  bool muted = false;  ///< while a skipped job is expanded: GitHub doesn't evaluate it, so what fails is no error
  std::set<std::string> reported = {};
  std::set<std::string> called = {};   ///< paths of all called workflows
  std::set<std::string> derived = {};  ///< "job.output" of the outputs that follow from others
  bool has_opaque_call = false;        ///< a call hides jobs, so artifacts may come from nowhere
  /// The text of every step that uses an action, by the file and byte where it stands; only looked up, never walked.
  std::map<std::pair<const SourceFile*, uint32_t>, const StepDocument*> step_documents = {};
  std::optional<std::vector<std::string>> changed_files = {};  ///< Request::changed_files
  size_t job_count = 0;
  size_t leaf_count = 0;
  size_t step_count = 0;

  /// Appends a finding unless an equal one was made for another leg; null then.
  Diagnostic* error(const std::string& rule, const std::string& message, const SourceRange& where);
  Diagnostic* warning(const std::string& rule, const std::string& message, const SourceRange& where);
  Diagnostic* note(const std::string& rule, const std::string& message, const SourceRange& where);
  const std::string* output(std::string_view job, std::string_view name) const;

 private:
  bool is_new(const std::string& rule, const std::string& message, const SourceRange& where);
};

/// The steps that one leg's documents gave, for the legs after it: most steps say nothing of their leg.
struct SharedSteps {
  std::vector<std::string> labels;  ///< of the leg's runner, which steps may read
  std::map<const StepDocument*, std::vector<model::Step>> steps = {};
};

/// A job in its frame, and one leg of it (null: no matrix, or not expanded because the job is skipped).
struct JobPlace {
  const Frame& frame;
  const JobDocument& job;
  const Leg* leg = nullptr;
  model::Strategy strategy = {};
  std::string configuration = {};                    ///< Job::configuration
  std::string condition = "success()";               ///< job_condition
  model::Presence presence = model::Presence::Runs;  ///< in a green run
  bool unexpanded = false;                           ///< Legs::unexpanded
  SharedSteps* shared = nullptr;                     ///< of the legs before, where there are several

  std::string place() const { return model::qualify(frame.call, job.id.value); }
};

/// The legs of a job and what `strategy` says of all of them.
struct Legs {
  std::vector<Leg> legs = {};
  model::Strategy strategy = {.max_parallel = 0};  ///< 0: the workflow says nothing
  bool has_matrix = false;                         ///< if not, the job is the only leg of itself
  bool failed = false;                             ///< it was reported
  bool unexpanded = false;                         ///< the job is skipped and what its matrix reads does not exist

  /// `strategy` of leg `i`.
  model::Strategy of(size_t i) const;
};

/// The contexts that the keys of a job see. Unsupplied outputs are null; `runner` is a usual one until set_runner.
expression::Scope make_scope(const Expansion& expansion, const JobPlace& place);
/// Puts `runner` in as machines with these labels have it.
void set_runner(expression::Scope& scope, const std::vector<std::string>& labels);
/// The outputs that a text needs and nobody supplied, each once.
std::vector<Missing> missing_outputs(const Expansion& expansion, const JobPlace& place, const Reading& reading);
/// Evaluates a template; a fault is reported at the text and gives nothing.
std::optional<expression::Value> evaluate(Expansion& expansion, const Text& text, const expression::Scope& scope);
/// Evaluates a template whose every reference is known before the run; nothing else.
std::optional<expression::Value> evaluate_known(std::string_view text, const expression::Scope& scope);
/// The value of a YAML tree: templates evaluated, sequences from expressions spliced into sequences.
std::optional<expression::Value> evaluate_node(Expansion& expansion, const yaml::Node& node,
                                               const std::shared_ptr<const SourceFile>& file,
                                               const expression::Scope& scope);
/// A condition as the model evaluates it: normalised, with the inputs of a called workflow put in.
std::string job_condition(Expansion& expansion, const JobPlace& place);
/// Whether a job runs in a green run, as far as it is known before the run.
model::Presence presence_of(Expansion& expansion, const JobPlace& place);
/// Makes the presence of one job of a place known to those that need it, or a call that it belongs to.
void settle(Expansion& expansion, const JobPlace& place);
/// Evaluates `strategy` and expands its matrix. A skipped job whose matrix can't be known has none.
Legs expand_strategy(Expansion& expansion, const JobPlace& place);
/// `concurrency` of a job or a workflow; nothing when there is none or its group is empty. References that only a run
/// knows stay in the group as they are written, so that equal groups stay equal.
std::optional<model::Concurrency> evaluate_concurrency(Expansion& expansion, const std::optional<yaml::Node>& node,
                                                       const Document& document, const expression::Scope& scope);

/// What a job may do with the cache service: its own mode or else its workflow's, within what the callers leave. Events
/// that strangers can set off with the rights of the repository only read.
CacheAccess access_of(const Expansion& expansion, const JobPlace& place);

Piece expand_frame(Expansion& expansion, const Frame& frame);
Piece expand_call(Expansion& expansion, const JobPlace& place);
/// \param scope of the job, with its runner
std::vector<model::Step> expand_steps(Expansion& expansion, const JobPlace& place, expression::Scope scope,
                                      const std::vector<std::string>& labels);

/// What the checks list shows of a leg, without the names of its callers.
std::string shown_name(Expansion& expansion, const JobPlace& place, const expression::Scope& scope);
/// What it shows of a skipped job, which is never expanded: the name as written.
std::string raw_name(const JobDocument& job);

/// Parts of a job that calls have as well.
std::vector<model::Need> needs_of(const JobPlace& place);
std::vector<model::OutputUse> reads_of(const JobPlace& place);
model::Job common_job(Expansion& expansion, const JobPlace& place, const expression::Scope& scope);
std::vector<Leaf> leaves_of(const JobPlace& place);

/// Gives every job its key: the id path, and the axes that tell its legs apart.
void assign_keys(std::vector<Draft>& drafts);

}  // namespace dagsim::workflow
