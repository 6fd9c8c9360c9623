// The kinds of changes that a prediction can be split by.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "study/session.h"

namespace dagsim::study {

/// One kind of change: a class of dagsim.yaml, or the past runs that ran the same of the jobs on which only past runs
/// can decide.
struct AskedClass {
  std::string name;
  std::string title;                         ///< "" where the name says all
  std::optional<double> share;               ///< of all changes; nothing where neither dagsim.yaml nor past runs tell
  uint32_t runs = 0;                         ///< past runs of the class
  std::optional<std::set<std::string>> ran;  ///< streams of the jobs that ran; nothing for a declared class
};

/// The classes that dagsim.yaml declares, with their weights, else as often as past runs were of them. Without any the
/// sets of jobs that past runs ran, the most frequent first, eight at most and none of less than a fiftieth; empty
/// where all ran the same.
std::vector<AskedClass> change_classes(const Session& session);

}  // namespace dagsim::study
