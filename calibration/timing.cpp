// From estimates to the rows and laws that a simulation draws from. A row is a past run in the cache states that it
// found or that the prediction assumes. Where a job has at least kFewestRuns measurements under the definition that a
// row implies, the row carries the run's own time (whole-run smoothed bootstrap: shrunk towards the mean by sqrt(1 -
// h^2) and jittered by h deviations, which keeps the variance; Silverman and Young 1987); elsewhere it carries the
// job's location and the factor that its run showed on other jobs.

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/state.h"
#include "model/steps.h"

namespace dagsim::calibration {
namespace {

constexpr size_t kFewestRuns = 8;
constexpr double kSmoothing = 0.15;    // h, as a share of the deviation
constexpr double kHalfLifeRuns = 150;  // a run counts half as much as one that many runs later
constexpr size_t kFewestOfEvent = 8;   // runs of the same event are preferred when there are that many
constexpr float kNoTime = -std::numeric_limits<float>::infinity();

/// Rows that see the same cache states share what follows from them.
struct RowClass {
  model::CacheStates at_start;
};

class TimingBuilder {
 public:
  TimingBuilder(const Calibration::State& state, const model::Pipeline& pipeline, const model::Graph& graph,
                const CacheAssumptions& caches)
      : state_(state), pipeline_(pipeline), graph_(graph), caches_(caches) {
    for (uint32_t i = 0; i < state.shapes.size(); ++i) {
      for (uint32_t j = 0; j < state.shapes[i].pipeline.jobs.size(); ++j) {
        job_of_[{i, newest_name(state.shapes[i].pipeline.jobs[j].stream, state.vocabulary)}] = j;
      }
    }
  }

  model::Timing build() {
    build_rows();
    add_shared_dispatch();
    for (uint32_t i = 0; i < pipeline_.jobs.size(); ++i) timing_.jobs.push_back(job_timing(model::JobId{i}));
    return std::move(timing_);
  }

 private:
  struct ClassEstimate {
    uint32_t row_class = 0;
    Estimate estimate;
    bool cold = false;
  };

  void build_rows() {
    const std::vector<uint32_t> runs = runs_to_draw(state_.observations, pipeline_.event);
    for (size_t i = 0; i < runs.size(); ++i) {
      const double age = static_cast<double>(runs.size() - 1 - i);
      const UsedRun& run = state_.observations.runs[runs[i]];
      add_row(run.record->id, runs[i], std::exp2(-age / kHalfLifeRuns), run.states.value_or(model::CacheStates{}));
    }
    if (runs.empty()) add_row("", kNoRun, 1, {});
  }

  /// Adds the row once for each combination of the split families' states, weighted by their probabilities.
  void add_row(const std::string& run, uint32_t run_index, double weight, model::CacheStates states) {
    for (const std::string& family : model::families(pipeline_)) {
      for (const auto& [glob, assumed] : caches_.at_start) {
        if (glob_match(glob, family)) states[family] = assumed;
      }
    }
    std::vector<std::pair<model::CacheStates, double>> variants{{states, weight}};
    for (const std::string& family : caches_.split) {
      std::vector<std::pair<model::CacheStates, double>> next;
      for (const auto& [base, base_weight] : variants) {
        const double warm = warm_probability(family, base);
        for (const auto& [cache_state, share] :
             {std::pair{model::CacheState::Exact, warm}, std::pair{model::CacheState::Miss, 1 - warm}}) {
          next.emplace_back(base, base_weight * share);
          next.back().first[family] = cache_state;
        }
      }
      variants = std::move(next);
    }
    for (auto& [variant, variant_weight] : variants) {
      timing_.rows.push_back({run, variant_weight, run_index});
      row_run_.push_back(run_index);
      row_class_.push_back(class_of(variant));
    }
  }

  double warm_probability(const std::string& family, const model::CacheStates& states) const {
    for (const auto& [name, probability] : caches_.warm) {
      if (name == family) return probability;
    }
    const auto found = states.find(family);
    return found == states.end() || found->second == model::CacheState::Exact ? 1 : 0;
  }

