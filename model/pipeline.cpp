#include "model/pipeline.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace dagsim::model {

namespace {

constexpr std::string_view kSibling = "workflow ";  // ids of jobs hold no blank

/// "id[axis=value,axis=value]" taken apart.
struct Selector {
  std::string_view id;
  std::vector<std::pair<std::string_view, std::string_view>> axes;
};

std::optional<Selector> parse_selector(std::string_view reference) {
  const size_t bracket = reference.find('[');
  if (bracket == std::string_view::npos || reference.back() != ']') return std::nullopt;
  Selector selector{reference.substr(0, bracket), {}};
  for (const std::string_view term : split(reference.substr(bracket + 1, reference.size() - bracket - 2), ',')) {
    const size_t equals = term.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    selector.axes.emplace_back(trim(term.substr(0, equals)), trim(term.substr(equals + 1)));
  }
  return selector;
}

bool selects(const Selector& selector, const Job& job) {
  if (!glob_match(selector.id, job.id)) return false;
  return std::ranges::all_of(selector.axes, [&](const auto& wanted) {
    return std::ranges::any_of(job.matrix, [&](const auto& axis) {
      return axis.first == wanted.first && glob_match(wanted.second, axis.second);
    });
  });
}

bool is_below(std::string_view caller, std::string_view ancestor) {
  if (ancestor.empty() || !caller.starts_with(ancestor)) return false;
  return caller.size() == ancestor.size() || caller[ancestor.size()] == '/';
}

template <typename Predicate>
std::vector<JobId> jobs_where(const Pipeline& pipeline, Predicate predicate) {
  std::vector<JobId> found;
  for (uint32_t i = 0; i < pipeline.jobs.size(); ++i) {
    if (predicate(pipeline.jobs[i])) found.push_back(JobId{i});
  }
  return found;
}

}  // namespace

const Caller* Pipeline::find_caller(std::string_view id) const {
  const auto found = std::ranges::find(callers, id, &Caller::id);
  return found == callers.end() ? nullptr : &*found;
}

std::vector<JobId> Pipeline::find(std::string_view reference) const {
  if (reference.empty()) return {};
  std::vector<JobId> found = jobs_where(*this, [&](const Job& job) { return job.key == reference; });
  // A key may equal the id of other jobs only when it is their id: an id path means all legs.
  const std::vector<JobId> legs = jobs_where(*this, [&](const Job& job) { return job.id == reference; });
  if (legs.size() > found.size()) found = legs;
  if (!found.empty()) return found;
  found = jobs_where(*this, [&](const Job& job) { return is_below(job.caller, reference); });
  if (!found.empty()) return found;
  if (const std::optional<Selector> selector = parse_selector(reference)) {
    found = jobs_where(*this, [&](const Job& job) { return selects(*selector, job); });
    if (!found.empty()) return found;
  }
  if (reference.find_first_of("*?") == std::string_view::npos) return {};
  return jobs_where(*this,
                    [&](const Job& job) { return glob_match(reference, job.id) || glob_match(reference, job.key); });
}

std::vector<std::string> Pipeline::names() const {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  const auto add = [&](const std::string& name) {
    if (seen.insert(name).second) names.push_back(name);
  };
  for (const Job& each : jobs) add(each.id);
  for (const Caller& each : callers) add(each.id);
  for (const Job& each : jobs) add(each.key);
  return names;
}

const Pool* Pipeline::pool_of(const Job& job) const {
  if (job.runs_on.empty()) return nullptr;
  const auto found = std::ranges::find_if(pools, [&](const Pool& pool) {
    return std::ranges::all_of(job.runs_on, [&](const std::string& label) {
      return std::ranges::any_of(pool.labels, [&](const std::string& own) { return equals_ignore_case(own, label); });
    });
  });
  return found == pools.end() ? nullptr : &*found;
}

std::string sibling_id(std::string_view workflow) {
  return std::string(kSibling) + std::string(workflow);
}
bool is_sibling(std::string_view id) {
  return id.substr(0, id.find('[')).find(' ') != std::string_view::npos;
}

}  // namespace dagsim::model
