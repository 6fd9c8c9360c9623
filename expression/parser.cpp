// Tokens to a tree by Dijkstra's shunting-yard, which needs no call stack: twenty thousand parentheses are as good as
// two. Only the depth of the tree is bounded, and checked as each node is made. Time and memory are linear in the text.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "expression/expression.h"
#include "expression/functions.h"
#include "expression/lexer.h"
#include "expression/tree.h"

namespace dagsim::expression {

namespace {

constexpr size_t kMostCharacters = 21'000;
constexpr size_t kMostDepth = 50;

struct OperatorRule {
  std::string_view text;
  int precedence;
  NodeKind node;
};

constexpr std::array kOperators = {
    OperatorRule{"||", 5, NodeKind::Or},      OperatorRule{"&&", 6, NodeKind::And},
    OperatorRule{"==", 10, NodeKind::Equal},  OperatorRule{"!=", 10, NodeKind::NotEqual},
    OperatorRule{"<", 11, NodeKind::Less},    OperatorRule{"<=", 11, NodeKind::LessOrEqual},
    OperatorRule{">", 11, NodeKind::Greater}, OperatorRule{">=", 11, NodeKind::GreaterOrEqual},
    OperatorRule{"!", 16, NodeKind::Not},
};

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
  explicit Parser(std::string_view text) : lexer_(text) {}

  Tree parse() {
    Token token = lexer_.next();
    if (token.kind == TokenKind::End) return {};
    while (token.kind != TokenKind::End) {
      accept(token);
      last_ = token.kind;
      token = lexer_.next();
    }
    if (!ends_value(last_)) fail_at(token);
    apply_down_to(0);
    if (!pending_.empty())
      fail(fmt::format("unclosed \"{}\"", pending_.back().token.text), pending_.back().token.offset);
    return {std::move(operands_.back())};
  }

 private:
  enum class Role { Operator, Group, Index, Call };

  struct Pending {
    Role role;
    Token token;
    OperatorRule rule;    // of an operator
    size_t first = 0;     // of a call: its first argument among the operands
    Token function = {};  // of a call
  };

