// The tables of what job logs told.
#pragma once

#include <cstdint>
#include <vector>

#include "history/log_row.h"
#include "history/store_connection.h"

namespace dagsim::history {

class StoredLogs {
 public:
  /// \param connection must outlive it
  explicit StoredLogs(StoreConnection& connection) : connection_(connection) {}

  /// In the place of what an earlier log of the job told.
  void add(const LogRow& log, Counts& counts);
  /// By run, attempt and job, with what predictions need: restores and their keys.
  std::vector<LogRow> rows() const;

 private:
  void write(const LogRow& log, int64_t content);

  StoreConnection& connection_;
};

}  // namespace dagsim::history
