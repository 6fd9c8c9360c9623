#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "expression/expression.h"
#include "workflow/data_findings.h"

namespace dagsim::workflow {

using model::CacheUse;
using model::Job;
using model::Pipeline;
using model::Step;

namespace {

/// GitHub's bounds: characters of a key, and keys of one restore.
constexpr size_t kLongestKey = 512;
constexpr size_t kMostKeys = 10;

struct Use {
  const Job* job = nullptr;
  const Step* step = nullptr;
};

bool gives(const Step& step, std::string_view input) {
  return std::ranges::any_of(
      step.with, [&](const auto& pair) { return equals_ignore_case(pair.first, input) && !trim(pair.second).empty(); });
}

class CacheChecker {
 public:
  CacheChecker(Expansion& expansion, const Pipeline& pipeline) : expansion_(expansion) {
    for (const Job& job : pipeline.jobs) {
      for (const Step& step : job.steps) {
        if (!step.uses.empty() && is_cache_action(step)) uses_.push_back({&job, &step});
      }
    }
  }

  void check() {
    for (const Use& use : uses_) {
      check_inputs(*use.step);
      if (!use.step->cache) continue;
      check_keys(*use.step, *use.step->cache);
      check_paths(use);
    }
  }

 private:
  static bool is_cache_action(const Step& step) {
    const std::string action = to_lower(step.uses);
    return action == "actions/cache" || action == "actions/cache/restore" || action == "actions/cache/save";
  }

  SourceRange place_of(const Step& step, std::string_view input) const {
    const std::array<std::string_view, 1> inputs = {input};
    return input_place(expansion_, step, inputs);
  }

  void warn(const std::string& rule, const Step& step, std::string_view input, const std::string& message) {
    expansion_.warning(rule, message, place_of(step, input));
  }

  void check_inputs(const Step& step) {
    for (const char* input : {"key", "path"}) {
      if (gives(step, input)) continue;
      warn("missing-input", step, "", fmt::format("\"{}\" needs the input \"{}\"", step.uses, input));
    }
    if (!gives(step, "save-always")) return;
    warn("cache-input", step, "save-always",
         "\"save-always\" changes nothing: the cache is saved only after a success; expected actions/cache/save in a "
         "step with \"if: always()\"");
  }

  void check_keys(const Step& step, const CacheUse& use) {
    check_key(step, "key", use.known_key);
    for (const std::string& key : use.restore_keys) check_key(step, "restore-keys", key);
    if (use.restore_keys.size() < kMostKeys) return;
    warn("cache-key", step, "restore-keys",
         fmt::format("a restore takes at most {} keys, but this one has {}", kMostKeys, use.restore_keys.size() + 1));
  }

  /// What only a run knows can but lengthen a key.
  void check_key(const Step& step, std::string_view input, const std::string& key) {
    size_t length = 0;
    bool has_comma = false;
    for (const Segment& segment : segments(key)) {
      if (segment.expression) continue;
      const std::string_view text = std::string_view(key).substr(segment.begin, segment.end - segment.begin);
      length += text.size();
      has_comma = has_comma || text.find(',') != std::string_view::npos;
    }
    if (length > kLongestKey) {
      warn("cache-key", step, input,
           fmt::format("a cache key of {} characters is longer than the {} that are allowed", length, kLongestKey));
    }
    if (has_comma) warn("cache-key", step, input, fmt::format("the cache key \"{}\" holds a comma", key));
  }

  /// Entries are kept by key and by the list of paths, to the letter.
  void check_paths(const Use& use) {
    const CacheUse& own = *use.step->cache;
    if (own.saves || own.paths.empty()) return;
    const Use* other = nullptr;
    for (const Use& each : uses_) {
      const std::optional<CacheUse>& saved = each.step->cache;
      if (!saved || !saved->saves || saved->known_key != own.known_key || saved->paths.empty()) continue;
      if (saved->paths == own.paths) return;
      other = &each;
    }
    if (other == nullptr) return;
    Diagnostic* finding = expansion_.warning(
        "cache-paths",
        fmt::format(
            "job \"{}\" restores the cache \"{}\" under other paths than job \"{}\" saves it, so it never finds it",
            use.job->id, own.key, other->job->id),
        place_of(*use.step, "path"));
    if (finding != nullptr) finding->notes.push_back({"it is saved here", place_of(*other->step, "path")});
  }

  Expansion& expansion_;
  std::vector<Use> uses_;
};

}  // namespace

void report_caches(Expansion& expansion, const Pipeline& pipeline) {
  CacheChecker(expansion, pipeline).check();
}

}  // namespace dagsim::workflow
