#include "study/siblings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "sim/simulate.h"
#include "stats/estimate.h"
#include "stats/random.h"

namespace dagsim::study {
namespace {

constexpr size_t kSteps = 64;  // of a sibling's wall clock
constexpr uint64_t kReplications = 32'768;
constexpr const char* kAllGates = "all gates";

Question question_of_sibling(const Session& session, const Sibling& sibling, const std::string& path) {
  Question question = session.question;
  question.workflow = path;
  question.workflow_file.clear();
  question.event = sibling.event;
  question.gate.clear();
  question.caches = sibling.caches;
  question.outputs.clear();
  return question;
}

/// Quantiles of the wall clock in the middle of as many equal parts.
std::vector<double> steps_of(std::vector<float> walls) {
  std::vector<double> probabilities;
  for (size_t i = 0; i < kSteps; ++i) {
    probabilities.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(kSteps));
  }
  return stats::quantiles(std::move(walls), probabilities);
}

model::Job stand_in(const std::string& id, const SourceRange& where) {
  model::Job job;
  job.key = job.id = job.name = job.stream = id;
  job.condition = "always()";
  job.duration = model::AssumedDuration{1, 1, where};
  job.where = where;
  return job;
}

/// The jobs that nothing else holds back.
std::vector<std::string> roots_of(const model::Pipeline& pipeline, const model::Graph& graph) {
  std::vector<std::string> roots;
  for (const model::JobId job : graph.order()) {
    if (graph.needs(job).empty()) roots.push_back(pipeline.job(job).key);
  }
  return roots;
}

void wait_for_all_gates(model::Pipeline& pipeline, const std::vector<std::string>& gates, const SourceRange& where) {
  model::Job all = stand_in(kAllGates, where);
  all.duration = model::AssumedDuration{0, 0, where};
  for (const std::string& gate : gates) all.needs.push_back({gate, where});
  if (!pipeline.gate.empty()) {
    all.needs.push_back({pipeline.gate, where});
  } else {
    for (const model::Job& job : pipeline.jobs) all.needs.push_back({job.id, where});
  }
  pipeline.jobs.push_back(std::move(all));
  pipeline.gate = kAllGates;
}

}  // namespace

std::optional<std::vector<SiblingTime>> add_siblings(const FileSystem& files, const std::vector<Sibling>& siblings,
                                                     const Options& options, Session& session,
                                                     Diagnostics& diagnostics) {
  std::vector<SiblingTime> times;
  if (siblings.empty()) return times;
  const std::string root = workflow::repository_root(files, session.question.workflow);
  model::Pipeline& pipeline = session.baseline.pipeline;
  const std::vector<std::string> roots = roots_of(pipeline, session.baseline.graph);
  std::vector<std::string> gates;
  for (const Sibling& sibling : siblings) {
    const std::string path = join_path(root, ".github/workflows/" + sibling.file);
    if (!files.is_file(path)) {
      diagnostics.error("missing-file", fmt::format("sibling workflow \"{}\" does not exist", path), sibling.where);
      return std::nullopt;
    }
    std::optional<Session> own =
        open_session(files, question_of_sibling(session, sibling, path), options.force, diagnostics);
    if (!own) return std::nullopt;
    // Who comes after a workflow waits for all of it, who stands beside it for its gate.
    if (sibling.is_before) own->baseline.pipeline.gate.clear();
    calibration::CacheAssumptions caches;
    caches.at_start = own->question.caches;
    const model::Timing timing = own->calibration->timing(own->baseline.pipeline, own->baseline.graph, caches);
    sim::Options wanted;
    wanted.seed = options.seed;
    wanted.threads = options.threads;
    wanted.replications = kReplications;
    sim::Results results = sim::simulate({{&own->baseline.pipeline, &own->baseline.graph, &timing, false}}, wanted);
    const std::string id = model::sibling_id(own->baseline.pipeline.title);
    times.push_back({id, steps_of(std::move(results.variants.front().wall))});
    for (model::Job& job : pipeline.jobs) {
      if (sibling.is_before && std::ranges::count(roots, job.key) > 0) job.needs.push_back({id, sibling.where});
    }
    pipeline.jobs.push_back(stand_in(id, sibling.where));
    if (!sibling.is_before) gates.push_back(id);
  }
  if (!gates.empty()) {
    wait_for_all_gates(pipeline, gates, siblings.front().where);
    times.push_back({kAllGates, std::vector<double>(kSteps, 0)});
  }
  session.baseline.graph = model::Graph::build(pipeline, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return times;
}

void add_sibling_times(const model::Pipeline& pipeline, const std::vector<SiblingTime>& times, model::Timing& timing) {
  if (times.empty()) return;
  const auto widened = [](auto& values) {
    std::remove_reference_t<decltype(values)> wide;
    wide.reserve(values.size() * kSteps);
    for (const auto& value : values) wide.insert(wide.end(), kSteps, value);
    values = std::move(wide);
  };
  for (model::Row& row : timing.rows) row.weight /= static_cast<double>(kSteps);
  widened(timing.rows);
  for (model::Law& law : timing.laws) {
    widened(law.location);
    widened(law.spread);
  }
  for (model::JobTiming& job : timing.jobs) widened(job.runs);
  const std::vector<float> none(timing.rows.size(), 0.0F);
  constexpr float kNoTime = -std::numeric_limits<float>::infinity();
  timing.laws.push_back({"at once", std::vector<float>(timing.rows.size(), kNoTime), none, 0, {}});
  const auto at_once = static_cast<uint32_t>(timing.laws.size() - 1);
  for (const SiblingTime& time : times) {
    const std::vector<model::JobId> jobs = pipeline.find(time.job);
    if (jobs.empty()) continue;
    // Each sibling's steps in an order of its own, so that they fall together at random.
    std::vector<size_t> order(kSteps);
    std::iota(order.begin(), order.end(), size_t{0});
    const stats::Stream dice(1, "sibling/" + time.job);
    std::ranges::sort(order, {}, [&](size_t step) { return dice.uniform(step); });
    model::Law law{time.job, {}, none, 0, {}};
    for (size_t row = 0; row < timing.rows.size(); ++row) {
      law.location.push_back(static_cast<float>(std::log(time.seconds[order[row % kSteps]])));
    }
    timing.laws.push_back(std::move(law));
    model::JobTiming& own = timing.jobs[model::index(jobs.front())];
    for (const model::Term& term : own.terms) {
      for (const uint32_t assumption : term.assumptions) {
        timing.assumptions[assumption].low = timing.assumptions[assumption].high = 1;
        timing.assumptions[assumption].text.clear();
      }
    }
    own = {{{static_cast<uint32_t>(timing.laws.size() - 1), 1.0F, {}}}, at_once, {}, model::Origin::Pooled, 0};
  }
}

}  // namespace dagsim::study
