#include <cstdint>

#include "tests/catch.h"
#include "tests/dice.h"
#include "tests/expression/expression_testing.h"

namespace dagsim::expression {

namespace {

const std::vector<std::string> kSeeds = {"github.event.labels.*.name[0] == 'a''b' && !success()",
                                         "format('{0} {{1}} {1}', fromJSON('[1, {\"a\": null}]')[1].a, -1.5e3)",
                                         "contains(needs.*.result, 'failure') || (0xff < 0o17) != true",
                                         "case(obj.a.x >= 1, toJSON(arr), false, join(obj.*.x, ','), Infinity)",
                                         "a ${{ matrix.os }}-${{ 'x }}' || env['A-B'] }} b"};
const std::vector<std::string> kPieces = {"(",
                                          ")",
                                          "[",
                                          "]",
                                          "'",
                                          "''",
                                          ".",
                                          "*",
                                          ",",
                                          "!",
                                          "==",
                                          "&&",
                                          "||",
                                          "<=",
                                          "-",
                                          "0x",
                                          "1e999",
                                          "format(",
                                          "fromJSON('",
                                          "{0}",
                                          "${{",
                                          "}}",
                                          " ",
                                          "\xC3",
                                          "\xE2\x80",
                                          "é",
                                          "case(",
                                          "obj",
                                          ".*",
                                          "[*]",
                                          std::string(1, '\0'),
                                          "NaN",
                                          "\n"};

std::string mutated(Dice& dice) {
  std::string text = kSeeds[dice.roll(kSeeds.size())];
  for (size_t edits = 1 + dice.roll(4); edits > 0; --edits) {
    const size_t at = dice.roll(text.size() + 1);
    switch (dice.roll(4)) {
      case 0:
        text.insert(at, kPieces[dice.roll(kPieces.size())]);
        break;
      case 1:
        text.erase(at, 1 + dice.roll(5));
        break;
      case 2:
        text += text.substr(at, 20);
        break;
      default:
        text.insert(at, 1, static_cast<char>(dice.roll(256)));
        break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("Mutated expressions and templates yield a value or an error within the text") {
  const Scope scope = test_scope();
  Dice dice;
  size_t values = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = mutated(dice);
    try {
      const Expression parsed = Expression::parse(text);
      references(parsed);
      normalise_condition(text);
      const Value value = evaluate(parsed, scope);
      REQUIRE(to_json(value).size() < 100000);
      ++values;
    } catch (const ExpressionError& error) {
      REQUIRE(error.offset <= text.size());
    }
    try {
      evaluate_template(text, scope);
    } catch (const ExpressionError& error) {
      REQUIRE(error.offset <= text.size());
    }
  }
  CHECK(values > 500);
}

TEST_CASE("Mutated JSON is read, and read again from what is written, or is an error within the text") {
  Dice dice;
  for (int i = 0; i < 20000; ++i) {
    std::string text = R"({"a": [1, -2.5e3, "x\u00e9\n", {"b": null}], 'c': true, d: [[]], "e": 0x1F})";
    for (size_t edits = 1 + dice.roll(4); edits > 0; --edits) {
      const size_t at = dice.roll(text.size() + 1);
      dice.roll(2) == 0 ? text.insert(at, 1, static_cast<char>(dice.roll(256))) : text.erase(at, 1 + dice.roll(3));
    }
    try {
      const std::string written = to_json(from_json(text));
      REQUIRE(to_json(from_json(written)) == written);
    } catch (const ExpressionError& error) {
      REQUIRE(error.offset <= text.size());
    }
  }
}

}  // namespace dagsim::expression
