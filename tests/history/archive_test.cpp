#include "history/archive.h"

#include <fmt/format.h>

#include "history/log_origin.h"
#include "tests/catch.h"
#include "tests/history/archive_testing.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

/// Each job of a zip with the steps and the evidence of its log, then what was said about the zip.
std::string read_zip(const std::string& bytes, const ArchiveLimits& limits = {}) {
  Diagnostics diagnostics;
  std::optional<Archive> archive = Archive::open(bytes, "logs.zip", limits, diagnostics);
  std::string text;
  if (archive) {
    for (const ArchivedJob& job : archive->jobs()) {
      const std::optional<JobLog> log = scan_job(*archive, job, LogRules());
      text += fmt::format("job {}: {}\n", job.name, log ? "" : "unreadable") + (log ? describe(*log) : "");
    }
    report_excluded(*archive, "logs.zip", diagnostics);
  }
  return text + render(diagnostics);
}

TEST_CASE("A zip of whole jobs gives one log a job, in the order of their numbers") {
  CHECK(read_zip(make_zip({{"10_lint.txt", github_log("1 a\n2 Compiling a v1.0.0\n")},
                           {"2_test _ unit.txt", github_log("3 b\n")},
                           {"-9_odd.txt", ""}})) ==
        "job odd: \nstep Set up job line 1\n"
        "job test _ unit: \nstep Set up job 3.0..3.0 line 1\n"
        "job lint: \nstep Set up job 1.0..2.0 line 1\ncounts third-party=1\n");
}

TEST_CASE("A whole job's log doesn't tell the names of its steps, only their headers") {
  CHECK(read_zip(make_zip({{"0_a.txt", github_log("0 a\n1 ##[group]Run make\nshell: bash\n##[endgroup]\n2 b\n")}})) ==
        "job a: \nstep Set up job 0.0..0.0 line 1\nstep Run make 1.0..2.0 line 2\n");
}

TEST_CASE("Where a zip has the logs of steps they stand for the job, and tell the steps' numbers and names") {
  CHECK(read_zip(make_zip({{"0_lint.txt", github_log("7 whole\n")},
                           {"lint/10_Post Cache.txt", github_log("5 Post job cleanup.\n6 Cache up-to-date.\n")},
                           {"lint/2_Cache.txt", github_log("2 x\n3 y\n")},
                           {"lint/system.txt", github_log("0 Requested labels: l\n")},
                           {"lint/", ""}})) ==
        "job lint: \n"
        "step Wait for a runner 0.0..0.0 line 1\n"
        "step Cache 2.0..3.0 #2 Cache line 2\n"
        "step Post Cache 5.0..5.0 #10 Post Cache line 4\n"
        "step Post job cleanup. 5.0..6.0 #10 Post Cache line 4\n"
        "save  kept key= 1.0s\n");
}

TEST_CASE("Jobs whose names an archive spells alike are kept apart, and their steps' logs are not mixed") {
  CHECK(read_zip(make_zip({{"0_test.txt", github_log("1 a\n")},
                           {"1_test.txt", github_log("2 a\n")},
                           {"test/1_Set up job.txt", github_log("1 a\n")}})) ==
        "job test: \nstep Set up job 1.0..1.0 line 1\n"
        "job test: \nstep Set up job 2.0..2.0 line 1\n");
}

TEST_CASE("The system's log and the job's make one job with the time that it waited") {
  Diagnostics diagnostics;
  const std::string bytes = make_zip({{"a/system.txt", github_log("1 Waiting for a runner to pick up this job...\n"
                                                                  "4 Job is about to start running on the hosted "
                                                                  "runner: GitHub Actions 12 (hosted)\n")},
                                      {"0_a.txt", github_log("5 Current runner version: '2.328.0'\n")}});
  std::optional<Archive> archive = Archive::open(bytes, "l", {}, diagnostics);
  REQUIRE(archive);
  REQUIRE(archive->jobs().size() == 1);
  const std::optional<JobLog> log = scan_job(*archive, archive->jobs()[0], LogRules());
  REQUIRE(log);
  const RunnerFacts runner = fold(*log).runner;
  CHECK(runner.wait_seconds == Approx(3));
  CHECK(runner.name == "GitHub Actions 12");
  CHECK(runner.version == "2.328.0");
}

