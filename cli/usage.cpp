#include "cli/usage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::cli {

namespace {

std::optional<double> parse_decimal(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!plain || failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quoted(const std::string& argument) {
  const auto safe = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,+@%").find(c) != std::string_view::npos;
  };
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), safe)) return argument;
  std::string out = "'";
  for (const char c : argument) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const std::vector<std::string> near = nearest(word, candidates);
  return near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near.front());
}

uint64_t parse_count(std::string_view option, std::string_view text, uint64_t least, uint64_t most) {
  uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError(fmt::format("{} is \"{}\", expected a whole number from {} to {}", option, text, least, most));
  }
  return value;
}

double parse_share(std::string_view option, std::string_view text) {
  const bool percent = text.ends_with('%');
  const std::optional<double> number = parse_decimal(trim(percent ? text.substr(0, text.size() - 1) : text));
  if (!number || (!percent && *number >= 1) || *number > 1000) {
    const std::string hint = number && !percent && *number <= 1000 ? fmt::format("; did you mean \"{}%\"?", text) : "";
    throw UsageError(fmt::format("{} is \"{}\", expected a share such as 5% or 0.05{}", option, text, hint));
  }
  return percent ? *number / 100 : *number;
}

size_t parse_choice(std::string_view option, std::string_view text, std::span<const std::string> choices) {
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
  throw UsageError(
      fmt::format("{} is \"{}\", expected {}{}", option, text, any_of(choices), suggestion(text, choices)));
}

std::pair<std::string, model::CacheState> parse_assumption(std::string_view text) {
  static const std::array<std::string, 3> kStates = {"exact", "partial", "miss"};
  constexpr std::array kValues = {model::CacheState::Exact, model::CacheState::Partial, model::CacheState::Miss};
  const size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw UsageError(fmt::format("--assume is \"{}\", expected FAMILY=exact, FAMILY=partial or FAMILY=miss", text));
  }
  const std::string_view family = text.substr(0, equals);
  const size_t state = parse_choice(fmt::format("--assume {}", family), text.substr(equals + 1), kStates);
  return {std::string(family), kValues[state]};
}

std::pair<std::string, std::string> parse_output(std::string_view text) {
  const size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const size_t dot = name.rfind('.');
  if (equals == std::string_view::npos || dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) {
    throw UsageError(fmt::format("--set-output is \"{}\", expected JOB.OUTPUT=VALUE", text));
  }
  return {std::string(name), std::string(text.substr(equals + 1))};
}

std::pair<std::string, std::string> parse_pair(std::string_view option, std::string_view text,
                                               std::string_view expected) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw UsageError(fmt::format("{} is \"{}\", expected {}", option, text, expected));
  }
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::pair<size_t, uint64_t> parse_limit(std::string_view text, std::span<const std::string> names) {
  constexpr uint64_t kMost = 1'000'000'000;
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    throw UsageError(fmt::format("--limit is \"{}\", expected NAME=COUNT with {} as the name", text, any_of(names)));
  }
  const size_t name = parse_choice("the name of --limit", text.substr(0, equals), names);
  return {name, parse_count("--limit " + names[name], text.substr(equals + 1), 1, kMost)};
}

std::string shell_command(std::span<const std::string> arguments) {
  std::string out;
  for (const std::string& argument : arguments) {
    if (!out.empty()) out += ' ';
    out += quoted(argument);
  }
  return out;
}

}  // namespace dagsim::cli
