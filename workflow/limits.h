// Bounds of an expansion: what GitHub allows, and what keeps hostile matrices cheap.
#pragma once

#include <cstddef>

#include "base/yaml.h"

namespace dagsim::workflow {

struct Limits {
  yaml::Limits yaml = {};           ///< of each file
  size_t legs = 256;                ///< of one matrix, as GitHub has it
  size_t levels = 10;               ///< of workflows that call each other, as GitHub has it
  size_t files = 50;                ///< different ones that are called, as GitHub has it
  size_t actions = 10;              ///< levels of composite actions that use each other, as GitHub has it
  size_t jobs = 4096;               ///< of the whole pipeline: keeps nested matrices from multiplying
  size_t combinations = 65'536;     ///< of one matrix, before its exclude
  size_t comparisons = 20'000'000;  ///< of one matrix: leaves of filters with combinations, merged keys
  size_t leaves = 500'000;          ///< of all legs of one matrix, and of all jobs of the pipeline
};

}  // namespace dagsim::workflow
