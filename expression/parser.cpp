// Tokens to a tree by Dijkstra's shunting-yard, which needs no call stack: twenty thousand parentheses are as good as
// two. Only the depth of the tree is bounded, and checked as each node is made. Time and memory are linear in the text;
// nodes, which serve as the stack of operands too, and pending operators are all that is allocated.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "expression/expression.h"
#include "expression/functions.h"
#include "expression/lexer.h"
#include "expression/tree.h"

namespace dagsim::expression {

namespace {

constexpr size_t kMostUnits = 21'000;
constexpr size_t kMostDepth = 50;
constexpr size_t kMostReserved = 64;

struct OperatorRule {
  int precedence = 0;
  NodeKind node = NodeKind::Literal;
};

OperatorRule rule_of(std::string_view text) {
  const bool or_equal = text.size() == 2;
  switch (text[0]) {
    case '|':
      return {5, NodeKind::Or};
    case '&':
      return {6, NodeKind::And};
    case '=':
      return {10, NodeKind::Equal};
    case '<':
      return {11, or_equal ? NodeKind::LessOrEqual : NodeKind::Less};
    case '>':
      return {11, or_equal ? NodeKind::GreaterOrEqual : NodeKind::Greater};
    default:
      return or_equal ? OperatorRule{10, NodeKind::NotEqual} : OperatorRule{16, NodeKind::Not};
  }
}

[[noreturn]] void fail(const std::string& what, size_t offset) {
  throw ExpressionError(ErrorKind::Parsing, what, offset);
}

[[noreturn]] void fail_at(const Token& token) {
  if (token.kind == TokenKind::End) fail("unexpected end of the expression", token.offset);
  fail(fmt::format("unexpected \"{}\"", token.text), token.offset);
}

/// Whether a value has just ended, so that an operator, a point or a closing bracket may follow.
bool ends_value(TokenKind kind) {
  switch (kind) {
    case TokenKind::CloseGroup:
    case TokenKind::CloseIndex:
    case TokenKind::Wildcard:
    case TokenKind::Literal:
    case TokenKind::Property:
    case TokenKind::Name:
      return true;
    default:
      return false;
  }
}

/// Whether a value may begin behind the token.
bool awaits_value(TokenKind kind) {
  switch (kind) {
    case TokenKind::Start:
    case TokenKind::OpenGroup:
    case TokenKind::OpenIndex:
    case TokenKind::Comma:
    case TokenKind::Operator:
    case TokenKind::Not:
      return true;
    default:
      return false;
  }
}

/// Whether `token` may stand behind a token of kind `last`.
bool may_follow(TokenKind last, const Token& token) {
  switch (token.kind) {
    case TokenKind::OpenGroup:
      return awaits_value(last) || last == TokenKind::Callee;
    case TokenKind::Not:
    case TokenKind::Literal:
    case TokenKind::Callee:
    case TokenKind::Name:
      return awaits_value(last);
    case TokenKind::OpenIndex:
    case TokenKind::Dot:
      return ends_value(last) && last != TokenKind::Literal;
    case TokenKind::Wildcard:
      return last == TokenKind::Dot || last == TokenKind::OpenIndex;
    case TokenKind::Property:
      return last == TokenKind::Dot;
    default:
      return ends_value(last);
  }
}

class Parser {
 public:
  explicit Parser(Tree& tree) : tree_(tree), lexer_(tree.text) {}

  void parse() {
    try {
      parse_tokens();
    } catch (const ExpressionError& error) {
      if (error.kind == ErrorKind::Parsing) read_on();
      throw;
    }
  }

 private:
  enum class Role : uint8_t { Operator, Group, Index, Call };

  struct Pending {
    Role role = Role::Operator;
    OperatorRule rule = {};          // of an operator
    size_t offset = 0;               // of the operator or bracket
    std::string_view function = {};  // of a call
    size_t arguments = 0;            // of a call, those that have ended
  };

  void parse_tokens() {
    Token token = lexer_.next();
    if (token.kind == TokenKind::End) push(NodeKind::Literal, token.offset);
    while (token.kind != TokenKind::End) {
      accept(token);
      last_ = token.kind;
      token = lexer_.next();
    }
    if (last_ != TokenKind::Start && !ends_value(last_)) fail_at(token);
    apply_down_to(0);
    if (!pending_.empty()) {
      const size_t offset = pending_.back().offset;
      fail(fmt::format("unclosed \"{}\"", tree_.text[offset]), offset);
    }
    tree_.root = top_;
  }

