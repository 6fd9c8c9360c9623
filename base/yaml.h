// YAML as a tree in which every node knows its place; built from libyaml's events with the bounds that GitHub sets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"

namespace dagsim::yaml {

/// How a node reads under the YAML 1.2 core schema, as GitHub's reader applies it: plain `true`, `null`, `12` have
/// types, quoted ones and `yes`, `on` are strings.
enum class Kind { Null, Boolean, Number, String, Sequence, Mapping };

struct Entry;

/// A value and where it stands. Scalars keep the user's text (`text`) and its typed reading (`boolean`, `number`).
/// Aliases are expanded: the copy stands at the alias's own place.
struct Node {
  Kind kind = Kind::Null;
  Range range;                 ///< of a scalar its text with quotes; of a collection from its first to its last byte
  std::string text;            ///< scalars: the value, unquoted and unfolded
  bool boolean = false;        ///< Kind::Boolean
  double number = 0;           ///< Kind::Number
  bool plain = false;          ///< scalars: written without quotes and not as a block scalar
  std::vector<Node> items;     ///< Kind::Sequence
  std::vector<Entry> entries;  ///< Kind::Mapping, in the order of the file

  bool is_scalar() const { return kind != Kind::Sequence && kind != Kind::Mapping; }
  bool is_mapping() const { return kind == Kind::Mapping; }
  bool is_sequence() const { return kind == Kind::Sequence; }
  bool is_null() const { return kind == Kind::Null; }
  bool is_string() const { return kind == Kind::String; }

  /// The value of `key` in a mapping (exact case), or null when absent or not a mapping.
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Range key_range;
  Node value;
};

/// Bounds that keep hostile files harmless; the defaults are GitHub's (actions/runner ParseOptions).
struct Limits {
  size_t bytes = size_t{1} << 20;
  size_t depth = 50;  ///< at most 500
  size_t nodes = 50'000;  ///< of a document with aliases, which are counted as often as they are used
};

/// Parses one document. Findings (syntax, a second document, duplicate keys ignoring case, unknown tags, `<<` merge
/// keys are ordinary keys, bounds) are appended to `diagnostics`; the result is empty only if no tree could be built.
/// An empty file gives a Null node.
std::optional<Node> parse(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics,
                          const Limits& limits = {});

/// `text` as it is written in a file, in a flow collection or as a key, to be read as this string: plain where that is
/// safe, else in double quotes.
std::string scalar_text(std::string_view text);

/// "a mapping", "a sequence", "the string 'x'", "the number 3", "null": what was found, for messages.
std::string describe(const Node& node);

}  // namespace dagsim::yaml
