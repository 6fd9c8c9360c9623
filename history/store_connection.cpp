// The log is written ahead (WAL), so readers never wait for an import; synchronous NORMAL keeps every commit over a
// killed process and a consistent file over a power cut.
#include "history/store_connection.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "base/error.h"
#include "history/store_schema.h"

namespace dagsim::history {
namespace {

constexpr int kApplication = 0x64616773;  // "dags", so that `file` and we know such a database
constexpr int kBusyMilliseconds = 10'000;
constexpr int kCachePages = 8'192;        // 32 MB
constexpr int kCheckpointPages = 16'384;  // 64 MB of log: each checkpoint waits for the disk

std::unique_ptr<SQLite::Database> opened(const std::string& path, Store::Access access) {
  if (access == Store::Access::Read) {
    return std::make_unique<SQLite::Database>(path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, kBusyMilliseconds);
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code failure;
  if (!folder.empty()) std::filesystem::create_directories(folder, failure);
  if (failure) throw Error(fmt::format("cannot make the folder \"{}\": {}", folder.string(), failure.message()));
  return std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX,
                                            kBusyMilliseconds);
}

}  // namespace

uint64_t as_unsigned(const SQLite::Column& column) {
  return static_cast<uint64_t>(column.getInt64());
}

void bind(SQLite::Statement& statement, int place, const std::optional<uint64_t>& value) {
  if (value) {
    statement.bind(place, as_signed(*value));
  } else {
    statement.bind(place);
  }
}

void bind(SQLite::Statement& statement, int place, const std::optional<double>& value) {
  if (value) {
    statement.bind(place, *value);
  } else {
    statement.bind(place);
  }
}

std::optional<double> time_in(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional<double>(column.getDouble());
}

void bind(SQLite::Statement& statement, const JobKey& key) {
  statement.bind(1, as_signed(key.run));
  statement.bind(2, key.attempt);
  statement.bind(3, key.job);
}

JobKey key_in(SQLite::Statement& statement) {
  return {as_unsigned(statement.getColumn(0)), statement.getColumn(1).getUInt(), statement.getColumn(2).getInt64()};
}

void run_once(SQLite::Statement& statement) {
  statement.exec();
  statement.reset();
}

StoreConnection::StoreConnection(std::string path, Store::Access access)
    : path_(std::move(path)), database_(opened(path_, access)) {
  const int version = check_version(access);
  if (access != Store::Access::Write) return;
  database_->exec("PRAGMA journal_mode = WAL");
  database_->exec("PRAGMA synchronous = NORMAL");
  database_->exec(fmt::format("PRAGMA wal_autocheckpoint = {}", kCheckpointPages));
  database_->exec(fmt::format("PRAGMA cache_size = {}", kCachePages));
  migrate(version);
}

StoreConnection::~StoreConnection() = default;

void StoreConnection::change(const std::function<void()>& work) {
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  if (is_unfinished_) names_.clear();  // they went with the transaction that failed
  is_unfinished_ = true;
  work();
  transaction.commit();
  is_unfinished_ = false;
}

/// The version of what there is, 0 for an empty database.
int StoreConnection::check_version(Store::Access access) const {
  const int application = database_->execAndGet("PRAGMA application_id").getInt();
  const int version = database_->execAndGet("PRAGMA user_version").getInt();
  const bool is_empty = count("SELECT count(*) FROM sqlite_master") == 0;
  if (is_empty && access == Store::Access::Write) return 0;
  if (application != kApplication) {
    throw Error(fmt::format("\"{}\" is a database, but not one of past runs", path_));
  }
  if (version > Store::kVersion) {
    throw Error(fmt::format("database \"{}\" has version {}: a newer dagsim wrote it, and this one knows version {}",
                            path_, version, Store::kVersion));
  }
  if (version < Store::kVersion && access == Store::Access::Read) {
    throw Error(fmt::format("database \"{}\" has version {}, expected {}: dagsim import brings it up to date", path_,
                            version, Store::kVersion));
  }
  return version;
}

void StoreConnection::migrate(int version) {
  if (version == Store::kVersion) return;
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  for (int step = version; step < Store::kVersion; ++step) database_->exec(kMigrations.at(static_cast<size_t>(step)));
  database_->exec(fmt::format("PRAGMA application_id = {}", kApplication));
  database_->exec(fmt::format("PRAGMA user_version = {}", Store::kVersion));
  transaction.commit();
}

uint64_t StoreConnection::count(const char* query) const {
  SQLite::Statement statement(*database_, query);
  return statement.executeStep() ? as_unsigned(statement.getColumn(0)) : 0;
}

SQLite::Statement& StoreConnection::prepared(const char* query) {
  auto& statement = statements_[query];
  if (!statement) statement = std::make_unique<SQLite::Statement>(*database_, query);
  return *statement;
}

int64_t StoreConnection::name(const std::string& text) {
  const auto known = names_.find(text);
  if (known != names_.end()) return known->second;
  SQLite::Statement& add = prepared("INSERT INTO name (text) VALUES (?) ON CONFLICT DO NOTHING");
  add.bindNoCopy(1, text);
  run_once(add);
  SQLite::Statement& find = prepared("SELECT id FROM name WHERE text = ?");
  find.bindNoCopy(1, text);
  find.executeStep();
  const int64_t id = find.getColumn(0).getInt64();
  find.reset();
  names_.emplace(text, id);
  return id;
}

std::unordered_map<int64_t, std::string> StoreConnection::names() const {
  std::unordered_map<int64_t, std::string> names;
  SQLite::Statement all(*database_, "SELECT id, text FROM name");
  while (all.executeStep()) names.emplace(all.getColumn(0).getInt64(), all.getColumn(1).getString());
  return names;
}

bool StoreConnection::is_new(SQLite::Statement& find, int64_t digest, Counts& counts) {
  const bool found = find.executeStep();
  const bool same = found && find.getColumn(0).getInt64() == digest;
  find.reset();
  ++(same ? counts.known : found ? counts.changed : counts.added);
  return !same;
}

void StoreConnection::report_damage(std::string_view what) const {
  throw Error(fmt::format("database \"{}\" is damaged: {}", path_, what));
}

}  // namespace dagsim::history
