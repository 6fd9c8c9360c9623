// The YAML tree of a text as text, and what was found wrong with it.
#pragma once

#include <optional>
#include <string>

#include "base/yaml.h"

namespace dagsim::yaml {

struct Parsed {
  std::shared_ptr<const SourceFile> file;
  std::optional<Node> root;
  Diagnostics diagnostics;

  /// The source text of a node, which shows where its range lies.
  std::string source(const Node& node) const { return std::string(file->text(node.range)); }
};

Parsed parsed(std::string text, const Limits& limits = {});

/// The tree in one line: strings in quotes, other scalars bare, `{k: v}` and `[a, b]`; what is wrong if there is no
/// tree.
std::string shape(const Parsed& result);
std::string shape(const std::string& text);

/// The diagnostics as the user sees them; "" when there are none.
std::string complaints(const std::string& text, const Limits& limits = {});

/// The position and source text of each node and key in the order of the tree: "1:1 [a: b]", one a line.
std::string places(const std::string& text);

}  // namespace dagsim::yaml
