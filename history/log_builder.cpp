#include "history/log_builder.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "history/log_line.h"

namespace dagsim::history {

namespace {

constexpr uint64_t kMostCount = 1'000'000'000'000;

bool is_about_runner(MarkerKind kind) {
  return kind >= MarkerKind::RunnerVersion && kind <= MarkerKind::RunnerFound;
}

/// Kinds of which a step has many, and whose number is what counts.
bool is_counted(MarkerKind kind) {
  using enum MarkerKind;
  return kind == CrateDownload || kind == ThirdPartyCompile || kind == WorkspaceCompile || kind == Error ||
         kind == Count;
}

/// Kinds that repeat the number of a part of an image build.
bool is_layer(MarkerKind kind) {
  return kind == MarkerKind::Layer || kind == MarkerKind::LayerCached;
}

std::optional<uint64_t> parse_count(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMostCount) return std::nullopt;
  return value;
}

}  // namespace

LogBuilder::LogBuilder(const LogLimits& limits) : limits_(limits) {
  log.steps.emplace_back().name = LogScanner::kSetUp;
}

// Steps

void LogBuilder::begin_file(uint32_t number, std::string name) {
  close_step(last_time());
  waiting_.reset();
  LogStep step;
  const bool is_unnumbered = number == 0 && (name == LogScanner::kSetUp || name == LogScanner::kWait);
  if (!is_unnumbered) step.file = name;  // else it is the start of a whole job, whose steps nobody names
  step.name = std::move(name);
  step.number = number;
  step.line = log.lines + 1;
  const bool is_untouched = log.steps.size() == 1 && log.lines == 0;
  if (is_untouched) {
    log.steps.front() = std::move(step);
  } else {
    add_step(std::move(step));
  }
}

void LogBuilder::open_step(std::string name, uint64_t line, std::optional<double> start,
                           std::optional<double> end_of_previous) {
  close_step(end_of_previous);
  LogStep step;
  step.name = std::move(name);
  step.file = log.steps.back().file;
  step.number = log.steps.back().number;
  step.line = line;
  step.start = start;
  add_step(std::move(step));
}

void LogBuilder::open_step(std::string name, std::string_view time) {
  open_step(std::move(name), log.lines, parse_timestamp(time), last_time());
}

void LogBuilder::add_step(LogStep step) {
  end_stretch();
  layers_.clear();
  if (log.steps.size() < limits_.steps) {
    log.steps.push_back(std::move(step));
  } else {
    ++log.left_out;  // what follows is better found in the last step than lost
  }
}

void LogBuilder::close_step(std::optional<double> end) {
  LogStep& step = log.steps.back();
  if (end && (!step.start || *end < *step.start)) end = step.start;
  step.end = end;
}

bool LogBuilder::is_in_set_up() const {
  const LogStep& step = log.steps.back();
  const bool is_first = step.number == 1 && step.name == step.file;
  return is_first || step.name == LogScanner::kSetUp || step.name == LogScanner::kWait;
}

// Lines

void LogBuilder::begin_line(std::string_view time) {
  ++log.lines;
  if (time.empty()) return;
  if (waiting_) {
    stretch(log.markers[*waiting_], time);
    waiting_.reset();
  }
  LogStep& step = log.steps.back();
  if (!step.start) step.start = parse_timestamp(time);
  if (!log.start) log.start = step.start;
}

void LogBuilder::end_line(std::string_view time) {
  if (time.empty() || time.size() > last_time_.size()) return;
  std::memcpy(last_time_.data(), time.data(), time.size());
  last_time_size_ = time.size();
}

std::optional<double> LogBuilder::last_time() const {
  return parse_timestamp(last_time_text());
}

// Markers

void LogBuilder::mark(const LogMatch& match, std::string_view time) {
  const MarkerKind kind = match.rule->kind;
  if (is_counted(kind)) return count(match, time);
  if (is_about_runner(kind) && !is_in_set_up()) return;
  if (is_layer(kind) && !is_new_layer(match)) return;
  end_stretch();
  const uint64_t before = log.left_out;
  fill(add(kind, time), match);
  log.has_set_up = log.has_set_up || kind == MarkerKind::RunnerVersion;
  if (kind == MarkerKind::IndexUpdate && log.left_out == before) waiting_ = log.markers.size() - 1;
}

/// BuildKit repeats the number and the instruction whenever its output changes from one part to another.
bool LogBuilder::is_new_layer(const LogMatch& match) {
  const std::optional<uint64_t> number = parse_count(match.count);
  return number && layers_.size() < limits_.markers && layers_.emplace(match.rule->kind, *number).second;
}

Marker& LogBuilder::add(MarkerKind kind, std::string_view time) {
  if (log.markers.size() >= limits_.markers) {
    ++log.left_out;
    spare_ = Marker{};
    return spare_;
  }
  Marker& marker = log.markers.emplace_back();
  marker.kind = kind;
  marker.step = static_cast<uint32_t>(log.steps.size() - 1);
  marker.line = log.lines;
  marker.time = parse_timestamp(time);
  return marker;
}

void LogBuilder::fill(Marker& marker, const LogMatch& match) {
  marker.key = match.key.substr(0, LogLimits::kKeyBytes);
  if (!match.bytes.empty()) marker.bytes = parse_bytes(match.bytes);
  if (!match.seconds.empty()) marker.seconds = parse_log_seconds(match.seconds);
  if (!match.count.empty()) marker.count = parse_count(match.count).value_or(1);
}

/// One more of a kind that is counted: a marker of its own only where something else came in between.
void LogBuilder::count(const LogMatch& match, std::string_view time) {
  const bool is_own = match.rule->kind == MarkerKind::Count;
  for (const size_t open : open_counts_) {
    Marker& marker = log.markers[open];
    if (marker.kind != match.rule->kind || (is_own && marker.key != match.rule->name)) continue;
    marker.count += match.count.empty() ? 1 : parse_count(match.count).value_or(1);
    if (const auto bytes = parse_bytes(match.bytes)) marker.bytes = marker.bytes.value_or(0) + *bytes;
    return stretch(marker, time);
  }
  const size_t before = log.markers.size();
  Marker& marker = add(match.rule->kind, time);
  fill(marker, match);
  if (is_own) marker.key = match.rule->name;
  if (log.markers.size() > before) open_counts_.push_back(before);
}

/// Where no more markers fit, the last counts go on growing, so that a job's sums stay right.
void LogBuilder::end_stretch() {
  if (log.markers.size() < limits_.markers) open_counts_.clear();
}

void LogBuilder::stretch(Marker& marker, std::string_view until) {
  const std::optional<double> end = parse_timestamp(until);
  if (end && marker.time) marker.seconds = std::max(*end - *marker.time, 0.0);
}

JobLog LogBuilder::take(bool has_last_words, bool ends_inside_a_line) {
  close_step(last_time());
  log.end = last_time();
  log.is_truncated = (log.has_set_up && !has_last_words) || (ends_inside_a_line && log.start.has_value());
  return std::move(log);
}

}  // namespace dagsim::history
