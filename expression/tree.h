// The tree of an expression: nodes in one array, the children of a node chained from the first to the last. Its depth
// is bounded by the parser, so walks may recurse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expression/value.h"

namespace dagsim::expression {

struct Signature;  // expression/functions.h

enum class NodeKind : uint8_t {
  Literal,
  Wildcard,  ///< `*`, only as the second child of an Index
  Name,      ///< a context
  Index,     ///< collection, then index; `a.b` is `a['b']`
  Call,
  Not,
  And,  ///< two or more terms: chains are flat
  Or,
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
};

enum class NodeId : uint32_t { None = UINT32_MAX };

struct Node {
  NodeKind kind = NodeKind::Literal;
  uint32_t offset = 0;  ///< byte of the name, literal or operator in the text
  uint32_t depth = 1;   ///< levels from here to the deepest leaf
  NodeId first = NodeId::None;
  NodeId last = NodeId::None;
  NodeId next = NodeId::None;            ///< the sibling behind this one
  std::string_view name = {};            ///< of a context or function, as spelled; a part of the tree's text
  const Signature* signature = nullptr;  ///< of a call, when the function is a known one
  Value literal = {};
};

/// `nodes` may hold a few that the tree has no more: operators of chains that were made flat.
struct Tree {
  std::string text;
  std::vector<Node> nodes;
  NodeId root = NodeId::None;

  const Node& operator[](NodeId id) const { return nodes[static_cast<size_t>(id)]; }
  const Node& first(const Node& node) const { return (*this)[node.first]; }
  const Node& last(const Node& node) const { return (*this)[node.last]; }
};

}  // namespace dagsim::expression
