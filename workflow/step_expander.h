// The work of turning the steps of one job into the model's: names, conditions, caches, and composite actions that give
// way to their own steps.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workflow/expansion.h"

namespace dagsim::workflow {

/// Where steps stand: in the job itself, or in an action that it uses.
struct StepFrame {
  std::map<std::string, std::string> replacements;  ///< dotted lower-case reference -> expression
  std::string name;                                 ///< what names of steps start with
  std::string condition = "success()";
  std::string outer_id;            ///< of the step that uses the action
  std::string root;                ///< the repository of the file that the steps stand in
  std::vector<std::string> chain;  ///< how the actions that lead here are used, outermost first
  std::set<std::string> folders;   ///< of those actions
  std::set<std::string> ids;       ///< of the action's own steps, in lower case

  bool in_action() const { return !chain.empty(); }
  /// Whether any reference may stand for something else here.
  bool replaces() const { return in_action() || !replacements.empty(); }
};

class StepExpander {
 public:
  StepExpander(Expansion& expansion, const JobPlace& place, expression::Scope scope,
               const std::vector<std::string>& labels);

  std::vector<model::Step> run();

 private:
  void expand(const std::vector<StepDocument>& documents, StepFrame& frame);
  void expand_step(const StepDocument& document, StepFrame& frame);
  /// The same of a step of the job itself, taken from a leg before where that is no other.
  void expand_own_step(const StepDocument& document, StepFrame& frame);
  void add_step(const StepDocument& document, StepFrame& frame);
  void add_caches(const StepDocument& document, model::Step& step);

  std::string fill(const StepFrame& frame, const std::string& text) const;
  std::string shown(const std::string& text) const;
  std::string name_of(const StepFrame& frame, const StepDocument& document) const;
  std::string condition_of(const StepFrame& frame, const StepDocument& document);
  std::string unique_id(StepFrame& frame, const std::string& id);

  /// The action that a step uses, where its file is known; what is wrong with its inputs is reported.
  const ActionDocument* action_of(const StepDocument& document, const StepFrame& frame, Found& found);
  void report_absent(const StepDocument& document, const Found& found);
  void check_inputs(const StepDocument& document, const ActionDocument& action);
  /// Whether the action may be entered: no circle, not too deep.
  bool may_enter(const StepDocument& document, const StepFrame& outer, const std::string& folder);
  void expand_action(const ActionDocument& action, const Found& found, const StepDocument& document, StepFrame& outer);

  Expansion& expansion_;
  const JobPlace& place_;
  expression::Scope scope_;
  CachePlace cache_place_;
  const std::vector<std::string>& labels_;
  bool shares_steps_;  ///< with the legs before
  std::vector<model::Step> steps_;
  bool reads_leg_ = false;  ///< a step that was expanded since the last own one may differ between legs
};

}  // namespace dagsim::workflow
