#include "sim/plan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

namespace dagsim::sim {
namespace {

uint64_t blocks_for(const Options& options) {
  if (options.replications == 0) {
    throw std::domain_error("replications is 0, but must be positive");
  }
  if (options.resamples == 0) {
    throw std::domain_error("resamples is 0, but must be positive");
  }
  const uint64_t each = (options.replications - 1) / options.resamples + 1;
  return (each - 1) / kBlock + 1;
}

/// The number next to `count` over the golden ratio that is coprime to it: its multiples spread evenly.
uint64_t golden_stride(uint64_t count) {
  auto stride = static_cast<uint64_t>(static_cast<double>(count) * 0.6180339887498949);
  while (std::gcd(stride, count) != 1) {
    ++stride;
  }
  return stride;
}

/// Scales rows and columns in turn until every resample sums to 1 and every group has its own share on average
/// (iterative proportional fitting, Deming and Stephan 1940). The last step scales resamples, so those are exact.
void balance(std::vector<std::vector<double>>& weights, const std::vector<double>& share) {
  constexpr int kSteps = 30;
  for (int step = 0; step <= kSteps; ++step) {
    std::vector<double> column(share.size(), 0.0);
    for (std::vector<double>& resample : weights) {
      const double all = std::accumulate(resample.begin(), resample.end(), 0.0);
      for (size_t g = 0; g < share.size(); ++g) {
        resample[g] /= all;
        column[g] += resample[g] / static_cast<double>(weights.size());
      }
    }
    if (step == kSteps) {
      return;
    }
    for (std::vector<double>& resample : weights) {
      for (size_t g = 0; g < share.size(); ++g) {
        resample[g] *= column[g] > 0 ? share[g] / column[g] : 1;
      }
    }
  }
}

constexpr size_t kGuides = 1024;

/// Where the search for a part of the weight begins (guide tables, Chen and Asau 1974).
std::vector<uint32_t> make_guide(const std::vector<double>& cumulative) {
  std::vector<uint32_t> guide(kGuides);
  uint32_t row = 0;
  for (size_t i = 0; i < kGuides; ++i) {
    const double target = static_cast<double>(i) / kGuides * cumulative.back();
    while (row + 1 < cumulative.size() && cumulative[row] <= target) {
      ++row;
    }
    guide[i] = row;
  }
  return guide;
}

}  // namespace

Plan::Plan(const Program& program, const Options& options)
    : resamples_(options.resamples),
      blocks_per_resample_(blocks_for(options)),
      stride_(golden_stride(blocks_per_resample_ * kBlock)),
      row_stream_(options.seed, "row") {
  weigh_rows(*program.rows, options.seed);
  for (const std::string& name : program.shifts) {
    std::vector<double> normals = strata(options.seed, name);
    for (double& value : normals) {
      value = stats::normal_quantile(value);
    }
    shifts_.push_back(std::move(normals));
  }
  for (const ProgramAssumption& assumption : program.assumptions) {
    std::vector<double> values = strata(options.seed, "assumption/" + assumption.name);
    for (double& value : values) {
      value = assumption.low + (assumption.high - assumption.low) * value;
    }
    assumptions_.push_back(std::move(values));
  }
}

std::vector<double> Plan::strata(uint64_t seed, const std::string& name) const {
  if (resamples_ == 1) {
    return {0.5};
  }
  const stats::Stream order(seed, name + "/order");
  const stats::Stream within(seed, name);
  std::vector<uint32_t> stratum(resamples_);
  std::iota(stratum.begin(), stratum.end(), 0U);
  for (uint32_t i = resamples_ - 1; i > 0; --i) {
    std::swap(stratum[i], stratum[static_cast<size_t>(order.uniform(i) * (i + 1))]);
  }
  std::vector<double> values(resamples_);
  for (uint32_t h = 0; h < resamples_; ++h) {
    values[h] = (stratum[h] + within.uniform(h)) / resamples_;
  }
  return values;
}

void Plan::weigh_rows(const std::vector<model::Row>& rows, uint64_t seed) {
  std::map<uint32_t, size_t> group_index;
  for (const model::Row& row : rows) {
    group_index.emplace(row.group, group_index.size());
  }
  std::vector<double> share(group_index.size(), 0.0);
  double all = 0;
  for (const model::Row& row : rows) {
    share[group_index.at(row.group)] += row.weight;
    all += row.weight;
  }
  for (double& value : share) {
    value /= all;
  }
  std::vector<std::vector<double>> weights(resamples_, share);
  if (resamples_ > 1 && share.size() > 1) {
    const stats::Stream history(seed, "history");
    for (uint64_t h = 0; h < resamples_; ++h) {
      for (const auto& [group, g] : group_index) {
        weights[h][g] *= -std::log(history.uniform((h << 32) | group));
      }
    }
    balance(weights, share);
  }
  for (const std::vector<double>& resample : weights) {
    std::vector<double> cumulative;
    double sum = 0;
    for (const model::Row& row : rows) {
      const size_t g = group_index.at(row.group);
      sum += share[g] > 0 ? resample[g] * (row.weight / all / share[g]) : 0;
      cumulative.push_back(sum);
    }
    guide_.push_back(make_guide(cumulative));
    cumulative_.push_back(std::move(cumulative));
  }
}

void Plan::draw_rows(uint64_t block, Lanes<uint32_t> rows) const {
  const std::vector<double>& cumulative = cumulative_[resample_of(block)];
  if (cumulative.size() == 1) {
    std::fill(rows.begin(), rows.end(), 0U);
    return;
  }
  const std::vector<uint32_t>& guide = guide_[resample_of(block)];
  const double per_part = kGuides / cumulative.back();
  // The first row that reaches the top: those after it have no weight.
  const auto last = static_cast<uint32_t>(std::ranges::lower_bound(cumulative, cumulative.back()) - cumulative.begin());
  const uint64_t count = blocks_per_resample_ * kBlock;
  const uint64_t first = block % blocks_per_resample_ * kBlock;
  row_stream_.fill(block * kBlock, rows);
  uint64_t stratum = first * stride_ % count;
  for (uint64_t i = 0; i < kBlock;
       ++i, stratum = stratum + stride_ < count ? stratum + stride_ : stratum + stride_ - count) {
    const double within = (rows[i] + 0.5) * 0x1p-32;
    const double target = (static_cast<double>(stratum) + within) / static_cast<double>(count) * cumulative.back();
    // Rounding may put the part one too low or too high.
    const auto part = static_cast<size_t>(target * per_part);
    uint32_t row = guide[part > 0 ? std::min(part, kGuides) - 1 : 0];
    while (row < last && cumulative[row] <= target) {
      ++row;
    }
    rows[i] = row;
  }
}

float Plan::shift(const Sample& sample, size_t resample) const {
  const std::vector<float>& joint = sample.law->shifts;
  if (!joint.empty()) return resamples() > 1 ? joint[resample % joint.size()] : 0.0F;
  return sample.law->uncertainty * static_cast<float>(shifts_[sample.shift][resample]);
}

}  // namespace dagsim::sim
