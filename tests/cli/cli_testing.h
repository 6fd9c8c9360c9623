// What the tests of the command line share: one way to call dagsim, and what it says.
#pragma once

#include <string>
#include <vector>

namespace dagsim::cli {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs dagsim with these arguments, off any terminal. \param input what comes from the standard input
Outcome call(const std::vector<std::string>& arguments, const std::string& input = "");

}  // namespace dagsim::cli
