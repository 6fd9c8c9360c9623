// Where a log comes from: the run and job that its path names, and the job that the name in an archive stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dagsim::history {

/// What a path tells; 0 where it tells nothing.
struct LogOrigin {
  uint64_t run = 0;
  uint32_t attempt = 0;
  uint64_t job = 0;
  bool operator==(const LogOrigin&) const = default;
};

/// A run is told by "logs_RUN.zip", "RUN.zip", "RUN-ATTEMPT.zip" or the innermost folder "RUN" or "RUN-ATTEMPT"; a job
/// by "JOB.txt" or "JOB.log". A further ending .gz is looked through.
LogOrigin log_origin(std::string_view path);

/// A job that was found, or why none was.
struct JobMatch {
  std::optional<size_t> index;  ///< into the candidates
  std::string why_not;          ///< "no job is called \"tset\"; the nearest is \"test\""
};

/// The job whose name an archive spells like this. GitHub leaves out or replaces `/`, `:` and other characters that
/// files can't have, and cuts long names. The best match counts if it is the only one of its rank.
JobMatch match_archived_job(std::string_view archived, std::span<const std::string> candidates);

}  // namespace dagsim::history
