// Values and their objects. Small objects are scanned; larger ones keep an index by folded key.
#include "expression/value.h"

#include <unordered_map>

#include "expression/fold.h"

namespace dagsim::expression {

namespace {

constexpr size_t kMostScanned = 16;

}  // namespace

struct Object::Members {
  std::vector<std::pair<std::string, Value>> entries;
  std::unordered_map<std::string, size_t> places = {};  ///< by folded key; filled once there are many entries

  /// The place of a key, or that behind the last.
  size_t position(std::string_view key) const {
    if (!places.empty()) {
      const auto found = places.find(fold(key));
      return found == places.end() ? entries.size() : found->second;
    }
    size_t at = 0;
    while (at < entries.size() && !equals_folded(entries[at].first, key)) ++at;
    return at;
  }
};

const std::vector<std::pair<std::string, Value>>& Object::entries() const {
  static const std::vector<std::pair<std::string, Value>> kNone;
  return members_ == nullptr ? kNone : members_->entries;
}

bool Object::empty() const {
  return entries().empty();
}

const Value* Object::find(std::string_view key) const {
  if (members_ == nullptr) return nullptr;
  const size_t at = members_->position(key);
  return at < members_->entries.size() ? &members_->entries[at].second : nullptr;
}

void Object::set(std::string key, Value value) {
  if (members_ == nullptr) {
    members_ = std::make_shared<Members>();
  } else if (members_.use_count() > 1) {
    members_ = std::make_shared<Members>(*members_);
  }
  auto& [entries, places] = *members_;
  const size_t at = members_->position(key);
  if (at < entries.size()) {
    entries[at].second = std::move(value);
    return;
  }
  entries.emplace_back(std::move(key), std::move(value));
  if (entries.size() <= kMostScanned) return;
  const size_t first = places.empty() ? 0 : entries.size() - 1;
  for (size_t i = first; i < entries.size(); ++i) places.emplace(fold(entries[i].first), i);
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
