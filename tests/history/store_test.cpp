#include "history/store.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "history/import.h"
#include "history/rest_join.h"
#include "tests/catch.h"
#include "tests/history/history_testing.h"

namespace dagsim::history {
namespace {

/// A folder of its own for each test, gone afterwards.
class Place {
 public:
  Place() : path_(std::filesystem::temp_directory_path() / fmt::format("dagsim-store-test-{}", ::getpid())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Place() { std::filesystem::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string runs_document(uint32_t first, uint32_t count, const std::string& conclusion = "success") {
  std::string list;
  for (uint32_t id = first; id < first + count; ++id) {
    list += fmt::format(R"({}{{"id": {}, "run_attempt": 1, "name": "CI", "event": "push", "head_branch": "main",
      "status": "completed", "conclusion": "{}", "created_at": "2025-01-01T00:00:{:02}Z"}})",
                        id > first ? "," : "", id, conclusion, id % 60);
  }
  return fmt::format(R"({{"workflow_runs": [{}]}})", list);
}

std::string jobs_document(uint32_t run, const std::string& completed = "2025-01-01T00:05:00Z") {
  return fmt::format(R"({{"total_count": 2, "jobs": [
    {{"id": {0}1, "run_id": {0}, "name": "build", "conclusion": "success", "created_at": "2025-01-01T00:01:00Z",
      "started_at": "2025-01-01T00:01:03Z", "completed_at": "{1}", "steps": [
        {{"name": "make", "conclusion": "success", "started_at": "2025-01-01T00:01:04Z", "completed_at": "2025-01-01T00:04:00Z"}},
        {{"name": "Post", "conclusion": "skipped", "started_at": null, "completed_at": null}}]}},
    {{"id": {0}2, "run_id": {0}, "name": "lint", "conclusion": "skipped", "created_at": "2025-01-01T00:01:00Z",
      "started_at": "2025-01-01T00:01:00Z", "completed_at": "2025-01-01T00:00:59Z", "steps": []}}]}})",
                     run, completed);
}

struct Imported {
  ImportCounts counts;
  std::string messages;
};

Imported import(Store& store, const std::string& text) {
  MemoryFileSystem files;
  files.write("in.json", text);
  Diagnostics diagnostics;
  const ImportCounts counts = import_files(files, {"in.json"}, store, ImportOptions{}, diagnostics);
  return {counts, render(diagnostics)};
}

std::string told_of(const Store& store) {
  History history;
  Diagnostics diagnostics;
  join_rest(store.rows(), history, diagnostics);
  return describe(history) + render(diagnostics);
}

std::string counts_text(const Counts& counts) {
  return fmt::format("{} new, {} changed, {} known", counts.added, counts.changed, counts.known);
}

std::string failure_of(const std::string& path, Store::Access access) {
  try {
    const Store store(path, access);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("A database gives the same history as the files that were imported into it") {
  const Place place;
  const std::string text = runs_document(1, 3) + jobs_document(1) + jobs_document(2) + jobs_document(3);
  {
    Store store(place.file("a.db"), Store::Access::Write);
    CHECK(import(store, text).messages.empty());
  }
  const Told files = told("in.json", {{"in.json", text}});
  CHECK(told_of(Store(place.file("a.db"), Store::Access::Read)) == files.text);
  CHECK(!files.history.runs.empty());
}

TEST_CASE("An import of what is known changes nothing") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  const std::string text = runs_document(1, 2) + jobs_document(1) + jobs_document(2);
  import(store, text);
  const std::string before = told_of(store);
  const ImportCounts again = import(store, text).counts;
  CHECK(counts_text(again.runs) == "0 new, 0 changed, 2 known");
  CHECK(counts_text(again.jobs) == "0 new, 0 changed, 4 known");
  CHECK(again.steps == 0);
  CHECK(told_of(store) == before);
}

TEST_CASE("Newer rows take the place of older ones, with their steps") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  import(store, runs_document(1, 1, "") + jobs_document(1, "2025-01-01T00:04:00Z"));
  const ImportCounts counts = import(store, runs_document(1, 1) + jobs_document(1)).counts;
  CHECK(counts_text(counts.runs) == "0 new, 1 changed, 0 known");
  CHECK(counts_text(counts.jobs) == "0 new, 1 changed, 1 known");
  CHECK(store.summary().steps == 2);
  CHECK(store.summary().groups.front().conclusion == "success");
}

TEST_CASE("What a broken file had before its fault stays, and the fault has its place") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  const Imported imported = import(store, runs_document(1, 2) + "\n" + jobs_document(1) + "\n{\"jobs\": [ nonsense");
  CHECK(imported.counts.runs.added == 2);
  CHECK(imported.counts.jobs.added == 2);
  CHECK_THAT(imported.messages, Catch::Contains("in.json:"));
  CHECK_THAT(imported.messages, Catch::Contains("error"));
}

