// What an expression refers to, read off its tree.
#include <algorithm>

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

/// What is wrong with the name of a context or function, "" when nothing is.
std::string fault_of_name(const Tree& tree, const Node& node, const Names& names) {
  if (node.kind == NodeKind::Name && !has_name(names.contexts, node.name)) {
    return fmt::format("unrecognized named-value: '{}'", node.name);
  }
  const bool general = node.signature != nullptr && is_general(node.signature->id);
  if (node.kind != NodeKind::Call || general) return "";
  const auto known = std::ranges::find_if(
      names.functions, [&](const LimitedCall& function) { return equals_folded(function.name, node.name); });
  if (known == names.functions.end()) return fmt::format("unrecognized function: '{}'", node.name);
  const size_t count = count_arguments(tree, node);
  if (count < known->least) {
    return fmt::format("too few arguments for {}: {}, at least {} expected", node.name, count, known->least);
  }
  if (count > known->most) {
    return fmt::format("too many arguments for {}: {}, at most {} expected", node.name, count, known->most);
  }
  return "";
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
  const Node* first = nullptr;
  std::string message;
  for (const Node& node : tree.nodes) {
    if (first != nullptr && node.offset >= first->offset) continue;
    std::string fault = fault_of_name(tree, node, names);
    if (fault.empty()) continue;
    first = &node;
    message = std::move(fault);
  }
  if (first != nullptr) throw ExpressionError(ErrorKind::Parsing, message, first->offset);
}

}  // namespace dagsim::expression
