// How good forecasts of wall clocks were: each one a sample of what might come, held against what came.
#pragma once

#include <cstdint>
#include <vector>

namespace dagsim::study {

/// What was thought that might come: a sample, sorted. Seconds.
class Forecast {
 public:
  /// \throws std::domain_error for an empty sample.
  explicit Forecast(std::vector<double> sample);

  /// Continuous ranked probability score (Gneiting and Raftery 2007), seconds; lower is better.
  double crps(double outcome) const;
  /// The share of the sample below the outcome, ties counting half.
  double position(double outcome) const;
  double quantile(double p) const;

 private:
  std::vector<double> sorted_;
  double half_spread_ = 0;  ///< half the mean distance between two draws
};

/// A share with its standard error.
struct Share {
  double value = 0;
  double error = 0;
};

struct Score {
  double crps = 0;          ///< mean, seconds
  double median_error = 0;  ///< of the predicted median against the measured one, as a share
  double p90_error = 0;     ///< the same of the 90th percentile
  Share coverage50;         ///< outcomes inside the central interval of 50 %
  Share coverage80;
  std::vector<double> positions;  ///< share of outcomes in each tenth of the forecasts; a tenth each is right
};

/// Collects forecasts and outcomes of one method for one pipeline, window by window.
class Scorer {
 public:
  void begin_window() { windows_.emplace_back(); }
  void add(const Forecast& forecast, double outcome);

  /// Errors of median and 90th percentile are those of each window's forecasts taken together against its outcomes,
  /// averaged over windows. Standard errors come from drawing windows anew, since runs of one window are alike (block
  /// bootstrap).
  Score score() const;
  /// The error of the p-quantile over all windows taken together, as a share.
  double pooled_error(double p) const;
  double mean_crps() const;

  /// Adds the outcomes of `other`'s windows to the own ones of the same number. Their forecasts are not taken along:
  /// pipelines that differ have no common median to err about.
  void merge(const Scorer& other);

 private:
  struct Window {
    std::vector<double> outcomes;
    std::vector<double> crps;
    std::vector<double> positions;
    std::vector<double> forecasts;  ///< evenly spaced quantiles of every forecast
  };

  double window_error(const Window& window, double p) const;
  Share coverage(double level) const;

  std::vector<Window> windows_;
};

}  // namespace dagsim::study
