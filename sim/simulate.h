// Monte Carlo runs of a baseline and its edits on shared draws: wall clock, first red, minutes, and why.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "model/graph.h"
#include "model/pipeline.h"
#include "model/timing.h"

namespace dagsim::sim {

/// One pipeline to run. All variants of a call have the same rows (run by run, weight by weight)
/// and share random streams by name.
struct Variant {
  const model::Pipeline* pipeline = nullptr;
  const model::Graph* graph = nullptr;
  const model::Timing* timing = nullptr;
  /// Without, only wall clock and first red: minutes, jobs and critical chains are empty or zero.
  bool explain = true;
};

struct Options {
  uint64_t seed = 1;
  uint64_t replications = 100'000;
  unsigned threads = 0;     ///< 0: as many as the machine has
  uint32_t resamples = 64;  ///< history resamples; replications are dealt to them in equal blocks
  /// Called from one thread at a time with the share done, at most some ten times a second; may be empty.
  std::function<void(double)> progress;
};

struct JobResult {
  double criticality = 0;  ///< probability of lying on the critical chain of the gate
  /// Mean seconds, where it ran, by which it could end later without moving the gate; for jobs that the gate does not
  /// wait for, the gate's completion minus theirs (may be negative).
  double slack = 0;
  /// Mean seconds that the gate would win if the job took no time (its dispatch stays); from at most 4,096
  /// replications.
  double drag = 0;
  double mean = 0;      ///< seconds, duration where it ran
  double presence = 1;  ///< share of replications in which it ran
};

/// A chain of jobs that determined the gate, and how often it did. Legs of one matrix count as one: the first leg
/// stands for all. From at most 8,192 replications.
struct CriticalChain {
  std::vector<model::JobId> jobs;
  double probability = 0;
};

/// First red, given one kind of defect. Each job that covers the kind and runs fails at a fraction u^(1/3) of its
/// duration, u uniform; its median is 0.79, the position that a large history of failed jobs showed (median 79 % of the
/// job, github.com/OpenSourceAWE/VortexStepMethod.jl, issue 279). The earliest failure is first red, ties to the job
/// created first.
struct FirstRed {
  std::string kind;
  std::vector<float> seconds;    ///< by replication; infinity when no job that runs covers the kind
  std::vector<double> shown_by;  ///< by JobId: share of replications in which that job shows it first
};

struct Result {
  std::vector<float>
      wall;  ///< seconds by replication; replication r belongs to resample r / (replications / resamples)
  std::vector<FirstRed> first_red;    ///< in the order of Pipeline::defects
  std::vector<float> minutes;         ///< billed job minutes by replication, each job rounded up
  double cost = 0;                    ///< mean price of a run
  std::vector<JobResult> jobs;        ///< by JobId
  std::vector<CriticalChain> chains;  ///< most probable first, at most 16
  /// What makes jobs wait for one another; empty: nothing does, and the block engine ran. With waits, criticality,
  /// slack, drag and chains take each wait as it was.
  std::vector<std::string> waits;
};

struct Results {
  uint64_t replications = 0;  ///< as run: rounded up to whole blocks for each resample
  uint32_t resamples = 0;
  std::vector<Result> variants;  ///< by index of the variant
  /// Value of every assumption in each resample, by assumption name: [resample].
  std::vector<std::pair<std::string, std::vector<double>>> assumptions;
};

/// Runs all variants. Streams: "row" and "history" (past runs), "duration/" + law (one draw for all jobs that share a
/// law), "dispatch/" + job, "failure/" + kind + "/" + job, law + "/location" and "assumption/" + name (over resamples).
/// A single resample takes the middle of every uncertainty. The deepest chain is kept below 388 days by cutting single
/// times. The bytes of the results depend on the variants, the seed, the replications and the resamples only, never on
/// threads. \throws std::domain_error when there are no rows, replications or resamples.
Results simulate(const std::vector<Variant>& variants, const Options& options);

/// The wall clock that given durations imply (replay): completion of the gate when each job ends `dispatch` + `seconds`
/// after the last of its needs. Jobs with presence Skipped take no time. \param seconds, dispatch by JobId.
double replay(const model::Pipeline& pipeline, const model::Graph& graph, const std::vector<double>& seconds,
              const std::vector<double>& dispatch);

}  // namespace dagsim::sim
