// What well-known actions do with caches.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/pipeline.h"
#include "workflow/action_step.h"

namespace dagsim::workflow {

/// What a job may do with GitHub's cache service: `cache-mode`, and what the event leaves of it.
struct CacheAccess {
  bool reads = true;
  bool writes = true;
};

/// `write` (the default, and what any other word counts as), `read`, `write-only` or `none`.
CacheAccess cache_access(std::string_view mode);
/// What both allow: a called workflow can't exceed its caller.
CacheAccess both(const CacheAccess& a, const CacheAccess& b);

/// What a recogniser knows of the place of a step.
struct CachePlace {
  std::string job_id;  ///< what GITHUB_JOB holds: the id in its own file, the same for all legs
  std::string ref;     ///< github.ref, under which entries are saved
  CacheAccess access;
  bool self_hosted = false;
  /// `packageManager` of the repository's package.json, "" when it names none; nothing when there is no such file here.
  std::optional<std::string> package_manager;
};

/// The use of a step, and what could not be told about it.
struct CacheAnswer {
  std::optional<model::CacheUse> use;
  std::string unknown;     ///< why it is unknown whether the step has a cache at all, for people; "" otherwise
  bool of_service = true;  ///< kept by GitHub's cache service; else neither the ref nor `cache-mode` matters
};

/// The cache use of a step, recognised by its action:
/// - actions/cache and its halves: key, restore keys and paths as given. The family is the key up to the first `${{`
///   or, where nothing stands before it, its literal parts. `lookup-only` changes nothing of what is saved.
/// - Swatinem/rust-cache, and actions-rust-lang/setup-rust-toolchain on top of it. The family is the evaluated
///   shared-key, else the key (with the job id, where the key doesn't name it, since the action puts it into every key
///   that isn't shared), else the job id; a prefix-key of one's own stands before it. The only restore key is the key
///   without its last part. A save-if that is known to be anything but 'true' saves nothing; an unknown one saves.
/// - hendrikmuhs/ccache-action and mozilla-actions/sccache-action: "ccache-<key>", "sccache".
/// - docker/build-push-action and docker/bake-action with cache-from and cache-to: "docker-" and the scope, the
///   registry's reference or the bucket. A local folder is no cache of its own.
/// - setup-* with a cache, mise-action, and others that keep what they install: the action's last name and, where it
///   tells, the package manager ("setup-node-npm"); of mise-action its prefix ("mise-v2").
/// Forks of these count as what they are forks of. What `place.access` doesn't allow is not done. `where` of the result
/// is the step's own.
CacheAnswer cache_use(const ActionStep& step, const CachePlace& place);

/// "cargo-registry" of "cargo-registry-${{ hashFiles('Cargo.lock') }}".
std::string key_family(std::string_view key);

}  // namespace dagsim::workflow
