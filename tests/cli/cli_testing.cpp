#include "tests/cli/cli_testing.h"

#include <sstream>

#include "cli/run.h"
#include "tests/catch.h"

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

void check_usage_error(const std::vector<std::string>& arguments, const std::string& message) {
  const Outcome outcome = call(arguments);
  CHECK(outcome.err == "dagsim: error: " + message + "\n");
  CHECK(outcome.out.empty());
  CHECK(outcome.status == 2);
}

}  // namespace dagsim::cli
