// The fuzz targets: each takes any bytes and aborts when what it calls breaks its promise.
#pragma once

#include <string_view>

namespace dagsim::fuzz {

/// Parses, normalises, evaluates the text as an expression, a condition, a template and JSON.
void expression(std::string_view text);

}  // namespace dagsim::fuzz
