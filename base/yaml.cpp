// From events to the tree. An alias is read by going through its anchor's events once more; findings in there were made
// at the anchor and aren't repeated. No recursion: open collections and running aliases are two explicit stacks.
#include "base/yaml.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml_events.h"
#include "base/yaml_scalar.h"

namespace dagsim::yaml {

namespace {

/// Up to here, looking at every key of a mapping beats a hash table.
constexpr size_t kFewKeys = 16;

/// A collection being filled. In a mapping, nodes come as key, value, key, value.
struct Filling {
  Node node;
  std::optional<Entry> entry;                           ///< the key whose value comes next
  bool dropped = false;                                 ///< the entry's key can't be used
  std::unordered_map<std::string, Range> defined = {};  ///< lower-case keys, once there are many

  /// Where a key equal to that of `entry`, ignoring case, is defined already.
  std::optional<Range> defined_at() {
    if (node.entries.size() < kFewKeys) {
      const auto equal = [&](const Entry& other) { return equals_ignore_case(other.key, entry->key); };
      const auto found = std::ranges::find_if(node.entries, equal);
      return found == node.entries.end() ? std::nullopt : std::optional(found->key_range);
    }
    for (size_t i = defined.size(); i < node.entries.size(); ++i) {
      defined.try_emplace(to_lower(node.entries[i].key), node.entries[i].key_range);
    }
    const auto found = defined.find(to_lower(entry->key));
    return found == defined.end() ? std::nullopt : std::optional(found->second);
  }
};

/// Events still to read; those of an alias all stand at its place.
struct Reading {
  size_t next;
  size_t last;
  std::optional<Range> place;
};

class TreeBuilder {
 public:
  TreeBuilder(std::vector<Event> events, const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics)
      : events_(std::move(events)),
        read_once_(std::ranges::find(events_, EventKind::Alias, &Event::kind) == events_.end()),
        file_(file),
        diagnostics_(diagnostics) {}

  Node build();

 private:
  void read(Event& event, std::optional<Range> place);
  Node scalar(Event& event, std::optional<Range> place);
  void start(const Event& event, std::optional<Range> place);
  void complete(Node node);
  void take_key(Filling& mapping, Node key);
  void take_value(Filling& mapping, Node value);
  Diagnostic* error(std::string rule, std::string message, Range range);

  std::vector<Event> events_;
  bool read_once_;  ///< without aliases, so that their texts may be taken
  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
  std::vector<Reading> readings_;
  std::vector<Filling> filling_;
  Node root_;
};

Node TreeBuilder::build() {
  readings_.push_back({0, events_.size(), std::nullopt});
  while (!readings_.empty()) {
    Reading& reading = readings_.back();
    if (reading.next == reading.last) {
      readings_.pop_back();
      continue;
    }
    Event& event = events_[reading.next++];
    const std::optional<Range> place = reading.place;
    if (event.kind == EventKind::Alias) {
      readings_.push_back({event.first, event.last, place ? *place : event.range});
    } else {
      read(event, place);
    }
  }
  return std::move(root_);
}

void TreeBuilder::read(Event& event, std::optional<Range> place) {
  if (event.kind == EventKind::Scalar) {
    complete(scalar(event, place));
  } else if (event.kind == EventKind::End) {
    Node node = std::move(filling_.back().node);
    filling_.pop_back();
    complete(std::move(node));
  } else {
    start(event, place);
  }
}

Node TreeBuilder::scalar(Event& event, std::optional<Range> place) {
  Node node;
  node.range = place ? *place : event.range;
  node.text = read_once_ ? std::move(event.text) : event.text;
  node.plain = event.plain;
  const std::string problem = read_scalar(node, event.tag);
  if (!problem.empty()) error(event.tag.empty() ? "yaml-number" : "yaml-tag", problem, node.range);
  return node;
}

void TreeBuilder::start(const Event& event, std::optional<Range> place) {
  const bool mapping = event.kind == EventKind::MappingStart;
  Filling collection;
  collection.node.kind = mapping ? Kind::Mapping : Kind::Sequence;
  collection.node.range = place ? *place : event.range;
  const std::string tag = short_tag(event.tag);
  if (!tag.empty() && tag != "!" && tag != (mapping ? "!!map" : "!!seq")) {
    const std::string_view what = mapping ? "mapping" : "sequence";
    const uint32_t begin = collection.node.range.begin;
    error("yaml-tag", fmt::format("unknown tag '{}' on a {}", tag, what), {begin, begin + 1});
  }
  if (mapping) {
    collection.node.entries.reserve(event.children / 2);
  } else {
    collection.node.items.reserve(event.children);
  }
  filling_.push_back(std::move(collection));
}

void TreeBuilder::complete(Node node) {
  if (filling_.empty()) {
    root_ = std::move(node);
    return;
  }
  Filling& parent = filling_.back();
  if (parent.node.is_sequence()) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.entry) {
    take_key(parent, std::move(node));
  } else {
    take_value(parent, std::move(node));
  }
}

void TreeBuilder::take_key(Filling& mapping, Node key) {
  mapping.entry = Entry{.key = "", .key_range = key.range, .value = {}};
  mapping.dropped = !key.is_scalar();
  if (mapping.dropped) {
    error("yaml-key", fmt::format("a key must be a scalar, but this one is {}", describe(key)), key.range);
    return;
  }
  mapping.entry->key = key_text(key);
  const std::optional<Range> first = mapping.defined_at();
  if (!first) return;
  mapping.dropped = true;
  const std::string message = fmt::format("'{}' is already defined", quotable(mapping.entry->key));
  Diagnostic* found = error("yaml-duplicate-key", message, key.range);
  if (found != nullptr) found->notes.push_back({"it is first defined here", {file_, *first}});
}

void TreeBuilder::take_value(Filling& mapping, Node value) {
  Entry entry = std::move(*mapping.entry);
  mapping.entry.reset();
  if (mapping.dropped) return;
  entry.value = std::move(value);
  mapping.node.entries.push_back(std::move(entry));
}

Diagnostic* TreeBuilder::error(std::string rule, std::string message, Range range) {
  if (readings_.back().place) return nullptr;
  return &diagnostics_.error(std::move(rule), std::move(message), {file_, range});
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

std::optional<Node> parse(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                          const Limits& limits) {
  auto events = read_events(file, diagnostics, limits);
  if (!events) return std::nullopt;
  const bool empty = events->empty();
  Node root = TreeBuilder(std::move(*events), file, diagnostics).build();
  root.plain = root.plain || empty;
  return root;
}

std::string describe(const Node& node) {
  const std::string text = quotable(node.text);
  switch (node.kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return fmt::format("the boolean {}", text);
    case Kind::Number:
      return fmt::format("the number {}", text);
    case Kind::String:
      return fmt::format("the string '{}'", text);
    case Kind::Sequence:
      return "a sequence";
    case Kind::Mapping:
      break;
  }
  return "a mapping";
}

}  // namespace dagsim::yaml
