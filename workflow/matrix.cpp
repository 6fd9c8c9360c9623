#include "workflow/matrix.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::workflow {

using expression::Array;
using expression::Kind;
using expression::Object;
using expression::Value;

namespace {

/// Far more than excludes can sensibly remove; keeps a hostile cross product small.
constexpr size_t kMaxCombinations = 4096;

/// Nesting beyond this is no matrix that a person wrote.
constexpr size_t kMaxDepth = 64;

bool matches(const Value& filter, const Value* value, size_t depth) {
  if (depth > kMaxDepth) return false;
  if (filter.kind() == Kind::Object) {
    return std::ranges::all_of(filter.object().entries(), [&](const auto& entry) {
      const Value* inner =
          value != nullptr && value->kind() == Kind::Object ? value->object().find(entry.first) : nullptr;
      return matches(entry.second, inner, depth + 1);
    });
  }
  if (filter.kind() == Kind::Array) {
    const Array& items = filter.array();
    for (size_t i = 0; i < items.size(); ++i) {
      const bool has = value != nullptr && value->kind() == Kind::Array && i < value->array().size();
      if (!matches(items[i], has ? &value->array()[i] : nullptr, depth + 1)) return false;
    }
    return true;
  }
  return expression::equals(value == nullptr ? Value() : *value, filter);
}

bool matches(const Object& filter, const Object& combination) {
  return std::ranges::all_of(
      filter.entries(), [&](const auto& entry) { return matches(entry.second, combination.find(entry.first), 0); });
}

struct Combination {
  Object original;
  Object extras;
};

class Builder {
 public:
  Builder(const MatrixPlace& place, Diagnostics& diagnostics) : place_(place), diagnostics_(diagnostics) {}

  std::vector<Leg> build(const Object& matrix) {
    for (const auto& [key, value] : matrix.entries()) {
      if (equals_ignore_case(key, "include") || equals_ignore_case(key, "exclude")) continue;
      add_vector(key, value);
    }
    const std::vector<Object> include = items(matrix, "include");
    const std::vector<Object> exclude = items(matrix, "exclude");
    if (vectors_.empty() && include.empty() && !failed_) {
      error("", fmt::format("the matrix of {} must define at least one vector", place_.owner));
    }
    check_exclude(exclude);
    if (failed_ || !multiply()) return {};
    std::erase_if(combinations_, [&](const Combination& combination) {
      return std::ranges::any_of(exclude, [&](const Object& item) { return matches(item, combination.original); });
    });
    std::vector<Leg> legs = merge(include);
    if (legs.empty())
      error("exclude", fmt::format("the matrix of {} has no legs left after its exclude", place_.owner));
    if (legs.size() <= kMaxLegs) return legs;
    error("", fmt::format("the matrix of {} has {} legs, more than the {} that GitHub allows", place_.owner,
                          legs.size(), kMaxLegs));
    return {};
  }

 private:
  struct Vector {
    std::string key;
    Array values;
  };

  SourceRange where(const std::string& key) const {
    if (place_.node == nullptr) return {};
    for (const yaml::Entry& entry : place_.node->entries) {
      if (equals_ignore_case(entry.key, key)) return {place_.file, entry.key_range};
    }
    return {place_.file, place_.node->range};
  }

  void error(const std::string& key, const std::string& message) {
    diagnostics_.error("matrix", message, where(key));
    failed_ = true;
  }

  void add_vector(const std::string& key, const Value& value) {
    if (value.kind() != Kind::Array) {
      error(key, fmt::format("matrix vector \"{}\" of {} must be a sequence, but is {}", key, place_.owner,
                             to_lower(expression::to_string(value.kind()))));
    } else if (value.array().empty()) {
      error(key, fmt::format("matrix vector \"{}\" of {} does not contain any values", key, place_.owner));
    } else {
      vectors_.push_back({key, value.array()});
    }
  }

  std::vector<Object> items(const Object& matrix, const std::string& key) {
    std::vector<Object> result;
    const Value* value = matrix.find(key);
    if (value == nullptr || value->is_null()) return result;
    if (value->kind() != Kind::Array) {
      error(key, fmt::format("\"{}\" of the matrix of {} must be a sequence", key, place_.owner));
      return result;
    }
    for (const Value& item : value->array()) {
      if (item.kind() == Kind::Object) {
        result.push_back(item.object());
      } else {
        error(key, fmt::format("each item of \"{}\" of the matrix of {} must be a mapping", key, place_.owner));
      }
    }
    return result;
  }

  bool is_vector(const std::string& key) const {
    return std::ranges::any_of(vectors_, [&](const Vector& vector) { return equals_ignore_case(vector.key, key); });
  }

