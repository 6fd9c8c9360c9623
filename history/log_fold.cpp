// Caches. A restore speaks in several lines: a hit (until July 2025 with the asked key even where another one was
// found), the size, then the key that was restored, which decides. So a hit stays open until a deciding line, the next
// hit or the step's end. The asked key is, in this order: the step's input, the key that rust-cache shows, what the
// messages themselves say, and for set-up actions what their clean-up says at the job's end.
#include "history/log_fold.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"

namespace dagsim::history {

namespace {

bool is_hash_like(std::string_view part) {
  if (part.size() < 7) return false;
  const bool hex = part.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return hex && part.find_first_of("0123456789") != std::string_view::npos;
}

class Folding {
 public:
  explicit Folding(const JobLog& log) : log_(log) { evidence_.counts.resize(log.steps.size()); }

  LogEvidence run() {
    for (const Marker& marker : log_.markers) {
      if (marker.step != step_) begin_step(marker.step);
      read(marker);
    }
    close_open();
    close_images();
    learn_asked_from_saves();
    for (Found& found : found_) {
      settle(found);
      evidence_.restores.push_back(std::move(found.restore));
    }
    for (CacheSave& save : evidence_.saves) save.family = cache_family(save.key);
    for (const LogCounts& counts : evidence_.counts) evidence_.total.add(counts);
    return std::move(evidence_);
  }

 private:
  void begin_step(uint32_t step) {
    close_open();
    close_images();
    step_ = step;
    shown_key_.clear();
    bytes_.reset();
    singles_ = 0;
    in_tool_ = false;
    keyless_save_.reset();
  }

  void read(const Marker& marker) {
    using enum MarkerKind;
    switch (marker.kind) {
      case CacheAsked:
      case CacheHit:
      case CacheRestored:
      case CacheExact:
      case CachePartial:
      case CacheMiss:
      case CacheSize:
        return read_restore(marker);
      case CacheSaved:
      case CacheKept:
      case CacheNotSaved:
        return read_save(marker);
      case LayerImport:
      case LayerError:
      case Layer:
      case LayerCached:
        return read_layer(marker);
      case ArtifactUpload:
      case ArtifactDownload:
        evidence_.artifacts.push_back({marker.step, marker.key, marker.kind == ArtifactUpload, marker.bytes});
        return;
      default:
        return is_about_runner(marker) ? read_runner(marker) : read_count(marker);
    }
  }

  // Restores

  void read_restore(const Marker& marker) {
    using enum MarkerKind;
    if (marker.kind == CacheAsked) {
      shown_key_ = marker.key;
    } else if (marker.kind == CacheSize) {
      bytes_ = marker.bytes;
    } else if (marker.kind == CacheHit || is_note_of_partial(marker)) {
      close_open();
      open_ = begin_restore(marker);
    } else {
      decide(marker);
    }
  }

  /// "Cache hit for restore-key: …" comes before the deciding line; rust-cache's "full match: false" is one.
  bool is_note_of_partial(const Marker& marker) const { return marker.kind == MarkerKind::CachePartial && !open_; }

  /// What was found, and how much of it is settled by the action's own words.
  struct Found {
    CacheRestore restore;
    bool is_told = false;     ///< the action says itself whether it was the asked key
    bool is_decided = false;  ///< the key is that of the entry, not perhaps the asked one
  };

  Found begin_restore(const Marker& marker) {
    Found found;
    CacheRestore& restore = found.restore;
    restore.step = marker.step;
    restore.asked = !input_key().empty() ? input_key() : shown_key_;
    restore.restored = marker.key;
    restore.state = marker.kind == MarkerKind::CachePartial ? CacheState::Partial : CacheState::Exact;
    found.is_told = marker.kind == MarkerKind::CachePartial;
    place(restore, marker);
    return found;
  }

  void decide(const Marker& marker) {
    using enum MarkerKind;
    const bool had_hit = open_.has_value();
    Found found = had_hit ? std::move(*open_) : begin_restore(marker);
    open_.reset();
    CacheRestore& restore = found.restore;
    place(restore, marker);
    if (marker.kind == CacheMiss) {
      restore.state = CacheState::Miss;
      restore.restored.clear();
      if (restore.asked.empty()) restore.asked = marker.key.substr(0, marker.key.find(", "));
    } else {
      // A hit that names another key than was restored named the asked one.
      const bool named_asked = had_hit && !found.is_told && !marker.key.empty() && restore.restored != marker.key;
      if (named_asked && restore.asked.empty()) restore.asked = restore.restored;
      if (!marker.key.empty()) restore.restored = marker.key;
      if (marker.kind == CacheExact) restore.state = CacheState::Exact;
      if (marker.kind == CachePartial) restore.state = CacheState::Partial;
    }
    found.is_told = found.is_told || marker.kind != CacheRestored;
    found.is_decided = true;
    finish(std::move(found));
  }

