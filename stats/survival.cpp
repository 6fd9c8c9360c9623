#include "stats/survival.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace dagsim::stats {

std::optional<double> survival_quantile(std::span<const double> ended, std::span<const double> cut_short, double p) {
  if (!(p >= 0 && p <= 1)) throw std::domain_error("survival_quantile: p outside [0, 1]");
  std::vector<double> ends(ended.begin(), ended.end());
  std::vector<double> cuts(cut_short.begin(), cut_short.end());
  std::ranges::sort(ends);
  std::ranges::sort(cuts);
  constexpr double kRounding = 1e-12;
  double surviving = 1;
  size_t cuts_before = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    // Something that was cut short at the very time of an end was still there at that end.
    while (cuts_before < cuts.size() && cuts[cuts_before] < ends[i]) ++cuts_before;
    const size_t at_risk = ends.size() - i + cuts.size() - cuts_before;
    surviving *= 1 - 1 / static_cast<double>(at_risk);
    if (surviving <= 1 - p + kRounding) return ends[i];
  }
  return std::nullopt;
}

}  // namespace dagsim::stats
