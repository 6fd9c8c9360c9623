// Which edits of a scenario gain most together. Gains don't add up: two edits may shorten the same chain, or neither
// may help before the other does. So sets are simulated as edits of their own, found by a race (sim/race.h), and the
// best one is told step by step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "sim/race.h"
#include "sim/simulate.h"
#include "study/prediction.h"
#include "study/scenario.h"

namespace dagsim::study {

/// The sets of two to `most` edits, each as an edit "a + b" that carries out all of them. Edits that include others are
/// left out: they are sets already. Nothing, and an error, when there are more than 2,000.
std::vector<EditSpec> sets_of_edits(const Scenario& scenario, uint32_t most, Diagnostics& diagnostics);

/// The ids of a set's edits.
std::vector<std::string> members_of(const EditSpec& set);

/// Of a race's candidates the one with the fewest edits that is as good as the best to a person (within 5 s or 1 %), be
/// the difference ever so sure. \param sizes edits of each candidate. Returns its index.
size_t simplest_of_best(const sim::Race& race, const std::vector<size_t>& sizes);

/// A set that was simulated: what it holds, and which variant it is.
struct SimulatedSet {
  std::vector<std::string> members;
  size_t variant = 0;
  const PipelineLine* line = nullptr;
};

/// The steps of `best`, each the edit that gains most next. \param sets holds every subset of `best` whose edits can
/// stand together; a step whose prefix can't goes with the one after it.
std::vector<SetStep> steps_of(const std::vector<std::string>& best, const std::vector<SimulatedSet>& sets,
                              const sim::Results& results);

}  // namespace dagsim::study
