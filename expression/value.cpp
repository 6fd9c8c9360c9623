// Values and their objects. Small objects are scanned; larger ones keep an index by folded key.
#include "expression/value.h"

#include "expression/fold.h"

namespace dagsim::expression {

namespace {

constexpr size_t kMostScanned = 16;

}  // namespace

size_t Object::position(std::string_view key) const {
  if (!places_.empty()) {
    const auto found = places_.find(fold(key));
    return found == places_.end() ? entries_.size() : found->second;
  }
  size_t at = 0;
  while (at < entries_.size() && !equals_folded(entries_[at].first, key)) ++at;
  return at;
}

const Value* Object::find(std::string_view key) const {
  const size_t at = position(key);
  return at < entries_.size() ? &entries_[at].second : nullptr;
}

void Object::set(std::string key, Value value) {
  const size_t at = position(key);
  if (at < entries_.size()) {
    entries_[at].second = std::move(value);
    return;
  }
  entries_.emplace_back(std::move(key), std::move(value));
  if (entries_.size() <= kMostScanned) return;
  const size_t first = places_.empty() ? 0 : entries_.size() - 1;
  for (size_t i = first; i < entries_.size(); ++i) places_.emplace(fold(entries_[i].first), i);
}

Value::Value(bool boolean) : data_(boolean) {}
Value::Value(double number) : data_(number) {}
Value::Value(int number) : data_(static_cast<double>(number)) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(Array items) : data_(std::make_shared<const Array>(std::move(items))) {}
Value::Value(Object object) : data_(std::make_shared<const Object>(std::move(object))) {}

bool Value::same_collection(const Value& other) const {
  if (kind() != other.kind()) return false;
  if (kind() == Kind::Array) return &array() == &other.array();
  return kind() == Kind::Object && &object() == &other.object();
}

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return "boolean";
    case Kind::Number:
      return "number";
    case Kind::String:
      return "string";
    case Kind::Array:
      return "array";
    case Kind::Object:
      return "object";
  }
  return "";
}

}  // namespace dagsim::expression