  uint32_t class_of(const model::CacheStates& states) {
    for (uint32_t i = 0; i < classes_.size(); ++i) {
      if (classes_[i].at_start == states) return i;
    }
    classes_.push_back({states});
    return static_cast<uint32_t>(classes_.size() - 1);
  }

  model::JobTiming job_timing(model::JobId id) {
    const model::Job& job = pipeline_.job(id);
    model::JobTiming result;
    result.dispatch = dispatch_law(job);
    if (job.presence == model::Presence::Skipped) return result;
    if (job.presence == model::Presence::Unknown) result.runs = runs_by_row(job);
    if (job.duration) {
      add_assumed(result, job, *job.duration, job.stream);
    } else if (job.parts.empty()) {
      add_source(result, id, job, job.scale, speed_of(job), [](bool) { return std::vector<uint32_t>{}; });
    } else {
      add_parts(result, id, job);
    }
    result.median = expected_seconds(result);
    return result;
  }

  void add_parts(model::JobTiming& result, model::JobId id, const model::Job& job) {
    for (const model::Part& part : job.parts) {
      const std::vector<uint32_t> speed = speed_of(job);
      if (part.share == model::Share::Whole) {
        add_source(result, id, *part.job, job.scale, speed, [](bool) { return std::vector<uint32_t>{}; });
        continue;
      }
      const std::string source = without_selector(newest_name(part.job->stream, state_.vocabulary));
      const double known = work_share(id, *part.job, part.work_key);
      add_source(result, id, *part.job, job.scale, speed, [&](bool cold) {
        const bool adds_up = known > 0 && !cold;
        return std::vector<uint32_t>{
            assumption(adds_up ? Guess{"work of " + source, known, known, {}} : shared_work(id, job, source, known))};
      });
    }
    result.origin = std::max(result.origin, model::Origin::Pooled);
  }

  /// What a further member adds to a bucket, as a share of its own time. Members share what they compile: together they
  /// take between the largest and the sum, and no more than the job that saves their cache takes to build it all. Only
  /// steps whose time is known and that compile nothing anew simply add up.
  Guess shared_work(model::JobId id, const model::Job& job, const std::string& source, double known) {
    const double work = known > 0 ? known : 0.9;
    double members = 0;
    for (const model::Part& part : job.parts) {
      if (part.share == model::Share::Work) members += typical_seconds(id, *part.job);
    }
    const auto [saver, seconds] = saver_of(id, job);
    const double most = seconds > 0 && members > 0 ? std::min(work, seconds / members) : work;
    std::string text = fmt::format("each further member adds 0 to {:.0f} % of its time to {}", 100 * most, job.key);
    text += most < work ? fmt::format(": together no more than {} takes, which builds what they share", saver)
                        : fmt::format(": no run tells how much members of {} share", source);
    return {"members of " + job.key, 0, most, std::move(text)};
  }

  /// The ancestor that saves a cache which `job` restores, and its longest typical time; nothing and 0 if there is
  /// none.
  std::pair<std::string, double> saver_of(model::JobId id, const model::Job& job) const {
    const std::vector<std::string> restored = model::restored_families(job);
    std::pair<std::string, double> best{{}, 0};
    for (const model::JobId other : graph_.order()) {
      const model::Job& candidate = pipeline_.job(other);
      if (candidate.presence == model::Presence::Skipped || !graph_.is_ancestor(other, id)) continue;
      for (const model::Step& step : candidate.steps) {
        const bool serves = step.cache && step.cache->saves &&
                            std::find(restored.begin(), restored.end(), step.cache->family) != restored.end();
        const double seconds =
            serves ? state_.estimator.longest(without_selector(newest_name(candidate.stream, state_.vocabulary))) : 0;
        if (seconds > best.second) best = {candidate.id, seconds};
      }
    }
    return best;
  }

  double typical_seconds(model::JobId target, const model::Job& source) const {
    const std::string leg = newest_name(source.stream, state_.vocabulary);
    const Definition definition = define(pipeline_, graph_, target, source, classes_.front().at_start);
    return std::exp(state_.estimator.estimate(leg, definition).location);
  }

