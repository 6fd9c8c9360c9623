// Conditions as chains of `&&` and `||`: what they say when some terms are unknown, and how a term is taken out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dagsim::model {

enum class Truth : uint8_t { False, True, Unknown };

/// A condition split at its outermost operator: op is "||" or "&&", or "" for a single term. Terms are trimmed.
struct Chain {
  std::string_view op;
  std::vector<std::string_view> terms;
};

/// Quotes, brackets and precedence are respected; parentheses around the whole are taken off first. `condition` must
/// parse.
Chain split_chain(std::string_view condition);

/// Kleene's three-valued logic over the chains of a condition: false && unknown is false, true || unknown is true.
/// `term` judges what is not a chain.
Truth truth(std::string_view condition, const std::function<Truth(std::string_view)>& term);

}  // namespace dagsim::model
