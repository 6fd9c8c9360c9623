// The notation of schemas. A definition is `name = type`; the first one is the root. A type is alternatives side by
// side,
//
//   null boolean number string   a scalar
//   text condition               a string that isn't empty; one that is an expression even without `${{ }}`
//   'read' 'write'               constants; <access level> before them says what they are to people
//   [type]  [<a step> type]      a sequence of it
//   {key: type  key!: type}      a mapping; `!` marks keys that must be there, `+:` any other key, `*:` even an empty
//   one name                         what is defined under that name (type)                       grouping
//
// set apart by `|` (which may be left out between constants), `...` behind one of them for "or a sequence of those",
// and behind all of them the names that an expression may use there: contexts, functions with the least and most number
// of arguments, and `@sets` of both, which `@set = …` defines. Several mappings are alternatives; their keys tell which
// of them is meant. One pass; names may be used before they are defined.
#include "workflow/schema.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include "base/error.h"

namespace dagsim::workflow {

namespace {

enum class TokenKind { Definition, SetDefinition, Key, Word, Set, Constant, Noun, Symbol, End };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;
  bool required = false;  ///< Key
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next() {
    at_ = std::min(text_.find_first_not_of(" \n", at_), text_.size());
    if (at_ == text_.size()) return {};
    const char c = text_[at_];
    if (c == '\'') return quoted('\'', TokenKind::Constant);
    if (c == '<') return quoted('>', TokenKind::Noun);
    if (c == '@' || is_inner(c)) return word();
    const size_t length = text_.substr(at_).starts_with("...") ? 3 : text_.substr(at_ + 1).starts_with(':') ? 2 : 1;
    const std::string_view symbol = text_.substr(at_, length);
    at_ += length;
    return {TokenKind::Symbol, symbol, false};
  }

 private:
  static bool is_inner(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  }

  Token quoted(char close, TokenKind kind) {
    const size_t begin = at_ + 1;
    const size_t end = text_.find(close, begin);
    at_ = end + 1;
    return {kind, text_.substr(begin, end - begin), false};
  }

  Token word() {
    const size_t begin = at_;
    const bool set = text_[at_] == '@';
    while (++at_ < text_.size() && is_inner(text_[at_])) continue;
    const std::string_view text = text_.substr(begin, at_ - begin);
    const size_t behind = std::min(text_.find_first_not_of(" ", at_), text_.size());
    const std::string_view rest = text_.substr(behind);
    if (rest.starts_with('=')) {
      at_ = behind + 1;
      return {set ? TokenKind::SetDefinition : TokenKind::Definition, text, false};
    }
    const bool required = rest.starts_with("!:");
    if (required || rest.starts_with(':')) {
      at_ = behind + (required ? 2 : 1);
      return {TokenKind::Key, text, required};
    }
    return {set ? TokenKind::Set : TokenKind::Word, text, false};
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// Takes the alternatives of `from` over into `into`, but not the names that expressions may use there.
void merge(Type& into, const Type& from) {
  if (into.noun.empty()) into.noun = from.noun;
  into.null |= from.null;
  into.boolean |= from.boolean;
  into.number |= from.number;
  into.string |= from.string;
  into.text |= from.text;
  into.condition |= from.condition;
  into.constants.insert(into.constants.end(), from.constants.begin(), from.constants.end());
  if (into.item == nullptr) into.item = from.item;
  if (into.item_noun.empty()) into.item_noun = from.item_noun;
  into.mappings.insert(into.mappings.end(), from.mappings.begin(), from.mappings.end());
}

}  // namespace

class SchemaReader {
 public:
  SchemaReader(Schema& schema, std::string_view text) : schema_(schema), lexer_(text) { take(); }

  void read() {
    while (now_.kind != TokenKind::End) {
      const Token name = take();
      if (name.kind == TokenKind::SetDefinition) {
        const NameSet set = names();
        sets_[std::string(name.text)] = set;
        continue;
      }
      DAGSIM_ASSERT(name.kind == TokenKind::Definition, "a schema is a list of definitions");
      Type* type = named(name.text);
      if (schema_.root_ == nullptr) schema_.root_ = type;
      settle(type, alternatives());
    }
    for (const auto& [into, name] : uses_) merge(*into, *named(name));
  }

 private:
  /// A type that still lacks what the definitions hold that it names.
  struct Draft {
    Type type;
    std::vector<std::string> uses;
    size_t count = 0;  ///< of alternatives
  };

  Token take() {
    const Token taken = now_;
    now_ = lexer_.next();
    return taken;
  }

  bool take_symbol(std::string_view symbol) {
    if (now_.kind != TokenKind::Symbol || now_.text != symbol) return false;
    take();
    return true;
  }

  void expect(std::string_view symbol) {
    const bool found = take_symbol(symbol);
    DAGSIM_ASSERT(found, "brackets of a schema are balanced");
  }

