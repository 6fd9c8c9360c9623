// The state of turning documents into jobs, and the steps of that work; each step has its own file.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "expression/expression.h"
#include "model/pipeline.h"
#include "workflow/document.h"
#include "workflow/event.h"
#include "workflow/library.h"
#include "workflow/matrix.h"
#include "workflow/references.h"

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
  std::vector<InputValue> inputs;
  std::vector<Leaf> axes;  ///< of the matrices of the calls above

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
  std::set<std::string> reported = {};
  size_t job_count = 0;
  size_t step_count = 0;

  /// Appends a finding unless an equal one was made for another leg; null then.
  Diagnostic* error(const std::string& rule, const std::string& message, const SourceRange& where);
  void warning(const std::string& rule, const std::string& message, const SourceRange& where);
  const std::string* output(std::string_view job, std::string_view name) const;

 private:
  bool is_new(const std::string& rule, const std::string& message, const SourceRange& where);
};

/// A job in its frame, and one leg of it (null: no matrix).
struct JobPlace {
  const Frame& frame;
  const JobDocument& job;
  const Leg* leg = nullptr;
  size_t index = 0;
  size_t total = 1;
};

/// The contexts that the keys of a job see. Unsupplied outputs are null; `runner` follows `labels`.
expression::Scope make_scope(const Expansion& expansion, const JobPlace& place,
                             const std::vector<std::string>& labels = {});
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
/// Whether a condition is false whatever the run does.
bool is_never(const std::string& condition, const expression::Scope& scope);

Piece expand_frame(Expansion& expansion, const Frame& frame);
Piece expand_call(Expansion& expansion, const JobPlace& place);
std::vector<model::Step> expand_steps(Expansion& expansion, const JobPlace& place,
                                      const std::vector<std::string>& labels);

/// Parts of a job that calls have as well.
std::string shown_name(Expansion& expansion, const JobPlace& place, const expression::Scope& scope);
std::vector<model::Need> needs_of(const JobPlace& place);
std::vector<model::OutputUse> reads_of(const JobPlace& place);
model::Job common_job(Expansion& expansion, const JobPlace& place, const expression::Scope& scope);
std::vector<Leaf> leaves_of(const JobPlace& place);

/// Gives every job its key: the id path, and the axes that tell its legs apart.
void assign_keys(std::vector<Draft>& drafts);

}  // namespace dagsim::workflow
