// Terms of a condition are evaluated twice, with the jobs that may be skipped as run and as skipped: a term that says
// the same both times is known, and so is a chain that its known terms decide (condition.h). Ancestors of a place are
// collected once, nearest first; judging costs them and the condition.
#include "model/judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "model/call.h"
#include "model/scope.h"

namespace dagsim::model {

using expression::Object;
using expression::Value;

struct Judge::Case {
  const Question& question;
  const Record& record;
  const std::vector<const Record*>& ancestors;
  std::array<expression::Scope, 2> scopes = {};  // jobs that may be skipped: as run, as skipped
  std::vector<std::string> missing = {};
};

namespace {

constexpr bool kAsRun = true;
constexpr bool kAsSkipped = false;

std::string_view local_name(std::string_view id) {
  return id.substr(id.rfind('/') + 1);
}

}  // namespace

std::string_view to_string(Result result) {
  switch (result) {
    case Result::Success:
      return "success";
    case Result::Failure:
      return "failure";
    case Result::Cancelled:
      return "cancelled";
    case Result::Skipped:
      break;
  }
  return "skipped";
}

void Judge::declare(const Subject& subject) {
  const auto [at, is_new] = records_.try_emplace(subject.place);
  Subject& known = at->second.subject;
  if (is_new) {
    known = subject;
  } else {
    known.outputs.insert(known.outputs.end(), subject.outputs.begin(), subject.outputs.end());
  }
}

void Judge::settle(const std::string& place, const Standing& standing) {
  Record& record = records_[place];
  const Result result = standing.presence == Presence::Skipped ? Result::Skipped : standing.result;
  ++(standing.presence == Presence::Unknown ? record.maybe : record.sure)[static_cast<size_t>(result)];
}

Verdict Judge::judge(const Question& question) {
  const std::vector<const Record*>& ancestors = ancestors_of(question.place);
  Case asked{question, records_[question.place], ancestors};
  for (const bool as_run : {kAsRun, kAsSkipped}) {
    expression::Scope& scope = asked.scopes[as_run ? 0 : 1];
    scope = {question.contexts, status_functions(asked)};
    scope.contexts.set("needs", needs_context(asked.record, as_run));
  }
  switch (truth(question.condition, [&](std::string_view text) { return judge_term(asked, text); })) {
    case Truth::True:
      return {};
    case Truth::False:
      return {Presence::Skipped, reason_to_skip(asked)};
    case Truth::Unknown:
      break;
  }
  for (const std::string& reference : asked.missing) warn(asked, reference);
  return {Presence::Unknown, asked.missing.empty() ? "its condition can't be evaluated"
                                                   : fmt::format("nobody supplies {}", asked.missing.front())};
}

Result Judge::result(const std::string& place) const {
  const Record* record = find(place);
  return record == nullptr ? Result::Success : result(*record, kAsRun);
}

std::vector<Result> Judge::results_of_needs(const std::string& place) const {
  std::vector<Result> results;
  if (const Record* record = find(place)) {
    for (const Need& need : record->subject.needs) results.push_back(result(place_of_need(place, need)));
  }
  return results;
}

const Judge::Record* Judge::find(std::string_view place) const {
  const auto found = records_.find(place);
  return found == records_.end() ? nullptr : &found->second;
}

const std::vector<const Judge::Record*>& Judge::ancestors_of(const std::string& place) {
  Record& record = records_[place];
  if (record.ancestors) return *record.ancestors;
  std::vector<const Record*> found;
  std::set<const Record*> seen;
  const auto add = [&](const Record& from) {
    for (const Need& need : from.subject.needs) {
      const Record* other = find(place_of_need(place, need));
      if (other != nullptr && seen.insert(other).second) found.push_back(other);
    }
  };
  add(record);
  for (size_t i = 0; i < found.size(); ++i) add(*found[i]);
  record.ancestors = std::move(found);
  return *record.ancestors;
}

Result Judge::result(const Record& record, bool with_maybe) const {
  const auto any = [&](Result result) {
    const auto at = static_cast<size_t>(result);
    return record.sure[at] > 0 || (with_maybe && record.maybe[at] > 0);
  };
  for (const Result result : {Result::Failure, Result::Cancelled, Result::Success}) {
    if (any(result)) return result;
  }
  const bool may_run = std::ranges::any_of(record.maybe, [](size_t count) { return count > 0; });
  return may_run || any(Result::Skipped) ? Result::Skipped : Result::Success;
}

Object Judge::needs_context(const Record& record, bool with_maybe) const {
  Object needs;
  for (const Need& need : record.subject.needs) {
    const Record* other = find(place_of_need(record.subject.place, need));
    const Result ended = other == nullptr ? Result::Success : result(*other, with_maybe);
    Object outputs;
    for (const Pipeline::Output& output : outputs_) {
      if (output.job == need.job && ended != Result::Skipped) outputs.set(output.name, output.value);
    }
    Object entry;
    entry.set("result", to_string(ended));
    entry.set("outputs", std::move(outputs));
    needs.set(std::string(local_name(need.job)), std::move(entry));
  }
  return needs;
}

std::map<std::string, expression::Function> Judge::status_functions(const Case& asked) const {
  const auto constant = [](bool value) { return [value](std::span<const Value>) { return Value(value); }; };
  /// Whether any of the named ancestors, or of all when none is named, has a result for which `test` holds.
  const auto any = [this, &ancestors = asked.ancestors](std::span<const Value> names, const auto& test) {
    return std::ranges::any_of(ancestors, [&](const Record* ancestor) {
      const bool is_meant = names.empty() || std::ranges::any_of(names, [&](const Value& name) {
                              return equals_ignore_case(local_name(ancestor->subject.id), expression::to_string(name));
                            });
      return is_meant && test(result(*ancestor, kAsRun));
    });
  };
  const auto success = [any, cancelled = asked.question.run_cancelled](std::span<const Value> names) {
    return Value(!cancelled && !any(names, [](Result result) { return result != Result::Success; }));
  };
  const auto failure = [any](std::span<const Value> names) {
    return Value(any(names, [](Result result) { return result == Result::Failure; }));
  };
  return {{"success", success},
          {"failure", failure},
          {"always", constant(true)},
          {"cancelled", constant(asked.question.run_cancelled)}};
}

Truth Judge::judge_term(Case& asked, std::string_view text) {
  try {
    const auto parsed = expression::Expression::parse(text);
    const bool outputs = to_lower(text).find("outputs") != std::string::npos;
    const std::vector<std::string> references = expression::references(parsed);
    for (const std::string& reference : references) {
      if (knows(asked, reference, outputs)) continue;
      asked.missing.push_back(reference);
      return Truth::Unknown;
    }
    const bool first = expression::truthy(expression::evaluate(parsed, asked.scopes[0]));
    const bool second = expression::truthy(expression::evaluate(parsed, asked.scopes[1]));
    if (first == second) return first ? Truth::True : Truth::False;
    std::ranges::copy_if(references, std::back_inserter(asked.missing),
                         [](const std::string& reference) { return reference.starts_with("needs"); });
    return Truth::Unknown;
  } catch (const expression::ExpressionError& error) {
    const std::string& id = asked.record.subject.id;
    if (warned_.insert(id).second) {
      diagnostics_.warning("condition",
                           fmt::format("the condition of job \"{}\" can't be evaluated: {}", id, error.what()),
                           asked.question.where);
    }
    return Truth::Unknown;
  }
}

/// A reference is known when its value is, be it null. Outputs that the maker doesn't declare are null on GitHub too.
bool Judge::knows(const Case& asked, const std::string& reference, bool outputs) const {
  if (reference == "needs" || reference.starts_with("needs.")) {
    if (!outputs && reference != "needs") return true;
    const std::vector<std::string_view> path = split(reference, '.');
    if (path.size() > 2 && path[2] == "result") return true;
    const Subject& subject = asked.record.subject;
    return std::ranges::all_of(subject.needs, [&](const Need& need) {
      const bool is_meant = path.size() == 1 || path[1] == "*" || equals_ignore_case(local_name(need.job), path[1]);
      const Record* other = find(place_of_need(subject.place, need));
      return !is_meant || other == nullptr || knows_outputs(*other, path.size() > 3 ? path[3] : "*");
    });
  }
  if (resolves(asked.scopes[0].contexts, reference)) return true;
  if (reference.starts_with("inputs")) return scope_of(asked.record.subject.id).empty();
  return !reference.starts_with("github") && !reference.starts_with("vars");
}

bool Judge::knows_outputs(const Record& need, std::string_view output) const {
  if (result(need, kAsRun) == Result::Skipped) return true;
  const Subject& subject = need.subject;
  const auto is_supplied = [&](std::string_view name) {
    return std::ranges::any_of(outputs_, [&](const Pipeline::Output& supplied) {
      return supplied.job == subject.id && equals_ignore_case(supplied.name, name);
    });
  };
  if (subject.is_call) return output == "*" || is_supplied(output);
  return std::ranges::all_of(subject.outputs, [&](const std::string& name) {
    return (output != "*" && !equals_ignore_case(name, output)) || is_supplied(name);
  });
}

std::string Judge::reason_to_skip(const Case& asked) const {
  const std::string& condition = asked.question.condition;
  if (condition.starts_with("success()")) {
    if (asked.question.run_cancelled) return "the run was cancelled";
    for (const Record* ancestor : asked.ancestors) {
      const Result ended = result(*ancestor, kAsRun);
      if (ended == Result::Success) continue;
      const std::string_view what = ended == Result::Skipped     ? "is skipped"
                                    : ended == Result::Cancelled ? "was cancelled"
                                                                 : "failed";
      return fmt::format("\"{}\", which it waits for, {}", ancestor->subject.id, what);
    }
  }
  if (condition == "failure()") return "nothing that it waits for failed";
  return fmt::format("its condition is false: {}", condition);
}

void Judge::warn(const Case& asked, const std::string& reference) {
  const std::string& id = asked.record.subject.id;
  const std::vector<std::string_view> path = split(reference, '.');
  const bool is_output = path.size() == 4 && path[0] == "needs" && path[2] == "outputs";
  const std::string scope = scope_of(id);
  const std::string subject =
      is_output ? fmt::format("{}.{}", qualify(scope, path[1]), path[3]) : qualify(scope, reference);
  if (!warned_.insert(subject).second) return;
  Diagnostic& finding = diagnostics_.warning(
      is_output ? "missing-output" : "unknown-context",
      fmt::format("whether job \"{}\" runs depends on {}, which nobody supplies: past runs decide", id, reference),
      asked.question.where);
  if (!is_output) return;
  finding.notes.push_back(
      {fmt::format("say `outputs: {{{}: …}}` in a change class of dagsim.yaml or in the scenario", subject), {}});
}

}  // namespace dagsim::model
