// The event engine: pipelines whose jobs wait for a machine of a finite pool, or for another leg of a matrix with
// max-parallel. One replication after another, from event to event; durations and dispatch are those that the block
// drew, so that a pipeline without waits has the same times, to the tick, as in the block engine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/kernel.h"

namespace dagsim::sim {

/// What a job holds while it runs, or from its being eligible on.
struct Holds {
  static constexpr uint32_t kNothing = UINT32_MAX;
  uint32_t pool = kNothing;    ///< index of WaitProgram::pools: held while it runs
  uint32_t matrix = kNothing;  ///< index of WaitProgram::matrices: held from before its dispatch to its end
};

/// The waits of one variant, by the places of its jobs in the order in which they were created.
struct WaitProgram {
  std::vector<uint32_t> jobs;             ///< by place: index of Pipeline::jobs
  std::vector<Holds> holds;               ///< by place
  std::vector<uint32_t> pools;            ///< slots of each
  std::vector<uint32_t> matrices;         ///< legs that may run at once
  std::vector<uint32_t> needs;            ///< by place: how many
  std::vector<uint32_t> first_dependant;  ///< by place, one more at the end: index of `dependants`
  std::vector<uint32_t> dependants;       ///< places
};

/// The rows of one job in a block.
struct JobRows {
  const int32_t* duration = nullptr;
  const int32_t* dispatch = nullptr;
  const int32_t* mask = nullptr;  ///< where it runs (0 or -1), or null for everywhere; elsewhere it takes no slot
  int32_t* finish = nullptr;      ///< out
  int32_t* delay = nullptr;       ///< out: from being eligible to the start, dispatch and waits; null if nobody asks
};

/// Runs replications of one variant.
///
/// A job is eligible when its last need completes. It takes its place among the legs of its matrix, or waits for one,
/// then its dispatch passes, and then it waits for a slot of its pool. Who asked first is served first; at the same
/// tick completions come before requests, and of these the job that was created first.
class EventLoop {
 public:
  /// \param program must outlive it. \param jobs by place; their rows stay where they are
  EventLoop(const WaitProgram& program, std::span<const JobRows> jobs);

  /// All replications of a block.
  void run();

 private:
  /// Those who wait for one of a number of things, in the order of asking.
  struct Queue {
    uint32_t free = 0;
    uint32_t first = 0;  ///< of `waiting` that was not served
    std::vector<uint32_t> waiting;
  };
  enum Kind : uint64_t { Completion = 0, Request = 1 };

  /// All that is looked at when something happens to a job, in one line of the cache.
  struct Place {
    JobRows rows;
    Holds holds;
    const uint32_t* first_dependant = nullptr;
    const uint32_t* end_dependant = nullptr;
  };

  void run_lane(size_t lane);
  /// Gives slots to those who ask at `now`, or puts them in line.
  void serve(size_t lane, int32_t now);
  void push(int32_t time, Kind kind, uint32_t place);
  void become_eligible(size_t lane, uint32_t place, int32_t now);
  void pass_dispatch(size_t lane, uint32_t place, int32_t now);
  void start(size_t lane, uint32_t place, int32_t now);
  void complete(size_t lane, uint32_t place, int32_t now);

  const WaitProgram& program_;
  std::vector<Place> places_;
  std::vector<uint64_t> events_;  ///< time, kind and place in one number, the earliest last
  std::vector<uint32_t> asking_;  ///< places that want a slot at this tick
  std::vector<uint32_t> missing_;
  std::vector<int32_t> eligible_;
  std::vector<Queue> pools_;
  std::vector<Queue> matrices_;
};

}  // namespace dagsim::sim
