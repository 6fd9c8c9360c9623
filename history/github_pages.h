// What the fetch itself has to know of GitHub's pages: counts, ids, and which runs there are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dagsim::history {

/// One page of a listing.
struct ListedPage {
  uint64_t total = 0;         ///< what GitHub counts over all pages
  std::vector<uint64_t> ids;  ///< of what is on this one
};

struct ListedRun {
  uint64_t id = 0;
  uint32_t attempt = 1;  ///< the latest
  bool is_completed = false;
  double created = 0;  ///< Unix seconds
};

struct ListedWorkflow {
  uint64_t id = 0;
  std::string name;
  std::string path;  ///< ".github/workflows/ci.yml"
};

/// What is wrong with a page whose list is called `key`: cut off, no JSON, no such list; "" if nothing.
std::string fault_of_page(const std::string& body, const std::string& key);
/// What is wrong with a JSON document; "" if nothing.
std::string fault_of_json(const std::string& body);
/// What is wrong with a zip archive: a wrong beginning or no end; "" if nothing.
std::string fault_of_zip(const std::string& body);

/// Reads a page that has no fault; entries without an id are left out.
ListedPage read_page(const std::string& body, const std::string& key);
std::vector<ListedRun> read_listed_runs(const std::string& body);
std::vector<ListedWorkflow> read_listed_workflows(const std::string& body);
/// The answer about one workflow.
ListedWorkflow read_workflow(const std::string& body);

}  // namespace dagsim::history
