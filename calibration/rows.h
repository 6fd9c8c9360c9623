// What a replication can draw: past runs, each in the cache states that it found or that a prediction assumes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "calibration/calibration.h"
#include "calibration/observation.h"
#include "model/cache.h"
#include "model/pipeline.h"
#include "model/timing.h"

namespace dagsim::calibration {

/// The run of a row that stands for no run at all: the only row of a history without any usable one.
constexpr uint32_t kNoRun = 0xffffffffU;

struct RowTable {
  std::vector<model::Row> rows;
  std::vector<uint32_t> run;                 ///< by row: index of the used run, or kNoRun
  std::vector<uint32_t> state_class;         ///< by row: index into at_start
  std::vector<model::CacheStates> at_start;  ///< rows that find the same caches share what follows from them
};

/// The used runs that a prediction for `event` draws from, in order of time: those whose cache states are known if any
/// are, and of these only those of the same event if there are enough.
std::vector<uint32_t> runs_to_draw(const Observations& observations, const std::string& event);

/// The rows of `pipeline`: recent runs weigh more, and so do those of its branch; each run is split where `caches` says
/// so. Rows and weights depend on the event, the branch and `caches.split` only, so a baseline and its edits have the
/// same; their cache states may differ.
RowTable make_rows(const Observations& observations, const model::Pipeline& pipeline, const CacheAssumptions& caches);

}  // namespace dagsim::calibration