  std::string take_noun() { return now_.kind == TokenKind::Noun ? std::string(take().text) : ""; }

  Type* named(std::string_view name) {
    Type*& type = definitions_[std::string(name)];
    if (type == nullptr) type = &schema_.types_.emplace_back();
    return type;
  }

  void settle(Type* type, Draft draft) {
    *type = std::move(draft.type);
    for (std::string& use : draft.uses) uses_.emplace_back(type, std::move(use));
  }

  const Type* type() {
    Draft draft = alternatives();
    if (draft.count == 1 && draft.uses.size() == 1 && draft.type.names == 0) return named(draft.uses[0]);
    Type* type = &schema_.types_.emplace_back();
    settle(type, std::move(draft));
    return type;
  }

  Draft alternatives() {
    Draft draft;
    draft.type.noun = take_noun();
    do {
      alternative(draft);
    } while (take_symbol("|") || now_.kind == TokenKind::Constant);
    draft.type.names = names();
    return draft;
  }

  void alternative(Draft& draft) {
    Draft one;
    if (take_symbol("(")) {
      one = alternatives();
      expect(")");
    } else if (take_symbol("[")) {
      one.type.item_noun = take_noun();
      one.type.item = type();
      expect("]");
    } else if (take_symbol("{")) {
      one.type.mappings.push_back(mapping());
    } else if (now_.kind == TokenKind::Constant) {
      one.type.constants.emplace_back(take().text);
    } else {
      word(one, take().text);
    }
    if (take_symbol("...")) {
      Type* item = &schema_.types_.emplace_back();
      settle(item, one);
      one.type.item = item;
    }
    merge(draft.type, one.type);
    draft.uses.insert(draft.uses.end(), one.uses.begin(), one.uses.end());
    ++draft.count;
  }

  static void word(Draft& draft, std::string_view word) {
    draft.type.null = word == "null";
    draft.type.boolean = word == "boolean";
    draft.type.number = word == "number";
    draft.type.string = word == "string";
    draft.type.text = word == "text";
    draft.type.condition = word == "condition";
    if (!draft.type.takes_scalar()) draft.uses.emplace_back(word);
  }

  MappingType mapping() {
    MappingType mapping;
    mapping.noun = take_noun();
    while (!take_symbol("}")) {
      const Token key = take();
      if (key.kind == TokenKind::Symbol) {
        mapping.loose_empty = key.text == "*:";
        mapping.loose = type();
      } else {
        DAGSIM_ASSERT(key.kind == TokenKind::Key, "a mapping of a schema consists of keys and types");
        mapping.properties.push_back({std::string(key.text), type(), key.required});
      }
    }
    return mapping;
  }

  NameSet names() {
    NameSet set = 0;
    for (; now_.kind == TokenKind::Set || now_.kind == TokenKind::Word; take_symbol(")")) {
      const Token name = take();
      if (name.kind == TokenKind::Set) {
        set |= sets_.at(std::string(name.text));
      } else if (take_symbol("(")) {
        expression::LimitedCall call{std::string(name.text), count(), 0};
        expect(",");
        call.most = count();
        set |= bit({}, call);
      } else {
        set |= bit(std::string(name.text), {});
      }
    }
    return set;
  }

  size_t count() {
    const std::string_view text = take().text;
    size_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc() ? value : std::numeric_limits<size_t>::max();
  }

  NameSet bit(const std::string& context, const expression::LimitedCall& call) {
    size_t place = 0;
    while (place < schema_.contexts_.size() &&
           (schema_.contexts_[place] != context || schema_.functions_[place] != call)) {
      ++place;
    }
    if (place == schema_.contexts_.size()) {
      schema_.contexts_.push_back(context);
      schema_.functions_.push_back(call);
    }
    DAGSIM_ASSERT(place < std::numeric_limits<NameSet>::digits, "a set has a bit for each name");
    return NameSet{1} << place;
  }

  Schema& schema_;
  Lexer lexer_;
  Token now_;
  std::map<std::string, Type*> definitions_;
  std::map<std::string, NameSet> sets_;
  std::vector<std::pair<Type*, std::string>> uses_;
};

Schema::Schema(std::string_view text) {
  SchemaReader(*this, text).read();
}

expression::Names Schema::names(NameSet set) const {
  expression::Names names;
  for (size_t i = 0; i < contexts_.size(); ++i) {
    if ((set >> i & 1U) == 0) continue;
    if (contexts_[i].empty()) {
      names.functions.push_back(functions_[i]);
    } else {
      names.contexts.push_back(contexts_[i]);
    }
  }
  return names;
}

const Property* MappingType::find(std::string_view key) const {
  const auto found =
      std::ranges::find(properties, key, [](const Property& property) -> std::string_view { return property.name; });
  return found == properties.end() ? nullptr : &*found;
}

}  // namespace dagsim::workflow
