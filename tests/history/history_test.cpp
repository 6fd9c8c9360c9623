#include "history/history.h"

#include "tests/catch.h"
#include "tests/history/history_testing.h"

namespace dagsim::history {
namespace {

const std::string kLedger = "runs: [{id: 1}, {id: 2}, {id: 3}]\n";
const std::string kRun = R"({"workflow_runs":[{"id":9,"event":"push","status":"completed","conclusion":"success",)"
                         R"("created_at":"2026-01-05T10:00:00Z"}]})";
const std::string kJobs = R"({"jobs":[{"id":1,"run_id":9,"name":"a","conclusion":"success",)"
                          R"("started_at":"2026-01-05T10:00:05Z","completed_at":"2026-01-05T10:01:05Z"}]})";
const std::string kBoth = "9 success event=push start=1767607200\n  job a: 60 start=5\n";

TEST_CASE("A folder is searched for REST answers, hidden and other files aside") {
  CHECK(
      told("past",
           {{"past/a/b/jobs.JSON", kJobs}, {"past/runs.jsonl", kRun}, {"past/notes.txt", "{"}, {"past/.x/y.json", "{"}})
          .text == kBoth);
}

TEST_CASE("A single file may hold runs and jobs") {
  CHECK(told("all.json", {{"all.json", kRun + kJobs}}).text == kBoth);
  CHECK(told("all.json", {{"all.json", kJobs + "\n" + kRun}}).text == kBoth);
}

TEST_CASE("A path that doesn't exist is a finding, not an exception") {
  CHECK(told("past/ledgr.yaml", {{"past/ledger.yaml", kLedger}}).text ==
        "error: there is no file or folder \"past/ledgr.yaml\" to read past runs from [missing-file]\n"
        "note: did you mean \"past/ledger.yaml\"?\n");
  CHECK(told("nowhere/x.json", {}).text ==
        "error: there is no file or folder \"nowhere/x.json\" to read past runs from [missing-file]\n");
}

TEST_CASE("A folder without REST answers names the ledgers in it") {
  CHECK(told("past", {{"past/ledger.yaml", kLedger}}).text ==
        "error: there is no .json file in the folder \"past\" [empty-history]\n"
        "note: did you mean \"past/ledger.yaml\"?\n");
}

TEST_CASE("A file of another kind is refused") {
  CHECK(told("past.txt", {{"past.txt", "x"}}).text ==
        "error: expected past runs in a .yaml, .json or .db file or a folder, but found \"past.txt\" "
        "[unknown-history]\n");
}

TEST_CASE("A history without runs says what was looked for and what was left out") {
  CHECK(told("runs.json", {{"runs.json", kRun}}).text ==
        "left out: 1 no jobs recorded\n"
        "error: there is no past run to learn from in runs.json; looked for listings of runs (\"workflow_runs\") and "
        "of their jobs "
        "(\"jobs\") [empty-history]\n"
        "note: left out: 1 no jobs recorded\n");
}

TEST_CASE("Cutting keeps what came before the named run") {
  Told result = told("l.yaml", {{"l.yaml", kLedger}});
  cut_history(result.history, "3", result.diagnostics);
  CHECK(describe(result.history) == "1 unknown\n2 unknown\n");
  cut_history(result.history, "1", result.diagnostics);
  CHECK(describe(result.history).empty());
  CHECK(result.diagnostics.empty());
}

TEST_CASE("Cutting drops every attempt of the named run") {
  Told result = told("l.yaml", {{"l.yaml", "runs: [{id: 2, attempt: 2}, {id: 2}, {id: 1}]"}});
  cut_history(result.history, "2", result.diagnostics);
  CHECK(describe(result.history) == "1 unknown\n");
}

TEST_CASE("Cutting at a run that is not in the history is an error and cuts nothing") {
  Told result = told("l.yaml", {{"l.yaml", "runs: [{id: 1001}, {id: 1002}]"}});
  cut_history(result.history, "1003", result.diagnostics);
  CHECK(describe(result.history) == "1001 unknown\n1002 unknown\n");
  CHECK(render(result.diagnostics) ==
        "error: there is no run \"1003\" in l.yaml to cut the history at [unknown-run]\n"
        "note: did you mean \"1001\"?\n");
}

}  // namespace
}  // namespace dagsim::history
