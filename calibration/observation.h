// Records of past runs matched to the jobs of the pipelines that executed them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "calibration/calibration.h"
#include "calibration/definition.h"
#include "history/history.h"

namespace dagsim::calibration {

/// Why runs of other workflows are left out.
inline constexpr const char* kOfAnotherWorkflow = "another workflow";

/// One measured job time. Times are natural logarithms of seconds.
struct Observation {
  uint32_t run = 0;           ///< index into Observations::runs
  std::string id;             ///< id path without selector, under its newest name
  std::string leg;            ///< with selector; equal to `id` for a job without varying axes
  uint32_t definition = 0;    ///< index into Observations::definitions
  double location = 0;        ///< mean over the legs when over_legs, else the job's own
  double legs_deviation = 0;  ///< spread between the legs, 0 unless over_legs
  bool over_legs = false;
};

/// One past run as it was used.
struct UsedRun {
  const RunRecord* record = nullptr;
  uint32_t shape = 0;                           ///< index into the shapes
  std::optional<model::CacheStates> states;     ///< at the start; nothing when the history doesn't say
  std::vector<std::optional<double>> seconds;   ///< by JobId of its shape; nothing if not published
  std::vector<std::pair<double, double>> legs;  ///< by JobId: shortest and longest leg of its matrix, (0, 0) if unknown
  std::vector<std::optional<double>> start;     ///< by JobId: after the run's start
  std::vector<std::optional<double>> dispatch;  ///< by JobId: from being eligible to the start
  std::vector<uint8_t> dispatch_recorded;       ///< by JobId: 1 when the history says when the job became eligible
  std::vector<uint8_t> ran;                     ///< by JobId: 1 ran, 0 recorded as skipped or not recorded
  bool complete_listing = false;                ///< a job that is not listed did not run (REST answers)
};

/// A step's own times in the used runs.
struct StepTimes {
  std::string id;               ///< newest id path of its job
  std::string leg;              ///< with selector
  std::string name;             ///< as the first run that had it calls it
  std::string step;             ///< as step_name, in lower case
  std::vector<double> seconds;  ///< in order of time
  std::vector<uint32_t> runs;   ///< of each, index into Observations::runs
};

/// A job's time in a run that did not end green. Such a run is never drawn, since its wall clock is not what people
/// wait for, but what its jobs took corrects for what was cut short: the jobs of cancelled runs that did end are the
/// short ones.
struct AsideObservation {
  uint32_t run = 0;        ///< how many used runs came before
  std::string leg;         ///< newest name with selector
  double seconds = 0;      ///< to its end, or until it was cut short
  bool cut_short = false;  ///< cancelled, or at its timeout: it would have taken longer
};

/// A run that failed, and which jobs of the pipeline at hand did.
struct RedRun {
  std::vector<std::string> legs;    ///< names as in Observation::leg
  std::vector<double> seconds;      ///< that each ran until it failed
  std::optional<double> first_red;  ///< seconds from the run's start to the first end of a failed job, if known
};

struct Observations {
  std::vector<UsedRun> runs;  ///< in order of time
  std::vector<Definition> definitions;
  std::vector<Observation> list;
  std::vector<StepTimes> steps;  ///< as they are first met, so those of a job in its order
  std::vector<AsideObservation> aside;
  std::vector<RedRun> red_runs;
  std::map<std::string, uint32_t> excluded;
};

/// The newest name of an id path or leg.
std::string newest_name(const std::string& name, const Vocabulary& vocabulary);

/// "test/packages[group=jackin]" without its selector.
std::string without_selector(const std::string& leg);

/// Green, unvaried runs of the pipelines' own workflow, matched to their shapes. Job names of such runs that match no
/// job are warned of.
Observations observe(const History& history, const std::vector<Shape>& shapes, const Vocabulary& vocabulary,
                     Diagnostics& diagnostics);

}  // namespace dagsim::calibration
