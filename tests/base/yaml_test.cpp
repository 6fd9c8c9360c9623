#include "base/yaml.h"

#include "tests/base/yaml_testing.h"
#include "tests/catch.h"

namespace dagsim::yaml {
namespace {

TEST_CASE("A workflow becomes a tree with its keys in the order of the file") {
  const Parsed result = parsed(
      "name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n"
      "      - uses: actions/checkout@v4\n      - run: |\n          make\n          make test\n");
  CHECK(shape(result) ==
        "{name: 'CI', on: ['push'], jobs: {test: {runs-on: 'ubuntu-latest', timeout-minutes: 5, steps: "
        "[{uses: 'actions/checkout@v4'}, {run: 'make\nmake test\n'}]}}}");
  CHECK(result.diagnostics.empty());
  REQUIRE(result.root->find("name") != nullptr);
  CHECK(result.root->find("name")->text == "CI");
  CHECK(result.root->find("Name") == nullptr);
  CHECK(result.root->find("name")->find("x") == nullptr);
}

TEST_CASE("Plain scalars have the types of the core schema") {
  CHECK(shape("[null, Null, NULL, ~, ]") == "[null, null, null, null]");
  CHECK(shape("[true, True, TRUE, false, False, FALSE]") == "[true, true, true, false, false, false]");
  CHECK(shape("[yes, on, off, no, tRUE, nULL, y]") == "['yes', 'on', 'off', 'no', 'tRUE', 'nULL', 'y']");
  CHECK(shape("[12, -12, +12, 010, 0x1F, 0o17]") == "[12, -12, 12, 10, 31, 15]");
  CHECK(shape("[0x7FFFFFFF, 0xFFFFFFFF, 0o37777777777]") == "[2147483647, -1, -1]");
  CHECK(shape("[1.5, .5, 1., -1e3, 1E-2, +.5]") == "[1.5, 0.5, 1, -1000, 0.01, 0.5]");
  CHECK(shape("[.inf, -.Inf, +.INF, .nan, .NaN]") == "[inf, -inf, inf, nan, nan]");
  CHECK(shape("[1_000, 0X1F, 0b1, 1e, ., +, 1.2.3, 0x, e3, .inf2, 12:30]") ==
        "['1_000', '0X1F', '0b1', '1e', '.', '+', '1.2.3', '0x', 'e3', '.inf2', '12:30']");
  CHECK(shape("[1e400, -1e400, 1e-400]") == "[inf, -inf, 0]");
  CHECK(shape("['1', \"true\", 'null', '']") == "['1', 'true', 'null', '']");
}

TEST_CASE("Scalars keep the user's text beside their typed reading") {
  const Parsed result = parsed("a: 1.10\nb: \"x\"\nc: |\n  y\nd: True\ne: ~\n");
  CHECK(result.root->find("a")->text == "1.10");
  CHECK(result.root->find("a")->plain);
  CHECK_FALSE(result.root->find("b")->plain);
  CHECK_FALSE(result.root->find("c")->plain);
  CHECK(result.root->find("d")->text == "True");
  CHECK(result.root->find("e")->text == "~");
}

TEST_CASE("Numbers and booleans as keys become the text that GitHub gives them") {
  CHECK(shape("{1.10: a, True: b, on: c, '1.20': d, 007: e}") == "{1.1: 'a', true: 'b', on: 'c', 1.20: 'd', 7: 'e'}");
}

TEST_CASE("Files without content are null") {
  for (const char* text : {"", "# only a comment\n", "---\n", "---\n...\n", "\xEF\xBB\xBF", "\n\n"}) {
    INFO(text);
    CHECK(shape(text) == "null");
    CHECK(complaints(text).empty());
  }
}

TEST_CASE("Missing values are null and stand where they are missing") {
  CHECK(shape("a:\n- b: 1\n  c:\n-\n") == "{a: [{b: 1, c: null}, null]}");
  CHECK(shape("a:\nnull: 1\n") == "{a: null, : 1}");
  CHECK(places("a:\nb:  # later\n\n  null\nc:\n-\n- ~\nd:\n") ==
        "1:1 [a:\nb:  # later\n\n  null\nc:\n-\n- ~\nd:]\n"
        "1:1 [a]\n1:3 []\n"
        "2:1 [b]\n4:3 [null]\n"
        "5:1 [c]\n6:1 [-\n- ~]\n6:2 []\n7:3 [~]\n"
        "8:1 [d]\n8:3 []\n");
  CHECK(places("{a: , b, c: [x, ]}") ==
        "1:1 [{a: , b, c: [x, ]}]\n1:2 [a]\n1:4 []\n1:7 [b]\n1:8 []\n1:10 [c]\n1:13 [[x, ]]\n1:14 [x]\n");
}

TEST_CASE("Every scalar knows its first and its last byte") {
  CHECK(places("é: [ü, 'it''s', \"a\\\"b\"] # end\r\nplain: two  words # c\r\n") ==
        "1:1 [é: [ü, 'it''s', \"a\\\"b\"] # end\r\nplain: two  words]\n"
        "1:1 [é]\n1:5 [[ü, 'it''s', \"a\\\"b\"]]\n1:6 [ü]\n1:10 ['it''s']\n1:19 [\"a\\\"b\"]\n"
        "2:1 [plain]\n2:8 [two  words]\n");
}

TEST_CASE("Scalars over several lines end with their last line") {
  CHECK(places("a: one\n  two\n\n  three # c\nb: \"x\n  y\"\n") ==
        "1:1 [a: one\n  two\n\n  three # c\nb: \"x\n  y\"]\n"
        "1:1 [a]\n1:4 [one\n  two\n\n  three]\n5:1 [b]\n5:4 [\"x\n  y\"]\n");
  CHECK(places("a: |  # c\n\n    x\n   \n      y\n\n  # out\nb: >-\n  z\n\nc: |\nd: |2\n    w\n") ==
        "1:1 [a: |  # c\n\n    x\n   \n      y\n\n  # out\nb: >-\n  z\n\nc: |\nd: |2\n    w]\n"
        "1:1 [a]\n1:4 [|  # c\n\n    x\n   \n      y]\n8:1 [b]\n8:4 [>-\n  z]\n11:1 [c]\n11:4 [|]\n"
        "12:1 [d]\n12:4 [|2\n    w]\n");
}

TEST_CASE("A byte order mark and Windows line ends shift nothing") {
  CHECK(places("\xEF\xBB\xBF"
               "a: 1\r\nb: |\r\n  x\r\n  y\r\n") ==
        "1:4 [a: 1\r\nb: |\r\n  x\r\n  y]\n1:4 [a]\n1:7 [1]\n2:1 [b]\n2:4 [|\r\n  x\r\n  y]\n");
}

TEST_CASE("Anchors and tags are not part of a node's range") {
  CHECK(places("a: &x !!str 12\nb: &y\n  - 1\nc: !!str\nd: &z [2]\n") ==
        "1:1 [a: &x !!str 12\nb: &y\n  - 1\nc: !!str\nd: &z [2]]\n"
        "1:1 [a]\n1:13 [12]\n2:1 [b]\n3:3 [- 1]\n3:5 [1]\n4:1 [c]\n4:4 [!!str]\n5:1 [d]\n5:7 [[2]]\n5:8 [2]\n");
}

TEST_CASE("Flow collections end with their bracket and block collections with their last child") {
  CHECK(places("[a, {b: c} , # x\n ]") == "1:1 [[a, {b: c} , # x\n ]]\n1:2 [a]\n1:5 [{b: c}]\n1:6 [b]\n1:9 [c]\n");
  CHECK(places("[a: b, {}, []]") == "1:1 [[a: b, {}, []]]\n1:2 [a: b]\n1:2 [a]\n1:5 [b]\n1:8 [{}]\n1:12 [[]]\n");
}

TEST_CASE("Aliases are copies that stand at their own place") {
  CHECK(shape("a: &x {b: [1, 2]}\nc: *x\nd: [*x]\n") == "{a: {b: [1, 2]}, c: {b: [1, 2]}, d: [{b: [1, 2]}]}");
  CHECK(places("a: &x {b: 1}\nc: *x\n") ==
        "1:1 [a: &x {b: 1}\nc: *x]\n1:1 [a]\n1:7 [{b: 1}]\n1:8 [b]\n1:11 [1]\n"
        "2:1 [c]\n2:4 [*x]\n2:4 [*x]\n2:4 [*x]\n");
  CHECK(shape("&k key: &v 1\n*k : *v\n") == shape("key: 1\n"));
}

TEST_CASE("An alias means the latest anchor of its name") {
  CHECK(shape("[&x 1, *x, &x 2, *x]") == "[1, 1, 2, 2]");
  CHECK(shape("[&x [&y 1, *y], &z [*x, *y], *z]") == "[[1, 1], [[1, 1], 1], [[1, 1], 1]]");
}

TEST_CASE("A merge key is an ordinary key") {
  CHECK(shape("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n") == "{a: {b: 1}, c: {<<: {b: 1}, d: 2}}");
}

TEST_CASE("The tags of the core schema decide the type of plain text") {
  CHECK(shape("[!!str 1, !!int 1, !!float 1, !!bool true, !!null ~, !!null , !!str 'x', !!str ]") ==
        "['1', 1, 1, true, null, null, 'x', '']");
  CHECK(shape("{a: !!map {b: 1}, c: !!seq [1], d: !<tag:yaml.org,2002:str> 1}") == "{a: {b: 1}, c: [1], d: '1'}");
}

TEST_CASE("A node is described in words") {
  const Parsed result = parsed("[{}, [], x, 1.10, null, True]");
  std::string words;
  for (const Node& node : result.root->items) words += describe(node) + "; ";
  CHECK(words == "a mapping; a sequence; the string 'x'; the number 1.10; null; the boolean True; ");
  CHECK(describe(*parsed(std::string(100, 'x')).root) == "the string '" + std::string(60, 'x') + "...'");
  CHECK(describe(*parsed("x" + std::string(59, 'x').substr(1) + "\xC3\xA9\xC3\xA9").root) ==
        "the string '" + std::string(59, 'x') + "...'");
}

TEST_CASE("Any text is written so that it reads back as that string, as a key and within brackets") {
  for (const std::string text : {"word",
                                 "two words",
                                 "caller / callee (a, b)",
                                 "",
                                 " ",
                                 "a ",
                                 " a",
                                 "true",
                                 "null",
                                 "~",
                                 "12",
                                 "1.10",
                                 "0x1f",
                                 "- a",
                                 "a: b",
                                 "a #b",
                                 "'a'",
                                 "\"a\"",
                                 "back\\slash",
                                 "a\nb\tc",
                                 "[x]",
                                 "{x}",
                                 "*x",
                                 "&x",
                                 "!x",
                                 "%x",
                                 "@x",
                                 "é",
                                 "\x7f",
                                 "2025-09-04",
                                 ".inf",
                                 "-5",
                                 "v1.2",
                                 "a,b",
                                 "?",
                                 ":",
                                 "|",
                                 ">"}) {
    CAPTURE(text);
    const Parsed result = parsed("[{" + scalar_text(text) + ": " + scalar_text(text) + "}]");
    REQUIRE(result.root);
    CHECK(result.diagnostics.empty());
    const Entry& entry = result.root->items.front().entries.front();
    CHECK(entry.value.is_string());
    CHECK(entry.value.text == text);
    CHECK(entry.key == text);
  }
  CHECK(scalar_text("caller / callee (a)") == "caller / callee (a)");
}

}  // namespace
}  // namespace dagsim::yaml
