// Filters of a matrix. GitHub turns each leaf of a filter into an expression `matrix['key']['sub'][0] == leaf` and
// evaluates that; here the filter and the combination are walked side by side with the same index and the same `==`.
// Cost: the leaves of the filter, bounded by a budget that all filters of a matrix share.
#include <algorithm>

#include "expression/expression.h"
#include "workflow/matrix.h"

namespace dagsim::workflow {

using expression::Array;
using expression::Kind;
using expression::Object;
using expression::Value;

namespace {

/// Above what the readers of YAML and JSON let through together.
constexpr size_t kMaxDepth = 200;

/// Comparing texts costs by their length.
size_t cost_of(const Value& leaf) {
  constexpr size_t kBytesAtOnce = 16;
  return 1 + (leaf.kind() == Kind::String ? leaf.string().size() / kBytesAtOnce : 0);
}

}  // namespace

bool Matcher::spend(size_t cost) {
  exhausted_ = exhausted_ || cost > budget_;
  if (!exhausted_) budget_ -= cost;
  return !exhausted_;
}

bool Matcher::matches(const Object& filter, const Object& combination) {
  if (!spend(1)) return false;
  return std::ranges::all_of(
      filter.entries(), [&](const auto& entry) { return matches(entry.second, combination.find(entry.first), 0); });
}

bool Matcher::matches(const Value& filter, const Value* value, size_t depth) {
  if (depth > kMaxDepth || !spend(cost_of(filter))) return false;
  const auto below = [&](const Value& index) {
    return value == nullptr ? nullptr : expression::find_child(*value, index);
  };
  if (filter.kind() == Kind::Object) {
    return std::ranges::all_of(filter.object().entries(),
                               [&](const auto& entry) { return matches(entry.second, below(entry.first), depth + 1); });
  }
  if (filter.kind() == Kind::Array) {
    const Array& items = filter.array();
    for (size_t i = 0; i < items.size(); ++i) {
      if (!matches(items[i], below(static_cast<double>(i)), depth + 1)) return false;
    }
    return true;
  }
  return expression::equals(value == nullptr ? Value() : *value, filter);
}

}  // namespace dagsim::workflow
