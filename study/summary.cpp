#include "study/summary.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/random.h"

namespace dagsim::study {
namespace {

constexpr uint32_t kMostRunsToConfirm = 1000;
constexpr double kStandsOut = 2.5;  // standard errors from which a slope is worth a line

std::span<const float> part(std::span<const float> values, uint32_t resample, uint32_t resamples) {
  const size_t size = values.size() / resamples;
  return values.subspan(resample * size, size);
}

/// Mean of edited - base in each resample.
std::vector<double> mean_changes(std::span<const float> base, std::span<const float> edited, uint32_t resamples) {
  std::vector<double> means;
  for (uint32_t resample = 0; resample < resamples; ++resample) {
    const std::span<const float> before = part(base, resample, resamples);
    const std::span<const float> after = part(edited, resample, resamples);
    double sum = 0;
    for (size_t i = 0; i < before.size(); ++i) sum += static_cast<double>(after[i]) - static_cast<double>(before[i]);
    means.push_back(sum / static_cast<double>(before.size()));
  }
  return means;
}

/// Mean variance of single runs within a resample: what repeated runs under one truth scatter.
double single_run_variance(std::span<const float> values, uint32_t resamples) {
  double sum = 0;
  for (uint32_t resample = 0; resample < resamples; ++resample) {
    const std::span<const float> here = part(values, resample, resamples);
    const std::vector<double> copy(here.begin(), here.end());
    const double deviation = stats::standard_deviation(copy);
    sum += deviation * deviation;
  }
  return sum / resamples;
}

std::vector<FirstRedLine> first_red_lines(const model::Pipeline& pipeline, const sim::Result& result) {
  std::vector<FirstRedLine> lines;
  for (const sim::FirstRed& red : result.first_red) {
    FirstRedLine line;
    line.kind = red.kind;
    std::vector<float> finite;
    for (const float seconds : red.seconds) {
      if (std::isfinite(seconds)) finite.push_back(seconds);
    }
    line.covered = !finite.empty();
    if (line.covered) line.seconds = distribution(finite);
    const auto most = std::max_element(red.shown_by.begin(), red.shown_by.end());
    if (line.covered && most != red.shown_by.end()) {
      line.shown_by = pipeline.jobs[static_cast<size_t>(most - red.shown_by.begin())].key;
      line.share = *most;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The mix over kinds, each in proportion to its rate; only when every kind has one.
std::optional<Distribution> first_red_mix(const model::Pipeline& pipeline, const sim::Result& result) {
  double total = 0;
  for (const model::DefectKind& kind : pipeline.defects) {
    if (!kind.rate) return std::nullopt;
    total += *kind.rate;
  }
  if (total <= 0 || result.first_red.empty()) return std::nullopt;
  const stats::Stream pick(1, "first-red-mix");
  std::vector<double> mix;
  for (size_t i = 0; i < result.wall.size(); ++i) {
    double left = pick.uniform(i) * total;
    size_t kind = 0;
    while (kind + 1 < result.first_red.size() && left > *pipeline.defects[kind].rate)
      left -= *pipeline.defects[kind++].rate;
    if (std::isfinite(result.first_red[kind].seconds[i]))
      mix.push_back(static_cast<double>(result.first_red[kind].seconds[i]));
  }
  if (mix.empty()) return std::nullopt;
  return distribution(mix);
}

std::vector<JobLine> job_lines(const model::Pipeline& pipeline, const model::Timing& timing,
                               const sim::Result& result) {
  std::vector<JobLine> lines;
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    const model::Job& job = pipeline.jobs[i];
    const sim::JobResult& simulated = result.jobs[i];
    JobLine line{job.key,
                 job.name,
                 simulated.mean,
                 simulated.criticality,
                 simulated.slack,
                 simulated.drag,
                 simulated.presence,
                 std::string(model::to_string(timing.jobs[i].origin)),
                 timing.jobs[i].observations,
                 job.presence != model::Presence::Skipped,
                 job.presence_reason};
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The edges between jobs that run, without those that a longer path implies.
std::vector<std::pair<std::string, std::string>> need_lines(const model::Pipeline& pipeline, const model::Graph& graph) {
  const auto runs = [&](model::JobId job) { return pipeline.job(job).presence != model::Presence::Skipped; };
  std::vector<std::pair<std::string, std::string>> lines;
  for (const model::JobId job : graph.order()) {
    if (!runs(job)) continue;
    const std::span<const model::JobId> needs = graph.needs(job);
    for (const model::JobId need : needs) {
      const bool implied = std::any_of(needs.begin(), needs.end(), [&](model::JobId other) {
        return runs(other) && graph.is_ancestor(need, other);
      });
      if (runs(need) && !implied) lines.emplace_back(pipeline.job(need).key, pipeline.job(job).key);
    }
  }
  return lines;
}

/// A chain names a matrix job by its id path: which of its legs was last varies from run to run.
std::string chain_name(const model::Pipeline& pipeline, model::JobId job) {
  const std::string& id = pipeline.job(job).id;
  const auto legs =
      std::count_if(pipeline.jobs.begin(), pipeline.jobs.end(), [&](const model::Job& one) { return one.id == id; });
  return legs > 1 ? id : pipeline.job(job).key;
}

}  // namespace

Distribution distribution(std::span<const double> values) {
  return distribution(std::vector<float>(values.begin(), values.end()));
}

Distribution distribution(std::span<const float> values) {
  static constexpr double kProbabilities[] = {0.1, 0.5, 0.9};
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  const std::vector<double> quantiles = stats::quantiles({values.begin(), values.end()}, kProbabilities);
  return {sum / static_cast<double>(values.size()), quantiles[0], quantiles[1], quantiles[2]};
}

PipelineLine summarise(const model::Pipeline& pipeline, const model::Graph& graph, const model::Timing& timing,
                       const sim::Result& result) {
  PipelineLine line;
  line.wall = distribution(result.wall);
  line.first_red_by_kind = first_red_lines(pipeline, result);
  line.first_red = first_red_mix(pipeline, result);
  line.minutes = stats::mean(std::vector<double>(result.minutes.begin(), result.minutes.end()));
  line.cost = result.cost;
  for (const sim::CriticalChain& chain : result.chains) {
    ChainLine chain_line;
    for (const model::JobId job : chain.jobs) chain_line.jobs.push_back(chain_name(pipeline, job));
    chain_line.probability = chain.probability;
    line.chains.push_back(std::move(chain_line));
  }
  line.jobs = job_lines(pipeline, timing, result);
  line.needs = need_lines(pipeline, graph);
  return line;
}

Change paired_change(std::span<const float> base, std::span<const float> edited, uint32_t resamples,
                     double confidence) {
  const std::vector<double> means = mean_changes(base, edited, resamples);
  return {stats::mean(means), stats::interval_of_resamples(means, confidence)};
}

TwoRuns two_runs(std::span<const float> base, std::span<const float> edited, uint32_t resamples, double confidence) {
  std::vector<float> changes;
  changes.reserve(base.size());
  for (uint32_t resample = 0; resample < resamples; ++resample) {
    const std::span<const float> before = part(base, resample, resamples);
    const std::span<const float> after = part(edited, resample, resamples);
    for (size_t i = 0; i < before.size(); ++i) {
      const size_t other = (i + before.size() / 2) % before.size();
      changes.push_back(after[other] - before[i]);
    }
  }
  TwoRuns result;
  const double ends[] = {(1 - confidence) / 2, (1 + confidence) / 2};
  const std::vector<double> quantiles = stats::quantiles(std::move(changes), ends);
  result.change = {quantiles[0], quantiles[1], confidence};
  const double change = stats::mean(mean_changes(base, edited, resamples));
  const double variance = single_run_variance(base, resamples) + single_run_variance(edited, resamples);
  // Two-sample comparison of means at 95 % confidence with 80 % power.
  const double z = stats::normal_quantile(0.975) + stats::normal_quantile(0.8);
  const double runs =
      change == 0 ? std::numeric_limits<double>::infinity() : std::ceil(variance * z * z / (change * change));
  if (runs <= kMostRunsToConfirm) result.runs_to_confirm = std::max(1U, static_cast<uint32_t>(runs));
  return result;
}

std::vector<Sensitivity> sensitivities(std::span<const float> base, std::span<const float> edited,
                                       const sim::Results& results) {
  const std::vector<double> change = mean_changes(base, edited, results.resamples);
  const double change_mean = stats::mean(change);
  std::vector<Sensitivity> found;
  for (const auto& [name, value] : results.assumptions) {
    const double value_mean = stats::mean(value);
    double products = 0;
    double squares = 0;
    for (size_t i = 0; i < value.size(); ++i) {
      products += (value[i] - value_mean) * (change[i] - change_mean);
      squares += (value[i] - value_mean) * (value[i] - value_mean);
    }
    if (squares <= 0 || value.size() < 8) continue;
    const double slope = products / squares;
    double residuals = 0;
    for (size_t i = 0; i < value.size(); ++i) {
      const double residual = change[i] - change_mean - slope * (value[i] - value_mean);
      residuals += residual * residual;
    }
    const double error = std::sqrt(residuals / static_cast<double>(value.size() - 2) / squares);
    const auto [low, high] = std::minmax_element(value.begin(), value.end());
    const double span = std::abs(slope * (*high - *low));
    if (std::abs(slope) < kStandsOut * error || span < 2) continue;
    found.push_back({name, change_mean + slope * (*low - value_mean), change_mean + slope * (*high - value_mean)});
  }
  std::stable_sort(found.begin(), found.end(), [](const Sensitivity& a, const Sensitivity& b) {
    return std::abs(a.at_high - a.at_low) > std::abs(b.at_high - b.at_low);
  });
  return found;
}

std::string chain_text(const ChainLine& chain) {
  std::string text;
  for (const std::string& job : chain.jobs) text += (text.empty() ? "" : " > ") + job;
  return text;
}

}  // namespace dagsim::study
