// The distribution of one job in one definition, from whatever is nearest to it: its own runs, its runs in another
// definition, alike jobs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "calibration/observation.h"
#include "calibration/prices.h"
#include "model/timing.h"

namespace dagsim::calibration {

/// Durations of one job under one definition. Location and deviation are of the natural logarithm of seconds.
struct Group {
  std::string id;
  std::string leg;  ///< equal to id for what holds for every leg
  uint32_t definition = 0;
  double location = 0;
  double deviation = 0;       ///< from run to run, pooled
  double legs_deviation = 0;  ///< between the legs of one run, for what holds for every leg
  double uncertainty = 0;     ///< standard deviation of the location's error
  uint32_t observations = 0;
  model::Origin origin = model::Origin::Measured;
  std::vector<std::pair<uint32_t, double>> runs;  ///< run and the location measured there
  std::vector<double>
      draws;  ///< inferred ones: equally likely locations, joint with those of the same run's other jobs
};

/// A factor or seconds on top, between two bounds that no run has shown; one figure (low == high) is known.
struct Guess {
  std::string name;
  double low = 0;
  double high = 0;
  std::string text;  ///< what is assumed and why, "" when it is known
  bool is_known() const { return high <= low; }
};

struct Estimate {
  double location = 0;
  double deviation = 0;
  double uncertainty = 0;
  model::Origin origin = model::Origin::Assumed;
  uint32_t observations = 0;
  std::vector<double> draws;  ///< equally likely locations, if they were inferred jointly with other jobs
  std::vector<std::pair<uint32_t, double>> runs;  ///< own measurements, already adjusted to the definition asked for
  std::vector<Guess> factors;                     ///< on the whole duration
  std::vector<Guess> extras;                      ///< seconds on top
};

/// Where a job's durations lie, as far as the observations tell; estimates for definitions never seen are derived from
/// the nearest one that was: a step that no longer runs takes its measured time with it, a cache in a worse state costs
/// what it cost elsewhere.
class Estimator {
 public:
  explicit Estimator(const Observations& observations);

  /// \param leg newest name with selector.
  Estimate estimate(const std::string& leg, const Definition& definition) const;

  /// Adds or replaces what walls and spans say about a job that nobody measured.
  void infer(const std::string& id, const Definition& definition, double deviation, std::vector<double> draws);

  /// Whether some run published a duration of this job (any leg, any definition).
  bool is_measured(const std::string& id) const;

  /// The typical time of a job under the definition in which it takes longest, 0 if unknown.
  double longest(const std::string& id) const;

  /// The share of one step in a job's time under the nearest definition, nothing when no run tells.
  /// \param step as ActiveStep has it.
  std::optional<double> step_share(const std::string& leg, const Definition& definition, const std::string& step) const;

  /// Deviation of ln(seconds) from run to run, pooled over all jobs.
  double pooled_deviation() const { return pooled_deviation_; }
  const std::vector<Group>& groups() const { return groups_; }

 private:
  const Group* nearest_group(const std::string& leg, const Definition& definition) const;
  static Estimate estimate_of(const Group& group, const std::string& leg);
  void adjust(Estimate& estimate, const Group& group, const Definition& target) const;
  void adjust_steps(Estimate& estimate, const Group& group, const Difference& difference) const;
  void adjust_caches(Estimate& estimate, const Group& group, const Difference& difference) const;
  void adjust_runner(Estimate& estimate, const Group& group, const Definition& target) const;
  Estimate pooled(const std::string& id, const Definition& definition) const;
  std::optional<double> step_seconds(const std::string& id, const std::string& step) const;
  std::vector<double> runner_ratios(const std::string& from, const std::string& to) const;

  std::vector<Definition> definitions_;
  std::vector<Group> groups_;
  Prices prices_;
  std::map<std::pair<std::string, std::string>, double> steps_;  ///< seconds by id path and step in lower case
  double pooled_deviation_ = 0;
};

}  // namespace dagsim::calibration
