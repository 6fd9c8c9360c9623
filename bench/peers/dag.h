// A DAG file: the number of jobs, then a line for each in topological order: the logarithm of its median in seconds,
// the standard deviation of the logarithm, the number of its needs, and these by index.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

namespace dagsim::bench {

struct DagJob {
  double location = 0;
  double spread = 0;
  std::vector<size_t> needs;
};

/// Ends the program when the file can't be read.
inline std::vector<DagJob> read_dag(const char* path) {
  std::ifstream file(path);
  size_t count = 0;
  file >> count;
  std::vector<DagJob> jobs(count);
  for (DagJob& job : jobs) {
    size_t needs = 0;
    file >> job.location >> job.spread >> needs;
    job.needs.resize(needs);
    for (size_t& need : job.needs) file >> need;
  }
  if (!file || jobs.empty()) {
    std::cerr << path << ": not a DAG file\n";
    std::exit(1);
  }
  return jobs;
}

}  // namespace dagsim::bench
