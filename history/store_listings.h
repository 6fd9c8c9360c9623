// The tables of what stands beside runs and jobs: artifacts, caches, ledgers.
#pragma once

#include <vector>

#include "history/rest.h"
#include "history/store_connection.h"

namespace dagsim::history {

class StoredListings {
 public:
  /// \param connection must outlive it
  explicit StoredListings(StoreConnection& connection) : connection_(connection) {}

  /// The artifacts and caches of one document, newer ones in the place of older ones. An entry that GitHub has evicted
  /// meanwhile stays.
  void add(const RestRows& rows, ImportCounts& counts);
  void add(const StoredLedger& ledger, Counts& counts);
  /// By path.
  std::vector<StoredLedger> ledgers() const;

 private:
  void add(const RestArtifact& artifact, Counts& counts);
  void add(const RestCache& cache, Counts& counts);

  StoreConnection& connection_;
};

}  // namespace dagsim::history
