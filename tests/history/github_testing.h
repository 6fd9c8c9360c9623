// A repository on a GitHub of its own: answers as GitHub's API gives them, on top of the loopback server, and a clock
// that jumps instead of waiting.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "history/clock.h"
#include "history/fetch.h"
#include "history/github.h"
#include "tests/history/loopback_testing.h"

namespace dagsim::history {

/// 2026-01-01T00:00:00Z.
constexpr double kNewYear = 1'767'225'600;

/// Runs on with the real time, and jumps over what it is told to sleep.
class JumpingClock final : public Clock {
 public:
  double now() const override;
  void sleep(double seconds) override { slept_ += seconds; }
  double slept() const { return slept_; }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  double slept_ = 0;
};

struct FakeRun {
  uint64_t id = 0;
  double created = kNewYear;
  uint32_t attempt = 1;
  uint32_t jobs = 1;
  std::string status = "completed";
};

/// Serves "o/r" with the workflows ci.yml (number 7, "CI") and docs.yml (number 8, "Docs"); all runs are of ci.yml.
class FakeGitHub {
 public:
  std::vector<FakeRun> runs;
  std::string logs;               ///< the archive of each attempt's logs; "" for one of a form that can't be read
  std::set<std::string> expired;  ///< runs and attempts without logs: "RUN-ATTEMPT"
  uint64_t extra_total = 0;       ///< runs that are counted, but not listed
  /// Asked before everything else, with how many requests came before; may misbehave instead. It may change `runs`.
  std::function<std::optional<Reply>(const Received&, size_t number)> first;

  Reply answer(const Received& request);

 private:
  Reply list_runs(const std::map<std::string, std::string>& query) const;
  Reply attempt(const std::string& path, const std::map<std::string, std::string>& query) const;
  size_t requests_ = 0;
};

/// "count" runs, `apart` seconds between each, ids from `first_id` on.
std::vector<FakeRun> runs_of(size_t count, double apart, uint64_t first_id = 1000);

Reply json_reply(const std::string& body, int status = 200);
Reply text_reply(const std::string& body, int status = 200);

/// Keeps what a fetch hands on, in memory.
class MemorySink final : public FetchSink {
 public:
  bool has(PageKind kind, uint64_t run, uint32_t attempt) const override;
  void take(const FetchedPage& page) override;
  void note_gone(PageKind kind, uint64_t run, uint32_t attempt) override;
  std::vector<Sample> samples() const override { return samples_; }
  void mark(const Sample& sample) override;

  /// Each different run of all listings, in the order of ids.
  std::vector<uint64_t> run_ids() const;

  std::vector<std::string> names;  ///< of all that came, in order: "runs", "jobs 1000-1"
  std::map<std::string, std::string> bodies;
  std::vector<Sample> samples_;

 private:
  std::set<std::string> gone_;
  std::set<uint64_t> ids_;
};

/// A fetch against a fake GitHub.
struct Trial {
  Trial();
  /// Fetches and returns "fine" or what was thrown.
  std::string run();

  FakeGitHub github;
  Loopback server;
  JumpingClock clock;
  MemorySink sink;
  FetchOptions options;
  GitHubOptions client;
  FetchCounts counts;
  FetchProgress progress;
  GitHubState state;
  std::function<bool(const GitHubState&)> watch;
};

/// How many of the requests have this in their target.
size_t count_of(const std::vector<Received>& requests, const std::string& part);

}  // namespace dagsim::history
