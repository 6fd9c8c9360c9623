#include "history/log_scan.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/dice.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

const std::string kJob =
    "0 Current runner version: '2.328.0'\n"
    "##[group]Runner Image\n"
    "Image: ubuntu-24.04\n"
    "Version: 20250831.1.0\n"
    "##[endgroup]\n"
    "0.5 Complete job name: test / packages (jackin)\n"
    "1.25 ##[group]Run actions/checkout@v4\n"
    "with:\n"
    "  fetch-depth: 1\n"
    "##[endgroup]\n"
    "2.5 Syncing repository: o/r\n"
    "3.75 ##[group]Run cargo test --workspace\n"
    "\\e[36;1mcargo test --workspace\\e[0m\n"
    "shell: /usr/bin/bash -e {0}\n"
    "##[endgroup]\n"
    "4 \\e[1m\\e[32m   Compiling\\e[0m serde v1.0.219\n"
    "9.5 test result: ok. 3 passed\n"
    "9.75 Post job cleanup.\n"
    "10 [command]/usr/bin/git version\n"
    "10.25 Cleaning up orphan processes\n";

TEST_CASE("Headers cut a log into steps with starts and ends finer than a second") {
  CHECK(describe(scan_log(github_log(kJob))) ==
        "step Set up job 0.0..0.5 line 1\n"
        "step Run actions/checkout@v4 1.2..2.5 line 7\n"
        "step Run cargo test --workspace 3.8..9.5 line 12\n"
        "step Post job cleanup. 9.8..10.0 line 18\n"
        "step Complete job 10.2..10.2 line 20\n"
        "counts third-party=1\n");
}

TEST_CASE("Times are kept to the tenth of a microsecond that GitHub writes") {
  const JobLog log = scan_log("2025-09-04T12:00:00.1234567Z a\n2025-09-04T12:00:03.0000001Z b\n");
  REQUIRE(log.start);
  CHECK(*log.end - *log.start == Approx(2.8765434).margin(1e-6));
}

TEST_CASE("What the runner tells of the job and of itself is read from the set-up only") {
  const RunnerFacts runner = fold(scan_log(github_log(kJob + "Version: 9\nRunner name: 'else'\n"))).runner;
  CHECK(runner.version == "2.328.0");
  CHECK(runner.image == "ubuntu-24.04");
  CHECK(runner.image_version == "20250831.1.0");
  CHECK(runner.job_name == "test / packages (jackin)");
  CHECK(runner.name.empty());
}

TEST_CASE("The time that a job waited for a runner is told by the log of its set-up") {
  const RunnerFacts runner =
      fold(scan_log(github_log("1 Requested labels: self-hosted, linux\n"
                               "Job defined at: o/r/.github/workflows/ci.yml@refs/pull/1/merge\n"
                               "2 Waiting for a runner to pick up this job...\n"
                               "9.5 Job is about to start running on the runner: box-1 (repository)\n")))
          .runner;
  CHECK(runner.labels == "self-hosted, linux");
  CHECK(runner.definition == "o/r/.github/workflows/ci.yml@refs/pull/1/merge");
  CHECK(runner.name == "box-1");
  CHECK(runner.wait_seconds == Approx(7.5));
}

TEST_CASE("A script that prints a marker's wording, or opens a group called Run, makes no marker and no step") {
  CHECK(describe(scan_log(github_log("##[group]Run echo \"No cache found.\"\n"
                                     "\\e[36;1mecho \"No cache found.\"\\e[0m\n"
                                     "No cache found.\n"
                                     "shell: bash\n"
                                     "##[endgroup]\n"
                                     "2 ##[group]Run the tests\n"
                                     "3 Compiling serde v1.0.0\n"
                                     "##[endgroup]\n"))) ==
        "step Set up job 0.0 line 1\n"
        "step Run echo \"No cache found.\" 0.0..3.0 line 1\n"
        "counts third-party=1\n");
}

TEST_CASE("Headers whose colours were stripped are known by the script that they repeat") {
  CHECK(scan_log("##[group]Run make\nmake\nshell: bash\n##[endgroup]\n").steps.size() == 2);
  CHECK(scan_log("##[group]Run make\nmade\nshell: bash\n##[endgroup]\n").steps.size() == 1);
}

TEST_CASE("A byte order mark, carriage returns, colours, and lines without a time change nothing") {
  const std::string plain = "   Compiling serde v1.0.219\nCache restored from key: k\n";
  const std::string expected = "restore k exact? asked= restored=k\ncounts third-party=1\n";
  const auto steps_and = [&](const std::string& text) {
    const std::string all = describe(scan_log(text));
    return all.substr(all.find('\n') + 1);
  };
  CHECK(steps_and(plain) == expected);
  CHECK(steps_and("\xEF\xBB\xBF" + plain) == expected);
  CHECK(steps_and("   Compiling serde v1.0.219\r\nCache restored from key: k\r\n") == expected);
  CHECK(
      steps_and("\x1b[1m\x1b[32m   Compiling\x1b[0m serde v1.0.219\n\x1b[0mCa\x1b[1mche restored\x1b[0m from key: k") ==
      expected);
  CHECK(steps_and("\tCompiling serde v1.0.219\n  Cache restored from key: k  \n") == expected);
}

