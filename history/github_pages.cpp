#include "history/github_pages.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "history/json_scan.h"

namespace dagsim::history {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

uint64_t number_of(const object& record, std::string_view key) {
  uint64_t number = 0;
  return record[key].get(number) == simdjson::SUCCESS ? number : 0;
}

std::string text_of(const object& record, std::string_view key) {
  std::string_view text;
  return record[key].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

/// Calls `each` with every object of the page's list.
template <typename Each>
void for_each_entry(const object& page, std::string_view key, Each each) {
  array list;
  if (page[key].get(list) != simdjson::SUCCESS) return;
  for (const element item : list) {
    object entry;
    if (item.get(entry) == simdjson::SUCCESS) each(entry);
  }
}

ListedWorkflow workflow_of(const object& record) {
  return {number_of(record, "id"), text_of(record, "name"), text_of(record, "path")};
}

}  // namespace

std::string fault_of_json(const std::string& body) {
  simdjson::dom::parser parser;
  if (parser.parse(body).error() == simdjson::SUCCESS) return "";
  const uint32_t begin = skip_json_blank(body, 0);
  if (begin == body.size()) return "its body is empty";
  const bool is_cut = (body[begin] == '{' || body[begin] == '[') && !json_document_end(body, begin);
  return is_cut ? fmt::format("its JSON is cut off after {} bytes", body.size()) : "its body is no JSON";
}

std::string fault_of_page(const std::string& body, const std::string& key) {
  std::string fault = fault_of_json(body);
  if (!fault.empty()) return fault;
  simdjson::dom::parser parser;
  object page;
  array list;
  if (parser.parse(body).get(page) == simdjson::SUCCESS && page[key].get(list) == simdjson::SUCCESS) return "";
  return fmt::format("its JSON has no list \"{}\"", key);
}

std::string fault_of_zip(const std::string& body) {
  constexpr size_t kLongestEnd = 22 + 65'535;  // the record at the end with the longest comment
  if (!body.starts_with("PK")) return "its body is no zip archive";
  const std::string_view end = std::string_view(body).substr(body.size() - std::min(body.size(), kLongestEnd));
  return end.find("PK\x05\x06") == std::string_view::npos
             ? fmt::format("its zip archive is cut off after {} bytes", body.size())
             : "";
}

ListedPage read_page(const std::string& body, const std::string& key) {
  simdjson::dom::parser parser;
  object page;
  ListedPage result;
  if (parser.parse(body).get(page) != simdjson::SUCCESS) return result;
  result.total = number_of(page, "total_count");
  for_each_entry(page, key, [&](const object& entry) {
    const uint64_t id = number_of(entry, "id");
    if (id != 0) result.ids.push_back(id);
  });
  return result;
}

std::vector<ListedRun> read_listed_runs(const std::string& body) {
  simdjson::dom::parser parser;
  object page;
  std::vector<ListedRun> runs;
  if (parser.parse(body).get(page) != simdjson::SUCCESS) return runs;
  for_each_entry(page, "workflow_runs", [&](const object& entry) {
    ListedRun run;
    run.id = number_of(entry, "id");
    const uint64_t attempt = number_of(entry, "run_attempt");
    run.attempt = static_cast<uint32_t>(std::clamp<uint64_t>(attempt, 1, std::numeric_limits<uint16_t>::max()));
    run.is_completed = text_of(entry, "status") == "completed";
    run.created = parse_timestamp(text_of(entry, "created_at")).value_or(0);
    if (run.id != 0) runs.push_back(run);
  });
  return runs;
}

std::vector<ListedWorkflow> read_listed_workflows(const std::string& body) {
  simdjson::dom::parser parser;
  object page;
  std::vector<ListedWorkflow> workflows;
  if (parser.parse(body).get(page) != simdjson::SUCCESS) return workflows;
  for_each_entry(page, "workflows", [&](const object& entry) { workflows.push_back(workflow_of(entry)); });
  return workflows;
}

ListedWorkflow read_workflow(const std::string& body) {
  simdjson::dom::parser parser;
  object record;
  return parser.parse(body).get(record) == simdjson::SUCCESS ? workflow_of(record) : ListedWorkflow{};
}

}  // namespace dagsim::history
