// Swatinem/rust-cache builds its key from what it is told, the job id, the platform, and two digests: of the compiler
// with its environment, and of manifests and lock files. Legs of a matrix have one job id, so they share a key unless
// `key` or `shared-key` tells them apart.
#include "base/text.h"
#include "workflow/cache_actions.h"

namespace dagsim::workflow {

using model::CacheUse;
using model::Truth;

namespace {

constexpr std::string_view kPrefix = "v0-rust";
constexpr std::string_view kEnvironment = "-<environment>";
constexpr std::string_view kLocks = "-<locks>";

/// What an action's inputs say, by the names that rust-cache has for them.
struct RustKey {
  std::string prefix;
  std::string shared;
  std::string key;
  std::string job;  ///< "" where the key leaves it out
  bool has_environment = true;
};

/// The key without its last part.
std::string beginning(const RustKey& parts, std::string_view platform) {
  std::string key = parts.prefix;
  if (!parts.shared.empty()) {
    key += "-" + parts.shared;
  } else {
    if (!parts.key.empty()) key += "-" + parts.key;
    if (!parts.job.empty()) key += "-" + parts.job;
  }
  key += "-" + std::string(platform);
  if (parts.has_environment) key += kEnvironment;
  return key;
}

/// The same parts, as written and with their known values.
struct Spellings {
  RustKey written;
  RustKey known;
};

CacheUse use_of(const ActionStep& step, const Spellings& parts) {
  CacheUse use;
  use.key = beginning(parts.written, kPlatform) + std::string(kLocks);
  use.restore_keys = {beginning(parts.known, node_platform(step))};
  use.known_key = use.restore_keys[0] + std::string(kLocks);
  use.restores = true;
  use.miss_output = "false";
  return use;
}

std::string family_of(const RustKey& parts) {
  std::string family = parts.shared;
  if (family.empty()) {
    const bool names_job = parts.job.empty() || parts.key.find(parts.job) != std::string::npos;
    family = parts.key.empty() ? parts.job : (names_job ? parts.key : parts.key + "-" + parts.job);
  }
  if (family.empty()) return parts.prefix;
  return parts.prefix == kPrefix ? family : parts.prefix + "-" + family;
}

CacheUse own_cache(const ActionStep& step, const CachePlace& place) {
  const bool has_prefix = !step.written("prefix-key").empty();
  Spellings parts;
  parts.known = {has_prefix ? step.text("prefix-key") : std::string(kPrefix), step.text("shared-key"), step.text("key"),
                 step.may("add-job-id-key", true) ? place.job_id : "", step.may("add-rust-environment-hash-key", true)};
  parts.written = parts.known;
  if (has_prefix) parts.written.prefix = step.written("prefix-key");
  parts.written.shared = step.written("shared-key");
  parts.written.key = step.written("key");
  CacheUse use = use_of(step, parts);
  use.family = family_of(parts.known);
  use.saves = step.may("save-if", true);
  if (step.flag("cache-on-failure", false) == Truth::True) use.save_condition = "always()";
  return use;
}

CacheUse toolchain_cache(const ActionStep& step, const CachePlace& place) {
  Spellings parts;
  parts.known = {std::string(kPrefix), step.text("cache-shared-key"), step.text("cache-key"), place.job_id, true};
  parts.written = parts.known;
  parts.written.shared = step.written("cache-shared-key");
  parts.written.key = step.written("cache-key");
  CacheUse use = use_of(step, parts);
  use.family = parts.known.shared.empty() ? "setup-rust-toolchain" : parts.known.shared;
  use.saves = step.may("cache-save-if", true);
  if (step.may("cache-on-failure", true)) use.save_condition = "always()";
  return use;
}

}  // namespace

std::optional<CacheAnswer> rust_cache(const ActionStep& step, const CachePlace& place) {
  const std::string& action = step.action();
  if (action == "swatinem/rust-cache" || action == "useblacksmith/rust-cache" || action == "warpbuilds/rust-cache") {
    return CacheAnswer{own_cache(step, place), {}};
  }
  if (action != "actions-rust-lang/setup-rust-toolchain") return std::nullopt;
  if (!step.may("cache", true)) return CacheAnswer{};
  return CacheAnswer{toolchain_cache(step, place), {}};
}

}  // namespace dagsim::workflow
