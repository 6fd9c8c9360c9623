#include "tests/differential/generator_testing.h"

#include <algorithm>

#include <fmt/format.h>

#include "expression/json.h"

namespace dagsim {

namespace {

using Pool = std::vector<std::string>;

const Pool kNames = {"github", "needs", "matrix", "env", "Inputs", "a-b", "_x", "x"};
const Pool kKeys = {"a",  "A", "b", "ref", "Name", "a-b", "_", "",       "true",    "null",   "ß",
                    "SS", "ς", "Σ", "ı",   "İ",    "é",   "É", "result", "outputs", "length", "ToString"};
const Pool kTexts = {"",
                     " ",
                     "a",
                     "A",
                     "abc",
                     "ABC",
                     "b",
                     "true",
                     "false",
                     "null",
                     "0",
                     "1",
                     "-1",
                     "1.5",
                     "1e3",
                     " 12 ",
                     "0x1F",
                     "0X1F",
                     "0o17",
                     "0b11",
                     "1_000",
                     "Infinity",
                     "infinity",
                     "NaN",
                     "-0",
                     ".5",
                     "1.",
                     "+1",
                     "ß",
                     "SS",
                     "ss",
                     "straße",
                     "ΣΑΣ",
                     "σας",
                     "ı",
                     "I",
                     "i",
                     "İ",
                     "é",
                     "É",
                     "ﬁ",
                     "FI",
                     "ǆ",
                     "Ǆ",
                     "ᾳ",
                     "ΑΙ",
                     "K",
                     "k",
                     "ſ",
                     "s",
                     "it's",
                     "''",
                     "{0}",
                     "a\nb",
                     "a\tb\"c\\",
                     "😀",
                     "😀a",
                     "\u2028",
                     "\u0085",
                     "\u00A01",
                     "\uFEFF1",
                     "0x80000000",
                     "0xFFFFFFFFF",
                     "refs/heads/main",
                     "Refs/Heads",
                     "main",
                     "success",
                     "failure",
                     "Array",
                     "Object",
                     "123456789012345678",
                     "1E+20"};
const Pool kNumbers = {"0",
                       "1",
                       "2",
                       "3",
                       "-1",
                       "-0",
                       "+1",
                       "1.5",
                       ".5",
                       "1.",
                       "1e3",
                       "1E3",
                       "-2e-3",
                       "0xff",
                       "0xFF",
                       "0o7",
                       "0xFFFFFFFF",
                       "1e15",
                       "1e20",
                       "1e21",
                       "0.1",
                       "0.00001",
                       "1e-7",
                       "123456789012345.5",
                       "12345678901234567000",
                       "0.1234567890123456",
                       "NaN",
                       "Infinity",
                       "-Infinity",
                       "+Infinity",
                       "1e999",
                       "99999999999999999",
                       "2147483647",
                       "2147483648",
                       "4.35"};
const Pool kBadNumbers = {"0b11", "0X1f",        "0O7", "-0xFF", "- 1", "1.2.3",    "1e",
                          "0x",   "0x1FFFFFFFF", "1a",  "--1",   "+",   "-infinity"};
const Pool kOperators = {"==", "!=", "<", "<=", ">", ">=", "&&", "||"};
const Pool kPieces = {"(",      ")", "[",    "]",    ".",   "*",  ",",  "!",   "'",   "''",      "==", "&&",
                      "||",     "=", "&",    "|",    "-",   "+",  "1",  "x",   "\"",  "$",       "?",  " ",
                      "\u00A0", "é", "true", "null", "NaN", ".5", ".*", "[*]", "x.y", "format(", ",)", "😀"};
const Pool kFormatPieces = {"{0}", "{1}", "{2}", "{{", "}}", "a", " ", "{00}", "''", "é", "-"};
const Pool kBadFormatPieces = {"{", "}", "{0", "{-1}", "{0:x}", "{0 }", "{0a}", "{256}", "{}", "{ 0}", "{0:}"};

struct FunctionShape {
  const char* name;
  size_t least;
  size_t most;
};
constexpr FunctionShape kFunctions[] = {{"contains", 2, 2}, {"startsWith", 2, 2}, {"endsWith", 2, 2}, {"format", 1, 4},
                                        {"join", 1, 2},     {"toJSON", 1, 1},     {"fromJSON", 1, 1}, {"case", 3, 5}};

std::string varied_case(Dice& dice, std::string text) {
  if (!dice.one_in(4)) return text;
  for (char& c : text) {
    if (c >= 'a' && c <= 'z' && dice.one_in(2)) c = static_cast<char>(c - 32);
  }
  return text;
}

/// The first place from `at` on that lies between two characters, so that the text stays UTF-8.
size_t boundary_from(const std::string& text, size_t at) {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return std::min(at, text.size());
}

size_t boundary(Dice& dice, const std::string& text) {
  return boundary_from(text, dice.roll(text.size() + 1));
}

}  // namespace

Question QuestionGenerator::next() {
  Question question;
  question.contexts = contexts();
  question.expr = dice_.one_in(60) ? nest() : expression(1 + dice_.roll(4));
  if (dice_.one_in(6)) question.expr = mutated(std::move(question.expr));
  return question;
}

std::string QuestionGenerator::contexts() {
  names_.clear();
  std::string text;
  for (const std::string& name : kNames) {
    if (dice_.one_in(3)) continue;
    names_.push_back(name);
    text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", name, json(3));
  }
  return "{" + text + "}";
}

std::string QuestionGenerator::json(size_t depth) {
  switch (dice_.roll(depth > 0 ? 9 : 5)) {
    case 0:
      return "null";
    case 1:
      return dice_.one_in(2) ? "true" : "false";
    case 2:
      return json_number();
    case 3:
    case 4:
      return expression::quoted_json(dice_.pick(kTexts));
    case 5:
    case 6: {
      std::string items;
      for (size_t count = dice_.roll(4); count > 0; --count) items += (items.empty() ? "" : ", ") + json(depth - 1);
      return "[" + items + "]";
    }
    default:
      return json_object(depth);
  }
}

std::string QuestionGenerator::json_object(size_t depth) {
  std::string members;
  for (size_t count = dice_.roll(5); count > 0; --count) {
    std::string key = dice_.pick(kKeys);
    if (dice_.one_in(20)) key = std::to_string(dice_.roll(3));
    if (dice_.one_in(60)) key = dice_.one_in(2) ? "constructor" : "__proto__";
    members += fmt::format("{}{}: {}", members.empty() ? "" : ", ", expression::quoted_json(key), json(depth - 1));
  }
  return "{" + members + "}";
}

std::string QuestionGenerator::json_number() {
  static const Pool kSpelled = {"0",   "1",    "-1", "1.5",   "-0", "1e3", "12345678901234567890",
                                "0.1", "1E-7", "2",  "1e999", "100"};
  return dice_.pick(kSpelled);
}

/// JSON as Newtonsoft's reader takes it, or as none does.
std::string QuestionGenerator::relaxed(std::string text) {
  static const Pool kLax = {
      ",",      "/* c */", "// c\n",  "'a'",     "NaN",       "Infinity", "0x1F", "017",
      "-017",   "{b: 1}",  "\u0085",  "[1,]",    "undefined", "1.",       ".5",   "{\"a\": 1, \"A\": 2}",
      "{1: 2}", "\t",      "\\u00e9", "\\ud83d", "+1",        "True",     "]",    "}",
      "\"",     "x",       " 1"};
  for (size_t edits = 1 + dice_.roll(2); edits > 0; --edits) {
    const size_t at = boundary(dice_, text);
    if (dice_.one_in(3) && at < text.size()) {
      text.erase(at, boundary(dice_, text.substr(at)));
    } else {
      text.insert(at, dice_.pick(kLax));
    }
  }
  return text;
}

std::string QuestionGenerator::space() {
  static const Pool kSpaces = {" ", " ", " ", " ", "  ", "", "", "", "\t", "\n", "\r\n"};
  static const Pool kOddSpaces = {"\u00A0", "\u3000", "\u2028", "\u0085", "\v", "\f", "\uFEFF"};
  return dice_.one_in(1000) ? dice_.pick(kOddSpaces) : dice_.pick(kSpaces);
}

std::string QuestionGenerator::expression(size_t depth) {
  if (depth == 0) return dice_.one_in(2) ? literal() : access(0);
  switch (dice_.roll(8)) {
    case 0:
      return "!" + space() + primary(depth - 1);
    case 1:
    case 2:
    case 3:
      return chain(depth);
    default:
      return primary(depth);
  }
}

/// Two strings that may be one when case is ignored, or one within the other.
std::pair<std::string, std::string> QuestionGenerator::alike() {
  static const Pool kCased = {"ß", "SS", "ss", "ẞ", "Σ", "σ", "ς", "ı",  "I",   "i", "İ", "i̇", "é", "É",
                              "ﬁ", "FI", "ǆ",  "ǅ", "Ǆ", "ᾳ", "ᾼ", "ΑΙ", "ΐ",   "K", "k", "K", "ſ", "S",
                              "ŉ", "µ",  "Μ",  "ÿ", "Ÿ", "𐐨", "𐐀", "ა",  "Ა", "a", "A", "_", "Z"};
  const auto some = [&] {
    std::string text;
    for (size_t letters = 1 + dice_.roll(3); letters > 0; --letters) text += dice_.pick(kCased);
    return quoted(text);
  };
  std::string first = some();
  std::string second = some();
  return {std::move(first), std::move(second)};
}

std::string QuestionGenerator::chain(size_t depth) {
  if (dice_.one_in(12)) {
    const auto [left, right] = alike();
    return left + space() + dice_.pick(kOperators) + space() + right;
  }
  std::string text = primary(depth - 1);
  for (size_t more = 1 + dice_.roll(3); more > 0; --more) {
    text += space() + dice_.pick(kOperators) + space() + (dice_.one_in(6) ? "!" : "") + primary(depth - 1);
  }
  return text;
}

std::string QuestionGenerator::primary(size_t depth) {
  switch (dice_.roll(depth > 0 ? 7 : 3)) {
    case 0:
      return literal();
    case 1:
    case 2:
      return access(depth);
    case 3:
      return "(" + space() + expression(depth - 1) + space() + ")";
    default:
      return call(depth);
  }
}

std::string QuestionGenerator::literal() {
  switch (dice_.roll(6)) {
    case 0:
      return "null";
    case 1:
      return dice_.one_in(2) ? "true" : "false";
    case 2:
    case 3:
      return number();
    default:
      return string();
  }
}

std::string QuestionGenerator::number() {
  if (dice_.one_in(40)) return dice_.pick(kBadNumbers);
  if (dice_.one_in(4))
    return fmt::format("{}.{}e{}", dice_.roll(1000), dice_.roll(1000000), static_cast<int>(dice_.roll(44)) - 22);
  return dice_.pick(kNumbers);
}

std::string QuestionGenerator::quoted(std::string_view text) const {
  std::string made = "'";
  for (const char c : text) made.append(c == '\'' ? 2 : 1, c);
  return made + "'";
}

std::string QuestionGenerator::string() {
  return quoted(dice_.one_in(5) ? dice_.pick(kTexts) + dice_.pick(kTexts) : dice_.pick(kTexts));
}

std::string QuestionGenerator::access(size_t depth) {
  const bool unknown = names_.empty() || dice_.one_in(60);
  std::string text = unknown ? "unknown" : varied_case(dice_, dice_.pick(names_));
  if (depth > 0 && dice_.one_in(6)) text = dice_.one_in(2) ? call(depth - 1) : "(" + expression(depth - 1) + ")";
  for (size_t more = dice_.roll(5); more > 0; --more) {
    static const Pool kProperties = {"a", "A",    "b",    "ref",    "name",    "a-b",
                                     "_", "true", "null", "result", "outputs", "length"};
    switch (dice_.roll(6)) {
      case 0:
      case 1:
        text += "." + varied_case(dice_, dice_.pick(kProperties));
        break;
      case 2:
        text += ".*";
        break;
      case 3:
        text += dice_.one_in(4) ? "[" + space() + "*" + space() + "]" : "[" + std::to_string(dice_.roll(3)) + "]";
        break;
      case 4:
        text += "[" + quoted(dice_.pick(kKeys)) + "]";
        break;
      default:
        text += "[" + space() + expression(depth > 1 ? depth - 1 : 0) + space() + "]";
    }
  }
  return text;
}

std::string QuestionGenerator::arguments(size_t count, size_t depth) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += (i > 0 ? "," + space() : "") + expression(depth);
  return text;
}

