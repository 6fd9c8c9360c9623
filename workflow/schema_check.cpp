// Recursive descent over the tree with the type that stands for each node. Of several mapping types, each key rules out
// those that lack it; one must be left at the end.
#include "workflow/schema_check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/reader.h"
#include "workflow/references.h"

namespace dagsim::workflow {

namespace {

/// The way from the root to a node. `noun` is what the key or item is to people.
struct Place {
  const Place* up = nullptr;
  std::string_view key;
  std::string_view noun;
  Range blame;  ///< what to point at when something is missing there
};

/// `"run" of a step of job "build"`. A noun stands for its container as well: `job "build"`, not `job "build" of
/// "jobs"`.
std::string describe(const Place& place) {
  if (place.up == nullptr) return std::string(place.noun);
  std::string text = place.key.empty()    ? std::string(place.noun.empty() ? "an item" : place.noun)
                     : place.noun.empty() ? fmt::format("\"{}\"", place.key)
                                          : fmt::format("{} \"{}\"", place.noun, place.key);
  const Place* above = place.noun.empty() || place.up->up == nullptr ? place.up : place.up->up;
  return above->up == nullptr ? text : text + " of " + describe(*above);
}

/// "a string", "true or false", "a mapping or a sequence": what a type takes.
std::string expected(const Type& type) {
  std::vector<std::string> words;
  for (const std::string& constant : type.constants) words.push_back(fmt::format("\"{}\"", constant));
  if (type.string || type.text || type.condition) words.emplace_back("a string");
  if (type.number) words.emplace_back("a number");
  if (type.boolean) words.emplace_back(words.empty() ? "true or false" : "a boolean");
  if (type.item != nullptr) words.emplace_back("a sequence");
  if (!type.mappings.empty()) words.emplace_back("a mapping");
  if (type.null && words.empty()) words.emplace_back("left empty");
  return any_of(words);
}

std::string hyphenated(std::string_view noun) {
  std::string rule = "unknown-" + std::string(noun);
  std::ranges::replace(rule, ' ', '-');
  return rule;
}

std::vector<const MappingType*> pointers(const std::vector<MappingType>& types) {
  std::vector<const MappingType*> result;
  for (const MappingType& type : types) result.push_back(&type);
  return result;
}

/// The keys of all of them, sorted, each once.
std::vector<std::string> keys_of(const std::vector<const MappingType*>& types) {
  std::vector<std::string> keys;
  for (const MappingType* type : types) {
    for (const Property& property : type->properties) keys.push_back(property.name);
  }
  std::ranges::sort(keys);
  // Not std::ranges::unique: clang 14 can't compile the subrange that it returns.
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

/// The keys of which one is missing: those that exactly one alternative requires.
std::string telling_keys(const std::vector<const MappingType*>& types) {
  std::vector<std::string> keys;
  for (const MappingType* type : types) {
    for (const Property& property : type->properties) {
      if (property.required) keys.push_back(fmt::format("\"{}\"", property.name));
    }
  }
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return any_of(keys);
}

/// "github, inputs and always()"
std::string list(const expression::Names& names) {
  std::vector<std::string> words = names.contexts;
  for (const expression::LimitedCall& call : names.functions) words.push_back(call.name + "()");
  std::ranges::sort(words);
  const std::string last = words.back();
  words.pop_back();
  return words.empty() ? last : join(words, ", ") + " and " + last;
}

class Checker {
 public:
  Checker(const Schema& schema, const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics)
      : schema_(schema), reader_(file, diagnostics) {}

  void check(const yaml::Node& node, const Type& type, NameSet names, const Place& place);

 private:
  void check_scalar(const yaml::Node& node, const Type& type, const Place& place);
  void check_text(const std::string& text, const yaml::Node& node, const Type& type, const Place& place);
  void check_sequence(const yaml::Node& node, const Type& type, NameSet names, const Place& place);
  void check_mapping(const yaml::Node& node, const Type& type, NameSet names, const Place& place);
  void check_end(const yaml::Node& node, const std::vector<const MappingType*>& types, bool has_expression_key,
                 const Place& place);
  void unexpected_key(const yaml::Node& node, const yaml::Entry& entry, const Type& type,
                      const std::vector<const MappingType*>& left, const Place& place);
  bool check_template(const Text& text, NameSet names, const Place& place);
  void check_condition(const yaml::Node& node, NameSet names, const Place& place);
  bool check_expression(const Text& text, size_t begin, size_t end, NameSet names, const Place& place);
  bool check_key_expression(const yaml::Entry& entry, NameSet names, const Place& place);
  void wrong_type(const yaml::Node& node, const Type& type, const Place& place);
  const expression::Names& names_of(NameSet set);

  const Schema& schema_;
  Reader reader_;
  std::map<NameSet, expression::Names> names_;
};

const expression::Names& Checker::names_of(NameSet set) {
  const auto found = names_.find(set);
  return found != names_.end() ? found->second : names_.emplace(set, schema_.names(set)).first->second;
}

void Checker::wrong_type(const yaml::Node& node, const Type& type, const Place& place) {
  if (node.is_null() && type.text) {
    reader_.error("empty-value", fmt::format("{} is empty", describe(place)), place.blame);
    return;
  }
  const std::string message =
      fmt::format("{} must be {}, but is {}", describe(place), expected(type), yaml::describe(node));
  reader_.error("wrong-type", message, node.is_null() ? place.blame : node.range);
}

void Checker::check(const yaml::Node& node, const Type& type, NameSet names, const Place& place) {
  names |= type.names;
  if (node.is_sequence()) {
    check_sequence(node, type, names, place);
  } else if (node.is_mapping()) {
    check_mapping(node, type, names, place);
  } else if (type.condition) {
    check_condition(node, names, place);
  } else if (!node.is_string() || !expression::is_template(node.text)) {
    check_scalar(node, type, place);
  } else if (check_template(reader_.text(node), names, place)) {
    if (const std::optional<std::string> literal = lone_literal(node.text)) check_text(*literal, node, type, place);
  }
}

void Checker::check_scalar(const yaml::Node& node, const Type& type, const Place& place) {
  const bool fits = (node.is_null() && type.null) || (node.kind == yaml::Kind::Boolean && type.boolean) ||
                    (node.kind == yaml::Kind::Number && type.number);
  if (!fits) check_text(reader_.text(node).value, node, type, place);
}

/// A scalar whose kind the type doesn't name counts as text.
void Checker::check_text(const std::string& text, const yaml::Node& node, const Type& type, const Place& place) {
  if (type.string || (type.text && !text.empty())) return;
  if (std::ranges::find(type.constants, text) != type.constants.end()) return;
  if (type.text && node.is_string()) {
    reader_.error("empty-value", fmt::format("{} is empty", describe(place)), node.range);
  } else if (type.constants.empty() || type.noun.empty() || text.empty()) {
    wrong_type(node, type, place);
  } else {
    Diagnostic& diagnostic = reader_.error(
        hyphenated(type.noun), fmt::format("unknown {} \"{}\" in {}", type.noun, text, describe(place)), node.range);
    if (!suggest(diagnostic, text, type.constants)) diagnostic.notes.push_back({"expected " + expected(type), {}});
  }
}

void Checker::check_sequence(const yaml::Node& node, const Type& type, NameSet names, const Place& place) {
  if (type.item == nullptr) {
    wrong_type(node, type, place);
    return;
  }
  for (const yaml::Node& item : node.items) {
    check(item, *type.item, names, {&place, {}, type.item_noun, item.is_null() ? node.range : item.range});
  }
}

void Checker::check_mapping(const yaml::Node& node, const Type& type, NameSet names, const Place& place) {
  if (type.mappings.empty()) {
    wrong_type(node, type, place);
    return;
  }
  std::vector<const MappingType*> left = pointers(type.mappings);
  bool has_expression_key = false;
  for (const yaml::Entry& entry : node.entries) {
    if (expression::is_template(entry.key)) {
      has_expression_key = check_key_expression(entry, names, place) || has_expression_key;
      continue;
    }
    const Place inner{&place, entry.key, left[0]->noun, entry.key_range};
    const auto lacks = [&](const MappingType* candidate) { return candidate->find(entry.key) == nullptr; };
    if (const auto known = std::ranges::find_if_not(left, lacks); known != left.end()) {
      check(entry.value, *(*known)->find(entry.key)->type, names, inner);
      std::erase_if(left, lacks);
    } else if (left[0]->loose == nullptr) {
      unexpected_key(node, entry, type, left, place);
    } else {
      if (entry.key.empty() && !left[0]->loose_empty) {
        reader_.error("empty-value", fmt::format("a key in {} is empty", describe(place)), entry.key_range);
      }
      check(entry.value, *left[0]->loose, names, inner);
    }
  }
  check_end(node, left, has_expression_key, place);
}

/// Nothing that is required may be missing.
void Checker::check_end(const yaml::Node& node, const std::vector<const MappingType*>& types, bool has_expression_key,
                        const Place& place) {
  if (types.size() > 1) {
    reader_.error("missing-key", fmt::format("{} has no {}", describe(place), telling_keys(types)), place.blame);
    return;
  }
  if (has_expression_key) return;
  for (const Property& property : types[0]->properties) {
    const auto is_it = [&](const yaml::Entry& entry) { return equals_ignore_case(entry.key, property.name); };
    if (!property.required || std::ranges::any_of(node.entries, is_it)) continue;
    reader_.error("missing-key", fmt::format("{} has no \"{}\"", describe(place), property.name), place.blame);
  }
}

void Checker::unexpected_key(const yaml::Node& node, const yaml::Entry& entry, const Type& type,
                             const std::vector<const MappingType*>& left, const Place& place) {
  for (const MappingType& other : type.mappings) {
    if (other.find(entry.key) == nullptr) continue;
    const auto rules_out = [&](const yaml::Entry& key) { return other.find(key.key) == nullptr; };
    const auto rival = std::ranges::find_if(node.entries, rules_out);
    reader_.error("conflicting-keys",
                  fmt::format("{} can't have both \"{}\" and \"{}\"", describe(place), rival->key, entry.key),
                  entry.key_range);
    return;
  }
  const std::string& noun = left[0]->noun;
  Diagnostic& diagnostic =
      noun.empty()
          ? reader_.error("unknown-key", fmt::format("unexpected key \"{}\" in {}", entry.key, describe(place)),
                          entry.key_range)
          : reader_.error(hyphenated(noun), fmt::format("unknown {} \"{}\" in {}", noun, entry.key, describe(place)),
                          entry.key_range);
  if (suggest(diagnostic, entry.key, keys_of(pointers(type.mappings)))) return;
  diagnostic.notes.push_back({"expected " + any_of(keys_of(left)), {}});
}

/// Whether the key is a fine expression. What it will be is known to the run only, so anything may stand behind it.
bool Checker::check_key_expression(const yaml::Entry& entry, NameSet names, const Place& place) {
  const Text key = reader_.key(entry);
  return is_insert(entry.key) && names != 0 ? true : check_template(key, names, {&place, {}, "a key", entry.key_range});
}

bool Checker::check_template(const Text& text, NameSet names, const Place& place) {
  const std::vector<Segment> parts = segments(text.value);
  bool fine = true;
  for (const Segment& part : parts) {
    if (part.expression) {
      if (names == 0 && !lone_literal(text.value)) {
        reader_.error("no-expression", fmt::format("{} can't hold an expression", describe(place)),
                      place_in(text, part.begin - 3, part.end + 2).range);
        return false;
      }
      fine = check_expression(text, part.begin, part.end, names, place) && fine;
    } else if (const size_t open = text.value.substr(0, part.end).find("${{", part.begin); open != std::string::npos) {
      reader_.error("expression", "\"${{\" is never closed by \"}}\"", place_in(text, open, open + 3).range);
      fine = false;
    }
  }
  return fine;
}

/// Checks what stands between two bytes of a text.
bool Checker::check_expression(const Text& text, size_t begin, size_t end, NameSet names, const Place& place) {
  const std::string_view content = std::string_view(text.value).substr(begin, end - begin);
  const auto fail = [&](std::string rule, const expression::ExpressionError& fault, const std::string& more) {
    const size_t at = std::min(begin + fault.offset, text.value.empty() ? 0 : text.value.size() - 1);
    reader_.error(std::move(rule), fault.what() + more, place_in(text, at, word_end(text.value, at)).range);
  };
  if (trim(content).empty()) {
    reader_.error("expression", "an expression was expected in \"${{ }}\"", text.where.range);
    return false;
  }
  std::optional<expression::Expression> parsed;
  try {
    parsed = expression::Expression::parse(content);
  } catch (const expression::ExpressionError& fault) {
    fail("expression", fault, "");
    return false;
  }
  try {
    expression::check_names(*parsed, names_of(names));
  } catch (const expression::ExpressionError& fault) {
    fail("unknown-name", fault, fmt::format(" in {}, which may use {}", describe(place), list(names_of(names))));
    return false;
  }
  return true;
}

void Checker::check_condition(const yaml::Node& node, NameSet names, const Place& place) {
  const Text text = reader_.text(node);
  if (!expression::is_template(text.value)) {
    if (!trim(text.value).empty()) check_expression(text, 0, text.value.size(), names, place);
    return;
  }
  if (!check_template(text, names, place)) return;
  try {
    expression::check_names(expression::Expression::parse(expression::normalise_condition(text.value)),
                            names_of(names));
  } catch (const expression::ExpressionError& fault) {
    reader_.error("expression", fault.what(), node.range);
  }
}

}  // namespace

void check_schema(const yaml::Node& root, const Schema& schema, std::string_view what,
                  const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics) {
  Checker(schema, file, diagnostics)
      .check(root, schema.root(), 0, {nullptr, {}, what, {root.range.begin, root.range.begin}});
}

}  // namespace dagsim::workflow
