#include "sim/program.h"

#include <algorithm>
#include <map>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "sim/kernel.h"
#include "sim/program_builder.h"

namespace dagsim::sim {
namespace {

using model::index;
using model::JobId;

class VariantCompiler {
 public:
  VariantCompiler(ProgramBuilder& builder, const Variant& variant)
      : builder_(builder),
        pipeline_(*variant.pipeline),
        graph_(*variant.graph),
        timing_(*variant.timing),
        job_count_(pipeline_.jobs.size()),
        stands_for_(job_count_) {
    check_sizes();
    out_.explain = variant.explain;
    out_.node.assign(job_count_, kNone);
    out_.needs.resize(job_count_);
    out_.price.resize(job_count_);
    for (const model::Job& job : pipeline_.jobs) out_.is_billed.push_back(model::is_sibling(job.id) ? 0 : 1);
  }

  VariantProgram compile() {
    for (const JobId id : graph_.order()) {
      add_job(id);
    }
    out_.gate = last_of(running(model::gate_jobs(pipeline_)));
    find_first_legs();
    add_waits();
    mark_before_gate();
    for (const model::DefectKind& kind : pipeline_.defects) {
      add_defect(kind);
    }
    return std::move(out_);
  }

 private:
  void check_sizes() const {
    if (graph_.size() != job_count_ || timing_.jobs.size() != job_count_) {
      throw std::domain_error(fmt::format("a variant has {} jobs, but its graph {} and its timing {}", job_count_,
                                          graph_.size(), timing_.jobs.size()));
    }
  }

  void find_first_legs() {
    std::map<std::string, uint32_t> first;
    for (uint32_t job = 0; job < job_count_; ++job) {
      out_.first_leg.push_back(first.try_emplace(pipeline_.jobs[job].id, job).first->second);
    }
  }

  /// The jobs among `jobs` that may run, and for each that is skipped those that it stands for; each once, in the order
  /// of `jobs`.
  std::vector<uint32_t> running(std::span<const JobId> jobs) const {
    std::vector<uint32_t> result;
    std::vector<uint8_t> seen(job_count_);
    for (const JobId id : jobs) {
      for (const uint32_t job : stands_for_[index(id)]) {
        if (seen[job] == 0) {
          result.push_back(job);
        }
        seen[job] = 1;
      }
    }
    return result;
  }

  /// Those that no other one needs directly: where all jobs make up the gate, its completion is that of the last ones.
  std::vector<uint32_t> last_of(std::vector<uint32_t> jobs) const {
    std::vector<uint8_t> is_needed(job_count_);
    for (const uint32_t job : jobs) {
      for (const uint32_t need : out_.needs[job]) {
        is_needed[need] = 1;
      }
    }
    std::erase_if(jobs, [&](uint32_t job) { return is_needed[job] != 0; });
    return jobs;
  }

  Time duration(const model::Job& job, const model::JobTiming& timing) {
    Time time{.terms = {}, .mask = mask(job, timing)};
    for (const model::Term& term : timing.terms) {
      const model::Law& law = timing_.laws.at(term.law);
      check_finite("coefficient of a term of job \"" + job.key + "\"", static_cast<double>(term.coefficient));
      ProgramTerm compiled{builder_.sample(law, "duration/" + law.stream), term.coefficient, {}};
      for (const uint32_t assumption : term.assumptions) {
        compiled.assumptions.push_back(builder_.assumption(timing_.assumptions.at(assumption)));
      }
      time.terms.push_back(std::move(compiled));
    }
    return time;
  }

  uint32_t mask(const model::Job& job, const model::JobTiming& timing) {
    const bool decided_by_row = job.presence == model::Presence::Unknown && !timing.runs.empty();
    return decided_by_row ? builder_.mask(timing.runs) : kNone;
  }

