#include "model/edit_check.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "model/artifact.h"
#include "model/cache.h"
#include "model/graph.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

/// What all rules read of a job or a caller.
struct Subject {
  const std::string& id;
  const std::vector<Need>& needs;
  const std::string& condition;
  const SourceRange& condition_where;
  const std::vector<OutputUse>& reads;
  const Job* job = nullptr;

  bool needs_local(std::string_view name) const {
    return std::ranges::any_of(needs, [&](const Need& need) {
      return equals_ignore_case(std::string_view(need.job).substr(need.job.rfind('/') + 1), name);
    });
  }
};

class Checker {
 public:
  explicit Checker(const Pipeline& pipeline) : pipeline_(pipeline) {}

  std::vector<Violation> check() {
    for (const Job& job : pipeline_.jobs) {
      check_node({job.id, job.needs, job.condition, job.condition_where, job.reads, &job});
    }
    for (const Caller& caller : pipeline_.callers) {
      check_node({caller.id, caller.needs, caller.condition, caller.condition_where, caller.reads, nullptr});
    }
    check_artifacts();
    check_caches();
    check_coverage();
    if (!pipeline_.gate.empty() && pipeline_.find(pipeline_.gate).empty()) {
      add("gate", "lost-gate", fmt::format("the gate \"{}\" is gone", pipeline_.gate), {});
    }
    return std::move(found_);
  }

 private:
  void add(std::string key, std::string rule, std::string message, std::vector<DiagnosticNote> notes) {
    if (seen_.insert(key).second)
      found_.push_back({std::move(key), std::move(rule), std::move(message), std::move(notes)});
  }

  void check_node(const Subject& node) {
    const std::string scope = scope_of(node.id);
    for (const Need& need : node.needs) {
      if (scope_of(need.job) == scope) continue;
      add(fmt::format("scope {} {}", node.id, need.job), "need-scope",
          fmt::format("\"{}\" can't need \"{}\", which lies in another workflow", node.id, need.job),
          {{"it can need jobs of its own workflow only", need.where}});
    }
    for (const OutputUse& read : node.reads) {
      if (std::ranges::find(node.needs, read.job, &Need::job) != node.needs.end()) continue;
      add(fmt::format("needs {} {}", node.id, local(read.job)), "lost-output",
          fmt::format("\"{}\" reads output \"{}\" of \"{}\", which it no longer needs", node.id, read.output, read.job),
          {{"read here", read.where}});
    }
    check_condition(node, node.condition, fmt::format("\"{}\"", node.id), node.condition_where);
    if (node.job == nullptr) return;
    for (const Step& step : node.job->steps) {
      check_condition(node, step.condition, fmt::format("step \"{}\" of \"{}\"", step.name, node.id), step.where);
    }
  }

  void check_condition(const Subject& node, const std::string& condition, const std::string& owner,
                       const SourceRange& where) {
    if (condition.find('.') == std::string::npos) return;
    for (const std::string& reference : references(condition)) {
      const std::vector<std::string_view> path = split(reference, '.');
      if (path.size() < 2 || path[0] != "needs" || path[1] == "*" || node.needs_local(path[1])) continue;
      add(fmt::format("needs {} {}", node.id, path[1]), "dangling-condition",
          fmt::format("the condition of {} asks for {}, but \"{}\" does not need \"{}\"", owner, reference, node.id,
                      path[1]),
          {{fmt::format("if: {}", condition), where}});
    }
  }

  static std::vector<std::string> references(const std::string& condition) {
    try {
      return expression::references(expression::Expression::parse(condition));
    } catch (const expression::ExpressionError&) {
      return {};
    }
  }

  static std::string local(std::string_view id) { return to_lower(id.substr(id.rfind('/') + 1)); }

