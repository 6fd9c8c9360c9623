#include "expression/lexer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "expression/expression.h"
#include "expression/fold.h"
#include "expression/number.h"

namespace dagsim::expression {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether the ASCII character ends a word.
bool bounds_word(char c) {
  switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case '(':
    case ')':
    case '[':
    case ']':
    case ',':
    case '!':
    case '<':
    case '>':
    case '=':
    case '&':
    case '|':
      return true;
    default:
      return false;
  }
}

bool is_name(std::string_view word) {
  if (word.empty() || !is_letter(word[0])) return false;
  return std::ranges::all_of(word, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

[[noreturn]] void fail(std::string_view what, std::string_view text, size_t offset) {
  throw ExpressionError(ErrorKind::Lexing, fmt::format("{} \"{}\"", what, text), offset);
}

}  // namespace

Token Lexer::take(TokenKind kind, size_t length) {
  Token token{kind, at_, text_.substr(at_, length), {}};
  at_ += length;
  last_ = kind;
  return token;
}

/// Numbers and words run on to the next of these, whatever stands between: `1*2` is one bad number.
size_t Lexer::word_end(bool with_points) const {
  size_t end = at_ + 1;
  while (end < text_.size() && !bounds_word(text_[end]) && (with_points || text_[end] != '.')) {
    if (static_cast<unsigned char>(text_[end]) >= 0x80 && white_space_at(text_, end) > 0) break;
    ++end;
  }
  return end;
}

Token Lexer::number() {
  const std::string_view text = text_.substr(at_, word_end(true) - at_);
  const double value = parse_number(text);
  if (std::isnan(value)) fail(text[0] == '.' ? "unexpected symbol" : "bad number", text, at_);
  Token token = take(TokenKind::Literal, text.size());
  token.literal = value;
  return token;
}

Token Lexer::word() {
  const std::string_view text = text_.substr(at_, word_end(false) - at_);
  if (!is_name(text)) fail("unexpected symbol", text, at_);
  if (last_ == TokenKind::Dot) return take(TokenKind::Property, text.size());
  const auto literal = [&](Value value) {
    Token token = take(TokenKind::Literal, text.size());
    token.literal = std::move(value);
    return token;
  };
  if (text == "null") return literal({});
  if (text == "true") return literal(true);
  if (text == "false") return literal(false);
  if (text == "NaN") return literal(std::numeric_limits<double>::quiet_NaN());
  if (text == "Infinity") return literal(std::numeric_limits<double>::infinity());
  size_t behind = at_ + text.size();
  while (const size_t length = white_space_at(text_, behind)) behind += length;
  const bool called = behind < text_.size() && text_[behind] == '(';
  return take(called ? TokenKind::Callee : TokenKind::Name, text.size());
}

Token Lexer::string() {
  std::string value;
  size_t end = at_ + 1;
  for (;; ++end) {
    if (end >= text_.size()) fail("unclosed string", text_.substr(at_), at_);
    if (text_[end] == '\'') {
      if (end + 1 >= text_.size() || text_[end + 1] != '\'') break;
      ++end;
    }
    value += text_[end];
  }
  Token token = take(TokenKind::Literal, end + 1 - at_);
  token.literal = std::move(value);
  return token;
}

Token Lexer::symbol() {
  const std::string_view two = text_.substr(at_, 2);
  for (const std::string_view known : {"==", "!=", "<=", ">=", "&&", "||"}) {
    if (two == known) return take(TokenKind::Operator, 2);
  }
  if (text_[at_] == '<' || text_[at_] == '>') return take(TokenKind::Operator, 1);
  if (text_[at_] == '!') return take(TokenKind::Not, 1);
  fail("unexpected symbol", text_.substr(at_, 1), at_);
}

/// A point is a dereference behind what can have properties, and begins a number everywhere else. So `null.x` has a bad
/// number in it, as GitHub sees it.
Token Lexer::point() {
  switch (last_) {
    case TokenKind::Name:
    case TokenKind::Property:
    case TokenKind::Wildcard:
    case TokenKind::CloseGroup:
    case TokenKind::CloseIndex:
      return take(TokenKind::Dot, 1);
    default:
      return number();
  }
}

void Lexer::skip_white() {
  while (const size_t length = white_space_at(text_, at_)) at_ += length;
}

Token Lexer::next() {
  skip_white();
  if (at_ >= text_.size()) return take(TokenKind::End, 0);
  const char c = text_[at_];
  switch (c) {
    case '(':
      return take(TokenKind::OpenGroup, 1);
    case ')':
      return take(TokenKind::CloseGroup, 1);
    case '[':
      return take(TokenKind::OpenIndex, 1);
    case ']':
      return take(TokenKind::CloseIndex, 1);
    case ',':
      return take(TokenKind::Comma, 1);
    case '*':
      return take(TokenKind::Wildcard, 1);
    case '\'':
      return string();
    case '.':
      return point();
    case '!':
    case '<':
    case '>':
    case '=':
    case '&':
    case '|':
      return symbol();
    default:
      break;
  }
  return c == '-' || c == '+' || is_digit(c) ? number() : word();
}

}  // namespace dagsim::expression
