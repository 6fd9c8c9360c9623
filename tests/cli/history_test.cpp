#include <string>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

constexpr const char* kAnswers = R"({"workflow_runs": [
  {"id": 1, "run_attempt": 1, "name": "CI", "event": "push", "head_branch": "main", "status": "completed",
   "conclusion": "success", "created_at": "2026-01-01T00:00:00Z"},
  {"id": 2, "run_attempt": 1, "name": "CI", "event": "push", "head_branch": "main", "status": "completed",
   "conclusion": "failure", "created_at": "2026-01-02T00:00:00Z"},
  {"id": 3, "run_attempt": 1, "name": "CI", "event": "push", "head_branch": "main", "status": "completed",
   "conclusion": "success", "created_at": "2026-01-03T00:00:00Z"}]}
{"jobs": [{"id": 11, "run_id": 1, "name": "a", "conclusion": "success", "created_at": "2026-01-01T00:00:01Z",
  "started_at": "2026-01-01T00:00:05Z", "completed_at": "2026-01-01T00:01:05Z", "steps": []}]}
{"jobs": [{"id": 21, "run_id": 2, "name": "a", "conclusion": "failure", "created_at": "2026-01-02T00:00:01Z",
  "started_at": "2026-01-02T00:00:05Z", "completed_at": "2026-01-02T00:00:25Z", "steps": []}]})";

constexpr const char* kWorkflow = "name: CI\non: push\njobs:\n  a: {runs-on: x, steps: [{run: make}]}\n";

}  // namespace

TEST_CASE("What was imported is told, and known when it is imported again") {
  const Folder folder;
  const std::string store = folder.path("history.db");
  const std::string answers = folder.write("answers.json", kAnswers);
  const Outcome first = call({"import", answers, "--history", store});
  CHECK(first.status == 0);
  CHECK(first.err.empty());
  CHECK(first.out == store + "\n  runs  3 new, 0 changed, 0 known\n  jobs  2 new, 0 changed, 0 known, with 0 steps\n");
  CHECK(call({"import", answers, "--history", store}).out ==
        store + "\n  runs  0 new, 0 changed, 3 known\n  jobs  0 new, 0 changed, 2 known, with 0 steps\n");
}

TEST_CASE("A history says what it holds, what can be learned from, and why the rest can't") {
  const Folder folder;
  const std::string store = folder.path("history.db");
  call({"import", folder.write("answers.json", kAnswers), "--history", store});
  const Outcome outcome = call({"history", store, "--width", "200"});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::StartsWith("3 runs from 2026-01-01 00:00 to 2026-01-03 00:00 (UTC), 1 of them can be "
                                            "learned from.\n"));
  CHECK_THAT(outcome.out, Catch::Contains("CI        push   failure      1"));
  CHECK_THAT(outcome.out, Catch::Contains("no jobs recorded (1)"));
  CHECK_THAT(outcome.out, Catch::Contains("failed (1)"));
  CHECK_THAT(call({"history", store, "--format", "json"}).out, Catch::StartsWith(R"({"schema": "dagsim.history/1")"));
}

TEST_CASE("Runs are listed newest first, as many as asked for") {
  const Folder folder;
  const std::string store = folder.path("history.db");
  call({"import", folder.write("answers.json", kAnswers), "--history", store});
  CHECK(call({"history", store, "--runs", "--width", "200"}).out ==
        "run  started (UTC)     workflow  event  branch  ended as  jobs   took\n"
        "2    2026-01-02 00:00  CI        push   main    failure      1    25s\n"
        "1    2026-01-01 00:00  CI        push   main    success      1  1m05s\n");
  CHECK_THAT(call({"history", store, "--runs", "--limit", "1", "--format", "json"}).out,
             Catch::StartsWith(R"({"id": "2")"));
}

TEST_CASE("Pruned runs are gone for good") {
  const Folder folder;
  const std::string store = folder.path("history.db");
  call({"import", folder.write("answers.json", kAnswers), "--history", store});
  CHECK(call({"history", store, "--prune-before", "2026-01-02"}).out == store + ": 1 runs deleted, 2 left\n");
  CHECK(call({"history", store, "--prune-before", "tomorrow"}).err ==
        "dagsim: error: --prune-before is \"tomorrow\", expected a date such as 2026-01-31\n");
}

TEST_CASE("An imported history is used where no other one is named") {
  const Folder folder;
  folder.write("repo/.github/workflows/ci.yml", kWorkflow);
  const Outcome before = call({"simulate", folder.path("repo"), "--event", "push", "--replications", "1000"});
  CHECK(before.status == 2);
  CHECK_THAT(before.err, Catch::Contains("or import one (dagsim import)"));
  call({"import", folder.write("answers.json", kAnswers), "--history", folder.path("repo/.dagsim/history.db")});
  const Outcome after = call({"simulate", folder.path("repo"), "--event", "push", "--replications", "1000"});
  CHECK(after.status == 0);
  CHECK_THAT(after.out, Catch::Contains("history.db"));
}

TEST_CASE("What can't be imported is named, and the database is left as it was") {
  const Folder folder;
  const std::string store = folder.path("history.db");
  const Outcome missing = call({"import", folder.path("nothing.json"), "--history", store});
  CHECK(missing.status == 2);
  CHECK_THAT(missing.err, Catch::Contains("there is no file or folder"));
  const Outcome cut =
      call({"import", folder.write("cut.json.gz", std::string("\x1f\x8b\x08\x00", 4)), "--history", store});
  CHECK(cut.status == 3);
  CHECK_THAT(cut.err, Catch::Contains("is cut off"));
  const Outcome text = call({"import", folder.write("answers.json", kAnswers), "--history", folder.path("a.txt")});
  CHECK(text.status == 2);
  CHECK_THAT(text.err, Catch::Contains("expected a database: a file that ends in .db or .sqlite"));
  CHECK_THAT(call({"history", store}).out, Catch::Contains("holds no runs"));
}

}  // namespace dagsim::cli
