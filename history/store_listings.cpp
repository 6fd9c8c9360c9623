#include "history/store_listings.h"

#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

namespace dagsim::history {

void StoredListings::add(const RestRows& rows, ImportCounts& counts) {
  for (const RestArtifact& artifact : rows.artifacts) add(artifact, counts.artifacts);
  for (const RestCache& cache : rows.caches) add(cache, counts.caches);
}

void StoredListings::add(const RestArtifact& artifact, Counts& counts) {
  const int64_t digest = Digest().add(artifact.name).add(std::to_string(artifact.bytes)).add(artifact.created).value();
  SQLite::Statement& find = connection_.prepared("SELECT digest FROM artifact WHERE run = ? AND id = ?");
  find.bind(1, as_signed(artifact.run));
  find.bind(2, as_signed(artifact.id));
  if (!StoreConnection::is_new(find, digest, counts)) return;
  SQLite::Statement& write = connection_.prepared("INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?, ?)");
  write.bind(1, as_signed(artifact.run));
  write.bind(2, as_signed(artifact.id));
  write.bind(3, connection_.name(artifact.name));
  write.bind(4, as_signed(artifact.bytes));
  bind(write, 5, artifact.created);
  write.bind(6, digest);
  run_once(write);
}

void StoredListings::add(const RestCache& cache, Counts& counts) {
  const std::string bytes = std::to_string(cache.bytes);
  const int64_t digest = Digest().add(cache.key).add(cache.ref).add(bytes).add(cache.created).add(cache.used).value();
  SQLite::Statement& find = connection_.prepared("SELECT digest FROM cache WHERE id = ?");
  find.bind(1, as_signed(cache.id));
  if (!StoreConnection::is_new(find, digest, counts)) return;
  SQLite::Statement& write = connection_.prepared("INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?, ?, ?, ?)");
  write.bind(1, as_signed(cache.id));
  write.bind(2, cache.key);
  write.bind(3, connection_.name(cache.ref));
  write.bind(4, as_signed(cache.bytes));
  bind(write, 5, cache.created);
  bind(write, 6, cache.used);
  write.bind(7, digest);
  run_once(write);
}

void StoredListings::add(const StoredLedger& ledger, Counts& counts) {
  const int64_t digest = Digest().add(ledger.text).value();
  SQLite::Statement& find = connection_.prepared("SELECT digest FROM ledger WHERE path = ?");
  find.bind(1, ledger.path);
  if (!StoreConnection::is_new(find, digest, counts)) return;
  SQLite::Statement& write = connection_.prepared("INSERT OR REPLACE INTO ledger VALUES (?, ?, ?)");
  write.bind(1, ledger.path);
  write.bind(2, ledger.text);
  write.bind(3, digest);
  run_once(write);
}

std::vector<StoredLedger> StoredListings::ledgers() const {
  std::vector<StoredLedger> ledgers;
  SQLite::Statement all(connection_.database(), "SELECT path, text FROM ledger ORDER BY path");
  while (all.executeStep()) ledgers.push_back({all.getColumn(0).getString(), all.getColumn(1).getString()});
  return ledgers;
}

}  // namespace dagsim::history