TEST_CASE("Jobs without an id are kept apart, and are known again") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  const std::string text =
      R"({"jobs": [{"run_id": 1, "name": "a"}, {"run_id": 1, "name": "a"}, {"run_id": 1, "name": "b"}]})";
  CHECK(counts_text(import(store, text).counts.jobs) == "3 new, 0 changed, 0 known");
  CHECK(counts_text(import(store, text).counts.jobs) == "0 new, 0 changed, 3 known");
}

TEST_CASE("Pruning deletes runs created before a time with all that is theirs") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  import(store, runs_document(1, 4) + jobs_document(1) + jobs_document(3));
  CHECK(store.prune(1735689600 + 3) == 2);
  CHECK(store.summary().runs == 2);
  CHECK(store.summary().jobs == 2);
  CHECK(store.summary().steps == 2);
  CHECK(store.rows().totals.size() == 1);
}

TEST_CASE("Any SQL client can read the views") {
  const Place place;
  {
    Store store(place.file("a.db"), Store::Access::Write);
    import(store, runs_document(1, 1) + jobs_document(1));
  }
  const SQLite::Database client(place.file("a.db"));
  SQLite::Statement query(client, "SELECT name, conclusion, started_at, seconds FROM jobs ORDER BY id");
  REQUIRE(query.executeStep());
  CHECK(query.getColumn(0).getString() == "build");
  CHECK(query.getColumn(2).getString() == "2025-01-01T00:01:03Z");
  CHECK(query.getColumn(3).getDouble() == 237);
}

TEST_CASE("Listings of artifacts and caches are kept beside the runs, known when they come again, and pruned") {
  const Place place;
  Store store(place.file("a.db"), Store::Access::Write);
  const std::string text =
      runs_document(1, 2) +
      R"({"total_count": 1, "artifacts": [{"id": 5, "name": "log",
    "size_in_bytes": 1000, "created_at": "2025-01-01T00:05:00Z", "workflow_run": {"id": 1}}]})"
      R"({"actions_caches": [{"id": 9, "key": "deps-1", "ref": "refs/heads/main", "size_in_bytes": 5000,
    "created_at": "2025-01-01T00:00:00Z", "last_accessed_at": "2025-01-02T00:00:00Z"}]})";
  const Imported first = import(store, text);
  CHECK(first.messages.empty());
  CHECK(first.counts.artifacts.added == 1);
  CHECK(first.counts.caches.added == 1);
  CHECK(import(store, text).counts.caches.known == 1);
  const std::string changed = R"([{"id": 9, "key": "deps-1", "ref": "refs/heads/main", "size_in_bytes": 5000,
    "created_at": "2025-01-01T00:00:00Z", "last_accessed_at": "2025-01-03T00:00:00Z"}])";
  CHECK(import(store, changed).counts.caches.changed == 1);
  const SQLite::Database client(place.file("a.db"));
  SQLite::Statement query(client, "SELECT key, ref, bytes, last_accessed_at FROM caches");
  REQUIRE(query.executeStep());
  CHECK(query.getColumn(3).getString() == "2025-01-03T00:00:00Z");
  CHECK(store.summary().artifact_bytes == 1000);
  query.reset();
  store.prune(1735689600 + 2);
  CHECK(store.summary().artifacts == 0);
  CHECK(import(store, R"({"artifacts": [{"id": 5, "name": "log"}]})").messages ==
        "in.json:1:1: warning: artifact 5 doesn't name its run [broken-record]\n"
        " 1 | {\"artifacts\": [{\"id\": 5, \"name\": \"log\"}]}\n   | ^\n");
}

TEST_CASE("A ledger is imported among the runs that GitHub tells of, and adds what only people know") {
  const Place place;
  MemoryFileSystem files;
  files.write("in.json", runs_document(2, 1) + jobs_document(2));
  files.write("l.yaml",
              "runs:\n  - {id: 3, wall: 7m, jobs: {build: 47}}\n  - {id: 1, jobs: {build: 50}}\n"
              "  - {id: 2, cache: hot, shape: fan-out, wall: 6m, jobs: {build: 1}}\n");
  files.write("bad.yaml", "runs: 3\n");
  Store store(place.file("a.db"), Store::Access::Write);
  Diagnostics diagnostics;
  CHECK(import_files(files, {"l.yaml", "in.json"}, store, ImportOptions{}, diagnostics).ledgers.added == 1);
  CHECK(import_files(files, {"l.yaml"}, store, ImportOptions{}, diagnostics).ledgers.known == 1);
  CHECK(render(diagnostics).empty());
  CHECK(describe(history_of(store, "a.db", diagnostics)) ==
        "1 success\n  job build: 50\n"
        "2 success workflow=CI event=push branch=main shape=fan-out cache=hot start=1735689602 wall=360\n"
        "  job build: 237 start=61 eligible=58\n  job lint: 0 eligible=58 skipped\n"
        "  step build | make: 176\n"
        "3 success wall=420\n  job build: 47\n");
  import_files(files, {"bad.yaml"}, store, ImportOptions{}, diagnostics);
  CHECK_THAT(render(diagnostics), Catch::Contains("bad.yaml:1:7: error: expected a sequence of runs"));
  CHECK(store.ledgers().size() == 1);
}

