#include "study/summary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/random.h"

namespace dagsim::study {
namespace {

constexpr uint32_t kMostRunsToConfirm = 1000;
constexpr size_t kEndShare = 8;         // an end of an assumption's range: the eighth of the resamples nearest to it
constexpr double kStandsOut = 2.5;      // standard errors from which a difference between the ends is worth a line
constexpr double kLeastDifference = 2;  // seconds

std::span<const float> part(std::span<const float> values, uint32_t resample, uint32_t resamples) {
  const size_t size = values.size() / resamples;
  return values.subspan(resample * size, size);
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

/// \param base of another variant on the same draws, or null: what is the same there is not computed again.
std::vector<FirstRedLine> first_red_lines(const model::Pipeline& pipeline, const sim::Result& result,
                                          const Summarised* base) {
  std::vector<FirstRedLine> lines;
  for (const sim::FirstRed& red : result.first_red) {
    const size_t kind = lines.size();
    const bool is_known = base != nullptr && kind < base->result.first_red.size() &&
                          base->line.first_red_by_kind[kind].kind == red.kind &&
                          base->result.first_red[kind].seconds == red.seconds;
    FirstRedLine line;
    line.kind = red.kind;
    std::vector<float> finite;
    for (const float seconds : red.seconds) {
      if (std::isfinite(seconds)) finite.push_back(seconds);
    }
    line.covered = !finite.empty();
    if (line.covered) line.seconds = is_known ? base->line.first_red_by_kind[kind].seconds : distribution(finite);
    const auto most = std::max_element(red.shown_by.begin(), red.shown_by.end());
    if (line.covered && most != red.shown_by.end()) {
      line.shown_by = pipeline.jobs[static_cast<size_t>(most - red.shown_by.begin())].key;
      line.share = *most;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

/// First red of the kind that each replication draws, in proportion to the rates: infinite where nothing that runs
/// covers it. Empty unless every kind has a rate. The draws are the same for all variants.
std::vector<float> first_red_mix(const model::Pipeline& pipeline, const sim::Result& result) {
  double total = 0;
  for (const model::DefectKind& kind : pipeline.defects) {
    if (!kind.rate) return {};
    total += *kind.rate;
  }
  if (total <= 0 || result.first_red.empty()) return {};
  const stats::Stream pick(1, "first-red-mix");
  std::vector<float> mix;
  for (size_t i = 0; i < result.wall.size(); ++i) {
    double left = pick.uniform(i) * total;
    size_t kind = 0;
    while (kind + 1 < result.first_red.size() && left > *pipeline.defects[kind].rate)
      left -= *pipeline.defects[kind++].rate;
    mix.push_back(result.first_red[kind].seconds[i]);
  }
  return mix;
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
std::vector<std::pair<std::string, std::string>> need_lines(const model::Pipeline& pipeline,
                                                            const model::Graph& graph) {
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
                       const sim::Result& result, const Summarised* base) {
  PipelineLine line;
  line.wall = distribution(result.wall);
  line.first_red_by_kind = first_red_lines(pipeline, result, base);
  std::vector<float> mix = first_red_mix(pipeline, result);
  std::erase_if(mix, [](float seconds) { return !std::isfinite(seconds); });
  if (!mix.empty()) line.first_red = distribution(mix);
  line.minutes = stats::mean(std::vector<double>(result.minutes.begin(), result.minutes.end()));
  line.cost = result.cost;
  for (const sim::CriticalChain& chain : result.chains) {
    ChainLine chain_line;
    for (const model::JobId job : chain.jobs) chain_line.jobs.push_back(chain_name(pipeline, job));
    chain_line.probability = chain.probability;
    line.chains.push_back(std::move(chain_line));
  }
  line.waits = result.waits;
  line.jobs = job_lines(pipeline, timing, result);
  line.needs = need_lines(pipeline, graph);
  return line;
}

Change paired_change(std::span<const float> base, std::span<const float> edited, uint32_t resamples,
                     double confidence) {
  const std::vector<double> means = stats::batch_changes(base, edited, resamples);
  return {stats::mean(means), stats::interval_of_resamples(means, confidence)};
}

std::optional<Change> first_red_change(const model::Pipeline& pipeline, const sim::Result& base,
                                       const sim::Result& edited, uint32_t resamples, double confidence) {
  const std::vector<float> before = first_red_mix(pipeline, base);
  const std::vector<float> after = first_red_mix(pipeline, edited);
  if (before.empty() || before.size() != after.size()) return std::nullopt;
  std::vector<double> means;
  for (uint32_t resample = 0; resample < resamples; ++resample) {
    std::vector<double> changes;
    for (size_t i = 0; i < before.size() / resamples; ++i) {
      const size_t at = resample * (before.size() / resamples) + i;
      if (!std::isfinite(before[at]) || !std::isfinite(after[at])) continue;
      changes.push_back(static_cast<double>(after[at]) - static_cast<double>(before[at]));
    }
    if (changes.empty()) return std::nullopt;
    means.push_back(stats::mean(changes));
  }
  return Change{stats::mean(means), stats::interval_of_resamples(means, confidence)};
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
  const double change = stats::mean(stats::batch_changes(base, edited, resamples));
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
  const std::vector<double> change = stats::batch_changes(base, edited, results.resamples);
  std::vector<Sensitivity> found;
  for (const auto& assumption : results.assumptions) {
    const std::vector<double>& value = assumption.second;
    const size_t end = value.size() / kEndShare;
    if (end < 2 || std::all_of(value.begin(), value.end(), [&](double one) { return one == value.front(); })) continue;
    std::vector<size_t> order(value.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return value[a] < value[b]; });
    std::vector<double> low;
    std::vector<double> high;
    for (size_t i = 0; i < end; ++i) {
      low.push_back(change[order[i]]);
      high.push_back(change[order[order.size() - 1 - i]]);
    }
    const double difference = stats::mean(high) - stats::mean(low);
    const double error = std::hypot(stats::standard_deviation(low), stats::standard_deviation(high)) /
                         std::sqrt(static_cast<double>(end));
    if (std::abs(difference) < std::max(kLeastDifference, kStandsOut * error)) continue;
    found.push_back({assumption.first, stats::mean(low), stats::mean(high)});
  }
  std::stable_sort(found.begin(), found.end(), [](const Sensitivity& a, const Sensitivity& b) {
    return std::abs(a.at_high - a.at_low) > std::abs(b.at_high - b.at_low);
  });
  return found;
}

std::vector<BreakEven> break_evens(std::span<const float> base, std::span<const float> edited,
                                   const sim::Results& results, const model::Timing& timing) {
  const std::vector<double> change = stats::batch_changes(base, edited, results.resamples);
  const auto count = static_cast<double>(change.size());
  std::vector<BreakEven> found;
  for (const model::Assumption& assumption : timing.assumptions) {
    if (!assumption.is_seconds || assumption.low >= assumption.high || change.size() < 8) continue;
    const auto values =
        std::ranges::find(results.assumptions, assumption.name, &std::pair<std::string, std::vector<double>>::first);
    if (values == results.assumptions.end()) continue;
    const double middle = stats::mean(values->second);
    const double level = stats::mean(change);
    double square = 0;
    double product = 0;
    double total = 0;
    for (size_t i = 0; i < change.size(); ++i) {
      const double x = values->second[i] - middle;
      square += x * x;
      product += x * (change[i] - level);
      total += (change[i] - level) * (change[i] - level);
    }
    if (square == 0) continue;
    const double slope = product / square;
    const double rest = std::max(0.0, total - slope * product);
    if (std::abs(slope) < kStandsOut * std::sqrt(rest / (count - 2) / square)) continue;
    const double seconds = middle - level / slope;
    if (seconds > assumption.low && seconds < assumption.high) {
      found.push_back({assumption.name.substr(0, assumption.name.rfind(" duration")), seconds, slope > 0});
    }
  }
  return found;
}

std::string chain_text(const ChainLine& chain) {
  std::string text;
  for (const std::string& job : chain.jobs) text += (text.empty() ? "" : " > ") + job;
  return text;
}

}  // namespace dagsim::study
