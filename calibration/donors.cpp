#include "calibration/donors.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dagsim::calibration {
namespace {

constexpr size_t kMostDonors = 200;
constexpr double kChanceJobs = 2;  // as many jobs as speak for what two runs drawn by chance differ by
constexpr double kChanceSquare = 2;
constexpr uint32_t kFewest = 3;  // measurements that give a deviation

/// A job and how much longer or shorter than its mean it took, in units of its deviation.
using Residual = std::pair<uint32_t, double>;

/// By run, in the order of jobs.
std::vector<std::vector<Residual>> residuals_of(const std::vector<Group>& groups, size_t runs) {
  std::vector<std::vector<Residual>> residuals(runs);
  for (uint32_t i = 0; i < groups.size(); ++i) {
    const Group& group = groups[i];
    if (group.observations < kFewest || !(group.deviation > 0)) continue;
    for (const auto& [run, location] : group.runs) {
      residuals[run].emplace_back(i, (location - group.location) / group.deviation);
    }
  }
  return residuals;
}

double distance(const std::vector<Residual>& a, const std::vector<Residual>& b) {
  double jobs = kChanceJobs;
  double squares = kChanceJobs * kChanceSquare;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (i->first < j->first) {
      ++i;
    } else if (j->first < i->first) {
      ++j;
    } else {
      jobs += 1;
      squares += (i->second - j->second) * (i->second - j->second);
      ++i;
      ++j;
    }
  }
  return squares / jobs;
}

}  // namespace

std::vector<std::vector<uint32_t>> find_donors(const std::vector<Group>& groups, size_t runs) {
  const std::vector<std::vector<Residual>> residuals = residuals_of(groups, runs);
  std::vector<std::vector<uint32_t>> donors(runs);
  const size_t count = std::min(runs, kMostDonors);
  for (size_t run = 0; run < runs; ++run) {
    const size_t first = std::min(run - std::min(run, count / 2), runs - count);
    std::vector<std::tuple<double, size_t, uint32_t>> near;  // distance, runs between, run
    for (size_t other = first; other < first + count; ++other) {
      if (other == run) continue;
      const size_t between = std::max(other, run) - std::min(other, run);
      near.emplace_back(distance(residuals[run], residuals[other]), between, static_cast<uint32_t>(other));
    }
    std::sort(near.begin(), near.end());
    for (const auto& one : near) donors[run].push_back(std::get<2>(one));
  }
  return donors;
}

}  // namespace dagsim::calibration
