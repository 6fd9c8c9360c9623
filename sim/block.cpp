#include "sim/block.h"

#include <algorithm>

namespace dagsim::sim {

Block::Block(const Program& program)
    : program_(program),
      rows_(kBlock),
      samples_(program.samples.size()),
      fractions_(program.fractions.size()),
      masks_(program.masks.size()),
      times_(program.times.size()),
      finishes_(program.nodes.size()),
      bits_(kBlock),
      scratch_(kBlock) {}

void Block::run(const Plan& plan, uint64_t number) {
  plan.draw_rows(number, Lanes<uint32_t>(rows_));
  draw_samples(plan, number);
  draw_fractions(number);
  compute_masks();
  compute_times(plan, plan.resample_of(number));
  compute_finishes();
}

const int32_t* Block::mask(uint32_t node) const {
  const uint32_t mask = program_.times[program_.nodes[node].duration].mask;
  return mask == kNone ? nullptr : masks_[mask].data();
}

void Block::draw_samples(const Plan& plan, uint64_t number) {
  const size_t resample = plan.resample_of(number);
  const Lanes<float> z(scratch_);
  for (const NormalStream& normal : program_.normals) {
    normal.stream.fill(number * kBlock, bits_);
    normals(Lanes<const uint32_t>(bits_), z);
    for (const uint32_t index : normal.samples) {
      const Sample& sample = program_.samples[index];
      const model::Law& law = *sample.law;
      const float shift = plan.shift(sample, resample);
      if (sample.same_in_all_rows) {
        lognormals(law.location.front(), law.spread.front(), shift, z, samples_[index]);
      } else {
        lognormals(law.location, law.spread, Lanes<const uint32_t>(rows_), shift, z, samples_[index]);
      }
    }
  }
}

void Block::draw_fractions(uint64_t number) {
  for (size_t i = 0; i < program_.fractions.size(); ++i) {
    program_.fractions[i].fill(number * kBlock, bits_);
    cube_roots(Lanes<const uint32_t>(bits_), fractions_[i]);
  }
}

void Block::compute_masks() {
  for (size_t i = 0; i < program_.masks.size(); ++i) {
    const std::vector<uint8_t>& runs = program_.masks[i];
    const Lanes<int32_t> mask = masks_[i];
    for (size_t lane = 0; lane < kBlock; ++lane) {
      mask[lane] = runs[rows_[lane]] != 0 ? -1 : 0;
    }
  }
}

void Block::compute_times(const Plan& plan, size_t resample) {
  for (size_t i = 0; i < program_.times.size(); ++i) {
    const Time& time = program_.times[i];
    std::fill(scratch_.begin(), scratch_.end(), 0.0F);
    for (const ProgramTerm& term : time.terms) {
      double coefficient = static_cast<double>(term.coefficient);
      for (const uint32_t assumption : term.assumptions) {
        coefficient *= plan.assumption(assumption, resample);
      }
      add_scaled(static_cast<float>(coefficient), samples_[term.sample], Lanes<float>(scratch_));
    }
    to_ticks(Lanes<const float>(scratch_), program_.longest_time, times_[i]);
    if (time.mask != kNone) {
      apply_mask(masks_[time.mask], times_[i]);
    }
  }
}

void Block::compute_finishes() {
  std::vector<const int32_t*> needs;
  for (size_t i = 0; i < program_.nodes.size(); ++i) {
    const Node& node = program_.nodes[i];
    needs.clear();
    for (const uint32_t need : node.needs) {
      needs.push_back(finishes_[need].data());
    }
    sim::finish(needs, times_[node.dispatch], times_[node.duration], finishes_[i]);
  }
}

}  // namespace dagsim::sim
