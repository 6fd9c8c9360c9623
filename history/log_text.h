// A text that holds the log of one job, or of several as `gh run view --log` prints them: each line behind the names of
// its job and step.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "history/log_scan.h"

namespace dagsim::history {

struct NamedLog {
  std::string job;  ///< "" where the text doesn't tell
  JobLog log;
};

/// Takes a text in chunks, cut anywhere. The first line tells which of both it is.
class LogReader {
 public:
  explicit LogReader(LogRules rules, const LogLimits& limits = {});

  void feed(std::string_view chunk);
  /// The logs in the order of the text; one at least. Jobs beyond 10,000 are read as the last one's.
  std::vector<NamedLog> finish();

 private:
  enum class Form { Unknown, Plain, Named };

  void feed_named(std::string_view chunk);
  void read_named(std::string_view line);
  void finish_job();

  LogLimits limits_;
  LogScanner scanner_;
  Form form_ = Form::Unknown;
  std::string carry_;  ///< the start of a line whose end isn't here yet
  std::string job_;
  std::string step_;
  std::vector<NamedLog> finished_;
};

/// The logs in a file, plain or gzipped, of any size. \param most bytes that it may unpack to. \throws Error when it
/// can't be read or unpacked.
std::vector<NamedLog> read_logs(const FileSystem& files, const std::string& path, const LogRules& rules, uint64_t most);

}  // namespace dagsim::history
