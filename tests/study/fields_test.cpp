#include "study/fields.h"

#include "tests/catch.h"

namespace dagsim::study {
namespace {

/// The findings that `read` leaves on a mapping.
std::string findings(const std::string& content, const std::function<void(Fields&)>& read) {
  const auto file = std::make_shared<const SourceFile>("x.yaml", content);
  Diagnostics diagnostics;
  const std::optional<yaml::Node> node = yaml::parse(file, diagnostics);
  REQUIRE(node);
  Fields fields(file, *node, "a thing", diagnostics);
  read(fields);
  return render(diagnostics);
}

}  // namespace

TEST_CASE("Fields of every kind are read") {
  const std::string found = findings(
      "t: word\nn: 3.5\nd: 2m16s\nf: true\nl: [a, b]\np: {k: v}\nc: {deps-*: miss, tools: hot}\n", [](Fields& fields) {
        CHECK(fields.text("t") == "word");
        CHECK(fields.text("absent").empty());
        CHECK(fields.number("n") == 3.5);
        CHECK(fields.duration("d") == 136);
        CHECK(fields.flag("f"));
        CHECK(fields.texts("l") == std::vector<std::string>{"a", "b"});
        CHECK(fields.texts("t") == std::vector<std::string>{"word"});
        CHECK(fields.pairs("p") == std::vector<std::pair<std::string, std::string>>{{"k", "v"}});
        CHECK(fields.cache_states("c") ==
              std::vector<std::pair<std::string, model::CacheState>>{{"deps-*", model::CacheState::Miss},
                                                                     {"tools", model::CacheState::Exact}});
        fields.finish();
      });
  CHECK(found.empty());
}

TEST_CASE("A field of the wrong kind says what it must be and what it is") {
  CHECK(findings("t: [a]\n", [](Fields& fields) { fields.text("t"); }) ==
        "x.yaml:1:4: error: \"t\" must be a text, found a sequence [wrong-type]\n"
        " 1 | t: [a]\n"
        "   |    ^~~\n");
  CHECK(
      findings("d: soon\n", [](Fields& fields) { fields.duration("d"); }) ==
      "x.yaml:1:4: error: \"d\" must be a duration such as 42, 2m16s or 1h02m, found the string 'soon' [bad-duration]\n"
      " 1 | d: soon\n"
      "   |    ^~~~\n");
  CHECK(findings("c: {deps: lukewarm}\n", [](Fields& fields) { fields.cache_states("c"); }) ==
        "x.yaml:1:11: error: \"lukewarm\" is no cache state, expected exact, miss or partial [bad-cache-state]\n"
        " 1 | c: {deps: lukewarm}\n"
        "   |           ^~~~~~~~\n");
  CHECK(findings("p: 3\n", [](Fields& fields) { fields.pairs("p"); }) ==
        "x.yaml:1:4: error: \"p\" must be a mapping, found the number 3 [wrong-type]\n"
        " 1 | p: 3\n"
        "   |    ^\n");
  CHECK(findings("- a\n", [](Fields&) {}) ==
        "x.yaml:1:1: error: expected a thing (a mapping), found a sequence [wrong-type]\n"
        " 1 | - a\n"
        "   | ^~~\n");
}

TEST_CASE("A key that nobody asked for is shown with the known ones and the nearest") {
  CHECK(findings("titel: x\n",
                 [](Fields& fields) {
                   fields.text("title");
                   fields.text("event");
                   fields.finish();
                 }) ==
        "x.yaml:1:1: error: unknown key \"titel\" in a thing, expected event or title [unknown-key]\n"
        " 1 | titel: x\n"
        "   | ^~~~~\n"
        "x.yaml: note: did you mean \"title\"?\n");
}

}  // namespace dagsim::study
