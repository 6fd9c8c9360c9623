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

bool has_name(std::span<const std::string> list, std::string_view name) {
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

void check_names(const Expression& expression, const Names& names) {
  const auto limited = [&](const Node& call) {
    return std::ranges::find_if(names.functions,
                                [&](const LimitedCall& known) { return equals_folded(known.name, call.name); });
  };
  const Node* fault = find_node(expression.tree().root, [&](const Node& node) {
    if (node.kind == NodeKind::Name) return !has_name(names.contexts, node.name);
    if (node.kind != NodeKind::Call) return false;
    const Signature* signature = find_function(node.name);
    if (signature != nullptr && is_general(signature->id)) return false;
    const auto known = limited(node);
    return known == names.functions.end() || node.children.size() < known->least || node.children.size() > known->most;
  });
  if (fault == nullptr) return;
  std::string message = fmt::format("unrecognized named-value: '{}'", fault->name);
  if (fault->kind == NodeKind::Call) {
    const auto known = limited(*fault);
    message = known == names.functions.end() ? fmt::format("unrecognized function: '{}'", fault->name)
              : fault->children.size() < known->least
                  ? fmt::format("too few arguments for {}: {}, at least {} expected", fault->name,
                                fault->children.size(), known->least)
                  : fmt::format("too many arguments for {}: {}, at most {} expected", fault->name,
                                fault->children.size(), known->most);
  }
  throw ExpressionError(ErrorKind::Parsing, message, fault->offset);
}

}  // namespace dagsim::expression
