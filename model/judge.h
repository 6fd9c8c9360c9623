// Whether a job runs: its condition, judged by how the jobs before it ended.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "expression/expression.h"
#include "model/condition.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// What `needs.<job>.result` says, and what a check shows.
enum class Result : uint8_t { Success, Failure, Cancelled, Skipped };

/// "success", "failure", "cancelled", "skipped".
std::string_view to_string(Result result);

/// How one job stands in the eyes of those that need it. Unknown: it may be skipped, else the result is as said.
struct Standing {
  Presence presence = Presence::Runs;
  Result result = Result::Success;
};

/// A job (all its legs) or a call (all its jobs) as its workflow sees it.
struct Subject {
  std::string place;  ///< place_of: "test/packages", "test[1]/packages"
  std::string id;     ///< id path: "test/packages"
  std::vector<Need> needs;
  std::vector<std::string> outputs;  ///< names of declared outputs
  bool is_call = false;              ///< its declared outputs are not known
};

struct Verdict {
  Presence presence = Presence::Runs;
  std::string reason;  ///< why it is skipped or unknown, for people
};

/// Judges conditions as GitHub does, each within its own workflow: a job sees the results of its needs, and its status
/// functions look at all ancestors in the same workflow (docs/design.md on called workflows).
/// - success(): none of them failed, was cancelled or skipped, and the run was not cancelled; success('a', …): the same
///   for the named ones among them.
/// - failure(): any of them failed; failure('a', …) likewise. cancelled(): the run was cancelled. always(): true.
/// Where a condition reads what nobody supplied, the verdict is Unknown unless the rest decides; jobs that may be
/// skipped count as run for the status functions.
class Judge {
 public:
  struct Question {
    std::string place;
    std::string condition = "success()";  ///< normalised
    SourceRange where;
    expression::Object contexts;  ///< github, inputs, vars; `needs` is added
    bool run_cancelled = false;
  };

  /// \param outputs what was supplied; both arguments must outlive the judge
  Judge(const std::vector<Pipeline::Output>& outputs, Diagnostics& diagnostics)
      : outputs_(outputs), diagnostics_(diagnostics) {}

  /// Makes a job or a call known. Outputs of subjects with one place add up; its first needs stay.
  void declare(const Subject& subject);
  /// Adds how one of the jobs at a place ended.
  void settle(const std::string& place, const Standing& standing);

  /// The subject's needs must be judged and settled. A condition that can't be evaluated, or reads what nobody
  /// supplied, is a warning.
  Verdict judge(const Question& question);
  /// What `needs.<id>.result` says: failure when any of its jobs failed, else cancelled when any was, else success when
  /// any ran. Unknown ones count as run. A place without jobs has succeeded.
  Result result(const std::string& place) const;
  /// What every need of a place says, in order.
  std::vector<Result> results_of_needs(const std::string& place) const;

 private:
  /// What success() and failure() say at a place.
  struct Before {
    bool all_succeeded = true;
    bool any_failed = false;
  };
  struct Record {
    Subject subject;
    std::array<size_t, 4> sure{};   // by Result
    std::array<size_t, 4> maybe{};  // of jobs that may be skipped
    Before before;                  // once judged
  };
  /// A question with what it takes to answer it.
  struct Case;

  const Record* find(std::string_view place) const;
  const Record* need_of(const Record& record, const Need& need) const;
  Before before(const Record& record) const;
  bool has_open_needs(const Record& record) const;
  const Record* find_ancestor(const Record& record, const std::function<bool(const Record&)>& test) const;
  Result result(const Record& record, bool with_maybe) const;
  bool any_named(const Record& record, std::span<const expression::Value> names,
                 const std::function<bool(Result)>& test) const;
  Verdict evaluate(const Question& question, const Record& record);
  expression::Object needs_context(const Record& record, bool with_maybe) const;
  std::map<std::string, expression::Function> status_functions(const Case& asked) const;
  Truth judge_term(Case& asked, std::string_view text);
  bool knows(const Case& asked, const std::string& reference, bool outputs) const;
  bool knows_outputs(const Record& need, std::string_view output) const;
  std::string reason_to_skip(const Question& question, const Record& record) const;
  void warn(const Case& asked, const std::string& reference);

  const std::vector<Pipeline::Output>& outputs_;
  Diagnostics& diagnostics_;
  std::map<std::string, Record, std::less<>> records_;
  std::set<std::string> warned_;
};

}  // namespace dagsim::model
