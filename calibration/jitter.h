// How a drawn run's own time stands for times that were not measured.
#pragma once

#include <vector>

#include "calibration/estimate.h"

namespace dagsim::calibration {

/// The kernel widths of a smoothed bootstrap that are fit to the place: as far as the quarter of a job's measurements
/// that lies nearest, at most kMostJitter deviations. Where most runs take the same time to the second, they go on
/// doing so; where measurements are rare the gaps between them are filled. (Variable kernels; Breiman, Meisel and
/// Purcell 1977.)
class Jitter {
 public:
  explicit Jitter(const Estimate& estimate);

  /// The standard deviation at one of the measured locations, in ln(seconds).
  double at(double location) const;

  /// A measured location drawn away from the median, so that as few runs as there are spread as far as the next run may
  /// lie from them: n values have a variance of (n - 1)/n about their mean, the next one (n + 1)/n.
  double widened(double location) const { return location + widening_ * (location - median_); }

 private:
  std::vector<double> locations_;  ///< ascending
  std::vector<double> widths_;
  double median_ = 0;
  double widening_ = 0;
};

constexpr double kMostJitter = 0.25;

}  // namespace dagsim::calibration
