#include "expression/json.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/expression/expression_testing.h"

namespace dagsim::expression {

namespace {

std::string read(std::string_view text) {
  try {
    return shown(from_json(text));
  } catch (const ExpressionError& error) {
    return shown(error);
  }
}

}  // namespace

TEST_CASE("toJSON indents by two spaces and keeps empty collections on one line") {
  const Value value = from_json(R"({"a":[1,{"b":null}],"c":[],"d":{},"e":true})");
  CHECK(to_json(value) ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": [],\n  \"d\": {},\n  \"e\": true\n}");
}

TEST_CASE("toJSON escapes what Newtonsoft escapes") {
  CHECK(to_json("a\"b\\c/'\b\t\n\f\r\x01\x1f\x7f é") == "\"a\\\"b\\\\c/'\\b\\t\\n\\f\\r\\u0001\\u001f\x7f é\"");
  CHECK(to_json("\xC2\x85\xE2\x80\xA8\xE2\x80\xA9") == "\"\\u0085\\u2028\\u2029\"");
}

TEST_CASE("toJSON writes numbers as their text") {
  CHECK(to_json(1e20) == "1E+20");
  CHECK(to_json(-0.0) == "0");
  CHECK(to_json(0.5) == "0.5");
}

TEST_CASE("fromJSON reads what Newtonsoft reads") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {" null ", "null: "},
      {"true", "boolean: true"},
      {"-1.5e2", "number: -150"},
      {"0x1F", "number: 31"},
      {"0X1E", "number: 30"},
      {"0x1FFFFFFFE", "number: 8589934590"},
      {"017", "number: 15"},
      {"-017", "number: -17"},
      {"0e1", "number: 0"},
      {"-123456789012345678901234567890", "number: -1.23456789012346E+29"},
      {"{1: 2, $a_3: 4}", R"(object: {"1": 2,"$a_3": 4})"},
      {"\"a\nb\"", "string: a\nb"},
      {"NaN", "number: NaN"},
      {"-Infinity", "number: -Infinity"},
      {R"("a\u0041\n\/\ud83d\ude00")", "string: aA\n/\xF0\x9F\x98\x80"},
      {R"("\ud83d")", "string: \xEF\xBF\xBD"},
      {"'it''", "evaluation error at 4: expected the end, found ''' at line 1, column 5 of the JSON"},
      {"{'a': 1, b_2: [2,], /* c */ } // end", R"(object: {"a": 1,"b_2": [2]})"},
      {R"({"a":1,"A":2})", R"(object: {"a": 2})"},
      {"[]", "array: []"}};
  for (const auto& [text, expected] : table) CHECK(read(text) == expected);
}

TEST_CASE("fromJSON says where text stops being JSON") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "evaluation error at 0: expected a value, found the end at line 1, column 1 of the JSON"},
      {"[1,\n 2 3]", "evaluation error at 7: expected ',' or ']', found '3' at line 2, column 4 of the JSON"},
      {"{\"a\" 1}", "evaluation error at 5: expected ':', found '1' at line 1, column 6 of the JSON"},
      {"{-:2}", "evaluation error at 1: expected a key or '}', found '-' at line 1, column 2 of the JSON"},
      {"[undefined]", "evaluation error at 1: expected a value, found 'u' at line 1, column 2 of the JSON"},
      {"-0x1F", "evaluation error at 0: bad number '-0x1F' at line 1, column 1 of the JSON"},
      {"09", "evaluation error at 0: bad number '09' at line 1, column 1 of the JSON"},
      {"[1,,2]", "evaluation error at 3: expected a value, found ',' at line 1, column 4 of the JSON"},
      {"// x\n1", "evaluation error at 0: expected a value, found '/' at line 1, column 1 of the JSON"},
      {"[", "evaluation error at 1: expected a value, found the end at line 1, column 2 of the JSON"},
      {"\"abc", "evaluation error at 0: unclosed string at line 1, column 1 of the JSON"},
      {"\"\\x\"", "evaluation error at 2: expected an escape such as \\n, found 'x' at line 1, column 3 of the JSON"},
      {"\"\\é\"",
       "evaluation error at 2: expected an escape such as \\n, found byte 0xC3 at line 1, column 3 of the JSON"},
      {"\"\\u12g4\"", "evaluation error at 1: bad escape '\\u' at line 1, column 2 of the JSON"},
      {"1.2.3", "evaluation error at 0: bad number '1.2.3' at line 1, column 1 of the JSON"},
      {"+1", "evaluation error at 0: bad number '+1' at line 1, column 1 of the JSON"},
      {"True", "evaluation error at 0: expected a value, found 'T' at line 1, column 1 of the JSON"},
      {"[] x", "evaluation error at 3: expected the end, found 'x' at line 1, column 4 of the JSON"},
      {"[/* x", "evaluation error at 1: unclosed comment at line 1, column 2 of the JSON"},
      {"\x01", "evaluation error at 0: expected a value, found byte 0x01 at line 1, column 1 of the JSON"}};
  for (const auto& [text, expected] : table) CHECK(read(text) == expected);
}

