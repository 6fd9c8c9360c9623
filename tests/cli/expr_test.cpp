#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "expression/json.h"
#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {

namespace {

void check_shown(const std::vector<std::string>& arguments, const std::string& expected) {
  const Outcome outcome = call(arguments);
  CAPTURE(arguments);
  CHECK(outcome.out == expected);
  CHECK(outcome.err.empty());
  CHECK(outcome.status == 0);
}

void check_fault(const std::vector<std::string>& arguments, const std::string& expected) {
  const Outcome outcome = call(arguments);
  CAPTURE(arguments);
  CHECK(outcome.err == expected);
  CHECK(outcome.out.empty());
  CHECK(outcome.status == 2);
}

}  // namespace

TEST_CASE("An expression is shown as its value with its kind") {
  check_shown({"expr", ""}, "Null: null\n");
  check_shown({"expr", "1 < 2"}, "Boolean: true\n");
  check_shown({"expr", "1e15"}, "Number: 1E+15\n");
  check_shown({"expr", "NaN"}, "Number: NaN\n");
  check_shown({"expr", "'it''s' || x", "--context", "{\"x\": 1}"}, "String: \"it's\"\n");
  check_shown({"expr", "fromJSON('[1, {\"a\": null}]').*.a"}, "Array: [\n  null\n]\n");
  check_shown({"expr", "fromJSON('{\"a\": 1}')"}, "Object: {\n  \"a\": 1\n}\n");
}

TEST_CASE("Contexts come as JSON or from a file, and the last one wins") {
  const auto path = std::filesystem::temp_directory_path() / ("dagsim-expr-" + std::to_string(::getpid()) + ".json");
  std::ofstream(path) << R"({"matrix": {"os": "linux"}, "github": {"ref": "main"}})";
  check_shown({"expr", "format('{0} {1}', Matrix.OS, github.missing)", "--context", path.string()},
              "String: \"linux \"\n");
  check_shown({"expr", "matrix.os", "--context", path.string(), "--context", R"( {"matrix": {"os": "mac"}})"},
              "String: \"mac\"\n");
  std::filesystem::remove(path);
}

TEST_CASE("A text with brackets is evaluated as a template") {
  check_shown({"expr", "${{ 1 == 1 }}"}, "Boolean: true\n");
  check_shown({"expr", "os ${{ 'a' }}-${{ 2 }}"}, "String: \"os a-2\"\n");
}

TEST_CASE("Status functions look at the status that is asked for") {
  const std::string all = "format('{0} {1} {2} {3}', success(), failure(), cancelled(), always())";
  check_shown({"expr", all}, "String: \"true false false true\"\n");
  check_shown({"expr", all, "--status", "failure"}, "String: \"false true false true\"\n");
  check_shown({"expr", all, "--status", "cancelled"}, "String: \"false false true true\"\n");
  check_shown({"expr", all, "--status", "skipped"}, "String: \"false false false true\"\n");
}

TEST_CASE("What is wrong with an expression is shown with a caret below it") {
  check_fault({"expr", "1 + 1"},
              "<expression>:1:3: error: bad number \"+\" [lexing]\n"
              " 1 | 1 + 1\n"
              "   |   ^\n");
  check_fault({"expr", "1 == (2"},
              "<expression>:1:6: error: unclosed \"(\" [parsing]\n"
              " 1 | 1 == (2\n"
              "   |      ^\n");
  check_fault({"expr", "true &&\nfromJSON('[') || 1"},
              "<expression>:2:1: error: expected a value, found the end at line 1, column 2 of the JSON [evaluation]\n"
              " 2 | fromJSON('[') || 1\n"
              "   | ^~~~~~~~\n");
  check_fault({"expr", "hashFiles('**')"},
              "<expression>:1:1: error: hashFiles can't be evaluated, because the files are not known [evaluation]\n"
              " 1 | hashFiles('**')\n"
              "   | ^~~~~~~~~\n");
}

