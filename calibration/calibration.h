// What past runs teach about time: from records to the distributions of any pipeline's jobs, edited ones included.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "history/history.h"
#include "model/cache.h"
#include "model/graph.h"
#include "model/pipeline.h"
#include "model/timing.h"

namespace dagsim::calibration {

struct FailurePoints;  // failure_points.h
struct LevelChange;    // drift.h
struct Observations;   // observation.h

using history::Conclusion;
using history::History;
using history::JobRecord;
using history::RunRecord;
using history::Seconds;
using history::SpanRecord;
using history::StepRecord;

/// A DAG that past runs executed, expanded as it was for one event and change class. Its presence must be resolved.
struct Shape {
  std::string name;    ///< as the history's `shape`
  std::string event;   ///< "" for any
  std::string change;  ///< "" for any
  model::Pipeline pipeline;
  model::Graph graph;
  bool is_usual = true;  ///< runs whose change class is unknown may have been of this one
};

/// How the words of a history are to be read (dagsim.yaml).
struct Vocabulary {
  /// What a ledger's cache word says about families: (glob, state), later ones win.
  std::map<std::string, std::vector<std::pair<std::string, model::CacheState>>> cache_words;
  /// The same job under an older id path: old to new.
  std::map<std::string, std::string> job_names;
};

/// What a prediction assumes of the caches.
struct CacheAssumptions {
  std::vector<std::pair<std::string, model::CacheState>> at_start;  ///< (family glob, state); later ones win
  std::vector<std::pair<std::string, double>> warm;                 ///< family and its probability of an exact hit
  /// By family, the probabilities in `warm` of all pipelines that are to be compared: rows are split at them, so that
  /// all have the same rows. Must hold those in `warm`.
  std::map<std::string, std::vector<double>> split;
};

/// A past run pushed through the needs of its pipeline with its own job times.
struct Replayed {
  std::string run;
  double measured = 0;   ///< seconds
  double replayed = 0;   ///< seconds
  double published = 0;  ///< share of the critical chain that the run's own times make up
};

struct Replay {
  std::vector<Replayed> runs;  ///< whose critical chain was published well enough to tell (at least 85 % of it)
  uint32_t walls = 0;          ///< runs with a wall clock
  double median_residual = 0;  ///< of replayed / measured - 1
};

/// What was used, for the report.
struct Summary {
  std::string source;
  std::vector<std::string> used;  ///< ids of runs, in order of time
  std::map<std::string, uint32_t> excluded;
  double dispatch_median = 0;  ///< seconds for each hop
  model::Origin dispatch_origin = model::Origin::Assumed;
  std::vector<double> measured_walls;  ///< seconds, of the used runs of the pipeline's own shape
};

class Calibration {
 public:
  struct State;

  /// Matches records to jobs, fits, and infers what walls and spans say about the rest. The first of `shapes` is the
  /// pipeline to predict; runs whose shape is not among them are left out and counted. A history that matches no job is
  /// an error.
  static Calibration learn(const History& history, std::vector<Shape> shapes, Vocabulary vocabulary,
                           Diagnostics& diagnostics);

  Calibration(Calibration&&) noexcept;
  Calibration& operator=(Calibration&&) noexcept;
  ~Calibration();

  /// The timing of `pipeline`: the first shape or an edited copy.
  model::Timing timing(const model::Pipeline& pipeline, const model::Graph& graph,
                       const CacheAssumptions& caches) const;

  const Replay& replay() const;
  const Summary& summary() const;
  /// Where in their lives jobs failed (failure_points.h).
  const FailurePoints& failure_points() const;
  /// What was matched, with times moved to today's levels.
  const Observations& observations() const;
  /// The lasting changes that were found on the way.
  const std::vector<LevelChange>& changes() const;

 private:
  explicit Calibration(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dagsim::calibration
