// Templates: text with `${{ }}` in it. Each segment is parsed on its own, so that `${{ a, b }}` can't slip through as
// two arguments of the format() call that several segments become.
#include <algorithm>

#include <fmt/format.h>

#include "expression/expression.h"
#include "expression/fold.h"
#include "expression/json.h"
#include "expression/tree.h"

namespace dagsim::expression {

namespace {

constexpr std::string_view kOpen = "${{";

struct Segment {
  std::string_view text;
  size_t offset = 0;
  std::optional<Expression> expression;  // absent for literal text
};

/// Runs `work`, and moves the place of its errors from the segment to the whole text.
template <typename Work>
auto shifted(size_t offset, Work work) {
  try {
    return work();
  } catch (const ExpressionError& error) {
    ExpressionError moved = error;
    moved.offset += offset;
    throw moved;
  }
}

/// The `}}` of a segment whose content begins at `begin`; those within strings don't count.
size_t find_close(std::string_view text, size_t begin) {
  bool quoted = false;
  for (size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (!quoted && text.substr(i, 2) == "}}") return i;
  }
  throw ExpressionError(ErrorKind::Parsing, "\"${{\" is never closed by \"}}\"", begin - kOpen.size());
}

std::vector<Segment> split_segments(std::string_view text) {
  std::vector<Segment> segments;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find(kOpen, at);
    const size_t literal_end = std::min(open, text.size());
    if (literal_end > at) segments.push_back({text.substr(at, literal_end - at), at, std::nullopt});
    if (open == std::string_view::npos) break;
    const size_t begin = open + kOpen.size();
    const size_t close = find_close(text, begin);
    const std::string_view content = trim_white(text.substr(begin, close - begin));
    if (content.empty()) throw ExpressionError(ErrorKind::Parsing, "an expression was expected in \"${{ }}\"", begin);
    const auto offset = static_cast<size_t>(content.data() - text.data());
    segments.push_back({content, offset, shifted(offset, [&] { return Expression::parse(content); })});
    at = close + 2;
  }
  return segments;
}

/// The text with each of `doubled` written twice, as quotes in strings and braces in format strings are.
std::string escaped(std::string_view text, std::string_view doubled) {
  std::string made;
  for (const char c : text) made.append(doubled.find(c) == std::string_view::npos ? 1 : 2, c);
  return made;
}

/// The segments as one expression.
std::string combined(const std::vector<Segment>& segments) {
  std::string pattern;
  std::string arguments;
  size_t count = 0;
  for (const Segment& segment : segments) {
    if (segment.expression) {
      pattern += fmt::format("{{{}}}", count++);
      arguments += fmt::format(", {}", segment.text);
    } else {
      pattern += escaped(segment.text, "'{}");
    }
  }
  return fmt::format("format('{}'{})", pattern, arguments);
}

bool is_lone(const std::vector<Segment>& segments) {
  return segments.size() == 1 && segments[0].expression;
}

/// The text of a condition without its `${{ }}`. A lone string literal is collapsed to the text that it holds.
std::string bare_condition(std::string_view text) {
  if (!is_template(text)) return std::string(trim_white(text));
  const std::vector<Segment> segments = split_segments(text);
  if (!is_lone(segments)) return combined(segments);
  const Tree& tree = segments[0].expression->tree();
  const Node& root = tree[tree.root];
  const bool literal = root.kind == NodeKind::Literal && root.literal.kind() == Kind::String;
  return literal && segments[0].text.starts_with('\'') ? root.literal.string() : std::string(segments[0].text);
}

}  // namespace

void check_names_of_template(std::string_view text, const Names& names) {
  for (const Segment& segment : split_segments(text)) {
    if (segment.expression) shifted(segment.offset, [&] { check_names(*segment.expression, names); });
  }
}

bool is_template(std::string_view text) {
  return text.find(kOpen) != std::string_view::npos;
}

std::string normalise_condition(std::string_view text) {
  const std::string condition = bare_condition(text);
  if (trim_white(condition).empty()) return "success()";
  // Without `${{ }}`, the trimmed condition is a part of the text; otherwise its segments have been parsed in their
  // places.
  const size_t found = is_template(text) ? std::string_view::npos : text.find(condition);
  const size_t offset = found == std::string_view::npos ? 0 : found;
  const Expression parsed = shifted(offset, [&] { return Expression::parse(condition); });
  return calls_status_function(parsed) ? condition : fmt::format("success() && ({})", condition);
}

std::string template_to_expression(std::string_view text) {
  const std::vector<Segment> segments = split_segments(text);
  if (is_lone(segments)) return std::string(segments[0].text);
  return is_template(text) ? combined(segments) : fmt::format("'{}'", escaped(text, "'"));
}

Value evaluate_template(std::string_view text, const Scope& scope) {
  const std::vector<Segment> segments = split_segments(text);
  std::string made;
  for (const Segment& segment : segments) {
    if (!segment.expression) {
      made += segment.text;
      continue;
    }
    Value value = shifted(segment.offset, [&] { return evaluate(*segment.expression, scope); });
    if (segments.size() == 1) return value;
    made += to_string(value);
    if (made.size() > kMostBytes) {
      throw ExpressionError(ErrorKind::Evaluation, "the evaluated text is longer than 10 MiB", segment.offset);
    }
  }
  return made;
}

}  // namespace dagsim::expression
