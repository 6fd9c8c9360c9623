// A walk over the tokens with the open brackets on a stack of our own: linear in the text, no recursion. Parsers report
// that a document is broken, but not where; this is only run to say where.
#include "history/json_scan.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace dagsim::history {

namespace {

enum class Expected { Value, ValueOrEnd, Key, KeyOrEnd, Colon, CommaOrEnd };

std::string_view name_of(Expected expected, bool in_object) {
  switch (expected) {
    case Expected::Value:
      return "a value";
    case Expected::ValueOrEnd:
      return "a value or ']'";
    case Expected::Key:
      return "a key in quotes";
    case Expected::KeyOrEnd:
      return "a key in quotes or '}'";
    case Expected::Colon:
      return "':'";
    case Expected::CommaOrEnd:
      break;
  }
  return in_object ? "',' or '}'" : "',' or ']'";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

class Walk {
 public:
  Walk(std::string_view text, uint32_t at) : text_(text), at_(at) {}

  std::optional<JsonFault> run() {
    expected_ = Expected::Value;
    do {
      at_ = skip_json_blank(text_, static_cast<uint32_t>(at_));
      if (!step()) return fault();
    } while (!open_.empty());
    return std::nullopt;
  }

 private:
  bool in_object() const { return !open_.empty() && open_.back() == '{'; }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool more() const { return at_ < text_.size(); }

  JsonFault fault() const {
    const std::string wanted = what_.empty() ? std::string(name_of(expected_, in_object())) : what_;
    std::string found = "the end of the file";
    if (more()) {
      const auto byte = static_cast<unsigned char>(here());
      found =
          byte > 0x20 && byte < 0x7F ? fmt::format("'{}'", here()) : fmt::format("the byte 0x{:02x}", unsigned{byte});
    }
    return {static_cast<uint32_t>(at_), fmt::format("expected {}, but found {}", wanted, found)};
  }

  /// Takes one token; false if it is not one that may stand here.
  bool step() {
    if (!more()) return false;
    switch (expected_) {
      case Expected::Key:
      case Expected::KeyOrEnd:
        if (here() == '}' && expected_ == Expected::KeyOrEnd) return close();
        if (!take_string()) return false;
        expected_ = Expected::Colon;
        return true;
      case Expected::Colon:
        if (here() != ':') return false;
        ++at_;
        expected_ = Expected::Value;
        return true;
      case Expected::CommaOrEnd:
        if (here() == (in_object() ? '}' : ']')) return close();
        if (here() != ',') return false;
        ++at_;
        expected_ = in_object() ? Expected::Key : Expected::Value;
        return true;
      case Expected::ValueOrEnd:
        if (here() == ']') return close();
        [[fallthrough]];
      case Expected::Value:
        break;
    }
    return take_value();
  }

  bool close() {
    ++at_;
    open_.pop_back();
    expected_ = Expected::CommaOrEnd;
    return true;
  }

  bool take_value() {
    const char c = here();
    if (c == '{' || c == '[') {
      open_ += c;
      ++at_;
      expected_ = c == '{' ? Expected::KeyOrEnd : Expected::ValueOrEnd;
      return true;
    }
    const bool taken = c == '"' ? take_string() : is_digit(c) || c == '-' ? take_number() : take_word();
    if (taken) expected_ = Expected::CommaOrEnd;
    return taken;
  }

  bool take_word() {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return true;
      }
    }
    return false;
  }

  bool take_digits() {
    what_ = "a digit";
    if (!is_digit(here())) return false;
    while (is_digit(here())) ++at_;
    what_.clear();
    return true;
  }

  bool take_number() {
    if (here() == '-') ++at_;
    if (here() == '0') {
      ++at_;
    } else if (!take_digits()) {
      return false;
    }
    if (here() == '.') {
      ++at_;
      if (!take_digits()) return false;
    }
    if (here() != 'e' && here() != 'E') return true;
    ++at_;
    if (here() == '+' || here() == '-') ++at_;
    return take_digits();
  }

  bool take_escape() {
    ++at_;
    what_ = "an escape such as \\n";
    if (!more() || std::string_view("\"\\/bfnrtu").find(here()) == std::string_view::npos) return false;
    const bool unicode = here() == 'u';
    ++at_;
    what_ = "four hexadecimal digits";
    for (int i = 0; unicode && i < 4; ++i, ++at_) {
      if (!is_hexadecimal(here())) return false;
    }
    what_.clear();
    return true;
  }

  bool take_string() {
    if (here() != '"') return false;
    for (++at_; more() && here() != '"';) {
      if (static_cast<unsigned char>(here()) < 0x20) break;
      if (here() != '\\') {
        ++at_;
      } else if (!take_escape()) {
        return false;
      }
    }
    if (here() == '"') {
      ++at_;
      return true;
    }
    what_ = "the rest of a text in quotes";
    return false;
  }

  std::string_view text_;
  size_t at_;
  Expected expected_ = Expected::Value;
  std::string open_;  ///< brackets
  std::string what_;  ///< what was expected inside a token, "" between tokens
};

}  // namespace

uint32_t skip_json_blank(std::string_view text, uint32_t at) {
  return static_cast<uint32_t>(std::min(text.find_first_not_of(" \t\r\n", at), text.size()));
}

std::optional<uint32_t> json_document_end(std::string_view text, uint32_t at) {
  const std::optional<size_t> size = JsonDocumentEnd().find(text.substr(std::min<size_t>(at, text.size())));
  return size ? std::optional(static_cast<uint32_t>(at + *size)) : std::nullopt;
}

std::optional<size_t> JsonDocumentEnd::find(std::string_view text) {
  if (at_ == 0 && !text.empty()) is_impossible_ = text[0] != '{' && text[0] != '[';
  if (is_impossible_) return std::nullopt;
  while (at_ < text.size()) {
    if (in_text_) {
      const size_t quote = text.find('"', at_);
      at_ = quote == std::string_view::npos ? text.size() : quote + 1;
      if (quote == std::string_view::npos) break;
      size_t backslashes = 0;
      while (text[quote - 1 - backslashes] == '\\') ++backslashes;
      in_text_ = backslashes % 2 == 1;
      continue;
    }
    const char c = text[at_++];
    if (c == '"') {
      in_text_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      return at_;
    }
  }
  return std::nullopt;
}

std::optional<JsonFault> find_json_fault(std::string_view text, uint32_t at) {
  return Walk(text, at).run();
}

}  // namespace dagsim::history
