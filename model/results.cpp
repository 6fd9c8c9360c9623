// One walk along the topological order gives all results, because a condition looks only at what comes before. Two
// things look sideways: legs of a matrix stop each other, so they are settled together when the last of them has been
// judged (their needs are the same, and whoever needs one needs all); and called workflows under one matrix stop each
// other at a time that only their own results tell, so the walk is repeated with what was learnt until nothing new is
// stopped: at most once a matrix of calls.
#include "model/results.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "model/call.h"
#include "model/scope.h"

namespace dagsim::model {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Calls that were stopped because another leg of their matrix failed: when, and which leg it was.
struct Stop {
  double at = kNever;
  std::string failed;
};
using Stops = std::map<std::string, Stop>;  // by call path

Result result_of(Ending ending) {
  switch (ending) {
    case Ending::Success:
      return Result::Success;
    case Ending::Failure:
    case Ending::StepTimeout:
      return Result::Failure;
    case Ending::JobTimeout:
    case Ending::Cancelled:
      break;
  }
  return Result::Cancelled;
}

std::string reason_of(Ending ending) {
  switch (ending) {
    case Ending::Success:
      return "";
    case Ending::Failure:
      return "it failed";
    case Ending::StepTimeout:
      return "a step ran into its timeout, which is a failure";
    case Ending::JobTimeout:
      return "it ran into its timeout, which cancels it";
    case Ending::Cancelled:
      break;
  }
  return "it was cancelled";
}

/// One walk along the graph.
class Walk {
 public:
  Walk(const Pipeline& pipeline, const Course& course, const Stops& stops, Diagnostics& diagnostics)
      : pipeline_(pipeline), course_(course), stops_(stops), judge_(pipeline.outputs, diagnostics) {
    results_.jobs.resize(pipeline.jobs.size());
    for (const Job& job : pipeline.jobs) {
      places_.push_back(place_of(job));
      levels_.push_back(levels_of(call_path(job)));
      judge_.declare({places_.back(), job.id, job.needs, job.outputs, false});
      ++leg_count_[places_.back()];
      for (const std::string& place : all_places(levels_.size() - 1)) ++undone_[place];
      for (const CallLevel& level : levels_.back()) {
        const Caller* caller = pipeline.find_caller(id_of_call(level.call));
        if (caller != nullptr) judge_.declare({level.place, caller->id, caller->needs, {}, true});
      }
    }
  }

  RunResults run(const Graph& graph) {
    for (const JobId id : graph.order()) {
      const size_t job = index(id);
      judge(job);
      std::vector<size_t>& legs = legs_[places_[job]];
      legs.push_back(job);
      if (legs.size() < leg_count_[places_[job]]) continue;
      fail_fast(legs);
      for (const size_t leg : legs) settle(leg);
    }
    results_.conclusion = conclusion();
    return std::move(results_);
  }

 private:
  /// The place of a job and those of its callers, with and without their legs.
  std::vector<std::string> all_places(size_t job) const {
    std::vector<std::string> places{places_[job]};
    for (const CallLevel& level : levels_[job]) {
      places.push_back(level.call);
      if (level.place != level.call) places.push_back(level.place);
    }
    return places;
  }

  void judge(size_t job) {
    const Job& each = pipeline_.jobs[job];
    JobResult& result = results_.jobs[job];
    result.needs = judge_.results_of_needs(places_[job]);
    Verdict verdict = judge_callers(job, result.skipped_at);
    const bool ready = course_.cancelled && is_ready(job);
    if (verdict.presence == Presence::Runs) verdict = judge_own(each, places_[job], course_.cancelled && !ready);
    result.presence = verdict.presence;
    result.reason = std::move(verdict.reason);
    if (result.presence == Presence::Skipped) {
      result.check = result.result = Result::Skipped;
      if (result.skipped_at.empty()) result.skipped_at = places_[job];
    } else if (ready && !is_completed(job) && judge_own(each, places_[job], true).presence == Presence::Skipped) {
      cancel(result, "the run was cancelled before it was over");
    } else {
      end(job);
    }
    const bool is_done = ready && (result.presence == Presence::Skipped || is_completed(job));
    if (!is_done) return;
    for (const std::string& place : all_places(job)) --undone_[place];
  }

