#include "model/steps.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace dagsim::model {

namespace {

bool continues_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// "matrix.<key>" as a whole name in the text, ignoring case, or as matrix['key'].
bool mentions(std::string_view text, std::string_view dotted, std::string_view indexed) {
  const std::string lowered = to_lower(text);
  if (lowered.find(indexed) != std::string::npos) return true;
  for (size_t at = lowered.find(dotted); at != std::string::npos; at = lowered.find(dotted, at + 1)) {
    const size_t end = at + dotted.size();
    const bool starts = at == 0 || !continues_name(lowered[at - 1]);
    if (starts && (end == lowered.size() || !continues_name(lowered[end]))) return true;
  }
  return false;
}

/// Actions that build, check or install, and keep a cache of what that made on the way.
bool does_work(std::string_view uses) {
  constexpr std::array<std::string_view, 5> kActions = {"*/build-push-action", "*/bake-action", "*lint*",
                                                        "pre-commit/*", "*gradle-build-action*"};
  return std::ranges::any_of(kActions, [&](std::string_view glob) { return glob_match(glob, uses); });
}

}  // namespace

bool mentions_matrix_key(const Step& step, std::string_view key) {
  const std::string dotted = "matrix." + to_lower(key);
  const std::string indexed = "matrix['" + to_lower(key) + "']";
  const auto in = [&](std::string_view text) { return mentions(text, dotted, indexed); };
  return in(step.name) || in(step.run) || in(step.condition) ||
         std::ranges::any_of(step.with, [&](const auto& parameter) { return in(parameter.second); });
}

bool is_setup(const Step& step) {
  if (step.uses.empty()) return false;
  const std::string uses = to_lower(step.uses);
  if (step.cache && step.run.empty() && !does_work(uses)) return true;
  constexpr std::array<std::string_view, 8> kActions = {"*/checkout",          "*cache*",       "*setup*",
                                                        "*install*",           "*toolchain*",   "*mise-action*",
                                                        "*download-artifact*", "*login-action*"};
  return std::ranges::any_of(kActions, [&](std::string_view glob) { return glob_match(glob, uses); });
}

bool is_work(const Step& step, std::string_view work_key) {
  return work_key.empty() ? !is_setup(step) : mentions_matrix_key(step, work_key);
}

}  // namespace dagsim::model