TEST_CASE("A line may be of any length: its start is read and the rest counted as cut") {
  const std::string filler(5'000'000, 'x');
  const JobLog log = scan_log("Cache restored from key: a\nCompiling serde v1.0.0\n" + filler +
                              "\nCache not found for input keys: " + filler + "\nCache restored from key: b\n");
  CHECK(log.lines == 5);
  CHECK(log.cut_lines == 2);
  const LogEvidence evidence = fold(log);
  REQUIRE(evidence.restores.size() == 3);
  CHECK(evidence.restores[1].state == CacheState::Miss);
  CHECK(evidence.restores[1].asked.size() == 1024);
  CHECK(evidence.restores[2].restored == "b");
}

TEST_CASE("Chunks may be cut anywhere") {
  const std::string text = "\xEF\xBB\xBF" + github_log(kJob + "Cache Key:\n  k-1\n11 Cache up-to-date.\n");
  const std::string whole = describe(scan_log(text));
  for (size_t size = 1; size < 100; ++size) {
    LogScanner scanner{LogRules()};
    for (size_t at = 0; at < text.size(); at += size) scanner.feed(std::string_view(text).substr(at, size));
    const JobLog log = scanner.finish();
    CHECK(describe(log) == whole);
    CHECK(log.bytes == text.size());
    CHECK(log.lines == 23);
  }
}

TEST_CASE("A log is truncated when it ends inside a line, or begins like a job and lacks the runner's last words") {
  const std::string text = github_log(kJob);
  CHECK(scan_log(text).has_set_up);
  CHECK_FALSE(scan_log(text).is_truncated);
  CHECK(scan_log(text.substr(0, text.size() - 60)).is_truncated);
  CHECK(scan_log(text.substr(0, text.rfind('\n', text.size() - 2) + 1)).is_truncated);
  CHECK_FALSE(scan_log(github_log("a part of a log\n")).is_truncated);
  CHECK_FALSE(scan_log("").is_truncated);
}

TEST_CASE("The logs of single steps, as archives have them, are read as one job") {
  LogScanner scanner{LogRules()};
  scanner.begin_step(1, "Set up job");
  scanner.feed("\xEF\xBB\xBF" + github_log("0 Current runner version: '2.328.0'\n1 Complete job name: a\n"));
  scanner.begin_step(2, "Restore");
  scanner.feed("\xEF\xBB\xBF" + github_log("2 ##[group]Run actions/cache@v4\nwith:\n  key: k\n##[endgroup]\n"
                                           "3 Cache restored from key: k"));
  scanner.begin_step(12, "Post Restore");
  scanner.feed(github_log("8 Post job cleanup.\n9 Cache hit occurred on the primary key k, not saving cache.\n"));
  scanner.begin_step(13, "Complete job");
  scanner.feed(github_log("10 Cleaning up orphan processes\n"));
  const JobLog log = scanner.finish();
  CHECK(describe(log) ==
        "step Set up job 0.0..1.0 #1 Set up job line 1\n"
        "step Restore 2.0..2.0 #2 Restore line 3\n"
        "step Run actions/cache@v4 2.0..3.0 #2 Restore line 3\n"
        "step Post Restore 8.0..8.0 #12 Post Restore line 8\n"
        "step Post job cleanup. 8.0..9.0 #12 Post Restore line 8\n"
        "step Complete job 10.0..10.0 #13 Complete job line 10\n"
        "step Complete job 10.0..10.0 #13 Complete job line 10\n"
        "restore k exact asked=k restored=k 1.0s\n"
        "save k kept key=k 1.0s\n");
  CHECK_FALSE(log.is_truncated);
}

TEST_CASE("Crates are counted for each stretch, with the time from the first to the last") {
  const JobLog log =
      scan_log(github_log("1 Compiling a v1.0.0\n2 Compiling b v1.0.0\n4 Compiling mine v0.1.0 (/__w/r/r)\n"
                          "5 Compiling c v1.0.0\n"));
  REQUIRE(log.markers.size() == 2);
  CHECK(log.markers[0].kind == MarkerKind::ThirdPartyCompile);
  CHECK(log.markers[0].count == 3);
  CHECK(log.markers[0].line == 1);
  CHECK(log.markers[0].seconds == Approx(4));
  CHECK(log.markers[1].count == 1);
}

TEST_CASE("Markers and steps beyond the limits are counted, and counts go on") {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text +=
        fmt::format("Cache restored from key: k-{}\nCompiling a v1.0.{}\n##[group]Run x\nwith:\n##[endgroup]\n", i, i);
  }
  const JobLog log = scan_log(text, LogRules(), {.line_bytes = 64, .markers = 10, .steps = 5});
  CHECK(log.markers.size() == 10);
  CHECK(log.steps.size() == 5);
  CHECK(log.left_out == 45 + 50 - 4);
  CHECK(fold(log).total.third_party_compiled == 50);
}

TEST_CASE("A scanner that has finished starts anew") {
  LogScanner scanner{LogRules()};
  scanner.feed(github_log(kJob));
  const std::string first = describe(scanner.finish());
  scanner.feed(github_log(kJob));
  CHECK(describe(scanner.finish()) == first);
  CHECK(scanner.finish().lines == 0);
}

}  // namespace
}  // namespace dagsim::history
