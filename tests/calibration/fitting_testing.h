// Small pipelines with steps and hand-written runs, for tests of what calibration learns from them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "calibration/calibration.h"
#include "calibration/definition.h"
#include "calibration/estimate.h"
#include "calibration/observation.h"
#include "tests/model/pipelines.h"

namespace dagsim::calibration::testing {

using model::testing::graph;

constexpr model::CacheState kExact = model::CacheState::Exact;
constexpr model::CacheState kMiss = model::CacheState::Miss;

/// Adds a script step to every job that `id` means. \param condition normalised.
void add_script(model::Pipeline& pipeline, std::string_view id, const std::string& name,
                const std::string& condition = "success()");
/// Adds a step that restores `family`, with the id "cache"; it saves the family too where `saves`.
void add_cache(model::Pipeline& pipeline, std::string_view id, const std::string& family, bool saves = false);

/// A green run. \param times "a:60 b:90 s p:30..50": jobs and seconds; a range stands for the legs of a matrix.
RunRecord run(const std::string& id, const std::string& times, double wall = 0, const std::string& cache = "");
/// A green run as REST answers give it: jobs by display name, each "name start seconds"; a job without seconds was
/// skipped.
struct Listed {
  std::string name;
  double start = 0;
  double seconds = 0;
};
RunRecord listing(const std::string& id, const std::vector<Listed>& jobs);

History ledger(std::vector<RunRecord> runs);
History listings(std::vector<RunRecord> runs);

/// "cold" means that every family misses, "hot" that all are exact.
Vocabulary words();

Shape shape(model::Pipeline pipeline, const std::string& name = "");
std::vector<Shape> shapes(model::Pipeline pipeline);

/// What is observed of a history, with all that it points to.
struct Seen {
  Seen(History past, std::vector<Shape> known, Vocabulary meaning = words());
  History history;
  std::vector<Shape> shapes;
  Vocabulary vocabulary;
  Diagnostics diagnostics;
  Observations observations;
  Estimator estimator;

  /// The estimate for a job of `pipeline` when the run starts with the given cache states.
  Estimate estimate(const model::Pipeline& pipeline, std::string_view leg,
                    const model::CacheStates& at_start = {}) const;
  /// The same for the first shape.
  Estimate estimate(std::string_view leg, const model::CacheStates& at_start = {}) const;
};

/// What has been learned, and how a pipeline is timed by it.
struct Learned {
  explicit Learned(const History& history, std::vector<Shape> shapes, Vocabulary vocabulary = words());
  Diagnostics diagnostics;
  Calibration calibration;
  std::string messages() const { return render(diagnostics); }
  model::Timing timing(const model::Pipeline& pipeline, const CacheAssumptions& caches = {}) const;
};

/// Seconds of a job in a row with every draw and every assumption in its middle.
double seconds(const model::Timing& timing, size_t job, size_t row = 0);

}  // namespace dagsim::calibration::testing
