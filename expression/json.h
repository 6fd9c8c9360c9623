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

/// to_json that gives up. \throws ExpressionError (Evaluation) past kMostBytes.
std::string bounded_json(const Value& value);

}  // namespace dagsim::expression
