// Keys of legs. An axis is shown when its value tells legs apart. Of the leaves of one axis, and of keys that `include`
// adds, only those are shown that tell apart what the ones before leave equal: "lane.runner" adds nothing to
// "lane.name". Cost: legs times leaves, of which the first few hundred are looked at; what they leave equal is
// numbered.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

namespace {

constexpr size_t kMostAxes = 256;

std::string_view top_of(std::string_view path) {
  return path.substr(0, path.find('.'));
}

struct Axis {
  std::string_view path;
  bool extra = true;
  std::vector<std::string_view> values;  ///< of each leg; "" where it lacks the leaf

  std::string_view top() const { return top_of(path); }
  bool varies() const {
    return std::ranges::any_of(values, [&](std::string_view value) { return value != values[0]; });
  }
};

std::vector<Axis> axes_of(const std::vector<Draft*>& legs) {
  std::vector<Axis> axes;
  std::map<std::string_view, size_t> places;
  for (size_t leg = 0; leg < legs.size(); ++leg) {
    for (const Leaf& leaf : legs[leg]->leaves) {
      if (axes.size() == kMostAxes && !places.contains(leaf.path)) continue;
      const auto [place, is_new] = places.emplace(leaf.path, axes.size());
      if (is_new) axes.push_back({leaf.path, true, std::vector<std::string_view>(legs.size())});
      Axis& axis = axes[place->second];
      axis.values[leg] = leaf.value;
      axis.extra = axis.extra && leaf.extra;
    }
  }
  return axes;
}

/// The legs in groups of equal values on some axes.
class Partition {
 public:
  explicit Partition(size_t legs) : group_(legs, 0) {}

  /// Splits by `values`; whether that made more groups.
  bool refine(const std::vector<std::string_view>& values) {
    std::map<std::pair<size_t, std::string_view>, size_t> groups;
    std::vector<size_t> next(group_.size());
    for (size_t leg = 0; leg < group_.size(); ++leg) {
      next[leg] = groups.emplace(std::pair{group_[leg], values[leg]}, groups.size()).first->second;
    }
    if (groups.size() == count_) return false;
    group_ = std::move(next);
    count_ = groups.size();
    return true;
  }

 private:
  std::vector<size_t> group_;
  size_t count_ = 1;
};

std::vector<bool> choose(const std::vector<Axis>& axes, size_t legs) {
  std::vector<bool> chosen(axes.size(), false);
  Partition all(legs);
  std::map<std::string_view, Partition> of_top;
  for (size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].extra || !axes[i].varies()) continue;
    chosen[i] = of_top.emplace(axes[i].top(), Partition(legs)).first->second.refine(axes[i].values);
    if (chosen[i]) all.refine(axes[i].values);
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].extra && axes[i].varies()) chosen[i] = all.refine(axes[i].values);
  }
  return chosen;
}

/// How a leg shows a chosen axis: by its own first value there, where that is written otherwise than in other legs (a
/// list beside a word).
std::string shown_axis(const Draft& leg, const Axis& axis, size_t place) {
  const bool has_it = std::ranges::find(leg.leaves, axis.path, &Leaf::path) != leg.leaves.end();
  if (!has_it) {
    for (const Leaf& leaf : leg.leaves) {
      if (top_of(leaf.path) == axis.top()) return fmt::format("{}={}", leaf.path, leaf.value);
    }
  }
  return fmt::format("{}={}", axis.path, axis.values[place]);
}

void name_legs(const std::vector<Draft*>& legs, std::set<std::string>& taken) {
  const std::vector<Axis> axes = axes_of(legs);
  const std::vector<bool> chosen = choose(axes, legs.size());
  for (size_t leg = 0; leg < legs.size(); ++leg) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < axes.size(); ++i) {
      if (!chosen[i]) continue;
      std::string part = shown_axis(*legs[leg], axes[i], leg);
      if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
    }
    const std::string& id = legs[leg]->job.id;
    const std::string key = parts.empty() ? id : fmt::format("{}[{}]", id, join(parts, ","));
    std::string unique = key;
    for (size_t n = 2; !taken.insert(unique).second; ++n) unique = fmt::format("{}#{}", key, n);
    legs[leg]->job.key = unique;
    legs[leg]->job.stream = unique;
  }
}

}  // namespace

void assign_keys(std::vector<Draft>& drafts) {
  std::map<std::string, std::vector<Draft*>> by_id;
  for (Draft& draft : drafts) by_id[draft.job.id].push_back(&draft);
  std::set<std::string> taken;
  for (const auto& [id, legs] : by_id) name_legs(legs, taken);
}

}  // namespace dagsim::workflow
