// GitHub's REST answers about past runs as plain rows: what the documents say, before anything is judged.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "history/log_row.h"

namespace dagsim::history {

/// One step of a job. Times are Unix seconds.
struct RestStep {
  std::string name;
  std::string conclusion;
  std::optional<double> started;
  std::optional<double> completed;
};

/// One job in one attempt of a run, as a listing of jobs has it.
struct RestJob {
  uint64_t id = 0;  ///< one of its own if none is given, so that such rows are never taken for repeated ones
  uint64_t run = 0;
  uint32_t attempt = 1;
  std::string name;
  std::string workflow;
  std::string conclusion;         ///< "" while there is none
  std::optional<double> created;  ///< when its last need had completed
  std::optional<double> started;
  std::optional<double> completed;
  std::vector<RestStep> steps;
};

/// One run in one attempt, as a listing of runs has it.
struct RestRun {
  uint64_t id = 0;
  uint32_t attempt = 1;
  std::string workflow;
  std::string event;
  std::string branch;  ///< of the commit that it ran for
  bool fork = false;   ///< the commit is of another repository
  std::string status;
  std::string conclusion;
  double created = 0;             ///< of the first attempt, whatever this one is
  std::optional<double> started;  ///< of this attempt
  SourceRange where;
};

/// What a run handed on or kept, as a listing of artifacts has it.
struct RestArtifact {
  uint64_t id = 0;
  uint64_t run = 0;
  std::string name;
  uint64_t bytes = 0;  ///< as it is stored
  std::optional<double> created;
};

/// An entry of the repository's caches, as their listing has it.
struct RestCache {
  uint64_t id = 0;
  std::string key;
  std::string ref;  ///< that sees it: "refs/heads/main"
  uint64_t bytes = 0;
  std::optional<double> created;
  std::optional<double> used;  ///< when it was last restored
};

/// How many jobs GitHub counted where it listed a run's jobs, and the listing that said so.
struct RestTotal {
  uint64_t jobs = 0;
  SourceRange where;
};

/// Everything the documents hold, in their order; what overlapping pages repeat is repeated here.
struct RestRows {
  std::vector<RestRun> runs;
  std::vector<RestJob> jobs;
  std::map<uint64_t, RestTotal> totals;  ///< by run; the largest count
  std::vector<LogRow> logs;              ///< what jobs' logs told, where a database has it; by run, attempt and job
  std::vector<RestArtifact> artifacts;
  std::vector<RestCache> caches;
  uint32_t broken = 0;  ///< records without what makes them usable, each warned of
};

/// Reads listings of runs, jobs, artifacts and caches, single records, arrays of any of these, in any order,
/// concatenated or one a line. A document that is no JSON is an error at its first wrong byte, and the rest of its file
/// is left out.
RestRows read_rest(std::span<const std::shared_ptr<const SourceFile>> files, Diagnostics& diagnostics);

/// The same of one file that comes in pieces, cut anywhere: each document is handed on as soon as it is here, so that
/// memory is bounded by the largest one.
class RestStream {
 public:
  RestStream(std::string path, std::function<void(RestRows)> each, Diagnostics& diagnostics);
  ~RestStream();
  RestStream(const RestStream&) = delete;
  RestStream& operator=(const RestStream&) = delete;

  /// False once a document was no JSON: then the rest of the file is left out.
  bool feed(std::string_view piece);
  /// The file is over.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dagsim::history
