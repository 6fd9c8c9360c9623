// The trickiest corners of the language, each as one test: what people expect of another language, and GitHub doesn't
// do.
#include "tests/catch.h"
#include "tests/expression/expression_testing.h"

namespace dagsim::expression {

namespace {

bool runs(std::string_view condition) {
  return truthy(evaluate(Expression::parse(normalise_condition(condition)), test_scope()));
}

}  // namespace

TEST_CASE("Edge case 5: text around the brackets of a condition makes it always true") {
  CHECK_FALSE(runs("${{ false }}"));
  CHECK_FALSE(runs("${{ false && true }}"));
  CHECK(runs("${{ false }} && true"));
  CHECK(runs("${{ false }} && false"));
  CHECK(runs("${{ false }}\n"));
  CHECK(runs(" ${{ false }}"));
  CHECK(runs("${{ false }}${{ false }}"));
  CHECK(normalise_condition("${{ github.x }} && b") == "success() && (format('{0} && b', github.x))");
  CHECK(normalise_condition("${{ always() }}\n") == "format('{0}\n', always())");
}

TEST_CASE("Edge case 6: a lone string in brackets becomes the text of the condition, a string within one is true") {
  CHECK_FALSE(runs("${{ 'false' }}"));
  CHECK_FALSE(runs("${{ 'obj.missing' }}"));
  CHECK(runs("'false'"));
  CHECK(runs("true && 'false'"));
  CHECK(runs("${{ true && 'false' }}"));
  CHECK(normalise_condition("${{ 'false' }}") == "success() && (false)");
  CHECK(normalise_condition("${{ 'a == ''b''' }}") == "success() && (a == 'b')");
  CHECK(normalise_condition("${{ 'failure()' }}") == "failure()");
}

TEST_CASE("Edge case 17: an index behind a filter maps, a filter of nothing is empty, and numbers are floored") {
  CHECK(result("obj.*.y[0]") == "array: [10]");
  CHECK(result("arr.*[0]") == "array: [1,3]");
  CHECK(result("(obj.*.x)[0]") == "array: []");
  CHECK(result("obj.missing.*") == "array: []");
  CHECK(result("obj.missing.*.x") == "array: []");
  CHECK(result("github.ref.*") == "array: []");
  CHECK(result("github.ref.x") == "null: ");
  CHECK(result("arr[0][1.9]") == "number: 2");
  CHECK(result("arr[0][-0.1]") == "null: ");
  CHECK(result("fromJSON('[7]')['']") == "number: 7");
}

TEST_CASE(
    "Edge case 18: the text true isn't true, null, zero and empty text are one, numbers are read and written so") {
  CHECK(result("'true' == true") == "boolean: false");
  CHECK(result("null == 0 && 0 == '' && '' == null && null == false") == "boolean: true");
  CHECK(result("null == 0 == ''") == "boolean: false");
  CHECK(result("'0xff' == 255") == "boolean: true");
  CHECK(result("'0XFF' == 255") == "boolean: false");
  CHECK(result("0xFFFFFFFF") == "number: -1");
  CHECK(result("0o37777777777") == "number: -1");
  CHECK(result("0x1FFFFFFFF") == "lexing error at 0: bad number \"0x1FFFFFFFF\"");
  CHECK(result("format('{0} {1} {2}', 1e15, 0.1, 12345678901234567000)") == "string: 1E+15 0.1 1.23456789012346E+19");
  CHECK(result("format('{0} {1}', -0, 0.00001)") == "string: 0 1E-05");
}

TEST_CASE("A hyphen belongs to a name, and minus is no operator") {
  CHECK(result("env.a-b") == "string: dash");
  CHECK(result("3 -2") == "parsing error at 2: unexpected \"-2\"");
  CHECK(result("3 - 2") == "lexing error at 2: bad number \"-\"");
}

TEST_CASE("Comparisons chain to the left") {
  CHECK(result("1 < 2 < 3") == "boolean: true");
  CHECK(result("3 > 2 > 1") == "boolean: false");
  CHECK(result("1 == 1 != false") == "boolean: true");
}

}  // namespace dagsim::expression