std::string QuestionGenerator::format_string() {
  std::string text;
  for (size_t parts = dice_.roll(5); parts > 0; --parts) {
    text += dice_.one_in(25) ? dice_.pick(kBadFormatPieces) : dice_.pick(kFormatPieces);
  }
  return quoted(text);
}

std::string QuestionGenerator::call(size_t depth) {
  const size_t deeper = depth > 0 ? depth - 1 : 0;
  const FunctionShape& shape = dice_.pick(kFunctions);
  const std::string name = varied_case(dice_, dice_.one_in(80) ? "unknown" : shape.name);
  size_t count = shape.least + dice_.roll(shape.most - shape.least + 1);
  if (shape.name == std::string_view("case") && !dice_.one_in(20)) count |= 1U;
  if (dice_.one_in(50)) count = dice_.roll(5);
  std::string inside = arguments(count, deeper);
  if (count > 0 && shape.name == std::string_view("fromJSON") && !dice_.one_in(4)) {
    const std::string text = json(2);
    inside = quoted(dice_.one_in(5) ? relaxed(text) : text);
  } else if (count > 0 && shape.name == std::string_view("format") && !dice_.one_in(6)) {
    inside = format_string() + (count > 1 ? ", " + arguments(count - 1, deeper) : "");
  } else if (count > 2 && shape.name == std::string_view("case") && !dice_.one_in(6)) {
    inside = fmt::format("{} == {},{}{}", primary(0), primary(0), space(), arguments(count - 1, deeper));
  }
  if (shape.least == 2 && dice_.one_in(4)) {
    const auto [where, what] = alike();
    inside = where + "," + space() + what;
  }
  if (dice_.one_in(150)) inside += ",";
  return name + (dice_.one_in(10) ? space() : "") + "(" + inside + ")";
}

