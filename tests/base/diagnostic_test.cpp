#include "base/diagnostic.h"

#include "tests/catch.h"

namespace dagsim {
namespace {

/// One error over the first `needle` of `text`.
std::string rendered(const std::string& text, const std::string& needle, bool color = false) {
  const auto begin = static_cast<uint32_t>(text.find(needle));
  Diagnostics list;
  list.error("rule", "message",
             {std::make_shared<SourceFile>("ci.yml", text), {begin, begin + static_cast<uint32_t>(needle.size())}});
  return render(list, color);
}

TEST_CASE("A diagnostic shows its line, a caret with tildes, and its notes") {
  const auto file = std::make_shared<SourceFile>("ci.yml", "jobs:\n  build:\n  test:\n    needs: [buld]\n");
  Diagnostics list;
  Diagnostic& found = list.error(
      "unknown-need", "job \"test\" needs job \"buld\", which is not defined in this workflow", {file, {35, 39}});
  found.notes.push_back({"did you mean \"build\"?", {}});
  found.notes.push_back({"it is defined here", {file, {8, 13}}});
  CHECK(render(list) ==
        "ci.yml:4:13: error: job \"test\" needs job \"buld\", which is not defined in this workflow [unknown-need]\n"
        " 4 |     needs: [buld]\n"
        "   |             ^~~~\n"
        "ci.yml: note: did you mean \"build\"?\n"
        "ci.yml:2:3: note: it is defined here\n"
        " 2 |   build:\n"
        "   |   ^~~~~\n");
}

TEST_CASE("A diagnostic without a place is one line, with its notes below") {
  Diagnostics list;
  list.warning("no-history", "no run was found").notes.push_back({"fetch some", {}});
  list.error("", "plain");
  CHECK(render(list) == "warning: no run was found [no-history]\nnote: fetch some\nerror: plain\n");
  CHECK(render(Diagnostics{}).empty());
}

TEST_CASE("Tabs before the range are kept so that the caret stands under it") {
  CHECK(rendered("\ta:\tbad\n", "bad") == "ci.yml:1:5: error: message [rule]\n 1 | \ta:\tbad\n   | \t  \t^~~\n");
}

TEST_CASE("A character of several bytes takes one column") {
  CHECK(rendered("é: ünü x\n", "ünü") == "ci.yml:1:5: error: message [rule]\n 1 | é: ünü x\n   |    ^~~\n");
}

TEST_CASE("A range over several lines is underlined to the end of its first line") {
  CHECK(rendered("a:\r\n  b: 1\r\n  c: 2\r\n", "b: 1\r\n  c: 2") ==
        "ci.yml:2:3: error: message [rule]\n 2 |   b: 1\n   |   ^~~~\n");
}

TEST_CASE("Empty ranges and ranges at the end of the file get one caret") {
  CHECK(rendered("a: b", "") == "ci.yml:1:1: error: message [rule]\n 1 | a: b\n   | ^\n");
  const auto at_end = [](const std::string& text) {
    const auto size = static_cast<uint32_t>(text.size());
    return render(Diagnostic{Severity::Error, "", "m", {std::make_shared<SourceFile>("x", text), {size, size}}, {}});
  };
  CHECK(at_end("a: b") == "x:1:5: error: m\n 1 | a: b\n   |     ^\n");
  CHECK(at_end("a: b\n") == "x:2:1: error: m\n 2 |\n   | ^\n");
  CHECK(at_end("") == "x:1:1: error: m\n 1 |\n   | ^\n");
}

TEST_CASE("A long line is cut around the range") {
  const std::string left(100, 'l');
  const std::string right(100, 'r');
  CHECK(rendered(left + "BAD" + right, "BAD") == "ci.yml:1:101: error: message [rule]\n 1 | " + left + "BAD" +
                                                     std::string(14, 'r') + "...\n   | " + std::string(100, ' ') +
                                                     "^~~\n");
  CHECK(rendered(left + left + "BAD" + right, "BAD") == "ci.yml:1:201: error: message [rule]\n 1 | ..." +
                                                            std::string(40, 'l') + "BAD" + std::string(71, 'r') +
                                                            "...\n   | " + std::string(43, ' ') + "^~~\n");
  CHECK(rendered(left + left + "BAD", "BAD") == "ci.yml:1:201: error: message [rule]\n 1 | ..." +
                                                    std::string(111, 'l') + "BAD\n   | " + std::string(114, ' ') +
                                                    "^~~\n");
}

TEST_CASE("A range longer than a screen line is underlined as far as it shows") {
  CHECK(rendered("a: " + std::string(200, 'x'), std::string(200, 'x')) ==
        "ci.yml:1:4: error: message [rule]\n 1 | a: " + std::string(114, 'x') + "...\n   |    ^" +
            std::string(113, '~') + "\n");
}

TEST_CASE("Text that a terminal would obey is shown, not sent") {
  CHECK(rendered("a\x1b[2J \xff b\n", "b") == "ci.yml:1:9: error: message [rule]\n 1 | a?[2J ? b\n   |         ^\n");
  CHECK(render(Diagnostic{Severity::Error, "r", "job \"a\nb\x1b\"", {}, {}}) == "error: job \"a\\nb\\x1b\" [r]\n");
}

TEST_CASE("A byte order mark takes no column in the excerpt") {
  CHECK(rendered("\xEF\xBB\xBF"
                 "a: b\n",
                 "b") == "ci.yml:1:7: error: message [rule]\n 1 | a: b\n   |    ^\n");
}

TEST_CASE("Colours surround the parts and change no text") {
  CHECK(rendered("a: b\n", "b", true) ==
        "\x1b[1mci.yml:1:4:\x1b[0m \x1b[1;31merror:\x1b[0m \x1b[1mmessage\x1b[0m [rule]\n 1 | a: b\n"
        "   |    \x1b[1;32m^\x1b[0m\n");
}

TEST_CASE("A list knows whether it holds errors and can be appended to itself") {
  Diagnostics list;
  CHECK(list.empty());
  list.warning("w", "careful");
  CHECK_FALSE(list.has_errors());
  list.append(list);
  CHECK(list.list().size() == 2);
  list.add({Severity::Error, "e", "wrong", {}, {}});
  CHECK(list.has_errors());
}

}  // namespace
}  // namespace dagsim
