#include "history/log_fold.h"

#include <algorithm>
#include <utility>

#include "history/log_caches.h"

namespace dagsim::history {

namespace {

class Folding {
 public:
  explicit Folding(const JobLog& log) : log_(log), caches_(log) { evidence_.counts.resize(log.steps.size()); }

  LogEvidence run() {
    for (const Marker& marker : log_.markers) {
      if (marker.step != step_) begin_step(marker.step);
      read(marker);
    }
    caches_.end_step(evidence_.counts[step_]);
    caches_.finish(evidence_);
    for (const LogCounts& counts : evidence_.counts) evidence_.total.add(counts);
    return std::move(evidence_);
  }

 private:
  void begin_step(uint32_t step) {
    caches_.end_step(evidence_.counts[step_]);
    step_ = step;
    singles_ = 0;
    in_tool_ = false;
  }

  void read(const Marker& marker) {
    if (caches_.read(marker)) return;
    if (marker.kind == MarkerKind::ArtifactUpload || marker.kind == MarkerKind::ArtifactDownload) {
      evidence_.artifacts.push_back({marker.step, marker.key, marker.kind == MarkerKind::ArtifactUpload, marker.bytes});
    } else if (marker.kind >= MarkerKind::RunnerVersion && marker.kind <= MarkerKind::RunnerFound) {
      read_runner(marker);
    } else {
      read_count(marker);
    }
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
        counts.errors += marker.count;
        return;
      case Count:
        counts.own[marker.key] += marker.count;
        return;
      default:
        return;
    }
  }

  // The runner

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

  const JobLog& log_;
  LogEvidence evidence_;
  uint32_t step_ = 0;
  CacheFolding caches_;
  uint64_t singles_ = 0;  ///< crates that were shown one by one since the last sum
  bool in_tool_ = false;
  std::optional<double> waits_since_;
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

}  // namespace dagsim::history
