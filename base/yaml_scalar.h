// The YAML 1.2 core schema as GitHub's reader applies it: from a scalar's text to its type.
#pragma once

#include <string>
#include <string_view>

#include "base/yaml.h"

namespace dagsim::yaml {

/// Sets kind, boolean and number of a scalar from its text. `tag` is "" when none is written, else the resolved tag;
/// quoted text without a tag is a string. Returns what is wrong, "" if nothing is; the node is then a string.
std::string read_scalar(Node& node, std::string_view tag);

/// What a mapping's key reads as: GitHub converts numbers and booleans to text, so `1.10` becomes "1.1".
std::string key_text(const Node& node);

/// The user's text for a message: at most 60 bytes, then "...", never cut within a character.
std::string quotable(std::string_view text);

/// "!!str" for "tag:yaml.org,2002:str"; other tags as they are.
std::string short_tag(std::string_view tag);

}  // namespace dagsim::yaml
