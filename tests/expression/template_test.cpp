#include "tests/catch.h"
#include "tests/expression/expression_testing.h"

namespace dagsim::expression {

namespace {

using Table = std::vector<std::pair<std::string, std::string>>;

template <typename Work>
std::string outcome(const Work& work, std::string_view text) {
  try {
    return work(text);
  } catch (const ExpressionError& error) {
    return shown(error);
  }
}

std::string joined(const std::vector<std::string>& parts) {
  std::string made;
  for (const std::string& part : parts) made += (made.empty() ? "" : " ") + part;
  return made;
}

}  // namespace

TEST_CASE("A condition is normalised as GitHub normalises `if`") {
  const Table table = {{"", "success()"},
                       {"  \n", "success()"},
                       {"false", "success() && (false)"},
                       {"a || b", "success() && (a || b)"},
                       {"always()", "always()"},
                       {"!Cancelled() && x", "!Cancelled() && x"},
                       {"${{ failure() }}", "failure()"},
                       {"${{ a }}", "success() && (a)"},
                       {"${{ '' }}", "success()"},
                       {"${{ 'false' }}", "success() && (false)"},
                       {"x && 'false'", "success() && (x && 'false')"},
                       {"${{ a }} && b", "success() && (format('{0} && b', a))"},
                       {"${{ a }}\n", "success() && (format('{0}\n', a))"},
                       {"${{ always() }} ", "format('{0} ', always())"},
                       {"x['always()']", "success() && (x['always()'])"},
                       {"a ==", "parsing error at 4: unexpected end of the expression"},
                       {"  a ==", "parsing error at 6: unexpected end of the expression"},
                       {"${{ a b }}", "parsing error at 6: unexpected \"b\""},
                       {"a) || (b", "parsing error at 1: unexpected \")\""}};
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(outcome(normalise_condition, text) == expected);
  }
}

TEST_CASE("Text around a lone segment of a condition makes it always true") {
  const Scope scope = test_scope();
  for (const char* text : {"${{ false }} && false", "${{ false }}\n", " ${{ false }}"}) {
    CHECK(truthy(evaluate(Expression::parse(normalise_condition(text)), scope)));
  }
  CHECK_FALSE(truthy(evaluate(Expression::parse(normalise_condition("${{ 'false' }}")), scope)));
  CHECK(truthy(evaluate(Expression::parse(normalise_condition("true && 'false'")), scope)));
}

TEST_CASE("A template becomes one expression") {
  const Table table = {{"plain", "'plain'"},
                       {"it's {0}", "'it''s {0}'"},
                       {"", "''"},
                       {"${{ a.b }}", "a.b"},
                       {"${{'lit'}}", "'lit'"},
                       {"x ${{ a }}-${{ b || c }}{'}", "format('x {0}-{1}{{''}}', a, b || c)"},
                       {"${{ 'a }} b' }}", "'a }} b'"},
                       {"${{ 'it''s }}' }}!", "format('{0}!', 'it''s }}')"},
                       {"a }} b", "'a }} b'"},
                       {"x ${{ a", "parsing error at 2: \"${{\" is never closed by \"}}\""},
                       {"${{ ' }}", "parsing error at 0: \"${{\" is never closed by \"}}\""},
                       {"x ${{ }}", "parsing error at 5: an expression was expected in \"${{ }}\""},
                       {"x ${{ a, b }}", "parsing error at 7: unexpected \",\""}};
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(outcome(template_to_expression, text) == expected);
  }
}

TEST_CASE("A template evaluates to the kind of its lone segment, or to text") {
  const Table table = {{"${{ matrix.version }}", "number: 12"},
                       {" ${{ matrix.version }}", "string:  12"},
                       {"${{ matrix.os }}-${{ matrix.version }}", "string: ubuntu-12"},
                       {"{0} ${{ matrix.flag }}${{ matrix.none }}", "string: {0} false"},
                       {"${{ arr }}!", "string: Array!"},
                       {"plain", "string: plain"},
                       {"", "string: "},
                       {"a ${{ nowhere.x }}", "evaluation error at 6: unrecognized named-value: 'nowhere'"},
                       {"a ${{ 1 }} ${{ 1 ? 2 }}", "lexing error at 17: unexpected symbol \"?\""}};
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(template_result(text) == expected);
  }
  CHECK(is_template("a ${{ b }}"));
  CHECK_FALSE(is_template("a $ {{ b }}"));
}

TEST_CASE("A template evaluates as the expression that it becomes") {
  for (const char* text : {"a ${{ 1 }} b", "${{ 'x' }}{}'${{ matrix.os }}", "plain 'text'", "${{ obj.a.x }}"}) {
    CHECK(template_result(text) == result(template_to_expression(text)));
  }
}

TEST_CASE("References are listed in order with their paths in lower case") {
  const Table table = {{"needs.Changes.outputs.Rust == 'true' && matrix.os", "needs.changes.outputs.rust matrix.os"},
                       {"steps['cache'].outputs['cache-hit']", "steps.cache.outputs.cache-hit"},
                       {"github.event.labels.*.name", "github.event.labels.*"},
                       {"needs[matrix.job].result || env.x", "needs.* matrix.job env.x"},
                       {"fromJSON(needs.a.outputs.m)[inputs.i].x", "needs.a.outputs.m inputs.i"},
                       {"arr[0].x", "arr.0.x"},
                       {"github", "github"},
                       {"!contains(a.b, c) || c", "a.b c c"},
                       {"1 == 'needs.x'", ""}};
  for (const auto& [text, expected] : table) CHECK(joined(references(Expression::parse(text))) == expected);
}

TEST_CASE("Calls are found anywhere in the tree") {
  const Expression nested = Expression::parse("a[toJSON(x || !FAILURE('id'))]");
  CHECK(calls(nested, "tojson"));
  CHECK(calls(nested, "failure"));
  CHECK_FALSE(calls(nested, "success"));
  CHECK(calls_status_function(nested));
  CHECK_FALSE(calls_status_function(Expression::parse("success == 'always()'")));
}

TEST_CASE("Names that a key doesn't offer are parsing errors at the first of them") {
  const Names names = {{"github", "needs"}, {{"success", 0, 0}, {"hashfiles", 2, 255}}};
  const auto check = [&](std::string_view text) {
    check_names(Expression::parse(text), names);
    return std::string("fine");
  };
  const auto checked = [&](std::string_view text) { return outcome(check, text); };
  CHECK(checked("GITHUB.ref && Success() && toJSON(needs)") == "fine");
  CHECK(checked("github.ref && matrix.os || env.x") == "parsing error at 14: unrecognized named-value: 'matrix'");
  CHECK(checked("needs[secrets.x]") == "parsing error at 6: unrecognized named-value: 'secrets'");
  CHECK(checked("always()") == "parsing error at 0: unrecognized function: 'always'");
  CHECK(checked("hashFiles('a')") == "parsing error at 0: too few arguments for hashFiles: 1, at least 2 expected");
  CHECK(checked("!success('a')") == "parsing error at 1: too many arguments for success: 1, at most 0 expected");
  CHECK(checked("github.x == nope(matrix)") == "parsing error at 12: unrecognized function: 'nope'");
}

}  // namespace dagsim::expression
