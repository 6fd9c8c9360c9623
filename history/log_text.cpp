#include "history/log_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "history/answer_files.h"
#include "history/log_line.h"

namespace dagsim::history {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kUnknownStep = "UNKNOWN STEP";  // gh's word where it can't tell
constexpr size_t kMostJobs = 10'000;
constexpr size_t kMostNames = 2'000;  // bytes of a line's job and step

struct NamedLine {
  std::string_view job;
  std::string_view step;
  std::string_view line;  ///< as GitHub wrote it
};

/// The parts of "JOB<tab>STEP<tab>TIME TEXT".
std::optional<NamedLine> split_names(std::string_view line) {
  const std::string_view names = line.substr(0, kMostNames);
  const size_t first = names.find('\t');
  const size_t second = first == std::string_view::npos ? first : names.find('\t', first + 1);
  if (first == 0 || second == std::string_view::npos) return std::nullopt;
  return NamedLine{line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1)};
}

bool is_named(std::string_view line) {
  const std::optional<NamedLine> parts = split_names(line);
  if (!parts) return false;
  const size_t mark = parts->line.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  return !split_log_line(parts->line.substr(mark)).time.empty();
}

}  // namespace

LogReader::LogReader(LogRules rules, const LogLimits& limits) : limits_(limits), scanner_(std::move(rules), limits) {}

void LogReader::feed(std::string_view chunk) {
  if (form_ == Form::Plain) return scanner_.feed(chunk);
  if (form_ == Form::Named) return feed_named(chunk);
  carry_ += chunk;
  const size_t end = carry_.find('\n');
  if (end == std::string::npos && carry_.size() < limits_.line_bytes) return;
  form_ = is_named(std::string_view(carry_).substr(0, end)) ? Form::Named : Form::Plain;
  const std::string start = std::exchange(carry_, std::string());
  feed(start);
}

void LogReader::feed_named(std::string_view chunk) {
  while (!chunk.empty()) {
    const size_t end = chunk.find('\n');
    const std::string_view text = chunk.substr(0, end);
    // One byte more than is read of a line, so that the scanner sees that it was cut.
    const size_t most = limits_.line_bytes + kMostNames + 1;
    carry_ += text.substr(0, most - std::min(most, carry_.size()));
    if (end == std::string_view::npos) return;
    read_named(carry_);
    scanner_.feed("\n");
    carry_.clear();
    chunk.remove_prefix(end + 1);
  }
}

void LogReader::read_named(std::string_view line) {
  const std::optional<NamedLine> parts = split_names(line);
  if (!parts) return scanner_.feed(line);
  if (parts->job != job_ && finished_.size() + 1 < kMostJobs) {
    if (!job_.empty()) finish_job();
    job_ = parts->job;
    step_.clear();
  }
  if (parts->step != step_) {
    step_ = parts->step;
    if (step_ != kUnknownStep) scanner_.begin_step(0, step_);
  }
  scanner_.feed(parts->line);
}

void LogReader::finish_job() {
  finished_.push_back({job_, scanner_.finish()});
}

std::vector<NamedLog> LogReader::finish() {
  if (form_ == Form::Unknown) {
    form_ = is_named(carry_) ? Form::Named : Form::Plain;
    const std::string start = std::exchange(carry_, std::string());
    feed(start);
  }
  if (!carry_.empty()) read_named(carry_);
  finish_job();
  std::vector<NamedLog> result = std::move(finished_);
  finished_.clear();
  form_ = Form::Unknown;
  carry_.clear();
  job_.clear();
  step_.clear();
  return result;
}

std::vector<NamedLog> read_logs(const FileSystem& files, const std::string& path, const LogRules& rules,
                                uint64_t most) {
  LogReader reader(rules);
  const auto feed = [&](std::string_view piece) {
    reader.feed(piece);
    return true;
  };
  read_text(files, path, most, feed);
  return reader.finish();
}

}  // namespace dagsim::history