TEST_CASE("The standard dialect takes what RFC 8259 does and nothing else") {
  const auto strict = [](std::string_view text) {
    try {
      return shown(from_standard_json(text));
    } catch (const ExpressionError& error) {
      return shown(error);
    }
  };
  CHECK(strict(" {\"a\": [1, -0.5e+3, \"\\u00e9\\/\"], \"b\": {}}\n") == R"(object: {"a": [1,-500,"é/"],"b": {}})");
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "evaluation error at 0: expected a value, found the end at line 1, column 1 of the JSON"},
      {"'a'", "evaluation error at 0: expected a value, found ''' at line 1, column 1 of the JSON"},
      {"{a: 1}", "evaluation error at 1: expected a key or '}', found 'a' at line 1, column 2 of the JSON"},
      {"{\"a\": 1,}", "evaluation error at 8: expected a key or '}', found '}' at line 1, column 9 of the JSON"},
      {"[1,]", "evaluation error at 3: expected a value, found ']' at line 1, column 4 of the JSON"},
      {"[1 /* one */]", "evaluation error at 3: expected ',' or ']', found '/' at line 1, column 4 of the JSON"},
      {"NaN", "evaluation error at 0: expected a value, found 'N' at line 1, column 1 of the JSON"},
      {"-Infinity", "evaluation error at 0: bad number '-Infinity' at line 1, column 1 of the JSON"},
      {"01", "evaluation error at 0: bad number '01' at line 1, column 1 of the JSON"},
      {"1.", "evaluation error at 0: bad number '1.' at line 1, column 1 of the JSON"},
      {".5", "evaluation error at 0: bad number '.5' at line 1, column 1 of the JSON"},
      {"1e", "evaluation error at 0: bad number '1e' at line 1, column 1 of the JSON"},
      {"0x1F", "evaluation error at 0: bad number '0x1F' at line 1, column 1 of the JSON"},
      {"\"\\'\"", "evaluation error at 2: expected an escape such as \\n, found ''' at line 1, column 3 of the JSON"},
      {"\"a\tb\"",
       "evaluation error at 2: expected no control character in a string, found byte 0x09 at line 1, column 3 of the "
       "JSON"},
      {"\xC2\xA0 1", "evaluation error at 0: expected a value, found byte 0xC2 at line 1, column 1 of the JSON"},
      {"\"\xC3\"", "evaluation error at 1: expected UTF-8, found byte 0xC3 at line 1, column 2 of the JSON"}};
  for (const auto& [text, expected] : table) CHECK(strict(text) == expected);
}

TEST_CASE("Compact JSON stands on one line and gives every number back") {
  const Value value = from_json(R"({"a":[1,{"b":null}],"c":[],"d":{},"e":0.1,"f":1e21,"g":123456789012345678,"h":-0})");
  CHECK(to_compact_json(value) ==
        R"({"a": [1, {"b": null}], "c": [], "d": {}, "e": 0.1, "f": 1e+21, "g": 123456789012345680, "h": 0})");
  CHECK(to_compact_json(
            from_json("[1e20, 1e21, -1.5e300, 0.000001, 1.25e-7, 12345678901234567000, -100, 1.5, 5e-324]")) ==
        "[100000000000000000000, 1e+21, -1.5e+300, 0.000001, 1.25e-7, 12345678901234567000, -100, 1.5, 5e-324]");
  CHECK(to_compact_json(from_json("[NaN, Infinity, -Infinity]")) == R"(["NaN", "Infinity", "-Infinity"])");
  CHECK(to_compact_json("a\n\"b\"") == R"("a\n\"b\"")");
}

TEST_CASE("fromJSON nests as deep as 128 levels and no deeper") {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(from_json(nested(128)).array().size() == 1);
  CHECK(read(nested(129)) ==
        "evaluation error at 128: nested more than 128 levels deep at line 1, column 129 of the JSON");
  CHECK(read(nested(100000)).starts_with("evaluation error at 128"));
}

TEST_CASE("JSON written is read back as it was") {
  const std::string text = to_json(test_scope().contexts);
  CHECK(to_json(from_json(text)) == text);
}

TEST_CASE("A JSON object with very many keys is read in no noticeable time") {
  std::string text = "{";
  for (int i = 0; i < 50000; ++i) text += fmt::format("\"k{}\":{},", i, i);
  const Value value = from_json(text + "}");
  CHECK(value.object().find("K49999")->number() == 49999);
}

}  // namespace dagsim::expression
