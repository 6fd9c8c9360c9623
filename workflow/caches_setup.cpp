// Actions that set up a tool and keep what it downloads. Most differ only in the input that turns the cache on, in
// whether it is on when nobody says so, and in the key that they build; those are rows of a table.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "workflow/cache_actions.h"

namespace dagsim::workflow {

using model::CacheUse;

namespace {

/// An action with a cache of its own behind one input.
struct Setup {
  std::string_view action;
  std::string_view input;             ///< what turns it on; "": always on
  bool by_default = false;            ///< whether it is on where the input isn't given
  bool names_manager = false;         ///< the input's value tells which package manager
  bool negative = false;              ///< the input turns it off
  int since = 0;                      ///< `by_default` holds from this major version on
  std::string_view key;               ///< how it begins; then come the platform, the package manager and a digest
  std::string_view digest;            ///< what the end of the key is computed from
  bool restores_older = false;        ///< whether an entry with another digest will do
  std::string_view never_saves = {};  ///< an input that forbids saving
};

constexpr std::array<Setup, 20> kSetups = {
    {{"actions/setup-node", "cache", false, true, false, 0, "node-cache-", "lock files"},
     {"actions/setup-python", "cache", false, true, false, 0, "setup-python-", "requirements", true},
     {"actions/setup-java", "cache", false, true, false, 0, "setup-java-", "build files"},
     {"actions/setup-go", "cache", true, false, false, 4, "setup-go-", "go.sum"},
     {"actions/setup-dotnet", "cache", false, false, false, 0, "dotnet-cache-", "lock files"},
     {"astral-sh/setup-uv", "enable-cache", true, false, false, 5, "setup-uv-", "lock files"},
     {"gradle/actions/setup-gradle", "cache-disabled", true, false, true, 0, "gradle-home-", "commit", true,
      "cache-read-only"},
     {"gradle/gradle-build-action", "cache-disabled", true, false, true, 0, "gradle-home-", "commit", true,
      "cache-read-only"},
     {"oven-sh/setup-bun", "no-cache", true, false, true, 0, "bun-", "version"},
     {"pnpm/action-setup", "cache", false, false, false, 0, "pnpm-cache-", "lock files"},
     {"ruby/setup-ruby", "bundler-cache", false, false, false, 0, "setup-ruby-bundler-cache-", "Gemfile.lock", true},
     {"subosito/flutter-action", "cache", false, false, false, 0, "flutter-", "version"},
     {"moonrepo/setup-rust", "cache", true, false, false, 0, "setup-rust-", "Cargo.lock", true},
     {"golangci/golangci-lint-action", "skip-cache", true, false, true, 0, "golangci-lint.cache-", "go.mod", true,
      "skip-save-cache"},
     {"pre-commit/action", "", true, false, false, 0, "pre-commit-3-", "configuration"},
     {"ramsey/composer-install", "ignore-cache", true, false, true, 0, "composer-", "composer.lock", true},
     {"bahmutov/npm-install", "", true, false, false, 0, "npm-", "lock files"},
     {"coursier/cache-action", "", true, false, false, 0, "coursier-", "build files", true},
     {"julia-actions/cache", "", true, false, false, 0, "julia-cache-", "run", true},
     {"awalsh128/cache-apt-pkgs-action", "", true, false, false, 0, "cache-apt-pkgs-", "packages"}}};

std::string last_name(std::string_view action) {
  return std::string(action.substr(action.rfind('/') + 1));
}

CacheUse setup_use(const ActionStep& step, const Setup& setup, const std::string& manager) {
  CacheUse use;
  use.family = last_name(setup.action);
  const std::string named = manager.empty() ? "" : "-" + manager;
  use.family += named;
  const std::string prefix = std::string(setup.key) + node_platform(step) + named;
  const std::string digest = fmt::format("-<digest of {}>", setup.digest);
  if (setup.restores_older) use.restore_keys = {prefix};
  use.key = std::string(setup.key) + std::string(kPlatform) + named + digest;
  use.known_key = prefix + digest;
  use.restores = true;
  use.saves = true;
  use.miss_output = "false";
  return use;
}

/// Whether the cache is on; the package manager, where the input names it.
std::pair<bool, std::string> is_on(const ActionStep& step, const Setup& setup) {
  if (setup.input.empty()) return {true, ""};
  if (step.written(setup.input).empty()) return {setup.by_default && !step.is_before(setup.since), ""};
  const std::optional<std::string> value = step.known(setup.input);
  if (!value) return {true, ""};
  const bool says_yes = !value->empty() && !equals_ignore_case(*value, "false");
  return {says_yes != setup.negative, setup.names_manager ? to_lower(*value) : ""};
}

/// Gradle saves on the default branch only, unless told otherwise; which branch that is, is guessed by its name.
bool gradle_saves(const ActionStep& step, const CachePlace& place) {
  if (!step.written("cache-read-only").empty()) return step.flag("cache-read-only", false) != model::Truth::True;
  return place.ref.empty() || place.ref == "refs/heads/main" || place.ref == "refs/heads/master";
}

CacheAnswer table_cache(const ActionStep& step, const Setup& setup, const CachePlace& place) {
  const auto [on, manager] = is_on(step, setup);
  if (!on) return {};
  CacheUse use = setup_use(step, setup, manager);
  if (setup.action == "actions/setup-python" && manager != "pip") use.restore_keys.clear();
  if (setup.action.starts_with("gradle/")) {
    use.saves = gradle_saves(step, place);
  } else if (!setup.never_saves.empty()) {
    use.saves = step.flag(setup.never_saves, false) != model::Truth::True;
  }
  return {use, {}};
}

/// From its fifth version on the action looks for a package manager in package.json itself, later for npm only.
CacheAnswer node_cache(const ActionStep& step, const Setup& setup, const CachePlace& place) {
  const bool asks_file = step.written("cache").empty() && !step.is_before(5) && step.may("package-manager-cache", true);
  if (!asks_file) return table_cache(step, setup, place);
  if (!place.package_manager) {
    return {std::nullopt,
            "it caches what package.json names as \"packageManager\", and there is no such file at the root"};
  }
  const std::string manager = to_lower(place.package_manager->substr(0, place.package_manager->find('@')));
  if (manager.empty() || (manager != "npm" && !step.is_before(6))) return {};
  return {setup_use(step, setup, manager), {}};
}

CacheAnswer uv_cache(const ActionStep& step, const Setup& setup, const CachePlace& place) {
  const std::string value = to_lower(step.known("enable-cache").value_or("true"));
  const bool is_auto = value == "auto" || (value.empty() && !step.is_before(setup.since));
  if (is_auto && place.self_hosted) return {};
  CacheAnswer answer = table_cache(step, setup, place);
  if (!answer.use) return answer;
  answer.use->restores = step.may("restore-cache", true);
  answer.use->saves = step.may("save-cache", true);
  const std::string suffix = step.text("cache-suffix");
  if (suffix.empty()) return answer;
  answer.use->key += "-" + step.written("cache-suffix");
  answer.use->known_key += "-" + suffix;
  return answer;
}

/// Braces of the action's own templates ("{{version}}") end a family as GitHub's do.
std::string mise_family(const std::string& key) {
  const size_t open = key.find("{{");
  const bool is_own = open != std::string::npos && (open == 0 || key[open - 1] != '$');
  return key_family(is_own ? key.substr(0, open) : key);
}

CacheAnswer mise_cache(const ActionStep& step) {
  if (!step.may("cache", true)) return {};
  CacheUse use;
  use.key = step.written("cache_key");
  if (use.key.empty()) use.key = step.written("cache_key_prefix");
  if (use.key.empty()) use.key = "mise-v2";
  use.known_key = step.fill(use.key) + "-" + node_platform(step);
  use.family = mise_family(step.fill(use.key));
  use.restores = true;
  use.saves = step.may("cache_save", true);
  use.miss_output = "false";
  return {use, {}};
}

/// "useblacksmith/setup-node" is what actions/setup-node is.
std::string without_fork(const std::string& action) {
  for (const std::string_view owner : {"buildjet/setup-", "useblacksmith/setup-"}) {
    if (action.starts_with(owner)) return "actions" + action.substr(action.find('/'));
  }
  return action;
}

}  // namespace

std::optional<CacheAnswer> setup_cache(const ActionStep& step, const CachePlace& place) {
  const std::string action = without_fork(step.action());
  if (action == "jdx/mise-action") return mise_cache(step);
  const auto setup = std::ranges::find(kSetups, std::string_view(action), &Setup::action);
  if (setup == kSetups.end()) return std::nullopt;
  if (action == "actions/setup-node") return node_cache(step, *setup, place);
  if (action == "astral-sh/setup-uv") return uv_cache(step, *setup, place);
  return table_cache(step, *setup, place);
}

}  // namespace dagsim::workflow
