// What is known about time, for one pipeline: the past runs to draw from and how each job's duration follows from the
// drawn run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/cache.h"

namespace dagsim::model {

/// Where a number comes from.
enum class Origin : uint8_t {
  Measured,  ///< seen in past runs of this very job in this state
  Inferred,  ///< what is left of a measured wall clock or span
  Pooled,    ///< taken from alike jobs or other states
  Assumed,   ///< a person's or a rule's range
};

std::string_view to_string(Origin origin);

/// One thing to draw: a past run, in the cache states it found. Rows are the same for a baseline and its edits.
struct Row {
  std::string run;     ///< id of the past run, "" for none
  double weight = 1;   ///< not normalised
  uint32_t group = 0;  ///< rows of one past run share it: history is re-weighted by run
};

/// A random duration: exp(location[row] + spread[row] * z + shift) seconds, z standard normal from the stream `stream`,
/// shift a normal with deviation `uncertainty` drawn once for each history resample. A location of minus infinity is no
/// time at all. With one location for each past run this is the whole-run smoothed bootstrap; with equal ones a
/// lognormal distribution.
struct Law {
  std::string stream;
  std::vector<float> location;
  std::vector<float> spread;
  float uncertainty = 0;
  /// Errors of the location to use instead of normals, one for each resample in turn; laws that were inferred together
  /// have joint ones. Empty: normals of deviation `uncertainty`.
  std::vector<float> shifts;
};

/// A factor that nobody measured, uniform over [low, high], drawn once for each history resample (it is one unknown,
/// not noise).
struct Assumption {
  std::string name;
  double low = 1;
  double high = 1;
  std::string text;         ///< for people: what is assumed and why
  bool is_seconds = false;  ///< a duration in seconds rather than a bare factor
};

/// A summand of a job's duration: coefficient * draw of a law * product of assumptions.
struct Term {
  uint32_t law = 0;
  float coefficient = 1;
  std::vector<uint32_t> assumptions;
};

/// The time of one job.
struct JobTiming {
  std::vector<Term> terms;    ///< its duration is their sum; empty: no time
  uint32_t dispatch = 0;      ///< law of the time from being eligible to its start
  std::vector<uint8_t> runs;  ///< per row: did it run (Presence::Unknown only); empty: the presence decides
  Origin origin = Origin::Measured;
  uint32_t observations = 0;  ///< durations of this job that were measured in the states it can see
};

constexpr size_t kFailurePoints = 256;

struct Timing {
  std::vector<Row> rows;
  std::vector<Law> laws;
  std::vector<Assumption> assumptions;
  std::vector<JobTiming> jobs;  ///< by JobId
  /// Equally likely shares of a job's time at which its failure shows, kFailurePoints of them, each 0 or more; empty:
  /// the cube root of a uniform share. All variants of a simulation have the same.
  std::vector<float> failure_points = {};
};

}  // namespace dagsim::model
