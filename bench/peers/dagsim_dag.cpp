// dagsim's own engines on a DAG file, measured as the peers are:
//
//     dagsim_dag philox|explained|resampled|edits|event DAG SECONDS [THREADS]
//     dagsim_dag race DAG SEEDS
//
// philox draws every job from a lognormal law of its own; explained adds criticality, slack and first red; resampled
// draws past runs whole; edits runs, beside the baseline, one edit of a single job for each job, and counts a
// replication of each; event lets all jobs wait for one of eight machines. race looks for the best of all edits of one
// job or of two (820 with 40 jobs) in as many seeds, and prints how often it was found and at which share of equal work
// (32,768 replications of each edit).
#include "bench/peers/dag.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/peers/measure.h"
#include "sim/race.h"
#include "sim/simulate.h"
#include "stats/random.h"

namespace dagsim::bench {
namespace {

constexpr uint32_t kPastRuns = 200;
constexpr uint32_t kSlots = 8;

struct Workload {
  model::Pipeline pipeline;
  model::Timing timing;
  model::Graph graph;
};

/// \param runs past runs to draw from: 1 for laws that don't look at them. \param scaled the job that an edit changes.
Workload make(const std::vector<DagJob>& dag, uint32_t runs, size_t scaled) {
  Workload workload;
  for (uint32_t run = 0; run < runs; ++run) workload.timing.rows.push_back({fmt::format("{}", run), 1.0, run});
  workload.timing.laws.push_back(
      {"dispatch", std::vector<float>(runs, -INFINITY), std::vector<float>(runs, 0.0F), 0, {}});
  for (size_t number = 0; number < dag.size(); ++number) {
    model::Job job;
    job.key = job.id = job.name = job.stream = fmt::format("job{}", number);
    for (const size_t need : dag[number].needs) job.needs.push_back({fmt::format("job{}", need), {}});
    model::Law law{job.stream, {}, {}, 0, {}};
    const stats::Stream past(1, "past/" + job.stream);
    const auto spread = static_cast<float>(dag[number].spread);
    for (uint32_t run = 0; run < runs; ++run) {
      const double drawn = runs > 1 ? dag[number].spread * past.normal(run) : 0;
      law.location.push_back(static_cast<float>(dag[number].location + drawn));
      law.spread.push_back(runs > 1 ? spread / 5 : spread);
    }
    workload.timing.laws.push_back(std::move(law));
    model::JobTiming time;
    time.terms.push_back({static_cast<uint32_t>(number + 1), number == scaled ? 0.8F : 1.0F, {}});
    workload.timing.jobs.push_back(std::move(time));
    workload.pipeline.jobs.push_back(std::move(job));
  }
  Diagnostics diagnostics;
  workload.graph = model::Graph::build(workload.pipeline, diagnostics);
  return workload;
}

/// In several sums, so that none waits for the one before.
double total(const std::vector<float>& walls) {
  std::array<double, 8> sums{};
  for (size_t i = 0; i < walls.size(); ++i) sums[i % sums.size()] += static_cast<double>(walls[i]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// How the race finds the best of all single and paired edits.
int run_race(const std::vector<DagJob>& dag, uint64_t seeds) {
  constexpr uint64_t kEqual = 32'768;
  std::vector<Workload> workloads;
  for (size_t a = 0; a < dag.size(); ++a) {
    for (size_t b = a; b < dag.size(); ++b) {
      workloads.push_back(make(dag, 1, a));
      workloads.back().timing.jobs[b].terms.front().coefficient = 0.8F;
    }
  }
  std::vector<sim::Variant> variants;
  for (const Workload& workload : workloads) {
    variants.push_back({&workload.pipeline, &workload.graph, &workload.timing, false});
  }
  sim::Options truth;
  truth.seed = 123'456;
  truth.resamples = 1;
  truth.replications = 4 * kEqual;
  const sim::Results results = sim::simulate(variants, truth);
  std::vector<double> means;
  for (const sim::Result& result : results.variants) means.push_back(total(result.wall));
  const auto best = static_cast<size_t>(std::min_element(means.begin(), means.end()) - means.begin());
  uint64_t found = 0;
  uint64_t kept = 0;
  double work = 0;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    sim::RaceOptions options;
    options.seed = seed;
    options.most_replications = kEqual;
    const sim::Race race = sim::race(variants, options);
    found += race.left.front() == best ? 1U : 0U;
    kept += std::count(race.left.begin(), race.left.end(), best) == 1 ? 1U : 0U;
    work += static_cast<double>(race.replications);
  }
  const double share = work / static_cast<double>(seeds * kEqual * variants.size());
  std::printf("{\"edits\": %zu, \"seeds\": %llu, \"found\": %llu, \"kept\": %llu, \"share\": %.4g}\n", variants.size(),
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(found),
              static_cast<unsigned long long>(kept), share);
  return 0;
}

int run(int count, char** arguments) {
  if (count < 4) {
    std::fprintf(stderr,
                 "usage: dagsim_dag philox|explained|resampled|edits|event DAG SECONDS [THREADS]\n"
                 "       dagsim_dag race DAG SEEDS\n");
    return 2;
  }
  const std::string engine = arguments[1];
  const std::vector<DagJob> dag = read_dag(arguments[2]);
  if (engine == "race") return run_race(dag, static_cast<uint64_t>(std::atoi(arguments[3])));
  const size_t none = dag.size();
  std::vector<Workload> workloads;
  workloads.push_back(make(dag, engine == "resampled" ? kPastRuns : 1, none));
  if (engine == "edits") {
    for (size_t job = 0; job < dag.size(); ++job) workloads.push_back(make(dag, 1, job));
  }
  if (engine == "event") {
    workloads.front().pipeline.pools.push_back({"pool", {"pool"}, kSlots, 0});
    for (model::Job& job : workloads.front().pipeline.jobs) job.runs_on = {"pool"};
  }
  if (engine == "explained") workloads.front().pipeline.defects.push_back({"any", {"*"}, {}, {}});
  std::vector<sim::Variant> variants;
  for (const Workload& workload : workloads) {
    variants.push_back({&workload.pipeline, &workload.graph, &workload.timing, engine == "explained"});
  }
  sim::Options options;
  options.threads = count > 4 ? static_cast<unsigned>(std::atoi(arguments[4])) : 1;
  options.resamples = 1;
  options.replications = engine == "event" ? 16'384 : engine != "edits" ? 524'288 : dag.size() < 100 ? 131'072 : 8'192;
  measure(std::atof(arguments[3]), [&](double& sum) {
    ++options.seed;
    const sim::Results results = sim::simulate(variants, options);
    for (const sim::Result& result : results.variants) sum += total(result.wall);
    return results.replications * variants.size();
  });
  return 0;
}

}  // namespace
}  // namespace dagsim::bench

int main(int count, char** arguments) {
  return dagsim::bench::run(count, arguments);
}