  /// GitHub reads all tokens before it parses them, so a bad one further on is the error.
  void read_on() {
    while (lexer_.next().kind != TokenKind::End) {
    }
  }

  Node& node(NodeId id) { return tree_.nodes[static_cast<size_t>(id)]; }

  void accept(Token& token) {
    // `f()` is the one place where a bracket closes on nothing.
    const bool empty_call = token.kind == TokenKind::CloseGroup && last_ == TokenKind::OpenGroup && !pending_.empty() &&
                            pending_.back().role == Role::Call;
    const bool filtered = last_ == TokenKind::Wildcard && node(top_).kind == NodeKind::Wildcard;
    if (filtered && token.kind != TokenKind::CloseIndex) fail_at(token);
    if (!empty_call && !may_follow(last_, token)) fail_at(token);
    switch (token.kind) {
      case TokenKind::Literal:
        push(NodeKind::Literal, token.offset).literal = std::move(token.literal);
        break;
      case TokenKind::Name:
        push(NodeKind::Name, token.offset).name = token.text;
        break;
      case TokenKind::Callee:
        function_ = token.text;
        break;
      case TokenKind::Wildcard:
        push(NodeKind::Wildcard, token.offset);
        if (last_ == TokenKind::Dot) combine(NodeKind::Index, 2, token.offset);
        break;
      case TokenKind::Property:
        push(NodeKind::Literal, token.offset).literal = token.text;
        combine(NodeKind::Index, 2, token.offset);
        break;
      case TokenKind::Operator:
      case TokenKind::Not:
        accept_operator(token);
        break;
      case TokenKind::OpenGroup:
        accept_group(token);
        break;
      case TokenKind::OpenIndex:
        pending_.push_back({.role = Role::Index, .offset = token.offset});
        break;
      case TokenKind::Comma:
        accept_comma(token);
        break;
      case TokenKind::CloseGroup:
        close_group(token, empty_call);
        break;
      case TokenKind::CloseIndex:
        close_index(token);
        break;
      case TokenKind::Dot:
      case TokenKind::Start:
      case TokenKind::End:
        break;
    }
  }

  /// Operands form a stack: each one's `next` is the one below until they become children.
  Node& push(NodeKind kind, size_t offset) {
    const NodeId below = top_;
    top_ = static_cast<NodeId>(tree_.nodes.size());
    Node& pushed = tree_.nodes.emplace_back();
    pushed.kind = kind;
    pushed.offset = static_cast<uint32_t>(offset);  // check_length keeps it far below 32 bits
    pushed.next = below;
    return pushed;
  }

  void accept_operator(const Token& token) {
    const OperatorRule rule = rule_of(token.text);
    if (token.kind == TokenKind::Operator) apply_down_to(rule.precedence);
    pending_.push_back({.role = Role::Operator, .rule = rule, .offset = token.offset});
  }

  void accept_group(const Token& token) {
    const bool call = last_ == TokenKind::Callee;
    pending_.push_back({.role = call ? Role::Call : Role::Group, .offset = token.offset});
    if (call) pending_.back().function = function_;
  }

  void accept_comma(const Token& token) {
    apply_down_to(0);
    if (pending_.empty() || pending_.back().role != Role::Call) fail_at(token);
    ++pending_.back().arguments;
  }

  void close_group(const Token& token, bool empty_call) {
    apply_down_to(0);
    if (pending_.empty() || pending_.back().role == Role::Index) fail_at(token);
    const Pending opened = pending_.back();
    pending_.pop_back();
    if (opened.role == Role::Call) make_call(opened.function, opened.arguments + (empty_call ? 0 : 1));
  }

  void close_index(const Token& token) {
    apply_down_to(0);
    if (pending_.empty() || pending_.back().role != Role::Index) fail_at(token);
    combine(NodeKind::Index, 2, pending_.back().offset);
    pending_.pop_back();
  }

  void make_call(std::string_view name, size_t count) {
    const auto offset = static_cast<size_t>(name.data() - tree_.text.data());
    const Signature* signature = find_function(name);
    if (signature != nullptr) check_arguments(*signature, name, count, offset);
    Node& call = combine(NodeKind::Call, count, offset);
    call.name = name;
    call.signature = signature;
  }