  /// Outermost first; the first caller that doesn't surely run decides.
  Verdict judge_callers(size_t job, std::string& skipped_at) {
    Verdict unknown;
    for (const CallLevel& level : levels_[job]) {
      const Caller* caller = pipeline_.find_caller(id_of_call(level.call));
      if (caller == nullptr) continue;
      auto known = callers_.find(level.place);
      if (known == callers_.end()) {
        const bool cancelled = course_.cancelled && !needs_are_done(level.place, caller->needs);
        known = callers_.emplace(level.place, judge_caller(*caller, level.place, cancelled)).first;
      }
      const Verdict& verdict = known->second;
      if (verdict.presence == Presence::Skipped) {
        skipped_at = level.place;
        results_.skipped_calls.emplace(level.place, verdict.reason);
        return {Presence::Skipped, fmt::format("its caller \"{}\" is skipped: {}", caller->id, verdict.reason)};
      }
      if (verdict.presence == Presence::Unknown && unknown.presence == Presence::Runs) {
        unknown = {Presence::Unknown, fmt::format("its caller \"{}\" may be skipped: {}", caller->id, verdict.reason)};
      }
    }
    return unknown;
  }

  Verdict judge_caller(const Caller& caller, const std::string& place, bool cancelled) {
    return judge_.judge(
        {place, caller.condition, caller.condition_where, workflow_contexts(pipeline_, caller.caller), cancelled});
  }

  Verdict judge_own(const Job& job, const std::string& place, bool cancelled) {
    expression::Object contexts;
    if (job.condition != "success()") {
      contexts = workflow_contexts(pipeline_, job.caller);
      contexts.set("matrix", matrix_context(job));
    }
    return judge_.judge({place, job.condition, job.condition_where, std::move(contexts), cancelled});
  }

  /// Whether everything that a job or a caller needs was over when the run was cancelled.
  bool needs_are_done(const std::string& place, const std::vector<Need>& needs) const {
    return std::ranges::all_of(needs, [&](const Need& need) {
      const auto found = undone_.find(place_of_need(place, need));
      return found == undone_.end() || found->second == 0;
    });
  }

  bool is_ready(size_t job) const {
    const auto caller_is_ready = [&](const CallLevel& level) {
      const Caller* caller = pipeline_.find_caller(id_of_call(level.call));
      return caller == nullptr || needs_are_done(level.place, caller->needs);
    };
    return needs_are_done(places_[job], pipeline_.jobs[job].needs) &&
           std::ranges::all_of(levels_[job], caller_is_ready);
  }

  bool is_completed(size_t job) const { return !course_.completed.empty() && course_.completed[job]; }

  double at(size_t job) const { return course_.at.empty() ? 0 : course_.at[job]; }

  static void cancel(JobResult& result, std::string reason) {
    result.check = result.result = Result::Cancelled;
    result.reason = std::move(reason);
  }

  void end(size_t job) {
    JobResult& result = results_.jobs[job];
    for (const CallLevel& level : levels_[job]) {
      const auto stop = stops_.find(level.call);
      if (stop == stops_.end() || at(job) <= stop->second.at) continue;
      return cancel(result, fmt::format("\"{}\" of the same matrix failed", stop->second.failed));
    }
    const Ending ending = course_.endings.empty() ? Ending::Success : course_.endings[job];
    result.check = result_of(ending);
    const bool is_allowed = result.check == Result::Failure && pipeline_.jobs[job].continue_on_error;
    result.result = is_allowed ? Result::Success : result.check;
    if (ending == Ending::Success) return;
    result.reason = reason_of(ending);
    if (is_allowed) result.reason += ", which continue-on-error allows";
  }

  /// Among equal times the leg created first fails first.
  void fail_fast(const std::vector<size_t>& legs) {
    const auto fails = [&](size_t leg) { return results_.jobs[leg].result == Result::Failure; };
    size_t first = pipeline_.jobs.size();
    for (const size_t leg : legs) {
      const bool is_earlier =
          first == pipeline_.jobs.size() || at(leg) < at(first) || (at(leg) == at(first) && leg < first);
      if (fails(leg) && is_earlier) first = leg;
    }
    if (first == pipeline_.jobs.size() || !pipeline_.jobs[first].strategy.fail_fast) return;
    for (const size_t leg : legs) {
      JobResult& result = results_.jobs[leg];
      if (result.presence == Presence::Skipped || at(leg) <= at(first)) continue;
      cancel(result, fmt::format("\"{}\" of the same matrix failed", pipeline_.jobs[first].name));
    }
  }

