// From events to the tree. An alias is read by going through its anchor's events once more; findings in there were made
// at the anchor and aren't repeated. No recursion: open collections and running aliases are two explicit stacks.
#include "base/yaml.h"

#include <algorithm>
#include <deque>
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
  Node* node;
  bool has_key = false;                                 ///< the value comes next
  bool dropped = false;                                 ///< its key can't be used
  std::unordered_map<std::string, Range> defined = {};  ///< lower-case keys, once there are many

  /// Where a key equal to this one, ignoring case, is defined already.
  std::optional<Range> defined_at(std::string_view key) {
    const std::vector<Entry>& entries = node->entries;
    if (entries.size() < kFewKeys) {
      const auto equal = [&](const Entry& other) { return equals_ignore_case(other.key, key); };
      const auto found = std::ranges::find_if(entries, equal);
      return found == entries.end() ? std::nullopt : std::optional(found->key_range);
    }
    for (size_t i = defined.size(); i < entries.size(); ++i) {
      defined.try_emplace(to_lower(entries[i].key), entries[i].key_range);
    }
    const auto found = defined.find(to_lower(key));
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
  void scalar(Event& event, std::optional<Range> place);
  void start(const Event& event, std::optional<Range> place);
  Node& next_node();
  void complete();
  void take_key(Filling& mapping, Node& key);
  Diagnostic* error(std::string rule, std::string message, Range range);

  std::vector<Event> events_;
  bool read_once_;  ///< without aliases, so that their texts may be taken
  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
  std::vector<Reading> readings_;
  Node root_;
  std::vector<Filling> filling_;  ///< their nodes stay where they are: what holds one grows only after it is complete
  std::deque<Node> loose_;        ///< keys being read and values of unusable keys, the innermost last
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
    scalar(event, place);
    complete();
  } else if (event.kind == EventKind::End) {
    filling_.pop_back();
    complete();
  } else {
    start(event, place);
  }
}

void TreeBuilder::scalar(Event& event, std::optional<Range> place) {
  Node& node = next_node();
  node.range = place ? *place : event.range;
  node.text = read_once_ ? std::move(event.text) : event.text;
  node.plain = event.plain;
  const std::string problem = read_scalar(node, event.tag);
  if (!problem.empty()) error(event.tag.empty() ? "yaml-number" : "yaml-tag", problem, node.range);
}

void TreeBuilder::start(const Event& event, std::optional<Range> place) {
  const bool mapping = event.kind == EventKind::MappingStart;
  Node& node = next_node();
  node.kind = mapping ? Kind::Mapping : Kind::Sequence;
  node.range = place ? *place : event.range;
  const std::string tag = short_tag(event.tag);
  if (!tag.empty() && tag != "!" && tag != (mapping ? "!!map" : "!!seq")) {
    const std::string_view what = mapping ? "mapping" : "sequence";
    const uint32_t begin = node.range.begin;
    error("yaml-tag", fmt::format("unknown tag '{}' on a {}", tag, what), {begin, begin + 1});
  }
  if (mapping) {
    node.entries.reserve(event.children / 2);
  } else {
    node.items.reserve(event.children);
  }
  filling_.push_back({&node});
}

/// Where the node that comes next is to be made.
Node& TreeBuilder::next_node() {
  if (filling_.empty()) return root_;
  const Filling& parent = filling_.back();
  if (parent.node->is_sequence()) return parent.node->items.emplace_back();
  return parent.has_key && !parent.dropped ? parent.node->entries.back().value : loose_.emplace_back();
}

/// Tells the collection around it that a node is complete.
void TreeBuilder::complete() {
  if (filling_.empty() || filling_.back().node->is_sequence()) return;
  Filling& mapping = filling_.back();
  const bool is_key = !mapping.has_key;
  if (is_key) take_key(mapping, loose_.back());
  if (is_key || mapping.dropped) loose_.pop_back();
  if (!is_key) mapping.dropped = false;
  mapping.has_key = is_key;
}

void TreeBuilder::take_key(Filling& mapping, Node& key) {
  mapping.dropped = true;
  if (!key.is_scalar()) {
    error("yaml-key", fmt::format("a key must be a scalar, but this one is {}", describe(key)), key.range);
    return;
  }
  std::string text = key.is_string() ? std::move(key.text) : key_text(key);
  if (const std::optional<Range> first = mapping.defined_at(text)) {
    const std::string message = fmt::format("'{}' is already defined", quotable(text));
    Diagnostic* found = error("yaml-duplicate-key", message, key.range);
    if (found != nullptr) found->notes.push_back({"it is first defined here", {file_, *first}});
    return;
  }
  mapping.dropped = false;
  mapping.node->entries.push_back({std::move(text), key.range, {}});
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
