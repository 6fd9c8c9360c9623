// Caches. A restore speaks in several lines: a hit (until July 2025 with the asked key even where another one was
// found), the size, then the key that was restored, which decides. So a hit stays open until a deciding line, the next
// hit or the step's end. The asked key is, in this order: the step's input, the key that rust-cache shows, what the
// messages themselves say, and for set-up actions what their clean-up says at the job's end.
#include "history/log_caches.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"

namespace dagsim::history {

namespace {

bool is_hash_like(std::string_view part) {
  if (part.size() < 7) return false;
  const bool hex = part.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return hex && part.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

bool CacheFolding::read(const Marker& marker) {
  using enum MarkerKind;
  step_ = marker.step;
  switch (marker.kind) {
    case CacheAsked:
    case CacheHit:
    case CacheRestored:
    case CacheExact:
    case CachePartial:
    case CacheMiss:
    case CacheSize:
      read_restore(marker);
      return true;
    case CacheSaved:
    case CacheKept:
    case CacheNotSaved:
      read_save(marker);
      return true;
    case LayerImport:
    case LayerError:
    case Layer:
    case LayerCached:
      read_layer(marker);
      return true;
    default:
      return false;
  }
}

void CacheFolding::end_step(LogCounts& counts) {
  close_open();
  close_images(counts);
  shown_key_.clear();
  bytes_.reset();
  keyless_save_.reset();
}

void CacheFolding::finish(LogEvidence& evidence) {
  learn_asked_from_saves();
  for (Found& found : found_) {
    settle(found);
    evidence.restores.push_back(std::move(found.restore));
  }
  for (CacheSave& save : saves_) save.family = cache_family(save.key);
  evidence.saves = std::move(saves_);
}

// Restores

void CacheFolding::read_restore(const Marker& marker) {
  using enum MarkerKind;
  if (marker.kind == CacheAsked) {
    shown_key_ = marker.key;
  } else if (marker.kind == CacheSize) {
    bytes_ = marker.bytes;
  } else if (marker.kind == CacheHit || (marker.kind == CachePartial && !open_)) {
    close_open();
    open_ = begin_restore(marker);
  } else {
    decide(marker);
  }
}

CacheFolding::Found CacheFolding::begin_restore(const Marker& marker) {
  Found found;
  CacheRestore& restore = found.restore;
  restore.step = marker.step;
  const std::string& input = log_.steps[marker.step].cache_key;
  restore.asked = input.empty() ? shown_key_ : input;
  restore.restored = marker.key;
  restore.state = marker.kind == MarkerKind::CachePartial ? CacheState::Partial : CacheState::Exact;
  found.is_told = marker.kind == MarkerKind::CachePartial;
  place(restore, marker);
  return found;
}

void CacheFolding::decide(const Marker& marker) {
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
  add(std::move(found));
}

void CacheFolding::place(CacheRestore& restore, const Marker& marker) const {
  const std::optional<double> start = log_.steps[marker.step].start;
  restore.line = marker.line;
  if (marker.time && start) restore.seconds = std::max(*marker.time - *start, 0.0);
}

void CacheFolding::close_open() {
  if (open_) add(std::move(*open_));
  open_.reset();
}

void CacheFolding::add(Found found) {
  const std::optional<uint64_t> bytes = std::exchange(bytes_, std::nullopt);
  if (found.restore.state != CacheState::Miss) found.restore.bytes = bytes;
  found_.push_back(std::move(found));
}

/// A set-up action shows its key only when it cleans up: what it kept or saved is what it had asked for.
void CacheFolding::learn_asked_from_saves() {
  std::map<std::string, const CacheSave*> by_key;
  std::map<std::string, const CacheSave*> by_family;
  for (const CacheSave& save : saves_) {
    if (save.key.empty()) continue;
    by_key[to_lower(save.key)] = &save;
    by_family[cache_family(save.key)] = &save;
  }
  for (Found& found : found_) {
    CacheRestore& restore = found.restore;
    if (!restore.asked.empty()) continue;
    const auto same = by_key.find(to_lower(restore.restored));
    const auto alike = by_family.find(cache_family(restore.restored));
    if (same != by_key.end()) {
      restore.asked = same->second->key;
    } else if (alike != by_family.end()) {
      restore.asked = alike->second->key;
    }
  }
}

/// Exact means that the asked key was restored, whatever its case.
void CacheFolding::settle(Found& found) {
  CacheRestore& restore = found.restore;
  restore.family = cache_family(restore.asked.empty() ? restore.restored : restore.asked);
  if (found.is_told) return;
  const bool is_known = !restore.asked.empty() && !restore.restored.empty();
  const bool is_exact = !is_known || equals_ignore_case(restore.asked, restore.restored);
  restore.state = is_exact ? CacheState::Exact : CacheState::Partial;
  restore.is_certain = !is_exact || (is_known && found.is_decided);
}

// Saves

void CacheFolding::read_save(const Marker& marker) {
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
  if (keyless_save_ && !save.key.empty() && save.outcome == saves_[*keyless_save_].outcome) {
    saves_[*keyless_save_].key = save.key;
    keyless_save_.reset();
    return;
  }
  keyless_save_.reset();
  if (save.outcome == SaveOutcome::Saved) save.bytes = std::exchange(bytes_, std::nullopt);
  if (save.key.empty()) {
    keyless_save_ = saves_.size();
    save.key = shown_key_.empty() ? log_.steps[step_].cache_key : shown_key_;
  }
  saves_.push_back(std::move(save));
}

// Image builds

void CacheFolding::read_layer(const Marker& marker) {
  using enum MarkerKind;
  if (marker.kind == Layer) {
    image_layers_.insert(marker.count);
  } else if (marker.kind == LayerCached) {
    cached_layers_.insert(marker.count);
  } else if (marker.kind == LayerImport) {
    imports_.try_emplace(marker.count, Import{&marker});
  } else if (const auto import = imports_.find(marker.count); import != imports_.end()) {
    import->second.failed = true;
  }
}

/// A layer cache that was read is exact when every instruction was found, partial when some were. Several caches of
/// one build can't be told apart, so they share the result.
void CacheFolding::close_images(LogCounts& counts) {
  uint64_t cached = 0;
  for (const uint64_t layer : image_layers_) cached += cached_layers_.count(layer);
  counts.layers += image_layers_.size();
  counts.layers_cached += cached;
  for (const auto& [number, import] : imports_) {
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
