// Past runs over GitHub's REST API: which there are, what is known of them already, and the rest of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "history/github.h"
#include "history/sample.h"

namespace dagsim::history {

enum class PageKind { Runs, Jobs, Artifacts, Caches, Logs };

/// What GitHub answered about one thing, all its pages one after another.
struct FetchedPage {
  PageKind kind = PageKind::Runs;
  uint64_t run = 0;       ///< 0 for listings of runs and caches
  uint32_t attempt = 0;   ///< 0 where all attempts share it
  std::string_view body;  ///< JSON documents; a zip archive for logs
};

/// Where answers go. What was taken stays, whatever happens to the process afterwards. All functions \throw Error when
/// they can't write.
class FetchSink {
 public:
  virtual ~FetchSink() = default;
  /// Whether the answer was taken before, or is known not to exist any more.
  virtual bool has(PageKind kind, uint64_t run, uint32_t attempt) const = 0;
  virtual void take(const FetchedPage& page) = 0;
  /// GitHub has deleted it: there is no use in asking again.
  virtual void note_gone(PageKind kind, uint64_t run, uint32_t attempt) = 0;
  virtual std::vector<Sample> samples() const = 0;
  /// Replaces the sample of the same repository and workflow.
  virtual void mark(const Sample& sample) = 0;
};

struct FetchOptions {
  std::string repository;  ///< "OWNER/REPO"
  std::string workflow;    ///< a file name, a path, a number or a name; "" for all workflows
  double since = 0;        ///< Unix seconds
  double until = 0;        ///< Unix seconds; runs that are created later are left to the next fetch
  bool logs = false;
  bool artifacts = false;
  bool caches = false;
  bool dry_run = false;  ///< list the runs, and take nothing
};

/// How far it is.
struct FetchProgress {
  const char* phase = "asking";
  uint64_t done = 0;   ///< of the phase
  uint64_t total = 0;  ///< 0 while unknown
};

struct FetchCounts {
  uint64_t runs = 0;        ///< listed in the window
  uint64_t unfinished = 0;  ///< of them, still going: their last attempt is left to the next fetch
  uint64_t attempts = 0;    ///< completed attempts of the runs
  uint64_t known = 0;       ///< of them, those whose jobs were fetched before
  uint64_t fetched = 0;     ///< of them, those whose jobs came now
  uint64_t gone = 0;        ///< of them, those that GitHub no longer has
  uint64_t logs = 0;
  uint64_t logs_known = 0;
  uint64_t logs_gone = 0;          ///< expired
  uint64_t artifacts = 0;          ///< runs whose artifacts were listed
  uint64_t caches = 0;             ///< entries
  uint64_t expected_requests = 0;  ///< after the runs are listed; listings of more than a page take more
  Sample sample;                   ///< as it was marked at the end
};

/// Fetches. The sample is marked as truncated before the first answer is taken and as complete after the last one.
/// \param progress is kept up to date, and may be read in the watch of `github`. \throws GitHubError, Interrupted,
/// Error
FetchCounts fetch(GitHub& github, const FetchOptions& options, FetchSink& sink, FetchProgress& progress);

}  // namespace dagsim::history
