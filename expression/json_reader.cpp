// Reading JSON as Newtonsoft's reader does, which is laxer than the standard: comments within, single quotes, bare
// keys, a comma before the end, NaN and Infinity, hexadecimal and octal integers, line breaks in strings. Text behind
// the value is an error, as GitHub's stricter readers have it. The standard dialect takes none of that. Recursive
// descent, bounded by kMostJsonDepth.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "expression/fold.h"
#include "expression/json.h"
#include "expression/number.h"

namespace dagsim::expression {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether the text is a number by the grammar of the standard.
bool is_standard_number(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  const bool zero = at < text.size() && text[at] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

enum class Dialect { Newtonsoft, Standard };

class Reader {
 public:
  Reader(std::string_view text, Dialect dialect) : text_(text), standard_(dialect == Dialect::Standard) {}

  Value document() {
    if (standard_) check_utf8();
    skip_white();
    if (at_end() || peek() == '/') fail_here("expected a value");
    Value read = value(0);
    skip_blank();
    if (!at_end()) fail_here("expected the end");
    return read;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }

  [[noreturn]] void fail(std::string_view what) const {
    const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t newline = before.rfind('\n');
    const size_t column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    throw ExpressionError(ErrorKind::Evaluation,
                          fmt::format("{} at line {}, column {} of the JSON", what, line, column), before.size());
  }

  [[noreturn]] void fail_here(std::string_view expected) const {
    if (at_end()) fail(fmt::format("{}, found the end", expected));
    const auto lead = static_cast<unsigned char>(text_[at_]);
    const bool plain = lead >= 0x20 && lead < 0x7F;
    fail(plain ? fmt::format("{}, found '{}'", expected, text_[at_])
               : fmt::format("{}, found byte 0x{:02X}", expected, lead));
  }

  void skip_comment() {
    const bool block = text_.substr(at_, 2) == "/*";
    if (!block && text_.substr(at_, 2) != "//") fail_here("expected a value or a comment");
    const size_t end = block ? text_.find("*/", at_ + 2) : text_.find('\n', at_);
    if (block && end == std::string_view::npos) fail("unclosed comment");
    at_ = end == std::string_view::npos ? text_.size() : end + (block ? 2 : 1);
  }

  void check_utf8() {
    at_ = utf8_length(text_);
    if (!at_end()) fail_here("expected UTF-8");
    at_ = 0;
  }

  void skip_white() {
    if (standard_) {
      while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
    } else {
      while (const size_t length = white_space_at(text_, at_)) at_ += length;
    }
  }

  /// White space and, in the laxer dialect, comments.
  void skip_blank() {
    skip_white();
    while (!standard_ && peek() == '/') {
      skip_comment();
      skip_white();
    }
  }

  bool begins_string() const { return peek() == '"' || (peek() == '\'' && !standard_); }

  Value value(size_t depth) {
    const char c = peek();
    if (c == '[') return array(depth + 1);
    if (c == '{') return object(depth + 1);
    if (begins_string()) return string();
    if (is_digit(c) || c == '.' || c == '-' || c == '+') return number();
    return word();
  }

  void enter(size_t depth) {
    if (depth > kMostJsonDepth) fail(fmt::format("nested more than {} levels deep", kMostJsonDepth));
    ++at_;
    skip_blank();
  }

  /// Behind a member: whether another one may follow.
  bool another(char close) {
    skip_blank();
    if (peek() != ',' && peek() != close) fail_here(fmt::format("expected ',' or '{}'", close));
    if (peek() == close) return false;
    ++at_;
    skip_blank();
    return standard_ || peek() != close;
  }

  Value array(size_t depth) {
    enter(depth);
    Array items;
    bool more = peek() != ']';
    while (more) {
      items.push_back(value(depth));
      more = another(']');
    }
    ++at_;
    return items;
  }

  Value object(size_t depth) {
    enter(depth);
    Object members;
    bool more = peek() != '}';
    while (more) {
      std::string name = key();
      skip_blank();
      if (peek() != ':') fail_here("expected ':'");
      ++at_;
      skip_blank();
      members.set(std::move(name), value(depth));
      more = another('}');
    }
    ++at_;
    return members;
  }

  std::string key() {
    if (begins_string()) return string();
    if (standard_ || !(is_letter(peek()) || is_digit(peek()))) fail_here("expected a key or '}'");
    const size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string string() {
    const size_t begin = at_;
    const char quote = text_[at_++];
    std::string read;
    while (!at_end() && peek() != quote) {
      if (peek() == '\\') {
        escape(read);
      } else if (standard_ && static_cast<unsigned char>(peek()) < 0x20) {
        fail_here("expected no control character in a string");
      } else {
        read += text_[at_++];
      }
    }
    if (at_end()) {
      at_ = begin;
      fail("unclosed string");
    }
    ++at_;
    return read;
  }

  void escape(std::string& read) {
    constexpr std::string_view kLetters = "btnfr\"\\/'";
    constexpr std::string_view kMeaning = "\b\t\n\f\r\"\\/'";
    if (at_ + 1 >= text_.size()) {
      ++at_;
      return;
    }
    const char letter = text_[at_ + 1];
    if (letter == 'u') {
      unicode(read);
      return;
    }
    const size_t meaning = kLetters.find(letter);
    if (meaning == std::string_view::npos || (standard_ && letter == '\'')) {
      ++at_;
      fail_here("expected an escape such as \\n");
    }
    read += kMeaning[meaning];
    at_ += 2;
  }

  uint32_t unit() {
    uint32_t read = 0;
    const std::string_view digits = text_.substr(std::min(at_ + 2, text_.size()), 4);
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), read, 16);
    if (digits.size() < 4 || result.ptr != digits.data() + 4) fail("bad escape '\\u'");
    at_ += 6;
    return read;
  }

  void unicode(std::string& read) {
    constexpr uint32_t kReplacement = 0xFFFD;
    uint32_t code_point = unit();
    if (code_point >= 0xD800 && code_point < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const size_t behind_high = at_;
      const uint32_t low = unit();
      if (low >= 0xDC00 && low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (low - 0xDC00);
      } else {
        at_ = behind_high;
      }
    }
    if (code_point >= 0xD800 && code_point < 0xE000) code_point = kReplacement;
    append_utf8(read, code_point);
  }

  Value number() {
    const size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek()) || peek() == '.' || peek() == '-' || peek() == '+') ++at_;
    const std::string_view spelled = text_.substr(begin, at_ - begin);
    const double read = number(spelled);
    if (std::isnan(read)) {
      at_ = begin;
      fail(fmt::format("bad number '{}'", spelled));
    }
    return read;
  }

  /// NaN for what is no number.
  double number(std::string_view spelled) const {
    constexpr double kBad = std::numeric_limits<double>::quiet_NaN();
    if (standard_ && !is_standard_number(spelled)) return kBad;
    const bool other =
        spelled.size() > 1 && spelled[0] == '0' && spelled[1] != '.' && spelled[1] != 'e' && spelled[1] != 'E';
    if (other) return other_base(spelled);
    return spelled[0] == '+' ? kBad : parse_number(spelled);
  }

  /// `0x1F` and `017`, 64 bits of either.
  static double other_base(std::string_view digits) {
    const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
    digits.remove_prefix(hex ? 2 : 1);
    uint64_t bits = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), bits, hex ? 16 : 8);
    const bool whole = result.ec == std::errc() && result.ptr == digits.data() + digits.size();
    return whole ? static_cast<double>(static_cast<int64_t>(bits)) : std::numeric_limits<double>::quiet_NaN();
  }

  Value word() {
    const size_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    const std::string_view spelled = text_.substr(begin, at_ - begin);
    if (spelled == "null") return {};
    if (spelled == "true") return true;
    if (spelled == "false") return false;
    if (spelled == "NaN" && !standard_) return std::numeric_limits<double>::quiet_NaN();
    if (spelled == "Infinity" && !standard_) return std::numeric_limits<double>::infinity();
    at_ = begin;
    fail_here("expected a value");
  }

  std::string_view text_;
  bool standard_;
  size_t at_ = 0;
};

}  // namespace

Value from_json(std::string_view text) {
  return Reader(text, Dialect::Newtonsoft).document();
}

Value from_standard_json(std::string_view text) {
  return Reader(text, Dialect::Standard).document();
}

}  // namespace dagsim::expression
