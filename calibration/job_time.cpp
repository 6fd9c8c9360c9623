// Where a job has at least kFewestRuns measurements under the definition that a row implies, the row carries the run's
// own time, jittered a little (whole-run smoothed bootstrap; jitter.h). The jitter of all jobs of a run is one draw:
// jobs that jitter on their own would make the longest of them longer than it ever was. A run that did not run the job
// takes its time from one of the runs most like it, drawn for good (donors.h). With fewer measurements the row carries
// the job's location and the factor that its run showed on other jobs. Rows that rest on the same assumptions share a
// law, so that one draw serves them.

#include "calibration/job_time.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "calibration/jitter.h"

namespace dagsim::calibration {
namespace {

constexpr size_t kFewestRuns = 8;
constexpr size_t kNearest = 5;      // donors to draw from
constexpr uint64_t kDonorSeed = 1;  // fixed: who gives to whom belongs to the history, not to the simulation
constexpr float kNoTime = -std::numeric_limits<float>::infinity();
constexpr double kShortest = 1e-3;  // seconds, for a logarithm

constexpr const char* kRunStream = "whole run";  // of the jitter that all jobs of a run share

/// Whether rows carry the run's own time.
bool is_by_run(const Estimate& estimate) {
  return estimate.runs.size() >= kFewestRuns;
}

/// The share of its job that a step may take when no run tells.
constexpr double kLeastStep = 0.05;
constexpr double kMostStep = 0.9;

Guess speed_of(const model::Job& job) {
  return {"speed of " + job.stream, job.speed->low, job.speed->high,
          fmt::format("{} takes {:.2f} to {:.2f} times as long on its new runner, as the scenario says", job.stream,
                      job.speed->low, job.speed->high)};
}

std::string assumed_text(const std::string& stream, const model::AssumedDuration& duration) {
  std::string range = format_duration(duration.low);
  if (duration.low < duration.high) range += " to " + format_duration(duration.high);
  return fmt::format("{} takes {}, as the scenario says", stream, range);
}

/// What is left of a job's time when one of its steps takes `kept` of what it took.
Guess rest_without(const std::string& leg, const std::string& step, std::optional<double> share, double kept) {
  const std::string name = leg + ": " + step;
  if (share) return {name, 1 - *share * (1 - kept), 1 - *share * (1 - kept), {}};
  const double most = 1 - kLeastStep * (1 - kept);
  const double least = 1 - kMostStep * (1 - kept);
  return {name, std::min(least, most), std::max(least, most),
          fmt::format("step \"{}\" is {:.0f} to {:.0f} % of {}: no run tells how long it takes", step, 100 * kLeastStep,
                      100 * kMostStep, leg)};
}

}  // namespace

model::Law no_time(std::string stream, size_t rows) {
  return {std::move(stream), std::vector<float>(rows, kNoTime), std::vector<float>(rows, 0.0F), 0.0F, {}};
}

void JobTimes::add(model::JobTiming& result, model::JobId job) {
  add_time(result, job, scene_.pipeline.job(job), {});
}

/// The job itself or, where an edit put it together from others, each of these with what edits had done to it before.
void JobTimes::add_time(model::JobTiming& result, model::JobId target, const model::Job& job, Factors factors) {
  factors.coefficient *= job.scale;
  if (job.speed) factors.assumptions.push_back(assumption(speed_of(job)));
  if (job.duration) {
    for (const WorkShare& share : factors.shares) factors.assumptions.push_back(assumption(share.warm));
    add_assumed(result, job.stream, *job.duration, factors, std::nullopt);
    return;
  }
  if (job.parts.empty()) {
    add_history(result, target, job, factors);
    return;
  }
  for (const model::Part& part : job.parts) {
    Factors own = factors;
    if (part.share == model::Share::Work) own.shares.push_back(work_share(scene_, target, job, part));
    add_time(result, target, *part.job, std::move(own));
  }
  result.origin = std::max(result.origin, model::Origin::Pooled);
}

/// The time of `source` as past runs tell it, in the place of `target`.
void JobTimes::add_history(model::JobTiming& result, model::JobId target, const model::Job& source,
                           const Factors& factors) {
  const std::string leg = scene_.leg(source);
  std::map<std::pair<bool, std::vector<uint32_t>>, uint32_t> law_of;  // by kind of rows and assumptions
  for (const ClassEstimate& here : estimates(target, source, leg)) {
    Factors own = factors;
    for (const WorkShare& share : factors.shares) {
      own.assumptions.push_back(assumption(here.warm ? share.warm : share.cold));
    }
    const std::vector<uint32_t> edits = add_step_edits(result, source, here, factors);
    own.assumptions.insert(own.assumptions.end(), edits.begin(), edits.end());
    for (const Guess& extra : here.estimate.extras) add_extra(result, here, leg, extra, own);
    for (const Guess& factor : here.estimate.factors) own.assumptions.push_back(assumption(factor));
    const bool by_run = is_by_run(here.estimate);
    const auto [place, is_new] =
        law_of.try_emplace({by_run, own.assumptions}, static_cast<uint32_t>(timing_.laws.size()));
    if (is_new) add_term(result, no_time(by_run ? kRunStream : leg, timing_.rows.size()), own);
    fill(timing_.laws[place->second], here);
    result.origin = std::max(result.origin, here.estimate.origin);
    result.observations = std::max(result.observations, here.estimate.observations);
  }
}

std::vector<JobTimes::ClassEstimate> JobTimes::estimates(model::JobId target, const model::Job& source,
                                                         const std::string& leg) const {
  std::vector<ClassEstimate> result;
  for (uint32_t i = 0; i < scene_.rows.at_start.size(); ++i) {
    // A step whose duration is given is added below: the rest of the job is what past runs tell of one without it.
    Definition definition = define(scene_.pipeline, scene_.graph, target, source, scene_.rows.at_start[i]);
    std::set<std::string> given;
    for (const model::Step& step : source.steps) {
      const std::string name = step_name(step.name, source);
      if (step.duration && definition.has_step(name)) given.insert(name);
    }
    std::erase_if(definition.steps, [&](const ActiveStep& step) { return given.contains(step.name); });
    const bool warm = std::all_of(definition.steps.begin(), definition.steps.end(),
                                  [](const ActiveStep& step) { return step.found.state == model::CacheState::Exact; });
    Estimate estimate = scene_.state.estimator.estimate(leg, definition);
    result.push_back({i, std::move(definition), std::move(given), std::move(estimate), warm});
  }
  return result;
}

double JobTimes::location_in(uint32_t run, const Estimate& estimate) const {
  const auto measured_in = [&](uint32_t other) {
    const auto place = std::ranges::lower_bound(estimate.runs, other, {}, &std::pair<uint32_t, double>::first);
    return place != estimate.runs.end() && place->first == other ? &place->second : nullptr;
  };
  if (const double* own = measured_in(run)) return *own;
  // One draw for all jobs, so that those that are missing together come from one run.
  const double chance = stats::Stream(kDonorSeed, "donor").uniform(run);
  const auto drawn_of = [&](size_t count) { return static_cast<size_t>(chance * static_cast<double>(count)); };
  std::vector<double> lent;
  if (run != kNoRun) {
    for (const uint32_t donor : scene_.state.donors[run]) {
      if (const double* location = measured_in(donor)) lent.push_back(*location);
      if (lent.size() == kNearest) break;
    }
  }
  return lent.empty() ? estimate.runs[drawn_of(estimate.runs.size())].second : lent[drawn_of(lent.size())];
}

void JobTimes::fill(model::Law& law, const ClassEstimate& here) const {
  const Estimate& estimate = here.estimate;
  const bool by_run = is_by_run(estimate);
  const Jitter jitter(estimate);
  for (size_t row = 0; row < timing_.rows.size(); ++row) {
    if (scene_.rows.state_class[row] != here.state_class) continue;
    if (by_run) {
      const double location = location_in(scene_.rows.run[row], estimate);
      law.location[row] = static_cast<float>(jitter.widened(location));
      law.spread[row] = static_cast<float>(jitter.at(location));
    } else {
      law.location[row] = static_cast<float>(estimate.location + run_factor(scene_.rows.run[row]));
      law.spread[row] = static_cast<float>(estimate.deviation * std::sqrt(1 - scene_.state.shared_variance));
    }
  }
  if (!by_run) law.uncertainty = std::max(law.uncertainty, static_cast<float>(estimate.uncertainty));
  if (!law.shifts.empty()) return;
  for (const double draw : estimate.draws) law.shifts.push_back(static_cast<float>(draw - estimate.location));
}

/// Edits of single steps that run in the rows of `here` change the job by the step's share in it. Returns the factors
/// on the rest of the job.
std::vector<uint32_t> JobTimes::add_step_edits(model::JobTiming& result, const model::Job& source,
                                               const ClassEstimate& here, const Factors& factors) {
  const std::string leg = scene_.leg(source);
  std::vector<uint32_t> edits;
  for (const model::Step& step : source.steps) {
    const std::string name = step_name(step.name, source);
    if (here.given.contains(name)) {
      add_assumed(result, leg + "/" + step.name, *step.duration, factors, here.state_class);
    } else if (step.scale != 1 && here.definition.has_step(name)) {
      const std::optional<double> share = scene_.state.estimator.step_share(leg, here.definition, name);
      edits.push_back(assumption(rest_without(leg, step.name, share, step.scale)));
      if (!share) result.origin = model::Origin::Assumed;
    }
  }
  return edits;
}

void JobTimes::add_extra(model::JobTiming& result, const ClassEstimate& here, const std::string& leg,
                         const Guess& extra, const Factors& factors) {
  model::Law law = no_time(leg + "/" + extra.name, timing_.rows.size());
  const double location = extra.is_known() ? std::log(std::max(extra.low, kShortest)) : 0;
  for (size_t row = 0; row < timing_.rows.size(); ++row) {
    if (scene_.rows.state_class[row] != here.state_class) continue;
    law.location[row] = static_cast<float>(location);
    law.spread[row] = static_cast<float>(scene_.state.estimator.pooled_deviation());
  }
  Factors own = factors;
  if (!extra.is_known()) own.assumptions.push_back(assumption(extra));
  add_term(result, std::move(law), own);
}

/// Without a class of rows, in all of them.
void JobTimes::add_assumed(model::JobTiming& result, const std::string& stream, const model::AssumedDuration& duration,
                           const Factors& factors, std::optional<uint32_t> state_class) {
  model::Law law = no_time(stream, timing_.rows.size());
  for (size_t row = 0; row < timing_.rows.size(); ++row) {
    if (!state_class || scene_.rows.state_class[row] == *state_class) law.location[row] = 0;
  }
  Factors own = factors;
  own.assumptions.push_back(
      assumption({stream + " duration", duration.low, duration.high, assumed_text(stream, duration)}));
  timing_.assumptions[own.assumptions.back()].is_seconds = true;
  add_term(result, std::move(law), own);
  result.origin = model::Origin::Assumed;
}

void JobTimes::add_term(model::JobTiming& result, model::Law law, const Factors& factors) {
  result.terms.push_back(
      {static_cast<uint32_t>(timing_.laws.size()), static_cast<float>(factors.coefficient), factors.assumptions});
  timing_.laws.push_back(std::move(law));
}

uint32_t JobTimes::assumption(const Guess& guess) {
  for (uint32_t i = 0; i < timing_.assumptions.size(); ++i) {
    const model::Assumption& known = timing_.assumptions[i];
    if (known.name == guess.name && known.low == guess.low && known.high == guess.high) return i;
  }
  timing_.assumptions.push_back({guess.name, guess.low, guess.high, guess.text, false});
  return static_cast<uint32_t>(timing_.assumptions.size() - 1);
}

}  // namespace dagsim::calibration
