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

struct JsonFault {
  uint32_t at = 0;      ///< the byte that JSON doesn't allow there; the text's size if more was expected
  std::string message;  ///< "expected a value, but found 'x'"
};

/// The first fault of the object or array that begins at `at` against the grammar of RFC 8259; nothing if there is
/// none. UTF-8 and depth are not looked at.
std::optional<JsonFault> find_json_fault(std::string_view text, uint32_t at);

}  // namespace dagsim::history
