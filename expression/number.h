// Numbers as GitHub's expression language reads and writes them.
#pragma once

#include <string>
#include <string_view>

namespace dagsim::expression {

/// The number that `text`, white space around it aside, spells: decimal with optional sign, point and exponent; `0x`
/// and `0o` of 32 bits, taken as two's complement; `Infinity` with optional sign. Empty text is 0, all else NaN.
double parse_number(std::string_view text);

/// .NET's format G15 in the invariant culture: 15 significant digits, `1E+20` from 1e15 up and below 1e-4; -0 is "0".
std::string number_text(double number);

/// The fewest digits that are read back as the number, in the layout of JavaScript: exponents from 1e21 up and below
/// 1e-6, and zeros for whole digits that don't matter. -0 is "0". \param number finite
std::string exact_number_text(double number);

}  // namespace dagsim::expression