  void settle(size_t job) {
    const Standing standing{results_.jobs[job].presence, results_.jobs[job].result};
    for (const std::string& place : all_places(job)) judge_.settle(place, standing);
  }

  Result conclusion() const {
    if (course_.cancelled) return Result::Cancelled;
    std::vector<Result> results;
    for (const JobResult& job : results_.jobs) results.push_back(job.result);
    return combined(results);
  }

  const Pipeline& pipeline_;
  const Course& course_;
  const Stops& stops_;
  Judge judge_;
  RunResults results_;
  std::vector<std::string> places_;             // by JobId
  std::vector<std::vector<CallLevel>> levels_;  // by JobId
  std::map<std::string, size_t> leg_count_;
  std::map<std::string, size_t> undone_;             // jobs of a place that were not over when the run was cancelled
  std::map<std::string, std::vector<size_t>> legs_;  // judged so far
  std::map<std::string, Verdict> callers_;
};

/// A called workflow as one leg of its caller's matrix.
struct CalledLeg {
  Result result = Result::Success;
  double end = 0;
};

std::map<std::string, CalledLeg> called_legs(const Pipeline& pipeline, const Course& course,
                                             const RunResults& results) {
  std::map<std::string, std::vector<size_t>> members;
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    for (const CallLevel& level : levels_of(call_path(pipeline.jobs[i]))) members[level.call].push_back(i);
  }
  std::map<std::string, CalledLeg> legs;
  for (const auto& [call, jobs] : members) {
    std::vector<Result> all;
    CalledLeg& leg = legs[call];
    for (const size_t job : jobs) {
      all.push_back(results.jobs[job].result);
      if (all.back() != Result::Skipped && !course.at.empty()) leg.end = std::max(leg.end, course.at[job]);
    }
    leg.result = combined(all);
  }
  return legs;
}

/// Adds what failing calls stop; whether that is more than before.
bool add_stops(const Pipeline& pipeline, const std::map<std::string, CalledLeg>& legs, Stops& stops) {
  std::map<std::string, Stop> first;  // by place of the caller: the call that fails first
  const auto for_each_leg = [&](const auto& visit) {
    for (const Caller& caller : pipeline.callers) {
      for (const CallLeg& leg : caller.legs) {
        const auto found = legs.find(leg.call);
        if (found != legs.end() && leg.strategy.fail_fast) visit(leg, found->second, levels_of(leg.call).back().place);
      }
    }
  };
  for_each_leg([&](const CallLeg& leg, const CalledLeg& called, const std::string& place) {
    const bool is_first = called.result == Result::Failure && called.end < first[place].at;
    if (is_first) first[place] = {called.end, leg.name};
  });
  bool added = false;
  for_each_leg([&](const CallLeg& leg, const CalledLeg& called, const std::string& place) {
    const Stop& stop = first[place];
    if (called.end <= stop.at || stop.at >= stops[leg.call].at) return;
    stops[leg.call] = stop;
    added = true;
  });
  return added;
}

}  // namespace

RunResults resolve_results(const Pipeline& pipeline, const Graph& graph, const Course& course,
                           Diagnostics& diagnostics) {
  const auto fits = [&](size_t size) { return size == 0 || size == pipeline.jobs.size(); };
  DAGSIM_ASSERT(fits(course.endings.size()) && fits(course.at.size()) && fits(course.completed.size()),
                "a course says nothing or something of every job");
  Stops stops;
  RunResults results = Walk(pipeline, course, stops, diagnostics).run(graph);
  // Each round settles the matrix of calls that fails first among those not settled yet.
  for (size_t round = 0; round < pipeline.callers.size(); ++round) {
    if (!add_stops(pipeline, called_legs(pipeline, course, results), stops)) break;
    Diagnostics repeated;
    results = Walk(pipeline, course, stops, repeated).run(graph);
  }
  return results;
}

Result combined(std::span<const Result> results) {
  for (const Result result : {Result::Failure, Result::Cancelled, Result::Success}) {
    if (std::ranges::find(results, result) != results.end()) return result;
  }
  return results.empty() ? Result::Success : Result::Skipped;
}

bool satisfies_required_check(Result check) {
  return check == Result::Success || check == Result::Skipped;
}

}  // namespace dagsim::model
