#include "history/store_schema.h"

namespace dagsim::history {

const std::array<const char*, 4> kMigrations = {
    R"sql(
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE run (
  id INTEGER NOT NULL, attempt INTEGER NOT NULL, workflow INTEGER NOT NULL REFERENCES name, event INTEGER NOT NULL REFERENCES name,
  branch INTEGER NOT NULL REFERENCES name, fork INTEGER NOT NULL, status INTEGER NOT NULL REFERENCES name,
  conclusion INTEGER NOT NULL REFERENCES name, created REAL NOT NULL, started REAL, digest INTEGER NOT NULL,
  PRIMARY KEY (id, attempt)) WITHOUT ROWID;
CREATE TABLE job (
  run INTEGER NOT NULL, attempt INTEGER NOT NULL, id INTEGER NOT NULL, name INTEGER NOT NULL REFERENCES name,
  workflow INTEGER NOT NULL REFERENCES name, conclusion INTEGER NOT NULL REFERENCES name, created REAL, started REAL, completed REAL,
  digest INTEGER NOT NULL, PRIMARY KEY (run, attempt, id)) WITHOUT ROWID;
CREATE TABLE step (
  run INTEGER NOT NULL, attempt INTEGER NOT NULL, job INTEGER NOT NULL, number INTEGER NOT NULL, name INTEGER NOT NULL REFERENCES name,
  conclusion INTEGER NOT NULL REFERENCES name, started REAL, completed REAL, PRIMARY KEY (run, attempt, job, number)) WITHOUT ROWID;
CREATE TABLE listing (run INTEGER PRIMARY KEY, jobs INTEGER NOT NULL);
CREATE VIEW runs AS
  SELECT run.id, attempt, w.text AS workflow, e.text AS event, b.text AS branch, fork, s.text AS status, c.text AS conclusion,
         strftime('%Y-%m-%dT%H:%M:%SZ', created, 'unixepoch') AS created_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', started, 'unixepoch') AS run_started_at
  FROM run JOIN name w ON w.id = workflow JOIN name e ON e.id = event JOIN name b ON b.id = branch JOIN name s ON s.id = status
       JOIN name c ON c.id = conclusion;
CREATE VIEW jobs AS
  SELECT run AS run_id, attempt, job.id, n.text AS name, w.text AS workflow, c.text AS conclusion,
         strftime('%Y-%m-%dT%H:%M:%SZ', created, 'unixepoch') AS created_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', started, 'unixepoch') AS started_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', completed, 'unixepoch') AS completed_at, completed - started AS seconds
  FROM job JOIN name n ON n.id = name JOIN name w ON w.id = workflow JOIN name c ON c.id = conclusion;
CREATE VIEW steps AS
  SELECT run AS run_id, attempt, job AS job_id, number, n.text AS name, c.text AS conclusion,
         strftime('%Y-%m-%dT%H:%M:%SZ', started, 'unixepoch') AS started_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', completed, 'unixepoch') AS completed_at, completed - started AS seconds
  FROM step JOIN name n ON n.id = name JOIN name c ON c.id = conclusion;
)sql",
    R"sql(
CREATE TABLE sample (
  repository TEXT NOT NULL, workflow TEXT NOT NULL, since REAL NOT NULL, next REAL NOT NULL, missing INTEGER NOT NULL,
  complete INTEGER NOT NULL, PRIMARY KEY (repository, workflow)) WITHOUT ROWID;
CREATE TABLE fetched (run INTEGER NOT NULL, attempt INTEGER NOT NULL, PRIMARY KEY (run, attempt)) WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE log (
  run INTEGER NOT NULL, attempt INTEGER NOT NULL, job INTEGER NOT NULL, lines INTEGER NOT NULL, digest INTEGER NOT NULL,
  PRIMARY KEY (run, attempt, job)) WITHOUT ROWID;
CREATE TABLE restore (
  run INTEGER NOT NULL, attempt INTEGER NOT NULL, job INTEGER NOT NULL, number INTEGER NOT NULL, step INTEGER NOT NULL REFERENCES name,
  asked TEXT NOT NULL, restored TEXT NOT NULL, state TEXT NOT NULL, certain INTEGER NOT NULL, seconds REAL, bytes INTEGER,
  PRIMARY KEY (run, attempt, job, number)) WITHOUT ROWID;
CREATE TABLE save (
  run INTEGER NOT NULL, attempt INTEGER NOT NULL, job INTEGER NOT NULL, number INTEGER NOT NULL, step INTEGER NOT NULL REFERENCES name,
  key TEXT NOT NULL, outcome TEXT NOT NULL, seconds REAL, bytes INTEGER, PRIMARY KEY (run, attempt, job, number)) WITHOUT ROWID;
CREATE TABLE log_count (
  run INTEGER NOT NULL, attempt INTEGER NOT NULL, job INTEGER NOT NULL, name INTEGER NOT NULL REFERENCES name, value REAL NOT NULL,
  PRIMARY KEY (run, attempt, job, name)) WITHOUT ROWID;
CREATE VIEW cache_restores AS
  SELECT restore.run AS run_id, restore.attempt, restore.job AS job_id, j.text AS job, s.text AS step, asked, restored, state, certain,
         seconds, bytes
  FROM restore JOIN job USING (run, attempt) JOIN name j ON j.id = job.name JOIN name s ON s.id = restore.step
  WHERE job.id = restore.job ORDER BY restore.run, restore.attempt, restore.job, number;
CREATE VIEW cache_saves AS
  SELECT save.run AS run_id, save.attempt, save.job AS job_id, j.text AS job, s.text AS step, key, outcome, seconds, bytes
  FROM save JOIN job USING (run, attempt) JOIN name j ON j.id = job.name JOIN name s ON s.id = save.step
  WHERE job.id = save.job ORDER BY save.run, save.attempt, save.job, number;
CREATE VIEW log_counts AS
  SELECT log_count.run AS run_id, log_count.attempt, log_count.job AS job_id, j.text AS job, n.text AS name, value
  FROM log_count JOIN job USING (run, attempt) JOIN name j ON j.id = job.name JOIN name n ON n.id = log_count.name
  WHERE job.id = log_count.job;
)sql",
    R"sql(
CREATE TABLE artifact (
  run INTEGER NOT NULL, id INTEGER NOT NULL, name INTEGER NOT NULL REFERENCES name, bytes INTEGER NOT NULL, created REAL,
  digest INTEGER NOT NULL, PRIMARY KEY (run, id)) WITHOUT ROWID;
CREATE TABLE cache (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, ref INTEGER NOT NULL REFERENCES name, bytes INTEGER NOT NULL, created REAL, used REAL,
  digest INTEGER NOT NULL);
CREATE TABLE ledger (path TEXT PRIMARY KEY, text TEXT NOT NULL, digest INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIEW artifacts AS
  SELECT run AS run_id, artifact.id, n.text AS name, bytes, strftime('%Y-%m-%dT%H:%M:%SZ', created, 'unixepoch') AS created_at
  FROM artifact JOIN name n ON n.id = name;
CREATE VIEW caches AS
  SELECT cache.id, key, r.text AS ref, bytes, strftime('%Y-%m-%dT%H:%M:%SZ', created, 'unixepoch') AS created_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', used, 'unixepoch') AS last_accessed_at
  FROM cache JOIN name r ON r.id = ref;
)sql"};

}  // namespace dagsim::history