  void add_job(JobId id) {
    const auto job_index = static_cast<uint32_t>(index(id));
    const model::Job& job = pipeline_.job(id);
    std::vector<uint32_t> needs = running(graph_.needs(id));
    if (job.presence == model::Presence::Skipped) {
      stands_for_[job_index] = std::move(needs);
      return;
    }
    stands_for_[job_index] = {job_index};
    const model::JobTiming& timing = timing_.jobs[job_index];
    const model::Law& dispatch_law = timing_.laws.at(timing.dispatch);
    const uint32_t dispatch = builder_.sample(dispatch_law, "dispatch/" + job.stream);
    Node node{.dispatch = builder_.time({{{dispatch, 1.0F, {}}}, mask(job, timing)}),
              .duration = builder_.time(duration(job, timing)),
              .needs = {}};
    for (const uint32_t need : needs) {
      node.needs.push_back(out_.node[need]);
    }
    out_.node[job_index] = builder_.node(std::move(node));
    out_.needs[job_index] = std::move(needs);
    out_.order.push_back(job_index);
    const model::Pool* pool = pipeline_.pool_of(job);
    out_.price[job_index] = pool == nullptr ? 0 : pool->price_per_minute;
  }

  /// Pools and matrices that can make jobs wait: those that more jobs could want at once than they let run. Which jobs
  /// could is told by the widest set of jobs without needs between them.
  void add_waits() {
    std::vector<Holds> holds(job_count_);
    WaitProgram waits;
    for (const model::Pool& pool : pipeline_.pools) {
      std::vector<JobId> jobs;
      for (const uint32_t job : out_.order) {
        if (pipeline_.pool_of(pipeline_.jobs[job]) == &pool) jobs.push_back(JobId{job});
      }
      const size_t widest = pool.slots == 0 ? 0 : graph_.widest_antichain(jobs);
      if (widest <= pool.slots) continue;
      for (const JobId job : jobs) holds[index(job)].pool = static_cast<uint32_t>(waits.pools.size());
      waits.pools.push_back(pool.slots);
      out_.bounds.push_back(fmt::format("up to {} jobs want the {} slot{} of pool \"{}\"", widest, pool.slots,
                                        pool.slots == 1 ? "" : "s", pool.name));
    }
    std::map<std::pair<std::string, std::string>, std::vector<uint32_t>> matrices;
    for (const uint32_t job : out_.order) {
      matrices[{pipeline_.jobs[job].id, pipeline_.jobs[job].call}].push_back(job);
    }
    for (const auto& [place, legs] : matrices) {
      const uint32_t most = pipeline_.jobs[legs.front()].strategy.max_parallel;
      if (most == 0 || legs.size() <= most) continue;
      for (const uint32_t leg : legs) holds[leg].matrix = static_cast<uint32_t>(waits.matrices.size());
      waits.matrices.push_back(most);
      out_.bounds.push_back(fmt::format("{} of the {} legs of \"{}\" may run at once", most, legs.size(), place.first));
    }
    if (waits.pools.empty() && waits.matrices.empty()) return;
    add_places(waits, holds);
    out_.waits = std::move(waits);
  }

  void add_places(WaitProgram& waits, const std::vector<Holds>& holds) const {
    waits.jobs = out_.order;
    std::ranges::sort(waits.jobs);
    std::vector<uint32_t> place(job_count_);
    for (uint32_t i = 0; i < waits.jobs.size(); ++i) place[waits.jobs[i]] = i;
    std::vector<std::vector<uint32_t>> dependants(waits.jobs.size());
    for (const uint32_t job : waits.jobs) {
      waits.holds.push_back(holds[job]);
      waits.needs.push_back(static_cast<uint32_t>(out_.needs[job].size()));
      for (const uint32_t need : out_.needs[job]) dependants[place[need]].push_back(place[job]);
    }
    for (const std::vector<uint32_t>& list : dependants) {
      waits.first_dependant.push_back(static_cast<uint32_t>(waits.dependants.size()));
      waits.dependants.insert(waits.dependants.end(), list.begin(), list.end());
    }
    waits.first_dependant.push_back(static_cast<uint32_t>(waits.dependants.size()));
  }