TEST_CASE("A database of an older version is brought up to date and keeps its runs") {
  const Place place;
  const std::string path = place.file("a.db");
  {
    Store store(path, Store::Access::Write);
    import(store, runs_document(1, 2) + jobs_document(1));
  }
  for (const int version : {3, 2, 1}) {
    {
      SQLite::Database old(path, SQLite::OPEN_READWRITE);
      for (const char* made : {"VIEW artifacts", "VIEW caches", "TABLE artifact", "TABLE cache", "TABLE ledger"})
        old.exec(fmt::format("DROP {}", made));
      if (version < 3) {
        for (const char* made : {"VIEW cache_restores", "VIEW cache_saves", "VIEW log_counts", "TABLE log",
                                 "TABLE restore", "TABLE save", "TABLE log_count"})
          old.exec(fmt::format("DROP {}", made));
      }
      if (version < 2) {
        for (const char* made : {"TABLE sample", "TABLE fetched"}) old.exec(fmt::format("DROP {}", made));
      }
      old.exec(fmt::format("PRAGMA user_version = {}", version));
    }
    const Store store(path, Store::Access::Write);
    CHECK(store.summary().runs == 2);
    CHECK(store.summary().steps == 2);
    CHECK(store.ledgers().empty());
    CHECK(store.samples().empty());
  }
}

TEST_CASE("A file that is no database of past runs is refused and left as it is") {
  const Place place;
  std::ofstream(place.file("text.db")) << "this is no database, but it is long enough to be taken for one by its size";
  CHECK(failure_of(place.file("text.db"), Store::Access::Write) ==
        fmt::format("database \"{}\": file is not a database", place.file("text.db")));
  SQLite::Database(place.file("other.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE mine (a)");
  CHECK(failure_of(place.file("other.db"), Store::Access::Write) ==
        fmt::format("\"{}\" is a database, but not one of past runs", place.file("other.db")));
  CHECK(SQLite::Database(place.file("other.db")).tableExists("mine"));
  CHECK(!SQLite::Database(place.file("other.db")).tableExists("run"));
}

TEST_CASE("A database of a newer version is refused") {
  const Place place;
  { const Store store(place.file("a.db"), Store::Access::Write); }
  SQLite::Database(place.file("a.db"), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  for (const Store::Access access : {Store::Access::Read, Store::Access::Write}) {
    CHECK(failure_of(place.file("a.db"), access) ==
          fmt::format("database \"{}\" has version 99: a newer dagsim wrote it, and this one knows version {}",
                      place.file("a.db"), Store::kVersion));
  }
}

TEST_CASE("A process that is killed loses no run that it had committed") {
  const Place place;
  const std::string path = place.file("a.db");
  for (int round = 0; round < 12; ++round) {
    std::array<int, 2> pipe_ends{};
    REQUIRE(::pipe(pipe_ends.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Store store(path, Store::Access::Write);
      for (uint32_t run = 1;; ++run) {
        import(store, runs_document(run, 1) + jobs_document(run, fmt::format("2025-01-01T00:05:{:02}Z", round)));
        if (::write(pipe_ends[1], &run, sizeof run) != sizeof run) ::_exit(1);
      }
    }
    uint32_t committed = 0;
    for (int i = 0; i < 5 + 3 * round; ++i)
      REQUIRE(::read(pipe_ends[0], &committed, sizeof committed) == sizeof committed);
    ::usleep(static_cast<useconds_t>(137 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    const RestRows rows = Store(path, Store::Access::Read).rows();
    CHECK(rows.runs.size() >= committed);
    size_t of_round = 0;
    for (const RestJob& job : rows.jobs) {
      if (job.name == "build" && job.completed == 1735689900 + round) ++of_round;
      if (job.name == "build") CHECK(job.steps.size() == 2);
    }
    CHECK(of_round >= committed);
  }
}

}  // namespace dagsim::history
