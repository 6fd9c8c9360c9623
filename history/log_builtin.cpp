// The wordings that dagsim knows, one a line: what it says, and the pattern over the line without time, colours and
// blanks around it. Sources: the actions' own code and BuildKit's, cargo's and sccache's. Each begins with ^ and plain
// text, which is what makes a scan fast (log_rules.cpp).
#include <array>
#include <utility>

#include "history/log_rules.h"

namespace dagsim::history {

namespace {

using enum MarkerKind;

// clang-format off
constexpr auto kWordings = std::to_array<std::pair<MarkerKind, const char*>>({
    // actions/cache and everything built upon its library: set-up actions, rust-cache
    {CachePartial, R"re(^Cache hit for restore-key: (?P<key>.+)$)re"},
    {CacheHit, R"re(^Cache hit for: (?P<key>.+)$)re"},
    {CacheRestored, R"re(^Cache restored from key: (?P<key>.+)$)re"},
    {CacheRestored, R"re(^Cache found and can be restored from key: (?P<key>.+)$)re"},
    {CacheMiss, R"re(^Cache not found for (?:input )?keys: (?P<key>.+)$)re"},
    {CacheMiss, R"re(^##\[error\]Failed to restore cache entry\. Exiting as fail-on-cache-miss is set\. Input key: (?P<key>.+)$)re"},
    {CacheSize, R"re(^Cache Size: ~[0-9]+ MB \((?P<bytes>[0-9]+) B\)$)re"},
    {CacheSize, R"re(^Sent [0-9]+ of (?P<bytes>[0-9]+) \(100\.0%\))re"},
    {CacheSaved, R"re(^Cache saved successfully$)re"},
    {CacheSaved, R"re(^Cache saved with (?:the )?key: (?P<key>.+)$)re"},
    {CacheKept, R"re(^Cache hit occurred on the primary key (?P<key>.+), not saving cache\.$)re"},
    {CacheNotSaved, R"re(^(?:##\[warning\])?(?:Failed to save: )?Unable to reserve cache with key:? (?P<key>[^ ,]+))re"},
    {CacheNotSaved, R"re(^(?:##\[warning\])?Failed to save: )re"},
    {CacheNotSaved, R"re(^(?:##\[warning\])?Cache save failed\.)re"},

    // Swatinem/rust-cache
    {CacheAsked, R"re(^Cache Key:$)re"},
    {CacheExact, R"re(^Restored from cache key "(?P<key>[^"]*)" full match: true\.?$)re"},
    {CachePartial, R"re(^Restored from cache key "(?P<key>[^"]*)" full match: false\.?$)re"},
    {CacheRestored, R"re(^Restored from cache key "(?P<key>[^"]*)"\.?$)re"},
    {CacheMiss, R"re(^No cache found\.$)re"},
    {CacheKept, R"re(^Cache up-to-date\.$)re"},

    // set-up actions: node, java, python; go; uv
    {CacheMiss, R"re(^(?:npm|pnpm|yarn|bun|pip|pipenv|poetry|maven|gradle|sbt) cache is not found)re"},
    {CacheMiss, R"re(^Cache is not found$)re"},
    {CacheRestored, R"re(^(?:uv )?cache restored from GitHub Actions cache with key: (?P<key>.+)$)re"},
    {CacheMiss, R"re(^No GitHub Actions cache found for key: (?P<key>.+)$)re"},

    // sccache --show-stats
    {CompilerCacheHits, R"re(^Cache hits +(?P<count>[0-9]+)$)re"},
    {CompilerCacheMisses, R"re(^Cache misses +(?P<count>[0-9]+)$)re"},

    // cargo. A crate of this repository is shown with its folder, one from elsewhere with nothing, an address or a registry.
    {IndexUpdate, R"re(^Updating crates\.io index$)re"},
    {IndexUpdate, R"re(^Updating `(?P<key>[^`]+)` index$)re"},
    {IndexUpdate, R"re(^Updating git repository `(?P<key>[^`]+)`$)re"},
    {CrateDownloads, R"re(^Downloaded (?P<count>[0-9]+) crates? \((?P<bytes>[0-9.]+ ?[kKMGTi]*B)\) in (?P<seconds>[0-9hms. ]+))re"},
    {CrateDownload, R"re(^Downloaded (?P<key>[A-Za-z0-9_-]+ v[0-9]\S*))re"},
    {WorkspaceCompile, R"re(^(?:Compiling|Checking) (?P<key>[A-Za-z0-9_-]+ v[0-9]\S*) \((?:/|[A-Za-z]:[\\/]))re"},
    {ThirdPartyCompile, R"re(^(?:Compiling|Checking) (?P<key>[A-Za-z0-9_-]+ v[0-9]\S*)(?: \([a-z].*\))?$)re"},
    {CargoFinished, R"re(^Finished .*target\(s\) in (?P<seconds>[0-9hms. ]+)$)re"},
    {ToolInstall, R"re(^Installing (?P<key>[A-Za-z0-9_-]+ v[0-9]\S*))re"},
    {ToolInstalled, R"re(^(?:Installed|Replaced) package `)re"},

    // BuildKit, plain progress. The count is the number that it gives each part of a build.
    {LayerCached, R"re(^#(?P<count>[0-9]+) CACHED$)re"},
    {Layer, R"re(^#(?P<count>[0-9]+) \[(?:[^\]]* )?[0-9]+/[0-9]+\] (?:RUN|COPY|ADD|WORKDIR) )re"},
    {LayerImport, R"re(^#(?P<count>[0-9]+) importing cache manifest from (?P<key>\S+))re"},
    {LayerExport, R"re(^#(?P<count>[0-9]+) exporting (?:cache )?to (?P<key>GitHub Actions Cache|registry|[a-z0-9]+ cache))re"},
    {LayerError, R"re(^#(?P<count>[0-9]+) ERROR: )re"},

    // artifacts, versions 4 and later
    {ArtifactUpload, R"re(^Artifact (?P<key>.+) has been successfully uploaded! Final size is (?P<bytes>[0-9]+) bytes)re"},
    {ArtifactDownload, R"re(^- (?P<key>.+) \(ID: [0-9]+, Size: (?P<bytes>[0-9]+))re"},

    // the runner
    {RunnerVersion, R"re(^Current runner version: '(?P<key>[^']*)')re"},
    {RunnerName, R"re(^Runner name: '(?P<key>[^']*)')re"},
    {RunnerImage, R"re(^Image: (?P<key>\S+)$)re"},
    {RunnerImageVersion, R"re(^Version: (?P<key>\S+)$)re"},
    {RunnerLabels, R"re(^Requested labels: (?P<key>.+)$)re"},
    {JobDefinition, R"re(^Job defined at: (?P<key>.+)$)re"},
    {JobName, R"re(^Complete job name: (?P<key>.+)$)re"},
    {RunnerWait, R"re(^Waiting for a runner to pick up this job)re"},
    {RunnerFound, R"re(^Job is about to start running on the (?:hosted )?runner: (?P<key>.+?)(?: \([a-z-]+\))?$)re"},
    {PostStep, R"re(^Post job cleanup\.$)re"},
    {JobEnd, R"re(^Cleaning up orphan processes$)re"},
    {Error, R"re(^##\[error\](?P<key>.*)$)re"},
});
// clang-format on

}  // namespace

std::span<const LogRule> built_in_log_rules() {
  static const std::vector<LogRule> kRules = [] {
    std::vector<LogRule> rules;
    for (const auto& [kind, pattern] : kWordings) rules.push_back({pattern, kind, ""});
    return rules;
  }();
  return kRules;
}

}  // namespace dagsim::history
