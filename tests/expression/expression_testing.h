// What the tests of expressions share: one way to say what an expression yields, or what is wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "expression/expression.h"

namespace dagsim::expression {

/// Contexts that the tests refer to: github, needs, matrix, env, inputs, obj, arr.
Scope test_scope();

/// "kind: text" of a value, collections as JSON on one line.
std::string shown(const Value& value);

/// What the expression yields, or its error: "number: 3", "parsing error at 2: unexpected end of the expression".
std::string result(std::string_view text);

/// The same for a template.
std::string template_result(std::string_view text);

/// "lexing error at 3: …" of an error.
std::string shown(const ExpressionError& error);

}  // namespace dagsim::expression
