// The cross product is walked combination by combination, so that excluded ones are never kept. Cost: combinations
// times leaves of exclude, legs times leaves of include; both are bounded, and so are the leaves of all legs.
#include "workflow/matrix.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::workflow {

using expression::Array;
using expression::Kind;
using expression::Object;
using expression::Value;

namespace {

constexpr std::string_view kInclude = "include";
constexpr std::string_view kExclude = "exclude";

struct Combination {
  Object original;
  Object extras;
};

class Builder {
 public:
  Builder(const MatrixPlace& place, const Limits& limits, Diagnostics& diagnostics)
      : place_(place), limits_(limits), diagnostics_(diagnostics), matcher_(limits.comparisons) {}

  std::vector<Leg> build(const Object& matrix) {
    for (const auto& [key, value] : matrix.entries()) {
      if (key == kInclude) {
        include_ = items(key, value);
      } else if (key == kExclude) {
        exclude_ = items(key, value);
      } else {
        add_vector(key, value);
      }
    }
    if (vectors_.empty() && include_.empty() && !failed_) {
      error("", fmt::format("the matrix of {} must define at least one vector", place_.owner));
    }
    check_exclude();
    if (failed_) return {};
    multiply();
    if (failed_) return {};
    merge_includes();
    return failed_ ? std::vector<Leg>{} : legs();
  }

 private:
  struct Vector {
    std::string key;
    Array values;
  };

  SourceRange where(std::string_view key) const {
    if (place_.node == nullptr) return {};
    for (const yaml::Entry& entry : place_.node->entries) {
      if (equals_ignore_case(entry.key, key)) return {place_.file, entry.key_range};
    }
    return {place_.file, place_.node->range};
  }

  void error(std::string_view key, const std::string& message) {
    diagnostics_.error("matrix", message, where(key));
    failed_ = true;
  }

  void too_many_legs(const std::string& count) {
    error("", fmt::format("the matrix of {} has {} legs, more than the {} that are allowed", place_.owner, count,
                          limits_.legs));
  }