  /// Adds the time of `source` (the job itself or one that it was put together from) as `target` sees the caches.
  void add_source(model::JobTiming& result, model::JobId target, const model::Job& source, double coefficient,
                  const std::vector<uint32_t>& common, const std::function<std::vector<uint32_t>(bool cold)>& more) {
    const std::string leg = newest_name(source.stream, state_.vocabulary);
    std::map<std::vector<uint32_t>, uint32_t> law_of;  // assumptions to law: rows with the same assumptions share one
    for (const ClassEstimate& here : estimates(target, source, leg)) {
      std::vector<uint32_t> assumptions = common;
      for (const uint32_t one : more(here.cold)) assumptions.push_back(one);
      for (const Guess& guess : here.estimate.factors) assumptions.push_back(assumption(guess));
      const auto [place, is_new] = law_of.try_emplace(assumptions, static_cast<uint32_t>(timing_.laws.size()));
      if (is_new) {
        timing_.laws.push_back(empty_law(leg));
        result.terms.push_back({place->second, static_cast<float>(coefficient), assumptions});
      }
      fill(timing_.laws[place->second], here);
      for (const Guess& extra : here.estimate.extras) add_extra(result, here, leg, extra, coefficient, common);
      result.origin = std::max(result.origin, here.estimate.origin);
      result.observations = std::max(result.observations, here.estimate.observations);
    }
    add_step_edits(result, target, source, leg);
  }

  std::vector<ClassEstimate> estimates(model::JobId target, const model::Job& source, const std::string& leg) const {
    std::vector<ClassEstimate> result;
    for (uint32_t i = 0; i < classes_.size(); ++i) {
      const Definition definition = define(pipeline_, graph_, target, source, classes_[i].at_start);
      ClassEstimate here{i, state_.estimator.estimate(leg, definition), false};
      for (const ActiveStep& step : definition.steps) here.cold |= step.found.state != model::CacheState::Exact;
      result.push_back(std::move(here));
    }
    return result;
  }

  model::Law empty_law(const std::string& stream) const {
    return {stream,
            std::vector<float>(timing_.rows.size(), kNoTime),
            std::vector<float>(timing_.rows.size(), 0.0F),
            0.0F,
            {}};
  }

  void fill(model::Law& law, const ClassEstimate& here) const {
    const Estimate& estimate = here.estimate;
    const bool by_run = estimate.runs.size() >= kFewestRuns;
    const std::map<uint32_t, double> own(estimate.runs.begin(), estimate.runs.end());
    for (size_t row = 0; row < timing_.rows.size(); ++row) {
      if (row_class_[row] != here.row_class) continue;
      const auto measured = own.find(row_run_[row]);
      if (by_run && measured != own.end()) {
        law.location[row] = static_cast<float>(estimate.location + std::sqrt(1 - kSmoothing * kSmoothing) *
                                                                       (measured->second - estimate.location));
        law.spread[row] = static_cast<float>(kSmoothing * estimate.deviation);
      } else {
        law.location[row] = static_cast<float>(estimate.location + run_factor(row_run_[row]));
        law.spread[row] = static_cast<float>(estimate.deviation * std::sqrt(1 - state_.shared_variance));
      }
    }
    if (!by_run) law.uncertainty = std::max(law.uncertainty, static_cast<float>(estimate.uncertainty));
    if (!law.shifts.empty()) return;
    for (const double draw : estimate.draws) law.shifts.push_back(static_cast<float>(draw - estimate.location));
  }

  double run_factor(uint32_t run) const { return run == kNoRun ? 0 : state_.run_factor[run]; }

  void add_extra(model::JobTiming& result, const ClassEstimate& here, const std::string& leg, const Guess& extra,
                 double coefficient, const std::vector<uint32_t>& common) {
    model::Law law = empty_law(leg + "/" + extra.name);
    const bool known = extra.high <= extra.low;
    for (size_t row = 0; row < timing_.rows.size(); ++row) {
      if (row_class_[row] != here.row_class) continue;
      law.location[row] = known ? static_cast<float>(std::log(std::max(extra.low, 1e-3))) : 0.0F;
      law.spread[row] = static_cast<float>(state_.estimator.pooled_deviation());
    }
    model::Term term{static_cast<uint32_t>(timing_.laws.size()), static_cast<float>(coefficient), common};
    if (!known) term.assumptions.push_back(assumption(extra));
    timing_.laws.push_back(std::move(law));
    result.terms.push_back(std::move(term));
  }

