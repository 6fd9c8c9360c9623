// The database of past runs: one SQLite file, which any SQL client can read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "history/log_row.h"
#include "history/rest.h"
#include "history/sample.h"

namespace dagsim::history {

/// Records of one kind in an import.
struct Counts {
  uint64_t added = 0;
  uint64_t changed = 0;
  uint64_t known = 0;  ///< stored before, with the same content
};

struct ImportCounts {
  Counts runs;
  Counts jobs;
  uint64_t steps = 0;  ///< of added and changed jobs
  Counts logs;
  uint64_t restores = 0;  ///< of caches, in the logs that were read
  Counts artifacts;
  Counts caches;
  Counts ledgers;
};

/// What a database holds.
struct StoreSummary {
  struct Group {
    std::string workflow;
    std::string event;
    std::string conclusion;
    uint64_t runs = 0;
  };
  std::vector<Group> groups;  ///< by workflow, event, conclusion
  uint64_t runs = 0;          ///< attempts counted apart
  uint64_t jobs = 0;
  uint64_t steps = 0;
  uint64_t logs = 0;      ///< jobs whose log was read
  uint64_t restores = 0;  ///< of caches, in these
  uint64_t artifacts = 0;
  uint64_t artifact_bytes = 0;
  uint64_t caches = 0;  ///< entries, as they were last listed
  uint64_t cache_bytes = 0;
  uint64_t ledgers = 0;
  double first = 0;  ///< Unix seconds of the first and the last run's creation; 0 without runs
  double last = 0;
};

/// A ledger as it was imported.
struct StoredLedger {
  std::string path;
  std::string text;
};

/// A job as logs are matched to it.
struct StoredJob {
  uint64_t run = 0;
  uint32_t attempt = 1;
  uint64_t id = 0;
  std::string name;
  std::optional<double> started;
};

/// Where the database of a repository lies, from its root.
constexpr const char* kDefaultStore = ".dagsim/history.db";

/// Whether a path has the name of a database: .db, .sqlite or .sqlite3.
bool is_store_name(const std::string& path);

/// An open database. Facts are kept as GitHub gives them; what they are worth is judged when they are read
/// (rest_join.h). Every change is one transaction, so that a process that is killed loses nothing that was committed.
/// One thread at a time may use it. All functions \throw Error when the database can't be used: locked, damaged, full,
/// no database of past runs.
class Store {
 public:
  enum class Access { Read, Write };

  /// Opens a database; to write, makes it and the folders above it where they are missing, and brings an older one up
  /// to date. \throws Error, also for one that a newer dagsim wrote.
  Store(const std::string& path, Access access);
  Store(Store&&) noexcept;
  ~Store();

  /// Adds rows, newer ones in the place of older ones of the same run and attempt (and job), in one transaction.
  ImportCounts add(const RestRows& rows);
  /// The same of several documents, in their order and all in one transaction: each commit rewrites the pages that it
  /// shares with the one before.
  ImportCounts add(std::span<const RestRows> documents);

  /// Adds what a job's log told, in the place of what an earlier one did, in one transaction.
  void add(const LogRow& log, Counts& counts);

  /// Keeps a ledger, in the place of what was under this path before.
  void add(const StoredLedger& ledger, Counts& counts);
  /// By path.
  std::vector<StoredLedger> ledgers() const;

  /// The jobs of a run, all attempts, by attempt and id.
  std::vector<StoredJob> jobs_of(uint64_t run) const;
  /// The job with an id, in its latest attempt.
  std::optional<StoredJob> job(uint64_t id) const;

  /// All that predictions need, in the order of runs and attempts. Places are none.
  RestRows rows() const;

  StoreSummary summary() const;

  /// Deletes all runs that were created before `time` (Unix seconds), with their jobs. Returns how many, attempts
  /// counted apart.
  uint64_t prune(double time);

  /// What was fetched into it, by repository and workflow.
  std::vector<Sample> samples() const;
  /// Replaces the sample of the same repository and workflow.
  void mark(const Sample& sample);

  /// The runs and attempts whose jobs need not be fetched: those that were noted, and those of which all jobs that
  /// GitHub counted are here and have ended.
  std::vector<std::pair<uint64_t, uint32_t>> fetched() const;
  void note_fetched(uint64_t run, uint32_t attempt);

  static constexpr int kVersion = 4;

 private:
  class Database;
  std::unique_ptr<Database> database_;
};

}  // namespace dagsim::history
