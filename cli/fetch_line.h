// How far a fetch is, on a terminal; elsewhere only what it waits for.
#pragma once

#include <string>

#include "cli/command.h"
#include "history/fetch.h"
#include "history/github.h"

namespace dagsim::cli {

/// One line that is written over and over, wiped when it goes out of scope.
class FetchLine {
 public:
  explicit FetchLine(const Context& context) : context_(context) {}
  ~FetchLine() { wipe(); }
  FetchLine(const FetchLine&) = delete;
  FetchLine& operator=(const FetchLine&) = delete;

  /// \param now Unix seconds
  void show(const history::FetchProgress& progress, const history::GitHubState& state, double now);
  void wipe();

 private:
  void begin_phase(const history::FetchProgress& progress, double now);
  std::string time_left(const history::FetchProgress& progress, const history::GitHubState& state, double now) const;

  const Context& context_;
  std::string shown_;
  double shown_at_ = 0;
  std::string phase_;
  double phase_began_ = 0;
  double told_wait_ = 0;
};

/// "1,234,567".
std::string grouped(uint64_t number);

}  // namespace dagsim::cli
