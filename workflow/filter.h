// GitHub's filter patterns, by which `branches`, `tags`, `paths` and their `-ignore` twins pick names and files.
//
//   *        any characters but "/", or none            **       any characters, or none
//   **/      any number of whole folders, or none       [a-z0_]  one of the characters and ranges
//   x?  x+   the character, class or escaped character  \x       the character x, whatever it means
//            before it at most once, at least once       !        at the front: takes back what earlier patterns gave
//
// A pattern covers the whole name and minds its case. `?` and `+` at the front stand for themselves. A range joins two
// digits or two letters; letters reach from A to z, so `[A-z]` is `[A-Z\[\\^_`a-z]`. One character is one code point;
// bytes that are no UTF-8 are characters of their own.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/text_fault.h"

namespace dagsim::workflow {

/// Longer patterns, which no path could match without wildcards, are refused: names are matched in bounded time.
inline constexpr size_t kMostPatternBytes = 4096;

/// One pattern, ready to match. One with faults matches nothing.
class FilterPattern {
 public:
  explicit FilterPattern(std::string_view text);

  const std::string& text() const { return text_; }
  bool negative() const { return negative_; }
  const std::vector<TextFault>& faults() const { return faults_; }

  /// Whether what stands behind the `!`, if any, covers the whole of `name`. Time is at most the product of both
  /// lengths.
  bool matches(std::string_view name) const;

  /// A short name that the pattern covers, with "1" for each wildcard; "" when it has faults. Torn
  /// UTF-8 in the pattern may grow together in it.
  std::string example() const;

  /// One character of a name, whether it may occur again and again, and how many elements a name may leave out from
  /// here on.
  struct Element {
    enum class Kind : uint8_t { Character, Class, NoSlash, Any };
    Kind kind = Kind::Character;
    bool repeats = false;
    uint32_t skip = 0;
    char32_t character = 0;
    std::bitset<128> members = {};
  };

 private:
  std::string text_;
  bool negative_ = false;
  std::vector<TextFault> faults_;
  std::vector<Element> elements_;
};

/// The list of patterns of one filter, in the order of the file. Patterns with faults decide nothing.
class Filter {
 public:
  explicit Filter(std::span<const std::string> patterns);

  bool empty() const { return patterns_.empty(); }
  const std::vector<FilterPattern>& patterns() const { return patterns_; }

  /// Read as `branches`, `tags` or `paths`: the pattern that decides on the name, the last one that matches. The name
  /// is included unless that is null or negative.
  const FilterPattern* deciding(std::string_view name) const;
  bool includes(std::string_view name) const;

  /// Read as `branches-ignore`, `tags-ignore` or `paths-ignore`: the first pattern that ignores the name, or null. A
  /// negative one ignores all that it doesn't match.
  const FilterPattern* ignoring(std::string_view name) const;

  /// Whether a workflow with this filter as `branches`, `tags` or `paths` stays silent: there are patterns, and none of
  /// the names is included.
  bool includes_none(std::span<const std::string> names) const;
  /// Whether a workflow with this filter as `branches-ignore`, `tags-ignore` or `paths-ignore` stays silent: there are
  /// patterns, and each of the names is ignored.
  bool ignores_all(std::span<const std::string> names) const;

 private:
  std::vector<FilterPattern> patterns_;
};

}  // namespace dagsim::workflow
