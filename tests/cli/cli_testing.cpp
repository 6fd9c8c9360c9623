#include "tests/cli/cli_testing.h"

#include <sstream>

#include "cli/run.h"

namespace dagsim::cli {

Outcome call(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<const char*> argv = {"dagsim"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = run(static_cast<int>(argv.size()), argv.data(), in, out, err, Terminal());
  return {status, out.str(), err.str()};
}

}  // namespace dagsim::cli
