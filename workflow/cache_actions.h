// The recognisers behind cache_use, one for each group of actions; each says nothing about actions of the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workflow/caches.h"

namespace dagsim::workflow {

std::optional<CacheAnswer> keyed_cache(const ActionStep& step, const CachePlace& place);
std::optional<CacheAnswer> rust_cache(const ActionStep& step, const CachePlace& place);
std::optional<CacheAnswer> docker_cache(const ActionStep& step, const CachePlace& place);
std::optional<CacheAnswer> setup_cache(const ActionStep& step, const CachePlace& place);

/// How keys that an action builds show the platform, as written.
inline constexpr std::string_view kPlatform = "${{ runner.os }}-${{ runner.arch }}";

/// "Linux-x64": how Node's os.type() and os.arch() name the runner.
std::string node_platform(const ActionStep& step);

}  // namespace dagsim::workflow
