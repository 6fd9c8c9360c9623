// The tables of runs, jobs and steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "history/rest.h"
#include "history/store_connection.h"

namespace dagsim::history {

class StoredRuns {
 public:
  /// How many jobs without an id a run has so far, by its id and their name.
  using Nameless = std::map<std::pair<uint64_t, std::string>, uint32_t>;

  /// \param connection must outlive it
  explicit StoredRuns(StoreConnection& connection);
  ~StoredRuns();
  StoredRuns(const StoredRuns&) = delete;
  StoredRuns& operator=(const StoredRuns&) = delete;

  /// The rows of one document, newer ones in the place of older ones.
  void add(const RestRows& rows, ImportCounts& counts);

  /// All of them, without logs, in the order of runs, attempts and jobs.
  RestRows rows() const;
  /// By attempt and id.
  std::vector<StoredJob> jobs_of(uint64_t run) const;
  /// In its latest attempt.
  std::optional<StoredJob> job(uint64_t id) const;

 private:
  void add_run(const RestRun& run, Counts& counts);
  void add_job(const RestJob& job, Nameless& nameless, ImportCounts& counts);
  void add_steps(const RestJob& job, const JobKey& key);
  SQLite::Statement& step_insert(size_t rows);
  void add_total(uint64_t run, uint64_t jobs);
  void read_steps(RestRows& rows, const std::unordered_map<int64_t, std::string>& names) const;

  StoreConnection& connection_;
  std::map<size_t, std::unique_ptr<SQLite::Statement>> step_inserts_;  ///< by rows
};

}  // namespace dagsim::history
