// Where the pieces of a YAML text end; yaml-cpp only says where they begin.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/source.h"

namespace dagsim::yaml {

/// The first byte that YAML doesn't allow in a text: NUL and other control characters, and what isn't UTF-8.
std::optional<uint32_t> first_unreadable(std::string_view text);

/// The first byte at or after `at` that is neither white space nor in a comment.
uint32_t skip_blank(std::string_view text, uint32_t at);

/// The end of the anchors and tags (`&name`, `!tag`) that begin at `at`; `at` itself when there are none.
uint32_t properties_end(std::string_view text, uint32_t at);

/// The end of the `*name` or `&name` that begins at `at`.
uint32_t name_end(std::string_view text, uint32_t at);

/// The end of the scalar that begins at `at` and reads as `value`, quotes and the header of a block included; trailing
/// blank lines of a block aren't.
uint32_t scalar_end(std::string_view text, uint32_t at, std::string_view value);

/// Whether the quoted text that begins at `at` has its closing quote; true for scalars without quotes.
bool is_closed(std::string_view text, uint32_t at);

/// `null`, `Null`, `NULL` or `~` if that alone stands at `at`. A `key` may be followed by a colon, a value may not.
std::string_view null_word(std::string_view text, uint32_t at, bool key);

}  // namespace dagsim::yaml