  void place(CacheRestore& restore, const Marker& marker) const {
    const std::optional<double> start = log_.steps[marker.step].start;
    restore.line = marker.line;
    if (marker.time && start) restore.seconds = std::max(*marker.time - *start, 0.0);
  }

  void close_open() {
    if (open_) finish(std::move(*open_));
    open_.reset();
  }

  void finish(Found found) {
    const std::optional<uint64_t> bytes = std::exchange(bytes_, std::nullopt);
    if (found.restore.state != CacheState::Miss) found.restore.bytes = bytes;
    found_.push_back(std::move(found));
  }

  const std::string& input_key() const { return log_.steps[step_].cache_key; }

  /// A set-up action shows its key only when it cleans up: what it kept or saved is what it had asked for.
  void learn_asked_from_saves() {
    for (Found& found : found_) {
      CacheRestore& restore = found.restore;
      if (!restore.asked.empty()) continue;
      for (const CacheSave& save : evidence_.saves) {
        const bool is_same = equals_ignore_case(save.key, restore.restored);
        const bool is_its_own = cache_family(save.key) == cache_family(restore.restored);
        if (save.key.empty() || (!is_same && !is_its_own)) continue;
        restore.asked = save.key;
        if (is_same) break;
      }
    }
  }

  /// Exact means that the asked key was restored, whatever its case.
  static void settle(Found& found) {
    CacheRestore& restore = found.restore;
    restore.family = cache_family(restore.asked.empty() ? restore.restored : restore.asked);
    if (found.is_told) return;
    const bool is_known = !restore.asked.empty() && !restore.restored.empty();
    const bool is_exact = !is_known || equals_ignore_case(restore.asked, restore.restored);
    restore.state = is_exact ? CacheState::Exact : CacheState::Partial;
    restore.is_certain = !is_exact || (is_known && found.is_decided);
  }

  // Saves

  void read_save(const Marker& marker) {
    CacheSave save;
    save.step = marker.step;
    save.key = marker.key;
    save.line = marker.line;
    save.outcome = marker.kind == MarkerKind::CacheSaved  ? SaveOutcome::Saved
                   : marker.kind == MarkerKind::CacheKept ? SaveOutcome::Kept
                                                          : SaveOutcome::Failed;
    const std::optional<double> start = log_.steps[marker.step].start;
    if (marker.time && start) save.seconds = std::max(*marker.time - *start, 0.0);
    // The library's line without a key comes first, the action's with the key after it.
    if (keyless_save_ && !save.key.empty() && save.outcome == evidence_.saves[*keyless_save_].outcome) {
      evidence_.saves[*keyless_save_].key = save.key;
      keyless_save_.reset();
      return;
    }
    keyless_save_.reset();
    if (save.outcome == SaveOutcome::Saved) save.bytes = std::exchange(bytes_, std::nullopt);
    if (save.key.empty()) {
      keyless_save_ = evidence_.saves.size();
      save.key = !shown_key_.empty() ? shown_key_ : input_key();
    }
    evidence_.saves.push_back(std::move(save));
  }

  // Image builds

  void read_layer(const Marker& marker) {
    using enum MarkerKind;
    if (marker.kind == Layer) {
      image_layers_.insert(marker.count);
    } else if (marker.kind == LayerCached) {
      cached_layers_.insert(marker.count);
    } else if (marker.kind == LayerImport) {
      const auto same = [&](const Import& known) { return known.number == marker.count; };
      if (std::ranges::none_of(imports_, same)) imports_.push_back({marker.count, &marker});
    } else {
      for (Import& import : imports_) import.failed = import.failed || import.number == marker.count;
    }
  }

  /// A layer cache that was read is exact when every instruction was found, partial when some were. Several caches of
  /// one build can't be told apart, so they share the result.
  void close_images() {
    uint64_t cached = 0;
    for (const uint64_t layer : image_layers_) cached += cached_layers_.count(layer);
    LogCounts& counts = evidence_.counts[step_];
    counts.layers += image_layers_.size();
    counts.layers_cached += cached;
    for (const Import& import : imports_) {
      Found result;
      result.is_told = true;
      CacheRestore& restore = result.restore;
      restore.step = step_;
      restore.asked = import.marker->key;
      const bool is_found = !import.failed && cached > 0;
      restore.state = !is_found                        ? CacheState::Miss
                      : cached == image_layers_.size() ? CacheState::Exact
                                                       : CacheState::Partial;
      restore.restored = is_found ? restore.asked : "";
      place(restore, *import.marker);
      found_.push_back(std::move(result));
    }
    imports_.clear();
    image_layers_.clear();
    cached_layers_.clear();
  }

  // Counts

