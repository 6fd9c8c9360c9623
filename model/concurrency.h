// Concurrency groups: who runs, who waits, who is cancelled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/diagnostic.h"
#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::model {

/// How many may wait in a group with `queue: max`.
inline constexpr size_t kMostWaiting = 100;

/// A run or a job that enters a group.
struct Entrant {
  std::string group;  ///< ignores case
  bool cancel_in_progress = false;
  Concurrency::Queue queue = Concurrency::Queue::Single;
};

enum class Admission : uint8_t { Runs, Waits, Cancelled };

struct Admitted {
  Admission admission = Admission::Runs;
  std::optional<size_t> by;  ///< Cancelled: the newcomer that took its place; nothing when there was no room for it
};

/// Lets the entrants in, in the order of their arrival, while none of them completes; each newcomer's own settings
/// count.
/// - One runs in a group; the first is the one.
/// - A newcomer with cancel_in_progress cancels all that run or wait, and runs.
/// - Any other waits. With Queue::Single it cancels and replaces what waits; with Queue::Max up to kMostWaiting wait in
///   the order of their arrival, and one too many is cancelled itself.
std::vector<Admitted> admit(std::span<const Entrant> entrants);

/// Warns of what a pipeline's groups do to its own runs, at the places of the groups:
/// - jobs that can run side by side and of which a group cancels some (a constant group on a matrix: all legs but two);
/// - a called workflow or a job in the group that its own run holds: it cancels the run, or waits for it for ever;
/// - a call in the same group as the workflow that it calls: the call's own group is dropped.
/// Skipped jobs are left out.
void report_concurrency(const Pipeline& pipeline, const Graph& graph, Diagnostics& diagnostics);

}  // namespace dagsim::model
