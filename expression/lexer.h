// Text to tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "expression/value.h"

namespace dagsim::expression {

enum class TokenKind {
  Start,  ///< before the first token
  OpenGroup,
  CloseGroup,
  OpenIndex,
  CloseIndex,
  Comma,
  Dot,
  Wildcard,
  Operator,
  Not,
  Literal,
  Property,
  Callee,  ///< the name of a function
  Name,
  End,
};

struct Token {
  TokenKind kind = TokenKind::Start;
  size_t offset = 0;
  std::string_view text;
  Value literal;
};

/// Reads one token after the other. What a word or a point means depends on the token before it; whether tokens may
/// stand side by side is the parser's concern.
class Lexer {
 public:
  /// `text` must outlive the lexer and its tokens.
  explicit Lexer(std::string_view text) : text_(text) {}

  /// \throws ExpressionError (Lexing) for what is no token: unclosed strings, bad numbers and names, unknown
  /// characters.
  Token next();

 private:
  Token take(TokenKind kind, size_t length);
  Token number();
  Token word();
  Token string();
  Token symbol();
  Token point();
  void skip_white();
  size_t word_end(bool with_points) const;

  std::string_view text_;
  size_t at_ = 0;
  TokenKind last_ = TokenKind::Start;
};

}  // namespace dagsim::expression
