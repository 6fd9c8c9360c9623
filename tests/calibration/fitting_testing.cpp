#include "tests/calibration/fitting_testing.h"

#include <cmath>

#include "base/text.h"

namespace dagsim::calibration::testing {

namespace {

model::Graph graph_of(const model::Pipeline& pipeline) {
  Diagnostics diagnostics;
  return model::Graph::build(pipeline, diagnostics);
}

}  // namespace

void add_script(model::Pipeline& pipeline, std::string_view id, const std::string& name, const std::string& condition) {
  for (const model::JobId job : pipeline.find(id)) {
    model::Step step;
    step.name = name;
    step.run = "make " + name;
    step.condition = condition;
    pipeline.job(job).steps.push_back(step);
  }
}

void add_cache(model::Pipeline& pipeline, std::string_view id, const std::string& family, bool saves) {
  for (const model::JobId job : pipeline.find(id)) {
    model::Step step;
    step.name = "Restore " + family;
    step.id = "cache";
    step.uses = "actions/cache";
    step.condition = "success()";
    step.cache = model::CacheUse{family, true, saves, "", {}};
    pipeline.job(job).steps.push_back(step);
  }
}

RunRecord run(const std::string& id, const std::string& times, double wall, const std::string& cache) {
  RunRecord record;
  record.id = id;
  record.conclusion = Conclusion::Success;
  record.cache = cache;
  if (wall > 0) record.wall = wall;
  for (const std::string_view word : split(times, ' ')) {
    if (word.empty()) continue;
    const size_t colon = word.rfind(':');
    const std::string_view figure = word.substr(colon + 1);
    const size_t dots = figure.find("..");
    JobRecord job;
    job.name = std::string(word.substr(0, colon));
    job.seconds.high = parse_duration(dots == std::string_view::npos ? figure : figure.substr(dots + 2)).value();
    job.seconds.low =
        dots == std::string_view::npos ? job.seconds.high : parse_duration(figure.substr(0, dots)).value_or(0);
    job.over_legs = dots != std::string_view::npos && dots > 0;
    record.jobs.push_back(std::move(job));
  }
  return record;
}

RunRecord listing(const std::string& id, const std::vector<Listed>& jobs) {
  RunRecord record;
  record.id = id;
  record.conclusion = Conclusion::Success;
  for (const Listed& listed : jobs) {
    JobRecord job;
    job.name = listed.name;
    job.seconds = {listed.seconds, listed.seconds};
    if (listed.seconds > 0) {
      job.start = listed.start;
    } else {
      job.conclusion = Conclusion::Skipped;
    }
    record.jobs.push_back(std::move(job));
  }
  return record;
}

History ledger(std::vector<RunRecord> runs) {
  for (history::RunRecord& run : runs) run.is_partial = true;
  return {std::move(runs), {}, "ledger.yaml"};
}

History listings(std::vector<RunRecord> runs) {
  return {std::move(runs), {}, "runs.json"};
}

Vocabulary words() {
  Vocabulary vocabulary;
  vocabulary.cache_words = {{"hot", {{"*", kExact}}}, {"cold", {{"*", kMiss}}}};
  return vocabulary;
}

Shape shape(model::Pipeline pipeline, const std::string& name) {
  model::Graph graph = graph_of(pipeline);
  return {name, "", "", std::move(pipeline), std::move(graph)};
}

std::vector<Shape> shapes(model::Pipeline pipeline) {
  std::vector<Shape> all;
  all.push_back(shape(std::move(pipeline)));
  return all;
}

Seen::Seen(History past, std::vector<Shape> known, Vocabulary meaning)
    : history(std::move(past)),
      shapes(std::move(known)),
      vocabulary(std::move(meaning)),
      observations(observe(history, shapes, vocabulary, diagnostics)),
      estimator(observations) {}

Estimate Seen::estimate(const model::Pipeline& pipeline, std::string_view leg,
                        const model::CacheStates& at_start) const {
  const model::JobId job = pipeline.find(leg).at(0);
  return estimator.estimate(std::string(leg), define(pipeline, graph_of(pipeline), job, pipeline.job(job), at_start));
}

Estimate Seen::estimate(std::string_view leg, const model::CacheStates& at_start) const {
  return estimate(shapes.front().pipeline, leg, at_start);
}

Learned::Learned(const History& history, std::vector<Shape> shapes, Vocabulary vocabulary)
    : calibration(Calibration::learn(history, std::move(shapes), std::move(vocabulary), diagnostics)) {}

model::Timing Learned::timing(const model::Pipeline& pipeline, const CacheAssumptions& caches) const {
  return calibration.timing(pipeline, graph_of(pipeline), caches);
}

double seconds(const model::Timing& timing, size_t job, size_t row) {
  double sum = 0;
  for (const model::Term& term : timing.jobs.at(job).terms) {
    double here = static_cast<double>(term.coefficient) *
                  std::exp(static_cast<double>(timing.laws.at(term.law).location.at(row)));
    for (const uint32_t one : term.assumptions) {
      here *= (timing.assumptions.at(one).low + timing.assumptions.at(one).high) / 2;
    }
    sum += here;
  }
  return sum;
}

}  // namespace dagsim::calibration::testing