TEST_CASE("An unknown name is shown with what was meant, or how to give it") {
  check_fault({"expr", "a ${{ githib.ref }}", "--context", R"({"github": {}})"},
              "<expression>:1:7: error: unrecognized named-value: 'githib' [parsing]\n"
              " 1 | a ${{ githib.ref }}\n"
              "   |       ^~~~~~\n"
              "<expression>: note: did you mean \"github\"?\n");
  check_fault(
      {"expr", "toString(1)", "--context", R"({"github": {}})"},
      "<expression>:1:1: error: unrecognized function: 'toString' [parsing]\n"
      " 1 | toString(1)\n"
      "   | ^~~~~~~~\n"
      "<expression>: note: expected always, cancelled, case, contains, endsWith, failure, format, fromJSON, github, "
      "hashFiles, join, startsWith, success or toJSON\n");
  check_fault({"expr", "vars.x"},
              "<expression>:1:1: error: unrecognized named-value: 'vars' [parsing]\n"
              " 1 | vars.x\n"
              "   | ^~~~\n"
              "<expression>: note: if it is a context, give its value: --context '{\"vars\": {…}}'\n");
}

TEST_CASE("With --format json one expression is answered as a line of a batch is") {
  check_shown({"expr", "x", "--format", "json", "--context", "{\"x\": [1.5]}"},
              "{\"kind\": \"Array\", \"value\": [1.5], \"str\": \"Array\"}\n");
  const Outcome outcome = call({"expr", "x.", "--format", "json", "--context", "{\"x\": 1}"});
  CHECK(outcome.out == "{\"err\": {\"kind\": \"parsing\", \"value\": \"unexpected end of the expression\"}}\n");
  CHECK(outcome.status == 2);
}

TEST_CASE("A batch answers each line by one line") {
  const Outcome outcome = call({"expr", "--batch"},
                               "{\"expr\": \"\"}\n"
                               "{\"expr\": \"!x.y\", \"contexts\": {\"X\": {\"Y\": \"false\"}}}\n"
                               "{\"expr\": \"0.1\", \"contexts\": null, \"options\": {\"skip\": []}}\n"
                               "{\"expr\": \"fromJSON('[12345678901234567, NaN, -Infinity, -0]')\"}\n"
                               "{\"expr\": \"12345678901234567000\"}\n"
                               "{\"expr\": \"'\\\"\\n\\u00e9'\"}\n"
                               "{\"expr\": \"x.*.b\", \"contexts\": {\"x\": {\"a\": {\"b\": true}, \"c\": 1}}}\n"
                               "{\"expr\": \"x\", \"contexts\": {\"x\": {\"b\": {}, \"a\": []}}}\n"
                               "{\"expr\": \"a ? b\", \"contexts\": {}}\n"
                               "{\"expr\": \"y.z\", \"contexts\": {\"x\": 1}}\n"
                               "{\"expr\": \"always()\"}\n"
                               "{\"expr\": \"fromJSON('')\"}");
  CHECK(outcome.out ==
        "{\"kind\": \"Null\", \"value\": null, \"str\": \"\"}\n"
        "{\"kind\": \"Boolean\", \"value\": false, \"str\": \"false\"}\n"
        "{\"kind\": \"Number\", \"value\": 0.1, \"str\": \"0.1\"}\n"
        "{\"kind\": \"Array\", \"value\": [12345678901234568, \"NaN\", \"-Infinity\", 0], \"str\": \"Array\"}\n"
        "{\"kind\": \"Number\", \"value\": 12345678901234567000, \"str\": \"1.23456789012346E+19\"}\n"
        "{\"kind\": \"String\", \"value\": \"\\\"\\né\", \"str\": \"\\\"\\né\"}\n"
        "{\"kind\": \"Array\", \"value\": [true], \"str\": \"Array\"}\n"
        "{\"kind\": \"Object\", \"value\": {\"b\": {}, \"a\": []}, \"str\": \"Object\"}\n"
        "{\"err\": {\"kind\": \"lexing\", \"value\": \"unexpected symbol \\\"?\\\"\"}}\n"
        "{\"err\": {\"kind\": \"parsing\", \"value\": \"unrecognized named-value: 'y'\"}}\n"
        "{\"err\": {\"kind\": \"parsing\", \"value\": \"unrecognized function: 'always'\"}}\n"
        "{\"err\": {\"kind\": \"evaluation\", \"value\": \"fromJSON was given empty text\"}}\n");
  CHECK(outcome.err.empty());
  CHECK(outcome.status == 0);
}