/// As deep or as wide as GitHub allows, a little less or more.
std::string QuestionGenerator::nest() {
  if (dice_.one_in(6)) {
    std::string text = dice_.one_in(2) ? "case(true, 1" : "format('{0}', 1";
    for (size_t more = 248 + dice_.roll(10); more > 0; --more) text += ", true";
    return text + ")";
  }
  static const std::vector<std::pair<std::string, std::string>> kLevels = {
      {"!", ""},         {"(", ")"}, {"join(", ")"}, {"1 == (", ")"}, {"0 || (", ")"}, {"1 && (0 || ", ")"},
      {"toJSON(!", ")"}, {"", ".a"}, {"", "[0]"},    {"", " == 1"},   {"", " || x"}};
  const auto& [before, behind] = dice_.pick(kLevels);
  std::string front;
  std::string back;
  for (size_t levels = 44 + dice_.roll(10); levels > 0; --levels) {
    front += before;
    back += behind;
  }
  return front + (names_.empty() ? "1" : names_[0]) + back;
}

std::string QuestionGenerator::mutated(std::string text) {
  for (size_t edits = 1 + dice_.roll(3); edits > 0; --edits) {
    const size_t at = boundary(dice_, text);
    switch (dice_.roll(3)) {
      case 0:
        text.erase(at, boundary_from(text, at + dice_.roll(5)) - at);
        break;
      case 1:
        text.insert(at, dice_.pick(kPieces));
        break;
      default:
        text.insert(boundary(dice_, text), text.substr(at, boundary(dice_, text.substr(at))));
    }
  }
  return text;
}

}  // namespace dagsim
