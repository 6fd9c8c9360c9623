// How long simulate() takes on a made-up pipeline: 45 jobs behind one another in layers, 60 past runs, every law with a
// location for each run, three kinds of defects; the same pipeline every time.
#include <cmath>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "sim/simulate.h"
#include "stats/random.h"

namespace dagsim {
namespace {

constexpr uint64_t kSeed = 20;
constexpr size_t kRows = 60;

/// A pipeline and its timing; `change` is the job whose time an edit scales, or none.
struct Workload {
  model::Pipeline pipeline;
  model::Timing timing;
  model::Graph graph;
};

constexpr size_t kNoChange = SIZE_MAX;

void add_law(model::Timing& timing, const std::string& stream, double median, double spread) {
  const stats::Stream dice(kSeed, "bench/law/" + stream);
  model::Law law{.stream = stream, .location = {}, .spread = {}, .uncertainty = 0.05F, .shifts = {}};
  for (uint64_t row = 0; row < kRows; ++row) {
    law.location.push_back(static_cast<float>(std::log(median) + spread * dice.normal(row)));
    law.spread.push_back(static_cast<float>(spread / 4));
  }
  timing.laws.push_back(std::move(law));
}

void add_job(Workload& workload, size_t number, size_t jobs, size_t change) {
  const stats::Stream dice(kSeed, fmt::format("bench/job/{}", number));
  model::Job job;
  job.key = job.id = job.name = job.stream = fmt::format("job{}", number);
  for (size_t other = number < 8 ? number : number - 8; other < number; ++other) {
    if (number + 1 == jobs || dice.uniform(other) < 0.27) {
      job.needs.push_back({fmt::format("job{}", other), {}});
    }
  }
  add_law(workload.timing, job.stream, 30 + 400 * dice.uniform(1000), 0.3);
  model::JobTiming time;
  time.terms.push_back({static_cast<uint32_t>(workload.timing.laws.size() - 1), number == change ? 0.7F : 1.0F, {}});
  workload.timing.jobs.push_back(std::move(time));
  workload.pipeline.jobs.push_back(std::move(job));
}

Workload make(size_t jobs, size_t change = kNoChange) {
  Workload workload;
  for (size_t row = 0; row < kRows; ++row) {
    workload.timing.rows.push_back({fmt::format("run {}", row), 1.0, static_cast<uint32_t>(row)});
  }
  add_law(workload.timing, "dispatch", 6, 0.5);
  for (size_t number = 0; number < jobs; ++number) {
    add_job(workload, number, jobs, change);
  }
  workload.pipeline.gate = workload.pipeline.jobs.back().id;
  for (const char* glob : {"job*1", "job1*", "job*7"}) {
    workload.pipeline.defects.push_back({glob, {glob}, {}, {}});
  }
  Diagnostics diagnostics;
  workload.graph = model::Graph::build(workload.pipeline, diagnostics);
  return workload;
}

/// \param state ranges: jobs, edits beside the baseline, threads, whether to explain.
void simulate(benchmark::State& state) {
  const auto jobs = static_cast<size_t>(state.range(0));
  const auto edits = static_cast<size_t>(state.range(1));
  std::vector<Workload> workloads;
  for (size_t i = 0; i <= edits; ++i) {
    workloads.push_back(make(jobs, i == 0 ? kNoChange : (i * 7) % jobs));
  }
  std::vector<sim::Variant> variants;
  for (const Workload& workload : workloads) {
    variants.push_back({&workload.pipeline, &workload.graph, &workload.timing, state.range(3) != 0});
  }
  sim::Options options;
  options.replications = 100'000;
  options.threads = static_cast<unsigned>(state.range(2));
  uint64_t replications = 0;
  for (auto _ : state) {
    const sim::Results results = sim::simulate(variants, options);
    replications += results.replications;
    benchmark::DoNotOptimize(results.variants.front().wall.data());
  }
  state.counters["replications/s"] = benchmark::Counter(static_cast<double>(replications), benchmark::Counter::kIsRate);
}

BENCHMARK(simulate)
    ->ArgNames({"jobs", "edits", "threads", "explain"})
    ->Args({40, 0, 1, 0})
    ->Args({40, 0, 1, 1})
    ->Args({45, 8, 1, 0})
    ->Args({45, 8, 1, 1})
    ->Args({45, 8, 2, 1})
    ->Args({45, 40, 2, 0})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace dagsim

BENCHMARK_MAIN();
