// What a job's log shows: its steps with their times, and in the order of the text what caches, compilers, image builds
// and the runner said. A log may be of any size; memory stays bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/log_rules.h"

namespace dagsim::history {

/// Something that a rule found. Compiled crates, single downloads, errors and a user's counts come as one marker for a
/// stretch of a step: `count` of them, from `line` and `time` on, over `seconds`.
struct Marker {
  MarkerKind kind = MarkerKind::Count;
  uint32_t step = 0;           ///< index into JobLog::steps
  uint64_t line = 0;           ///< counts from 1
  std::optional<double> time;  ///< Unix seconds
  std::string key;  ///< a cache key, an artifact, the first crate or error of a stretch; of a count its rule's name
  std::optional<uint64_t> bytes;
  std::optional<double> seconds;  ///< of an index update until the next line
  uint64_t count = 1;
};

/// A part of a log under a header of its own: the runner's set-up, "Run …" of a step or of a composite action's inner
/// step, or a step's clean-up ("Post job cleanup.").
struct LogStep {
  std::string name;     ///< of the header; "Set up job" before the first
  std::string file;     ///< the step's name where an archive tells it, "" otherwise
  uint32_t number = 0;  ///< the step's place in the job where an archive tells it, 0 otherwise
  uint64_t line = 1;
  std::optional<double> start;  ///< Unix seconds of the first line
  std::optional<double> end;    ///< and of the last one before the next header
  std::string cache_key;        ///< inputs of a cache action as the log repeats them
  std::vector<std::string> restore_keys;
};

struct JobLog {
  std::vector<LogStep> steps;  ///< at least one
  std::vector<Marker> markers;
  std::optional<double> start;  ///< Unix seconds of the first and the last line that has a time
  std::optional<double> end;
  uint64_t lines = 0;
  uint64_t bytes = 0;
  uint64_t matched = 0;     ///< lines that a rule matched
  uint64_t cut_lines = 0;   ///< lines longer than LogLimits::line_bytes, of which only the start was read
  uint64_t left_out = 0;    ///< markers and steps beyond LogLimits
  bool has_set_up = false;  ///< it begins as the log of a whole job does
  bool is_truncated =
      false;  ///< it ends inside a line, or without the runner's last words although it has set-up lines
};

/// Bounds that keep hostile logs harmless.
struct LogLimits {
  static constexpr size_t kKeyBytes = 1024;  ///< of a key or name; GitHub's cache keys have 512 at most
  size_t line_bytes = size_t{64} << 10;
  size_t markers = 100'000;
  size_t steps = 10'000;
};

/// Takes a log in chunks, cut anywhere.
class LogScanner {
 public:
  static constexpr std::string_view kSetUp = "Set up job";        ///< the runner's name of the first step
  static constexpr std::string_view kWait = "Wait for a runner";  ///< what comes before it, by our own name

  explicit LogScanner(LogRules rules, const LogLimits& limits = {});
  ~LogScanner();
  LogScanner(LogScanner&&) noexcept;
  LogScanner& operator=(LogScanner&&) noexcept;

  /// What follows is the log of one step, as archives have them; with number 0 and the name kSetUp that of a whole job.
  /// Call it before the first byte of each.
  void begin_step(uint32_t number, std::string name);
  void feed(std::string_view chunk);
  /// The result; the scanner starts anew.
  JobLog finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A whole log at once.
JobLog scan_log(std::string_view text, const LogRules& rules = LogRules(), const LogLimits& limits = {});

}  // namespace dagsim::history