  void mark_before_gate() {
    out_.before_gate.assign(job_count_, 0);
    for (const uint32_t job : out_.gate) {
      out_.before_gate[job] = 1;
    }
    for (auto job = out_.order.rbegin(); job != out_.order.rend(); ++job) {
      if (out_.before_gate[*job] != 0) {
        for (const uint32_t need : out_.needs[*job]) {
          out_.before_gate[need] = 1;
        }
      }
    }
  }

  void add_defect(const model::DefectKind& kind) {
    ProgramDefect defect{kind.name, {}};
    for (uint32_t i = 0; i < job_count_; ++i) {
      const model::Job& job = pipeline_.jobs[i];
      const auto covers = [&](const std::string& glob) {
        return glob_match(glob, job.id) || glob_match(glob, job.key);
      };
      if (out_.node[i] != kNone && std::any_of(kind.jobs.begin(), kind.jobs.end(), covers)) {
        // One defect strikes all its jobs at the same point, as far as past runs tell where.
        const std::string own = timing_.failure_points.empty() ? "/" + job.stream : "";
        defect.covers.push_back({i, builder_.fraction("failure/" + kind.name + own)});
      }
    }
    out_.defects.push_back(std::move(defect));
  }

  ProgramBuilder& builder_;
  const model::Pipeline& pipeline_;
  const model::Graph& graph_;
  const model::Timing& timing_;
  size_t job_count_;
  std::vector<std::vector<uint32_t>> stands_for_;  ///< by job: itself, or what a skipped job waits for
  VariantProgram out_;
};

void check_rows(const std::vector<Variant>& variants) {
  const std::vector<model::Row>& rows = variants.front().timing->rows;
  if (rows.empty()) {
    throw std::domain_error("a simulation needs at least one row of history");
  }
  double all = 0;
  for (const model::Row& row : rows) {
    check_not_negative("weight of run \"" + row.run + "\"", row.weight);
    all += row.weight;
  }
  check_positive("sum of the weights of all runs", all);
  for (const Variant& variant : variants) {
    const std::vector<model::Row>& own = variant.timing->rows;
    if (own.size() != rows.size()) {
      throw std::domain_error(
          fmt::format("all variants must have the same rows, but there are {} and {}", rows.size(), own.size()));
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      if (own[i].weight != rows[i].weight || own[i].group != rows[i].group) {
        throw std::domain_error(
            fmt::format("all variants must have the same rows, but row {} of run \"{}\" differs in weight or group", i,
                        rows[i].run));
      }
    }
  }
}

/// Every time is cut so that the deepest chain of dispatches and durations stays below 2^31 ticks (388 days). With
/// waits all jobs of a variant may have to run one after another.
int32_t longest_time(const Program& program) {
  const std::vector<Node>& nodes = program.nodes;
  std::vector<int32_t> depth(nodes.size(), 1);
  int32_t deepest = 1;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const uint32_t need : nodes[i].needs) {
      depth[i] = std::max(depth[i], depth[need] + 1);
    }
    deepest = std::max(deepest, depth[i]);
  }
  for (const VariantProgram& variant : program.variants) {
    if (variant.waits) deepest = std::max(deepest, static_cast<int32_t>(variant.order.size()));
  }
  return INT32_MAX / (2 * deepest + 1);
}

void add_lines(const model::Law& law, Draw& draw, std::vector<Line>& lines) {
  draw.first_line = lines.size();
  const auto all_equal = [](const std::vector<float>& values) {
    return std::ranges::all_of(values, [&](float value) { return value == values.front(); });
  };
  draw.by_row = !all_equal(law.location) || !all_equal(law.spread);
  if (!draw.by_row) {
    const Inversion inversion = invert_lognormal(law.location.front(), law.spread.front());
    lines.insert(lines.end(), inversion.begin(), inversion.end());
    return;
  }
  for (size_t row = 0; row < law.location.size(); ++row) {
    lines.push_back(lognormal_line(law.location[row], law.spread[row]));
  }
}

