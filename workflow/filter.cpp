// A pattern is a row of elements, each of which takes one character of the name. Matching keeps the set of elements
// that could take the next character (Thompson, 1968) and moves it along the name: no backtracking and no recursion, at
// most elements times characters steps, one byte of memory an element.
//
//   x?   x, skip 1              *    no slash, repeats, skip 1
//   x+   x, repeats             **   any, repeats, skip 1
//   **/  any, skip 3 > any, repeats, skip 1 > "/"
//
// What GitHub's server does with odd patterns is not published. The open re-implementations (nektos/act,
// ChristopherHX/runner.server) translate patterns to RE2's syntax, from where the corners come: a `?` behind `*`, `+`
// or
// `?` changes nothing (it reads as "lazy"), any other second quantifier is an error.
#include "workflow/filter.h"

#include <algorithm>

#include <fmt/format.h>

#include "expression/fold.h"

namespace dagsim::workflow {

namespace {

using Element = FilterPattern::Element;

constexpr char32_t kNoUnicode = 0x110000;  // + byte: a byte that is no UTF-8

/// The code point at the front of `text`, which is cut off; a byte that begins none becomes kNoUnicode + byte.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  char32_t character = length < 2 ? lead : lead & (0xFFU >> (length + 1));
  bool whole = length > 0 && length <= text.size();
  for (size_t i = 1; whole && i < length; ++i) {
    whole = (byte(i) & 0xC0U) == 0x80;
    character = (character << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  const bool surrogate = character >= 0xD800 && character < 0xE000;
  if (!whole || overlong || surrogate || character >= kNoUnicode) {
    text.remove_prefix(1);
    return kNoUnicode + lead;
  }
  text.remove_prefix(length);
  return character;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The reach of a range's letters, which takes in what ASCII has between Z and a.
bool is_letter(char c) {
  return c >= 'A' && c <= 'z';
}

class Parser {
 public:
  Parser(std::string_view text, size_t begin) : text_(text), at_(begin), begin_(begin) {}

  void run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '*') {
        wildcard();
      } else if ((c == '?' || c == '+') && at_ > begin_) {
        quantifier();
      } else if (c == '[') {
        brackets();
      } else if (c == '\\') {
        escape();
      } else {
        character();
      }
    }
  }

  std::vector<Element> elements;
  std::vector<TextFault> faults;

 private:
  /// What stands before a quantifier.
  enum class Before { Single, Wildcard, Quantifier, Lazy };

  void fault(size_t begin, size_t end, std::string message) { faults.push_back({begin, end, std::move(message)}); }

  void wildcard() {
    const std::string_view rest = text_.substr(at_);
    before_ = Before::Wildcard;
    if (rest.starts_with("**/")) {
      elements.push_back({.kind = Element::Kind::Any, .skip = 3});
      elements.push_back({.kind = Element::Kind::Any, .repeats = true, .skip = 1});
      elements.push_back({.character = '/'});
      at_ += 3;
    } else if (rest.starts_with("**")) {
      elements.push_back({.kind = Element::Kind::Any, .repeats = true, .skip = 1});
      at_ += 2;
    } else {
      elements.push_back({.kind = Element::Kind::NoSlash, .repeats = true, .skip = 1});
      at_ += 1;
    }
  }

  void quantifier() {
    const char c = text_[at_];
    const bool repeats = c == '+';
    if (before_ == Before::Lazy || (before_ != Before::Single && repeats)) {
      fault(at_, at_ + 1,
            fmt::format("\"{}\" has nothing to quantify, expected a character, \"]\" or an escaped character before it",
                        c));
    } else if (before_ == Before::Single) {
      elements.back().repeats = repeats;
      elements.back().skip = repeats ? 0 : 1;
      before_ = Before::Quantifier;
    } else {
      before_ = Before::Lazy;
    }
    ++at_;
  }

  void character() {
    std::string_view rest = text_.substr(at_);
    elements.push_back({.character = take_character(rest)});
    before_ = Before::Single;
    at_ = text_.size() - rest.size();
  }

  void escape() {
    if (at_ + 1 == text_.size()) {
      fault(at_, at_ + 1, "\"\\\" has nothing to escape, expected a character after it");
      ++at_;
      return;
    }
    ++at_;
    character();
  }

  void brackets() {
    const size_t open = at_++;
    before_ = Before::Single;
    Element element{.kind = Element::Kind::Class};
    if (at_ < text_.size() && text_[at_] == ']')
      fault(open, at_ + 1, "empty brackets \"[]\", expected a character or a range between them");
    while (at_ < text_.size() && text_[at_] != ']') member(element);
    if (at_ == text_.size()) fault(open, at_, "\"[\" has no \"]\"");
    at_ = std::min(at_ + 1, text_.size());
    elements.push_back(element);
  }

  /// One character or range between brackets.
  void member(Element& element) {
    const size_t begin = at_;
    const char first = text_[at_];
    if (text_.substr(at_ + 1).starts_with('-')) {
      range(element);
      return;
    }
    if (is_digit(first) || is_letter(first)) {
      element.members.set(static_cast<unsigned char>(first));
      ++at_;
      return;
    }
    std::string_view rest = text_.substr(at_);
    take_character(rest);
    at_ = text_.size() - rest.size();
    fault(begin, at_,
          fmt::format("\"{}\" can't stand between brackets, expected letters, digits and ranges of them",
                      text_.substr(begin, at_ - begin)));
  }

