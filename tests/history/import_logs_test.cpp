#include "history/import_logs.h"

#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "history/import.h"
#include "history/rest_join.h"
#include "tests/catch.h"
#include "tests/history/archive_testing.h"
#include "tests/history/gzip_testing.h"
#include "tests/history/history_testing.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

/// A store in memory with run 7 in two attempts: jobs "lint" (71) and "test / unit" (72) at 12:00, "lint" (73) at
/// 18:00.
class Past {
 public:
  Past() {
    files_.write("answers.json", R"({"workflow_runs": [
        {"id": 7, "run_attempt": 1, "name": "CI", "event": "push", "conclusion": "success", "status": "completed",
         "created_at": "2025-09-04T11:59:00Z", "run_started_at": "2025-09-04T11:59:00Z"}]}
      {"jobs": [
        {"id": 71, "run_id": 7, "run_attempt": 1, "name": "lint", "conclusion": "success",
         "started_at": "2025-09-04T12:00:00Z", "completed_at": "2025-09-04T12:05:00Z"},
        {"id": 72, "run_id": 7, "run_attempt": 1, "name": "test / unit", "conclusion": "success",
         "started_at": "2025-09-04T12:00:00Z", "completed_at": "2025-09-04T12:05:00Z"},
        {"id": 73, "run_id": 7, "run_attempt": 2, "name": "lint", "conclusion": "success",
         "started_at": "2025-09-04T18:00:00Z", "completed_at": "2025-09-04T18:05:00Z"}]})");
    import("answers.json");
  }

  /// What an import says: counts, findings, and then all restores that the store holds.
  std::string import(const std::string& path, const ArchiveLimits& limits = {}) {
    Diagnostics diagnostics;
    ImportOptions options;
    options.archive_limits = limits;
    const ImportCounts counts = import_files(files_, {path}, store_, options, diagnostics);
    std::string text =
        fmt::format("{} new, {} changed, {} known\n", counts.logs.added, counts.logs.changed, counts.logs.known);
    text += render(diagnostics);
    for (const LogRow& log : store_.rows().logs) {
      text += fmt::format("job {} of attempt {}\n", log.job, log.attempt);
      for (const RestoreRow& one : log.restores) text += fmt::format("  {} {}\n", one.asked, to_string(one.state));
    }
    return text;
  }

  std::string import(const std::string& path, const std::string& content) {
    files_.write(path, content);
    return import(path);
  }

  Store& store() { return store_; }

 private:
  MemoryFileSystem files_;
  Store store_{":memory:", Store::Access::Write};
};

const std::string kExact = github_log(
    "0 a\n1 ##[group]Run actions/cache@v4\nwith:\n  key: deps-1\n##[endgroup]\n"
    "2 Cache hit for: deps-1\n3 Cache restored from key: deps-1\n");
const std::string kMiss = github_log(
    "0 a\n1 ##[group]Run actions/cache@v4\nwith:\n  key: deps-1\n##[endgroup]\n"
    "2 Cache not found for input keys: deps-1\n");

}  // namespace

TEST_CASE("The log of a job goes to the job whose id the file has") {
  Past past;
  CHECK(past.import("71.txt", kExact) == "1 new, 0 changed, 0 known\njob 71 of attempt 1\n  deps-1 exact\n");
}

TEST_CASE("A log that is imported again is known, and a changed one takes its place") {
  Past past;
  past.import("71.txt", kExact);
  CHECK(past.import("71.txt", kExact) == "0 new, 0 changed, 1 known\njob 71 of attempt 1\n  deps-1 exact\n");
  CHECK(past.import("71.txt", kMiss) == "0 new, 1 changed, 0 known\njob 71 of attempt 1\n  deps-1 miss\n");
}

TEST_CASE("The logs of a run go to its jobs by the names that the zip spells, and by their time to the attempt") {
  Past past;
  CHECK(past.import("logs_7.zip", make_zip({{"0_lint.txt", kExact}, {"1_test _ unit.txt", kMiss}})) ==
        "2 new, 0 changed, 0 known\n"
        "job 71 of attempt 1\n  deps-1 exact\n"
        "job 72 of attempt 1\n  deps-1 miss\n");
}

