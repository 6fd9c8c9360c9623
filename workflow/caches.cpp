#include "workflow/caches.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "workflow/references.h"

namespace dagsim::workflow {

using model::CacheUse;
using model::Step;

namespace {

/// The value of an action's input (names ignore case), "" when absent.
std::string input(const Step& step, std::string_view name) {
  const auto found =
      std::ranges::find_if(step.with, [&](const auto& pair) { return equals_ignore_case(pair.first, name); });
  return found == step.with.end() ? std::string() : std::string(trim(found->second));
}

std::string evaluated(const Step& step, std::string_view name, const EvaluateText& evaluate) {
  const std::string text = input(step, name);
  return evaluate(text).value_or(text);
}

/// Actions read booleans by their text; what nobody knows before the run counts as `unknown`.
bool flag(const Step& step, std::string_view name, bool absent, const EvaluateText& evaluate) {
  const std::string text = input(step, name);
  if (text.empty()) return absent;
  const std::optional<std::string> value = evaluate(text);
  return !value || equals_ignore_case(trim(*value), "true");
}

std::string trim_dashes(std::string_view text) {
  text = trim(text);
  while (!text.empty() && (text.back() == '-' || text.back() == '_' || text.back() == '/')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == '-' || text.front() == '_' || text.front() == '/')) text.remove_prefix(1);
  return std::string(text);
}

CacheUse key_cache(const Step& step, bool restores, bool saves) {
  CacheUse use;
  use.key = input(step, "key");
  use.family = key_family(use.key);
  use.restores = restores;
  use.saves = saves;
  return use;
}

CacheUse rust_cache(const Step& step, const std::string& job_id, const EvaluateText& evaluate) {
  CacheUse use;
  use.key = input(step, "shared-key");
  use.family = evaluated(step, "shared-key", evaluate);
  if (use.family.empty()) {
    use.key = input(step, "key");
    const std::string key = evaluated(step, "key", evaluate);
    const bool names_job = key.find(job_id) != std::string::npos;
    use.family = key.empty() ? job_id : (names_job ? key : key + "-" + job_id);
  }
  use.restores = true;
  use.saves = flag(step, "save-if", true, evaluate) && !flag(step, "lookup-only", false, evaluate);
  return use;
}

CacheUse mise_cache(const Step& step, const EvaluateText& evaluate) {
  CacheUse use;
  use.key = input(step, "cache_key_prefix");
  if (use.key.empty()) use.key = "mise-v2";
  use.family = key_family(evaluate(use.key).value_or(use.key));
  use.restores = true;
  use.saves = flag(step, "cache_save", true, evaluate);
  return use;
}

/// An action with a cache of its own behind one input.
struct Setup {
  std::string_view action;
  std::string_view input;
  bool by_default;
  bool names_manager;  ///< the input's value tells which package manager
};

constexpr std::array<Setup, 11> kSetups = {{{"actions/setup-node", "cache", false, true},
                                            {"actions/setup-python", "cache", false, true},
                                            {"actions/setup-java", "cache", false, true},
                                            {"actions/setup-go", "cache", true, false},
                                            {"actions/setup-dotnet", "cache", false, false},
                                            {"actions-rust-lang/setup-rust-toolchain", "cache", true, false},
                                            {"astral-sh/setup-uv", "enable-cache", true, false},
                                            {"gradle/actions/setup-gradle", "cache-disabled", true, false},
                                            {"oven-sh/setup-bun", "no-cache", true, false},
                                            {"pnpm/action-setup", "cache", false, false},
                                            {"ruby/setup-ruby", "bundler-cache", false, false}}};

std::optional<CacheUse> setup_cache(const Step& step, const Setup& setup, const EvaluateText& evaluate) {
  const bool is_negative = setup.input == "cache-disabled" || setup.input == "no-cache";
  const std::string written = input(step, setup.input);
  const std::string value = to_lower(evaluate(written).value_or("true"));
  const bool is_on = written.empty() ? setup.by_default : ((value != "false" && !value.empty()) != is_negative);
  if (!is_on) return std::nullopt;
  CacheUse use;
  use.family = std::string(setup.action.substr(setup.action.rfind('/') + 1));
  if (setup.names_manager) use.family += "-" + value;
  use.key = use.family;
  use.restores = true;
  use.saves = true;
  return use;
}

}  // namespace

std::string key_family(std::string_view key) {
  const size_t first = key.find("${{");
  std::string family = trim_dashes(key.substr(0, first));
  if (!family.empty() || first == std::string_view::npos) return family;
  std::vector<std::string> literals;
  for (const Segment& segment : segments(key)) {
    if (segment.expression) continue;
    std::string literal = trim_dashes(key.substr(segment.begin, segment.end - segment.begin));
    if (!literal.empty()) literals.push_back(std::move(literal));
  }
  return literals.empty() ? std::string(trim(key)) : join(literals, "-");
}

std::optional<CacheUse> cache_use(const Step& step, const std::string& job_id, const EvaluateText& evaluate) {
  const std::string action = to_lower(step.uses);
  std::optional<CacheUse> use;
  if (action == "actions/cache") {
    use = key_cache(step, true, !flag(step, "lookup-only", false, evaluate));
  } else if (action == "actions/cache/restore") {
    use = key_cache(step, true, false);
  } else if (action == "actions/cache/save") {
    use = key_cache(step, false, true);
  } else if (action == "swatinem/rust-cache") {
    use = rust_cache(step, job_id, evaluate);
  } else if (action == "jdx/mise-action") {
    if (flag(step, "cache", true, evaluate)) use = mise_cache(step, evaluate);
  } else {
    const auto setup = std::ranges::find(kSetups, std::string_view(action), &Setup::action);
    if (setup != kSetups.end()) use = setup_cache(step, *setup, evaluate);
  }
  if (!use || use->family.empty()) return std::nullopt;
  use->where = step.where;
  return use;
}

std::vector<std::string> uploaded_artifacts(const Step& step, const EvaluateText& evaluate) {
  if (step.uses != "actions/upload-artifact") return {};
  const std::string name = evaluated(step, "name", evaluate);
  return {name.empty() ? "artifact" : name};
}

std::vector<std::string> downloaded_artifacts(const Step& step, const EvaluateText& evaluate) {
  if (step.uses != "actions/download-artifact") return {};
  const std::string name = evaluated(step, "name", evaluate);
  if (!name.empty()) return {name};
  const std::string pattern = evaluated(step, "pattern", evaluate);
  return {pattern.empty() ? "*" : pattern};
}

}  // namespace dagsim::workflow