TEST_CASE("Names that lead out of the archive, and files that are no logs, are left out and counted") {
  CHECK(read_zip(make_zip({{"/etc/1_a.txt", "x"},
                           {"../1_a.txt", "x"},
                           {"a/../1_a.txt", "x"},
                           {"..\\1_a.txt", "x"},
                           {"C:\\1_a.txt", "x"},
                           {"notes.md", "x"},
                           {"a/b/1_c.txt", "x"},
                           {"a/_c.txt", "x"},
                           {"1_.txt", "x"},
                           {"x_y.txt", "x"},
                           {"0_good.txt", ""}})) ==
        "job good: \nstep Set up job line 1\n"
        "warning: \"logs.zip\": 10 entries left out: 5 not a log, 5 with an unsafe name [left-out-logs]\n");
}

TEST_CASE("Encrypted logs are left out and counted") {
  CHECK(read_zip(make_zip({{"0_a.txt", "Cache up-to-date.\n"}}, "secret")) ==
        "warning: \"logs.zip\": 1 entry left out: 1 encrypted [left-out-logs]\n");
}

TEST_CASE("Of entries with one name the first counts") {
  std::string bytes = make_zip({{"0_a.txt", "Cache up-to-date.\n"}, {"0_b.txt", ""}});
  for (size_t at = bytes.find("0_b.txt"); at != std::string::npos; at = bytes.find("0_b.txt")) bytes[at + 2] = 'a';
  CHECK(read_zip(bytes) ==
        "job a: \nstep Set up job line 1\nsave  kept key=\n"
        "warning: \"logs.zip\": 1 entry left out: 1 with a repeated name [left-out-logs]\n");
}

