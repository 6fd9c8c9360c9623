// The part of log_fold.h that follows caches: what a step asked for, what it found, what was saved.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "history/log_fold.h"

namespace dagsim::history {

/// Takes the markers of a log in order.
class CacheFolding {
 public:
  explicit CacheFolding(const JobLog& log) : log_(log) {}

  /// Whether the marker speaks of a cache, which is then taken in.
  bool read(const Marker& marker);
  /// What was found since the last call belongs to this step; call it before the first marker of the next one.
  void end_step(LogCounts& counts);
  /// Completes the results. Call it once, after the last end_step().
  void finish(LogEvidence& evidence);

 private:
  /// What was found, and how much of it is settled by the action's own words.
  struct Found {
    CacheRestore restore;
    bool is_told = false;     ///< the action says itself whether it was the asked key
    bool is_decided = false;  ///< the key is that of the entry, not perhaps the asked one
  };

  /// A layer cache that an image build reads.
  struct Import {
    const Marker* marker = nullptr;
    bool failed = false;
  };

  void read_restore(const Marker& marker);
  Found begin_restore(const Marker& marker);
  void decide(const Marker& marker);
  void place(CacheRestore& restore, const Marker& marker) const;
  void close_open();
  void add(Found found);
  void read_save(const Marker& marker);
  void read_layer(const Marker& marker);
  void close_images(LogCounts& counts);
  void learn_asked_from_saves();
  static void settle(Found& found);

  const JobLog& log_;
  std::vector<Found> found_;
  std::vector<CacheSave> saves_;
  uint32_t step_ = 0;
  std::optional<Found> open_;
  std::string shown_key_;  ///< by rust-cache
  std::optional<uint64_t> bytes_;
  std::optional<size_t> keyless_save_;
  std::map<uint64_t, Import> imports_;  ///< by BuildKit's number
  std::set<uint64_t> image_layers_;
  std::set<uint64_t> cached_layers_;
};

}  // namespace dagsim::history
