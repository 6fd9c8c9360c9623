#include "base/text.h"

#include "tests/catch.h"

namespace dagsim {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("Texts are trimmed, split, joined and compared without case") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n").empty());
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(join(Words{"a", "b"}, ", ") == "a, b");
  CHECK(join(Words{}, ", ").empty());
  CHECK(to_lower("Runs-ON É") == "runs-on É");
  CHECK(equals_ignore_case("Runs-On", "runs-on"));
  CHECK_FALSE(equals_ignore_case("a", "ab"));
}

TEST_CASE("A glob's star stands for any run of characters and its question mark for one") {
  CHECK(glob_match("*", ""));
  CHECK(glob_match("test-*", "test-"));
  CHECK(glob_match("a*b*c", "a-b-b-c"));
  CHECK(glob_match("a?c", "abc"));
  CHECK_FALSE(glob_match("a?c", "ac"));
  CHECK_FALSE(glob_match("test", "Test"));
  CHECK_FALSE(glob_match("", "a"));
  CHECK_FALSE(glob_match("a*b", "a-b-c"));
  CHECK_FALSE(glob_match(std::string(50, '*') + "b", std::string(100'000, 'a')));
}

TEST_CASE("Durations are read as people write them") {
  CHECK(parse_duration("42") == 42);
  CHECK(parse_duration("1.5") == 1.5);
  CHECK(parse_duration("6.7s") == 6.7);
  CHECK(parse_duration("90s") == 90);
  CHECK(parse_duration("2m16s") == 136);
  CHECK(parse_duration("1h02m") == 3720);
  CHECK(parse_duration("1h1s") == 3601);
  CHECK(parse_duration("0") == 0);
}

TEST_CASE("What is no duration reads as nothing") {
  for (const char* text :
       {"", "s", "-1", "+1", "1.", ".5", "1e3", "2m16", "1m2h", "1s1s", "1.5h", "1 s", "5d", "2mm", "inf", "0x1"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK_FALSE(parse_duration(std::string(400, '9')));
}

TEST_CASE("Durations are written with the precision that people need") {
  CHECK(format_duration(0) == "0s");
  CHECK(format_duration(0.04) == "0s");
  CHECK(format_duration(6.66) == "6.7s");
  CHECK(format_duration(5) == "5.0s");
  CHECK(format_duration(9.96) == "10s");
  CHECK(format_duration(42.4) == "42s");
  CHECK(format_duration(59.6) == "1m00s");
  CHECK(format_duration(136) == "2m16s");
  CHECK(format_duration(3599.7) == "1h00m");
  CHECK(format_duration(3720) == "1h02m");
  CHECK(format_duration(7190) == "2h00m");
  CHECK(format_duration(-42) == "-42s");
  CHECK(format_duration_change(13) == "+13s");
  CHECK(format_duration_change(-107) == "-1m47s");
  CHECK(format_duration_change(-0.01) == "0s");
}

TEST_CASE("Timestamps are seconds since 1970 in UTC") {
  CHECK(parse_timestamp("1970-01-01T00:00:00Z") == 0);
  CHECK(parse_timestamp("2025-09-04T17:25:47Z") == 1757006747);
  CHECK(parse_timestamp("2025-09-04T17:25:47.25Z") == 1757006747.25);
  CHECK(parse_timestamp("2024-02-29T23:59:59+00:00") == 1709251199);
}

TEST_CASE("What is no timestamp in UTC reads as nothing") {
  for (const char* text : {"", "2025-09-04", "2025-09-04T17:25:47", "2025-09-04 17:25:47Z", "2025-02-29T00:00:00Z",
                           "2025-13-01T00:00:00Z", "2025-09-04T24:00:00Z", "2025-09-04T17:25:47+02:00",
                           "2025-09-04T17:25:47.Z", "2025-09-04T17:25:47Zx", "2025-9-4T17:25:47Z"}) {
    INFO(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("Near misses are found, the closest first") {
  const Words jobs = {"test", "build", "builds", "deploy", "build"};
  CHECK(nearest("buld", jobs) == Words{"build"});
  CHECK(nearest("buidl", jobs, 3) == Words{"build", "builds"});
  CHECK(nearest("tset", jobs) == Words{"test"});
  CHECK(nearest("lint", jobs).empty());
  CHECK(nearest("build", jobs, 0).empty());
  CHECK(nearest("ab", Words{"ba"}) == Words{"ba"});
  CHECK(nearest("a", Words{"", "b"}, 2) == Words{"", "b"});
  CHECK(nearest(std::string(1 << 20, 'a'), Words{std::string(1 << 20, 'b')}).empty());
}

TEST_CASE("Alternatives are listed in prose") {
  CHECK(any_of(Words{}).empty());
  CHECK(any_of(Words{"a"}) == "a");
  CHECK(any_of(Words{"a", "b"}) == "a or b");
  CHECK(any_of(Words{"a", "b", "c"}) == "a, b or c");
}

}  // namespace
}  // namespace dagsim
