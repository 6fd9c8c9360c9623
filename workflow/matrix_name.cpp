// What legs are called: leaves, display names, configuration ids. GitHub counts and cuts in UTF-16 code units, so a
// character beyond U+FFFF counts twice, and one that the cut splits becomes U+FFFD when it is written as UTF-8.
#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/matrix.h"

namespace dagsim::workflow {

using expression::Kind;
using expression::Value;

namespace {

/// Above what the readers of YAML and JSON let through together.
constexpr size_t kMaxDepth = 200;

constexpr size_t kMostNameUnits = 100;
constexpr size_t kMostIdBytes = 25;

void append_leaves_at(const Value& value, const std::string& path, size_t depth, std::vector<Leaf>& leaves) {
  if (depth > kMaxDepth) return;
  if (value.kind() == Kind::Object) {
    for (const auto& [key, inner] : value.object().entries()) {
      append_leaves_at(inner, path + "." + key, depth + 1, leaves);
    }
  } else if (value.kind() == Kind::Array) {
    for (size_t i = 0; i < value.array().size(); ++i) {
      append_leaves_at(value.array()[i], fmt::format("{}.{}", path, i), depth + 1, leaves);
    }
  } else {
    leaves.push_back({path, expression::to_string(value), false});
  }
}

/// The UTF-16 code units of the character that begins with this byte; a continuation byte begins none.
size_t units_of(char byte) {
  const auto bits = static_cast<unsigned char>(byte);
  if ((bits & 0xC0U) == 0x80U) return 0;
  return bits >= 0xF0U ? 2 : 1;
}

size_t units_of(std::string_view text) {
  size_t units = 0;
  for (const char byte : text) units += units_of(byte);
  return units;
}

/// The first `most` units of a text that has more.
std::string cut(std::string_view text, size_t most) {
  size_t units = 0;
  size_t at = 0;
  while (units + units_of(text[at]) <= most) units += units_of(text[at++]);
  return std::string(text.substr(0, at)) + (units < most ? "\xEF\xBF\xBD" : "");
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_id_char(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

void append_to_id(std::string_view segment, std::string& id) {
  const bool needs_start = id.empty() && is_id_char(segment.front()) && !is_letter(segment.front());
  if (needs_start || !id.empty()) id += '_';
  for (const char c : segment) id.append(is_id_char(c) ? std::string(1, c) : std::string(units_of(c), '_'));
}

std::string unique_id(const std::string& id, std::set<std::string>& taken) {
  std::string suffix;
  for (size_t attempt = 2;; ++attempt) {
    std::string candidate = id.substr(0, kMostIdBytes - suffix.size()) + suffix;
    if (taken.insert(to_lower(candidate)).second) return candidate;
    suffix = fmt::format("_{}", attempt);
  }
}

}  // namespace

void append_leaves(const Value& value, const std::string& path, std::vector<Leaf>& leaves) {
  append_leaves_at(value, path, 0, leaves);
}

std::string display_name(const std::string& name, const std::vector<std::string>& segments) {
  constexpr std::string_view kDots = "...";
  std::string result = segments.empty() ? name : fmt::format("{} ({})", name, join(segments, ", "));
  if (units_of(result) <= kMostNameUnits) return result;
  return cut(result, kMostNameUnits - kDots.size()).append(kDots);
}

std::vector<std::string> configuration_ids(const std::vector<Leg>& legs) {
  std::vector<std::string> ids;
  std::set<std::string> taken;
  for (const Leg& leg : legs) {
    std::string id;
    for (const std::string& segment : leg.segments) append_to_id(segment, id);
    ids.push_back(unique_id(id.empty() ? "job" : id, taken));
  }
  return ids;
}

}  // namespace dagsim::workflow
