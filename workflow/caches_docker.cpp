// Layer caches of image builds: `cache-from` and `cache-to`, each a list of "type=gha,scope=x" or of bare registry
// references. BuildKit reads all sources and takes the layers that fit, so there is no exact hit and nothing that keeps
// it from saving again.
#include <algorithm>
#include <utility>

#include "base/text.h"
#include "workflow/cache_actions.h"

namespace dagsim::workflow {

using model::CacheUse;
using model::Truth;

namespace {

/// One source or target of layers.
struct Layers {
  std::string text;
  std::string family;
  bool of_service = false;
};

std::string attribute(std::string_view text, std::string_view name) {
  for (std::string_view pair : split(text, ',')) {
    pair = trim(pair);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return std::string(trim(pair.substr(name.size() + 1)));
    }
  }
  return {};
}

/// What tells a cache from others of its type; nothing for folders and for layers that travel inside an image.
std::optional<std::string> place_of(std::string_view text) {
  const std::string type = attribute(text, "type");
  if (type.empty()) return text.find('=') == std::string_view::npos ? std::optional(std::string(text)) : std::nullopt;
  if (type == "registry") return attribute(text, "ref");
  if (type == "gha") return attribute(text, "scope").empty() ? "buildkit" : attribute(text, "scope");
  if (type == "s3") return attribute(text, "bucket") + "/" + attribute(text, "name");
  if (type == "azblob") return attribute(text, "account_url") + "/" + attribute(text, "name");
  return std::nullopt;
}

std::vector<Layers> layers_of(const std::vector<std::string>& lines) {
  std::vector<Layers> result;
  for (const std::string& line : lines) {
    const std::optional<std::string> place = place_of(line);
    if (place && !place->empty())
      result.push_back({line, "docker-" + key_family(*place), attribute(line, "type") == "gha"});
  }
  return result;
}

/// Of bake-action the overrides of single fields: `target.cache-from=type=gha,scope=x`.
std::vector<std::string> overrides(const ActionStep& step, std::string_view field) {
  std::vector<std::string> result;
  const std::string middle = "." + std::string(field) + "=";
  for (const std::string& line : step.lines("set")) {
    const size_t at = line.find(middle);
    if (at != std::string::npos) result.push_back(line.substr(at + middle.size()));
  }
  return result;
}

CacheAnswer layer_cache(const std::vector<Layers>& sources, const std::vector<Layers>& targets) {
  if (sources.empty() && targets.empty()) return {};
  CacheUse use;
  use.restores = !sources.empty();
  use.saves = !targets.empty();
  const Layers& first = use.restores ? sources.front() : targets.front();
  use.family = first.family;
  use.key = first.text;
  for (size_t i = 1; i < sources.size(); ++i) use.restore_keys.push_back(sources[i].text);
  if (use.saves && std::ranges::find(targets, use.family, &Layers::family) == targets.end()) {
    use.saved_family = targets.front().family;
  }
  return {use, {}, first.of_service};
}

CacheUse tool_cache(const ActionStep& step, const std::string& family, const std::string& key) {
  CacheUse use;
  use.family = family;
  use.key = key + "-" + std::string(kPlatform);
  use.known_key = key + "-" + node_platform(step);
  use.restores = use.saves = true;
  return use;
}

}  // namespace

std::optional<CacheAnswer> docker_cache(const ActionStep& step, const CachePlace& /*place*/) {
  const std::string& action = step.action();
  if (action == "docker/setup-buildx-action") {
    // Only a version that the runner may lack is downloaded, and only what is downloaded is kept.
    if (step.written("version").empty() || !step.may("cache-binary", true)) return CacheAnswer{};
    return CacheAnswer{tool_cache(step, "setup-buildx", "buildx-dl-bin-" + step.text("version")), {}};
  }
  if (action == "docker/setup-qemu-action") {
    if (step.is_before(3) || !step.may("cache-image", true)) return CacheAnswer{};
    const std::string image = step.written("image").empty() ? "tonistiigi/binfmt:latest" : step.text("image");
    return CacheAnswer{tool_cache(step, "setup-qemu", image), {}};
  }
  const bool bakes = action == "docker/bake-action";
  if (!bakes && action != "docker/build-push-action") return std::nullopt;
  const std::vector<Layers> sources = layers_of(bakes ? overrides(step, "cache-from") : step.lines("cache-from"));
  const std::vector<Layers> targets = layers_of(bakes ? overrides(step, "cache-to") : step.lines("cache-to"));
  const bool ignores = step.flag("no-cache", false) == Truth::True;
  return layer_cache(ignores ? std::vector<Layers>{} : sources, targets);
}

}  // namespace dagsim::workflow
