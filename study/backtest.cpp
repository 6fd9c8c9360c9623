// Every window calibrates anew from its past runs alone. Runs that are known alike before they start (same event, same
// jobs, same branch) share a forecast. Sub-pipelines are the same pipeline in which jobs take no time, so one
// simulation on shared draws predicts them all.

#include "study/backtest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "calibration/correlation.h"
#include "sim/simulate.h"
#include "stats/estimate.h"
#include "stats/random.h"
#include "study/past_walls.h"
#include "study/session.h"

namespace dagsim::study {
namespace {

constexpr uint32_t kResamples = 64;
constexpr double kShortestWall = 1;  // seconds: a sub-pipeline of which nothing ran predicts nothing

using Forecasts = std::array<std::shared_ptr<const Forecast>, kMethods.size()>;

/// The pipeline as each event expands it; all have the same jobs.
class Expansions {
 public:
  Expansions(const FileSystem& files, const Session& session) : files_(files), session_(session) {
    known_.emplace(session.question.event, session.baseline);
  }

  /// Nothing when the event does not start the workflow, or starts other jobs.
  const Expanded* find(const std::string& event) {
    const auto place = known_.find(event);
    if (place != known_.end()) return place->second ? &*place->second : nullptr;
    Diagnostics ignored;
    workflow::Request request = session_.request;
    request.event = event;
    std::optional<Expanded> expanded = expand(files_, request, session_.question, session_.project, ignored);
    if (expanded && !has_same_jobs(expanded->pipeline)) expanded.reset();
    const std::optional<Expanded>& kept = known_.emplace(event, std::move(expanded)).first->second;
    return kept ? &*kept : nullptr;
  }

 private:
  bool has_same_jobs(const model::Pipeline& pipeline) const {
    return std::ranges::equal(pipeline.jobs, session_.baseline.pipeline.jobs, {}, &model::Job::stream,
                              &model::Job::stream);
  }

  const FileSystem& files_;
  const Session& session_;
  std::map<std::string, std::optional<Expanded>> known_;
};

/// The pipeline of a run as far as it is known before the run starts.
model::Pipeline known_pipeline(const model::Pipeline& pipeline, const PastRun& run, Known known) {
  model::Pipeline result = pipeline;
  if (known == Known::Nothing) result.event.clear();
  if (known == Known::Branch) result.branch = run.record->branch;
  if (known < Known::ChangeClass) return result;
  for (size_t i = 0; i < result.jobs.size(); ++i) {
    if (result.jobs[i].presence != model::Presence::Unknown) continue;
    result.jobs[i].presence = run.ran[i] != 0 ? model::Presence::Runs : model::Presence::Skipped;
  }
  return result;
}

model::Pipeline without(const model::Pipeline& pipeline, const Kept& kept) {
  model::Pipeline result = pipeline;
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) result.jobs[i].presence = model::Presence::Skipped;
  }
  return result;
}

/// One cut of the history.
struct Window {
  std::vector<const PastRun*> past;
  std::vector<const PastRun*> next;
};

class Backtester {
 public:
  Backtester(const FileSystem& files, const Session& session, const Rolling& rolling, const Options& options,
             std::vector<PastRun> runs)
      : session_(session), rolling_(rolling), options_(options), runs_(std::move(runs)), expansions_(files, session) {
    kept_.emplace_back(session.baseline.pipeline.jobs.size(), 1);
    const std::vector<Kept> drawn = draw_sub_pipelines(session.baseline, rolling.sub_pipelines, options.seed);
    kept_.insert(kept_.end(), drawn.begin(), drawn.end());
    for (auto& scorers : scorers_) scorers.resize(kept_.size());
  }

  void run(BacktestResult& result) {
    const size_t windows = (runs_.size() - rolling_.past) / rolling_.next;
    result.windows = static_cast<uint32_t>(windows);
    result.first_run = runs_[rolling_.past].record->id;
    result.last_run = runs_[rolling_.past + windows * rolling_.next - 1].record->id;
    for (size_t number = 0; number < windows; ++number) {
      Window window;
      const size_t cut = rolling_.past + number * rolling_.next;
      for (size_t i = cut - rolling_.past; i < cut; ++i) window.past.push_back(&runs_[i]);
      for (size_t i = cut; i < cut + rolling_.next; ++i) window.next.push_back(&runs_[i]);
      add(window, result);
      if (options_.progress) options_.progress(static_cast<double>(number + 1) / static_cast<double>(windows));
    }
    for (size_t method = 0; method < kMethods.size(); ++method) {
      result.scores[method] = scorers_[method].front().score();
      result.sub_scores[method] = sub_score(scorers_[method], result.sub_pipelines);
    }
  }