  /// Edits of single steps change the job by the step's share in it.
  void add_step_edits(model::JobTiming& result, model::JobId target, const model::Job& source, const std::string& leg) {
    const Definition definition = define(pipeline_, graph_, target, source, {});
    for (const model::Step& step : source.steps) {
      if (step.scale == 1 && !step.duration) continue;
      const double share = state_.estimator.step_share(leg, definition, step.name);
      const double kept = step.duration ? 0 : step.scale;
      const double low = share > 0 ? 1 - share * (1 - kept) : 1 - 0.9 * (1 - kept);
      const double high = share > 0 ? low : 1 - 0.05 * (1 - kept);
      const std::string text =
          share > 0 ? std::string{}
                    : fmt::format("step \"{}\" is 5 to 90 % of {}: no run tells how long it takes", step.name, leg);
      const uint32_t factor = assumption({leg + ": " + step.name, std::min(low, high), std::max(low, high), text});
      for (model::Term& term : result.terms) term.assumptions.push_back(factor);
      if (step.duration) add_assumed(result, source, *step.duration, leg + "/" + step.name);
      if (share <= 0) result.origin = model::Origin::Assumed;
    }
  }

  void add_assumed(model::JobTiming& result, const model::Job& job, const model::AssumedDuration& duration,
                   const std::string& stream) {
    model::Law law = empty_law(stream);
    std::fill(law.location.begin(), law.location.end(), 0.0F);
    const std::string text =
        duration.low < duration.high
            ? fmt::format("{} takes {} to {}, as the scenario says", stream, format_duration(duration.low),
                          format_duration(duration.high))
            : fmt::format("{} takes {}, as the scenario says", stream, format_duration(duration.low));
    model::Term term{static_cast<uint32_t>(timing_.laws.size()), static_cast<float>(job.scale), speed_of(job)};
    term.assumptions.push_back(assumption({stream + " duration", duration.low, duration.high, text}));
    timing_.laws.push_back(std::move(law));
    result.terms.push_back(std::move(term));
    result.origin = model::Origin::Assumed;
  }

  std::vector<uint32_t> speed_of(const model::Job& job) {
    if (!job.speed) return {};
    return {assumption({"speed of " + job.stream, job.speed->low, job.speed->high,
                        fmt::format("{} takes {:.2f} to {:.2f} times as long on its new runner, as the scenario says",
                                    job.stream, job.speed->low, job.speed->high)})};
  }

  /// The share of a job's time that its steps with the matrix key take, where runs tell; 0 otherwise.
  double work_share(model::JobId target, const model::Job& job, const std::string& key) const {
    const std::string leg = newest_name(job.stream, state_.vocabulary);
    const Definition definition = define(pipeline_, graph_, target, job, {});
    double share = 0;
    for (const model::Step& step : job.steps) {
      if (model::is_work(step, key)) share += state_.estimator.step_share(leg, definition, step.name);
    }
    return std::min(share, 0.95);
  }

  uint32_t assumption(const Guess& guess) {
    for (uint32_t i = 0; i < timing_.assumptions.size(); ++i) {
      if (timing_.assumptions[i].name == guess.name) return i;
    }
    timing_.assumptions.push_back({guess.name, guess.low, guess.high, guess.text});
    return static_cast<uint32_t>(timing_.assumptions.size() - 1);
  }

  /// Law 0: what every hop takes where no run tells about the job itself.
  void add_shared_dispatch() {
    model::Law law = empty_law("dispatch");
    std::fill(law.location.begin(), law.location.end(), static_cast<float>(state_.dispatch.median.location));
    std::fill(law.spread.begin(), law.spread.end(), static_cast<float>(state_.dispatch.deviation));
    law.uncertainty = static_cast<float>(state_.dispatch.median.uncertainty);
    for (const double draw : state_.dispatch.draws)
      law.shifts.push_back(static_cast<float>(draw - state_.dispatch.median.location));
    timing_.laws.push_back(std::move(law));
  }

