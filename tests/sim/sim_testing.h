// Pipelines by hand for tests of the engine: jobs with a median, a spread and needs.
#pragma once

#include <string>
#include <vector>

#include "sim/simulate.h"

namespace dagsim::sim::testing {

/// Each job draws from a law of its own, named by its key, and starts at once when it may.
class Example {
 public:
  explicit Example(size_t rows = 1);

  /// Adds a job. \param median seconds; 0 for no time. \param spread of the logarithm.
  Example& job(const std::string& key, double median, const std::vector<std::string>& needs = {}, double spread = 0);
  Example& gate(const std::string& key);
  Example& skip(const std::string& key);
  Example& dispatch(const std::string& key, double median, double spread = 0);
  Example& defect(const std::string& kind, const std::vector<std::string>& jobs);

  model::Job& at(const std::string& key);
  model::JobTiming& time(const std::string& key);
  model::Law& law(const std::string& key);

  /// Valid until the example changes.
  Variant variant();

  model::Pipeline pipeline;
  model::Timing timing;

 private:
  uint32_t add_law(const std::string& stream, double median, double spread);

  model::Graph graph_;
};

/// One variant in one resample and few replications.
Result run(Example& example, uint64_t replications = 512, uint64_t seed = 1);
/// All examples on shared draws.
std::vector<Result> run_all(std::vector<Example*> examples, const Options& options);

std::vector<double> as_doubles(const std::vector<float>& values);
double mean_of(const std::vector<float>& values);

}  // namespace dagsim::sim::testing
