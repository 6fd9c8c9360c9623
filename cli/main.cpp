// The executable: what only the system knows about the screen, and what an interrupt does.
#include <csignal>
#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/run.h"

namespace {

volatile std::sig_atomic_t wipe_progress = 0;

/// Results are written whole or not at all, so there is nothing to finish.
extern "C" void interrupted(int /*signal*/) {
  constexpr char kWipe[] = "\r\x1b[K";
  if (wipe_progress != 0 && ::write(STDERR_FILENO, kWipe, sizeof kWipe - 1) < 0) std::_Exit(dagsim::cli::kInterrupted);
  std::_Exit(dagsim::cli::kInterrupted);
}

dagsim::cli::Terminal terminal() {
  dagsim::cli::Terminal result;
  result.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  result.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  result.no_color = no_color != nullptr && *no_color != '\0';
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) result.columns = size.ws_col;
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const dagsim::cli::Terminal screen = terminal();
  wipe_progress = screen.err_is_terminal ? 1 : 0;
  std::signal(SIGINT, interrupted);
  std::ios::sync_with_stdio(false);
  return dagsim::cli::run(argc, argv, std::cin, std::cout, std::cerr, screen);
}
