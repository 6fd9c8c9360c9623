// Puts a JobLog together while a log is scanned: steps with their ends, markers within limits, counts that grow.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "history/log_scan.h"

namespace dagsim::history {

class LogBuilder {
 public:
  explicit LogBuilder(const LogLimits& limits);

  /// A step's own log begins, or one more text of the job.
  void begin_file(uint32_t number, std::string name);
  /// A header that stood on line `line`.
  void open_step(std::string name, uint64_t line, std::optional<double> start, std::optional<double> end_of_previous);
  /// A header on the current line.
  void open_step(std::string name, std::string_view time);

  /// A line begins, before anything is said of it; `time` is its text or "".
  void begin_line(std::string_view time);
  /// And ends.
  void end_line(std::string_view time);

  /// What a rule said of the current line, headers aside.
  void mark(const LogMatch& match, std::string_view time);
  Marker& add(MarkerKind kind, std::string_view time);

  /// Of the last line that had one.
  std::string_view last_time_text() const { return {last_time_.data(), last_time_size_}; }
  std::optional<double> last_time() const;

  /// Closes the last step.
  JobLog take(bool has_last_words, bool ends_inside_a_line);

  JobLog log;

 private:
  void add_step(LogStep step);
  void close_step(std::optional<double> end);
  bool is_in_set_up() const;
  bool is_new_layer(const LogMatch& match);
  static void fill(Marker& marker, const LogMatch& match);
  void count(const LogMatch& match, std::string_view time);
  void end_stretch();
  static void stretch(Marker& marker, std::string_view until);

  LogLimits limits_;
  std::optional<size_t> waiting_;                     ///< a marker that lasts until the next line
  std::vector<size_t> open_counts_;                   ///< markers that may still grow
  std::set<std::pair<MarkerKind, uint64_t>> layers_;  ///< of the step
  std::array<char, 40> last_time_{};
  size_t last_time_size_ = 0;
  Marker spare_;  ///< takes what is beyond the limits
};

}  // namespace dagsim::history
