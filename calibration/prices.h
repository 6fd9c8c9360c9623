// What an absent cache costs a job: measured where a job ran with and without it, bounded or borrowed elsewhere.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "calibration/definition.h"

namespace dagsim::calibration {

struct Group;

/// Seconds that a finding costs on top of an exact hit from an earlier run. `text` says where a range comes from, ""
/// for a measured figure.
struct Price {
  double low = 0;
  double high = 0;
  bool known = false;
  std::string text;
};

class Prices {
 public:
  Prices() = default;
  Prices(const std::vector<Group>& groups, const std::vector<Definition>& definitions);

  /// The price of what `step` found, for the job `id`.
  Price of(const std::string& id, const ActiveStep& step) const;

 private:
  /// One comparison of two definitions of a job that differ in nothing but what they found in one cache.
  struct Comparison {
    std::string id;
    std::string family;
    std::string work;
    Found found;
    double seconds = 0;
  };

  std::vector<Comparison> comparisons_;
  std::map<std::string, double> shortest_without_;  ///< by family: the shortest job that ran without it
};

}  // namespace dagsim::calibration
