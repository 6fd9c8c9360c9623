// What may stand where in a workflow file or an action.yml: types, as GitHub's parser defines them, read from a text in
// a small notation (schema.cpp) that workflow_schema.cpp holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "expression/expression.h"

namespace dagsim::workflow {

struct Type;

/// A key of a mapping.
struct Property {
  std::string name;
  const Type* type = nullptr;
  bool required = false;
};

/// One way in which a mapping may look.
struct MappingType {
  std::string noun;  ///< what a key is to people: "job", "event"; "" when it is just a key
  std::vector<Property> properties;
  const Type* loose = nullptr;  ///< of every other key; null: there may be none
  bool loose_empty = false;     ///< whether such a key may be empty

  const Property* find(std::string_view key) const;
};

/// Contexts and functions that an expression may name: a bit for each entry of the schema's list of names.
using NameSet = uint32_t;

/// What a value may be: any of the alternatives below. Where `names`, together with those of the types around it, isn't
/// empty, an expression may stand for it.
struct Type {
  std::string noun;  ///< what a constant is to people: "event"
  bool null = false;
  bool boolean = false;
  bool number = false;
  bool string = false;
  bool text = false;                   ///< a string that isn't empty
  bool condition = false;              ///< a string that is an expression even without `${{ }}`
  std::vector<std::string> constants;  ///< strings
  const Type* item = nullptr;          ///< of a sequence
  std::string item_noun;               ///< "a step"
  std::vector<MappingType> mappings;   ///< alternatives, told apart by their keys
  NameSet names = 0;

  bool takes_scalar() const { return null || boolean || number || string || text || condition || !constants.empty(); }
};

class Schema {
 public:
  /// Reads the notation; its first definition is the root. The text is the program's own: a fault in it is a bug.
  explicit Schema(std::string_view text);

  const Type& root() const { return *root_; }
  /// The names of a set, in the order in which the text introduces them.
  expression::Names names(NameSet set) const;

 private:
  friend class SchemaReader;

  std::deque<Type> types_;
  const Type* root_ = nullptr;
  std::vector<std::string> contexts_;               ///< of bit i; "" for a function
  std::vector<expression::LimitedCall> functions_;  ///< of bit i; unnamed for a context
};

const Schema& workflow_schema();
const Schema& action_schema();

}  // namespace dagsim::workflow
