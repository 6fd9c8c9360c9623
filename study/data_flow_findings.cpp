// Findings about what passes between jobs: needs that carry nothing, and caches.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "study/findings.h"

namespace dagsim::study {
namespace {

using model::Job;
using model::JobId;
using model::Pipeline;
using model::Step;

constexpr double kCheap = 60;   // seconds up to which a job is cheap
constexpr double kHeavier = 2;  // how much longer one behind it takes

bool runs(const Job& job) {
  return job.presence != model::Presence::Skipped;
}

std::string few(const std::set<std::string>& names) {
  return name_few({names.begin(), names.end()});
}

/// Whether a job that must end before `job` saves the family: then `job` finds it.
bool is_filled_before(const model::Graph& graph, const std::vector<JobId>& savers, JobId job) {
  return std::ranges::any_of(savers, [&](JobId saver) { return graph.is_ancestor(saver, job); });
}

/// The families that a job saves or restores. \param uses an action, "" for any.
std::set<std::string> saved_by(const Job& job, std::string_view uses = {}) {
  std::set<std::string> families;
  for (const Step& step : job.steps) {
    if (!step.cache || !step.cache->saves || (!uses.empty() && step.uses != uses)) continue;
    families.insert(step.cache->saved_family.empty() ? step.cache->family : step.cache->saved_family);
  }
  return families;
}
std::set<std::string> restored_by(const Job& job, std::string_view uses = {}) {
  std::set<std::string> families;
  for (const Step& step : job.steps) {
    if (step.cache && step.cache->restores && (uses.empty() || step.uses == uses)) families.insert(step.cache->family);
  }
  return families;
}

bool is_within(std::string_view id, std::string_view caller) {
  return id == caller || (id.starts_with(caller) && id.substr(caller.size()).starts_with('/'));
}

bool reads_of(const std::vector<model::OutputUse>& reads, const std::string& condition, const Job& from) {
  for (const model::OutputUse& use : reads) {
    if (is_within(from.id, use.job)) return true;
  }
  const std::string last = from.id.substr(from.id.rfind('/') + 1);
  return condition.find("needs." + last + ".") != std::string::npos;
}

/// What passes between jobs of one pipeline.
class Flow {
 public:
  Flow(const Pipeline& pipeline, const model::Graph& graph) : pipeline_(pipeline), graph_(graph) {
    for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
      if (!runs(pipeline.jobs[i])) continue;
      for (const std::string& family : saved_by(pipeline.jobs[i])) savers_[family].push_back(static_cast<JobId>(i));
    }
  }

  /// Whether something of `source` reaches `target`: an output, its result in a condition, an artifact, a cache entry.
  bool passes(JobId source, JobId target) const {
    const Job& from = pipeline_.job(source);
    const Job& to = pipeline_.job(target);
    if (reads_of(to.reads, to.condition, from)) return true;
    for (const model::Caller& caller : pipeline_.callers) {
      if (is_within(to.id, caller.id) && reads_of(caller.reads, caller.condition, from)) return true;
    }
    return passes_artifact(from, to) || passes_cache(source, to);
  }

 private:
  static bool passes_artifact(const Job& from, const Job& to) {
    for (const Step& step : to.steps) {
      for (const std::string& wanted : step.downloads) {
        for (const Step& other : from.steps) {
          const auto fits = [&](const std::string& name) { return glob_match(wanted, name); };
          if (std::ranges::any_of(other.uploads, fits)) return true;
        }
      }
    }
    return false;
  }

  /// A cache counts only where no job beside `source` saves it too: else the need is not there for the cache.
  bool passes_cache(JobId source, const Job& to) const {
    const std::set<std::string> saved = saved_by(pipeline_.job(source));
    return std::ranges::any_of(restored_by(to), [&](const std::string& family) {
      return saved.contains(family) && std::ranges::none_of(savers_.at(family), [&](JobId other) {
               return pipeline_.job(other).id != pipeline_.job(source).id && pipeline_.job(other).id != to.id &&
                      !graph_.is_ancestor(source, other) && !graph_.is_ancestor(other, source);
             });
    });
  }