TEST_CASE("A line of a batch that can't be read is answered so, and the others all the same") {
  const Outcome outcome = call({"expr", "--batch"},
                               "{\"expr\": \"1\"}\n"
                               "\n"
                               "{'expr': '1'}\n"
                               "[]\n"
                               "{\"expression\": \"1\"}\n"
                               "{\"expr\": 1}\n"
                               "{\"expr\": \"1\", \"contexts\": [1]}\n"
                               "{\"expr\": \"2\"}\r\n");
  const auto input = [](int line, const std::string& what) {
    return "{\"err\": {\"kind\": \"input\", \"value\": \"line " + std::to_string(line) + " of the input: " + what +
           "\"}}\n";
  };
  CHECK(outcome.out == "{\"kind\": \"Number\", \"value\": 1, \"str\": \"1\"}\n" +
                           input(2, "expected a value, found the end at line 1, column 1 of the JSON") +
                           input(3, "expected a key or '}', found ''' at line 1, column 2 of the JSON") +
                           input(4, "expected an object with \\\"expr\\\" and \\\"contexts\\\"") +
                           input(5, "expected \\\"expr\\\" with a string") +
                           input(6, "expected \\\"expr\\\" with a string") +
                           input(7, "expected \\\"contexts\\\" with an object") +
                           "{\"kind\": \"Number\", \"value\": 2, \"str\": \"2\"}\n");
  CHECK(outcome.err.empty());
  CHECK(outcome.status == 2);
}

TEST_CASE("A batch of nothing is answered by nothing") {
  const Outcome outcome = call({"expr", "--batch"});
  CHECK(outcome.out.empty());
  CHECK(outcome.status == 0);
}

TEST_CASE("Each answer of a batch is JSON") {
  const Outcome outcome =
      call({"expr", "--batch"}, "{\"expr\": \"'\\\\\\u0001\\u2028\\u007f\\ud83d\\ude00\\ud800'\"}\n");
  CHECK(expression::from_standard_json(outcome.out).object().find("value")->string() ==
        "\\\x01\xE2\x80\xA8\x7F\xF0\x9F\x98\x80\xEF\xBF\xBD");
}

TEST_CASE("Wrong uses of expr are explained") {
  check_fault({"expr"}, "dagsim: error: expr needs an expression, or --batch to read them from the standard input\n");
  check_fault({"expr", "1", "--batch"},
              "dagsim: error: --batch takes expressions and contexts from the standard input, not from the command "
              "line\n");
  check_fault({"expr", "1", "--status", "fail"},
              "dagsim: error: --status is \"fail\", expected success, failure, cancelled or skipped\n");
  check_fault(
      {"expr", "1", "--context", "{x: 1}"},
      "dagsim: error: --context is no JSON: expected a key or '}', found 'x' at line 1, column 2 of the JSON\n");
  const Outcome missing = call({"expr", "1", "--context", "no-such-folder/none.json"});
  CHECK(missing.status == 3);
  CHECK(missing.err == "dagsim: error: can't read no-such-folder/none.json: No such file or directory\n");
}

TEST_CASE("The help of expr teaches with examples that hold") {
  const Outcome help = call({"expr", "--help"});
  CHECK(help.status == 0);
  for (const char* part : {"dagsim expr \"format('{0}-{1}', 'a', 1e15)\"\n      String: \"a-1E+15\"\n",
                           "dagsim expr \"'true' == true\"\n      Boolean: false",
                           "dagsim expr '${{ always() && !failure() }}' --status cancelled\n      Boolean: true\n"}) {
    CHECK(help.out.find(part) != std::string::npos);
  }
  check_shown({"expr", "format('{0}-{1}', 'a', 1e15)"}, "String: \"a-1E+15\"\n");
  check_shown({"expr", "'true' == true"}, "Boolean: false\n");
  check_shown({"expr", "${{ always() && !failure() }}", "--status", "cancelled"}, "Boolean: true\n");
}

}  // namespace dagsim::cli
