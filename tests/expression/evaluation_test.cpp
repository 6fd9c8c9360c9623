#include "tests/catch.h"
#include "tests/expression/expression_testing.h"

namespace dagsim::expression {

namespace {

using Table = std::vector<std::pair<std::string, std::string>>;

void check(const Table& table) {
  for (const auto& [text, expected] : table) {
    CAPTURE(text);
    CHECK(result(text) == expected);
  }
}

}  // namespace

TEST_CASE("Literals are read in every spelling that GitHub takes") {
  check({{"", "null: "},
         {" \t\n ", "null: "},
         {"null", "null: "},
         {"true", "boolean: true"},
         {"false", "boolean: false"},
         {"1.10", "number: 1.1"},
         {".5", "number: 0.5"},
         {"1.", "number: 1"},
         {"+1", "number: 1"},
         {"-2e3", "number: -2000"},
         {"0xff", "number: 255"},
         {"0o7", "number: 7"},
         {"Infinity", "number: Infinity"},
         {"-Infinity", "number: -Infinity"},
         {"NaN", "number: NaN"},
         {"'it''s'''", "string: it's'"},
         {"''", "string: "},
         {"12345678901234567000", "number: 1.23456789012346E+19"}});
}

TEST_CASE("Operators bind as GitHub's do and associate to the left") {
  check({{"1 < 2 < 3", "boolean: true"},
         {"3 > 2 > 1", "boolean: false"},
         {"1 == 1 == true", "boolean: true"},
         {"true || false && false", "boolean: true"},
         {"(true || false) && false", "boolean: false"},
         {"!false == true", "boolean: true"},
         {"!(false == true)", "boolean: true"},
         {"!!1", "boolean: true"},
         {"!github.missing", "boolean: true"},
         {"1 < 2 == true", "boolean: true"},
         {"1==1&&2!=3", "boolean: true"},
         {"2 >= 2", "boolean: true"},
         {"2 <= 1", "boolean: false"}});
}

TEST_CASE("And and or return an operand and leave the rest alone") {
  check({{"'a' && 'b'", "string: b"},
         {"'' && nowhere", "string: "},
         {"0 || ''", "string: "},
         {"'a' || nowhere", "string: a"},
         {"null || false || 3", "number: 3"},
         {"1 && 2 && null && nowhere", "null: "},
         {"matrix.os == 'ubuntu' && 'yes' || 'no'", "string: yes"}});
}

TEST_CASE("Equality coerces: null, zero and the empty string are one, 'true' isn't true") {
  check({{"null == ''", "boolean: true"},
         {"null == 0", "boolean: true"},
         {"null == false", "boolean: true"},
         {"'' == 0", "boolean: true"},
         {"' 12 ' == 12", "boolean: true"},
         {"'true' == true", "boolean: false"},
         {"'1' == true", "boolean: true"},
         {"'0xff' == 255", "boolean: true"},
         {"'0XFF' == 255", "boolean: false"},
         {"'ABC' == 'abc'", "boolean: true"},
         {"NaN == NaN", "boolean: false"},
         {"NaN != NaN", "boolean: true"},
         {"arr == arr", "boolean: true"},
         {"arr == obj", "boolean: false"},
         {"arr.* == arr.*", "boolean: false"},
         {"'-Infinity' == -Infinity", "boolean: true"},
         {"0 == -0", "boolean: true"}});
}

TEST_CASE("Order coerces likewise and is false for collections and NaN") {
  check({{"'a' < 'B'", "boolean: true"},
         {"'b' > 'A'", "boolean: true"},
         {"false < true", "boolean: true"},
         {"'10' > 9", "boolean: true"},
         {"'10' > '9'", "boolean: false"},
         {"'x' > 1", "boolean: false"},
         {"'x' < 1", "boolean: false"},
         {"null < 1", "boolean: true"},
         {"null >= null", "boolean: true"},
         {"null > null", "boolean: false"},
         {"arr < arr", "boolean: false"},
         {"arr >= arr", "boolean: true"},
         {"NaN >= NaN", "boolean: false"},
         {"obj > 1", "boolean: false"}});
}

TEST_CASE("Names and keys ignore case, unknown keys are null, unknown contexts an error") {
  check({{"GitHub.REF", "string: refs/heads/main"},
         {"github['event'].NUMBER", "number: 7"},
         {"env.A-B", "string: dash"},
         {"github.nothing", "null: "},
         {"github.nothing.at.all", "null: "},
         {"inputs.x == ''", "boolean: true"},
         {"nowhere.x", "evaluation error at 0: unrecognized named-value: 'nowhere'"},
         {"1 && Nowhere", "evaluation error at 5: unrecognized named-value: 'Nowhere'"},
         {"1 == nope(1)", "evaluation error at 5: unrecognized function: 'nope'"}});
}

TEST_CASE("An index floors numbers, turns primitives to keys, and misses as null") {
  check({{"arr[1][0]", "number: 3"},
         {"arr[0][1.9]", "number: 2"},
         {"arr[-1]", "null: "},
         {"arr[99]", "null: "},
         {"arr[NaN]", "null: "},
         {"arr['1'][0]", "number: 3"},
         {"arr[1e300]", "null: "},
         {"arr[Infinity]", "null: "},
         {"arr.x", "null: "},
         {"obj['a']['x']", "number: 1"},
         {"obj[null]", "null: "},
         {"obj[arr]", "null: "},
         {"arr[obj]", "null: "},
         {"obj.c.d", "null: "},
         {"fromJSON('{\"1\": 2, \"true\": 3, \"\": 4}')[1]", "number: 2"},
         {"fromJSON('{\"true\": 3}')[true]", "number: 3"},
         {"fromJSON('{\"\": 4}')[null]", "number: 4"},
         {"fromJSON('{\"true\": 3}').true", "number: 3"},
         {"(obj).a.x", "number: 1"}});
}

TEST_CASE("A filter maps what follows over the children and drops misses") {
  check({{"obj.*", R"(array: [{"x": 1,"y": [10,20]},{"x": 2},5])"},
         {"obj.*.x", "array: [1,2]"},
         {"obj[*].x", "array: [1,2]"},
         {"arr.*[0]", "array: [1,3]"},
         {"arr.*[1.9]", "array: [2]"},
         {"arr.*.*", "array: [1,2,3,9]"},
         {"obj.*.y[0]", "array: [10]"},
         {"obj.*.y.*", "array: [10,20]"},
         {"obj.*['X']", "array: [1,2]"},
         {"github.event.labels.*.name", R"(array: ["bug","CI"])"},
         {"obj.c.*", "array: []"},
         {"obj.missing.*", "array: []"},
         {"obj.missing.*.x", "array: []"},
         {"(obj.*.x)[0]", "array: []"},
         {"obj.*.nope", "array: []"}});
}

TEST_CASE("contains searches strings by substring and arrays by equality") {
  check({{"contains('Hello', 'ELL')", "boolean: true"},
         {"contains('a', '')", "boolean: true"},
         {"contains(123, 2)", "boolean: true"},
         {"contains(null, 'a')", "boolean: false"},
         {"contains(github.event.labels.*.name, 'ci')", "boolean: true"},
         {"contains(needs.*.result, 'failure')", "boolean: true"},
         {"contains(fromJSON('[\"12\"]'), 12)", "boolean: true"},
         {"contains(obj, 'a')", "boolean: false"},
         {"contains('Array', arr)", "boolean: false"},
         {"contains(arr, arr)", "boolean: false"},
         {"CONTAINS('a', 'A')", "boolean: true"}});
}

TEST_CASE("startsWith and endsWith ignore case and are false for collections") {
  check({{"startsWith('Refs/heads', 'refs/')", "boolean: true"},
         {"startsWith('a', 'ab')", "boolean: false"},
         {"startsWith(arr, 'A')", "boolean: false"},
         {"startsWith('', '')", "boolean: true"},
         {"startsWith(123, 12)", "boolean: true"},
         {"endsWith('ΌΣΟΣ', 'σος')", "boolean: true"},
         {"endsWith('a', arr)", "boolean: false"},
         {"endsWith(true, 'UE')", "boolean: true"}});
}

TEST_CASE("format fills in its arguments, reads doubled braces, and evaluates only what it names") {
  check(
      {{"format('{0}-{1}-{0}', 'a', 2)", "string: a-2-a"},
       {"format('{{0}} {{{0}}}', 1)", "string: {0} {1}"},
       {"format('x')", "string: x"},
       {"format('x', nowhere.y)", "string: x"},
       {"format('{0}', arr)", "string: Array"},
       {"format('{0}{1}{2}', null, true, obj)", "string: trueObject"},
       {"format(12)", "string: 12"},
       {"format('{00}', 1)", "string: 1"},
       {"format('{0:}-', 1)", "string: 1-"},
       {"format('{0:}}', 1)", "evaluation error at 0: format specifiers aren't supported in the format string '{0:}}'"},
       {"format('{0 }', 1)", "evaluation error at 0: unclosed '{' in the format string '{0 }'"},
       {"format('{1}', 1)", "evaluation error at 0: no argument {1} in the format string '{1}'"},
       {"format('{0:x}', 1)", "evaluation error at 0: format specifiers aren't supported in the format string '{0:x}'"},
       {"1 && format('{', 1)", "evaluation error at 5: '{' without an argument's number in the format string '{'"},
       {"format('{0', 1)", "evaluation error at 0: unclosed '{' in the format string '{0'"},
       {"format('}', 1)", "evaluation error at 0: '}' without '{' in the format string '}'"},
       {"format('{-1}', 1)", "evaluation error at 0: '{' without an argument's number in the format string '{-1}'"},
       {"format('{256}', 1)", "evaluation error at 0: '{' without an argument's number in the format string '{256}'"}});
}

TEST_CASE("join takes arrays, primitives as they are, and nested collections by their kind") {
  check({{"join(arr)", "string: Array,Array,Array,4,Object"},
         {"join(arr[0], '-')", "string: 1-2"},
         {"join(arr[2])", "string: "},
         {"join('a', 'b')", "string: a"},
         {"join(obj)", "string: "},
         {"join(arr[0], arr)", "string: 1,2"},
         {"join(arr[0], null)", "string: 12"},
         {"join(obj.*.x, ', ')", "string: 1, 2"}});
}

TEST_CASE("toJSON and fromJSON are inverse, and empty text is an error at the call") {
  check({{"toJSON(arr[0])", "string: [\n  1,\n  2\n]"},
         {"toJSON('a\"')", "string: \"a\\\"\""},
         {"toJSON(null)", "string: null"},
         {"toJSON(fromJSON('{}'))", "string: {}"},
         {"fromJSON('[1,2]')[1]", "number: 2"},
         {"fromJSON(toJSON(obj)).a.y[1]", "number: 20"},
         {"fromJSON(1.5)", "number: 1.5"},
         {"fromJSON(env.EMPTY)", "evaluation error at 0: fromJSON was given empty text"},
         {"1 && fromJSON('[')",
          "evaluation error at 5: expected a value, found the end at line 1, column 2 of the JSON"}});
}

TEST_CASE("case takes the value behind the first true predicate and evaluates no other") {
  check({{"case(true, 1, nowhere, nowhere, nowhere)", "number: 1"},
         {"case(false, nowhere, true, 2, nowhere)", "number: 2"},
         {"case(false, nowhere, 'default')", "string: default"},
         {"case(true, obj.*, 1).x", "array: [1,2]"},
         {"case(1, 2, 3)", "evaluation error at 5: a predicate of case must be a boolean, but this is a number"},
         {"case(false, 1, null, 2, 3)",
          "evaluation error at 15: a predicate of case must be a boolean, but this is a null"}});
}

TEST_CASE("What can't change the answer isn't evaluated, so its errors don't show") {
  check({{"contains(obj, fromJSON(''))", "boolean: false"},
         {"contains(arr[2], fromJSON(''))", "boolean: false"},
         {"startsWith(arr, fromJSON(''))", "boolean: false"},
         {"endsWith(obj, fromJSON(''))", "boolean: false"},
         {"contains('', fromJSON(''))", "evaluation error at 13: fromJSON was given empty text"},
         {"contains(arr, fromJSON(''))", "evaluation error at 14: fromJSON was given empty text"},
         {"join('a', fromJSON(''))", "string: a"},
         {"join(arr[1], fromJSON(''))", "string: 3"},
         {"join(arr[0], fromJSON(''))", "evaluation error at 13: fromJSON was given empty text"},
         {"github.ref[fromJSON('')]", "null: "},
         {"obj[fromJSON('')]", "evaluation error at 4: fromJSON was given empty text"},
         {"arr[2].*[fromJSON('')]", "evaluation error at 9: fromJSON was given empty text"}});
}

TEST_CASE("Functions of the scope are called with their arguments, known ones without it are an error") {
  check({{"success()", "boolean: true"},
         {"Failure('build')", "boolean: true"},
         {"failure()", "boolean: false"},
         {"always()", "evaluation error at 0: unrecognized function: 'always'"},
         {"1 && hashFiles('a')",
          "evaluation error at 5: hashFiles can't be evaluated, because the files are not known"}});
}

TEST_CASE("Text that doubles at each level ends in an error and not in a full memory") {
  std::string text = "'0123456789'";
  for (int i = 0; i < 40; ++i) text = "format('{0}{0}', " + text + ")";
  CHECK(result(text).find("the text that format makes is longer than 10 MiB") != std::string::npos);
}

}  // namespace dagsim::expression