  const Pipeline& pipeline_;
  const model::Graph& graph_;
  std::map<std::string, std::vector<JobId>> savers_;
};

/// Whether through the direct need `need` anything reaches `job` that none of its other needs would bring.
bool carries(const Flow& flow, const model::Graph& graph, JobId need, JobId job) {
  if (flow.passes(need, job)) return true;
  for (const JobId source : graph.order()) {
    if (!graph.is_ancestor(source, need) || !flow.passes(source, job)) continue;
    const auto needs = graph.needs(job);
    const bool comes_otherwise = std::ranges::any_of(
        needs, [&](JobId other) { return other != need && (other == source || graph.is_ancestor(source, other)); });
    if (!comes_otherwise) return true;
  }
  return false;
}

bool is_publisher(const Job& job) {
  const std::string id = to_lower(job.id);
  for (const char* word : {"publish", "deploy", "release", "upload", "homebrew", "notify", "report", "summary"}) {
    if (id.find(word) != std::string::npos) return true;
  }
  return false;
}

/// A job that only looks at how others ended.
bool only_judges(const Job& job) {
  return job.condition.find("always()") != std::string::npos &&
         std::ranges::all_of(job.steps, [](const Step& step) { return step.uses.empty(); });
}

double longest_of(const Pipeline& pipeline, const std::string& id, const std::map<std::string, double>& means) {
  double longest = 0;
  for (const Job& job : pipeline.jobs) {
    const auto mean = means.find(job.key);
    if (job.id == id && mean != means.end()) longest = std::max(longest, mean->second);
  }
  return longest;
}

size_t legs_of(const Pipeline& pipeline, const std::string& id) {
  return static_cast<size_t>(std::ranges::count(pipeline.jobs, id, &Job::id));
}

std::set<std::string> without(std::set<std::string> names, const std::set<std::string>& others) {
  std::erase_if(names, [&](const std::string& name) { return others.contains(name); });
  return names;
}

/// One need through which nothing passes.
Finding idle_need(const Pipeline& pipeline, const Job& job, const std::string& need,
                  const std::map<std::string, double>& means) {
  const size_t legs = legs_of(pipeline, need);
  const std::string what = legs > 1 ? fmt::format("all {} legs of \"{}\"", legs, need) : fmt::format("\"{}\"", need);
  const Job& from = *std::ranges::find(pipeline.jobs, need, &Job::id);
  const double first = longest_of(pipeline, need, means);
  const double second = longest_of(pipeline, job.id, means);
  const std::string time = first > 0 ? fmt::format(" ({})", format_duration(first)) : "";
  if (first > 0 && first <= kCheap && second >= kHeavier * first) {
    return make_finding(
        "cheap-first",
        fmt::format("job \"{}\" ({}) waits for {}{}, of which it uses nothing: each green run waits so that a "
                    "red one may stop sooner",
                    job.id, format_duration(second), what, time),
        job.where, {job.id + " > " + need});
  }
  for (const Step& step : job.steps) {
    if (!step.cache || step.uses.empty()) continue;
    const std::set<std::string> saved = without(saved_by(from, step.uses), restored_by(job));
    const std::set<std::string> restored = without(restored_by(job, step.uses), saved_by(from));
    if (saved.empty() || restored.empty()) continue;
    return make_finding("unshared-cache",
                        fmt::format("job \"{}\" waits for {}{}, which saves the cache {}, but restores {}: it is "
                                    "serialised behind a cache that it doesn't share",
                                    job.id, what, time, few(saved), few(restored)),
                        job.where, {job.id + " > " + need});
  }
  return make_finding("idle-need",
                      fmt::format("job \"{}\" waits for {}{}, but no output, artifact or cache of {} reaches it",
                                  job.id, what, time, legs > 1 ? "theirs" : "that"),
                      job.where, {job.id + " > " + need});
}

/// What the steps of a job that run scripts do.
std::set<std::string> work_of(const Job& job) {
  std::set<std::string> work;
  for (const Step& step : job.steps) {
    if (!step.run.empty()) work.insert(step.run);
  }
  return work;
}

struct Family {
  SourceRange where;
  std::string key;
  std::vector<JobId> savers;
  std::vector<JobId> restorers;
  bool has_fallback = true;
  bool is_plain = false;  ///< actions/cache: the key is the user's own
};

/// Families that the same jobs save side by side.
struct Race {
  std::set<std::string> families;
  SourceRange where;
};

std::map<std::string, Family> families_of(const Pipeline& pipeline) {
  std::map<std::string, Family> families;
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    if (!runs(pipeline.jobs[i])) continue;
    for (const Step& step : pipeline.jobs[i].steps) {
      if (!step.cache) continue;
      Family& family = families[step.cache->family];
      if (family.key.empty()) {
        family.where = step.cache->where;
        family.key = step.cache->key;
      }
      const auto job = static_cast<JobId>(i);
      if (step.cache->restores) family.restorers.push_back(job);
      if (step.cache->saves) family.savers.push_back(job);
      if (step.uses == "actions/cache") {
        family.is_plain = true;
        family.has_fallback = family.has_fallback && !step.cache->restore_keys.empty();
      }
    }
  }
  return families;
}