  void check_artifacts() {
    std::vector<std::pair<JobId, std::string_view>> made;
    for (uint32_t i = 0; i < pipeline_.jobs.size(); ++i) {
      for (const Step& step : pipeline_.jobs[i].steps) {
        for (const std::string& artifact : step.uploads) made.emplace_back(JobId{i}, artifact);
      }
    }
    Diagnostics scratch;
    const Graph graph = Graph::build(pipeline_, scratch);
    for (uint32_t i = 0; i < pipeline_.jobs.size(); ++i) {
      for (const Step& step : pipeline_.jobs[i].steps) {
        for (const std::string& artifact : step.downloads) {
          std::vector<JobId> makers;
          for (const auto& [maker, name] : made) {
            if (may_take(artifact, name)) makers.push_back(maker);
          }
          check_artifact(graph, makers, JobId{i}, step, artifact);
        }
      }
    }
  }

  void check_artifact(const Graph& graph, const std::vector<JobId>& makers, JobId id, const Step& step,
                      const std::string& artifact) {
    const Job& job = pipeline_.job(id);
    if (artifact == "*") return;
    std::string message;
    if (makers.empty()) {
      message = fmt::format("\"{}\" downloads artifact \"{}\", which no job uploads any more", job.id, artifact);
    } else if (graph.size() > 0 &&
               std::ranges::none_of(makers, [&](JobId maker) { return maker == id || graph.is_ancestor(maker, id); })) {
      message = fmt::format("\"{}\" downloads artifact \"{}\", but no longer waits for \"{}\", which uploads it",
                            job.id, artifact, pipeline_.job(makers.front()).id);
    } else {
      return;
    }
    add(fmt::format("artifact {} {}", artifact, job.stream), "lost-artifact", std::move(message),
        {{"downloaded here", step.where}});
  }

  void check_caches() {
    std::set<std::string> saved;
    for (const Job& job : pipeline_.jobs) {
      for (const Step& step : job.steps) {
        if (step.cache && step.cache->saves) saved.insert(std::string(saved_family(*step.cache)));
      }
    }
    for (const Job& job : pipeline_.jobs) {
      for (const Step& step : job.steps) {
        if (!step.cache || !step.cache->restores || saved.contains(step.cache->family)) continue;
        add("cache " + step.cache->family, "lost-cache",
            fmt::format("no job saves cache family \"{}\" any more, which \"{}\" restores", step.cache->family,
                        job.key),
            {{"restored here", step.cache->where ? step.cache->where : step.where},
             {fmt::format("name another saver: set-cache: {{family: {}, saver: …}}", step.cache->family), {}}});
      }
    }
  }

  void check_coverage() {
    for (const DefectKind& kind : pipeline_.defects) {
      const bool caught =
          std::ranges::any_of(kind.jobs, [&](const std::string& pattern) { return !pipeline_.find(pattern).empty(); });
      if (caught) continue;
      add("coverage " + kind.name, kLostCoverage, fmt::format("no job catches \"{}\" any more", kind.name),
          {{fmt::format("caught by {} before", any_of(kind.jobs)), kind.where}});
    }
  }

  const Pipeline& pipeline_;
  std::vector<Violation> found_;
  std::set<std::string> seen_;
};

bool catches(const Pipeline& pipeline, const DefectKind& kind) {
  return std::ranges::any_of(kind.jobs, [&](const std::string& pattern) {
    return std::ranges::any_of(pipeline.find(pattern),
                               [&](JobId job) { return pipeline.job(job).presence != Presence::Skipped; });
  });
}

}  // namespace

std::vector<Violation> violations(const Pipeline& pipeline) {
  return Checker(pipeline).check();
}

std::vector<std::string> lost_coverage(const Pipeline& before, const Pipeline& after) {
  std::vector<std::string> lost;
  for (size_t i = 0; i < before.defects.size() && i < after.defects.size(); ++i) {
    if (catches(before, before.defects[i]) && !catches(after, after.defects[i])) lost.push_back(before.defects[i].name);
  }
  return lost;
}

}  // namespace dagsim::model