  uint32_t dispatch_law(const model::Job& job) {
    const std::string leg = newest_name(job.stream, state_.vocabulary);
    model::Law law = timing_.laws.front();
    bool any = false;
    for (size_t row = 0; row < timing_.rows.size(); ++row) {
      const std::optional<uint32_t> then = job_in_run(row_run_[row], leg);
      if (!then) continue;
      const std::optional<double>& seconds = state_.observations.runs[row_run_[row]].dispatch[*then];
      if (!seconds) continue;
      law.location[row] = static_cast<float>(std::log(std::max(*seconds, 0.5)));
      law.spread[row] = static_cast<float>(kSmoothing);
      any = true;
    }
    if (!any) return 0;
    law.uncertainty = 0;
    law.shifts.clear();
    timing_.laws.push_back(std::move(law));
    return static_cast<uint32_t>(timing_.laws.size() - 1);
  }

  std::optional<uint32_t> job_in_run(uint32_t run, const std::string& leg) const {
    if (run == kNoRun) return std::nullopt;
    const auto found = job_of_.find({state_.observations.runs[run].shape, leg});
    return found == job_of_.end() ? std::nullopt : std::optional<uint32_t>(found->second);
  }

  std::vector<uint8_t> runs_by_row(const model::Job& job) const {
    const std::string leg = newest_name(job.stream, state_.vocabulary);
    std::vector<uint8_t> runs(timing_.rows.size(), 1);
    for (size_t row = 0; row < runs.size(); ++row) {
      const std::optional<uint32_t> then = job_in_run(row_run_[row], leg);
      if (!then || !state_.observations.runs[row_run_[row]].complete_listing) continue;
      runs[row] = state_.observations.runs[row_run_[row]].ran[*then];
    }
    return runs;
  }

  double expected_seconds(const model::JobTiming& job) const {
    double weight = 0;
    double sum = 0;
    for (size_t row = 0; row < timing_.rows.size(); ++row) {
      weight += timing_.rows[row].weight;
      for (const model::Term& term : job.terms) {
        double seconds =
            static_cast<double>(term.coefficient) * std::exp(static_cast<double>(timing_.laws[term.law].location[row]));
        for (const uint32_t one : term.assumptions) {
          seconds *= (timing_.assumptions[one].low + timing_.assumptions[one].high) / 2;
        }
        sum += timing_.rows[row].weight * seconds;
      }
    }
    return weight > 0 ? sum / weight : 0;
  }

  static constexpr uint32_t kNoRun = 0xffffffffU;

  const Calibration::State& state_;
  const model::Pipeline& pipeline_;
  const model::Graph& graph_;
  const CacheAssumptions& caches_;
  std::map<std::pair<uint32_t, std::string>, uint32_t> job_of_;
  model::Timing timing_;
  std::vector<uint32_t> row_run_;
  std::vector<uint32_t> row_class_;
  std::vector<RowClass> classes_;
};

}  // namespace

std::vector<uint32_t> runs_to_draw(const Observations& observations, const std::string& event) {
  const std::vector<UsedRun>& runs = observations.runs;
  const bool any_states =
      std::any_of(runs.begin(), runs.end(), [](const UsedRun& run) { return run.states.has_value(); });
  std::vector<uint32_t> usable;
  std::vector<uint32_t> same_event;
  for (uint32_t i = 0; i < runs.size(); ++i) {
    if (any_states && !runs[i].states) continue;
    usable.push_back(i);
    if (runs[i].record->event == event) same_event.push_back(i);
  }
  return same_event.size() >= kFewestOfEvent ? same_event : usable;
}

model::Timing Calibration::timing(const model::Pipeline& pipeline, const model::Graph& graph,
                                  const CacheAssumptions& caches) const {
  return TimingBuilder(*state_, pipeline, graph, caches).build();
}

}  // namespace dagsim::calibration
