#include "history/log_text.h"

#include "tests/catch.h"
#include "tests/dice.h"
#include "tests/history/log_testing.h"

namespace dagsim::history {
namespace {

std::string read(const std::string& text, size_t chunk = 1'000'000) {
  LogReader reader{LogRules()};
  for (size_t at = 0; at < text.size(); at += chunk) reader.feed(std::string_view(text).substr(at, chunk));
  std::string result;
  for (const NamedLog& named : reader.finish()) result += "job " + named.job + "\n" + describe(named.log);
  return result;
}

const std::string kNamed =
    "lint\tSet up job\t\xEF\xBB\xBF"
    "2025-09-04T12:00:00.0000000Z Current runner version: '2.328.0'\n"
    "lint\tcache it\t\xEF\xBB\xBF"
    "2025-09-04T12:00:01.0000000Z ##[group]Run actions/cache@v4\n"
    "lint\tcache it\t2025-09-04T12:00:01.0000000Z with:\n"
    "lint\tcache it\t2025-09-04T12:00:01.0000000Z   key: k\n"
    "lint\tcache it\t2025-09-04T12:00:01.0000000Z ##[endgroup]\n"
    "lint\tcache it\t2025-09-04T12:00:02.0000000Z Cache restored from key: k\n"
    "lint\tComplete job\t2025-09-04T12:00:03.0000000Z Cleaning up orphan processes\n"
    "test / unit (a, b)\tUNKNOWN STEP\t2025-09-04T12:00:05.0000000Z    Compiling a v1.0.0\n"
    "test / unit (a, b)\tUNKNOWN STEP\tVersion: 7\n";

TEST_CASE("What gh prints of a run's logs is read as one log a job, with the names of steps where gh knows them") {
  const std::string expected =
      "job lint\n"
      "step Set up job 0.0..0.0 line 1\n"
      "step cache it 1.0..1.0 #0 cache it line 2\n"
      "step Run actions/cache@v4 1.0..2.0 #0 cache it line 2\n"
      "step Complete job 3.0..3.0 #0 Complete job line 7\n"
      "step Complete job 3.0..3.0 #0 Complete job line 7\n"
      "restore k exact asked=k restored=k 1.0s\n"
      "job test / unit (a, b)\n"
      "step Set up job 5.0..5.0 line 1\n"
      "counts third-party=1\n";
  for (size_t chunk = 1; chunk < 80; ++chunk) CHECK(read(kNamed, chunk) == expected);
  CHECK(read(kNamed.substr(0, kNamed.size() - 1)) == expected);
}

TEST_CASE("Any other text is the log of one job") {
  const std::string plain = github_log("1 a\tb\tc\n2 Compiling a v1.0.0\n");
  for (size_t chunk = 1; chunk < 80; ++chunk) {
    CHECK(read(plain, chunk) == "job \nstep Set up job 1.0..2.0 line 1\ncounts third-party=1\n");
  }
  CHECK(read("") == "job \nstep Set up job line 1\n");
  CHECK(read("a\tb\tno time\n") == "job \nstep Set up job line 1\n");
  CHECK(read("a\tb\t2025-09-04T12:00:00.0000000Z Cache up-to-date.") ==
        "job a\nstep b 0.0..0.0 #0 b line 1\nsave  kept key= 0.0s\n");
}

TEST_CASE("Long lines behind names are cut as others are, and a reader starts anew") {
  LogReader reader{LogRules(), {.line_bytes = 100}};
  for (int i = 0; i < 2; ++i) {
    reader.feed("a\tb\t2025-09-04T12:00:00.0000000Z x\na\tb\t2025-09-04T12:00:00.0000000Z ");
    for (int k = 0; k < 1'000; ++k) reader.feed(std::string(1'000, 'y'));
    reader.feed("\n");
    const std::vector<NamedLog> logs = reader.finish();
    REQUIRE(logs.size() == 1);
    CHECK(logs[0].log.lines == 2);
    CHECK(logs[0].log.cut_lines == 1);
    CHECK(logs[0].log.bytes < 5'000);
  }
}

}  // namespace
}  // namespace dagsim::history
