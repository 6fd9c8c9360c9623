// Where the level of a series changed for good.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "stats/random.h"

namespace dagsim::stats {

struct ChangePoint {
  size_t at = 0;       ///< the first value after it
  double p_value = 0;  ///< at most: how often a shuffled series would show a change as clear
};

struct ChangeSearch {
  double rate = 0.01;           ///< a series in random order shows any change this often at most
  size_t fewest = 8;            ///< values on each side of a change, at least 2
  double least_difference = 0;  ///< between the medians of both sides, for a change to be told
};

/// The changes in order. Values are compared by rank, so single outliers don't matter. The series is cut where the
/// standardised rank sum of the values before is farthest from what chance gives (Pettitt 1979, with all places weighed
/// alike), and both sides are cut again; then each cut is placed anew between its neighbours (Bai 1997). The distance
/// is discounted where neighbours are alike, since a level that wanders off and back has not changed for good. A cut
/// counts if fewer than `rate` of the permutations, drawn from `stream`, get that far.
std::vector<ChangePoint> find_change_points(std::span<const double> values, const ChangeSearch& search,
                                            const Stream& stream);

/// How far the rank sum of one side of a cut is from what chance gives, in standard deviations, discounted as above. 0
/// when a side is empty.
double clearness_of_cut(std::span<const double> values, size_t at);

/// How likely chance makes the two sides of a cut that was chosen beforehand so different: the two-sided probability of
/// their rank sum (Wilcoxon 1945, normal approximation), discounted as above. 1 when a side is empty.
double chance_of_cut(std::span<const double> values, size_t at);

}  // namespace dagsim::stats
