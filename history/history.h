// Past runs as records: what is known of each, from a hand-written ledger or from GitHub's REST answers, and what was
// left out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/file_system.h"
#include "base/source.h"

namespace dagsim::history {

class Store;

/// Seconds between two bounds; low == high for one figure. One-sided figures ("..1m50s") have a low of 0.
struct Seconds {
  double low = 0;
  double high = 0;
};

enum class Conclusion { Success, Failure, Cancelled, Skipped, TimedOut, Unknown };

/// How a run or job ended, in a word or two: "succeeded", "failed", "cancelled", "skipped", "timed out", "ended
/// otherwise".
std::string_view ended_as(Conclusion conclusion);

/// What a restore found of a cache.
enum class CacheState : uint8_t { Exact, Partial, Miss };
std::string_view to_string(CacheState state);

/// One restore of a cache, as a job's log tells it.
struct RestoreRecord {
  std::string job;  ///< as the history names it
  std::string key;  ///< asked for, or else found; "" if the log tells neither
  CacheState state = CacheState::Miss;
};

struct StepRecord {
  std::string job;  ///< as the history names it
  std::string name;
  Seconds seconds;
};

/// One job of a past run. A ledger may give the range over the legs of a matrix: then `over_legs` is true and low and
/// high are the shortest and the longest leg.
struct JobRecord {
  std::string name;  ///< as the history names it: a display name (REST) or an id path with selector (ledger)
  std::string lane;  ///< pool word of a ledger ("github", "velnor"), "" if none
  Seconds seconds;   ///< start to end; queue time excluded
  bool over_legs = false;
  std::optional<double> start;     ///< seconds after the run's start
  std::optional<double> eligible;  ///< seconds after the run's start at which the job was created
  Conclusion conclusion = Conclusion::Success;
};

/// Seconds from the start of `from` to the last end of `to`.
struct SpanRecord {
  std::vector<std::string> from;
  std::vector<std::string> to;
  double seconds = 0;
};

struct RunRecord {
  std::string id;
  uint32_t attempt = 1;
  std::string workflow;  ///< the workflow's name
  std::string event;
  std::string branch;  ///< of the commit, "" if unknown
  bool fork = false;   ///< the commit is of another repository
  std::string change;  ///< change class, "" if unknown
  std::string lane;
  std::string shape;            ///< which DAG the run executed (a folder beside the ledger), "" for the current one
  std::string variant;          ///< what differed from the shape, "" if nothing
  std::string cache;            ///< the ledger's word for the cache states, "" if unknown
  std::optional<double> start;  ///< Unix time, if known
  std::optional<double> wall;   ///< seconds to the completion of the gate
  Conclusion conclusion = Conclusion::Unknown;
  bool is_partial = false;  ///< not all is known that happened: a job that isn't listed may have run (ledgers)
  std::vector<JobRecord> jobs;
  std::vector<StepRecord> steps;
  std::vector<RestoreRecord> restores;  ///< in the order of each job's log
  std::vector<SpanRecord> spans;
  SourceRange where;
};

/// Something that the people who keep a ledger tried, and what they said of it.
struct TriedTechnique {
  std::string id;
  std::string before;   ///< run id, "" where none is named
  std::string after;    ///< likewise
  std::string verdict;  ///< theirs: "accepted", "rejected", …
  std::string estimate;
  std::string measured;
};

/// Runs in the order of time, and how many were left out for which reason.
struct History {
  std::vector<RunRecord> runs;
  std::map<std::string, uint32_t> excluded;
  std::string source;                           ///< path, for people
  std::vector<std::string> warnings = {};       ///< why the sample is not all that there is
  std::vector<TriedTechnique> techniques = {};  ///< of a ledger, for people: no figure of a prediction depends on them
};

/// Reads a ledger or model file (.yaml, .yml), a database (.db), or REST answers (a .json, .jsonl or .ndjson file, or a
/// folder of them, searched recursively): run listings
/// ("workflow_runs") and job listings ("jobs"), single or concatenated. Findings are errors for what can't be read, a
/// path that doesn't exist and a history without runs, and warnings for records that are left out one by one. \throws
/// Error when an existing file or folder can't be read.
History read_history(const FileSystem& files, const std::string& path, Diagnostics& diagnostics);

/// The history of a database; \param path its own, for messages. Runs of ledgers stand between the others by their ids;
/// of a run that both know GitHub's answers are taken, with the ledger's words (shape, variant, change class, lane,
/// cache) and wall clock.
History history_of(const Store& store, const std::string& path, Diagnostics& diagnostics);

/// Keeps only what came before the run with id `before`, and not that run itself. A run that is not in the history is
/// an error.
void cut_history(History& history, const std::string& before, Diagnostics& diagnostics);

}  // namespace dagsim::history
