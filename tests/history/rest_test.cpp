#include "history/rest.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/history/history_testing.h"

namespace dagsim::history {
namespace {

std::string rest(const std::string& text) {
  return told("r.json", {{"r.json", text}}).text;
}

/// A time of 2026-01-05, from "10:00:05"; "" is null.
std::string at(const std::string& clock) {
  return clock.empty() ? "null" : "\"2026-01-05T" + clock + "Z\"";
}

struct RunText {
  int id = 9;
  int attempt = 1;
  std::string conclusion = "success";
  std::string created = "10:00:00";
  std::string started = "10:00:00";
};

std::string run(const RunText& run) {
  return fmt::format(R"({{"id":{},"name":"CI","event":"push","status":"{}","conclusion":{},"run_attempt":{},)"
                     R"("created_at":{},"run_started_at":{}}})",
                     run.id, run.conclusion.empty() ? "in_progress" : "completed",
                     run.conclusion.empty() ? "null" : "\"" + run.conclusion + "\"", run.attempt, at(run.created),
                     at(run.started));
}

struct JobText {
  int id = 1;
  std::string name = "lint";
  std::string started = "10:00:05";
  std::string completed = "10:01:05";
  std::string conclusion = "success";
  std::string created = "10:00:01";
  int attempt = 1;
  int run = 9;
  std::string steps = "";
};

std::string job(const JobText& job) {
  return fmt::format(R"({{"id":{},"run_id":{},"run_attempt":{},"name":"{}","workflow_name":"CI",)"
                     R"("status":"completed","conclusion":"{}",)"
                     R"("created_at":{},"started_at":{},"completed_at":{},"steps":[{}]}})",
                     job.id, job.run, job.attempt, job.name, job.conclusion, at(job.created), at(job.started),
                     at(job.completed), job.steps);
}

std::string step(const std::string& name, const std::string& started, const std::string& completed,
                 const std::string& conclusion = "success") {
  return fmt::format(R"({{"name":"{}","number":1,"conclusion":"{}","started_at":{},"completed_at":{}}})", name,
                     conclusion, at(started), at(completed));
}

std::string listing(const std::string& key, int total, const std::string& rows) {
  return fmt::format(R"({{"total_count":{},"{}":[{}]}})", total, key, rows) + "\n";
}

const std::string kGood = "9 success workflow=CI event=push start=1767607200\n  job lint: 60 start=5 eligible=1\n";

TEST_CASE("Runs and jobs are joined by the run's id, with times counted from the run's start") {
  const std::string steps = step("Set up job", "10:00:05", "10:00:07") + "," + step("make", "10:00:07", "10:01:04");
  CHECK(rest(listing("workflow_runs", 1, run({})) + listing("jobs", 2,
                                                            job({.steps = steps}) + "," +
                                                                job({.id = 2,
                                                                     .name = "test (a, b)",
                                                                     .started = "10:01:09",
                                                                     .completed = "10:03:09",
                                                                     .created = "10:01:06"}))) ==
        "9 success workflow=CI event=push start=1767607200\n"
        "  job lint: 60 start=5 eligible=1\n"
        "  job test (a, b): 120 start=69 eligible=66\n"
        "  step lint | Set up job: 2\n"
        "  step lint | make: 57\n");
}

TEST_CASE("Documents may be concatenated, one a line, single records, arrays, arrays of pages, in any order") {
  const std::string runs = listing("workflow_runs", 1, run({}));
  const std::string jobs = listing("jobs", 1, job({}));
  for (const std::string& text :
       {runs + jobs, jobs + runs, "[" + runs + "," + jobs + "]", "[[" + run({}) + "],[" + job({}) + "]]",
        run({}) + job({}), job({}) + "\n" + run({}) + "\n", "[" + job({}) + "][" + run({}) + "]",
        "\xEF\xBB\xBF \r\n" + runs + "\t" + jobs + "\n\n"}) {
    INFO(text);
    CHECK(rest(text) == kGood);
  }
}

TEST_CASE("A file that comes in pieces says the same wherever it is cut, and the same about its faults") {
  const std::string good = "\xEF\xBB\xBF " + listing("workflow_runs", 1, run({})) + "\n" +
                           listing("jobs", 1, job({.name = R"(li\\nt \"x\" {[)"})) + "\n";
  for (const std::string& text : {good, good + "[1] nonsense", good + "{\"jobs\": [", good + "}", std::string(" \n "),
                                  std::string(), std::string("x")}) {
    const auto read = [&](size_t cut, size_t step) {
      Diagnostics diagnostics;
      std::string told;
      RestStream stream(
          "f",
          [&](RestRows rows) {
            for (const RestRun& one : rows.runs) told += fmt::format("run {} at {}\n", one.id, to_string(one.where));
            for (const RestJob& one : rows.jobs) told += fmt::format("job {} of {}\n", one.name, one.run);
          },
          diagnostics);
      stream.feed(std::string_view(text).substr(0, cut));
      for (size_t at = cut; at < text.size(); at += step) stream.feed(std::string_view(text).substr(at, step));
      stream.finish();
      for (const Diagnostic& one : diagnostics.list()) told += to_string(one.where) + " " + one.message + "\n";
      return told;
    };
    const std::string whole = read(text.size(), 1);
    INFO(text);
    for (size_t cut = 0; cut <= text.size(); ++cut) CHECK(read(cut, text.size()) == whole);
    CHECK(read(0, 1) == whole);
  }
  Diagnostics diagnostics;
  RestStream stream(
      "f", [](const RestRows&) {}, diagnostics);
  stream.feed(good + "{\"jobs\": x}");
  stream.finish();
  CHECK_THAT(render(diagnostics), Catch::StartsWith("f:5:10: error: expected a value, but found 'x' [json-syntax]\n"));
}

TEST_CASE("Runs of several workflows are kept in the order of their starts") {
  const std::string later = run({.id = 3, .created = "11:00:00", .started = "11:00:00"});
  CHECK(rest(later + run({}) + job({}) +
             job({.id = 5, .started = "11:00:02", .completed = "11:00:12", .created = "", .run = 3})) ==
        kGood + "3 success workflow=CI event=push start=1767610800\n  job lint: 10 start=2\n");
}

TEST_CASE("Rows that overlapping pages repeat count once, the last one") {
  CHECK(rest(run({.conclusion = ""}) + run({}) + job({.completed = "10:09:09"}) + job({})) == kGood);
}

TEST_CASE("Skipped, never started and backward jobs are kept without a time") {
  CHECK(
      rest(run({}) + job({.started = "10:00:05", .completed = "10:00:05", .conclusion = "skipped"}) +
           job({.id = 2, .name = "deploy", .started = "10:00:09", .completed = "09:00:00", .conclusion = "cancelled"}) +
           job({.id = 3, .name = "never", .started = "", .completed = "", .conclusion = "cancelled", .created = ""}) +
           job({.id = 4, .name = "marked", .conclusion = "skipped"})) ==
      "9 success workflow=CI event=push start=1767607200\n"
      "  job lint: 0 eligible=1 skipped\n"
      "  job deploy: 0 eligible=1 skipped\n"
      "  job never: 0 skipped\n"
      "  job marked: 0 eligible=1 skipped\n");
}

TEST_CASE("A job that succeeded or failed in the second of its start ran, one cancelled in that second never started") {
  CHECK(rest(run({}) + job({.completed = "10:00:05"}) +
             job({.id = 2, .name = "b", .completed = "10:00:05", .conclusion = "failure"}) +
             job({.id = 3, .name = "c", .completed = "10:00:05", .conclusion = "cancelled"})) ==
        "9 success workflow=CI event=push start=1767607200\n"
        "  job lint: 0 start=5 eligible=1\n"
        "  job b: 0 start=5 eligible=1 failure\n"
        "  job c: 0 eligible=1 skipped\n");
}

TEST_CASE("A run whose clocks contradict each other is left out and counted, two seconds are forgiven") {
  const std::string good = run({.id = 3}) + job({.id = 3, .started = "10:00:02", .completed = "10:00:12", .run = 3});
  const std::string kept = "3 success workflow=CI event=push start=1767607200\n  job lint: 10 start=2 eligible=1\n";
  const std::string left_out = "left out: 1 clocks contradict each other\n";
  CHECK(rest(good + run({}) + job({.started = "10:00:05", .completed = "10:00:04"})) == kept + left_out);
  CHECK(rest(good + run({}) + job({.started = "09:59:57"})) == kept + left_out);
  CHECK(rest(run({}) + job({.started = "09:59:58"})) ==
        "9 success workflow=CI event=push start=1767607200\n  job lint: 67 start=-2 eligible=1\n");
}

TEST_CASE("A never started job may carry a date of the year 1") {
  const std::string never = R"({"id":2,"run_id":9,"name":"x","conclusion":"cancelled",)"
                            R"("started_at":"0001-01-01T00:00:00Z","completed_at":"2026-01-05T10:00:00Z"})";
  CHECK(rest(run({}) + never) == "9 success workflow=CI event=push start=1767607200\n  job x: 0 skipped\n");
}

TEST_CASE("Cancelled, failed and timed out jobs keep their time and say so, and so do their runs") {
  CHECK(rest(run({.conclusion = "failure"}) + job({.conclusion = "cancelled"}) +
             job({.id = 2, .name = "b", .conclusion = "failure"}) +
             job({.id = 3, .name = "c", .conclusion = "timed_out"}) +
             job({.id = 4, .name = "d", .conclusion = "neutral"}) +
             job({.id = 5, .name = "e", .conclusion = "stale"})) ==
        "9 failure workflow=CI event=push start=1767607200\n"
        "  job lint: 60 start=5 eligible=1 cancelled\n"
        "  job b: 60 start=5 eligible=1 failure\n"
        "  job c: 60 start=5 eligible=1 timed_out\n"
        "  job d: 60 start=5 eligible=1\n"
        "  job e: 60 start=5 eligible=1 unknown\n");
}

TEST_CASE("Skipped, cut short and backward steps are left out, those within one second count as zero") {
  const std::string steps = step("a", "10:00:05", "10:00:05") + "," + step("b", "10:00:05", "10:00:05", "skipped") +
                            "," + step("c", "10:00:09", "10:00:05") + "," +
                            step("d", "10:00:09", "10:00:15", "cancelled") + "," + step("e", "10:00:09", "") + ",7";
  CHECK(rest(run({}) + job({.steps = steps})) == kGood + "  step lint | a: 0\n");
}

TEST_CASE("Of a run with several attempts the first is kept") {
  const std::string again = run({.attempt = 2, .started = "12:00:00"});
  const std::string first = job({.conclusion = "failure"});
  const std::string second =
      job({.id = 2, .started = "12:00:03", .completed = "12:00:33", .created = "12:00:01", .attempt = 2});
  const std::string kept =
      "9 failure workflow=CI event=push start=1767607200\n  job lint: 60 start=5 eligible=1 failure\n";
  CHECK(rest(again + run({.conclusion = "failure"}) + second + first) == kept);
  CHECK(rest(again + second + first) == kept);
  CHECK(rest(again + first) == kept);
}

TEST_CASE("A run that was run again as a whole counts from its new start") {
  CHECK(rest(run({.attempt = 2, .started = "12:00:00"}) +
             job({.started = "12:00:03", .completed = "12:00:33", .created = "12:00:01", .attempt = 2})) ==
        "9 success attempt=2 workflow=CI event=push start=1767614400\n  job lint: 30 start=3 eligible=1\n");
}

TEST_CASE("A re-run of single jobs, which repeats the others' old times, is left out") {
  const std::string again = run({.attempt = 2, .started = "12:00:00"});
  const std::string anew = job(
      {.id = 2, .name = "test", .started = "12:00:03", .completed = "12:00:33", .created = "12:00:01", .attempt = 2});
  const std::string other = run({.id = 4}) + job({.id = 8, .run = 4});
  const std::string expected =
      "4 success workflow=CI event=push start=1767607200\n  job lint: 60 start=5 eligible=1\nleft out: 1 re-run of "
      "single jobs\n";
  CHECK(rest(other + again + anew + job({.created = "12:00:01", .attempt = 2})) == expected);
  CHECK(rest(other + again + anew + job({.created = "", .attempt = 2})) == expected);
  CHECK(rest(other + again + anew + job({})) == expected);
  const std::string third =
      job({.id = 3, .name = "deploy", .started = "12:30:03", .completed = "12:30:33", .created = "", .attempt = 3});
  CHECK(rest(other + again + anew + third) == expected);
}

TEST_CASE("Runs that are not completed, not listed or without jobs are left out and counted") {
  CHECK(rest(run({}) + job({}) + run({.id = 10, .conclusion = ""}) + job({.id = 2, .run = 10}) +
             run({.id = 11, .conclusion = ""}) + run({.id = 12}) + job({.id = 3, .run = 2}) +
             job({.id = 4, .name = "b", .run = 2}) + job({.id = 5, .run = 40})) ==
        kGood + "left out: 1 no jobs recorded\nleft out: 2 not completed\nleft out: 2 run not listed\n");
}

TEST_CASE("A run whose listing shows fewer jobs than GitHub counted is left out with a warning") {
  CHECK(rest(run({}) + job({}) + run({.id = 10}) + run({.id = 11}) + "\n" +
             listing("jobs", 130, job({.id = 2, .run = 10})) + listing("jobs", 2, job({.id = 3, .run = 11})))
            .find("left out: 2 jobs listing truncated\n"
                  "r.json:2:1: warning: 2 runs list fewer jobs than GitHub counted, such as run 10 with 1 of 130; "
                  "fetch every page "
                  "(gh api --paginate) [truncated-jobs]\n") != std::string::npos);
  CHECK(
      rest(run({}) + listing("jobs", 2, job({})) + listing("jobs", 2, job({.id = 2, .name = "b"}))).find("truncated") ==
      std::string::npos);
}

TEST_CASE("Broken records are left out one by one with a warning each") {
  CHECK(rest(run({}) + job({}) + "\n" +
             R"({"workflow_runs":[{"id":"x","created_at":"2026-01-05T10:00:00Z"},{"id":8,"created_at":"soon"},5]})" +
             "\n" + R"({"jobs":[{"name":"a"},{"run_id":9},[]]})" + "\n" + R"({"message":"Not Found"} {"id":1} [7])") ==
        kGood +
            "left out: 9 broken record\n"
            "r.json:2:1: warning: a run has no \"id\" [broken-record]\n"
            " 2 | "
            "{\"workflow_runs\":[{\"id\":\"x\",\"created_at\":\"2026-01-05T10:00:00Z\"},{\"id\":8,\"created_at\":"
            "\"soon\"},5]}\n   | ^\n"
            "r.json:2:1: warning: run 8 has no time in \"created_at\" [broken-record]\n"
            " 2 | "
            "{\"workflow_runs\":[{\"id\":\"x\",\"created_at\":\"2026-01-05T10:00:00Z\"},{\"id\":8,\"created_at\":"
            "\"soon\"},5]}\n   | ^\n"
            "r.json:2:1: warning: a run is no object [broken-record]\n"
            " 2 | "
            "{\"workflow_runs\":[{\"id\":\"x\",\"created_at\":\"2026-01-05T10:00:00Z\"},{\"id\":8,\"created_at\":"
            "\"soon\"},5]}\n   | ^\n"
            "r.json:3:1: warning: a job has no \"run_id\" [broken-record]\n 3 | "
            "{\"jobs\":[{\"name\":\"a\"},{\"run_id\":9},[]]}\n   | ^\n"
            "r.json:3:1: warning: a job of run 9 has no \"name\" [broken-record]\n 3 | "
            "{\"jobs\":[{\"name\":\"a\"},{\"run_id\":9},[]]}\n   | ^\n"
            "r.json:3:1: warning: a job is no object [broken-record]\n 3 | "
            "{\"jobs\":[{\"name\":\"a\"},{\"run_id\":9},[]]}\n   | ^\n"
            "r.json:4:1: warning: expected an answer about runs or jobs, but found the message \"Not Found\" "
            "[broken-record]\n"
            " 4 | {\"message\":\"Not Found\"} {\"id\":1} [7]\n   | ^\n"
            "r.json:4:25: warning: expected an answer about runs or jobs, but found neither \"workflow_runs\" nor "
            "\"jobs\" [broken-record]\n"
            " 4 | {\"message\":\"Not Found\"} {\"id\":1} [7]\n   |                         ^\n"
            "r.json:4:34: warning: expected runs or jobs, but found a value that is no object [broken-record]\n"
            " 4 | {\"message\":\"Not Found\"} {\"id\":1} [7]\n   |                                  ^\n");
}

TEST_CASE("After ten broken records the rest is only counted") {
  std::string text = run({}) + job({});
  for (int i = 0; i < 12; ++i) text += "{}";
  const std::string result = rest(text);
  CHECK(result.find("left out: 12 broken record\n") != std::string::npos);
  CHECK(result.find("warning: 2 more records are left out for the same reasons [broken-record]\n") !=
        std::string::npos);
}

TEST_CASE("Malformed JSON is an error at its line and column, and what stood before it is read") {
  CHECK(rest(run({}) + job({}) + "\n{\n  \"jobs\": [1,, 2]\n}\n") ==
        kGood +
            "r.json:3:14: error: expected a value, but found ',' [json-syntax]\n"
            " 3 |   \"jobs\": [1,, 2]\n"
            "   |              ^\n");
  CHECK(rest("{\"jobs\": [\n") ==
        "r.json:2:1: error: expected a value or ']', but found the end of the file [json-syntax]\n"
        " 2 |\n"
        "   | ^\n"
        "r.json:1:1: note: the document begins here\n"
        " 1 | {\"jobs\": [\n"
        "   | ^\n");
}

TEST_CASE("Every kind of malformed JSON has a place and a reason") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"hello", "1:1: error: expected JSON, an object or an array"},
      {"[] }", "1:4: error: expected JSON, an object or an array"},
      {std::string("\0", 1), "1:1: error: expected JSON, an object or an array"},
      {"{\"a\" 1}", "1:6: error: expected ':', but found '1'"},
      {"{a: 1}", "1:2: error: expected a key in quotes or '}', but found 'a'"},
      {"{\"a\":1,}", "1:8: error: expected a key in quotes, but found '}'"},
      {"[1 2]", "1:4: error: expected ',' or ']', but found '2'"},
      {"{\"a\":1 2}", "1:8: error: expected ',' or '}', but found '2'"},
      {"[1}", "1:3: error: expected ',' or ']', but found '}'"},
      {"[nul]", "1:2: error: expected a value or ']', but found 'n'"},
      {"[01]", "1:3: error: expected ',' or ']', but found '1'"},
      {"[1.]", "1:4: error: expected a digit, but found ']'"},
      {"[-]", "1:3: error: expected a digit, but found ']'"},
      {"[1e+]", "1:5: error: expected a digit, but found ']'"},
      {"[\"\\x\"]", "1:4: error: expected an escape such as \\n, but found 'x'"},
      {"[\"\\u12g4\"]", "1:7: error: expected four hexadecimal digits, but found 'g'"},
      {"[\"a\nb\"]", "1:4: error: expected the rest of a text in quotes, but found the byte 0x0a"},
      {"[\"a]", "1:5: error: expected the rest of a text in quotes, but found the end of the file"},
      {"[\"\xff\"]", "1:3: error: the text is not UTF-8"},
      {std::string("[1,\0 2]", 7), "1:4: error: expected a value, but found the byte 0x00"},
      {std::string(5000, '[') + std::string(5000, ']'), "1:1: error: objects and arrays are nested too deeply"},
      {"[1e999]", "1:1: error: a number in this document is out of range"},
      {"[123456789012345678901234567890]", "1:1: error: a number in this document is out of range"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text.substr(0, 40));
    const std::string result = rest(text);
    CHECK(result.substr(0, result.find(" [json-syntax]")).substr(0, 100) == "r.json:" + expected);
  }
}

