#include "model/artifact.h"

#include <string>
#include <vector>

#include "tests/catch.h"

namespace dagsim::model {
namespace {

/// What of `made` a download may take, joined by blanks.
std::string taken(const std::string& wanted, const std::vector<std::string>& made) {
  std::string text;
  for (const std::string& name : made) {
    if (may_take(wanted, name)) text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

TEST_CASE("A download by name takes the artifact of that name, case-sensitively") {
  CHECK(taken("wheel", {"wheel", "Wheel", "wheels"}) == "wheel");
  CHECK(taken("a[1]", {"a[1]", "a2"}) == "a[1] a2");
}

TEST_CASE("A download by glob takes what the glob matches") {
  const std::vector<std::string> made = {"bin-a", "bin-bc", "log-a", "bin-"};
  CHECK(taken("*", made) == "bin-a bin-bc log-a bin-");
  CHECK(taken("bin-*", made) == "bin-a bin-bc bin-");
  CHECK(taken("bin-?", made) == "bin-a");
  CHECK(taken("*-a", made) == "bin-a log-a");
  CHECK(taken("{bin,log}-[ab]", made) == "bin-a log-a");
  CHECK(taken("bin-{a,{b,c}c}", made) == "bin-a bin-bc");
  CHECK(taken("!bin-*", made) == "log-a");
  CHECK(taken("", made).empty());
}

TEST_CASE("What only a run knows stands for any text on either side") {
  CHECK(taken("wheel-${{ steps.v.outputs.version }}", {"wheel-1", "sdist-1"}) == "wheel-1");
  CHECK(taken("wheel-1-linux", {"wheel-${{ steps.v.outputs.version }}-linux", "wheel-${{ github.sha }}-macos"}) ==
        "wheel-${{ steps.v.outputs.version }}-linux");
  CHECK(taken("wheel-*", {"${{ matrix.x }}", "sdist-${{ matrix.x }}"}) == "${{ matrix.x }}");
  CHECK(taken("{a,b}-${{ github.sha }}", {"b-${{ github.sha }}", "c-1"}) == "b-${{ github.sha }}");
  CHECK(taken("!wheel-*", {"${{ matrix.x }}"}) == "${{ matrix.x }}");
}

TEST_CASE("Braces that multiply without end are taken as any text") {
  std::string braces;
  for (int i = 0; i < 40; ++i) braces += "{a,b}";
  CHECK(may_take(braces, "c"));
}

TEST_CASE("A name is known without braces of an expression, and one without a glob") {
  CHECK(is_known_name("bin-a"));
  CHECK_FALSE(is_known_name("bin-${{ github.sha }}"));
  CHECK(is_one_name("bin-a"));
  CHECK_FALSE(is_one_name("bin-*"));
  CHECK_FALSE(is_one_name("bin-${{ github.sha }}"));
}

}  // namespace
}  // namespace dagsim::model
