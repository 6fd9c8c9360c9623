// What the markers of a log come to: one result for each cache that a step asked for, counts, and what the runner told
// of the job.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/history.h"
#include "history/log_scan.h"

namespace dagsim::history {

/// One restore, in the order of the log.
struct CacheRestore {
  uint32_t step = 0;     ///< index into JobLog::steps
  std::string family;    ///< cache_family() of the key
  std::string asked;     ///< the asked key, "" if unknown
  std::string restored;  ///< the key of the entry that was found, "" on a miss or if unknown
  CacheState state = CacheState::Miss;
  bool is_certain = true;         ///< false where the log can't tell exact from partial: then exact is the better guess
  std::optional<double> seconds;  ///< from the step's header to the line that tells the outcome
  std::optional<uint64_t> bytes;
  uint64_t line = 0;  ///< of the outcome
};

enum class SaveOutcome : uint8_t { Saved, Kept, Failed };
std::string_view to_string(SaveOutcome outcome);

struct CacheSave {
  uint32_t step = 0;
  std::string family;
  std::string key;  ///< "" if unknown
  SaveOutcome outcome = SaveOutcome::Saved;
  std::optional<double> seconds;
  std::optional<uint64_t> bytes;
  uint64_t line = 0;
};

struct ArtifactTransfer {
  uint32_t step = 0;
  std::string name;
  bool is_upload = false;
  std::optional<uint64_t> bytes;
};

/// Of one step, or summed over a job.
struct LogCounts {
  uint64_t index_updates = 0;
  double index_seconds = 0;
  uint64_t crates_downloaded = 0;
  uint64_t crate_bytes = 0;
  uint64_t third_party_compiled = 0;  ///< crates from elsewhere, those of tools excluded
  uint64_t workspace_compiled = 0;
  uint64_t tools_installed = 0;  ///< from source
  uint64_t tool_crates_compiled = 0;
  double cargo_seconds = 0;                     ///< as cargo itself says at the end of builds
  std::optional<uint64_t> compiler_cache_hits;  ///< as last shown, since such counters only grow
  std::optional<uint64_t> compiler_cache_misses;
  uint64_t layers = 0;  ///< instructions of image builds
  uint64_t layers_cached = 0;
  uint64_t errors = 0;
  std::map<std::string, uint64_t> own;  ///< a user's counts by name

  void add(const LogCounts& more);
  bool operator==(const LogCounts&) const = default;
};

struct RunnerFacts {
  std::string job_name;    ///< as the REST API has it
  std::string definition;  ///< workflow file and ref
  std::string labels;
  std::string name;
  std::string version;
  std::string image;
  std::string image_version;
  std::optional<double> wait_seconds;  ///< until a runner was found, where the log tells
};

struct LogEvidence {
  std::vector<CacheRestore> restores;
  std::vector<CacheSave> saves;
  std::vector<ArtifactTransfer> artifacts;
  std::vector<LogCounts> counts;  ///< one for each of JobLog::steps
  LogCounts total;
  RunnerFacts runner;
};

LogEvidence fold(const JobLog& log);

/// A key without what changes from commit to commit: hashes at its end, then separators. "Linux-cargo-0a1b2c3d4e5f"
/// gives "Linux-cargo".
std::string cache_family(std::string_view key);

}  // namespace dagsim::history
