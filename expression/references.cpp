// What an expression refers to, read off its tree.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "expression/expression.h"
#include "expression/fold.h"
#include "expression/functions.h"
#include "expression/tree.h"

namespace dagsim::expression {

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

/// The indices of a chain `a.b[c]`, first to last; `root` becomes what they index.
std::vector<const Node*> indices(const Tree& tree, const Node& node, const Node*& root) {
  std::vector<const Node*> found;
  for (root = &node; root->kind == NodeKind::Index; root = &tree.first(*root)) found.push_back(&tree.last(*root));
  std::ranges::reverse(found);
  return found;
}

void collect(const Tree& tree, const Node& node, std::vector<std::string>& into) {
  const Node* root = nullptr;
  const std::vector<const Node*> path = indices(tree, node, root);
  if (root->kind == NodeKind::Name) {
    std::string reference = lower(std::string(root->name));
    for (const Node* index : path) {
      const bool constant = index->kind == NodeKind::Literal;
      reference += '.';
      reference += constant ? lower(to_string(index->literal)) : "*";
      if (!constant) break;
    }
    into.push_back(std::move(reference));
  } else {
    for (NodeId child = root->first; child != NodeId::None; child = tree[child].next) collect(tree, tree[child], into);
  }
  for (const Node* index : path) collect(tree, *index, into);
}

size_t count_arguments(const Tree& tree, const Node& call) {
  size_t count = 0;
  for (NodeId at = call.first; at != NodeId::None; at = tree[at].next) ++count;
  return count;
}

bool is_status_function(const Node& node) {
  return node.signature != nullptr && node.signature->id == FunctionId::Status;
}

bool has_name(std::span<const std::string> list, std::string_view name) {
  return std::ranges::any_of(list, [&](const std::string& known) { return equals_folded(known, name); });
}

ExpressionError unknown_name(std::string_view what, const Node& node) {
  ExpressionError error(ErrorKind::Parsing, fmt::format("unrecognized {}: '{}'", what, node.name), node.offset);
  error.unknown = node.name;
  return error;
}

/// What is wrong with the name of a context or function, or nothing.
std::optional<ExpressionError> fault_of_name(const Tree& tree, const Node& node, const Names& names) {
  if (node.kind == NodeKind::Name && !has_name(names.contexts, node.name)) return unknown_name("named-value", node);
  const bool general = node.signature != nullptr && is_general(node.signature->id);
  if (node.kind != NodeKind::Call || general) return std::nullopt;
  const auto known = std::ranges::find_if(
      names.functions, [&](const LimitedCall& function) { return equals_folded(function.name, node.name); });
  if (known == names.functions.end()) return unknown_name("function", node);
  const size_t count = count_arguments(tree, node);
  if (count >= known->least && count <= known->most) return std::nullopt;
  const bool few = count < known->least;
  return ExpressionError(ErrorKind::Parsing,
                         fmt::format("too {} arguments for {}: {}, at {} {} expected", few ? "few" : "many", node.name,
                                     count, few ? "least" : "most", few ? known->least : known->most),
                         node.offset);
}

}  // namespace

std::vector<std::string> references(const Expression& expression) {
  std::vector<std::string> found;
  const Tree& tree = expression.tree();
  collect(tree, tree[tree.root], found);
  return found;
}

bool calls(const Expression& expression, std::string_view function) {
  return std::ranges::any_of(expression.tree().nodes, [&](const Node& node) {
    return node.kind == NodeKind::Call && equals_folded(node.name, function);
  });
}

bool calls_status_function(const Expression& expression) {
  return std::ranges::any_of(expression.tree().nodes, is_status_function);
}

void check_names(const Expression& expression, const Names& names) {
  const Tree& tree = expression.tree();
  std::optional<ExpressionError> first;
  for (const Node& node : tree.nodes) {
    if (first && node.offset >= first->offset) continue;
    if (auto fault = fault_of_name(tree, node, names)) first = std::move(fault);
  }
  if (first) throw *first;
}

}  // namespace dagsim::expression
