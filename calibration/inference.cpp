// Population Monte Carlo (Cappé, Guillin, Marin, Robert 2004), one run after the other, each posterior being the next
// run's prior. Draw the location of every unpublished duration and of the dispatch, push the durations through the DAG,
// and weight each draw by its prior, over the proposal it came from, times a normal kernel of its distance to the
// measured wall clock and spans. Where too few draws count, the kernel is widened, the proposal moves to where the
// weighted draws lie, and another round follows. A job whose chain can't have been critical keeps its prior; where no
// other chain could be longer the wall pins it; in between it is bounded. What is kept are joint draws, for walls
// constrain sums. Cost: rounds * samples * jobs for each run with a wall. Assumes that a wall has an error of a few
// percent (the kernel's width).

#include "calibration/inference.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "model/schedule.h"
#include "stats/random.h"

namespace dagsim::calibration {
namespace {

constexpr size_t kSamples = 768;
constexpr size_t kRounds = 8;
constexpr double kEnough = 60;          // effective samples at the kernel's own width
constexpr size_t kDraws = 64;           // joint draws that are kept
constexpr double kKernelShare = 0.015;  // kernel width as a share of the measured figure, at least two seconds
constexpr double kDispatchUncertainty = 0.5;

/// A location that is not known, with the prior for it.
struct Latent {
  std::string id;  ///< of the job, "" for the dispatch
  Location prior;
  stats::Stream stream;
};

/// A job whose duration was not published in the run.
struct Unknown {
  model::JobId job;
  size_t latent = 0;
  double deviation = 0;
  stats::Stream stream;
};

struct Span {
  std::vector<model::JobId> from;
  std::vector<model::JobId> to;
  double seconds = 0;
};

/// Weighted draws of all latents.
struct Population {
  std::vector<std::vector<double>> locations;  ///< by latent, by sample
  std::vector<double> log_ratio;               ///< ln(prior / proposal)
  std::vector<double> distance;                ///< squared, in kernel widths
  std::vector<double> weight;
};

double log_normal_density(double value, const Location& normal) {
  const double z = (value - normal.location) / normal.uncertainty;
  return -0.5 * z * z - std::log(normal.uncertainty);
}

/// Normalised weights under a kernel that is `widening` times as wide; returns the effective sample size.
double weigh(Population& population, double widening) {
  const size_t samples = population.distance.size();
  std::vector<double> logs(samples);
  for (size_t i = 0; i < samples; ++i) {
    logs[i] = population.log_ratio[i] - 0.5 * population.distance[i] / (widening * widening);
  }
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  double squares = 0;
  population.weight.resize(samples);
  for (size_t i = 0; i < samples; ++i) {
    population.weight[i] = std::exp(logs[i] - most);
    sum += population.weight[i];
    squares += population.weight[i] * population.weight[i];
  }
  for (double& weight : population.weight) weight /= sum;
  return sum * sum / squares;
}

Location weighted(const std::vector<double>& values, const std::vector<double>& weight) {
  double sum = 0;
  for (size_t i = 0; i < values.size(); ++i) sum += weight[i] * values[i];
  double squares = 0;
  for (size_t i = 0; i < values.size(); ++i) squares += weight[i] * (values[i] - sum) * (values[i] - sum);
  return {sum, std::sqrt(squares)};
}

/// Systematic resampling: kDraws sample numbers in proportion to their weights.
std::vector<size_t> resample(const std::vector<double>& weight) {
  std::vector<size_t> chosen;
  double cumulative = 0;
  for (size_t i = 0; i < weight.size(); ++i) {
    cumulative += weight[i];
    while (chosen.size() < kDraws && (static_cast<double>(chosen.size()) + 0.5) / kDraws <= cumulative)
      chosen.push_back(i);
  }
  while (chosen.size() < kDraws) chosen.push_back(weight.size() - 1);
  return chosen;
}

class RunInference {
 public:
  RunInference(const UsedRun& run, const Shape& shape, const Vocabulary& vocabulary, const Estimator& estimator,
               const Dispatch& dispatch)
      : run_(run), shape_(shape) {
    add_latent("", dispatch.median);
    const model::CacheStates at_start = run.states.value_or(model::CacheStates{});
    for (uint32_t i = 0; i < shape.pipeline.jobs.size(); ++i) {
      const model::Job& job = shape.pipeline.jobs[i];
      if (job.presence == model::Presence::Skipped || run.seconds[i]) continue;
      const std::string leg = newest_name(job.stream, vocabulary);
      const Definition definition = define(shape.pipeline, shape.graph, model::JobId{i}, job, at_start);
      const Estimate prior = estimator.estimate(leg, definition);
      const std::string id = without_selector(leg);
      const size_t latent = add_latent(id, {prior.location, std::max(prior.uncertainty, 0.02)});
      const bool guessed = !prior.factors.empty() || !prior.extras.empty();
      if (!guessed && !estimator.is_measured(id)) learnable_[id] = {definition, prior.deviation};
      unknowns_.push_back(
          {model::JobId{i}, latent, prior.deviation, stats::Stream(2, "inference/" + job.key + run.record->id)});
    }
    for (const SpanRecord& span : run.record->spans) {
      Span resolved{jobs_of(span.from, vocabulary), jobs_of(span.to, vocabulary), span.seconds};
      if (!resolved.from.empty() && !resolved.to.empty()) spans_.push_back(std::move(resolved));
    }
  }

  bool has_evidence() const { return run_.record->wall.has_value() || !spans_.empty(); }

