#include "tests/catch.h"
#include "tests/expression/expression_testing.h"

namespace dagsim::expression {

namespace {

std::string repeated(std::string_view text, size_t count) {
  std::string made;
  for (size_t i = 0; i < count; ++i) made += text;
  return made;
}

void check(const std::vector<std::pair<std::string, std::string>>& table) {
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(result(text) == expected);
  }
}

}  // namespace

TEST_CASE("What is no token is a lexing error at its first byte") {
  check({{"-0xFF", "lexing error at 0: bad number \"-0xFF\""},
         {"- 1", "lexing error at 0: bad number \"-\""},
         {"1 == 1.2.3", "lexing error at 5: bad number \"1.2.3\""},
         {"1*2", "lexing error at 0: bad number \"1*2\""},
         {"0XFF", "lexing error at 0: bad number \"0XFF\""},
         {"0b11", "lexing error at 0: bad number \"0b11\""},
         {".", "lexing error at 0: unexpected symbol \".\""},
         {"null.x", "lexing error at 4: unexpected symbol \".x\""},
         {"'abc'.x", "lexing error at 5: unexpected symbol \".x\""},
         {"1.5.x", "lexing error at 0: bad number \"1.5.x\""},
         {"a..b", "lexing error at 2: unexpected symbol \".b\""},
         {"a.1.2.3", "lexing error at 2: bad number \"1.2.3\""},
         {"1 == 'abc", "lexing error at 5: unclosed string \"'abc\""},
         {"'it''s", "lexing error at 0: unclosed string \"'it''s\""},
         {"\"abc\"", "lexing error at 0: unexpected symbol \"\"abc\"\""},
         {"a+b", "lexing error at 0: unexpected symbol \"a+b\""},
         {"a*", "lexing error at 0: unexpected symbol \"a*\""},
         {"a = b", "lexing error at 2: unexpected symbol \"=\""},
         {"a & b", "lexing error at 2: unexpected symbol \"&\""},
         {"a | b", "lexing error at 2: unexpected symbol \"|\""},
         {"$x", "lexing error at 0: unexpected symbol \"$x\""},
         {"github.é", "lexing error at 7: unexpected symbol \"é\""}});
}

TEST_CASE("Tokens in a wrong place are parsing errors at the token") {
  check({{"a.", "parsing error at 2: unexpected end of the expression"},
         {"1 ==", "parsing error at 4: unexpected end of the expression"},
         {"!", "parsing error at 1: unexpected end of the expression"},
         {"'abc'[0]", "parsing error at 5: unexpected \"[\""},
         {"true[0]", "parsing error at 4: unexpected \"[\""},
         {"a b", "parsing error at 2: unexpected \"b\""},
         {"a.'b'", "parsing error at 2: unexpected \"'b'\""},
         {"a.5", "parsing error at 2: unexpected \"5\""},
         {"a..5", "parsing error at 2: unexpected \".5\""},
         {"1 .5", "parsing error at 2: unexpected \".5\""},
         {"*", "parsing error at 0: unexpected \"*\""},
         {"a[* == 1]", "parsing error at 4: unexpected \"==\""},
         {"a[*.b]", "parsing error at 3: unexpected \".\""},
         {"a[]", "parsing error at 2: unexpected \"]\""},
         {"a[1", "parsing error at 1: unclosed \"[\""},
         {"(a", "parsing error at 0: unclosed \"(\""},
         {"a)", "parsing error at 1: unexpected \")\""},
         {"(a]", "parsing error at 2: unexpected \"]\""},
         {"a[b)", "parsing error at 3: unexpected \")\""},
         {"()", "parsing error at 1: unexpected \")\""},
         {"(1, 2)", "parsing error at 2: unexpected \",\""},
         {"a[1, 2]", "parsing error at 3: unexpected \",\""},
         {"format('a',)", "parsing error at 11: unexpected \")\""},
         {"format(,)", "parsing error at 7: unexpected \",\""},
         {"format", "evaluation error at 0: unrecognized named-value: 'format'"},
         {"1 !2", "parsing error at 2: unexpected \"!\""},
         {"&& 1", "parsing error at 0: unexpected \"&&\""},
         {"a.b(1)", "parsing error at 3: unexpected \"(\""}});
}

