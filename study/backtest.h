// How well past runs predict later ones: the same history is cut again and again, and what dagsim says before the cut
// is held against what came after it, beside four simple ways to predict.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "study/score.h"
#include "study/study.h"

namespace dagsim::study {

/// What is taken as known of a run that is to be predicted.
enum class Known {
  Nothing,
  Event,
  ChangeClass,  ///< its event, and which of the jobs that only past runs can decide on ran
  Branch,       ///< that, and the branch of its commit
};

/// A rolling origin: `past` runs predict the `next` ones, then the cut moves on by that many.
struct Rolling {
  uint32_t past = 80;
  uint32_t next = 20;
  uint32_t sub_pipelines = 40;  ///< drawn at random; each job is left out of half of them
  Known known = Known::Branch;
  uint64_t replications = 4096;  ///< of each forecast
};

/// The ways to predict.
enum class Method {
  Dagsim,
  Independent,    ///< each job's time from a past run drawn for it alone
  Correlated,     ///< the same, drawn together with the jobs' correlations (calibration/correlation.h)
  LastRun,        ///< the wall clock of the last run before the cut
  ResampledWall,  ///< the past wall clocks themselves, which no edit could use
};
constexpr std::array<Method, 5> kMethods = {Method::Dagsim, Method::Independent, Method::Correlated, Method::LastRun,
                                            Method::ResampledWall};
std::string_view to_string(Method method);

/// The scores of each method over the same outcomes, by kMethods.
using Scores = std::array<Score, kMethods.size()>;

struct BacktestResult {
  std::string workflow;
  std::string source;     ///< of the history
  std::string first_run;  ///< that was predicted
  std::string last_run;
  Rolling rolling;
  uint32_t windows = 0;
  uint32_t predicted = 0;  ///< runs
  Scores scores;
  /// Over pipelines from which jobs were left out: what the later runs' own job times give for them is known without
  /// running them. The error of the median is that of all windows together, its median over sub-pipelines.
  Scores sub_scores;
  uint32_t sub_pipelines = 0;
  std::map<std::string, uint32_t> excluded;  ///< runs, by reason
};

/// Rolling back-test of one workflow over its history. Empty when there are errors, among them too few runs.
std::optional<BacktestResult> backtest(const FileSystem& files, const std::string& workflow, const Rolling& rolling,
                                       const Options& options, Diagnostics& diagnostics);

}  // namespace dagsim::study
