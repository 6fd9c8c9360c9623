// Text that has to fit a terminal: display widths, cutting, wrapping, colours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dagsim::report {

/// Terminal columns that UTF-8 text takes: combining marks none, East Asian wide characters and emoji two, bytes that
/// are no UTF-8 one each.
size_t display_width(std::string_view text);

/// The text cut to `width` columns, the last one "…" when something had to go. Never cuts a character apart.
std::string cut(std::string_view text, size_t width);

/// Words filled into lines of at most `width` columns; a longer word gets a line of its own, and a
/// number stays with its "%" or "s". At least one line.
std::vector<std::string> wrap(std::string_view text, size_t width);

enum class Style { Plain, Bold, Dim, Good, Bad, Caution };

/// The text in ANSI colours, or as it is when `color` is off.
std::string styled(std::string_view text, Style style, bool color);

}  // namespace dagsim::report
