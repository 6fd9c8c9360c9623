// Whether a merged edit did what was predicted: the edit predicted from the runs before it, beside those made with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "study/prediction.h"
#include "study/scoreboard.h"
#include "study/study.h"

namespace dagsim::study {

struct VerifiedRun {
  std::string id;
  double wall = 0;  ///< seconds to the completion of the gate
  bool is_inside = false;
};

struct Verification {
  std::string scenario;
  std::string edit;
  std::string title;
  std::string gate;
  uint32_t runs_used = 0;  ///< learned from, all before the first of the runs
  std::string last_used;   ///< the last of them
  WallScore before;        ///< measured: the median of past walls of the shape, if there are two
  WallScore after;         ///< measured: the median of the runs
  Change change;           ///< predicted
  TwoRuns two_runs;
  std::vector<VerifiedRun> runs;
  /// The median of the runs lies where 80 % of single runs were predicted.
  bool is_as_predicted() const { return after.is_inside(); }
};

/// \param edit an id of the scenario; "" for its only one. \param runs ids in the history, of green runs made with the
/// edit. Empty when there are errors, among them runs that are unknown, not green or without a wall clock.
std::optional<Verification> verify(const FileSystem& files, const std::string& scenario, const std::string& edit,
                                   const std::vector<std::string>& runs, const Options& options,
                                   Diagnostics& diagnostics);

/// A ledger's text with the outcome added to its techniques.
std::string with_outcome(const std::string& ledger, const Verification& verification);

}  // namespace dagsim::study
