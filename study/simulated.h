// The edits of a scenario carried out and simulated beside the baseline. Few are all simulated to the end; of many, and
// of the sets that edits make, a race (sim/race.h) finds those worth it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "sim/simulate.h"
#include "study/edited.h"
#include "study/prediction.h"
#include "study/scenario.h"
#include "study/session.h"
#include "study/siblings.h"
#include "study/study.h"

namespace dagsim::study {

/// What the race of sets said.
struct FoundSet {
  BestSet summary;  ///< without steps and change, which need the set's simulation
  std::vector<std::string> members;
  size_t edit = 0;  ///< index of Simulated::edits
};

struct Simulated {
  std::shared_ptr<const Scenario> scenario;  ///< the asked one and its sets; Edited::spec points into it
  std::vector<Edited> edits;                 ///< the scenario's own, then sets of them
  size_t listed = 0;                         ///< how many are the scenario's own
  model::Timing timing;                      ///< of the baseline
  sim::Results results;                      ///< variant 0 is the baseline
  std::vector<size_t> variants;              ///< by edit; 0 for those that were not simulated to the end
  std::map<size_t, EditLine> dropped;        ///< what the race said of those that it dropped
  std::optional<FoundSet> best_set;
};

/// \param sets of the scenario's edits (study/best_set.h), to be raced; empty when no best set is asked for.
Simulated simulate_edits(const FileSystem& files, const Scenario& scenario, std::vector<EditSpec> sets,
                         const Session& session, const std::vector<SiblingTime>& siblings, const Options& options);

}  // namespace dagsim::study
