// Helpers of the tests of cli: a command line in, what it prints out.
#pragma once

#include <string>
#include <vector>

namespace dagsim::cli {

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs `dagsim` with these arguments and this standard input, away from any terminal.
Outcome call(const std::vector<std::string>& arguments, const std::string& input = "");

/// The arguments are refused with exactly this message.
void check_usage_error(const std::vector<std::string>& arguments, const std::string& message);

}  // namespace dagsim::cli
