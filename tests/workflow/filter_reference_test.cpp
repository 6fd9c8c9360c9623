// The matcher against a naive one that reads the pattern anew at every step and tries everything: all short patterns
// times all short names. And random bytes, which must not break it.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "tests/catch.h"
#include "tests/dice.h"
#include "workflow/filter.h"

namespace dagsim::workflow {
namespace {

/// All texts over the alphabet with at most so many characters.
std::vector<std::string> all_texts(const std::string& alphabet, size_t most) {
  std::vector<std::string> texts = {""};
  for (size_t begin = 0, length = 0; length < most; ++length) {
    const size_t end = texts.size();
    for (size_t i = begin; i < end; ++i) {
      for (const char c : alphabet) texts.push_back(texts[i] + c);
    }
    begin = end;
  }
  return texts;
}

/// What one character or class of a pattern, and its quantifier, come to; no unit where the pattern is malformed.
struct Unit {
  std::string wildcard;  ///< "*", "**", "**/" or ""
  std::string members;   ///< of a character, an escaped character or a class
  char quantifier = ' ';
  std::string rest;
};

std::optional<std::string> class_members(const std::string& inside) {
  std::string members;
  for (size_t i = 0; i < inside.size(); ++i) {
    const bool is_range = i + 1 < inside.size() && inside[i + 1] == '-';
    if (std::string_view("-+?").find(inside[i]) != std::string_view::npos) return std::nullopt;
    if (is_range && i + 2 >= inside.size()) return std::nullopt;
    const char last = is_range ? inside[i + 2] : inside[i];
    if (std::string_view("-+?").find(last) != std::string_view::npos || last < inside[i]) return std::nullopt;
    for (char c = inside[i]; c <= last; ++c) members += c;
    if (is_range) i += 2;
  }
  if (members.empty()) return std::nullopt;
  return members;
}

std::optional<Unit> first_unit(const std::string& pattern, bool at_front) {
  Unit unit;
  size_t length = 1;
  if (pattern[0] == '*') {
    length = pattern.starts_with("**/") ? 3 : pattern.starts_with("**") ? 2 : 1;
    unit.wildcard = pattern.substr(0, length);
  } else if (pattern[0] == '\\') {
    if (pattern.size() < 2) return std::nullopt;
    length = 2;
    unit.members = pattern.substr(1, 1);
  } else if (pattern[0] == '[') {
    const size_t close = pattern.find(']');
    if (close == std::string::npos) return std::nullopt;
    const auto members = class_members(pattern.substr(1, close - 1));
    if (!members) return std::nullopt;
    length = close + 1;
    unit.members = *members;
  } else if (!at_front && (pattern[0] == '?' || pattern[0] == '+')) {
    return std::nullopt;
  } else {
    unit.members = pattern.substr(0, 1);
  }
  unit.rest = pattern.substr(length);
  if (unit.rest.starts_with('?') || (unit.rest.starts_with('+') && unit.wildcard.empty())) {
    const bool second = unit.wildcard.empty() && unit.rest.substr(1).starts_with('?');
    if (unit.wildcard.empty()) unit.quantifier = unit.rest[0];
    unit.rest = unit.rest.substr(second ? 2 : 1);
  }
  return unit;
}

bool is_well_formed(std::string pattern) {
  for (bool at_front = true; !pattern.empty(); at_front = false) {
    const auto unit = first_unit(pattern, at_front);
    if (!unit) return false;
    pattern = unit->rest;
  }
  return true;
}

/// Tries every length that the first unit could take. \param pattern well-formed
bool covers(const std::string& pattern, const std::string& name, bool at_front = true) {
  if (pattern.empty()) return name.empty();
  const Unit unit = *first_unit(pattern, at_front);
  for (size_t length = 0; length <= name.size(); ++length) {
    const std::string taken = name.substr(0, length);
    bool fits = true;
    if (unit.wildcard == "*") {
      fits = taken.find('/') == std::string::npos;
    } else if (unit.wildcard == "**/") {
      fits = length == 0 || (length > 1 && taken.back() == '/');
    } else if (unit.wildcard.empty()) {
      fits = taken.find_first_not_of(unit.members) == std::string::npos;
      fits = fits && (length > 0 || unit.quantifier == '?') && (length < 2 || unit.quantifier == '+');
    }
    if (fits && covers(unit.rest, name.substr(length), false)) return true;
  }
  return false;
}

/// Compares every pattern with every name; the number of pairs.
size_t compare_all(const std::string& signs, size_t pattern_length, const std::string& letters, size_t name_length) {
  const std::vector<std::string> names = all_texts(letters, name_length);
  size_t pairs = 0;
  for (const std::string& pattern : all_texts(signs, pattern_length)) {
    const FilterPattern compiled(pattern);
    const bool well_formed = is_well_formed(pattern);
    if (compiled.faults().empty() != well_formed) FAIL_CHECK("faults of \"" << pattern << "\"");
    if (!well_formed) continue;
    if (!covers(pattern, compiled.example())) FAIL_CHECK("example of \"" << pattern << "\"");
    for (const std::string& name : names) {
      ++pairs;
      if (compiled.matches(name) != covers(pattern, name)) FAIL_CHECK("\"" << pattern << "\" on \"" << name << "\"");
    }
  }
  return pairs;
}

std::string drawn_text(Dice& dice, const std::string& alphabet, size_t most) {
  std::string drawn;
  for (size_t length = dice.roll(most + 1); length > 0; --length) {
    drawn += dice.roll(8) == 0 ? static_cast<char>(dice.roll(256)) : alphabet[dice.roll(alphabet.size())];
  }
  return drawn;
}

}  // namespace

TEST_CASE("All patterns of wildcards and quantifiers agree with the naive matcher on all names") {
  CHECK(compare_all("a/*?+", 4, "ab/", 5) > 150'000);
}

TEST_CASE("All patterns of classes and escapes agree with the naive matcher on all names") {
  CHECK(compare_all("ab[]-\\", 5, "ab-]\\", 2) > 100'000);
  CHECK(compare_all("a[]+?\\", 5, "a+?[", 2) > 30'000);
}

TEST_CASE("Random patterns and names neither break the matcher nor disagree with themselves") {
  Dice dice;
  size_t matched = 0;
  for (int round = 0; round < 50'000; ++round) {
    const std::string text = drawn_text(dice, "a/*?+[]-\\!.z0é", 12);
    const FilterPattern pattern(text);
    for (const TextFault& fault : pattern.faults()) CHECK((fault.begin < fault.end && fault.end <= text.size()));
    const std::string name = drawn_text(dice, "a/*?+[]-\\!.z0é", 12);
    if (pattern.matches(name)) ++matched;
    INFO("\"" << text << "\" gives \"" << pattern.example() << "\"");
    const bool is_ascii = std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (pattern.faults().empty() && is_ascii) CHECK(pattern.matches(pattern.example()));
    std::string escaped;
    for (const char c : name) {
      const bool is_sign = std::string_view("*?+[]\\!").find(c) != std::string_view::npos;
      escaped += is_sign ? std::string("\\") + c : std::string(1, c);
    }
    CHECK(FilterPattern(escaped).matches(name));
  }
  CHECK(matched > 100);
}

}  // namespace dagsim::workflow