  void learn(Estimator& estimator, Dispatch& dispatch) const {
    const Population population = populate();
    const std::vector<size_t> chosen = resample(population.weight);
    for (size_t latent = 0; latent < latents_.size(); ++latent) {
      const std::string& id = latents_[latent].id;
      const auto job = learnable_.find(id);
      if (latent > 0 && job == learnable_.end()) continue;
      std::vector<double> draws;
      for (const size_t sample : chosen) draws.push_back(population.locations[latent][sample]);
      const Location posterior = weighted(population.locations[latent], population.weight);
      if (latent > 0) {
        estimator.infer(id, job->second.first, job->second.second, std::move(draws));
      } else if (run_.record->wall && posterior.uncertainty < 0.98 * dispatch.median.uncertainty) {
        dispatch.median = posterior;
        dispatch.draws = std::move(draws);
        dispatch.origin = model::Origin::Inferred;
      }
    }
  }

 private:
  size_t add_latent(const std::string& id, const Location& prior) {
    for (size_t i = 0; i < latents_.size(); ++i) {
      if (latents_[i].id == id) return i;
    }
    latents_.push_back({id, prior, stats::Stream(1, "inference/location/" + id + run_.record->id)});
    return latents_.size() - 1;
  }

  std::vector<model::JobId> jobs_of(const std::vector<std::string>& names, const Vocabulary& vocabulary) const {
    std::vector<model::JobId> result;
    for (const std::string& name : names) {
      std::vector<model::JobId> found = shape_.pipeline.find(name);
      if (found.empty()) found = shape_.pipeline.find(newest_name(name, vocabulary));
      result.insert(result.end(), found.begin(), found.end());
    }
    return result;
  }

  Population populate() const {
    std::vector<Location> proposal;
    for (const Latent& latent : latents_) proposal.push_back(latent.prior);
    for (size_t round = 0;; ++round) {
      Population population = draw(proposal, round);
      double widening = 1;
      while (weigh(population, widening) < kEnough && widening < 1e6) widening *= 1.3;
      if (widening == 1 || round + 1 == kRounds) return population;
      for (size_t latent = 0; latent < latents_.size(); ++latent) {
        proposal[latent] = weighted(population.locations[latent], population.weight);
        proposal[latent].uncertainty = std::max(1.2 * proposal[latent].uncertainty, 0.02);
      }
    }
  }

  Population draw(const std::vector<Location>& proposal, size_t round) const {
    Population population;
    population.locations.assign(latents_.size(), std::vector<double>(kSamples));
    std::vector<double> locations(latents_.size());
    std::vector<double> seconds(shape_.pipeline.jobs.size(), 0.0);
    for (size_t job = 0; job < seconds.size(); ++job) seconds[job] = run_.seconds[job].value_or(0.0);
    for (size_t sample = 0; sample < kSamples; ++sample) {
      const uint64_t number = round * kSamples + sample;
      double log_ratio = 0;
      for (size_t latent = 0; latent < latents_.size(); ++latent) {
        locations[latent] =
            proposal[latent].location + proposal[latent].uncertainty * latents_[latent].stream.normal(number);
        population.locations[latent][sample] = locations[latent];
        log_ratio += log_normal_density(locations[latent], latents_[latent].prior) -
                     log_normal_density(locations[latent], proposal[latent]);
      }
      for (const Unknown& unknown : unknowns_) seconds[index(unknown.job)] = duration(unknown, locations, number);
      const std::vector<double> dispatch(seconds.size(), std::exp(locations.front()));
      population.log_ratio.push_back(log_ratio);
      population.distance.push_back(
          squared_distance(model::schedule(shape_.pipeline, shape_.graph, seconds, dispatch)));
    }
    return population;
  }

  double duration(const Unknown& unknown, const std::vector<double>& locations, uint64_t number) const {
    const auto& [shortest, longest] = run_.legs[index(unknown.job)];
    // Between the published ends; the longest leg is as likely to be this one as any other.
    if (longest > 0) return shortest + (longest - shortest) * unknown.stream.uniform(number);
    return std::exp(locations[unknown.latent] + unknown.deviation * unknown.stream.normal(number));
  }

  double squared_distance(const model::Schedule& schedule) const {
    double squares = 0;
    const auto add = [&](double expected, double measured) {
      const double width = std::max(2.0, kKernelShare * measured);
      squares += (expected - measured) * (expected - measured) / (width * width);
    };
    if (run_.record->wall) add(model::gate_completion(shape_.pipeline, schedule), *run_.record->wall);
    for (const Span& span : spans_) {
      double start = schedule.start[index(span.from.front())];
      for (const model::JobId job : span.from) start = std::min(start, schedule.start[index(job)]);
      double end = 0;
      for (const model::JobId job : span.to) end = std::max(end, schedule.end[index(job)]);
      add(end - start, span.seconds);
    }
    return squares;
  }

  const UsedRun& run_;
  const Shape& shape_;
  std::vector<Latent> latents_;
  std::vector<Unknown> unknowns_;
  std::vector<Span> spans_;
  std::map<std::string, std::pair<Definition, double>> learnable_;  ///< by id: definition and deviation
};

}  // namespace

Dispatch infer_from_walls(const Observations& observations, const std::vector<Shape>& shapes,
                          const Vocabulary& vocabulary, Estimator& estimator) {
  Dispatch dispatch;
  dispatch.median = {std::log(kDispatchMedian), kDispatchUncertainty};
  for (const UsedRun& run : observations.runs) {
    const RunInference inference(run, shapes[run.shape], vocabulary, estimator, dispatch);
    if (inference.has_evidence()) inference.learn(estimator, dispatch);
  }
  return dispatch;
}

}  // namespace dagsim::calibration
