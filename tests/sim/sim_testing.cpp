#include "tests/sim/sim_testing.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace dagsim::sim::testing {

Example::Example(size_t rows) {
  for (uint32_t row = 0; row < rows; ++row) {
    timing.rows.push_back({.run = "run " + std::to_string(row), .weight = 1, .group = row});
  }
  add_law("at once", 0, 0);
}

uint32_t Example::add_law(const std::string& stream, double median, double spread) {
  const std::vector<float> location(timing.rows.size(), static_cast<float>(std::log(median)));
  timing.laws.push_back({stream, location, std::vector<float>(location.size(), static_cast<float>(spread)), 0, {}});
  return static_cast<uint32_t>(timing.laws.size() - 1);
}

Example& Example::job(const std::string& key, double median, const std::vector<std::string>& needs, double spread) {
  model::Job job;
  job.key = job.id = job.name = job.stream = key;
  for (const std::string& need : needs) {
    job.needs.push_back({need, {}});
  }
  pipeline.jobs.push_back(job);
  model::JobTiming time;
  time.terms.push_back({add_law(key, median, spread), 1.0F, {}});
  timing.jobs.push_back(time);
  return *this;
}

Example& Example::gate(const std::string& key) {
  pipeline.gate = key;
  return *this;
}

Example& Example::skip(const std::string& key) {
  at(key).presence = model::Presence::Skipped;
  return *this;
}

Example& Example::dispatch(const std::string& key, double median, double spread) {
  time(key).dispatch = add_law("queue of " + key, median, spread);
  return *this;
}

Example& Example::defect(const std::string& kind, const std::vector<std::string>& jobs) {
  pipeline.defects.push_back({kind, jobs, {}, {}});
  return *this;
}

model::Job& Example::at(const std::string& key) {
  return *std::find_if(pipeline.jobs.begin(), pipeline.jobs.end(),
                       [&](const model::Job& job) { return job.key == key; });
}

model::JobTiming& Example::time(const std::string& key) {
  return timing.jobs[static_cast<size_t>(&at(key) - pipeline.jobs.data())];
}

model::Law& Example::law(const std::string& key) {
  return timing.laws[time(key).terms.front().law];
}

Variant Example::variant() {
  Diagnostics diagnostics;
  graph_ = model::Graph::build(pipeline, diagnostics);
  if (diagnostics.has_errors()) {
    throw std::logic_error("the example has no graph: " + diagnostics.list().front().message);
  }
  return {.pipeline = &pipeline, .graph = &graph_, .timing = &timing};
}

Result run(Example& example, uint64_t replications, uint64_t seed) {
  return run_all({&example}, {.seed = seed, .replications = replications, .threads = 1, .resamples = 1, .progress = {}})
      .front();
}

std::vector<Result> run_all(std::vector<Example*> examples, const Options& options) {
  std::vector<Variant> variants;
  for (Example* example : examples) {
    variants.push_back(example->variant());
  }
  return simulate(variants, options).variants;
}

std::vector<double> as_doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

double mean_of(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) {
    sum += static_cast<double>(value);
  }
  return sum / static_cast<double>(values.size());
}

}  // namespace dagsim::sim::testing
