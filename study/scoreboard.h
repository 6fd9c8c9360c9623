// Edits whose outcomes are known, predicted from the runs before them and held against what was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/history.h"
#include "study/prediction.h"
#include "study/scenario.h"
#include "study/study.h"

namespace dagsim::study {

/// A wall clock: what one run would show, and what one did.
struct WallScore {
  double predicted = 0;  ///< p50, seconds
  double low = 0;        ///< central interval of 80 % for one run
  double high = 0;
  std::optional<double> measured;
  double error() const { return predicted / *measured - 1; }
  bool is_inside() const { return low <= *measured && *measured <= high; }
};

/// A job's time before and after the edit: predicted means, and what was measured.
struct JobScore {
  std::string job;
  std::optional<double> before;  ///< nothing where the pipeline has no such job
  std::optional<double> after;
  std::optional<double> measured_before;
  std::optional<double> measured_after;
};

/// First red of one kind of defect, p50 seconds, and the job that shows it most often.
struct RedScore {
  std::string kind;
  double before = 0;
  std::string before_job;
  double after = 0;
  std::string after_job;
};

/// An edit predicted and measured.
struct Technique {
  std::string scenario;
  std::string id;
  std::string title;
  uint32_t runs_used = 0;  ///< learned from
  WallScore before;
  WallScore after;
  Change change;     ///< predicted mean change
  TwoRuns two_runs;  ///< what one run before and one after would differ by
  Verdict verdict = Verdict::WithinNoise;
  std::string measured_run;
  std::vector<JobScore> jobs;
  std::vector<RedScore> first_red;  ///< soonest first, by what it was before the edit
  std::vector<BreakEven> break_evens;
  std::vector<history::TriedTechnique> tried;  ///< what the ledger says of it
  uint32_t runs_spent = 0;                     ///< real runs of the workflow that it took its people to know
  bool is_retrospective = false;               ///< the history may hold runs that came after the edit

  std::optional<double> measured_change() const;
  /// Whether the measured change lies where two single runs would.
  bool is_change_inside() const;
};

/// What a scenario's edits taught, and what it says can't be predicted.
struct Scoreboard {
  std::vector<Technique> techniques;
  std::vector<NotPredicted> not_predicted;
};

/// Predicts the edits of a scenario that have a measured outcome or are known to the ledger. Empty optional when there
/// are errors; a scenario without such edits is a warning.
std::optional<Scoreboard> score_scenario(const FileSystem& files, const std::string& path, const Options& options,
                                         Diagnostics& diagnostics);

}  // namespace dagsim::study