TEST_CASE("A bad token is the error even when the tokens before it stand in a wrong place") {
  check({{"a b", "parsing error at 2: unexpected \"b\""},
         {"a b ?", "lexing error at 4: unexpected symbol \"?\""},
         {") || 'x", "lexing error at 5: unclosed string \"'x\""},
         {"case(1, 2) - 3", "lexing error at 11: bad number \"-\""},
         {repeated("!", 60) + "0X1", "lexing error at 60: bad number \"0X1\""}});
}

TEST_CASE("Known functions are parsed only with as many arguments as they take") {
  check({{"contains('a')", "parsing error at 0: too few arguments for contains: 1, at least 2 expected"},
         {"1 && StartsWith(1,2,3)", "parsing error at 5: too many arguments for StartsWith: 3, at most 2 expected"},
         {"toJSON()", "parsing error at 0: too few arguments for toJSON: 0, at least 1 expected"},
         {"always(1)", "parsing error at 0: too many arguments for always: 1, at most 0 expected"},
         {"case(true, 1)", "parsing error at 0: too few arguments for case: 2, at least 3 expected"},
         {"case(true, 1, false, 2)",
          "parsing error at 0: case needs an odd number of arguments, the last of them the default, but got 4"},
         {"join(1, 2, 3)", "parsing error at 0: too many arguments for join: 3, at most 2 expected"}});
}

TEST_CASE("A keyword after a point is a property and a hyphen belongs to the name") {
  check({{"obj.null", "null: "},
         {"obj.NaN", "null: "},
         {"env.a-b", "string: dash"},
         {"obj . a . x", "number: 1"},
         {"True", "evaluation error at 0: unrecognized named-value: 'True'"},
         {"success ()", "boolean: true"}});
}

TEST_CASE("Fifty levels are parsed and fifty-one are not") {
  CHECK(result("obj" + repeated(".a", 49)) == "null: ");
  CHECK(result("obj" + repeated(".a", 50)) ==
        "parsing error at 102: the expression is nested more than 50 levels deep");
  CHECK(result(repeated("!", 49) + "1") == "boolean: false");
  CHECK(result(repeated("!", 50) + "1").starts_with("parsing error at 0"));
  CHECK(result(repeated("join(", 49) + "1" + repeated(")", 49)) == "string: 1");
  CHECK(result("1" + repeated(" == 1", 50)).starts_with("parsing error"));
}

TEST_CASE("Chains of and and or are flat and parentheses cost no depth") {
  CHECK(result("null" + repeated(" || null", 1000)) == "null: ");
  CHECK(result("1" + repeated(" && 1", 1000) + " && 2") == "number: 2");
  CHECK(result(repeated("(", 500) + "1" + repeated(" || 2)", 500)) == "number: 1");
  CHECK(result(repeated("(", 10000) + "7" + repeated(")", 10000)) == "number: 7");
  CHECK(result(repeated("0 || (", 1000) + "7" + repeated(")", 1000)) == "number: 7");
}

TEST_CASE("An expression has at most 21000 characters, counted in UTF-16") {
  const auto literal = [](std::string_view text, size_t count) { return "'" + repeated(text, count) + "'"; };
  CHECK(result(literal("x", 20998)).starts_with("string: x"));
  CHECK(result(literal("x", 20999)) == "lexing error at 21000: the expression is longer than 21000 characters");
  CHECK(result(literal("é", 20998)).starts_with("string: é"));
  CHECK(result(literal("é", 20999)) == "lexing error at 41999: the expression is longer than 21000 characters");
  CHECK(result(literal("😀", 10499)).starts_with("string: 😀"));
  CHECK(result(literal("😀", 10500)) == "lexing error at 41997: the expression is longer than 21000 characters");
  CHECK(result(literal("\x80", 100000)) == "lexing error at 63000: the expression is longer than 21000 characters");
}

TEST_CASE("White space of every kind separates tokens") {
  CHECK(result("1\xC2\xA0==\xE3\x80\x80"
               "1") == "boolean: true");
}

}  // namespace dagsim::expression
