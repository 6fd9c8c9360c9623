#include "tests/catch.h"
#include "tests/cli/cli_testing.h"
#include "tests/history/gzip_testing.h"

namespace dagsim::cli {

namespace {

constexpr const char* kLog =
    "2025-09-04T12:00:00.0000000Z Current runner version: '2.328.0'\n"
    "2025-09-04T12:00:00.5000000Z Complete job name: test / unit\n"
    "2025-09-04T12:00:01.0000000Z ##[group]Run actions/cache@v4\n"
    "2025-09-04T12:00:01.0000000Z with:\n"
    "2025-09-04T12:00:01.0000000Z   key: Linux-cargo-0a1b2c3d\n"
    "2025-09-04T12:00:01.0000000Z ##[endgroup]\n"
    "2025-09-04T12:00:03.0000000Z Cache Size: ~4 MB (4466161 B)\n"
    "2025-09-04T12:00:04.0000000Z Cache restored from key: Linux-cargo-99999999\n"
    "2025-09-04T12:00:05.0000000Z    Compiling serde v1.0.0\n"
    "2025-09-04T12:00:06.0000000Z a flaky test\n"
    "2025-09-04T12:00:09.0000000Z Cleaning up orphan processes\n";

/// The logs of jobs lint and test, and notes.md.
std::string zip() {
  static const char kBytes[] =
      "PK\x03\x04\x14\x00\x00\x00\x08\x00\x00`$[\x97r]\xe5)\x00\x00\x00-\x00\x00\x00\x0a\x00\x00\x00\x30_li"
      "nt.txt3202\xd5\x35\xb0\xd4\x35\x30\x09\x31\x34\xb2\x32\x30\x00\x22=\x03\x08\x88R\xf0\xcbWHNL\xceHUH"
      "\xcb/\xcdK\xd1\xe3\x02\x00PK\x03\x04\x14\x00\x00\x00\x08\x00\x00`$[i\xb7\x82\xfc+\x00\x00\x00/\x00"
      "\x00\x00\x0a\x00\x00\x00\x31_test.txt3202\xd5\x35\xb0\xd4\x35\x30\x09\x31\x34\xb2\x32\x30\x00\x22="
      "\x03\x08\x88RpNL\xceHU(-\xd0-\xc9\xd7MI,I\xd5\xe3\x02\x00PK\x03\x04\x14\x00\x00\x00\x08\x00\x00`$["
      "\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00notes.md\x03\x00PK\x01\x02\x14\x00"
      "\x14\x00\x00\x00\x08\x00\x00`$[\x97r]\xe5)\x00\x00\x00-\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00"
      "\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00\x30_lint.txtPK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00\x00`"
      "$[i\xb7\x82\xfc+\x00\x00\x00/\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01Q"
      "\x00\x00\x00\x31_test.txtPK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00\x00`$[\x00\x00\x00\x00\x02\x00"
      "\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\xa4\x00\x00\x00note"
      "s.mdPK\x05\x06\x00\x00\x00\x00\x03\x00\x03\x00\xa6\x00\x00\x00\xcc\x00\x00\x00\x00\x00";
  return {kBytes, sizeof(kBytes) - 1};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A job's log is shown with its caches, counts and steps") {
  const Folder folder;
  const Outcome outcome = call({"log", folder.write("a.txt", kLog)});
  CHECK(outcome.out == folder.path("a.txt") + R"(, test / unit
11 lines, 9.0s

Caches
         result   key                   time    size  step
restore  partial  Linux-cargo-99999999  3.0s  4.5 MB  Run actions/cache@v4

Counts
crates of others compiled  1

Steps
after  time  step
   0s  0.5s  Set up job
 1.0s  5.0s  Run actions/cache@v4
 9.0s    0s  Complete job
)");
  CHECK(outcome.err.empty());
  CHECK(outcome.status == 0);
}

TEST_CASE("A log may come from the standard input, and go to a tool as a line of JSON") {
  const Outcome outcome = call({"log", "--format", "json", "-"}, kLog);
  CHECK(holds(outcome.out, R"({"schema": "dagsim.log/1", "file": "-", "job": null, "run": null)"));
  CHECK(holds(
      outcome.out,
      R"("restores": [{"step": 1, "line": 8, "family": "Linux-cargo", "asked": "Linux-cargo-0a1b2c3d", )"
      R"("restored": "Linux-cargo-99999999", "state": "partial", "certain": true, "seconds": 3, "bytes": 4466161}])"));
  CHECK(outcome.out.find('\n') == outcome.out.size() - 1);
  CHECK(outcome.status == 0);
}

TEST_CASE("A log that is cut off says so") {
  const Outcome outcome = call({"log", "-"}, std::string(kLog).substr(0, 150));
  CHECK(holds(outcome.out, "\nThe log is cut off.\n"));
}

TEST_CASE("Characters of a log that would steer a terminal are not printed") {
  const Outcome outcome = call({"log", "-"},
                               "Cache restored from key: a\x07\x08"
                               "b\x1b]0;title\x07\n");
  CHECK(holds(outcome.out, "a??b"));
  CHECK_FALSE(holds(outcome.out, "\x1b"));
  CHECK_FALSE(holds(outcome.out, "\x07"));
}

TEST_CASE("A zip of logs gives each job, or those that --job names, what is no log is counted") {
  const Folder folder;
  const std::string path = folder.write("logs_77.zip", zip());
  const Outcome all = call({"log", "--format", "json", path});
  CHECK(holds(all.out, R"("job": "lint", "run": 77, "attempt": null)"));
  CHECK(holds(all.out, R"("job": "test", "run": 77, "attempt": null)"));
  CHECK(all.err == "warning: \"" + path + "\": 1 entry left out: 1 not a log [left-out-logs]\n");
  CHECK(all.status == 0);
  const Outcome some = call({"log", "--job", "l*", path});
  CHECK(holds(some.out, "logs_77.zip, lint\n"));
  CHECK_FALSE(holds(some.out, "zip, test"));
  const Outcome none = call({"log", "--job", "x", path});
  CHECK(none.out.empty());
  CHECK(holds(none.err, "holds no logs of a job that matches \"x\" [no-logs]\n"));
  CHECK(none.status == 2);
}

TEST_CASE("What gh prints of a run's logs gives each job, or those that --job names") {
  const std::string logs =
      "lint\tUNKNOWN STEP\t2025-09-04T12:00:00.0000000Z No cache found.\n"
      "test\tUNKNOWN STEP\t2025-09-04T12:00:00.0000000Z Cache up-to-date.\n";
  const Outcome all = call({"log", "-"}, logs);
  CHECK(holds(all.out, "-, lint\n1 line, 0s\n"));
  CHECK(holds(all.out, "\n-, test\n1 line, 0s\n"));
  CHECK_FALSE(holds(call({"log", "--job", "t*", "-"}, logs).out, "lint"));
  CHECK(call({"log", "--job", "x", "-"}, logs).err ==
        "error: \"-\" holds no logs of a job that matches \"x\" [no-logs]\n");
}

TEST_CASE("A bound on zips is lifted by name") {
  const Folder folder;
  const std::string path = folder.write("a.zip", zip());
  CHECK(holds(call({"log", "--limit", "entries=1", path}).err, "2 beyond the limit of entries"));
  check_usage_error({"log", "--limit", "entry=1", path},
                    "the name of --limit is \"entry\", expected bytes, entries or ratio");
}

TEST_CASE("A zip that was cut off is wrong, and the other files are shown") {
  const Folder folder;
  const std::string path = folder.write("a.zip", zip().substr(0, 100));
  const Outcome outcome = call({"log", path, folder.write("b.txt", kLog)});
  CHECK(holds(outcome.err, "can't be read as a zip of logs: "));
  CHECK(holds(outcome.out, "b.txt, test / unit\n"));
  CHECK(outcome.status == 2);
}

TEST_CASE("A log that gzip packed is unpacked, one that is damaged is named") {
  const Folder folder;
  const Outcome outcome = call({"log", folder.write("a.txt.gz", history::gzipped(kLog))});
  CHECK(outcome.status == 0);
  CHECK(outcome.out == call({"log", folder.write("a.txt", kLog)}).out.insert(outcome.out.find("a.txt") + 5, ".gz"));
  const Outcome damaged = call({"log", folder.write("b.txt.gz", "\x1f\x8b\x08\n")});
  CHECK(damaged.status == 3);
  CHECK(holds(damaged.err, "b.txt.gz\" is "));
}

TEST_CASE("Patterns of one's own come from a dagsim.yaml") {
  const Folder folder;
  const std::string rules =
      folder.write("dagsim.yaml", "dagsim: 1\nlogs: [{pattern: flaky, kind: count, name: flaky tests}]\n");
  CHECK(holds(call({"log", "--rules", rules, "-"}, kLog).out, "flaky tests                1\n"));
  const std::string wrong = folder.write("wrong.yaml", "dagsim: 1\nlogs:\n  - {pattern: 'a(', kind: count, name: a}\n");
  const Outcome outcome = call({"log", "--rules", wrong, "-"}, kLog);
  CHECK(holds(outcome.err,
              "wrong.yaml:3:15: error: the pattern \"a(\" of a log rule is wrong: missing ): a( [bad-pattern]\n"));
  CHECK(outcome.out.empty());
  CHECK(outcome.status == 2);
}

TEST_CASE("log needs a file that can be read") {
  const Folder folder;
  check_usage_error({"log"}, "log needs at least one file: the log of a job, or the zip of a run's logs");
  check_usage_error({"log", folder.path("")}, "\"" + folder.path("") + "\" is a folder, expected a log or a zip");
  const Outcome outcome = call({"log", folder.path("none.txt")});
  CHECK(outcome.err == "dagsim: error: can't read " + folder.path("none.txt") + ": No such file or directory\n");
  CHECK(outcome.status == 3);
}

}  // namespace dagsim::cli