 private:
  void add(const Window& window, BacktestResult& result) {
    for (auto& scorers : scorers_) {
      for (Scorer& scorer : scorers) scorer.begin_window();
    }
    const calibration::Calibration calibration = learn(window);
    std::map<std::pair<std::string, std::vector<uint8_t>>, std::vector<Forecasts>> simple;
    std::map<std::tuple<std::string, std::vector<uint8_t>, std::string>, std::vector<Forecasts>> known;
    for (const PastRun* run : window.next) {
      const Expanded* expanded = expansions_.find(run->record->event);
      if (expanded == nullptr) {
        ++result.excluded["the workflow does not run so for the event " + run->record->event];
        continue;
      }
      ++result.predicted;
      const std::string branch = known_branch(window, *run);
      const auto [others, are_new] = simple.try_emplace({run->record->event, run->ran});
      if (are_new) others->second = simple_forecasts(window, *expanded, *run);
      const auto [place, is_new] = known.try_emplace({run->record->event, run->ran, branch}, others->second);
      if (is_new) set(place->second, Method::Dagsim, simulated(calibration, *expanded, *run));
      for (size_t i = 0; i < kept_.size(); ++i) {
        const double wall = wall_of(*run, kept_[i], *expanded);
        if (wall < kShortestWall) continue;
        for (size_t method = 0; method < kMethods.size(); ++method) {
          const auto& forecast = place->second[i][method];
          if (forecast) scorers_[method][i].add(*forecast, wall);
        }
      }
    }
  }

  /// "" where it makes no difference: no past run is of the branch.
  std::string known_branch(const Window& window, const PastRun& run) const {
    const std::string& branch = run.record->branch;
    const bool any =
        std::ranges::any_of(window.past, [&](const PastRun* past) { return past->record->branch == branch; });
    return rolling_.known == Known::Branch && any ? branch : "";
  }

  calibration::Calibration learn(const Window& window) const {
    history::History past;
    past.source = session_.history.source;
    for (const PastRun* run : window.past) past.runs.push_back(*run->record);
    Diagnostics ignored;  // what there is to say was said of the whole history
    return calibration::Calibration::learn(past, {session_.shapes.front()},
                                           {session_.project.cache_words, session_.project.job_names}, ignored);
  }

  /// Those of the other methods, which don't look at branches, by kept jobs.
  std::vector<Forecasts> simple_forecasts(const Window& window, const Expanded& expanded, const PastRun& run) const {
    std::vector<Forecasts> forecasts(kept_.size());
    set(forecasts, Method::Independent, job_by_job(window, expanded, run, independent_places(expanded)));
    set(forecasts, Method::Correlated, job_by_job(window, expanded, run, correlated_places(window, expanded)));
    std::vector<std::vector<double>> last(kept_.size());
    std::vector<std::vector<double>> walls(kept_.size());
    for (size_t i = 0; i < kept_.size(); ++i) {
      for (const PastRun* past : window.past) {
        const double wall = wall_of(*past, kept_[i], session_.baseline);
        if (wall >= kShortestWall) walls[i].push_back(wall);
      }
      if (!walls[i].empty()) last[i] = {walls[i].back()};
    }
    set(forecasts, Method::LastRun, std::move(last));
    set(forecasts, Method::ResampledWall, std::move(walls));
    return forecasts;
  }

  static void set(std::vector<Forecasts>& forecasts, Method method, std::vector<std::vector<double>> samples) {
    for (size_t i = 0; i < forecasts.size(); ++i) {
      if (samples[i].empty()) continue;
      forecasts[i][static_cast<size_t>(method)] = std::make_shared<const Forecast>(std::move(samples[i]));
    }
  }

  std::vector<std::vector<double>> simulated(const calibration::Calibration& calibration, const Expanded& expanded,
                                             const PastRun& run) const {
    model::Pipeline pipeline = known_pipeline(expanded.pipeline, run, rolling_.known);
    pipeline.defects.clear();  // only wall clocks are scored
    calibration::CacheAssumptions caches;
    caches.at_start = session_.question.caches;
    const model::Timing timing = calibration.timing(pipeline, expanded.graph, caches);
    std::vector<model::Pipeline> parts;
    parts.reserve(kept_.size());
    std::vector<sim::Variant> variants;
    for (const Kept& kept : kept_) {
      parts.push_back(without(pipeline, kept));
      variants.push_back({&parts.back(), &expanded.graph, &timing, false});
    }
    sim::Options options;
    options.seed = options_.seed;
    options.replications = rolling_.replications;
    options.threads = options_.threads;
    options.resamples = kResamples;
    const sim::Results results = sim::simulate(variants, options);
    std::vector<std::vector<double>> walls;
    for (const sim::Result& result : results.variants) walls.emplace_back(result.wall.begin(), result.wall.end());
    return walls;
  }

  /// Where in the order of its past times, from 0 to 1, the time of a job lies in a replication.
  using Places = std::function<void(uint64_t number, std::vector<double>& places)>;

  Places independent_places(const Expanded& expanded) const {
    std::vector<stats::Stream> streams;
    for (const model::Job& job : expanded.pipeline.jobs)
      streams.emplace_back(options_.seed, "independent/" + job.stream);
    return [streams](uint64_t number, std::vector<double>& places) {
      for (size_t job = 0; job < places.size(); ++job) places[job] = streams[job].uniform(number);
    };
  }

