// Caches whose key the user writes: actions/cache with its halves, and ccache-action.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "workflow/cache_actions.h"

namespace dagsim::workflow {

using model::CacheUse;
using model::Truth;

namespace {

/// actions/cache compares all platforms with one another but Windows with itself only, unless told otherwise.
bool is_windows_only(const ActionStep& step) {
  return step.fill("${{ runner.os }}") == "Windows" && step.flag("enableCrossOsArchive", false) != Truth::True;
}

CacheUse given_key(const ActionStep& step, bool restores, bool saves) {
  CacheUse use;
  use.key = step.written("key");
  use.family = key_family(use.key);
  use.known_key = step.text("key");
  use.restores = restores;
  use.saves = saves;
  use.paths = step.lines("path");
  use.windows_only = is_windows_only(step);
  if (!restores) return use;
  use.restore_keys = step.lines("restore-keys");
  use.fails_on_miss = step.flag("fail-on-cache-miss", false) == Truth::True;
  return use;
}

/// Every entry gets a time stamp, so what is restored is the newest entry of the prefix.
CacheUse compiler_cache(const ActionStep& step) {
  CacheUse use;
  const std::string variant = step.written("variant").empty() ? "ccache" : step.text("variant");
  const std::string key = step.written("key");
  use.family = key.empty() ? variant : variant + "-" + key_family(step.text("key"));
  use.key = key.empty() ? variant + "-" : variant + "-" + key + "-";
  use.known_key = step.fill(use.key);
  for (const std::string& other : step.lines("restore-keys")) use.restore_keys.push_back(variant + "-" + other);
  use.restores = true;
  use.saves = step.may("save", true);
  return use;
}

}  // namespace

std::optional<CacheAnswer> keyed_cache(const ActionStep& step, const CachePlace& /*place*/) {
  constexpr std::array<std::string_view, 6> kOwners = {"actions",  "buildjet",      "runs-on",
                                                       "ubicloud", "useblacksmith", "warpbuilds"};
  const std::string& action = step.action();
  if (action == "hendrikmuhs/ccache-action") return CacheAnswer{compiler_cache(step), {}};
  if (action == "mozilla-actions/sccache-action") {
    CacheUse use;
    use.family = use.key = "sccache";
    use.restores = use.saves = true;
    return CacheAnswer{use, {}};
  }
  const size_t slash = action.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string_view name = std::string_view(action).substr(slash + 1);
  if (std::ranges::find(kOwners, std::string_view(action).substr(0, slash)) == kOwners.end()) return std::nullopt;
  if (name == "cache") return CacheAnswer{given_key(step, true, true), {}};
  if (name == "cache/restore") return CacheAnswer{given_key(step, true, false), {}};
  if (name == "cache/save") return CacheAnswer{given_key(step, false, true), {}};
  return std::nullopt;
}

}  // namespace dagsim::workflow
