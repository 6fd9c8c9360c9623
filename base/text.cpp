#include "base/text.h"

#include <algorithm>
#include <numeric>

namespace dagsim {

namespace {

// Names that people mistype are short; the bound keeps hostile ones from costing quadratic time.
constexpr size_t kLongestWord = 200;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, no substring edited twice.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, substituted});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::string to_lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), lower);
  return lowered;
}

bool equals_ignore_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool glob_match(std::string_view glob, std::string_view name) {
  size_t g = 0;
  size_t n = 0;
  // Only the last star ever needs to grow: an earlier one that took more could not reach further.
  size_t star = std::string_view::npos;
  size_t star_end = 0;
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_end = n;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == name[n])) {
      ++g;
      ++n;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == std::string_view::npos;
}

std::vector<std::string> nearest(std::string_view word, std::span<const std::string> candidates, size_t most) {
  struct Near {
    size_t distance;
    const std::string* candidate;
  };
  std::vector<Near> found;
  for (const std::string& candidate : candidates) {
    const auto [shorter, longer] = std::minmax({word.size(), candidate.size()});
    const size_t allowed = std::max<size_t>(1, longer / 3);
    if (longer > kLongestWord || longer - shorter > allowed) continue;
    const size_t distance = edit_distance(word, candidate);
    if (distance <= allowed) found.push_back({distance, &candidate});
  }
  std::ranges::stable_sort(found, {}, &Near::distance);
  std::vector<std::string> names;
  for (const Near& near : found) {
    if (names.size() == most) break;
    if (std::ranges::find(names, *near.candidate) == names.end()) names.push_back(*near.candidate);
  }
  return names;
}

std::string any_of(std::span<const std::string> words) {
  if (words.size() < 2) return words.empty() ? "" : words.front();
  return join(words.first(words.size() - 1), ", ") + " or " + words.back();
}

}  // namespace dagsim
