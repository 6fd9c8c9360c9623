#include "calibration/jitter.h"

#include <algorithm>
#include <cmath>

namespace dagsim::calibration {

Jitter::Jitter(const Estimate& estimate) {
  for (const auto& [run, location] : estimate.runs) locations_.push_back(location);
  std::sort(locations_.begin(), locations_.end());
  const size_t count = locations_.size();
  const size_t others = count / 4;
  // The nearest ones of a sorted list are a window around it, which moves on with it.
  size_t first = 0;
  for (size_t i = 0; i < count; ++i) {
    const auto before = [&] { return locations_[i] - locations_[first]; };
    while (first + others + 1 < count && locations_[first + others + 1] - locations_[i] < before()) ++first;
    const double width = std::max(before(), locations_[first + others] - locations_[i]);
    widths_.push_back(std::min(width, kMostJitter * estimate.deviation));
  }
  if (count < 2) return;
  median_ = (locations_[(count - 1) / 2] + locations_[count / 2]) / 2;
  widening_ = std::sqrt(static_cast<double>(count + 1) / static_cast<double>(count - 1)) - 1;
}

double Jitter::at(double location) const {
  const auto place = std::lower_bound(locations_.begin(), locations_.end(), location);
  return widths_[std::min(static_cast<size_t>(place - locations_.begin()), widths_.size() - 1)];
}

}  // namespace dagsim::calibration
