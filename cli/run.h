// The command line as a function: arguments and three streams in, an exit status out.
#pragma once

#include <istream>
#include <ostream>

namespace dagsim::cli {

/// What the caller knows about the screen; library code asks neither the system nor the environment.
struct Terminal {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  unsigned columns = 80;
  bool no_color = false;  ///< NO_COLOR is set
};

/// Runs one command. What tools ask comes from `in`, results go to `out`, diagnostics and progress to `err`.
/// \return 0 fine, 1 a threshold was crossed, 2 the command line or an input is wrong, 3 the world failed
int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err,
        const Terminal& terminal);

}  // namespace dagsim::cli