  Places correlated_places(const Window& window, const Expanded& expanded) const {
    calibration::TimesByRun times;
    for (const PastRun* past : window.past) {
      times.push_back(past->seconds);
      for (size_t job = 0; job < past->ran.size(); ++job) {
        if (past->ran[job] == 0) times.back()[job] = std::numeric_limits<double>::quiet_NaN();
      }
    }
    const auto factor = calibration::factor_of(calibration::shrunk_correlation(times));
    std::vector<stats::Stream> streams;
    for (const model::Job& job : expanded.pipeline.jobs)
      streams.emplace_back(options_.seed, "correlated/" + job.stream);
    return [factor, streams](uint64_t number, std::vector<double>& places) {
      std::vector<double> normals;
      for (const stats::Stream& stream : streams) normals.push_back(stats::normal_quantile(stream.uniform(number)));
      for (size_t job = 0; job < places.size(); ++job) {
        const double z = std::inner_product(normals.begin(), normals.end(), factor[job].begin(), 0.0);
        places[job] = std::erfc(-z / std::numbers::sqrt2) / 2;
      }
    };
  }

  /// Each job runs as in `run` and takes what it took in one of the past runs that ran it.
  std::vector<std::vector<double>> job_by_job(const Window& window, const Expanded& expanded, const PastRun& run,
                                              const Places& place) const {
    const size_t jobs = run.ran.size();
    std::vector<std::vector<const PastRun*>> ran(jobs);
    for (size_t job = 0; job < jobs; ++job) {
      for (const PastRun* past : window.past) {
        if (past->ran[job] != 0) ran[job].push_back(past);
      }
      std::ranges::stable_sort(ran[job], {}, [&](const PastRun* past) { return past->seconds[job]; });
    }
    std::vector<std::vector<double>> walls(kept_.size());
    std::vector<double> places(jobs);
    for (uint64_t number = 0; number < rolling_.replications; ++number) {
      place(number, places);
      PastRun drawn{nullptr, run.ran, std::vector<double>(jobs, 0.0), std::vector<double>(jobs, 0.0)};
      for (size_t job = 0; job < jobs; ++job) {
        if (run.ran[job] == 0 || ran[job].empty()) continue;
        const double at = places[job] * static_cast<double>(ran[job].size());
        const PastRun& past = *ran[job][std::min(static_cast<size_t>(at), ran[job].size() - 1)];
        drawn.seconds[job] = past.seconds[job];
        drawn.dispatch[job] = past.dispatch[job];
      }
      for (size_t i = 0; i < kept_.size(); ++i) walls[i].push_back(wall_of(drawn, kept_[i], expanded));
    }
    return walls;
  }

  static Score sub_score(const std::vector<Scorer>& scorers, uint32_t& count) {
    Scorer all;
    std::vector<double> median_errors;
    std::vector<double> p90_errors;
    for (size_t i = 1; i < scorers.size(); ++i) {
      all.merge(scorers[i]);
      median_errors.push_back(scorers[i].pooled_error(0.5));
      p90_errors.push_back(scorers[i].pooled_error(0.9));
    }
    count = static_cast<uint32_t>(median_errors.size());
    if (median_errors.empty()) return {};
    Score score = all.score();
    score.median_error = stats::quantile(median_errors, 0.5);
    score.p90_error = stats::quantile(p90_errors, 0.5);
    return score;
  }

  const Session& session_;
  const Rolling& rolling_;
  const Options& options_;
  std::vector<PastRun> runs_;
  Expansions expansions_;
  std::vector<Kept> kept_;  ///< all jobs first, then the sub-pipelines
  std::array<std::vector<Scorer>, kMethods.size()> scorers_;
};

void report_too_few(const std::vector<PastRun>& runs, const Rolling& rolling, const BacktestResult& result,
                    Diagnostics& diagnostics) {
  Diagnostic& error = diagnostics.error(
      "too-few-runs", fmt::format("{} runs of {} can be used, but {} past runs and {} to predict need {}; --past and "
                                  "--next take fewer",
                                  runs.size(), result.source, rolling.past, rolling.next, rolling.past + rolling.next));
  for (const auto& [reason, count] : result.excluded) {
    error.notes.push_back({fmt::format("left out: {} ({})", reason, count), {}});
  }
}

}  // namespace

std::string_view to_string(Method method) {
  constexpr std::array<std::string_view, kMethods.size()> kNames = {"dagsim", "independent", "correlated", "last_run",
                                                                    "resampled_wall"};
  return kNames[static_cast<size_t>(method)];
}

std::optional<BacktestResult> backtest(const FileSystem& files, const std::string& workflow, const Rolling& rolling,
                                       const Options& options, Diagnostics& diagnostics) {
  const std::optional<Session> session =
      open_session(files, question_of(workflow, options), options.force, diagnostics);
  if (!session) return std::nullopt;
  BacktestResult result;
  result.workflow = workflow;
  result.source = session->history.source;
  result.rolling = rolling;
  std::vector<PastRun> runs = past_runs(*session, result.excluded);
  if (runs.size() < rolling.past + rolling.next) {
    report_too_few(runs, rolling, result, diagnostics);
    return std::nullopt;
  }
  Backtester(files, *session, rolling, options, std::move(runs)).run(result);
  return result;
}

}  // namespace dagsim::study
