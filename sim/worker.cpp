#include "sim/worker.h"

#include <algorithm>
#include <limits>

namespace dagsim::sim {
namespace {

// What is expensive is looked at in some blocks only: 4,096 and 8,192 replications.
constexpr uint64_t kDragBlocks = 8;
constexpr uint64_t kChainBlocks = 16;
constexpr float kSecondsPerTick = 1.0F / static_cast<float>(kTicksPerSecond);

void add_up(std::vector<int64_t>& into, const std::vector<int64_t>& other) {
  for (size_t i = 0; i < into.size(); ++i) {
    into[i] += other[i];
  }
}

size_t most_jobs(const Program& program) {
  size_t most = 0;
  for (const VariantProgram& variant : program.variants) {
    if (variant.explain) most = std::max(most, variant.node.size());
  }
  return most;
}

}  // namespace

void VariantTotals::add(const VariantTotals& other) {
  add_up(ticks, other.ticks);
  add_up(minutes, other.minutes);
  add_up(ran, other.ran);
  for (size_t defect = 0; defect < shown_by.size(); ++defect) {
    add_up(shown_by[defect], other.shown_by[defect]);
  }
}

Worker::Worker(const Program& program, const Plan& plan, Results& results)
    : plan_(plan),
      results_(results),
      block_(program),
      scratch_(std::make_unique<ExplainScratch>(most_jobs(program))),
      wall_(kBlock),
      minutes_(kBlock) {
  for (const VariantProgram& variant : program.variants) {
    const std::vector<int64_t> by_job(variant.node.size());
    totals_.push_back({by_job, by_job, by_job, std::vector(variant.defects.size(), by_job)});
    explainers_.emplace_back(variant, *scratch_);
  }
}

void Worker::run(uint64_t number) {
  block_.run(plan_, number);
  for (size_t v = 0; v < totals_.size(); ++v) {
    run_variant(v, number);
  }
}

void Worker::add(const Worker& other) {
  for (size_t v = 0; v < totals_.size(); ++v) {
    totals_[v].add(other.totals_[v]);
    explainers_[v].add(other.explainers_[v]);
  }
}

bool Worker::is_chosen(uint64_t number, uint64_t chosen) const {
  const uint64_t blocks = plan_.blocks();
  chosen = std::min(blocks, chosen);
  const uint64_t place = (number * chosen + blocks - 1) / blocks;
  return place < chosen && place * blocks / chosen == number;
}

void Worker::run_variant(size_t v, uint64_t number) {
  block_.run(variant(v));
  const size_t first = number * kBlock;
  Result& result = results_.variants[v];
  const Lanes<int32_t> wall(wall_);
  std::fill(wall.begin(), wall.end(), 0);
  for (const uint32_t job : variant(v).gate) {
    maximum(block_.finish(variant(v), job), wall);
  }
  std::transform(wall.begin(), wall.end(), result.wall.begin() + static_cast<std::ptrdiff_t>(first),
                 [](int32_t ticks) { return static_cast<float>(ticks) * kSecondsPerTick; });
  for (size_t defect = 0; defect < variant(v).defects.size(); ++defect) {
    add_defect(v, defect, first);
  }
  if (variant(v).explain) {
    add_jobs(v, first);
    explainers_[v].add(block_, wall, {is_chosen(number, kDragBlocks), is_chosen(number, kChainBlocks)});
  }
}

void Worker::add_jobs(size_t v, size_t first) {
  VariantTotals& totals = totals_[v];
  const Lanes<int32_t> minutes(minutes_);
  std::fill(minutes.begin(), minutes.end(), 0);
  for (const uint32_t job : variant(v).order) {
    const Lanes<const int32_t> duration = block_.duration(variant(v), job);
    totals.ticks[job] += total(duration);
    if (variant(v).is_billed[job] != 0) totals.minutes[job] += add_minutes(duration, minutes);
    const int32_t* mask = block_.mask(variant(v), job);
    totals.ran[job] += mask == nullptr ? static_cast<int64_t>(kBlock)
                                       : std::count_if(mask, mask + kBlock, [](int32_t lane) { return lane != 0; });
  }
  std::transform(minutes.begin(), minutes.end(),
                 results_.variants[v].minutes.begin() + static_cast<std::ptrdiff_t>(first),
                 [](int32_t value) { return static_cast<float>(value); });
}

void Worker::add_defect(size_t v, size_t defect, size_t first) {
  std::vector<int32_t> earliest(kBlock, INT32_MAX);
  std::vector<int32_t> shown_by(kBlock, -1);
  for (const Cover& cover : variant(v).defects[defect].covers) {
    earliest_failure(
        {block_.finish(variant(v), cover.job), block_.duration(variant(v), cover.job), block_.fraction(cover.fraction),
         block_.mask(variant(v), cover.job), static_cast<int32_t>(cover.job)},
        Lanes<int32_t>(earliest), Lanes<int32_t>(shown_by));
  }
  std::vector<float>& seconds = results_.variants[v].first_red[defect].seconds;
  for (size_t lane = 0; lane < kBlock; ++lane) {
    const bool seen = shown_by[lane] >= 0;
    seconds[first + lane] =
        seen ? static_cast<float>(earliest[lane]) * kSecondsPerTick : std::numeric_limits<float>::infinity();
    if (seen) {
      ++totals_[v].shown_by[defect][static_cast<size_t>(shown_by[lane])];
    }
  }
}

}  // namespace dagsim::sim
