// The tree of an expression. Its depth is bounded by the parser, so walks may recurse.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "expression/value.h"

namespace dagsim::expression {

enum class NodeKind {
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

struct Node {
  NodeKind kind = NodeKind::Literal;
  size_t offset = 0;  ///< byte of the name, literal or operator in the text
  size_t depth = 1;   ///< levels from here to the deepest leaf
  Value literal;
  std::string name;  ///< of a context or function, as spelled
  std::vector<Node> children;
};

struct Tree {
  Node root;
};

}  // namespace dagsim::expression
