#include "workflow/caches.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "workflow/cache_actions.h"
#include "workflow/references.h"

namespace dagsim::workflow {

namespace {

std::string trim_dashes(std::string_view text) {
  constexpr std::string_view kDashes = "-_/";
  text = trim(text);
  while (!text.empty() && kDashes.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  while (!text.empty() && kDashes.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  return std::string(text);
}

void restrict_to(const CacheAccess& access, model::CacheUse& use) {
  use.restores = use.restores && access.reads;
  use.saves = use.saves && access.writes;
  if (!use.saves) use.saved_family.clear();
}

}  // namespace

CacheAccess cache_access(std::string_view mode) {
  const std::string word = to_lower(trim(mode));
  return {word != "none" && word != "write-only", word != "none" && word != "read"};
}

CacheAccess both(const CacheAccess& a, const CacheAccess& b) {
  return {a.reads && b.reads, a.writes && b.writes};
}

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

std::string node_platform(const ActionStep& step) {
  std::string os = step.fill("${{ runner.os }}");
  if (os == "macOS") os = "Darwin";
  if (os == "Windows") os = "Windows_NT";
  return os + "-" + to_lower(step.fill("${{ runner.arch }}"));
}

CacheAnswer cache_use(const ActionStep& step, const CachePlace& place) {
  std::optional<CacheAnswer> answer;
  for (const auto recognise : {keyed_cache, rust_cache, docker_cache, setup_cache}) {
    if (!answer) answer = recognise(step, place);
  }
  if (!answer) return {};
  std::optional<model::CacheUse>& use = answer->use;
  if (!use) return *answer;
  if (answer->of_service) {
    use->scope = place.ref;
    restrict_to(place.access, *use);
  }
  if (use->family.empty() || !(use->restores || use->saves)) use.reset();
  if (use) use->where = step.step().where;
  return *answer;
}

}  // namespace dagsim::workflow
