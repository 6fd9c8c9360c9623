// JSON text as toJSON prints it and as fromJSON reads it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "expression/expression.h"
#include "expression/value.h"

namespace dagsim::expression {

/// What one string made by an expression may hold, as in GitHub's engine.
inline constexpr size_t kMostBytes = size_t{10} << 20U;

/// How deeply arrays and objects may nest in JSON text.
inline constexpr size_t kMostJsonDepth = 128;

/// Reads JSON by the letter of RFC 8259, unlike from_json, which reads what fromJSON does. Of keys that are equal, case
/// ignored, the last wins. \throws ExpressionError (Evaluation) with the place of the fault.
Value from_standard_json(std::string_view text);

/// The value on one line: numbers so that they are read back as they are, NaN and infinities, which JSON lacks, as the
/// strings "NaN", "Infinity" and "-Infinity"; -0 is 0.
std::string to_compact_json(const Value& value);

/// The text as a JSON string with its quotes.
std::string quoted_json(std::string_view text);

/// to_json that gives up. \throws ExpressionError (Evaluation) past kMostBytes.
std::string bounded_json(const Value& value);

}  // namespace dagsim::expression