std::set<std::string> ids_of(const Pipeline& pipeline, const std::vector<JobId>& jobs) {
  std::set<std::string> ids;
  for (const JobId job : jobs) ids.insert(pipeline.job(job).id);
  return ids;
}

}  // namespace

std::vector<Finding> find_idle_needs(const Pipeline& pipeline, const model::Graph& graph,
                                     const std::map<std::string, double>& means) {
  std::vector<Finding> findings;
  const std::vector<JobId> gate = pipeline.gate.empty() ? std::vector<JobId>{} : model::gate_jobs(pipeline);
  std::set<std::pair<std::string, std::string>> judged;
  const Flow flow(pipeline, graph);
  for (const JobId job : graph.order()) {
    const Job& waiting = pipeline.job(job);
    const bool is_gate =
        std::ranges::any_of(gate, [&](JobId one) { return one == job || graph.is_ancestor(one, job); });
    if (!runs(waiting) || is_gate || is_publisher(waiting) || only_judges(waiting)) continue;
    for (const JobId need : graph.needs(job)) {
      const Job& first = pipeline.job(need);
      if (!runs(first) || !judged.emplace(waiting.id, first.id).second) continue;
      const auto is_carrying = [&](JobId other) {
        return pipeline.job(other).id == first.id && carries(flow, graph, other, job);
      };
      if (std::ranges::any_of(graph.needs(job), is_carrying)) continue;
      findings.push_back(idle_need(pipeline, waiting, first.id, means));
    }
  }
  return findings;
}

std::vector<Finding> find_cache_faults(const Pipeline& pipeline, const model::Graph& graph) {
  std::vector<Finding> findings;
  std::map<std::set<std::string>, Race> races;  // by the jobs that save
  for (const auto& [name, family] : families_of(pipeline)) {
    const std::set<std::string> savers = ids_of(pipeline, family.savers);
    const std::set<std::string> restorers = ids_of(pipeline, family.restorers);
    std::vector<JobId> first;
    for (const JobId saver : family.savers) {
      if (!is_filled_before(graph, family.savers, saver)) first.push_back(saver);
    }
    const std::set<std::string> racing = ids_of(pipeline, first);
    if (racing.size() > 1) {
      Race& race = races[racing];
      if (race.families.empty()) race.where = family.where;
      race.families.insert(name);
    }
    std::set<std::string> others;
    if (savers.size() == 1 && !family.savers.empty()) {
      const std::set<std::string> done = work_of(pipeline.job(family.savers.front()));
      for (const JobId job : family.restorers) {
        const std::set<std::string> work = work_of(pipeline.job(job));
        const bool is_other = pipeline.job(job).id != *savers.begin() && !std::ranges::includes(done, work);
        if (is_other) others.insert(pipeline.job(job).id);
      }
    }
    if (!others.empty()) {
      findings.push_back(
          make_finding("narrow-saver",
                       fmt::format("only \"{}\" saves the cache \"{}\", which {} restore{} for other work: what "
                                   "they build beyond it is built anew in each run",
                                   *savers.begin(), name, few(others), others.size() == 1 ? "s" : ""),
                       family.where, {name}));
    }
    if (savers.empty() && !restorers.empty()) {
      findings.push_back(make_finding("unsaved-cache",
                                      fmt::format("no job of this workflow saves the cache \"{}\" that {} restore{}",
                                                  name, few(restorers), restorers.size() == 1 ? "s" : ""),
                                      family.where, {name}));
    }
    if (family.is_plain && !family.has_fallback && !restorers.empty()) {
      findings.push_back(
          make_finding("no-fallback",
                       fmt::format("the cache \"{}\" has no restore-keys: when its key changes, {} start{} from "
                                   "nothing",
                                   name, few(restorers), restorers.size() == 1 ? "s" : ""),
                       family.where, {name}));
    }
  }
  for (const auto& [racing, race] : races) {
    findings.push_back(make_finding(
        "cache-race",
        fmt::format(
            "{} jobs save the cache{} {} side by side ({}): on a miss all of them do the work, and the entry of "
            "the first to end is kept, whatever it holds",
            racing.size(), race.families.size() == 1 ? "" : "s", few(race.families), few(racing)),
        race.where, {racing.begin(), racing.end()}));
  }
  return findings;
}

}  // namespace dagsim::study