  void read_count(const Marker& marker) {
    using enum MarkerKind;
    LogCounts& counts = evidence_.counts[marker.step];
    switch (marker.kind) {
      case IndexUpdate:
        ++counts.index_updates;
        counts.index_seconds += marker.seconds.value_or(0);
        return;
      case CrateDownload:
        counts.crates_downloaded += marker.count;
        singles_ += marker.count;
        return;
      case CrateDownloads:
        // The sum speaks of crates that were shown one by one as well.
        counts.crates_downloaded += marker.count - std::min(marker.count, singles_);
        counts.crate_bytes += marker.bytes.value_or(0);
        singles_ = 0;
        return;
      case ThirdPartyCompile:
        (in_tool_ ? counts.tool_crates_compiled : counts.third_party_compiled) += marker.count;
        return;
      case WorkspaceCompile:
        (in_tool_ ? counts.tool_crates_compiled : counts.workspace_compiled) += marker.count;
        return;
      case CargoFinished:
        counts.cargo_seconds += marker.seconds.value_or(0);
        return;
      case ToolInstall:
        ++counts.tools_installed;
        in_tool_ = true;
        return;
      case ToolInstalled:
        in_tool_ = false;
        return;
      case CompilerCacheHits:
        counts.compiler_cache_hits = marker.count;
        return;
      case CompilerCacheMisses:
        counts.compiler_cache_misses = marker.count;
        return;
      case Error:
        ++counts.errors;
        return;
      case Count:
        counts.own[marker.key] += marker.count;
        return;
      default:
        return;
    }
  }

  // The runner

  static bool is_about_runner(const Marker& marker) {
    return marker.kind >= MarkerKind::RunnerVersion && marker.kind <= MarkerKind::RunnerFound;
  }

  void read_runner(const Marker& marker) {
    using enum MarkerKind;
    RunnerFacts& runner = evidence_.runner;
    const auto set = [&](std::string& place) {
      if (place.empty()) place = marker.key;
    };
    if (marker.kind == RunnerVersion) set(runner.version);
    if (marker.kind == RunnerName || marker.kind == RunnerFound) set(runner.name);
    if (marker.kind == RunnerImage) set(runner.image);
    if (marker.kind == RunnerImageVersion && !runner.image.empty()) set(runner.image_version);
    if (marker.kind == RunnerLabels) set(runner.labels);
    if (marker.kind == JobDefinition) set(runner.definition);
    if (marker.kind == JobName) set(runner.job_name);
    if (marker.kind == RunnerWait) waits_since_ = marker.time;
    if (marker.kind == RunnerFound && waits_since_ && marker.time) {
      runner.wait_seconds = std::max(*marker.time - *waits_since_, 0.0);
    }
  }

  struct Import {
    uint64_t number = 0;
    const Marker* marker = nullptr;
    bool failed = false;
  };

  const JobLog& log_;
  LogEvidence evidence_;
  uint32_t step_ = 0;
  std::vector<Found> found_;
  std::optional<Found> open_;
  std::string shown_key_;  ///< by rust-cache
  std::optional<uint64_t> bytes_;
  std::optional<size_t> keyless_save_;
  uint64_t singles_ = 0;  ///< crates that were shown one by one since the last sum
  bool in_tool_ = false;
  std::optional<double> waits_since_;
  std::vector<Import> imports_;
  std::set<uint64_t> image_layers_;
  std::set<uint64_t> cached_layers_;
};

void add_shown(std::optional<uint64_t>& sum, const std::optional<uint64_t>& later) {
  if (later) sum = later;
}

}  // namespace

void LogCounts::add(const LogCounts& more) {
  index_updates += more.index_updates;
  index_seconds += more.index_seconds;
  crates_downloaded += more.crates_downloaded;
  crate_bytes += more.crate_bytes;
  third_party_compiled += more.third_party_compiled;
  workspace_compiled += more.workspace_compiled;
  tools_installed += more.tools_installed;
  tool_crates_compiled += more.tool_crates_compiled;
  cargo_seconds += more.cargo_seconds;
  add_shown(compiler_cache_hits, more.compiler_cache_hits);
  add_shown(compiler_cache_misses, more.compiler_cache_misses);
  layers += more.layers;
  layers_cached += more.layers_cached;
  errors += more.errors;
  for (const auto& [name, count] : more.own) own[name] += count;
}

std::string_view to_string(CacheState state) {
  switch (state) {
    case CacheState::Exact:
      return "exact";
    case CacheState::Partial:
      return "partial";
    case CacheState::Miss:
      return "miss";
  }
  return "";
}

std::string_view to_string(SaveOutcome outcome) {
  switch (outcome) {
    case SaveOutcome::Saved:
      return "saved";
    case SaveOutcome::Kept:
      return "kept";
    case SaveOutcome::Failed:
      return "failed";
  }
  return "";
}

LogEvidence fold(const JobLog& log) {
  return Folding(log).run();
}

std::string cache_family(std::string_view key) {
  constexpr std::string_view kSeparators = "-_.|/";
  std::string_view rest = key;
  while (true) {
    while (!rest.empty() && kSeparators.find(rest.back()) != std::string_view::npos) rest.remove_suffix(1);
    const size_t start = rest.find_last_of(kSeparators) + 1;
    if (start == 0 || !is_hash_like(rest.substr(start))) return std::string(rest);
    rest = rest.substr(0, start);
  }
}

}  // namespace dagsim::history
