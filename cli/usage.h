// Errors in the command line, and the parsers of option values that raise them.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "model/cache.h"

namespace dagsim::cli {

/// The command line is wrong; exit status 2. The message is one line in lower case without a final period.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// "; did you mean "x"?" for the candidate nearest to `word`, "" when none is near.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

/// A whole number in [least, most]. \throws UsageError
uint64_t parse_count(std::string_view option, std::string_view text, uint64_t least, uint64_t most);
/// A share of "5%", "5 %" or "0.05", in [0, 10]. \throws UsageError
double parse_share(std::string_view option, std::string_view text);
/// One of `choices`. \throws UsageError
size_t parse_choice(std::string_view option, std::string_view text, std::span<const std::string> choices);
/// FAMILY=exact|partial|miss. \throws UsageError
std::pair<std::string, model::CacheState> parse_assumption(std::string_view text);
/// JOB.OUTPUT=VALUE. \throws UsageError
std::pair<std::string, std::string> parse_output(std::string_view text);

/// The two sides of the first `=`. \param expected "NAME=VALUE", for the message. \throws UsageError
std::pair<std::string, std::string> parse_pair(std::string_view option, std::string_view text,
                                               std::string_view expected);
/// NAME=COUNT for one of `names`. \throws UsageError
std::pair<size_t, uint64_t> parse_limit(std::string_view text, std::span<const std::string> names);

/// The arguments as a shell takes them, quoted where needed.
std::string shell_command(std::span<const std::string> arguments);

}  // namespace dagsim::cli
