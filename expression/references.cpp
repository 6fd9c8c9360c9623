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
std::vector<const Node*> indices(const Node& node, const Node*& root) {
  std::vector<const Node*> found;
  root = &node;
  for (; root->kind == NodeKind::Index; root = root->children.data()) found.push_back(&root->children[1]);
  std::ranges::reverse(found);
  return found;
}

void collect(const Node& node, std::vector<std::string>& into) {
  const Node* root = nullptr;
  const std::vector<const Node*> path = indices(node, root);
  if (root->kind == NodeKind::Name) {
    std::string reference = lower(root->name);
    for (const Node* index : path) {
      const bool constant = index->kind == NodeKind::Literal;
      reference += '.';
      reference += constant ? lower(to_string(index->literal)) : "*";
      if (!constant) break;
    }
    into.push_back(std::move(reference));
  } else {
    for (const Node& child : root->children) collect(child, into);
  }
  for (const Node* index : path) collect(*index, into);
}

template <typename Predicate>
const Node* find_node(const Node& node, const Predicate& predicate) {
  if (predicate(node)) return &node;
  for (const Node& child : node.children) {
    if (const Node* found = find_node(child, predicate)) return found;
  }
  return nullptr;
}

bool names(std::span<const std::string> list, std::string_view name) {
  return std::ranges::any_of(list, [&](const std::string& known) { return equals_folded(known, name); });
}

}  // namespace

std::vector<std::string> references(const Expression& expression) {
  std::vector<std::string> found;
  collect(expression.tree().root, found);
  return found;
}

bool calls(const Expression& expression, std::string_view function) {
  return find_node(expression.tree().root, [&](const Node& node) {
           return node.kind == NodeKind::Call && equals_folded(node.name, function);
         }) != nullptr;
}

bool calls_status_function(const Expression& expression) {
  return find_node(expression.tree().root, [](const Node& node) {
           const Signature* signature = node.kind == NodeKind::Call ? find_function(node.name) : nullptr;
           return signature != nullptr && signature->id == FunctionId::Status;
         }) != nullptr;
}

void check_names(const Expression& expression, std::span<const std::string> contexts,
                 std::span<const std::string> functions) {
  const Node* unknown = find_node(expression.tree().root, [&](const Node& node) {
    if (node.kind == NodeKind::Name) return !names(contexts, node.name);
    if (node.kind != NodeKind::Call) return false;
    const Signature* signature = find_function(node.name);
    const bool general = signature != nullptr && is_general(signature->id);
    return !general && !names(functions, node.name);
  });
  if (unknown == nullptr) return;
  const std::string_view what = unknown->kind == NodeKind::Name ? "named-value" : "function";
  throw ExpressionError(ErrorKind::Parsing, fmt::format("unrecognized {}: '{}'", what, unknown->name), unknown->offset);
}

}  // namespace dagsim::expression
