// Rows of steps are by far the most, so texts are kept once in `name` and rows refer to them by number, and the tables
// are their own primary keys (WITHOUT ROWID). Each job and run carries a digest of its content: an import that brings
// nothing new reads digests and writes nothing. The log is written ahead (WAL), so readers never wait for an import;
// synchronous NORMAL keeps every commit over a killed process and a consistent file over a power cut.
#include "history/store.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "history/store_schema.h"

namespace dagsim::history {
namespace {

constexpr int kApplication = 0x64616773;  // "dags", so that `file` and we know such a database
constexpr int kBusyMilliseconds = 10'000;
constexpr int kCachePages = 8'192;        // 32 MB
constexpr int kCheckpointPages = 16'384;  // 64 MB of log: each checkpoint waits for the disk

/// SQLite's integers are signed; ids of GitHub are far below.
int64_t as_signed(uint64_t value) {
  return static_cast<int64_t>(value);
}

uint64_t as_unsigned(const SQLite::Column& column) {
  return static_cast<uint64_t>(column.getInt64());
}

/// FNV-1a over the bytes of fields. A field of eight bytes may hold the separator, but no text does.
class Digest {
 public:
  Digest& add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0xFF);  // no UTF-8 text holds it: fields can't run into one another
    return *this;
  }
  Digest& add(const std::optional<double>& value) {
    const auto bits =
        value ? std::bit_cast<std::array<char, sizeof(double)>>(*value) : std::array<char, sizeof(double)>{};
    return add(std::string_view(bits.data(), value ? bits.size() : 0));
  }
  int64_t value() const { return as_signed(hash_); }

 private:
  void mix(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001B3ULL; }
  uint64_t hash_ = 0xCBF29CE484222325ULL;
};

int64_t digest(const RestRun& run) {
  return Digest()
      .add(run.workflow)
      .add(run.event)
      .add(run.branch)
      .add(run.fork ? "fork" : "")
      .add(run.status)
      .add(run.conclusion)
      .add(std::optional(run.created))
      .add(run.started)
      .value();
}

int64_t digest(const RestJob& job) {
  Digest result;
  result.add(job.name).add(job.workflow).add(job.conclusion).add(job.created).add(job.started).add(job.completed);
  for (const RestStep& step : job.steps) {
    result.add(step.name).add(step.conclusion).add(step.started).add(step.completed);
  }
  return result.value();
}

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

void run_once(SQLite::Statement& statement) {
  statement.exec();
  statement.reset();
}

}  // namespace

class Store::Database {
 public:
  Database(const std::string& path, Access access) : path_(path), connection_(opened(path, access)) {
    const int version = check_version(access);
    if (access == Access::Write) {
      connection_.exec("PRAGMA journal_mode = WAL");
      connection_.exec("PRAGMA synchronous = NORMAL");
      connection_.exec(fmt::format("PRAGMA wal_autocheckpoint = {}", kCheckpointPages));
      connection_.exec(fmt::format("PRAGMA cache_size = {}", kCachePages));
      migrate(version);
    }
  }