  static void check_arguments(const Signature& signature, std::string_view name, size_t count, size_t offset) {
    if (count < signature.least)
      fail(fmt::format("too few arguments for {}: {}, at least {} expected", name, count, signature.least), offset);
    if (count > signature.most)
      fail(fmt::format("too many arguments for {}: {}, at most {} expected", name, count, signature.most), offset);
    if (signature.id == FunctionId::Case && count % 2 == 0) {
      fail(fmt::format("case needs an odd number of arguments, the last of them the default, but got {}", count),
           offset);
    }
  }

  /// Applies the operators on top that bind at least as tightly.
  void apply_down_to(int precedence) {
    while (!pending_.empty() && pending_.back().role == Role::Operator &&
           pending_.back().rule.precedence >= precedence) {
      const Pending top = pending_.back();
      pending_.pop_back();
      switch (top.rule.node) {
        case NodeKind::Not:
          combine(NodeKind::Not, 1, top.offset);
          break;
        case NodeKind::And:
        case NodeKind::Or:
          chain(top.rule.node, top.offset);
          break;
        default:
          combine(top.rule.node, 2, top.offset);
      }
    }
  }

  NodeId pop() {
    const NodeId popped = top_;
    top_ = node(popped).next;
    node(popped).next = NodeId::None;
    return popped;
  }

  struct Children {
    NodeId first = NodeId::None;
    NodeId last = NodeId::None;
    uint32_t depth = 1;  // of the node that they make
  };

  /// Makes one node of the last `count` operands.
  Node& combine(NodeKind kind, size_t count, size_t offset) {
    Children children;
    for (size_t i = 0; i < count; ++i) {
      const NodeId child = pop();
      if (i == 0) children.last = child;
      node(child).next = children.first;
      children.first = child;
      children.depth = std::max(children.depth, node(child).depth + 1);
    }
    return push_parent(kind, children, offset);
  }

  /// Joins the last two operands by `&&` or `||`; terms of either side that are such a chain become terms of this one.
  void chain(NodeKind kind, size_t offset) {
    const NodeId right = pop();
    const NodeId left = pop();
    Children children;
    for (const NodeId side : {left, right}) {
      const bool flat = node(side).kind == kind;
      const NodeId first = flat ? node(side).first : side;
      if (children.first == NodeId::None) children.first = first;
      if (children.last != NodeId::None) node(children.last).next = first;
      children.last = flat ? node(side).last : side;
      children.depth = std::max(children.depth, node(side).depth + (flat ? 0 : 1));
    }
    push_parent(kind, children, offset);
  }

  Node& push_parent(NodeKind kind, const Children& children, size_t offset) {
    if (children.depth > kMostDepth)
      fail(fmt::format("the expression is nested more than {} levels deep", kMostDepth), offset);
    Node& parent = push(kind, offset);
    parent.first = children.first;
    parent.last = children.last;
    parent.depth = children.depth;
    return parent;
  }

  Tree& tree_;
  Lexer lexer_;
  TokenKind last_ = TokenKind::Start;
  std::string_view function_;
  NodeId top_ = NodeId::None;
  std::vector<Pending> pending_;
};

[[noreturn]] void fail_length(size_t offset) {
  throw ExpressionError(ErrorKind::Lexing, fmt::format("the expression is longer than {} characters", kMostUnits),
                        offset);
}

/// Fails when there are more UTF-16 units than GitHub takes, at the first character that is too much.
void check_length(std::string_view text) {
  if (text.size() <= kMostUnits) return;
  size_t units = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) == 0x80U) continue;
    units += byte >= 0xF0 ? 2 : 1;
    if (units > kMostUnits) fail_length(i);
  }
  // A unit takes at most three bytes; more than that are bytes that aren't UTF-8.
  if (text.size() > 3 * kMostUnits) fail_length(3 * kMostUnits);
}

}  // namespace

Expression Expression::parse(std::string_view text) {
  check_length(text);
  const auto tree = std::make_shared<Tree>();
  tree->text = text;
  tree->nodes.reserve(std::min(text.size() / 5 + 4, kMostReserved));
  Parser(*tree).parse();
  Expression expression;
  expression.tree_ = tree;
  return expression;
}

const std::string& Expression::text() const {
  return tree_->text;
}

}  // namespace dagsim::expression
