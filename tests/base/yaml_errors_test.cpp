#include <chrono>

#include "base/yaml.h"
#include "tests/base/yaml_testing.h"
#include "tests/catch.h"

namespace dagsim::yaml {
namespace {

TEST_CASE("A key defined twice, ignoring case, is reported with its first place, and the first stays") {
  CHECK(complaints("runs-on: a\nRuns-On: b\n") ==
        "ci.yml:2:1: error: 'Runs-On' is already defined [yaml-duplicate-key]\n"
        " 2 | Runs-On: b\n"
        "   | ^~~~~~~\n"
        "ci.yml:1:1: note: it is first defined here\n"
        " 1 | runs-on: a\n"
        "   | ^~~~~~~\n");
  CHECK(shape("runs-on: a\nRuns-On: b\nc: d\n") == "{runs-on: 'a', c: 'd'}");
}

TEST_CASE("A finding inside an anchor is not repeated for its aliases") {
  CHECK(parsed("a: &x {b: 1, B: 2}\nc: *x\nd: *x\n").diagnostics.list().size() == 1);
}

TEST_CASE("An alias needs an anchor before it") {
  CHECK(complaints("a: &base 1\nb: *bse\n") ==
        "ci.yml:2:4: error: the alias '*bse' has no anchor '&bse' before it [yaml-alias]\n"
        " 2 | b: *bse\n"
        "   |    ^~~~\n"
        "ci.yml: note: did you mean \"*base\"?\n");
  CHECK(complaints("a: &x [1, *x]\n") ==
        "ci.yml:1:11: error: the alias '*x' stands inside its own anchor [yaml-alias]\n"
        " 1 | a: &x [1, *x]\n"
        "   |           ^~\n");
}

TEST_CASE("A second document is reported and the first is kept") {
  CHECK(complaints("a: 1\n---\nb: 2\n") ==
        "ci.yml:2:1: error: a second document begins here, but a file may hold only one [yaml-document]\n"
        " 2 | ---\n"
        "   | ^~~\n");
  CHECK(shape("a: 1\n---\nb: 2\n") == "{a: 1}");
  CHECK(complaints("---\na: 1\n...\n").empty());
}

TEST_CASE("A line that begins with a percent sign is a directive before '---', or part of a text, or an error") {
  CHECK(complaints("%YAML 1.2\n---\na: 1\n").empty());
  CHECK(complaints("a: 'x\n%y'\n").empty());
  CHECK(complaints("a: 1\n%\n") ==
        "ci.yml:2:1: error: a line can't begin with '%' here; text that does needs quotes [yaml-syntax]\n"
        " 2 | %\n"
        "   | ^\n");
  CHECK(complaints("%x\na: 1\n") ==
        "ci.yml:1:1: error: a line can't begin with '%' here; text that does needs quotes [yaml-syntax]\n"
        " 1 | %x\n"
        "   | ^\n");
}

TEST_CASE("Tags outside the core schema, or that do not fit, are errors") {
  CHECK(complaints("a: !foo bar\n") ==
        "ci.yml:1:9: error: unknown tag '!foo', expected !!bool, !!float, !!int, !!null or !!str [yaml-tag]\n"
        " 1 | a: !foo bar\n"
        "   |         ^~~\n");
  CHECK(complaints("a: !!int x\n") ==
        "ci.yml:1:10: error: 'x' can't be read with the tag '!!int' [yaml-tag]\n"
        " 1 | a: !!int x\n"
        "   |          ^\n");
  CHECK(complaints("a: !!int '1'\n") ==
        "ci.yml:1:10: error: the tag '!!int' is not valid with quoted or block text [yaml-tag]\n"
        " 1 | a: !!int '1'\n"
        "   |          ^~~\n");
  CHECK(complaints("a: !set {b: 1}\n") ==
        "ci.yml:1:9: error: unknown tag '!set' on a mapping [yaml-tag]\n"
        " 1 | a: !set {b: 1}\n"
        "   |         ^\n");
}

TEST_CASE("Prefixed numbers must fit into 32 bits") {
  CHECK(complaints("a: 0x100000000\n") ==
        "ci.yml:1:4: error: the number 0x100000000 doesn't fit into 32 bits [yaml-number]\n"
        " 1 | a: 0x100000000\n"
        "   |    ^~~~~~~~~~~\n");
}

TEST_CASE("Keys must be scalars, the rest of the mapping is read") {
  CHECK(complaints("? [a]\n: b\nc: d\n") ==
        "ci.yml:1:3: error: a key must be a scalar, but this one is a sequence [yaml-key]\n"
        " 1 | ? [a]\n"
        "   |   ^~~\n");
  CHECK(shape("? {x: 1}\n: {y: 2}\nc: d\n") == "{c: 'd'}");
}

TEST_CASE("A line without a colon in a mapping is an error, a bare key in braces is not") {
  CHECK(complaints("jobs: x\nruns-on ubuntu\n") ==
        "ci.yml:2:1: error: expected ':' after this key [yaml-syntax]\n"
        " 2 | runs-on ubuntu\n"
        "   | ^~~~~~~~~~~~~~\n");
  CHECK(complaints("{a, b}").empty());
  CHECK(complaints("? a\n? b\n").empty());
}

TEST_CASE("Brackets hold no missing values") {
  CHECK(complaints("[ , x]") ==
        "ci.yml:1:3: error: expected a value here [yaml-syntax]\n"
        " 1 | [ , x]\n"
        "   |   ^\n"
        "ci.yml:1:1: note: in the sequence that begins here\n"
        " 1 | [ , x]\n"
        "   | ^\n");
}

TEST_CASE("Syntax errors are reported where they stand") {
  CHECK(complaints("a: b: c\n") ==
        "ci.yml:1:5: error: ':' is not allowed here; text that contains ': ' needs quotes [yaml-syntax]\n"
        " 1 | a: b: c\n"
        "   |     ^\n"
        "ci.yml:1:1: note: in the mapping that begins here\n"
        " 1 | a: b: c\n"
        "   | ^\n");
  CHECK(
      complaints("on:\n  - push\n pull: 1\n") ==
      "ci.yml:3:2: error: expected a key indented like the others of its mapping, or the mapping's end [yaml-syntax]\n"
      " 3 |  pull: 1\n"
      "   |  ^\n"
      "ci.yml:1:1: note: in the mapping that begins here\n"
      " 1 | on:\n"
      "   | ^\n");
  for (const char* text : {"a: \"b\n", "a: \"b", "a: \"b\n---\nc\n", "a: \"b\\\"\n\n"}) {
    const std::string found = complaints(text);
    CHECK(found.starts_with("ci.yml:1:4: error: the quoted text that begins here isn't closed [yaml-syntax]\n"));
    CHECK(found.ends_with("\n   |    ^\n"));
  }
  CHECK(complaints("- &x !!str 'it''s").starts_with("ci.yml:1:12: error: the quoted text that begins here isn't"));
  CHECK(complaints("a: @b\n") ==
        "ci.yml:1:4: error: no value can begin with this character; text that does needs quotes [yaml-syntax]\n"
        " 1 | a: @b\n"
        "   |    ^\n"
        "ci.yml:1:1: note: in the mapping that begins here\n"
        " 1 | a: @b\n"
        "   | ^\n");
}

TEST_CASE("Bytes that are not text are refused with their place") {
  CHECK(complaints("a: \xC3(\n") ==
        "ci.yml:1:4: error: the byte 0xC3 is not readable text [yaml-encoding]\n"
        " 1 | a: ?(\n"
        "   |    ^\n"
        "ci.yml: note: the file must be UTF-8\n");
  CHECK(complaints(std::string("a\0:\0", 4)) ==
        "ci.yml:1:2: error: the byte 0x00 is not readable text [yaml-encoding]\n"
        " 1 | a?:?\n"
        "   |  ^\n"
        "ci.yml: note: the file may be binary or UTF-16; save it as UTF-8\n");
  for (const char* text :
       {"a: \x04 b", "\xFF\xFE", "\xED\xA0\x80", "\xC0\xAF", "\xF5\x80\x80\x80", "\xE2\x82", "\x7F"}) {
    CHECK(complaints(text).find("[yaml-encoding]") != std::string::npos);
  }
}

TEST_CASE("Bounds on bytes, depth and nodes are reported") {
  CHECK(complaints("abcdef", {.bytes = 5}) ==
        "ci.yml:1:1: error: the file has 6 bytes, but at most 5 are read [yaml-limit]\n 1 | abcdef\n   | ^\n");
  CHECK(complaints("[[[]]]", {.depth = 2}) ==
        "ci.yml:1:3: error: the document is nested more than 2 levels deep [yaml-limit]\n 1 | [[[]]]\n   |   ^\n");
  CHECK(complaints("[[]]", {.depth = 2}).empty());
  CHECK(complaints("[&a x, *a, b]", {.nodes = 3}) ==
        "ci.yml:1:12: error: the document has more than 3 nodes, aliases expanded [yaml-limit]\n"
        " 1 | [&a x, *a, b]\n   |            ^\n");
  CHECK(complaints("[&a x, *a, b]", {.nodes = 4}).empty());
  CHECK(complaints("[a, b, c]", {.nodes = 3}).empty());  // without aliases, the bound on bytes is enough
}

TEST_CASE("Bounds count what aliases expand to") {
  CHECK(complaints("[&x [[a]], [*x]]", {.depth = 3}) ==
        "ci.yml:1:13: error: the document is nested more than 3 levels deep [yaml-limit]\n"
        " 1 | [&x [[a]], [*x]]\n   |             ^~\n");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string alias = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + alias;
    for (int copy = 1; copy < 10; ++copy) bomb += ", " + alias;
    bomb += "]\n";
  }
  CHECK(complaints(bomb).find("more than 50000 nodes, aliases expanded") != std::string::npos);
  std::string wide = "a: &a " + std::string(500'000, 'x') + "\nb: [";
  for (int copy = 0; copy < 30; ++copy) wide += "*a, ";
  CHECK(complaints(wide + "]").find("more than 10485760 bytes of text, aliases expanded") != std::string::npos);
}

std::string repeated(std::string_view piece, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += piece;
  return text;
}

TEST_CASE("Deep and long texts neither crash nor hang") {
  for (const char* piece : {"[",  "{",  "- ",   "? ",   "[{a: ", "a: [",   "- - ", "&a ",   "!!x ",  "*a ",  "'",
                            "\"", "\\", "#",    "\n",   ": ",    "a: b, ", "--- ", "...\n", "---\n", "%",    "|\n",
                            "> ", "\t", "a\n ", "{a: ", "[a, ",  "]",      "}",    ", ",    "- \n",  "a:\n", "'a' "}) {
    INFO(piece);
    const auto start = std::chrono::steady_clock::now();
    const Parsed result = parsed(repeated(piece, 100'000));
    CHECK((result.root.has_value() || result.diagnostics.has_errors()));
    CHECK(render(result.diagnostics).size() < 100'000'000);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
  }
  CHECK(complaints(repeated("[", 100'000)).find("the document is nested more than 50 levels deep [yaml-limit]\n") !=
        std::string::npos);
}

TEST_CASE("Nothing is nested more than 500 levels deep, whatever the bound") {
  CHECK(complaints(repeated("[", 100'000), {.depth = 1'000'000}).find("more than 500 levels deep [yaml-limit]") != std::string::npos);
}

constexpr std::string_view kSample =
    "name: CI é\r\non:\n  push: {branches: [main, 'rel/**']}\nenv: &env\n  A: \"x\\ty\"\n  B: 0x1F\njobs:\n"
    "  build: # first\n    runs-on: [self-hosted, *env]\n    steps:\n      - run: |2-\n            make\n\n           "
    "x\n"
    "      - uses: a/b@v1\n        with: *env\n      - {name: >-, if: !!str true}\n      - >+\n        folded\n        "
    " text\n\n"
    "  test:\n    needs: &n [build]\n    ? complex\n    : value\n    <<: *env\n    x: ~\n    y:\n...\n";

TEST_CASE("Mutations of a workflow always end in a tree or an error, with every range inside the file") {
  uint64_t state = 20'250'904;
  const auto draw = [&state](size_t below) -> size_t {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return (state >> 33U) % below;
  };
  constexpr std::string_view kBytes = "[]{},:?-&*!|>'\"%@`#\n\r\t ~\\ab01.\xC3\xA9<";
  for (int round = 0; round < 4'000; ++round) {
    std::string text(kSample);
    for (size_t edits = 1 + draw(6); edits > 0; --edits) {
      const size_t at = draw(text.size());
      const size_t length = draw(12);
      const size_t kind = draw(4);
      if (kind == 0) text.erase(at, length);
      if (kind == 1) text.insert(at, 1, kBytes[draw(kBytes.size())]);
      if (kind == 2) text[at] = static_cast<char>(draw(256));
      if (kind == 3) text.insert(at, text.substr(draw(text.size()), length * 4));
      if (text.empty()) text = "x";
    }
    const Parsed result = parsed(text);
    const bool ended = result.root.has_value() || result.diagnostics.has_errors();
    if (!ended) FAIL("neither a tree nor an error for: " << text);
    std::vector<const Node*> open;
    if (result.root) open.push_back(&*result.root);
    while (!open.empty()) {
      const Node& node = *open.back();
      open.pop_back();
      if (node.range.begin > node.range.end || node.range.end > text.size()) FAIL("a range is outside of: " << text);
      for (const Node& item : node.items) open.push_back(&item);
      for (const Entry& entry : node.entries) open.push_back(&entry.value);
    }
    if (render(result.diagnostics).empty() != result.diagnostics.empty()) FAIL("not rendered: " << text);
  }
}

}  // namespace
}  // namespace dagsim::yaml