void lay_out_draws(Program& program) {
  program.kept.assign(program.samples.size(), kNone);
  for (uint32_t stream = 0; stream < program.streams.size(); ++stream) {
    const std::vector<uint32_t>& samples = program.streams[stream].samples;
    const auto end = static_cast<uint32_t>(program.draws.size() + samples.size());
    for (const uint32_t index : samples) {
      const Sample& sample = program.samples[index];
      Draw draw{.end_draw = end, .stream = stream};
      add_lines(*sample.law, draw, program.lines);
      if (sample.is_summed) {
        draw.kept = program.kept[index] = program.kept_samples++;
      }
      program.draw_times.insert(program.draw_times.end(), sample.times.begin(), sample.times.end());
      draw.end_time = static_cast<uint32_t>(program.draw_times.size());
      program.draws.push_back(draw);
    }
  }
}

/// Nodes that several variants have keep a slot of their own; those of one variant are computed when it is looked at,
/// in slots that the next variant takes over. So memory grows with the pipeline, not with the number of edits.
void lay_out_nodes(Program& program) {
  std::vector<uint32_t> users(program.nodes.size());
  for (const VariantProgram& variant : program.variants) {
    if (variant.waits) {
      program.wait_jobs = std::max(program.wait_jobs, static_cast<uint32_t>(variant.node.size()));
      continue;
    }
    std::vector<uint32_t> nodes;
    for (const uint32_t job : variant.order) nodes.push_back(variant.node[job]);
    std::ranges::sort(nodes);
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    for (const uint32_t node : nodes) ++users[node];
  }
  program.slots.resize(program.nodes.size());
  for (uint32_t node = 0; node < program.nodes.size(); ++node) {
    if (users[node] < 2) continue;
    program.slots[node] = static_cast<uint32_t>(program.common_nodes.size());
    program.common_nodes.push_back(node);
  }
  program.slot_count = static_cast<uint32_t>(program.common_nodes.size());
  for (VariantProgram& variant : program.variants) {
    if (variant.waits) continue;
    auto slot = static_cast<uint32_t>(program.common_nodes.size());
    for (const uint32_t job : variant.order) {
      const uint32_t node = variant.node[job];
      if (users[node] != 1) continue;
      users[node] = 0;  // another job of the variant may be the same node
      program.slots[node] = slot++;
      variant.own_nodes.push_back(node);
    }
    program.slot_count = std::max(program.slot_count, slot);
  }
}

std::vector<float> failure_points(const std::vector<Variant>& variants) {
  const std::vector<float>& points = variants.front().timing->failure_points;
  for (const Variant& variant : variants) {
    if (variant.timing->failure_points != points) throw std::domain_error("variants differ in their failure points");
  }
  const auto is_bad = [](float share) { return !std::isfinite(share) || share < 0; };
  if ((!points.empty() && points.size() != model::kFailurePoints) || std::ranges::any_of(points, is_bad)) {
    throw std::domain_error(fmt::format("failure points must be {} numbers of 0 or more", model::kFailurePoints));
  }
  return points;
}

}  // namespace

Program compile(const std::vector<Variant>& variants, uint64_t seed) {
  ProgramBuilder builder(seed);
  if (variants.empty()) {
    return std::move(builder.program);
  }
  check_rows(variants);
  builder.program.rows = &variants.front().timing->rows;
  builder.program.failure_points = failure_points(variants);
  for (const Variant& variant : variants) {
    builder.program.variants.push_back(VariantCompiler(builder, variant).compile());
  }
  builder.program.longest_time = longest_time(builder.program);
  lay_out_draws(builder.program);
  lay_out_nodes(builder.program);
  return std::move(builder.program);
}

}  // namespace dagsim::sim
