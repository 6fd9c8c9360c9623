// What a simulation runs: all variants compiled into flat arrays in which everything that variants have in common
// exists once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/events.h"
#include "sim/kernel.h"
#include "sim/simulate.h"
#include "stats/random.h"

namespace dagsim::sim {

constexpr uint32_t kNone = UINT32_MAX;

/// A law drawn with one stream of random bits. Laws of equal content and stream are one sample, whichever variants they
/// come from.
struct Sample {
  const model::Law* law = nullptr;   ///< in a variant's timing, which outlives the program
  uint32_t shift = 0;                ///< index of Program::shifts
  std::vector<uint32_t> times = {};  ///< those that are this sample alone, times a factor
  bool is_summed = false;            ///< others are sums with it
};

/// A stream of random bits and the samples that use it.
struct BitStream {
  stats::Stream stream;
  std::vector<uint32_t> samples;
  bool is_idle = false;  ///< laws without spread don't look at its bits
};

/// How a block draws a sample. Those of a stream stand together, in the order of the streams, and so do their times and
/// lines: a block of a wide pipeline touches each once, so they have to come in the order of memory.
struct Draw {
  size_t first_line = 0;  ///< in Program::lines: of its inversion, or its location and spread in each row
  bool by_row = false;    ///< the latter
  uint32_t kept = kNone;  ///< where sums find it, if any need it
  uint32_t end_time = 0;  ///< in Program::draw_times, where those of the draw before end
  uint32_t end_draw = 0;  ///< of its stream
  uint32_t stream = 0;
};

/// A term whose assumptions are indices of Program::assumptions.
struct ProgramTerm {
  uint32_t sample = 0;
  float coefficient = 1;
  std::vector<uint32_t> assumptions;
  auto operator<=>(const ProgramTerm&) const = default;
};

/// Ticks that some jobs take (or wait): a sum of terms, nothing where the mask says that the job did not run.
struct Time {
  std::vector<ProgramTerm> terms;
  uint32_t mask = kNone;  ///< index of Program::masks
  auto operator<=>(const Time&) const = default;
};

/// The completion of a job: the last of its needs, dispatch, duration. Jobs of different variants with equal time and
/// equal needs are one node. Needs have lower indices.
struct Node {
  uint32_t dispatch = 0;  ///< index of Program::times
  uint32_t duration = 0;
  std::vector<uint32_t> needs;  ///< sorted
  auto operator<=>(const Node&) const = default;
};

struct ProgramAssumption {
  std::string name;
  double low = 1;
  double high = 1;
  auto operator<=>(const ProgramAssumption&) const = default;
};

/// A job that covers a defect kind, and the stream of the points at which it fails.
struct Cover {
  uint32_t job = 0;
  uint32_t fraction = 0;  ///< index of Program::fractions
};

struct ProgramDefect {
  std::string kind;
  std::vector<Cover> covers;
};

/// One variant. Jobs are indices of Pipeline::jobs; only those that may run appear. A skipped job is replaced by its
/// needs.
struct VariantProgram {
  std::vector<uint32_t> order;               ///< topological
  std::vector<uint32_t> own_nodes;           ///< those that no other variant has, in order
  std::optional<WaitProgram> waits;          ///< where jobs may have to wait: then its nodes are not computed
  std::vector<std::string> bounds;           ///< what makes them wait, for people
  std::vector<uint32_t> node;                ///< by job; kNone for skipped jobs
  std::vector<std::vector<uint32_t>> needs;  ///< by job, in the order of its graph
  std::vector<uint32_t> first_leg;           ///< by job: the first job of the same id path
  std::vector<uint32_t> gate;  ///< jobs whose completion ends the wall clock, without those that another one needs
  std::vector<uint8_t> before_gate;  ///< by job: belongs to the gate or must complete before it
  std::vector<double> price;         ///< by job, per minute
  std::vector<uint8_t> is_billed;    ///< by job; what stands for another workflow is not
  std::vector<ProgramDefect> defects;
  bool explain = true;
};

struct Program {
  const std::vector<model::Row>* rows = nullptr;
  std::vector<BitStream> streams;
  std::vector<Sample> samples;
  std::vector<Draw> draws;
  std::vector<Line> lines;
  std::vector<uint32_t> draw_times;  ///< times that are one sample alone, in the order of the draws
  uint32_t kept_samples = 0;
  std::vector<uint32_t> kept;       ///< by sample: Draw::kept
  std::vector<std::string> shifts;  ///< stream names
  std::vector<ProgramAssumption> assumptions;
  std::vector<std::vector<uint8_t>> masks;  ///< by row
  std::vector<Time> times;
  std::vector<Node> nodes;
  std::vector<uint32_t> slots;  ///< by node: where a block keeps it; nodes of one variant only share theirs
  uint32_t slot_count = 0;
  uint32_t wait_jobs = 0;              ///< of the largest variant with waits
  std::vector<uint32_t> common_nodes;  ///< of several variants, in order
  std::vector<stats::Stream> fractions;
  std::vector<float> failure_points;  ///< Timing::failure_points
  std::vector<VariantProgram> variants;
  int32_t longest_time = 0;  ///< ticks; a dispatch or duration is cut to it, so that no chain overflows
};

/// Compiles variants. \throws std::domain_error when there are no rows, when variants differ in their rows, when a law
/// has not one location and one spread for each row, or when a number is not what model/timing.h says.
Program compile(const std::vector<Variant>& variants, uint64_t seed);

}  // namespace dagsim::sim