TEST_CASE("What is no zip, and a zip that was cut off, are errors that say so") {
  CHECK(
      read_zip("no zip").find("error: \"logs.zip\" can't be read as a zip of logs: Not a zip archive [bad-archive]") !=
      std::string::npos);
  CHECK(read_zip("") == "error: \"logs.zip\" can't be read as a zip of logs: it is empty [bad-archive]\n");
  const std::string bytes = make_zip({{"0_a.txt", std::string(100'000, 'x')}});
  CHECK(read_zip(bytes.substr(0, bytes.size() - 30))
            .find("; it may have been cut off while it was downloaded [bad-archive]") != std::string::npos);
}

TEST_CASE("A log whose bytes were damaged is left out as a whole, the others are read") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += fmt::format("{} line {}\n", i * 7919 % 1000, i);
  std::string bytes = make_zip({{"0_a.txt", text}, {"1_b.txt", ""}});
  bytes[200] = static_cast<char>(bytes[200] ^ 0x55);
  CHECK(read_zip(bytes) ==
        "job a: unreadable\njob b: \nstep Set up job line 1\n"
        "warning: \"logs.zip\": 1 entry left out: 1 damaged [left-out-logs]\n");
}

TEST_CASE("A zip bomb is stopped by its ratio, by its size, or not at all when the limits are lifted") {
  const std::string bytes =
      make_zip({{"0_bomb.txt", std::string(40'000'000, 'x')}, {"1_b.txt", "Cache up-to-date.\n"}});
  CHECK(read_zip(bytes).find("1 packed too tightly for a log") == std::string::npos);
  CHECK(read_zip(bytes).find("job bomb: unreadable\n") == 0);
  CHECK(read_zip(bytes, {.entries = 10, .bytes = 1'000'000, .ratio = 100'000})
            .find("2 beyond the limit of bytes [left-out-logs]") != std::string::npos);
  CHECK(read_zip(bytes, {.entries = 10, .bytes = 100'000'000, .ratio = 100'000}).find("left out") == std::string::npos);
}

TEST_CASE("A log that is packed too tightly is left out where the rest of its archive is large enough to allow it") {
  std::string noise(2'000'000, '\0');
  uint64_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 6364136223846793005U + 1442695040888963407U) >> 56U);
  CHECK(read_zip(make_zip({{"0_bomb.txt", std::string(40'000'000, 'x')}, {"notes.bin", noise}})) ==
        "job bomb: unreadable\nwarning: \"logs.zip\": 2 entries left out: 1 not a log, 1 packed too tightly for a log "
        "[left-out-logs]\n");
}

TEST_CASE("A hundred thousand entries are listed, and more than the limit are counted") {
  Files files;
  for (int i = 0; i < 100'000; ++i) files.emplace_back(fmt::format("{}_job {}.txt", i, i), "");
  const std::string bytes = make_zip(files);
  Diagnostics diagnostics;
  CHECK(Archive::open(bytes, "l", {}, diagnostics)->jobs().size() == 100'000);
  const std::optional<Archive> archive = Archive::open(bytes, "l", {.entries = 1'000}, diagnostics);
  CHECK(archive->jobs().size() == 1'000);
  CHECK(archive->excluded() == std::map<std::string, uint64_t>{{"beyond the limit of entries", 99'000}});
}

TEST_CASE("A log's run, attempt and job are told by its path") {
  const auto check = [](const std::string& path, uint64_t run, uint32_t attempt, uint64_t job) {
    CAPTURE(path);
    CHECK(log_origin(path) == LogOrigin{run, attempt, job});
  };
  check("logs_27999729168.zip", 27999729168, 0, 0);
  check("a/27999729168.zip", 27999729168, 0, 0);
  check("a/27999729168-2.zip", 27999729168, 2, 0);
  check("history/27999729168/logs.zip", 27999729168, 0, 0);
  check("history/27999729168-3/build/0_a.txt", 27999729168, 3, 0);
  check("27999729168/81234567890.txt", 27999729168, 0, 81234567890);
  check("81234567890.log.gz", 0, 0, 81234567890);
  check("2025/5/a.zip", 5, 0, 0);
  check("a/b.txt", 0, 0, 0);
  check("99999999999999999999.zip", 0, 0, 0);
  check("12-x.zip", 0, 0, 0);
  check("", 0, 0, 0);
}

/// The candidate, or why there is none.
std::string matched(const std::string& archived, const std::vector<std::string>& candidates) {
  const JobMatch match = match_archived_job(archived, candidates);
  return match.index ? candidates[*match.index] : match.why_not;
}

TEST_CASE("The name that an archive spells is matched to the job, however its characters were replaced") {
  const std::vector<std::string> jobs = {
      "test / packages (jackin)", "test / packages (jack)", "lint", "docs: build", "a/b", "ab"};
  CHECK(matched("test _ packages (jackin)", jobs) == "test / packages (jackin)");
  CHECK(matched("test  packages (jackin)", jobs) == "test / packages (jackin)");
  CHECK(matched("test packages (jackin)", jobs) == "test / packages (jackin)");
  CHECK(matched("test _ packages (jack)", jobs) == "test / packages (jack)");
  CHECK(matched("docs build", jobs) == "docs: build");
  CHECK(matched("docs_ build", jobs) == "docs: build");
  CHECK(matched("a_b", jobs) == "a/b");
  CHECK(matched("lint", jobs) == "lint");
}

TEST_CASE("A name that is cut matches the one job that begins with it") {
  const std::string start = "check (ubuntu-latest, a very long list of values that goes on and on and on";
  CHECK(matched(start, {start + ", one)", "other"}) == start + ", one)");
  CHECK(matched(start, {start + ", one)", start + ", two)"}) ==
        "\"" + start + "\" may be job \"" + start + ", one)\" or \"" + start + ", two)\"");
}

TEST_CASE("A name that matches no job or several is reported, with the nearest") {
  CHECK(matched("tset", {"lint", "test"}) == "no job is called \"tset\"; the nearest is \"test\"");
  CHECK(matched("other", {"lint", "test"}) == "no job is called \"other\"");
  CHECK(matched("a_b", {"a/b", "a:b"}) == "\"a_b\" may be job \"a/b\" or \"a:b\"");
  CHECK(matched("___", {"/", "::"}) == "no job is called \"___\"");
  CHECK(matched("x", {}) == "no job is called \"x\"");
}

}  // namespace
}  // namespace dagsim::history
