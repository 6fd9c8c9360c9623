// Places in a YAML text that libyaml does not tell.
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

}  // namespace dagsim::yaml