TEST_CASE("An empty file is warned of, and the history is empty") {
  CHECK(rest(" \n") ==
        "r.json:2:1: warning: r.json is empty [empty-file]\n"
        " 2 |\n"
        "   | ^\n"
        "error: there is no past run to learn from in r.json; looked for listings of runs (\"workflow_runs\") and of "
        "their jobs (\"jobs\") "
        "[empty-history]\n");
}

TEST_CASE("Where a run was listed is known") {
  const Told result = told("r.json", {{"r.json", listing("workflow_runs", 1, run({})) + listing("jobs", 1, job({}))}});
  CHECK(to_string(result.history.runs.at(0).where) == "r.json:1:41");
  CHECK_FALSE(result.history.runs.at(0).is_partial);
}

TEST_CASE("Mutated REST answers never break the reader, and say the same twice") {
  const std::string text =
      listing("workflow_runs", 2, run({}) + "," + run({.id = 10, .attempt = 2, .started = "12:00:00"})) +
      listing("jobs", 2,
              job({.steps = step("make", "10:00:07", "10:01:04")}) + "," +
                  job({.id = 2, .name = "b", .attempt = 2, .run = 10}));
  Sequence sequence(2);
  for (int i = 0; i < 3000; ++i) {
    const std::string changed = mutated(text, sequence);
    INFO(changed);
    const Told result = told("r.json", {{"r.json", changed}});
    REQUIRE(result.text == rest(changed));
    REQUIRE((!result.history.runs.empty() || result.diagnostics.has_errors()));
  }
}

}  // namespace
}  // namespace dagsim::history
