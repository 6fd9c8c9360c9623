// Where expressions look: the references in a text, their places, and their replacement by other expressions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "workflow/document.h"

namespace dagsim::workflow {

/// `needs.changes.outputs.rust` in a text: its lower-cased parts, and the bytes that it and each of its prefixes take.
struct Reference {
  std::vector<std::string> parts;
  size_t begin = 0;
  std::vector<size_t> ends;  ///< ends[i]: the byte after parts[i]
};

/// A piece of a template: literal text, or what stands between `${{` and `}}`.
struct Segment {
  bool expression = false;
  size_t begin = 0;  ///< of the literal, or of the inside of the braces
  size_t end = 0;
};

/// Splits at `${{ … }}`, quotes inside respected. An unclosed `${{` is literal.
std::vector<Segment> segments(std::string_view text);

/// Whether a text is one `${{ }}` and nothing else, so that its value may be a collection.
bool is_lone_expression(std::string_view text);
/// Whether a key is `${{ insert }}`: the mapping behind it is spliced into the one around it.
bool is_insert(std::string_view key);
/// The text that a lone `${{ 'text' }}` stands for.
std::optional<std::string> lone_literal(std::string_view text);
/// Behind the name or number that holds byte `at`, or behind that byte.
size_t word_end(std::string_view text, size_t at);

/// The references of an expression in order; strings, numbers and function names are none. `['x']` counts as `.x`.
std::vector<Reference> references_of_expression(std::string_view text);
/// The references in all `${{ }}` of a template.
std::vector<Reference> references_of_template(std::string_view text);

/// What takes the place of the first `parts` parts of a reference.
struct Replacement {
  size_t parts = 0;
  std::string expression;
};
using Replace = std::function<std::optional<Replacement>(const std::vector<std::string>& parts)>;

/// The text with replaced references. A result beyond GitHub's bound of 21,000 characters leaves the text as it was.
std::string replace_in_expression(std::string_view text, const Replace& replace);
/// The same in every `${{ }}`; one that becomes a mere string literal dissolves into its text.
std::string replace_in_template(std::string_view text, const Replace& replace);

/// Whether a lower-case word stands anywhere in a text, ignoring case.
bool mentions(std::string_view text, std::string_view word);

/// A string as a literal of the expression language.
std::string quoted(std::string_view text);

/// The place of bytes [begin, end) of a scalar's text in its file; the whole scalar where the file spells it otherwise.
SourceRange place_in(const Text& text, size_t begin, size_t end);

/// An output of another job that a text reads: `needs.<job>.outputs.<output>`, names as written in lower case.
struct NeedsRead {
  std::string job;
  std::string output;
  SourceRange where;
};
std::vector<NeedsRead> needs_reads(const Reading& reading);

}  // namespace dagsim::workflow