  /// SQLite's errors as ours.
  template <typename Work>
  static auto guarded(const std::string& path, Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const SQLite::Exception& failure) {
      throw Error(fmt::format("database \"{}\": {}", path, failure.getErrorStr()));
    }
  }

  ImportCounts add(std::span<const RestRows> documents) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    ImportCounts counts;
    if (is_unfinished_) names_.clear();  // they went with the transaction that failed
    is_unfinished_ = true;
    for (const RestRows& rows : documents) {
      for (const RestRun& run : rows.runs) add_run(run, counts.runs);
      std::map<std::pair<uint64_t, std::string>, uint32_t> nameless;
      for (const RestJob& job : rows.jobs) add_job(job, nameless, counts);
      for (const auto& [run, total] : rows.totals) add_total(run, total.jobs);
    }
    transaction.commit();
    is_unfinished_ = false;
    return counts;
  }

  void add(const LogRow& log, Counts& counts) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    if (is_unfinished_) names_.clear();
    is_unfinished_ = true;
    const int64_t content = digest(log);
    SQLite::Statement& find = prepared("SELECT digest FROM log WHERE run = ? AND attempt = ? AND job = ?");
    bind_job(find, log);
    if (is_new(find, content, counts)) write_log(log, content);
    transaction.commit();
    is_unfinished_ = false;
  }

  std::vector<StoredJob> jobs_of(uint64_t run) const {
    SQLite::Statement statement(connection_,
                                "SELECT run, attempt, job.id, text, started FROM job JOIN name ON name.id = job.name "
                                "WHERE run = ? ORDER BY attempt, job.id");
    statement.bind(1, as_signed(run));
    return stored_jobs(statement);
  }

  std::optional<StoredJob> job(uint64_t id) const {
    SQLite::Statement statement(connection_,
                                "SELECT run, attempt, job.id, text, started FROM job JOIN name ON name.id = job.name "
                                "WHERE job.id = ? ORDER BY attempt DESC LIMIT 1");
    statement.bind(1, as_signed(id));
    std::vector<StoredJob> found = stored_jobs(statement);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  }

  RestRows rows() const {
    RestRows rows;
    const std::unordered_map<int64_t, std::string> names = all_names();
    SQLite::Statement runs(
        connection_,
        "SELECT id, attempt, workflow, event, branch, fork, status, conclusion, created, started FROM run "
        "ORDER BY id, attempt");
    const auto text = [&](const SQLite::Column& column) { return names.at(column.getInt64()); };
    while (runs.executeStep()) {
      RestRun run;
      run.id = as_unsigned(runs.getColumn(0));
      run.attempt = runs.getColumn(1).getUInt();
      run.workflow = text(runs.getColumn(2));
      run.event = text(runs.getColumn(3));
      run.branch = text(runs.getColumn(4));
      run.fork = runs.getColumn(5).getInt() != 0;
      run.status = text(runs.getColumn(6));
      run.conclusion = text(runs.getColumn(7));
      run.created = runs.getColumn(8).getDouble();
      run.started = time_in(runs.getColumn(9));
      rows.runs.push_back(std::move(run));
    }
    SQLite::Statement jobs(connection_,
                           "SELECT run, attempt, id, name, workflow, conclusion, created, started, completed FROM job "
                           "ORDER BY run, attempt, id");
    while (jobs.executeStep()) {
      RestJob job;
      job.run = as_unsigned(jobs.getColumn(0));
      job.attempt = jobs.getColumn(1).getUInt();
      job.id = as_unsigned(jobs.getColumn(2));
      job.name = text(jobs.getColumn(3));
      job.workflow = text(jobs.getColumn(4));
      job.conclusion = text(jobs.getColumn(5));
      job.created = time_in(jobs.getColumn(6));
      job.started = time_in(jobs.getColumn(7));
      job.completed = time_in(jobs.getColumn(8));
      rows.jobs.push_back(std::move(job));
    }
    read_steps(rows, names);
    SQLite::Statement totals(connection_, "SELECT run, jobs FROM listing");
    while (totals.executeStep()) {
      rows.totals[as_unsigned(totals.getColumn(0))] = {as_unsigned(totals.getColumn(1)), {}};
    }
    rows.logs = logs();
    return rows;
  }

  StoreSummary summary() const {
    StoreSummary summary;
    SQLite::Statement groups(
        connection_,
        "SELECT workflow, event, CASE WHEN conclusion = '' THEN status ELSE conclusion END AS ending, "
        "count(*) FROM runs GROUP BY workflow, event, ending ORDER BY workflow, event, ending");
    while (groups.executeStep()) {
      summary.groups.push_back({groups.getColumn(0).getString(), groups.getColumn(1).getString(),
                                groups.getColumn(2).getString(), as_unsigned(groups.getColumn(3))});
    }
    summary.runs = count("SELECT count(*) FROM run");
    summary.jobs = count("SELECT count(*) FROM job");
    summary.steps = count("SELECT count(*) FROM step");
    summary.logs = count("SELECT count(*) FROM log");
    summary.restores = count("SELECT count(*) FROM restore");
    SQLite::Statement range(connection_, "SELECT min(created), max(created) FROM run");
    if (range.executeStep() && !range.getColumn(0).isNull()) {
      summary.first = range.getColumn(0).getDouble();
      summary.last = range.getColumn(1).getDouble();
    }
    return summary;
  }

  uint64_t prune(double time) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    const std::string old = "(SELECT id FROM run GROUP BY id HAVING min(created) < ?)";
    uint64_t runs = 0;
    for (const char* table :
         {"restore WHERE run", "save WHERE run", "log_count WHERE run", "log WHERE run", "step WHERE run",
          "job WHERE run", "listing WHERE run", "fetched WHERE run", "run WHERE id"}) {
      SQLite::Statement statement(connection_, fmt::format("DELETE FROM {} IN {}", table, old));
      statement.bind(1, time);
      runs = static_cast<uint64_t>(statement.exec());
    }
    SQLite::Statement samples(connection_, "UPDATE sample SET since = max(since, ?)");
    samples.bind(1, time);
    samples.exec();
    transaction.commit();
    connection_.exec("VACUUM");
    return runs;
  }

  std::vector<Sample> samples() const {
    std::vector<Sample> samples;
    SQLite::Statement rows(connection_,
                           "SELECT repository, workflow, since, next, missing, complete FROM sample ORDER BY 1, 2");
    while (rows.executeStep()) {
      samples.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getDouble(),
                         rows.getColumn(3).getDouble(), as_unsigned(rows.getColumn(4)),
                         rows.getColumn(5).getInt() != 0});
    }
    return samples;
  }

  void mark(const Sample& sample) {
    SQLite::Statement& write = prepared("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?, ?, ?)");
    write.bind(1, sample.repository);
    write.bind(2, sample.workflow);
    write.bind(3, sample.since);
    write.bind(4, sample.next);
    write.bind(5, as_signed(sample.missing));
    write.bind(6, sample.is_complete ? 1 : 0);
    run_once(write);
  }

  std::vector<std::pair<uint64_t, uint32_t>> fetched() const {
    std::vector<std::pair<uint64_t, uint32_t>> attempts;
    SQLite::Statement rows(connection_,
                           "SELECT run, attempt FROM fetched UNION "
                           "SELECT job.run, attempt FROM job JOIN listing ON listing.run = job.run "
                           "GROUP BY job.run, attempt HAVING count(*) >= listing.jobs AND "
                           "coalesce(sum(conclusion = (SELECT id FROM name WHERE text = '')), 0) = 0");
    while (rows.executeStep()) attempts.emplace_back(as_unsigned(rows.getColumn(0)), rows.getColumn(1).getUInt());
    return attempts;
  }

  void note_fetched(uint64_t run, uint32_t attempt) {
    SQLite::Statement& write = prepared("INSERT OR IGNORE INTO fetched VALUES (?, ?)");
    write.bind(1, as_signed(run));
    write.bind(2, attempt);
    run_once(write);
  }

  const std::string& path() const { return path_; }

 private:
  static SQLite::Database opened(const std::string& path, Access access) {
    if (access == Access::Read) return {path, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, kBusyMilliseconds};
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code failure;
    if (!folder.empty()) std::filesystem::create_directories(folder, failure);
    if (failure) throw Error(fmt::format("cannot make the folder \"{}\": {}", folder.string(), failure.message()));
    return {path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, kBusyMilliseconds};
  }

  /// The version of what there is, 0 for an empty database.
  int check_version(Access access) {
    const int application = connection_.execAndGet("PRAGMA application_id").getInt();
    const int version = connection_.execAndGet("PRAGMA user_version").getInt();
    const bool is_empty = count("SELECT count(*) FROM sqlite_master") == 0;
    if (is_empty && access == Access::Write) return 0;
    if (application != kApplication) {
      throw Error(fmt::format("\"{}\" is a database, but not one of past runs", path_));
    }
    if (version > kVersion) {
      throw Error(fmt::format("database \"{}\" has version {}: a newer dagsim wrote it, and this one knows version {}",
                              path_, version, kVersion));
    }
    if (version < kVersion && access == Access::Read) {
      throw Error(fmt::format("database \"{}\" has version {}, expected {}: dagsim import brings it up to date", path_,
                              version, kVersion));
    }
    return version;
  }

  void migrate(int version) {
    if (version == kVersion) return;
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    for (int step = version; step < kVersion; ++step) connection_.exec(kMigrations.at(static_cast<size_t>(step)));
    connection_.exec(fmt::format("PRAGMA application_id = {}", kApplication));
    connection_.exec(fmt::format("PRAGMA user_version = {}", kVersion));
    transaction.commit();
  }

  uint64_t count(const char* query) const {
    SQLite::Statement statement(connection_, query);
    return statement.executeStep() ? as_unsigned(statement.getColumn(0)) : 0;
  }

  SQLite::Statement& prepared(const char* query) {
    auto& statement = statements_[query];
    if (!statement) statement = std::make_unique<SQLite::Statement>(connection_, query);
    return *statement;
  }

  int64_t name(const std::string& text) {
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

  /// Whether a row has to be written.
  static bool is_new(SQLite::Statement& find, int64_t digest, Counts& counts) {
    const bool found = find.executeStep();
    const bool same = found && find.getColumn(0).getInt64() == digest;
    find.reset();
    ++(same ? counts.known : found ? counts.changed : counts.added);
    return !same;
  }

  void add_run(const RestRun& run, Counts& counts) {
    const int64_t content = digest(run);
    SQLite::Statement& find = prepared("SELECT digest FROM run WHERE id = ? AND attempt = ?");
    find.bind(1, as_signed(run.id));
    find.bind(2, run.attempt);
    if (!is_new(find, content, counts)) return;
    SQLite::Statement& write = prepared("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    write.bind(1, as_signed(run.id));
    write.bind(2, run.attempt);
    write.bind(3, name(run.workflow));
    write.bind(4, name(run.event));
    write.bind(5, name(run.branch));
    write.bind(6, run.fork ? 1 : 0);
    write.bind(7, name(run.status));
    write.bind(8, name(run.conclusion));
    write.bind(9, run.created);
    bind(write, 10, run.started);
    write.bind(11, content);
    run_once(write);
  }

  /// Jobs without an id of their own are told apart by name and place in their document, so that the same document
  /// gives the same ids.
  static int64_t id_of(const RestJob& job, std::map<std::pair<uint64_t, std::string>, uint32_t>& nameless) {
    if (job.id <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return as_signed(job.id);
    const uint32_t number = nameless[{job.run, job.name}]++;
    return -1 - std::abs(Digest().add(job.name).add(std::to_string(number)).value() / 2);
  }

  void add_job(const RestJob& job, std::map<std::pair<uint64_t, std::string>, uint32_t>& nameless,
               ImportCounts& counts) {
    const int64_t content = digest(job);
    const int64_t id = id_of(job, nameless);
    SQLite::Statement& find = prepared("SELECT digest FROM job WHERE run = ? AND attempt = ? AND id = ?");
    bind_job(find, job, id);
    const uint64_t changed = counts.jobs.changed;
    if (!is_new(find, content, counts.jobs)) return;
    if (counts.jobs.changed > changed) {
      SQLite::Statement& remove = prepared("DELETE FROM step WHERE run = ? AND attempt = ? AND job = ?");
      bind_job(remove, job, id);
      run_once(remove);
    }
    SQLite::Statement& write = prepared("INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_job(write, job, id);
    write.bind(4, name(job.name));
    write.bind(5, name(job.workflow));
    write.bind(6, name(job.conclusion));
    bind(write, 7, job.created);
    bind(write, 8, job.started);
    bind(write, 9, job.completed);
    write.bind(10, content);
    run_once(write);
    add_steps(job, id);
    counts.steps += job.steps.size();
  }

  static std::vector<StoredJob> stored_jobs(SQLite::Statement& statement) {
    std::vector<StoredJob> jobs;
    while (statement.executeStep()) {
      jobs.push_back({as_unsigned(statement.getColumn(0)), statement.getColumn(1).getUInt(),
                      as_unsigned(statement.getColumn(2)), statement.getColumn(3).getString(),
                      time_in(statement.getColumn(4))});
    }
    return jobs;
  }

  static void bind_job(SQLite::Statement& statement, const LogRow& log) {
    statement.bind(1, as_signed(log.run));
    statement.bind(2, log.attempt);
    statement.bind(3, as_signed(log.job));
  }

  void write_log(const LogRow& log, int64_t content) {
    for (const char* remove : {"DELETE FROM restore WHERE run = ? AND attempt = ? AND job = ?",
                               "DELETE FROM save WHERE run = ? AND attempt = ? AND job = ?",
                               "DELETE FROM log_count WHERE run = ? AND attempt = ? AND job = ?"}) {
      bind_job(prepared(remove), log);
      run_once(prepared(remove));
    }
    SQLite::Statement& write = prepared("INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?)");
    bind_job(write, log);
    write.bind(4, as_signed(log.lines));
    write.bind(5, content);
    run_once(write);
    SQLite::Statement& restore = prepared("INSERT INTO restore VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_job(restore, log);
    uint32_t number = 0;
    for (const RestoreRow& one : log.restores) {
      restore.bind(4, ++number);
      restore.bind(5, name(one.step));
      restore.bind(6, one.asked);
      restore.bind(7, one.restored);
      restore.bind(8, std::string(to_string(one.state)));
      restore.bind(9, one.is_certain ? 1 : 0);
      bind(restore, 10, one.seconds);
      bind(restore, 11, one.bytes);
      run_once(restore);
    }
    SQLite::Statement& save = prepared("INSERT INTO save VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_job(save, log);
    number = 0;
    for (const SaveRow& one : log.saves) {
      save.bind(4, ++number);
      save.bind(5, name(one.step));
      save.bind(6, one.key);
      save.bind(7, std::string(to_string(one.outcome)));
      bind(save, 8, one.seconds);
      bind(save, 9, one.bytes);
      run_once(save);
    }
    SQLite::Statement& count = prepared("INSERT INTO log_count VALUES (?, ?, ?, ?, ?)");
    bind_job(count, log);
    for (const auto& [text, value] : log.counts) {
      count.bind(4, name(text));
      count.bind(5, value);
      run_once(count);
    }
  }

  /// What predictions need of them.
  std::vector<LogRow> logs() const {
    std::vector<LogRow> logs;
    SQLite::Statement all(connection_, "SELECT run, attempt, job, lines FROM log ORDER BY run, attempt, job");
    while (all.executeStep()) {
      LogRow log;
      log.run = as_unsigned(all.getColumn(0));
      log.attempt = all.getColumn(1).getUInt();
      log.job = as_unsigned(all.getColumn(2));
      log.lines = as_unsigned(all.getColumn(3));
      logs.push_back(std::move(log));
    }
    SQLite::Statement restores(connection_,
                               "SELECT run, attempt, job, asked, restored, state FROM restore "
                               "ORDER BY run, attempt, job, number");
    size_t at = 0;
    while (restores.executeStep()) {
      at = find_owner(logs, at, restores, [](const LogRow& log) { return log.job; });
      RestoreRow one;
      one.asked = restores.getColumn(3).getString();
      one.restored = restores.getColumn(4).getString();
      one.state = state_of(restores.getColumn(5).getString());
      logs[at].restores.push_back(std::move(one));
    }
    return logs;
  }

  static void bind_job(SQLite::Statement& statement, const RestJob& job, int64_t id) {
    statement.bind(1, as_signed(job.run));
    statement.bind(2, job.attempt);
    statement.bind(3, id);
  }

  /// Several rows a statement, since each execution costs as much as some rows.
  void add_steps(const RestJob& job, int64_t id) {
    uint32_t number = 0;
    std::span<const RestStep> rest = job.steps;
    for (const size_t rows : {size_t{16}, size_t{4}, size_t{1}}) {
      SQLite::Statement& write = step_insert(rows);
      for (; rest.size() >= rows; rest = rest.subspan(rows)) {
        int place = 0;
        for (const RestStep& step : rest.first(rows)) {
          write.bind(++place, as_signed(job.run));
          write.bind(++place, job.attempt);
          write.bind(++place, id);
          write.bind(++place, ++number);
          write.bind(++place, name(step.name));
          write.bind(++place, name(step.conclusion));
          bind(write, ++place, step.started);
          bind(write, ++place, step.completed);
        }
        run_once(write);
      }
    }
  }

  SQLite::Statement& step_insert(size_t rows) {
    std::unique_ptr<SQLite::Statement>& statement = step_inserts_[rows];
    if (statement) return *statement;
    std::string query = "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    for (size_t i = 1; i < rows; ++i) query += ", (?, ?, ?, ?, ?, ?, ?, ?)";
    statement = std::make_unique<SQLite::Statement>(connection_, query);
    return *statement;
  }

  void add_total(uint64_t run, uint64_t jobs) {
    SQLite::Statement& write =
        prepared("INSERT INTO listing VALUES (?, ?) ON CONFLICT DO UPDATE SET jobs = max(jobs, excluded.jobs)");
    write.bind(1, as_signed(run));
    write.bind(2, as_signed(jobs));
    run_once(write);
  }

  std::unordered_map<int64_t, std::string> all_names() const {
    std::unordered_map<int64_t, std::string> names;
    SQLite::Statement all(connection_, "SELECT id, text FROM name");
    while (all.executeStep()) names.emplace(all.getColumn(0).getInt64(), all.getColumn(1).getString());
    return names;
  }

  /// The row, from `at` on, of the run, attempt and job in the first columns of what `statement` read. Both are in the
  /// same order.
  template <typename Row, typename IdOf>
  size_t find_owner(const std::vector<Row>& rows, size_t at, SQLite::Statement& statement, IdOf id_of) const {
    const uint64_t run = as_unsigned(statement.getColumn(0));
    const uint32_t attempt = statement.getColumn(1).getUInt();
    const uint64_t job = as_unsigned(statement.getColumn(2));
    const auto is_owner = [&](const Row& row) { return row.run == run && row.attempt == attempt && id_of(row) == job; };
    while (at < rows.size() && !is_owner(rows[at])) ++at;
    if (at == rows.size()) throw Error(fmt::format("database \"{}\" is damaged: rows of no known job", path_));
    return at;
  }

  /// Steps come in the order of jobs.
  void read_steps(RestRows& rows, const std::unordered_map<int64_t, std::string>& names) const {
    SQLite::Statement steps(connection_,
                            "SELECT run, attempt, job, name, conclusion, started, completed FROM step "
                            "ORDER BY run, attempt, job, number");
    size_t job = 0;
    while (steps.executeStep()) {
      job = find_owner(rows.jobs, job, steps, [](const RestJob& one) { return one.id; });
      rows.jobs[job].steps.push_back({names.at(steps.getColumn(3).getInt64()), names.at(steps.getColumn(4).getInt64()),
                                      time_in(steps.getColumn(5)), time_in(steps.getColumn(6))});
    }
  }

  std::string path_;
  mutable SQLite::Database connection_;
  std::unordered_map<std::string, int64_t> names_;  ///< as far as looked up
  bool is_unfinished_ = false;
  std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> statements_;
  std::map<size_t, std::unique_ptr<SQLite::Statement>> step_inserts_;  ///< by rows
};

bool is_store_name(const std::string& path) {
  const std::string name = to_lower(path);
  return name.ends_with(".db") || name.ends_with(".sqlite") || name.ends_with(".sqlite3");
}

Store::Store(const std::string& path, Access access)
    : database_(Database::guarded(path, [&] { return std::make_unique<Database>(path, access); })) {}
Store::Store(Store&&) noexcept = default;
Store::~Store() = default;

ImportCounts Store::add(const RestRows& rows) {
  return add(std::span(&rows, 1));
}

ImportCounts Store::add(std::span<const RestRows> documents) {
  return Database::guarded(database_->path(), [&] { return database_->add(documents); });
}

void Store::add(const LogRow& log, Counts& counts) {
  Database::guarded(database_->path(), [&] { database_->add(log, counts); });
}

std::vector<StoredJob> Store::jobs_of(uint64_t run) const {
  return Database::guarded(database_->path(), [&] { return database_->jobs_of(run); });
}

std::optional<StoredJob> Store::job(uint64_t id) const {
  return Database::guarded(database_->path(), [&] { return database_->job(id); });
}

RestRows Store::rows() const {
  return Database::guarded(database_->path(), [&] { return database_->rows(); });
}

StoreSummary Store::summary() const {
  return Database::guarded(database_->path(), [&] { return database_->summary(); });
}

std::vector<Sample> Store::samples() const {
  return Database::guarded(database_->path(), [&] { return database_->samples(); });
}

void Store::mark(const Sample& sample) {
  Database::guarded(database_->path(), [&] { database_->mark(sample); });
}

std::vector<std::pair<uint64_t, uint32_t>> Store::fetched() const {
  return Database::guarded(database_->path(), [&] { return database_->fetched(); });
}

void Store::note_fetched(uint64_t run, uint32_t attempt) {
  Database::guarded(database_->path(), [&] { database_->note_fetched(run, attempt); });
}

uint64_t Store::prune(double time) {
  return Database::guarded(database_->path(), [&] { return database_->prune(time); });
}

}  // namespace dagsim::history