  void range(Element& element) {
    const size_t begin = at_;
    const char first = text_[at_];
    const bool complete = at_ + 2 < text_.size() && text_[at_ + 2] != ']';
    const char last = complete ? text_[at_ + 2] : '\0';
    const bool fits = (is_digit(first) && is_digit(last)) || (is_letter(first) && is_letter(last));
    std::string_view rest = text_.substr(at_ + 2);
    if (complete) take_character(rest);
    at_ = text_.size() - rest.size();
    if (!fits || first > last) {
      fault(begin, at_,
            fmt::format("bad range \"{}\", expected a-z, A-Z, 0-9 or a part of one of these",
                        text_.substr(begin, at_ - begin)));
      return;
    }
    for (char c = first; c <= last; ++c) element.members.set(static_cast<unsigned char>(c));
  }

  std::string_view text_;
  size_t at_;
  size_t begin_;
  Before before_ = Before::Single;
};

bool takes(const Element& element, char32_t character) {
  switch (element.kind) {
    case Element::Kind::Character:
      return character == element.character;
    case Element::Kind::Class:
      return character < element.members.size() && element.members[character];
    case Element::Kind::NoSlash:
      return character != '/';
    case Element::Kind::Any:
      break;
  }
  return true;
}

/// Which elements could take the next character; the place behind the last one stands for a complete match.
class Places {
 public:
  explicit Places(const std::vector<Element>& elements) : elements_(elements), open_(elements.size() + 1, 0) {
    open_[0] = 1;
    skip();
  }

  bool complete() const { return open_.back() != 0; }
  bool dead() const { return first_ > last_; }

  void move(char32_t character) {
    open_[elements_.size()] = 0;
    for (size_t i = std::min(last_ + 1, elements_.size()); i-- > first_;) {
      if (open_[i] == 0) continue;
      const bool taken = takes(elements_[i], character);
      open_[i] = taken && elements_[i].repeats ? 1 : 0;
      if (taken) open_[i + 1] = 1;
    }
    last_ = std::min(last_ + 1, elements_.size());
    skip();
  }

 private:
  /// Opens what can be reached by leaving elements out; keeps the bounds tight.
  void skip() {
    size_t last = 0;
    bool any = false;
    for (size_t i = first_; i <= std::max(last, last_); ++i) {
      if (open_[i] == 0) continue;
      if (!any) first_ = i;
      any = true;
      last = std::max(last, i);
      if (i == elements_.size() || elements_[i].skip == 0) continue;
      open_[i + elements_[i].skip] = 1;
      last = std::max(last, i + elements_[i].skip);
    }
    last_ = last;
    if (!any) first_ = last + 1;
  }

  const std::vector<Element>& elements_;
  std::vector<uint8_t> open_;
  size_t first_ = 0;
  size_t last_ = 0;
};

void append_character(std::string& name, char32_t character) {
  if (character < kNoUnicode) {
    expression::append_utf8(name, character);
  } else {
    name += static_cast<char>(character - kNoUnicode);
  }
}

char first_member(const Element& element) {
  size_t i = 0;
  while (!element.members[i]) ++i;
  return static_cast<char>(i);
}

}  // namespace

FilterPattern::FilterPattern(std::string_view text) : text_(text), negative_(text.starts_with('!')) {
  if (text.size() > kMostPatternBytes) {
    faults_.push_back(
        {0, text.size(), fmt::format("pattern has {} bytes, expected at most {}", text.size(), kMostPatternBytes)});
    return;
  }
  Parser parser(text, negative_ ? 1 : 0);
  parser.run();
  elements_ = std::move(parser.elements);
  faults_ = std::move(parser.faults);
}

bool FilterPattern::matches(std::string_view name) const {
  if (!faults_.empty()) return false;
  Places places(elements_);
  while (!name.empty() && !places.dead()) places.move(take_character(name));
  return name.empty() && places.complete();
}

std::string FilterPattern::example() const {
  if (!faults_.empty()) return "";
  std::string name;
  for (size_t i = 0; i < elements_.size(); ++i) {
    const Element& element = elements_[i];
    switch (element.kind) {
      case Element::Kind::Character:
        append_character(name, element.character);
        break;
      case Element::Kind::Class:
        name += first_member(element);
        break;
      case Element::Kind::NoSlash:
      case Element::Kind::Any:
        if (element.skip > 1) {
          i += element.skip - 1;
        } else if (!name.ends_with('1')) {
          name += '1';
        }
    }
  }
  return name;
}

Filter::Filter(std::span<const std::string> patterns) : patterns_(patterns.begin(), patterns.end()) {}

const FilterPattern* Filter::deciding(std::string_view name) const {
  const auto last = std::find_if(patterns_.rbegin(), patterns_.rend(),
                                 [&](const FilterPattern& pattern) { return pattern.matches(name); });
  return last == patterns_.rend() ? nullptr : &*last;
}

bool Filter::includes(std::string_view name) const {
  const FilterPattern* pattern = deciding(name);
  return pattern != nullptr && !pattern->negative();
}

const FilterPattern* Filter::ignoring(std::string_view name) const {
  const auto first = std::ranges::find_if(patterns_, [&](const FilterPattern& pattern) {
    return pattern.faults().empty() && pattern.matches(name) != pattern.negative();
  });
  return first == patterns_.end() ? nullptr : &*first;
}

bool Filter::includes_none(std::span<const std::string> names) const {
  return !empty() && std::ranges::none_of(names, [&](const std::string& name) { return includes(name); });
}

bool Filter::ignores_all(std::span<const std::string> names) const {
  return !empty() && std::ranges::all_of(names, [&](const std::string& name) { return ignoring(name) != nullptr; });
}

}  // namespace dagsim::workflow
