#include "workflow/action_step.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "workflow/references.h"

namespace dagsim::workflow {

using model::Truth;

std::optional<ActionVersion> parse_version(std::string_view ref) {
  std::string_view text = ref.substr(ref.rfind('/') + 1);
  if (text.starts_with('v')) text.remove_prefix(1);
  // A commit may begin with digits too, but then letters or very many digits follow.
  constexpr size_t kLongest = 12;
  if (text.empty() || text.size() > kLongest || text.find_first_not_of("0123456789.") != std::string_view::npos) {
    return std::nullopt;
  }
  ActionVersion version;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), version.major);
  if (fault != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (text.size() > 1) std::from_chars(text.data() + 1, text.data() + text.size(), version.minor);
  return version;
}

ActionStep::ActionStep(const model::Step& step, std::string_view ref, const EvaluateText& evaluate)
    : step_(step), evaluate_(evaluate), action_(to_lower(step.uses)), version_(parse_version(ref)) {}

std::string ActionStep::written(std::string_view name) const {
  const auto found =
      std::ranges::find_if(step_.with, [&](const auto& pair) { return equals_ignore_case(pair.first, name); });
  return found == step_.with.end() ? std::string() : std::string(trim(found->second));
}

std::optional<std::string> ActionStep::known(std::string_view name) const {
  const std::optional<std::string> value = evaluate_(written(name));
  if (!value) return std::nullopt;
  return std::string(trim(*value));
}

std::string ActionStep::text(std::string_view name) const {
  return std::string(trim(fill(written(name))));
}

std::vector<std::string> ActionStep::lines(std::string_view name) const {
  std::vector<std::string> result;
  const std::string value = text(name);
  for (const std::string_view line : split(value, '\n')) {
    if (!trim(line).empty()) result.emplace_back(trim(line));
  }
  return result;
}

Truth ActionStep::flag(std::string_view name, bool absent) const {
  if (written(name).empty()) return absent ? Truth::True : Truth::False;
  const std::optional<std::string> value = known(name);
  if (!value) return Truth::Unknown;
  return equals_ignore_case(*value, "true") ? Truth::True : Truth::False;
}

std::string ActionStep::fill(std::string_view text) const {
  if (text.find("${{") == std::string_view::npos) return std::string(text);
  std::string result;
  for (const Segment& segment : segments(text)) {
    const std::string_view inside = text.substr(segment.begin, segment.end - segment.begin);
    if (!segment.expression) {
      result.append(inside);
      continue;
    }
    const std::string whole = "${{ " + std::string(trim(inside)) + " }}";
    result += evaluate_(whole).value_or(whole);
  }
  return result;
}

}  // namespace dagsim::workflow