TEST_CASE("What gh prints of a run is told apart by job") {
  Past past;
  std::string text;
  for (const char* job : {"lint", "test / unit"}) {
    text += fmt::format("{}\tCache\t2025-09-04T12:00:01.0000000Z ##[group]Run actions/cache@v4\n", job);
    text += fmt::format("{}\tCache\t2025-09-04T12:00:02.0000000Z Cache not found for input keys: deps-1\n", job);
  }
  CHECK(past.import("7/log.txt", text) ==
        "2 new, 0 changed, 0 known\njob 71 of attempt 1\n  deps-1 miss\njob 72 of attempt 1\n  deps-1 miss\n");
}

TEST_CASE("A log may be gzipped, one that is cut off is an error and leaves the store as it was") {
  Past past;
  CHECK(past.import("71.txt.gz", gzipped(kExact)) ==
        "1 new, 0 changed, 0 known\njob 71 of attempt 1\n  deps-1 exact\n");
  const std::string cut = gzipped(kMiss).substr(0, 40);
  CHECK_THROWS_WITH(past.import("72.txt.gz", cut), Catch::Contains("\"72.txt.gz\" is cut off"));
  CHECK(past.store().summary().logs == 1);
}

TEST_CASE("Logs whose run or job is unknown are errors that say what to do") {
  Past past;
  CHECK(past.import("99.txt", kExact) ==
        "0 new, 0 changed, 0 known\n"
        "error: \"99.txt\" is a log of job 99, which is not in the history; import the listing of its jobs first "
        "[log-job]\n");
  CHECK_THAT(past.import("8.zip", make_zip({{"0_lint.txt", kExact}})), Catch::Contains("a log of run 8, which is not"));
  CHECK_THAT(past.import("7-3.zip", make_zip({{"0_lint.txt", kExact}})),
             Catch::Contains("a log of run 7 in attempt 3, which is not"));
  CHECK(past.import("lint.txt", kExact) ==
        "0 new, 0 changed, 0 known\n"
        "error: \"lint.txt\" doesn't tell which run or job it is the log of [log-origin]\n"
        "note: call it JOB.txt, RUN.zip or RUN-ATTEMPT.zip, by the ids that GitHub gives them\n");
}

TEST_CASE("A log of another job or another day is left out with a warning, and the others of its zip are read") {
  Past past;
  const std::string text = past.import("7.zip", make_zip({{"0_lnt.txt", kExact}, {"1_test _ unit.txt", kMiss}}));
  CHECK(text ==
        "1 new, 0 changed, 0 known\n"
        "warning: \"7.zip\": no job is called \"lnt\"; the nearest is \"lint\" [log-left-out]\n"
        "job 72 of attempt 1\n  deps-1 miss\n");
  CHECK_THAT(past.import("7-2.zip", make_zip({{"0_lint.txt", kExact}})),
             Catch::Contains("the log of \"lint\" begins 6h00m away from the job's start"));
}

TEST_CASE("What is no zip, and a zip bomb, are said and leave the store as it was") {
  Past past;
  CHECK_THAT(past.import("7.zip", "PK\x03\x04 and then nothing"), Catch::Contains("can't be read as a zip of logs"));
  MemoryFileSystem files;
  const std::string bomb = make_zip({{"0_lint.txt", std::string(4'000'000, 'a')}});
  Diagnostics diagnostics;
  ImportCounts counts;
  files.write("7.zip", bomb);
  import_log(files, "7.zip", LogRules(), {.bytes = 1'000'000}, past.store(), counts, diagnostics);
  CHECK_THAT(render(diagnostics), Catch::Contains("left out"));
  CHECK(past.store().summary().logs == 0);
}

TEST_CASE("Restores come with the records of their jobs, and any SQL client can read them") {
  Past past;
  past.import("71.txt", kExact);
  History history;
  Diagnostics diagnostics;
  join_rest(past.store().rows(), history, diagnostics);
  REQUIRE(history.runs.size() == 1);
  REQUIRE(history.runs[0].restores.size() == 1);
  CHECK(history.runs[0].restores[0].job == "lint");
  CHECK(history.runs[0].restores[0].key == "deps-1");
  CHECK(history.runs[0].restores[0].state == CacheState::Exact);
}

TEST_CASE("Pruning a run takes what its logs told along") {
  Past past;
  past.import("71.txt", kExact);
  past.store().prune(4e9);
  CHECK(past.store().summary().logs == 0);
  CHECK(past.store().summary().restores == 0);
}

}  // namespace dagsim::history
