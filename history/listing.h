// All pages of one of GitHub's listings, checked against what GitHub counted.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "history/github.h"

namespace dagsim::history {

struct Listed {
  int status = 200;                 ///< another one if it was accepted; then there are no pages
  std::vector<std::string> bodies;  ///< of the pages, in the order in which they came
  uint64_t count = 0;               ///< different entries, as the last pass had them
  uint64_t missing = 0;             ///< further entries that GitHub counted, but listed on no page
};

struct ListingRequest {
  std::string path;           ///< "/repos/…/jobs" or "/repos/…/runs?created=…"
  std::string key;            ///< what its list is called: "jobs"
  uint64_t most = 1'000'000;  ///< entries that GitHub lists, however many it counts
  std::vector<int> accepted;  ///< statuses besides 2xx that `done` wants to see
  /// Told the count of the first page; false drops the listing there, and `done` is never called. May be empty.
  std::function<bool(uint64_t total)> begins;
  std::function<void(Listed)> done;
};

/// Asks for page after page. Where the count changed while they came, which shifts the pages, or entries are missing,
/// all pages are asked again, three times at most.
void ask_listing(GitHub& github, ListingRequest request);

}  // namespace dagsim::history
