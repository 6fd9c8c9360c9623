#include "history/gzip.h"

#include <array>

#include "base/error.h"
#include "tests/catch.h"
#include "tests/history/gzip_testing.h"
#include "tests/history/history_testing.h"

namespace dagsim::history {
namespace {

std::string failure_of(const std::string& bytes, uint64_t most = 1U << 20U) {
  try {
    gunzip(bytes, "a.gz", most);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("Gzip gives back its text, also in several members") {
  const std::string long_text(700'000, 'x');
  CHECK(gunzip(gzipped(""), "a.gz").empty());
  CHECK(gunzip(gzipped("hello"), "a.gz") == "hello");
  CHECK(gunzip(gzipped(long_text), "a.gz") == long_text);
  CHECK(gunzip(gzipped("hello, ") + gzipped("world"), "a.gz") == "hello, world");
}

TEST_CASE("Gzip data that is cut off anywhere says so") {
  const std::string whole = gzipped("hello, hello, hello, hello, world");
  for (size_t size = 2; size < whole.size(); ++size) {
    CHECK_THAT(failure_of(whole.substr(0, size)), Catch::Contains("\"a.gz\" is cut off"));
  }
}

TEST_CASE("Damaged gzip data is refused") {
  std::string damaged = gzipped("hello, hello, hello, hello, world");
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  CHECK_THAT(failure_of(damaged), Catch::Contains("\"a.gz\" is damaged gzip data"));
  CHECK_THAT(failure_of(gzipped("hello") + "junk"), Catch::Contains("\"a.gz\" is damaged gzip data"));
}

TEST_CASE("A small file that holds gigabytes is refused before they are made") {
  CHECK(failure_of(gzipped(std::string(8U << 20U, '\0'))) == "\"a.gz\" unpacks to more than the 1 MB that are allowed");
}

TEST_CASE("Answers may be gzipped, in folders too") {
  const std::string text = R"({"workflow_runs": [{"id": 1, "name": "CI", "event": "push", "status": "completed",
    "conclusion": "success", "created_at": "2025-01-01T00:00:00Z"}]}{"jobs": [{"id": 2, "run_id": 1, "name": "a",
    "conclusion": "success", "started_at": "2025-01-01T00:00:05Z", "completed_at": "2025-01-01T00:01:00Z"}]})";
  const Told plain = told("in.json", {{"in.json", text}});
  CHECK(!plain.history.runs.empty());
  CHECK(told("in.json.gz", {{"in.json.gz", gzipped(text)}}).text == plain.text);
  CHECK(told("folder", {{"folder/in.json.gz", gzipped(text)}}).history.runs.size() == 1);
}

}  // namespace dagsim::history
