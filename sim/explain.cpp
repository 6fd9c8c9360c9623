// Criticality by one backward pass in ticks: the latest completion of a job is the least that its dependants leave it,
// and a job is critical where that equals its completion. Chains by walking back from the gate through the need that
// ended last, ties to the need that was created first. Drag (Devaux 1999) by passing the job's descendants again with
// its duration at zero.
#include "sim/explain.h"

#include <algorithm>
#include <array>

namespace dagsim::sim {
namespace {

uint64_t combine(uint64_t hash, uint64_t value) {
  hash = (hash ^ (value + 1)) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 29);
}

void add_up(std::vector<int64_t>& into, const std::vector<int64_t>& other) {
  for (size_t i = 0; i < into.size(); ++i) {
    into[i] += other[i];
  }
}

}  // namespace

void ExplainTotals::add(const ExplainTotals& other) {
  add_up(critical, other.critical);
  add_up(slack, other.slack);
  add_up(drag, other.drag);
  drag_replications += other.drag_replications;
  chain_replications += other.chain_replications;
  for (const auto& [hash, chain] : other.chains) {
    Chain& known = chains[hash];
    known.jobs = chain.jobs;
    known.count += chain.count;
  }
}

ExplainScratch::ExplainScratch(size_t jobs)
    : latest(jobs), critical(jobs), changed(jobs), is_changed(jobs), start(kBlock), zero(kBlock) {}

Explainer::Explainer(const VariantProgram& variant, ExplainScratch& scratch) : variant_(variant), scratch_(scratch) {
  totals_.critical.resize(variant.node.size());
  totals_.slack.resize(variant.node.size());
  totals_.drag.resize(variant.node.size());
}

void Explainer::add(const Block& block, Lanes<const int32_t> wall, Extras extras) {
  backward(block, wall);
  if (extras.chains) {
    trace(block, wall);
  }
  if (extras.drag) {
    add_drag(block, wall);
  }
}

void Explainer::backward(const Block& block, Lanes<const int32_t> wall) {
  for (const uint32_t job : variant_.order) {
    std::copy(wall.begin(), wall.end(), scratch_.latest[job].begin());
  }
  for (auto job = variant_.order.rbegin(); job != variant_.order.rend(); ++job) {
    const Lanes<const int32_t> latest = std::as_const(scratch_.latest)[*job];
    if (variant_.before_gate[*job] != 0) {
      const Lanes<int32_t> start(scratch_.start);
      latest_start(latest, block.dispatch(variant_, *job), block.duration(variant_, *job), start);
      for (const uint32_t need : variant_.needs[*job]) {
        minimum(start, scratch_.latest[need]);
      }
    }
    const auto sums = slack_of(latest, block.finish(variant_, *job), block.mask(variant_, *job));
    const bool can_be_critical = variant_.before_gate[*job] != 0;
    totals_.slack[*job] += sums.slack;
    totals_.critical[*job] += can_be_critical ? sums.critical : 0;
    scratch_.critical[*job] = can_be_critical && sums.critical > 0 ? 1 : 0;
  }
}

void Explainer::trace(const Block& block, Lanes<const int32_t> wall) {
  totals_.chain_replications += static_cast<int64_t>(kBlock);
  for (size_t lane = 0; lane < kBlock; ++lane) {
    trace_lane(block, wall, lane);
  }
}

void Explainer::trace_lane(const Block& block, Lanes<const int32_t> wall, size_t lane) {
  scratch_.path.clear();
  uint64_t hash = 0;
  int32_t end = wall[lane];
  const std::vector<uint32_t>* candidates = &variant_.gate;
  while (!candidates->empty()) {
    // Among the candidates one ends at `end`, which is the maximum over them.
    const uint32_t job = *std::find_if(candidates->begin(), candidates->end(), [&](uint32_t candidate) {
      return block.finish(variant_, candidate)[lane] == end;
    });
    if (block.runs(variant_, job, lane)) {
      scratch_.path.push_back(variant_.first_leg[job]);
      hash = combine(hash, variant_.first_leg[job]);
    }
    end -= block.duration(variant_, job)[lane] + block.dispatch(variant_, job)[lane];
    candidates = &variant_.needs[job];
  }
  ExplainTotals::Chain& chain = totals_.chains[hash];
  if (chain.count == 0) {
    chain.jobs.assign(scratch_.path.rbegin(), scratch_.path.rend());
  }
  ++chain.count;
}

void Explainer::add_drag(const Block& block, Lanes<const int32_t> wall) {
  totals_.drag_replications += static_cast<int64_t>(kBlock);
  std::array<int32_t, kBlock> shorter;
  for (size_t position = 0; position < variant_.order.size(); ++position) {
    const uint32_t job = variant_.order[position];
    if (scratch_.critical[job] != 0) {
      without(block, position, shorter);
      totals_.drag[job] += total(wall) - total(Lanes<const int32_t>(shorter));
    }
  }
}

void Explainer::without(const Block& block, size_t position, Lanes<int32_t> wall) {
  std::fill(scratch_.is_changed.begin(), scratch_.is_changed.end(), uint8_t{0});
  const auto completion = [&](uint32_t job) {
    return scratch_.is_changed[job] != 0 ? std::as_const(scratch_.changed)[job] : block.finish(variant_, job);
  };
  const uint32_t removed = variant_.order[position];
  std::vector<const int32_t*> needs;
  for (size_t i = position; i < variant_.order.size(); ++i) {
    const uint32_t job = variant_.order[i];
    const std::vector<uint32_t>& job_needs = variant_.needs[job];
    const bool follows =
        std::any_of(job_needs.begin(), job_needs.end(), [&](uint32_t need) { return scratch_.is_changed[need] != 0; });
    if (variant_.before_gate[job] == 0 || (job != removed && !follows)) {
      continue;
    }
    needs.clear();
    for (const uint32_t need : job_needs) {
      needs.push_back(completion(need).data());
    }
    const Lanes<const int32_t> duration =
        job == removed ? Lanes<const int32_t>(scratch_.zero) : block.duration(variant_, job);
    finish(needs, block.dispatch(variant_, job), duration, scratch_.changed[job]);
    scratch_.is_changed[job] = 1;
  }
  std::fill(wall.begin(), wall.end(), 0);
  for (const uint32_t job : variant_.gate) {
    maximum(completion(job), wall);
  }
}

std::vector<CriticalChain> top_chains(const ExplainTotals& totals, size_t most) {
  std::vector<const ExplainTotals::Chain*> sorted;
  for (const auto& [hash, chain] : totals.chains) {
    if (!chain.jobs.empty()) {
      sorted.push_back(&chain);
    }
  }
  const auto before = [](const ExplainTotals::Chain* a, const ExplainTotals::Chain* b) {
    return a->count != b->count ? a->count > b->count : a->jobs < b->jobs;
  };
  const size_t kept = std::min(most, sorted.size());
  std::partial_sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(kept), sorted.end(), before);
  std::vector<CriticalChain> result;
  for (size_t i = 0; i < kept; ++i) {
    CriticalChain chain;
    for (const uint32_t job : sorted[i]->jobs) {
      chain.jobs.push_back(model::JobId{job});
    }
    chain.probability = static_cast<double>(sorted[i]->count) / static_cast<double>(totals.chain_replications);
    result.push_back(std::move(chain));
  }
  return result;
}

}  // namespace dagsim::sim
