// Writes JSON: commas, escapes and numbers are its work, the shape is the caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagsim::report {

/// Strings are taken as UTF-8; bytes that are none become U+FFFD. Calls must nest as JSON does.
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& string(std::string_view text);
  /// Rounded to `decimals`, then the shortest digits that read back as that number; null when it is not finite.
  JsonWriter& number(double value, int decimals = 3);
  /// Null for no value.
  JsonWriter& number(const std::optional<double>& value, int decimals = 3);
  /// The shortest digits that read back as the number; null when it is not finite.
  JsonWriter& exact(double value);
  JsonWriter& integer(uint64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& strings(const std::vector<std::string>& list);

  std::string take() { return std::move(text_); }

 private:
  void separate();

  std::string text_;
  bool first_ = true;
};

}  // namespace dagsim::report
