// Case-insensitive text as .NET's OrdinalIgnoreCase has it: simple upper-casing per character, no language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dagsim::expression {

/// The text with each character upper-cased on its own: final sigma and sigma become one, dotless i and dotted I stay
/// themselves, sharp s stays sharp s. Bytes that aren't UTF-8 are kept.
std::string fold(std::string_view text);

/// Equal once folded.
bool equals_folded(std::string_view a, std::string_view b);

/// Negative, zero or positive; in the order of UTF-16 units, which differs from that of code points above U+FFFF.
int compare_folded(std::string_view a, std::string_view b);

/// Bytes of the white-space character (as Unicode has it) that begins at `offset`, 0 when another character does.
size_t white_space_at(std::string_view text, size_t offset);

/// Without white space at both ends.
std::string_view trim_white(std::string_view text);

/// How many bytes at the front are UTF-8.
size_t utf8_length(std::string_view text);

/// Appends the character as UTF-8. \param code_point below 0x110000.
void append_utf8(std::string& text, uint32_t code_point);

}  // namespace dagsim::expression
