#include "expression/value.h"

#include <cmath>
#include <limits>

#include "expression/expression.h"
#include "tests/catch.h"

namespace dagsim::expression {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<Value> samples() {
  return {Value(), false,  true,  0,     1,      -1, 12,  kNaN,  kInfinity, -0.0,     "",       " ",       "0",
          " 12 ",  "true", "abc", "ABC", "0x1F", 31, "ß", "NaN", Array{},   Array{1}, Object{}, "Infinity"};
}

Value object_of(int count) {
  Object object;
  for (int i = 0; i < count; ++i) object.set("Key" + std::to_string(i), i);
  return object;
}

}  // namespace

TEST_CASE("Equality is symmetric and order antisymmetric over all pairs of values") {
  const std::vector<Value> values = samples();
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values.size(); ++j) {
      CAPTURE(i, j);
      CHECK(equals(values[i], values[j]) == equals(values[j], values[i]));
      const auto forth = compare(values[i], values[j]);
      const auto back = compare(values[j], values[i]);
      REQUIRE(forth.has_value() == back.has_value());
      if (forth) CHECK(*forth == -*back);
      if (forth && values[i].kind() != Kind::Null) CHECK((*forth == 0) == equals(values[i], values[j]));
    }
  }
}

TEST_CASE("Every value but NaN equals itself") {
  for (const Value& value : samples()) {
    const bool nan = value.kind() == Kind::Number && std::isnan(value.number());
    CHECK(equals(value, value) != nan);
  }
}

TEST_CASE("Falsy are null, false, zeros, NaN and the empty string alone") {
  for (const Value& value : {Value(), Value(false), Value(0), Value(-0.0), Value(kNaN), Value("")})
    CHECK_FALSE(truthy(value));
  for (const Value& value : {Value(true), Value(1), Value(-kInfinity), Value("false"), Value("0"), Value(" "),
                             Value(Array{}), Value(Object{})}) {
    CHECK(truthy(value));
  }
}

TEST_CASE("Strings become numbers by GitHub's grammar") {
  const std::vector<std::pair<std::string, double>> table = {{"", 0},
                                                             {" \t\n", 0},
                                                             {" 12 ", 12},
                                                             {"-1.5e3", -1500},
                                                             {"+1", 1},
                                                             {".5", 0.5},
                                                             {"1.", 1},
                                                             {"0xff", 255},
                                                             {"0xFFFFFFFF", -1},
                                                             {"0o17", 15},
                                                             {"007", 7},
                                                             {"Infinity", kInfinity},
                                                             {"-Infinity", -kInfinity},
                                                             {"+Infinity", kInfinity},
                                                             {"1e999", kInfinity},
                                                             {"-1e999", -kInfinity},
                                                             {"1e-999", 0},
                                                             {"\xC2\xA0"
                                                              "3\xE3\x80\x80",
                                                              3}};
  for (const auto& [text, number] : table) {
    CAPTURE(text);
    CHECK(to_number(Value(text)) == number);
  }
  for (const char* text : {"abc", "1 2", "0XFF",     "0x",  "0o",  "0o8", "0x1FFFFFFFF", "-0xff", "0b1",  "1e", ".",
                           "--1", "+-1", "infinity", "inf", "nan", "NaN", "1_000",       "1,000", "true", "- 1"}) {
    CAPTURE(text);
    CHECK(std::isnan(to_number(Value(text))));
  }
  CHECK(std::isnan(to_number(Array{})));
  CHECK(std::isnan(to_number(Object{})));
}

TEST_CASE("Numbers are written with fifteen significant digits as .NET's G15 does") {
  const std::vector<std::pair<double, std::string>> table = {{0, "0"},
                                                             {-0.0, "0"},
                                                             {1, "1"},
                                                             {-1.5, "-1.5"},
                                                             {1.10, "1.1"},
                                                             {0.1 + 0.2, "0.3"},
                                                             {1e14, "100000000000000"},
                                                             {123456789012345, "123456789012345"},
                                                             {1e15, "1E+15"},
                                                             {1e20, "1E+20"},
                                                             {12345678901234567000.0, "1.23456789012346E+19"},
                                                             {0.0001, "0.0001"},
                                                             {0.00001, "1E-05"},
                                                             {1.5e-7, "1.5E-07"},
                                                             {1e100, "1E+100"},
                                                             {1.0 / 3, "0.333333333333333"},
                                                             {999999999999999.9, "1E+15"},
                                                             {kNaN, "NaN"},
                                                             {kInfinity, "Infinity"},
                                                             {-kInfinity, "-Infinity"}};
  for (const auto& [number, text] : table) CHECK(to_string(Value(number)) == text);
}

TEST_CASE("Case is folded per character, dotless i and dotted I staying apart") {
  const std::vector<std::pair<std::string, std::string>> same = {
      {"abc", "ABC"}, {"é", "É"}, {"ÿ", "Ÿ"}, {"σ", "ς"}, {"Σ", "ς"}, {"ж", "Ж"}, {"ё", "Ё"}, {"µ", "Μ"}, {"ǆ", "ǅ"}};
  for (const auto& [a, b] : same) CHECK(equals(a, b));
  const std::vector<std::pair<std::string, std::string>> different = {
      {"ı", "I"},       {"ı", "i"},   {"İ", "i"}, {"İ", "I"},
      {"ß", "SS"},      {"ß", "ẞ"},   {"ſ", "S"}, {"k", "\xE2\x84\xAA"},
      {"\xFF", "\xFE"}, {"\xC3", "Ã"}};
  for (const auto& [a, b] : different) CHECK_FALSE(equals(a, b));
  CHECK(compare("a", "_") == -1);
  CHECK(compare("\xF0\x9F\x98\x80", "\xEF\xBF\xBD") == -1);
}

TEST_CASE("Objects look keys up ignoring case and keep the first spelling and place") {
  Object object;
  object.set("One", 1);
  object.set("two", 2);
  object.set("ONE", 3);
  CHECK(to_json(object) == "{\n  \"One\": 3,\n  \"two\": 2\n}");
  CHECK(object.find("TWO")->number() == 2);
  CHECK(object.find("three") == nullptr);
}

TEST_CASE("Large objects find every key as small ones do") {
  Object object = object_of(100).object();
  object.set("KEY7", "new");
  CHECK(object.entries().size() == 100);
  CHECK(object.entries()[7].first == "Key7");
  CHECK(object.find("key7")->string() == "new");
  for (int i = 8; i < 100; ++i) CHECK(object.find("kEY" + std::to_string(i))->number() == i);
  CHECK(object.find("key100") == nullptr);
}

TEST_CASE("Collections equal only themselves") {
  const Value array(Array{1});
  const Value copy = array;
  CHECK(equals(array, copy));
  CHECK_FALSE(equals(array, Value(Array{1})));
  CHECK_FALSE(equals(array, Value("Array")));
  CHECK_FALSE(equals(Value(Object{}), Value()));
  CHECK(compare(array, copy) == std::nullopt);
}

}  // namespace dagsim::expression
