// Rows of steps are by far the most, so texts are kept once in `name` and rows refer to them by number, and the tables
// are their own primary keys (WITHOUT ROWID). Each job and run carries a digest of its content: an import that brings
// nothing new reads digests and writes nothing.
#include "history/store_runs.h"

#include <cmath>
#include <limits>
#include <span>

#include <SQLiteCpp/SQLiteCpp.h>

namespace dagsim::history {
namespace {

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

JobKey key_of(const RestJob& job) {
  return {job.run, job.attempt, as_signed(job.id)};
}

/// Jobs without an id of their own are told apart by name and place in their document, so that the same document
/// gives the same ids.
int64_t id_of(const RestJob& job, StoredRuns::Nameless& nameless) {
  if (job.id <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return as_signed(job.id);
  const uint32_t number = nameless[{job.run, job.name}]++;
  return -1 - std::abs(Digest().add(job.name).add(std::to_string(number)).value() / 2);
}

std::vector<StoredJob> stored_jobs(SQLite::Statement& statement) {
  std::vector<StoredJob> jobs;
  while (statement.executeStep()) {
    jobs.push_back({as_unsigned(statement.getColumn(0)), statement.getColumn(1).getUInt(),
                    as_unsigned(statement.getColumn(2)), statement.getColumn(3).getString(),
                    time_in(statement.getColumn(4))});
  }
  return jobs;
}

}  // namespace

StoredRuns::StoredRuns(StoreConnection& connection) : connection_(connection) {}
StoredRuns::~StoredRuns() = default;

void StoredRuns::add(const RestRows& rows, ImportCounts& counts) {
  for (const RestRun& run : rows.runs) add_run(run, counts.runs);
  Nameless nameless;
  for (const RestJob& job : rows.jobs) add_job(job, nameless, counts);
  for (const auto& [run, total] : rows.totals) add_total(run, total.jobs);
}

std::vector<StoredJob> StoredRuns::jobs_of(uint64_t run) const {
  SQLite::Statement statement(connection_.database(),
                              "SELECT run, attempt, job.id, text, started FROM job JOIN name ON name.id = job.name "
                              "WHERE run = ? ORDER BY attempt, job.id");
  statement.bind(1, as_signed(run));
  return stored_jobs(statement);
}

std::optional<StoredJob> StoredRuns::job(uint64_t id) const {
  SQLite::Statement statement(connection_.database(),
                              "SELECT run, attempt, job.id, text, started FROM job JOIN name ON name.id = job.name "
                              "WHERE job.id = ? ORDER BY attempt DESC LIMIT 1");
  statement.bind(1, as_signed(id));
  std::vector<StoredJob> found = stored_jobs(statement);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

RestRows StoredRuns::rows() const {
  RestRows rows;
  const std::unordered_map<int64_t, std::string> names = connection_.names();
  SQLite::Statement runs(
      connection_.database(),
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
  SQLite::Statement jobs(connection_.database(),
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
  SQLite::Statement totals(connection_.database(), "SELECT run, jobs FROM listing");
  while (totals.executeStep()) {
    rows.totals[as_unsigned(totals.getColumn(0))] = {as_unsigned(totals.getColumn(1)), {}};
  }
  return rows;
}

/// Steps come in the order of jobs.
void StoredRuns::read_steps(RestRows& rows, const std::unordered_map<int64_t, std::string>& names) const {
  SQLite::Statement steps(connection_.database(),
                          "SELECT run, attempt, job, name, conclusion, started, completed FROM step "
                          "ORDER BY run, attempt, job, number");
  size_t job = 0;
  while (steps.executeStep()) {
    job = connection_.find_owner(rows.jobs, job, steps, key_of);
    rows.jobs[job].steps.push_back({names.at(steps.getColumn(3).getInt64()), names.at(steps.getColumn(4).getInt64()),
                                    time_in(steps.getColumn(5)), time_in(steps.getColumn(6))});
  }
}

void StoredRuns::add_run(const RestRun& run, Counts& counts) {
  const int64_t content = digest(run);
  SQLite::Statement& find = connection_.prepared("SELECT digest FROM run WHERE id = ? AND attempt = ?");
  find.bind(1, as_signed(run.id));
  find.bind(2, run.attempt);
  if (!StoreConnection::is_new(find, content, counts)) return;
  SQLite::Statement& write =
      connection_.prepared("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  write.bind(1, as_signed(run.id));
  write.bind(2, run.attempt);
  write.bind(3, connection_.name(run.workflow));
  write.bind(4, connection_.name(run.event));
  write.bind(5, connection_.name(run.branch));
  write.bind(6, run.fork ? 1 : 0);
  write.bind(7, connection_.name(run.status));
  write.bind(8, connection_.name(run.conclusion));
  write.bind(9, run.created);
  bind(write, 10, run.started);
  write.bind(11, content);
  run_once(write);
}

void StoredRuns::add_job(const RestJob& job, Nameless& nameless, ImportCounts& counts) {
  const int64_t content = digest(job);
  const JobKey key{job.run, job.attempt, id_of(job, nameless)};
  SQLite::Statement& find = connection_.prepared("SELECT digest FROM job WHERE run = ? AND attempt = ? AND id = ?");
  bind(find, key);
  const uint64_t changed = counts.jobs.changed;
  if (!StoreConnection::is_new(find, content, counts.jobs)) return;
  if (counts.jobs.changed > changed) {
    SQLite::Statement& remove = connection_.prepared("DELETE FROM step WHERE run = ? AND attempt = ? AND job = ?");
    bind(remove, key);
    run_once(remove);
  }
  SQLite::Statement& write = connection_.prepared("INSERT OR REPLACE INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  bind(write, key);
  write.bind(4, connection_.name(job.name));
  write.bind(5, connection_.name(job.workflow));
  write.bind(6, connection_.name(job.conclusion));
  bind(write, 7, job.created);
  bind(write, 8, job.started);
  bind(write, 9, job.completed);
  write.bind(10, content);
  run_once(write);
  add_steps(job, key);
  counts.steps += job.steps.size();
}

/// Several rows a statement, since each execution costs as much as some rows.
void StoredRuns::add_steps(const RestJob& job, const JobKey& key) {
  uint32_t number = 0;
  std::span<const RestStep> rest = job.steps;
  for (const size_t rows : {size_t{16}, size_t{4}, size_t{1}}) {
    SQLite::Statement& write = step_insert(rows);
    for (; rest.size() >= rows; rest = rest.subspan(rows)) {
      int place = 0;
      for (const RestStep& step : rest.first(rows)) {
        write.bind(++place, as_signed(key.run));
        write.bind(++place, key.attempt);
        write.bind(++place, key.job);
        write.bind(++place, ++number);
        write.bind(++place, connection_.name(step.name));
        write.bind(++place, connection_.name(step.conclusion));
        bind(write, ++place, step.started);
        bind(write, ++place, step.completed);
      }
      run_once(write);
    }
  }
}

SQLite::Statement& StoredRuns::step_insert(size_t rows) {
  std::unique_ptr<SQLite::Statement>& statement = step_inserts_[rows];
  if (statement) return *statement;
  std::string query = "INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
  for (size_t i = 1; i < rows; ++i) query += ", (?, ?, ?, ?, ?, ?, ?, ?)";
  statement = std::make_unique<SQLite::Statement>(connection_.database(), query);
  return *statement;
}

void StoredRuns::add_total(uint64_t run, uint64_t jobs) {
  SQLite::Statement& write = connection_.prepared(
      "INSERT INTO listing VALUES (?, ?) ON CONFLICT DO UPDATE SET jobs = max(jobs, excluded.jobs)");
  write.bind(1, as_signed(run));
  write.bind(2, as_signed(jobs));
  run_once(write);
}

}  // namespace dagsim::history
