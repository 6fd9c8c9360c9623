// The loop that one writes first: a lognormal draw of the standard library for each job, one replication after another.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <vector>

#include "dag.h"
#include "measure.h"

int main(int, char** arguments) {
  const std::vector<dagsim::bench::DagJob> jobs = dagsim::bench::read_dag(arguments[1]);
  std::mt19937_64 random(1);
  std::vector<std::lognormal_distribution<double>> durations;
  for (const auto& job : jobs) durations.emplace_back(job.location, job.spread);
  std::vector<double> ends(jobs.size());
  dagsim::bench::measure(std::atof(arguments[2]), [&](double& sum) {
    constexpr int kReplications = 100;
    for (int replication = 0; replication < kReplications; ++replication) {
      double wall = 0;
      for (size_t job = 0; job < jobs.size(); ++job) {
        double start = 0;
        for (const size_t need : jobs[job].needs) start = std::max(start, ends[need]);
        ends[job] = start + durations[job](random);
        wall = std::max(wall, ends[job]);
      }
      sum += wall;
    }
    return kReplications;
  });
}
