#include "sim/block.h"

#include <algorithm>
#include <cmath>

namespace dagsim::sim {

Block::Block(const Program& program)
    : program_(program),
      rows_(kBlock),
      samples_(program.kept_samples),
      fractions_(program.fractions.size()),
      masks_(program.masks.size()),
      times_(program.times.size()),
      finishes_(program.slot_count),
      waited_finishes_(program.wait_jobs),
      delays_(program.wait_jobs),
      event_loops_(program.variants.size()),
      bits_(kBlock),
      scratch_(kBlock),
      seconds_(kBlock) {}

void Block::run(const Plan& plan, uint64_t number) {
  if (plan.resample_of(number) != resample_) {
    set_factors(plan, plan.resample_of(number));
  }
  plan.draw_rows(number, Lanes<uint32_t>(rows_));
  draw_samples(number);
  draw_fractions(number);
  compute_masks();
  compute_times();
  compute(program_.common_nodes);
}

void Block::run(const VariantProgram& variant) {
  if (variant.waits) {
    run_events(variant);
  } else {
    compute(variant.own_nodes);
  }
}

void Block::run_events(const VariantProgram& variant) {
  std::unique_ptr<EventLoop>& loop = event_loops_[static_cast<size_t>(&variant - program_.variants.data())];
  if (!loop) {
    std::vector<JobRows> jobs;
    for (const uint32_t job : variant.waits->jobs) {
      const Node& node = program_.nodes[variant.node[job]];
      jobs.push_back({times_[node.duration].data(), times_[node.dispatch].data(), mask(variant.node[job]),
                      waited_finishes_[job].data(), variant.explain ? delays_[job].data() : nullptr});
    }
    loop = std::make_unique<EventLoop>(*variant.waits, jobs);
  }
  loop->run();
}

/// An error of a law's location is one factor for all draws of a resample, as assumptions are.
void Block::set_factors(const Plan& plan, size_t resample) {
  resample_ = resample;
  const auto factor_of = [&](const ProgramTerm& term) {
    double factor = static_cast<double>(term.coefficient);
    factor *= std::exp(static_cast<double>(plan.shift(program_.samples[term.sample], resample)));
    for (const uint32_t assumption : term.assumptions) {
      factor *= plan.assumption(assumption, resample);
    }
    return static_cast<float>(factor);
  };
  draw_factors_.clear();
  for (const uint32_t time : program_.draw_times) {
    draw_factors_.push_back(factor_of(program_.times[time].terms.front()));
  }
  sums_.clear();
  for (uint32_t time = 0; time < program_.times.size(); ++time) {
    const std::vector<ProgramTerm>& terms = program_.times[time].terms;
    if (terms.size() == 1) continue;
    Sum& sum = sums_.emplace_back(Sum{time, {}});
    for (const ProgramTerm& term : terms) {
      sum.parts.emplace_back(program_.kept[term.sample], factor_of(term));
    }
  }
}

const int32_t* Block::mask(uint32_t node) const {
  const uint32_t mask = program_.times[program_.nodes[node].duration].mask;
  return mask == kNone ? nullptr : masks_[mask].data();
}

void Block::draw_samples(uint64_t number) {
  const Lanes<const uint32_t> bits(bits_);
  const Lanes<float> z(scratch_);
  uint32_t time = 0;
  for (uint32_t first = 0; first < program_.draws.size(); first = program_.draws[first].end_draw) {
    const BitStream& stream = program_.streams[program_.draws[first].stream];
    if (!stream.is_idle) stream.stream.fill(number * kBlock, bits_);
    bool has_normals = false;
    for (uint32_t i = first; i < program_.draws[first].end_draw; ++i) {
      const Draw& draw = program_.draws[i];
      const Line* lines = program_.lines.data() + draw.first_line;
      if (i + 1 < program_.draws.size() && !program_.draws[i + 1].by_row) {
        prefetch(program_.lines.data() + program_.draws[i + 1].first_line);
      }
      const Lanes<float> seconds = draw.kept == kNone ? Lanes<float>(seconds_) : samples_[draw.kept];
      if (draw.by_row) {
        if (!has_normals) normals(bits, z);
        has_normals = true;
        lognormals(lines, Lanes<const uint32_t>(rows_), z, seconds);
      } else {
        invert(lines, bits, seconds);
      }
      for (; time < draw.end_time; ++time) {
        to_ticks(draw_factors_[time], seconds, program_.longest_time, times_[program_.draw_times[time]]);
      }
    }
  }
}

void Block::draw_fractions(uint64_t number) {
  for (size_t i = 0; i < program_.fractions.size(); ++i) {
    program_.fractions[i].fill(number * (kBlock / 2), std::span(bits_).first(kBlock / 2));
    spread_halves(Lanes<uint32_t>(bits_));
    if (program_.failure_points.empty()) {
      cube_roots(Lanes<const uint32_t>(bits_), fractions_[i]);
    } else {
      pick(program_.failure_points.data(), Lanes<const uint32_t>(bits_), fractions_[i]);
    }
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

/// Times of one term were made with their sample.
void Block::compute_times() {
  for (const Sum& sum : sums_) {
    std::fill(scratch_.begin(), scratch_.end(), 0.0F);
    for (const auto& [sample, factor] : sum.parts) {
      add_scaled(factor, samples_[sample], Lanes<float>(scratch_));
    }
    to_ticks(1, Lanes<const float>(scratch_), program_.longest_time, times_[sum.time]);
  }
  for (size_t i = 0; i < program_.times.size(); ++i) {
    const uint32_t mask = program_.times[i].mask;
    if (mask != kNone) {
      apply_mask(masks_[mask], times_[i]);
    }
  }
}

void Block::compute(const std::vector<uint32_t>& nodes) {
  for (const uint32_t index : nodes) {
    const Node& node = program_.nodes[index];
    needs_.clear();
    for (const uint32_t need : node.needs) {
      needs_.push_back(finish(need).data());
    }
    sim::finish(needs_, times_[node.dispatch], times_[node.duration], finishes_[program_.slots[index]]);
  }
}

}  // namespace dagsim::sim
