#include "history/store_logs.h"

#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

namespace dagsim::history {
namespace {

int64_t digest(const LogRow& log) {
  Digest result;
  const auto number = [](auto value) { return std::optional(static_cast<double>(value)); };
  const auto size = [](const std::optional<uint64_t>& bytes) {
    return bytes ? std::optional(static_cast<double>(*bytes)) : std::nullopt;
  };
  result.add(number(log.lines));
  for (const RestoreRow& one : log.restores) {
    result.add(one.step).add(one.asked).add(one.restored).add(to_string(one.state));
    result.add(number(one.is_certain)).add(one.seconds).add(size(one.bytes));
  }
  for (const SaveRow& one : log.saves) {
    result.add(one.step).add(one.key).add(to_string(one.outcome)).add(one.seconds).add(size(one.bytes));
  }
  for (const auto& [name, value] : log.counts) result.add(name).add(std::optional(value));
  return result.value();
}

CacheState state_of(const std::string& word) {
  for (const CacheState state : {CacheState::Exact, CacheState::Partial}) {
    if (word == to_string(state)) return state;
  }
  return CacheState::Miss;
}

JobKey key_of(const LogRow& log) {
  return {log.run, log.attempt, as_signed(log.job)};
}

}  // namespace

void StoredLogs::add(const LogRow& log, Counts& counts) {
  const int64_t content = digest(log);
  SQLite::Statement& find = connection_.prepared("SELECT digest FROM log WHERE run = ? AND attempt = ? AND job = ?");
  bind(find, key_of(log));
  if (StoreConnection::is_new(find, content, counts)) write(log, content);
}

void StoredLogs::write(const LogRow& log, int64_t content) {
  for (const char* remove : {"DELETE FROM restore WHERE run = ? AND attempt = ? AND job = ?",
                             "DELETE FROM save WHERE run = ? AND attempt = ? AND job = ?",
                             "DELETE FROM log_count WHERE run = ? AND attempt = ? AND job = ?"}) {
    bind(connection_.prepared(remove), key_of(log));
    run_once(connection_.prepared(remove));
  }
  SQLite::Statement& write = connection_.prepared("INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?)");
  bind(write, key_of(log));
  write.bind(4, as_signed(log.lines));
  write.bind(5, content);
  run_once(write);
  SQLite::Statement& restore = connection_.prepared("INSERT INTO restore VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind(restore, key_of(log));
  uint32_t number = 0;
  for (const RestoreRow& one : log.restores) {
    restore.bind(4, ++number);
    restore.bind(5, connection_.name(one.step));
    restore.bind(6, one.asked);
    restore.bind(7, one.restored);
    restore.bind(8, std::string(to_string(one.state)));
    restore.bind(9, one.is_certain ? 1 : 0);
    bind(restore, 10, one.seconds);
    bind(restore, 11, one.bytes);
    run_once(restore);
  }
  SQLite::Statement& save = connection_.prepared("INSERT INTO save VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind(save, key_of(log));
  number = 0;
  for (const SaveRow& one : log.saves) {
    save.bind(4, ++number);
    save.bind(5, connection_.name(one.step));
    save.bind(6, one.key);
    save.bind(7, std::string(to_string(one.outcome)));
    bind(save, 8, one.seconds);
    bind(save, 9, one.bytes);
    run_once(save);
  }
  SQLite::Statement& count = connection_.prepared("INSERT INTO log_count VALUES (?, ?, ?, ?, ?)");
  bind(count, key_of(log));
  for (const auto& [text, value] : log.counts) {
    count.bind(4, connection_.name(text));
    count.bind(5, value);
    run_once(count);
  }
}

std::vector<LogRow> StoredLogs::rows() const {
  std::vector<LogRow> logs;
  SQLite::Statement all(connection_.database(), "SELECT run, attempt, job, lines FROM log ORDER BY run, attempt, job");
  while (all.executeStep()) {
    LogRow log;
    log.run = as_unsigned(all.getColumn(0));
    log.attempt = all.getColumn(1).getUInt();
    log.job = as_unsigned(all.getColumn(2));
    log.lines = as_unsigned(all.getColumn(3));
    logs.push_back(std::move(log));
  }
  SQLite::Statement restores(connection_.database(),
                             "SELECT run, attempt, job, asked, restored, state FROM restore "
                             "ORDER BY run, attempt, job, number");
  size_t at = 0;
  while (restores.executeStep()) {
    at = connection_.find_owner(logs, at, restores, key_of);
    RestoreRow one;
    one.asked = restores.getColumn(3).getString();
    one.restored = restores.getColumn(4).getString();
    one.state = state_of(restores.getColumn(5).getString());
    logs[at].restores.push_back(std::move(one));
  }
  return logs;
}

}  // namespace dagsim::history
