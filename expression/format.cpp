#include <charconv>

#include <fmt/format.h>

#include "expression/functions.h"

namespace dagsim::expression {

namespace {

constexpr size_t kMostArgument = 255;

[[noreturn]] void fail(std::string_view what, std::string_view format) {
  throw ExpressionError(ErrorKind::Evaluation, fmt::format("{} in the format string '{}'", what, format), 0);
}

/// The number between braces that begin at `brace`; `end` becomes the place of the closing one.
size_t read_argument(std::string_view format, size_t brace, size_t& end) {
  size_t argument = 0;
  const char* begin = format.data() + brace + 1;
  const auto result = std::from_chars(begin, format.data() + format.size(), argument);
  if (result.ec != std::errc() || argument > kMostArgument) fail("'{' without an argument's number", format);
  end = brace + 1 + static_cast<size_t>(result.ptr - begin);
  // No specifier is supported, but an empty one is none; `}}` would be a brace in it.
  if (end < format.size() && format[end] == ':') {
    const bool none = format.substr(end + 1, 1) == "}" && format.substr(end + 2, 1) != "}";
    if (!none) fail("format specifiers aren't supported", format);
    ++end;
  }
  if (end >= format.size() || format[end] != '}') fail("unclosed '{'", format);
  return argument;
}

}  // namespace

std::vector<FormatPiece> parse_format(std::string_view format, size_t count) {
  std::vector<FormatPiece> pieces;
  std::string text;
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c != '{' && c != '}') {
      text += c;
    } else if (i + 1 < format.size() && format[i + 1] == c) {
      text += c;
      ++i;
    } else if (c == '}') {
      fail("'}' without '{'", format);
    } else {
      const size_t argument = read_argument(format, i, i);
      if (argument >= count) fail(fmt::format("no argument {{{}}}", argument), format);
      pieces.push_back({std::move(text), argument});
      text.clear();
    }
  }
  pieces.push_back({std::move(text), std::nullopt});
  return pieces;
}

}  // namespace dagsim::expression
