#include "model/checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "model/call.h"

namespace dagsim::model {

namespace {

class Lister {
 public:
  Lister(const Pipeline& pipeline, const Graph& graph, const RunResults& results)
      : pipeline_(pipeline), graph_(graph), results_(results) {
    for (const Job& job : pipeline.jobs) {
      const bool runs = results.jobs[places_.size()].presence != Presence::Skipped;
      places_.push_back(place_of(job));
      if (runs) expanded_.insert(places_.back());
    }
  }

  std::vector<Check> list() {
    for (size_t job = 0; job < pipeline_.jobs.size(); ++job) add(job);
    for (Check& check : checks_) add_needs(check);
    return std::move(checks_);
  }

 private:
  void add(size_t job) {
    const std::string& skipped = results_.jobs[job].skipped_at;
    // Legs of which some run were expanded; only an edit can give them conditions of their own.
    const bool is_one_of_many = !skipped.empty() && !expanded_.contains(skipped);
    const auto [at, is_new] = of_place_.try_emplace(is_one_of_many ? skipped : "", checks_.size());
    if (is_one_of_many && !is_new) {
      check_of_.push_back(at->second);
      checks_[at->second].jobs.push_back(JobId{static_cast<uint32_t>(job)});
      return;
    }
    check_of_.push_back(checks_.size());
    checks_.push_back(make(job, is_one_of_many));
  }

  Check make(size_t job, bool is_one_of_many) const {
    const Job& each = pipeline_.jobs[job];
    const JobResult& result = results_.jobs[job];
    Check check{each.key, each.name, {JobId{static_cast<uint32_t>(job)}}, {}, result.check, result.reason};
    if (!is_one_of_many) return check;
    check.key = result.skipped_at;
    if (result.skipped_at == places_[job]) {
      check.name = each.raw_name.empty() ? each.name : each.raw_name;
    } else {
      check.name = name_of_call(result.skipped_at);
      check.reason = results_.skipped_calls.at(result.skipped_at);
    }
    return check;
  }

  std::string name_of_call(const std::string& place) const {
    const Caller* caller = pipeline_.find_caller(id_of_call(place));
    if (caller == nullptr) return place;
    const auto found = std::ranges::find_if(
        caller->legs, [&](const CallLeg& leg) { return levels_of(leg.call).back().place == place; });
    return found == caller->legs.end() ? caller->id : found->raw_name;
  }

  void add_needs(Check& check) const {
    std::set<size_t> needs;
    for (const JobId job : check.jobs) {
      for (const JobId need : graph_.needs(job)) needs.insert(check_of_[index(need)]);
    }
    needs.erase(check_of_[index(check.jobs.front())]);
    for (const size_t need : needs) check.needs.push_back(checks_[need].key);
  }

  const Pipeline& pipeline_;
  const Graph& graph_;
  const RunResults& results_;
  std::vector<std::string> places_;  // by JobId
  std::set<std::string> expanded_;   // places of which some job runs
  std::map<std::string, size_t> of_place_;
  std::vector<size_t> check_of_;  // by JobId
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> checks(const Pipeline& pipeline, const Graph& graph, const RunResults& results) {
  return Lister(pipeline, graph, results).list();
}

}  // namespace dagsim::model
