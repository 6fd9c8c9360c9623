#include "model/edit_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::model {

namespace {

std::optional<double> parse_factor(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || value <= 0)
    return std::nullopt;
  return value;
}

}  // namespace

Fields::Fields(std::shared_ptr<const SourceFile> file, const yaml::Entry& operation, Diagnostics& diagnostics)
    : file_(std::move(file)), operation_(operation), diagnostics_(diagnostics) {}

void Fields::expect(std::vector<std::string> known, std::string_view main) {
  std::ranges::sort(known);
  if (!operation_.value.is_mapping()) {
    if (!main.empty() && operation_.value.is_scalar() && !operation_.value.is_null()) {
      main_ = main;
    } else {
      ok_ = false;
      diagnostics_.error("field-type",
                         fmt::format("\"{}\" takes a mapping with {}, but got {}", operation_.key, any_of(known),
                                     yaml::describe(operation_.value)),
                         at(operation_.value.range));
    }
    return;
  }
  for (const yaml::Entry& entry : operation_.value.entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    ok_ = false;
    Diagnostic& finding = diagnostics_.error(
        "unknown-field",
        fmt::format("\"{}\" has no field \"{}\", expected {}", operation_.key, entry.key, any_of(known)),
        at(entry.key_range));
    const std::vector<std::string> near = nearest(entry.key, known);
    if (!near.empty()) finding.notes.push_back({fmt::format("did you mean \"{}\"?", near.front()), {}});
  }
}

const yaml::Node* Fields::find(std::string_view name) const {
  if (!main_.empty()) return name == main_ ? &operation_.value : nullptr;
  return operation_.value.find(name);
}

const yaml::Node* Fields::get(std::string_view name, Presence presence) {
  const yaml::Node* node = find(name);
  // A field list of the wrong kind has been reported as a whole.
  if (node == nullptr && presence == Presence::Required && (ok_ || operation_.value.is_mapping())) {
    report("missing-field", fmt::format("\"{}\" lacks the field \"{}\"", operation_.key, name));
  }
  return node;
}

void Fields::report(std::string rule, std::string message) {
  ok_ = false;
  diagnostics_.error(std::move(rule), std::move(message), at(operation_.key_range));
}

void Fields::report_kind(std::string_view name, const yaml::Node& node, std::string_view expected) {
  ok_ = false;
  diagnostics_.error(
      "field-type",
      fmt::format("\"{}\" of \"{}\" must be {}, but is {}", name, operation_.key, expected, yaml::describe(node)),
      at(node.range));
}

std::string Fields::text(std::string_view name, Presence presence) {
  const yaml::Node* node = get(name, presence);
  if (node == nullptr) return "";
  if (!node->is_scalar() || node->is_null()) {
    report_kind(name, *node, "a string");
    return "";
  }
  return node->text;
}

std::vector<std::string> Fields::list(std::string_view name, Presence presence) {
  const yaml::Node* node = get(name, presence);
  if (node == nullptr) return {};
  if (node->is_scalar() && !node->is_null()) return {node->text};
  std::vector<std::string> texts;
  for (const yaml::Node& item : node->items) {
    if (item.is_scalar() && !item.is_null()) texts.push_back(item.text);
  }
  if (!node->is_sequence() || texts.size() != node->items.size())
    report_kind(name, *node, "a string or a list of strings");
  return texts;
}

std::optional<double> Fields::number(std::string_view name, Presence presence) {
  const yaml::Node* node = get(name, presence);
  if (node == nullptr) return std::nullopt;
  if (node->kind != yaml::Kind::Number || !std::isfinite(node->number)) {
    report_kind(name, *node, "a number");
    return std::nullopt;
  }
  return node->number;
}

std::optional<AssumedDuration> Fields::range(std::string_view name, const yaml::Node& node,
                                             std::optional<double> (*parse)(std::string_view),
                                             std::string_view expected) {
  const std::string_view text = node.text;
  const size_t dots = text.find("..");
  const std::optional<double> low = parse(trim(text.substr(0, dots)));
  const std::optional<double> high = dots == std::string_view::npos ? low : parse(trim(text.substr(dots + 2)));
  if (!node.is_scalar() || !low || !high || *low > *high) {
    report_kind(name, node, expected);
    return std::nullopt;
  }
  return AssumedDuration{*low, *high, at(node.range)};
}

std::optional<AssumedDuration> Fields::duration(std::string_view name, Presence presence) {
  const yaml::Node* node = get(name, presence);
  if (node == nullptr) return std::nullopt;
  return range(name, *node, parse_duration, "a duration such as 90s or 2m..3m");
}

std::optional<AssumedDuration> Fields::factor(std::string_view name) {
  const yaml::Node* node = get(name, Presence::Optional);
  if (node == nullptr) return std::nullopt;
  return range(name, *node, parse_factor, "a positive factor such as 1.2 or 1.1..1.3");
}

std::vector<Bucket> Fields::buckets(std::string_view name) {
  const yaml::Node* node = get(name, Presence::Optional);
  if (node == nullptr) return {};
  std::vector<Bucket> found;
  bool lists = node->is_mapping();
  for (const yaml::Entry& entry : node->entries) {
    Bucket bucket{entry.key, {}};
    for (const yaml::Node& item : entry.value.items) {
      if (item.is_scalar()) bucket.members.push_back(item.text);
    }
    lists = lists && entry.value.is_sequence() && !bucket.members.empty() &&
            bucket.members.size() == entry.value.items.size();
    found.push_back(std::move(bucket));
  }
  if (!lists) report_kind(name, *node, "a mapping from names to lists of matrix values");
  return found;
}

}  // namespace dagsim::model