  void check_exclude(const std::vector<Object>& exclude) {
    std::vector<std::string> keys;
    for (const Vector& vector : vectors_) keys.push_back(vector.key);
    for (const Object& item : exclude) {
      if (item.empty()) error("exclude", fmt::format("an exclude item of the matrix of {} is empty", place_.owner));
      for (const auto& [key, value] : item.entries()) {
        if (is_vector(key)) continue;
        error("exclude", fmt::format("exclude key \"{}\" does not match any key of the matrix of {}{}", key,
                                     place_.owner, keys.empty() ? "" : "; expected " + any_of(keys)));
      }
    }
  }

  /// The cross product, the first vector outermost.
  bool multiply() {
    if (vectors_.empty()) return true;
    size_t count = 1;
    for (const Vector& vector : vectors_) {
      count *= vector.values.size();
      if (count <= kMaxCombinations) continue;
      error("", fmt::format("the matrix of {} has more than {} combinations", place_.owner, kMaxCombinations));
      return false;
    }
    for (size_t i = 0; i < count; ++i) {
      Combination combination;
      size_t below = count;
      for (const Vector& vector : vectors_) {
        below /= vector.values.size();
        combination.original.set(vector.key, vector.values[i / below % vector.values.size()]);
      }
      combinations_.push_back(std::move(combination));
    }
    return true;
  }

  std::vector<Leg> merge(const std::vector<Object>& include) {
    std::vector<Object> alone;
    for (const Object& item : include) {
      Object filter;
      Object extras;
      for (const auto& [key, value] : item.entries()) (is_vector(key) ? filter : extras).set(key, value);
      bool matched = false;
      for (Combination& combination : combinations_) {
        if (!matches(filter, combination.original)) continue;
        matched = true;
        for (const auto& [key, value] : extras.entries()) combination.extras.set(key, value);
      }
      if (matched) continue;
      for (const auto& [key, value] : extras.entries()) filter.set(key, value);
      alone.push_back(std::move(filter));
    }
    std::vector<Leg> legs;
    for (const Combination& combination : combinations_) legs.push_back(leg(combination.original, combination.extras));
    for (const Object& item : alone) legs.push_back(leg(item, {}));
    return legs;
  }

  Leg leg(const Object& original, const Object& extras) const {
    Leg result;
    result.values = original;
    for (const auto& [key, value] : original.entries()) {
      const size_t from = result.leaves.size();
      append_leaves(value, key, result.leaves);
      for (size_t i = from; i < result.leaves.size(); ++i) result.leaves[i].extra = !is_vector(key);
    }
    for (const Leaf& leaf : result.leaves) {
      if (!leaf.value.empty()) result.segments.push_back(leaf.value);
    }
    for (const auto& [key, value] : extras.entries()) {
      result.values.set(key, value);
      const size_t from = result.leaves.size();
      append_leaves(value, key, result.leaves);
      for (size_t i = from; i < result.leaves.size(); ++i) result.leaves[i].extra = true;
    }
    return result;
  }

  const MatrixPlace& place_;
  Diagnostics& diagnostics_;
  std::vector<Vector> vectors_;
  std::vector<Combination> combinations_;
  bool failed_ = false;
};

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

}  // namespace

std::vector<Leg> expand_matrix(const Value& matrix, const MatrixPlace& place, Diagnostics& diagnostics) {
  if (matrix.kind() != Kind::Object) {
    const SourceRange where = place.node == nullptr ? SourceRange{} : SourceRange{place.file, place.node->range};
    diagnostics.error("matrix",
                      fmt::format("the matrix of {} must be a mapping, but its expression gives {}", place.owner,
                                  to_lower(expression::to_string(matrix.kind()))),
                      where);
    return {};
  }
  return Builder(place, diagnostics).build(matrix.object());
}

std::string display_name(const std::string& name, const std::vector<std::string>& segments) {
  std::string result = segments.empty() ? name : fmt::format("{} ({})", name, join(segments, ", "));
  size_t characters = 0;
  size_t cut = result.size();
  for (size_t i = 0; i < result.size(); ++i) {
    if ((static_cast<unsigned char>(result[i]) & 0xC0U) == 0x80U) continue;
    if (characters == 97) cut = i;
    ++characters;
  }
  return characters > 100 ? result.substr(0, cut) + "..." : result;
}

void append_leaves(const Value& value, const std::string& path, std::vector<Leaf>& leaves) {
  append_leaves_at(value, path, 0, leaves);
}

}  // namespace dagsim::workflow