  /// Whether the answers of the matcher hold.
  bool check_cost() {
    if (matcher_.exhausted()) {
      error("", fmt::format("include and exclude of the matrix of {} ask for more than {} comparisons", place_.owner,
                            limits_.comparisons));
    }
    return !matcher_.exhausted();
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

  std::vector<Object> items(const std::string& key, const Value& value) {
    std::vector<Object> result;
    if (value.kind() != Kind::Array) {
      error(key, fmt::format("\"{}\" of the matrix of {} must be a sequence, but is {}", key, place_.owner,
                             to_lower(expression::to_string(value.kind()))));
      return result;
    }
    for (const Value& item : value.array()) {
      if (item.kind() == Kind::Object) {
        result.push_back(item.object());
      } else {
        error(key, fmt::format("each item of \"{}\" of the matrix of {} must be a mapping, but one is {}", key,
                               place_.owner, to_lower(expression::to_string(item.kind()))));
      }
    }
    return result;
  }

  bool is_vector(const std::string& key) const {
    return std::ranges::any_of(vectors_, [&](const Vector& vector) { return equals_ignore_case(vector.key, key); });
  }

  void check_exclude() {
    std::vector<std::string> keys;
    for (const Vector& vector : vectors_) keys.push_back(vector.key);
    for (const Object& item : exclude_) {
      if (item.empty()) error(kExclude, fmt::format("an exclude item of the matrix of {} is empty", place_.owner));
      for (const auto& [key, value] : item.entries()) {
        if (is_vector(key)) continue;
        error(kExclude, fmt::format("exclude key \"{}\" does not match any key of the matrix of {}{}", key,
                                    place_.owner, keys.empty() ? "" : "; expected " + any_of(keys)));
      }
    }
  }

  /// The size of the cross product; the largest number when it has no room for it.
  size_t product_size() const {
    size_t count = 1;
    for (const Vector& vector : vectors_) {
      const size_t most = std::numeric_limits<size_t>::max() / vector.values.size();
      if (count > most) return std::numeric_limits<size_t>::max();
      count *= vector.values.size();
    }
    return count;
  }

  /// The cross product without what exclude drops. Stops at the first leg too many.
  void multiply() {
    if (vectors_.empty()) return;
    const size_t count = product_size();
    if (exclude_.empty() && count > limits_.legs) {
      const bool is_exact = include_.empty() && count < std::numeric_limits<size_t>::max();
      return too_many_legs(fmt::format("{}{}", is_exact ? "" : "at least ", count));
    }
    if (count > limits_.combinations) {
      return error("", fmt::format("the matrix of {} has {} combinations before its exclude, expected at most {}",
                                   place_.owner, count, limits_.combinations));
    }
    for (size_t i = 0; i < count; ++i) {
      Object original = combination(i, count);
      const bool dropped =
          std::ranges::any_of(exclude_, [&](const Object& item) { return matcher_.matches(item, original); });
      if (!check_cost()) return;
      if (dropped) continue;
      combinations_.push_back({std::move(original), {}});
      if (combinations_.size() > limits_.legs) return too_many_legs(fmt::format("at least {}", limits_.legs + 1));
    }
  }

  /// Combination `i` of `count`, the first vector outermost.
  Object combination(size_t i, size_t count) const {
    Object result;
    size_t below = count;
    for (const Vector& vector : vectors_) {
      below /= vector.values.size();
      result.set(vector.key, vector.values[i / below % vector.values.size()]);
    }
    return result;
  }

  void merge_includes() {
    for (const Object& item : include_) {
      Object filter;
      Object extras;
      for (const auto& [key, value] : item.entries()) (is_vector(key) ? filter : extras).set(key, value);
      const bool matched = merge(filter, extras);
      if (!check_cost()) return;
      if (matched) continue;
      for (const auto& [key, value] : extras.entries()) filter.set(key, value);
      alone_.push_back(std::move(filter));
    }
    const size_t count = combinations_.size() + alone_.size();
    if (count > limits_.legs) too_many_legs(fmt::format("{}", count));
  }

  /// Adds the extras to every combination that the filter fits; whether there was any.
  bool merge(const Object& filter, const Object& extras) {
    bool matched = false;
    for (Combination& each : combinations_) {
      if (!matcher_.matches(filter, each.original)) continue;
      matched = true;
      if (!matcher_.spend(extras.entries().size())) break;
      for (const auto& [key, value] : extras.entries()) each.extras.set(key, value);
    }
    return matched;
  }

  std::vector<Leg> legs() {
    std::vector<Leg> result;
    for (const Combination& each : combinations_) {
      if (!add_leg(result, each.original, each.extras)) return {};
    }
    for (const Object& item : alone_) {
      if (!add_leg(result, item, {})) return {};
    }
    if (result.empty()) {
      diagnostics_.warning(
          "matrix",
          fmt::format("exclude leaves no leg of the matrix of {}; it counts as one job without values", place_.owner),
          where(kExclude));
      result.emplace_back();
    }
    return result;
  }

  bool add_leg(std::vector<Leg>& result, const Object& original, const Object& extras) {
    Leg leg;
    for (const auto& [key, value] : original.entries()) add_value(leg, key, value, !is_vector(key));
    for (const Leaf& leaf : leg.leaves) {
      if (!leaf.value.empty()) leg.segments.push_back(leaf.value);
    }
    for (const auto& [key, value] : extras.entries()) add_value(leg, key, value, true);
    leaves_ += leg.leaves.size();
    result.push_back(std::move(leg));
    if (leaves_ <= limits_.leaves) return true;
    error("", fmt::format("the legs of the matrix of {} hold more than {} values", place_.owner, limits_.leaves));
    return false;
  }

  static void add_value(Leg& leg, const std::string& key, const Value& value, bool extra) {
    leg.values.set(key, value);
    const size_t from = leg.leaves.size();
    append_leaves(value, key, leg.leaves);
    for (size_t i = from; i < leg.leaves.size(); ++i) leg.leaves[i].extra = extra;
  }

  const MatrixPlace& place_;
  const Limits& limits_;
  Diagnostics& diagnostics_;
  Matcher matcher_;
  std::vector<Vector> vectors_;
  std::vector<Object> include_;
  std::vector<Object> exclude_;
  std::vector<Combination> combinations_;
  std::vector<Object> alone_;
  size_t leaves_ = 0;
  bool failed_ = false;
};

}  // namespace

std::vector<Leg> expand_matrix(const Value& matrix, const MatrixPlace& place, const Limits& limits,
                               Diagnostics& diagnostics) {
  if (matrix.kind() != Kind::Object) {
    const SourceRange where = place.node == nullptr ? SourceRange{} : SourceRange{place.file, place.node->range};
    diagnostics.error("matrix",
                      fmt::format("the matrix of {} must be a mapping, but its expression gives {}", place.owner,
                                  to_lower(expression::to_string(matrix.kind()))),
                      where);
    return {};
  }
  return Builder(place, limits, diagnostics).build(matrix.object());
}

}  // namespace dagsim::workflow
