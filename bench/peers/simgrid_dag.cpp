// SimGrid's S4U: an execution for each job, on a host of its own, started when its predecessors have ended. One engine
// for all replications; its clock goes on.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <simgrid/s4u.hpp>
#include <unistd.h>

#include "dag.h"
#include "measure.h"

namespace s4u = simgrid::s4u;

int main(int count, char** arguments) {
  s4u::Engine engine(&count, arguments);
  const std::vector<dagsim::bench::DagJob> jobs = dagsim::bench::read_dag(arguments[1]);
  auto* zone = s4u::create_full_zone("zone");
  std::vector<s4u::Host*> hosts;
  for (size_t job = 0; job < jobs.size(); ++job) hosts.push_back(zone->create_host("host" + std::to_string(job), 1.0));
  zone->seal();
  std::mt19937_64 random(1);
  std::vector<std::lognormal_distribution<double>> durations;
  for (const auto& job : jobs) durations.emplace_back(job.location, job.spread);
  double before = 0;
  dagsim::bench::measure(std::atof(arguments[2]), [&](double& sum) {
    std::vector<s4u::ExecPtr> executions;
    for (size_t job = 0; job < jobs.size(); ++job) {
      executions.push_back(s4u::Exec::init());
      executions.back()->set_flops_amount(durations[job](random));
      executions.back()->set_host(hosts[job]);
    }
    for (size_t job = 0; job < jobs.size(); ++job) {
      for (const size_t need : jobs[job].needs) executions[need]->add_successor(executions[job]);
    }
    for (const s4u::ExecPtr& execution : executions) execution->vetoable_start();
    engine.run();
    sum += s4u::Engine::get_clock() - before;
    before = s4u::Engine::get_clock();
    return 1;
  });
  ::_exit(0);  // the engine's own end takes long
}
