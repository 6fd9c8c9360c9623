#include "history/store.h"

#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "history/store_connection.h"
#include "history/store_listings.h"
#include "history/store_logs.h"
#include "history/store_runs.h"

namespace dagsim::history {

class Store::Database {
 public:
  Database(const std::string& path, Access access)
      : connection_(path, access), runs_(connection_), logs_(connection_), listings_(connection_) {}

  /// SQLite's errors as ours.
  template <typename Work>
  static auto guarded(const std::string& path, Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const SQLite::Exception& failure) {
      throw Error(fmt::format("database \"{}\": {}", path, failure.getErrorStr()));
    }
  }

  const std::string& path() const { return connection_.path(); }
  const StoredRuns& runs() const { return runs_; }

  ImportCounts add(std::span<const RestRows> documents) {
    ImportCounts counts;
    connection_.change([&] {
      for (const RestRows& rows : documents) {
        runs_.add(rows, counts);
        listings_.add(rows, counts);
      }
    });
    return counts;
  }

  void add(const LogRow& log, Counts& counts) {
    connection_.change([&] { logs_.add(log, counts); });
  }

  void add(const StoredLedger& ledger, Counts& counts) {
    connection_.change([&] { listings_.add(ledger, counts); });
  }

  std::vector<StoredLedger> ledgers() const { return listings_.ledgers(); }

  RestRows rows() const {
    RestRows rows = runs_.rows();
    rows.logs = logs_.rows();
    return rows;
  }

  StoreSummary summary() const {
    StoreSummary summary;
    SQLite::Statement groups(
        connection_.database(),
        "SELECT workflow, event, CASE WHEN conclusion = '' THEN status ELSE conclusion END AS ending, "
        "count(*) FROM runs GROUP BY workflow, event, ending ORDER BY workflow, event, ending");
    while (groups.executeStep()) {
      summary.groups.push_back({groups.getColumn(0).getString(), groups.getColumn(1).getString(),
                                groups.getColumn(2).getString(), as_unsigned(groups.getColumn(3))});
    }
    summary.runs = connection_.count("SELECT count(*) FROM run");
    summary.jobs = connection_.count("SELECT count(*) FROM job");
    summary.steps = connection_.count("SELECT count(*) FROM step");
    summary.logs = connection_.count("SELECT count(*) FROM log");
    summary.restores = connection_.count("SELECT count(*) FROM restore");
    summary.artifacts = connection_.count("SELECT count(*) FROM artifact");
    summary.artifact_bytes = connection_.count("SELECT coalesce(sum(bytes), 0) FROM artifact");
    summary.caches = connection_.count("SELECT count(*) FROM cache");
    summary.cache_bytes = connection_.count("SELECT coalesce(sum(bytes), 0) FROM cache");
    summary.ledgers = connection_.count("SELECT count(*) FROM ledger");
    SQLite::Statement range(connection_.database(), "SELECT min(created), max(created) FROM run");
    if (range.executeStep() && !range.getColumn(0).isNull()) {
      summary.first = range.getColumn(0).getDouble();
      summary.last = range.getColumn(1).getDouble();
    }
    return summary;
  }

  uint64_t prune(double time) {
    const std::string old = "(SELECT id FROM run GROUP BY id HAVING min(created) < ?)";
    uint64_t runs = 0;
    connection_.change([&] {
      for (const char* table :
           {"restore WHERE run", "save WHERE run", "log_count WHERE run", "log WHERE run", "step WHERE run",
            "job WHERE run", "listing WHERE run", "artifact WHERE run", "fetched WHERE run", "run WHERE id"}) {
        SQLite::Statement statement(connection_.database(), fmt::format("DELETE FROM {} IN {}", table, old));
        statement.bind(1, time);
        runs = static_cast<uint64_t>(statement.exec());
      }
      SQLite::Statement samples(connection_.database(), "UPDATE sample SET since = max(since, ?)");
      samples.bind(1, time);
      samples.exec();
    });
    connection_.database().exec("VACUUM");
    return runs;
  }

  std::vector<Sample> samples() const {
    std::vector<Sample> samples;
    SQLite::Statement rows(connection_.database(),
                           "SELECT repository, workflow, since, next, missing, complete FROM sample ORDER BY 1, 2");
    while (rows.executeStep()) {
      samples.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getDouble(),
                         rows.getColumn(3).getDouble(), as_unsigned(rows.getColumn(4)),
                         rows.getColumn(5).getInt() != 0});
    }
    return samples;
  }

  void mark(const Sample& sample) {
    SQLite::Statement& write = connection_.prepared("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?, ?, ?)");
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
    SQLite::Statement rows(connection_.database(),
                           "SELECT run, attempt FROM fetched UNION "
                           "SELECT job.run, attempt FROM job JOIN listing ON listing.run = job.run "
                           "GROUP BY job.run, attempt HAVING count(*) >= listing.jobs AND "
                           "coalesce(sum(conclusion = (SELECT id FROM name WHERE text = '')), 0) = 0");
    while (rows.executeStep()) attempts.emplace_back(as_unsigned(rows.getColumn(0)), rows.getColumn(1).getUInt());
    return attempts;
  }

  void note_fetched(uint64_t run, uint32_t attempt) {
    SQLite::Statement& write = connection_.prepared("INSERT OR IGNORE INTO fetched VALUES (?, ?)");
    write.bind(1, as_signed(run));
    write.bind(2, attempt);
    run_once(write);
  }

 private:
  StoreConnection connection_;
  StoredRuns runs_;
  StoredLogs logs_;
  StoredListings listings_;
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

void Store::add(const StoredLedger& ledger, Counts& counts) {
  Database::guarded(database_->path(), [&] { database_->add(ledger, counts); });
}

std::vector<StoredLedger> Store::ledgers() const {
  return Database::guarded(database_->path(), [&] { return database_->ledgers(); });
}

std::vector<StoredJob> Store::jobs_of(uint64_t run) const {
  return Database::guarded(database_->path(), [&] { return database_->runs().jobs_of(run); });
}

std::optional<StoredJob> Store::job(uint64_t id) const {
  return Database::guarded(database_->path(), [&] { return database_->runs().job(id); });
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
