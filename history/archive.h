// The zip of logs that GitHub gives for a run: which jobs' logs it holds, read under bounds that keep hostile archives
// harmless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "history/log_scan.h"

namespace dagsim::history {

struct ArchiveLimits {
  uint64_t entries = 200'000;
  uint64_t bytes = uint64_t{8} << 30;  ///< unpacked, all entries together
  uint64_t ratio = 250;                ///< unpacked to packed, of an entry and of the whole; small ones may exceed it
};

/// A log in an archive. GitHub writes "3_test _ unit.txt" for a whole job, "test _ unit/4_Run tests.txt" for a step and
/// "test _ unit/system.txt" for what happened before a runner took the job.
struct ArchiveEntry {
  enum class Kind : uint8_t { Job, Step, System };
  Kind kind = Kind::Job;
  std::string job;      ///< its name as the archive spells it, without some of its characters
  std::string step;     ///< of a step
  uint32_t number = 0;  ///< of a job or step
  uint64_t index = 0;   ///< in the archive
  uint64_t packed = 0;  ///< bytes
};

/// All logs of one job.
struct ArchivedJob {
  std::string name;                   ///< as the archive spells it
  std::vector<ArchiveEntry> entries;  ///< in the order in which they are to be read
};

class Archive {
 public:
  /// Opens a zip in memory; `bytes` must outlive it. What is no zip, or is cut off, is an error that names `path`.
  static std::optional<Archive> open(std::string_view bytes, const std::string& path, const ArchiveLimits& limits,
                                     Diagnostics& diagnostics);
  ~Archive();
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;

  /// The jobs by the number that the archive gives them, then by name. The steps' logs stand for a job where there are
  /// any, since they tell the steps' names, else the whole one.
  const std::vector<ArchivedJob>& jobs() const;

  /// Unpacks an entry into `sink`, piece by piece. False when it couldn't be read to its end; that is counted in
  /// excluded(), and what was given to the sink before has to be thrown away.
  bool read(const ArchiveEntry& entry, const std::function<void(std::string_view)>& sink);

  /// How many entries were left out for which reason.
  const std::map<std::string, uint64_t>& excluded() const;

 private:
  struct State;
  explicit Archive(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Whether a file begins as zips do.
bool is_archive(std::string_view bytes);
bool is_archive(const FileSystem& files, const std::string& path);

/// The log of one job of an archive; nothing when an entry of it couldn't be read.
std::optional<JobLog> scan_job(Archive& archive, const ArchivedJob& job, const LogRules& rules,
                               const LogLimits& limits = {});

/// One warning for everything that was left out, such as "logs.zip: 2 entries left out: 1 encrypted, 1 with an unsafe
/// name".
void report_excluded(const Archive& archive, const std::string& path, Diagnostics& diagnostics);

}  // namespace dagsim::history
