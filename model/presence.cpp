// Conditions are judged in topological order, each at the level of its own workflow. Within a called workflow success()
// looks at ancestors of that workflow only; whether GitHub does so is not documented, but pipelines that call tests
// behind a skipped optional job run only if it does. A caller is judged at its own level; when it is skipped, so are
// all jobs below it.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "model/condition.h"
#include "model/graph.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

using expression::Object;
using expression::Value;

struct Verdict {
  Presence presence = Presence::Runs;
  std::string reason;
};

/// A job or a caller: what has needs and a condition.
struct Node {
  const std::string& id;
  const std::vector<Need>& needs;
  const std::string& condition;
  const SourceRange& where;
};

class PresenceResolver {
 public:
  PresenceResolver(Pipeline& pipeline, Diagnostics& diagnostics) : pipeline_(pipeline), diagnostics_(diagnostics) {
    for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
      const Job& job = pipeline.jobs[i];
      members_[job.id].push_back(i);
      needs_.emplace(job.id, &job.needs);
      for (std::string path = job.caller; !path.empty(); path = scope_of(path)) members_[path].push_back(i);
    }
    for (const Caller& caller : pipeline.callers) needs_.emplace(caller.id, &caller.needs);
  }

  void resolve(JobId id) {
    Job& job = pipeline_.job(id);
    Verdict verdict = judge_callers(job.caller);
    if (verdict.presence == Presence::Runs) {
      Object contexts = workflow_contexts(pipeline_, job.caller);
      contexts.set("matrix", matrix_context(job));
      verdict = judge({job.id, job.needs, job.condition, job.condition_where}, std::move(contexts));
    }
    job.presence = verdict.presence;
    job.presence_reason = std::move(verdict.reason);
  }

 private:
  /// Outermost first; the first caller that doesn't surely run decides.
  Verdict judge_callers(const std::string& innermost) {
    std::vector<std::string> chain;
    for (std::string path = innermost; !path.empty(); path = scope_of(path)) chain.push_back(path);
    Verdict unknown;
    for (auto path = chain.rbegin(); path != chain.rend(); ++path) {
      const Caller* caller = pipeline_.find_caller(*path);
      if (caller == nullptr) continue;
      const auto known = callers_.find(*path);
      const Verdict verdict = known != callers_.end() ? known->second : judge_caller(*caller);
      callers_.insert_or_assign(*path, verdict);
      if (verdict.presence == Presence::Skipped) {
        return {Presence::Skipped, fmt::format("its caller \"{}\" is skipped: {}", *path, verdict.reason)};
      }
      if (verdict.presence == Presence::Unknown && unknown.presence == Presence::Runs) {
        unknown = {Presence::Unknown, fmt::format("its caller \"{}\" may be skipped: {}", *path, verdict.reason)};
      }
    }
    return unknown;
  }

  Verdict judge_caller(const Caller& caller) {
    return judge({caller.id, caller.needs, caller.condition, caller.condition_where},
                 workflow_contexts(pipeline_, caller.caller));
  }

  Verdict judge(const Node& node, Object contexts) {
    const std::string scope_id = scope_of(node.id);
    const std::vector<std::string> ancestors = ancestors_of(node);
    contexts.set("needs", needs_context(node, scope_id, "success"));
    expression::Scope scope{std::move(contexts), status_functions(scope_id, ancestors)};
    expression::Scope other = scope;
    other.contexts.set("needs", needs_context(node, scope_id, "skipped"));
    std::vector<std::string> missing;
    const auto term = [&](std::string_view text) { return judge_term(text, node, {&scope, &other}, missing); };
    switch (truth(node.condition, term)) {
      case Truth::True:
        return {};
      case Truth::False:
        return {Presence::Skipped, reason_to_skip(node, ancestors)};
      case Truth::Unknown:
        break;
    }
    for (const std::string& reference : missing) warn(node, reference);
    return {Presence::Unknown,
            missing.empty() ? "its condition can't be evaluated" : fmt::format("nobody supplies {}", missing.front())};
  }

  /// \param scopes with the needs that may be skipped as run and as skipped: a term that is the same in both is known.
  Truth judge_term(std::string_view text, const Node& node, std::array<const expression::Scope*, 2> scopes,
                   std::vector<std::string>& missing) {
    try {
      const auto parsed = expression::Expression::parse(text);
      const auto value = [&](size_t i) { return expression::truthy(expression::evaluate(parsed, *scopes[i])); };
      const bool outputs = to_lower(text).find("outputs") != std::string::npos;
      const std::vector<std::string> references = expression::references(parsed);
      for (const std::string& reference : references) {
        if (!is_known(reference, outputs, node, scopes[0]->contexts)) {
          missing.push_back(reference);
          return Truth::Unknown;
        }
      }
      const bool first = value(0);
      if (first == value(1)) return first ? Truth::True : Truth::False;
      for (const std::string& reference : references) {
        if (reference.starts_with("needs")) missing.push_back(reference);
      }
      return Truth::Unknown;
    } catch (const expression::ExpressionError& error) {
      if (warned_.insert(node.id).second) {
        diagnostics_.warning("condition",
                             fmt::format("the condition of job \"{}\" can't be evaluated: {}", node.id, error.what()),
                             node.where);
      }
      return Truth::Unknown;
    }
  }

  /// A reference is known when its value is, be it null. Outputs that the maker doesn't declare are null on GitHub too.
  bool is_known(const std::string& reference, bool outputs, const Node& node, const Object& contexts) const {
    if (reference == "needs" || reference.starts_with("needs.")) {
      return (!outputs && reference != "needs") || knows_needs(reference, node);
    }
    if (resolves(contexts, reference)) return true;
    if (reference.starts_with("inputs")) return scope_of(node.id).empty();
    return !reference.starts_with("github") && !reference.starts_with("vars");
  }

  /// Whether all outputs that a reference into `needs` may lead to are supplied.
  bool knows_needs(const std::string& reference, const Node& node) const {
    const std::vector<std::string_view> path = split(reference, '.');
    if (path.size() > 2 && path[2] == "result") return true;
    return std::ranges::all_of(node.needs, [&](const Need& need) {
      const std::string local = need.job.substr(need.job.rfind('/') + 1);
      if (path.size() > 1 && path[1] != "*" && !equals_ignore_case(local, path[1])) return true;
      return knows_outputs(need.job, path.size() > 3 ? path[3] : "*");
    });
  }

  bool knows_outputs(const std::string& id, std::string_view output) const {
    if (result_of(id) == Truth::False) return true;
    std::vector<std::string> declared;
    const auto members = members_.find(id);
    if (members != members_.end() && pipeline_.find_caller(id) == nullptr) {
      for (const size_t i : members->second) {
        declared.insert(declared.end(), pipeline_.jobs[i].outputs.begin(), pipeline_.jobs[i].outputs.end());
      }
    } else if (output != "*") {
      declared.emplace_back(output);
    }
    return std::ranges::all_of(declared, [&](const std::string& name) {
      return (output != "*" && !equals_ignore_case(name, output)) || is_supplied(id, name);
    });
  }

  bool is_supplied(const std::string& id, std::string_view name) const {
    return std::ranges::any_of(pipeline_.outputs, [&](const Pipeline::Output& output) {
      return output.job == id && equals_ignore_case(output.name, name);
    });
  }

  /// True: some of its jobs run; False: all are skipped; Unknown: history decides.
  Truth result_of(const std::string& id) const {
    const auto members = members_.find(id);
    if (members == members_.end() || members->second.empty()) return Truth::True;
    bool unknown = false;
    for (const size_t i : members->second) {
      if (pipeline_.jobs[i].presence == Presence::Runs) return Truth::True;
      if (pipeline_.jobs[i].presence == Presence::Unknown) unknown = true;
    }
    return unknown ? Truth::Unknown : Truth::False;
  }

  /// \param undecided the result of needs that may be skipped.
  Object needs_context(const Node& node, const std::string& scope, std::string_view undecided) const {
    Object needs;
    for (const Need& need : node.needs) {
      const Truth ran = result_of(need.job);
      const bool skipped = ran == Truth::False || (ran == Truth::Unknown && undecided == "skipped");
      Object outputs;
      for (const Pipeline::Output& output : pipeline_.outputs) {
        if (output.job == need.job && !skipped) outputs.set(output.name, output.value);
      }
      Object entry;
      entry.set("result", skipped ? "skipped" : "success");
      entry.set("outputs", std::move(outputs));
      const size_t cut = scope.empty() ? 0 : scope.size() + 1;
      needs.set(need.job.substr(std::min(cut, need.job.size())), std::move(entry));
    }
    return needs;
  }

  /// Ids of the jobs and callers of the same workflow that come before, nearest first.
  std::vector<std::string> ancestors_of(const Node& node) const {
    std::vector<std::string> found;
    std::set<std::string> seen;
    const auto add = [&](const std::vector<Need>& needs) {
      for (const Need& need : needs) {
        if (seen.insert(need.job).second) found.push_back(need.job);
      }
    };
    add(node.needs);
    for (size_t i = 0; i < found.size(); ++i) {
      const auto needs = needs_.find(found[i]);
      if (needs != needs_.end()) add(*needs->second);
    }
    return found;
  }

  /// Nothing fails and nobody cancels in a green run, so success() asks only for skipped ancestors. Unknown ones count
  /// as run.
  std::map<std::string, expression::Function> status_functions(const std::string& scope,
                                                               const std::vector<std::string>& ancestors) const {
    const auto constant = [](bool value) { return [value](std::span<const Value>) { return Value(value); }; };
    const auto success = [this, scope, ancestors](std::span<const Value> arguments) {
      std::vector<std::string> asked;
      for (const Value& argument : arguments) asked.push_back(qualify(scope, expression::to_string(argument)));
      const std::vector<std::string>& ids = asked.empty() ? ancestors : asked;
      return Value(std::ranges::none_of(ids, [this](const std::string& id) { return result_of(id) == Truth::False; }));
    };
    return {
        {"success", success}, {"always", constant(true)}, {"failure", constant(false)}, {"cancelled", constant(false)}};
  }

  std::string reason_to_skip(const Node& node, const std::vector<std::string>& ancestors) const {
    if (node.condition.starts_with("success()")) {
      for (const std::string& id : ancestors) {
        if (result_of(id) == Truth::False) return fmt::format("\"{}\", which it waits for, is skipped", id);
      }
    }
    return fmt::format("its condition is false: {}", node.condition);
  }

  void warn(const Node& node, const std::string& reference) {
    const std::vector<std::string_view> path = split(reference, '.');
    const bool is_output = path.size() == 4 && path[0] == "needs" && path[2] == "outputs";
    const std::string scope = scope_of(node.id);
    const std::string subject =
        is_output ? fmt::format("{}.{}", qualify(scope, path[1]), path[3]) : qualify(scope, reference);
    if (!warned_.insert(subject).second) return;
    Diagnostic& finding = diagnostics_.warning(
        is_output ? "missing-output" : "unknown-context",
        fmt::format("whether job \"{}\" runs depends on {}, which nobody supplies: past runs decide", node.id,
                    reference),
        node.where);
    if (is_output) {
      finding.notes.push_back(
          {fmt::format("say `outputs: {{{}: …}}` in a change class of dagsim.yaml or in the scenario", subject), {}});
    }
  }

  Pipeline& pipeline_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::vector<size_t>> members_;     // jobs of an id, or below a caller
  std::map<std::string, const std::vector<Need>*> needs_;  // of ids and callers
  std::map<std::string, Verdict> callers_;
  std::set<std::string> warned_;
};

}  // namespace

void resolve_presence(Pipeline& pipeline, const Graph& graph, Diagnostics& diagnostics) {
  for (Job& job : pipeline.jobs) job.presence = Presence::Runs;
  PresenceResolver resolver(pipeline, diagnostics);
  for (const JobId job : graph.order()) resolver.resolve(job);
}

}  // namespace dagsim::model
