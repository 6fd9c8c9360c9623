// Where the JSON documents of a text begin and end, and what is wrong with one that a parser rejects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dagsim::history {

/// The first byte at or after `at` that is not JSON's white space.
uint32_t skip_json_blank(std::string_view text, uint32_t at);

/// The end of the object or array that begins at `at`, told by its brackets and quotes alone. Nothing if no bracket
/// stands there or it is never closed.
std::optional<uint32_t> json_document_end(std::string_view text, uint32_t at);

/// The same of a text that grows: finds on where it stopped.
class JsonDocumentEnd {
 public:
  /// The size of the document that `text` begins with, once its end is here. \param text what was given before, and
  /// more.
  std::optional<size_t> find(std::string_view text);
  bool is_at_start() const { return at_ == 0; }
  /// No bracket opens it, so it will never end.
  bool is_impossible() const { return is_impossible_; }

 private:
  size_t at_ = 0;
  size_t depth_ = 0;
  bool in_text_ = false;
  bool is_impossible_ = false;
};

struct JsonFault {
  uint32_t at = 0;      ///< the byte that JSON doesn't allow there; the text's size if more was expected
  std::string message;  ///< "expected a value, but found 'x'"
};

/// The first fault of the object or array that begins at `at` against the grammar of RFC 8259; nothing if there is
/// none. UTF-8 and depth are not looked at.
std::optional<JsonFault> find_json_fault(std::string_view text, uint32_t at);

}  // namespace dagsim::history
