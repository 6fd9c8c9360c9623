// What a job does in given cache states, as a list of comparable steps: two runs of a job are alike when their
// definitions are.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "model/cache.h"
#include "model/graph.h"
#include "model/pipeline.h"

namespace dagsim::calibration {

/// What a step finds in its cache, and who put it there: an entry that another job saved earlier in the same run holds
/// that job's content.
struct Found {
  model::CacheState state = model::CacheState::Exact;
  std::string filler;  ///< id path of the job that saved the entry in this run, "" for an entry of an earlier run
  auto operator<=>(const Found&) const = default;
};

/// One step that runs.
struct ActiveStep {
  std::string name;    ///< without the path through composite actions; matrix values replaced by their axis
  std::string work;    ///< action and script: what the step does
  std::string family;  ///< of the cache that it restores, or ""
  Found found;
  auto operator<=>(const ActiveStep&) const = default;
};

/// The steps of a job that run in the given states, and its runner.
struct Definition {
  std::vector<ActiveStep> steps;
  std::string runner;
  bool operator==(const Definition&) const = default;
  bool has_step(const std::string& name) const;
};

/// The name of a step that all legs of a job share, as ActiveStep has it. \param name as the pipeline or a run's
/// record shows it for one leg.
std::string step_name(const std::string& name, const model::Job& job);

/// What `source` would do in the place of `target`, on its runner, when the run starts with the given states. The two
/// differ only for jobs that an edit put together from others.
Definition define(const model::Pipeline& pipeline, const model::Graph& graph, model::JobId target,
                  const model::Job& source, const model::CacheStates& at_start);

/// A cache step that both definitions have, with other findings.
struct CacheChange {
  ActiveStep from;
  ActiveStep to;
};

/// How one definition differs from another, step by step (cache steps matched by family, others by name and
/// occurrence).
struct Difference {
  std::vector<std::string> removed;  ///< names of steps that only the first has
  std::vector<std::string> added;    ///< names of steps that only the second has
  std::vector<std::string> changed;  ///< names of steps whose script or action differs
  std::vector<CacheChange> caches;
  bool other_runner = false;
  /// Whether the two describe the same work: nothing differs but scripts under the same names.
  bool is_same_work() const { return removed.empty() && added.empty() && caches.empty() && !other_runner; }
};

Difference difference(const Definition& from, const Definition& to);

/// Jaccard similarity of what two definitions do, by action and first words of scripts; in [0, 1].
double similarity(const Definition& a, const Definition& b);

/// Whether a job only runs scripts of its own: no action, no cache, at most three steps.
bool is_light(const Definition& definition);

}  // namespace dagsim::calibration