  void accept(Token& token) {
    // `f()` is the one place where a bracket closes on nothing.
    const bool empty_call = token.kind == TokenKind::CloseGroup && last_ == TokenKind::OpenGroup && !pending_.empty() &&
                            pending_.back().role == Role::Call;
    const bool filtered =
        last_ == TokenKind::Wildcard && !pending_.empty() && operands_.back().kind == NodeKind::Wildcard;
    if (filtered && token.kind != TokenKind::CloseIndex) fail_at(token);
    if (!empty_call && !may_follow(last_, token)) fail_at(token);
    switch (token.kind) {
      case TokenKind::Literal:
        push_leaf({NodeKind::Literal, token.offset, 1, std::move(token.literal), {}, {}});
        break;
      case TokenKind::Name:
        push_leaf({NodeKind::Name, token.offset, 1, {}, std::string(token.text), {}});
        break;
      case TokenKind::Callee:
        function_ = token;
        break;
      case TokenKind::Wildcard:
        accept_wildcard(token);
        break;
      case TokenKind::Property:
        push_leaf({NodeKind::Literal, token.offset, 1, token.text, {}, {}});
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
        pending_.push_back({Role::Index, token, {}});
        break;
      case TokenKind::Comma:
        accept_comma(token);
        break;
      case TokenKind::CloseGroup:
        close_group(token);
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

  void push_leaf(Node node) { operands_.push_back(std::move(node)); }

  void accept_wildcard(const Token& token) {
    push_leaf({NodeKind::Wildcard, token.offset, 1, {}, {}, {}});
    if (last_ == TokenKind::Dot) combine(NodeKind::Index, 2, token.offset);
  }

  void accept_operator(const Token& token) {
    const OperatorRule rule = *std::ranges::find(kOperators, token.text, &OperatorRule::text);
    if (token.kind == TokenKind::Operator) apply_down_to(rule.precedence);
    pending_.push_back({Role::Operator, token, rule});
  }

  void accept_group(const Token& token) {
    const bool call = last_ == TokenKind::Callee;
    pending_.push_back({call ? Role::Call : Role::Group, token, {}, operands_.size(), call ? function_ : Token{}});
  }

  void accept_comma(const Token& token) {
    apply_down_to(0);
    if (pending_.empty() || pending_.back().role != Role::Call) fail_at(token);
  }

  void close_group(const Token& token) {
    apply_down_to(0);
    if (pending_.empty() || pending_.back().role == Role::Index) fail_at(token);
    const Pending opened = std::move(pending_.back());
    pending_.pop_back();
    if (opened.role == Role::Call) make_call(opened);
  }

  void close_index(const Token& token) {
    apply_down_to(0);
    if (pending_.empty() || pending_.back().role != Role::Index) fail_at(token);
    combine(NodeKind::Index, 2, pending_.back().token.offset);
    pending_.pop_back();
  }

  void make_call(const Pending& opened) {
    const size_t count = operands_.size() - opened.first;
    const std::string_view name = opened.function.text;
    const size_t offset = opened.function.offset;
    if (const Signature* signature = find_function(name)) {
      if (count < signature->least)
        fail(fmt::format("too few arguments for {}: {}, at least {} expected", name, count, signature->least), offset);
      if (count > signature->most)
        fail(fmt::format("too many arguments for {}: {}, at most {} expected", name, count, signature->most), offset);
      if (signature->id == FunctionId::Case && count % 2 == 0) {
        fail(fmt::format("case needs an odd number of arguments, the last of them the default, but got {}", count),
             offset);
      }
    }
    combine(NodeKind::Call, count, offset);
    operands_.back().name = std::string(name);
  }

  /// Applies the operators on top that bind at least as tightly.
  void apply_down_to(int precedence) {
    while (!pending_.empty() && pending_.back().role == Role::Operator &&
           pending_.back().rule.precedence >= precedence) {
      const Pending top = std::move(pending_.back());
      pending_.pop_back();
      combine(top.rule.node, top.rule.node == NodeKind::Not ? 1 : 2, top.token.offset);
    }
  }

  /// Makes one node of the last `count` operands. Chains of the same logical operator become one flat node.
  void combine(NodeKind kind, size_t count, size_t offset) {
    const auto begin = operands_.end() - static_cast<std::ptrdiff_t>(count);
    Node node{kind, offset, 1, {}, {}, {}};
    const bool chain = kind == NodeKind::And || kind == NodeKind::Or;
    if (chain && begin->kind == kind) node = std::move(*begin);
    for (auto child = begin; child != operands_.end(); ++child) {
      if (chain && child == begin && !node.children.empty()) continue;
      if (chain && child->kind == kind) {
        std::ranges::move(child->children, std::back_inserter(node.children));
        node.depth = std::max(node.depth, child->depth);
      } else {
        node.depth = std::max(node.depth, child->depth + 1);
        node.children.push_back(std::move(*child));
      }
    }
    if (node.depth > kMostDepth)
      fail(fmt::format("the expression is nested more than {} levels deep", kMostDepth), offset);
    operands_.erase(begin, operands_.end());
    operands_.push_back(std::move(node));
  }

  Lexer lexer_;
  TokenKind last_ = TokenKind::Start;
  Token function_;
  std::vector<Node> operands_;
  std::vector<Pending> pending_;
};

/// Fails when there are more characters than GitHub takes, at the first that is too many.
void check_length(std::string_view text) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    if (!continues && ++characters > kMostCharacters) {
      fail(fmt::format("the expression is longer than {} characters", kMostCharacters), i);
    }
  }
}

}  // namespace

Expression Expression::parse(std::string_view text) {
  check_length(text);
  Expression expression;
  expression.text_ = std::string(text);
  expression.tree_ = std::make_shared<const Tree>(Parser(text).parse());
  return expression;
}

}  // namespace dagsim::expression
