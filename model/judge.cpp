// Terms of a condition are evaluated twice, with the jobs that may be skipped as run and as skipped: a term that says
// the same both times is known, and so is a chain that its known terms decide (condition.h). What the status functions
// say follows from the needs and what was said there, so judging costs the needs and the condition; ancestors are
// walked only where a condition names some, and to find the nearest one that explains a skipped job.
#include "model/judge.h"

#include <algorithm>
#include <optional>

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
  expression::Scope as_run = {};
  std::optional<expression::Scope> as_skipped = {};  // where a need may be skipped
  std::vector<std::string> missing = {};
};

namespace {

constexpr bool kAsRun = true;
constexpr bool kAsSkipped = false;

std::string_view local_name(std::string_view id) {
  return id.substr(id.rfind('/') + 1);
}

std::string_view described(Result result) {
  if (result == Result::Skipped) return "is skipped";
  return result == Result::Cancelled ? "was cancelled" : "failed";
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
  Record& record = records_[question.place];
  record.before = before(record);
  if (question.condition != "success()") return evaluate(question, record);
  if (record.before.all_succeeded && !question.run_cancelled) return {};
  return {Presence::Skipped, reason_to_skip(question, record)};
}

Verdict Judge::evaluate(const Question& question, const Record& record) {
  Case asked{question, record};
  asked.as_run = {question.contexts, status_functions(asked)};
  if (has_open_needs(record)) {
    asked.as_skipped = asked.as_run;
    asked.as_skipped->contexts.set("needs", needs_context(record, kAsSkipped));
  }
  asked.as_run.contexts.set("needs", needs_context(record, kAsRun));
  switch (truth(question.condition, [&](std::string_view text) { return judge_term(asked, text); })) {
    case Truth::True:
      return {};
    case Truth::False:
      return {Presence::Skipped, reason_to_skip(question, record)};
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
    for (const Need& need : record->subject.needs) {
      const Record* other = need_of(*record, need);
      results.push_back(other == nullptr ? Result::Success : result(*other, kAsRun));
    }
  }
  return results;
}

const Judge::Record* Judge::find(std::string_view place) const {
  const auto found = records_.find(place);
  return found == records_.end() ? nullptr : &found->second;
}

const Judge::Record* Judge::need_of(const Record& record, const Need& need) const {
  return find(place_of_need(record.subject.place, need));
}

bool Judge::has_open_needs(const Record& record) const {
  return std::ranges::any_of(record.subject.needs, [&](const Need& need) {
    const Record* other = need_of(record, need);
    return other != nullptr && other->maybe != decltype(other->maybe){};
  });
}

Judge::Before Judge::before(const Record& record) const {
  Before all;
  for (const Need& need : record.subject.needs) {
    const Record* other = need_of(record, need);
    if (other == nullptr) continue;
    const Result ended = result(*other, kAsRun);
    all.all_succeeded = all.all_succeeded && other->before.all_succeeded && ended == Result::Success;
    all.any_failed = all.any_failed || other->before.any_failed || ended == Result::Failure;
  }
  return all;
}

/// The nearest ancestor that passes the test, or null.
const Judge::Record* Judge::find_ancestor(const Record& record, const std::function<bool(const Record&)>& test) const {
  std::vector<const Record*> found{&record};
  std::set<const Record*> seen;
  for (size_t i = 0; i < found.size(); ++i) {
    for (const Need& need : found[i]->subject.needs) {
      const Record* other = need_of(*found[i], need);
      if (other == nullptr || !seen.insert(other).second) continue;
      if (test(*other)) return other;
      found.push_back(other);
    }
  }
  return nullptr;
}

/// Whether the result of any ancestor with one of the names passes the test.
bool Judge::any_named(const Record& record, std::span<const Value> names,
                      const std::function<bool(Result)>& test) const {
  const auto is_named = [&](const Record& ancestor) {
    return std::ranges::any_of(names, [&](const Value& name) {
      return equals_ignore_case(local_name(ancestor.subject.id), expression::to_string(name));
    });
  };
  return find_ancestor(record, [&](const Record& ancestor) {
           return is_named(ancestor) && test(result(ancestor, kAsRun));
         }) != nullptr;
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
    const Record* other = need_of(record, need);
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
  const bool cancelled = asked.question.run_cancelled;
  const auto success = [this, cancelled, &record = asked.record](std::span<const Value> names) {
    if (cancelled || names.empty()) return Value(!cancelled && record.before.all_succeeded);
    return Value(!any_named(record, names, [](Result result) { return result != Result::Success; }));
  };
  const auto failure = [this, &record = asked.record](std::span<const Value> names) {
    if (names.empty()) return Value(record.before.any_failed);
    return Value(any_named(record, names, [](Result result) { return result == Result::Failure; }));
  };
  return {{"success", success}, {"failure", failure}, {"always", constant(true)}, {"cancelled", constant(cancelled)}};
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
    const auto value = [&](const expression::Scope& scope) {
      return expression::truthy(expression::evaluate(parsed, scope));
    };
    const bool truth = value(asked.as_run);
    if (!asked.as_skipped || value(*asked.as_skipped) == truth) return truth ? Truth::True : Truth::False;
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
      const Record* other = need_of(asked.record, need);
      return !is_meant || other == nullptr || knows_outputs(*other, path.size() > 3 ? path[3] : "*");
    });
  }
  if (resolves(asked.as_run.contexts, reference)) return true;
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

std::string Judge::reason_to_skip(const Question& question, const Record& record) const {
  if (question.condition.starts_with("success()")) {
    if (question.run_cancelled) return "the run was cancelled";
    const auto is_bad = [&](const Record& ancestor) { return result(ancestor, kAsRun) != Result::Success; };
    const Record* ancestor = record.before.all_succeeded ? nullptr : find_ancestor(record, is_bad);
    if (ancestor != nullptr) {
      return fmt::format("\"{}\", which it waits for, {}", ancestor->subject.id, described(result(*ancestor, kAsRun)));
    }
  }
  if (question.condition == "failure()") return "nothing that it waits for failed";
  return fmt::format("its condition is false: {}", question.condition);
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
