// Writes what bench/log_peer needs: `dagsim_log_text MEGABYTES` a log, `dagsim_log_text patterns` the patterns for
// grep.
#include <cstdlib>
#include <iostream>
#include <string>

#include "bench/log_text.h"

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  const unsigned long megabytes = std::strtoul(what.c_str(), nullptr, 10);
  if (what != "patterns" && (megabytes == 0 || megabytes > 4000)) {
    std::cerr << "usage: dagsim_log_text MEGABYTES | patterns\n";
    return 2;
  }
  std::cout << (what == "patterns" ? dagsim::log_patterns_for_grep() : dagsim::make_log_text(megabytes * 1'000'000));
  return std::cout.flush() ? 0 : 3;
}
