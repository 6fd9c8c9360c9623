// What to look for in job logs: patterns, and what a line that matches one of them says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/yaml.h"

namespace dagsim::history {

enum class MarkerKind : uint8_t {
  CacheAsked,         ///< the next line is the key that a cache action asks for
  CacheHit,           ///< a key was found; older actions name the asked one even where another was found
  CacheRestored,      ///< the key that was restored: it decides between exact and partial
  CacheExact,         ///< the action itself says that the asked key was restored
  CachePartial,       ///< the action itself says that another key was restored
  CacheMiss,          ///< nothing was found; the key may be a list of all that was asked for
  CacheSize,          ///< bytes of the entry that is being restored or saved
  CacheSaved,         ///< an entry was written
  CacheKept,          ///< nothing written, since the asked key is there already
  CacheNotSaved,      ///< writing failed, or another job was faster
  IndexUpdate,        ///< cargo fetched a registry's index
  CrateDownload,      ///< one crate
  CrateDownloads,     ///< cargo's sum of crates, bytes and seconds
  ThirdPartyCompile,  ///< one crate that is not of this repository
  WorkspaceCompile,   ///< one crate of this repository
  CargoFinished,      ///< seconds of one cargo build
  ToolInstall,        ///< a tool is compiled from source
  ToolInstalled,      ///< and that ends here
  CompilerCacheHits,  ///< since the compiler cache was started
  CompilerCacheMisses,
  LayerImport,  ///< an image build reads a cache of layers; the count is BuildKit's number of the line
  LayerExport,  ///< and writes one
  LayerError,   ///< what that number stands for failed
  Layer,        ///< an instruction of an image, by its number
  LayerCached,  ///< whose layer was found, by its number
  ArtifactUpload,
  ArtifactDownload,
  RunnerVersion,
  RunnerName,
  RunnerImage,
  RunnerImageVersion,
  RunnerLabels,
  JobDefinition,  ///< the workflow file and ref
  JobName,        ///< the job's name as the REST API has it
  RunnerWait,     ///< the job waits for a runner
  RunnerFound,    ///< and has one
  PostStep,       ///< a step's clean-up begins
  JobEnd,         ///< the runner's last words
  Error,          ///< GitHub's red line
  Count           ///< a user's own; its key is the rule's name
};

/// "cache-exact": the kind as dagsim.yaml and JSON spell it.
std::string_view to_string(MarkerKind kind);
std::optional<MarkerKind> read_marker_kind(std::string_view word);

/// A pattern in RE2's syntax over a line without time, colours and blanks at both ends. Named groups give what the
/// line says: key, bytes ("123", "4.5 MiB"), seconds ("3", "1m 2s"), count.
struct LogRule {
  std::string pattern;
  MarkerKind kind = MarkerKind::Count;
  std::string name;  ///< of a count
};

/// The wordings that dagsim knows. The first rule that matches a line counts.
std::span<const LogRule> built_in_log_rules();

/// The `logs:` of dagsim.yaml: a list of {pattern, kind, name}. What RE2 refuses, unknown kinds and keys, and a count
/// without a name are errors at their place and left out.
std::vector<LogRule> read_log_rules(const yaml::Node& list, const std::shared_ptr<const SourceFile>& file,
                                    Diagnostics& diagnostics);

/// What a line said, as views into it.
struct LogMatch {
  const LogRule* rule = nullptr;
  std::string_view key;
  std::string_view bytes;
  std::string_view seconds;
  std::string_view count;
};

/// Rules made ready; cheap to copy, and to be shared by threads.
class LogRules {
 public:
  /// A user's rules come before the built-in ones. \throws Error when a pattern can't be compiled, which read_log_rules
  /// would have reported.
  explicit LogRules(std::span<const LogRule> more = {});

  /// Whether a line that begins with these eight bytes (the first in the highest place, zeros past the end) may match a
  /// rule. False for most lines of a log, at the cost of two comparisons.
  bool may_match(uint64_t first_bytes) const;
  /// Whether rules are among them that can't be told from a line's first bytes; then all lines have to be asked for.
  bool has_floating_rules() const;
  /// The first rule that matches; `message` is a line without time, colours and blanks around it.
  std::optional<LogMatch> match(std::string_view message) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

/// The first eight bytes of a text as may_match() takes them.
uint64_t first_bytes(std::string_view text);

}  // namespace dagsim::history
