// Display names. A literal `name` keeps the suffix with the matrix, one with an expression replaces it. `${{ 'text' }}`
// is a literal: GitHub takes it for one when it reads the file.
#include <algorithm>

#include "base/text.h"
#include "workflow/expansion.h"

namespace dagsim::workflow {

namespace {

/// Whether what stands between `${{` and `}}` is one string literal.
bool is_string_literal(std::string_view inside) {
  const std::string_view bare = trim(inside);
  if (bare.size() < 2 || bare.front() != '\'' || bare.back() != '\'') return false;
  size_t quotes = 0;
  for (size_t i = 1; i + 1 < bare.size(); ++i) {
    if (bare[i] == '\'') {
      ++quotes;
    } else if (quotes % 2 == 1) {
      return false;
    }
  }
  return quotes % 2 == 0;
}

bool is_literal(std::string_view text) {
  return std::ranges::all_of(segments(text), [&](const Segment& segment) {
    return !segment.expression || is_string_literal(text.substr(segment.begin, segment.end - segment.begin));
  });
}

}  // namespace

std::string shown_name(Expansion& expansion, const JobPlace& place, const expression::Scope& scope) {
  if (place.unexpanded) return raw_name(place.job);
  std::string name = place.job.id.value;
  if (place.job.name && !place.job.name->value.empty()) {
    const std::optional<expression::Value> value = evaluate(expansion, *place.job.name, scope);
    const std::string evaluated = value ? expression::to_string(*value) : "";
    if (!is_literal(place.job.name->value) && !evaluated.empty()) return evaluated;
    if (!evaluated.empty()) name = evaluated;
  }
  return display_name(name, place.leg == nullptr ? std::vector<std::string>{} : place.leg->segments);
}

std::string raw_name(const JobDocument& job) {
  return job.name && !job.name->value.empty() ? job.name->value : job.id.value;
}

}  // namespace dagsim::workflow
