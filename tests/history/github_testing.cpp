#include "tests/history/github_testing.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"
#include "history/github_pages.h"

namespace dagsim::history {
namespace {

constexpr size_t kPageSize = 100;
constexpr size_t kMostListed = 1000;
constexpr const char* kNotFound = R"({"message": "Not Found", "status": "404"})";

using Query = std::map<std::string, std::string>;

std::string decoded(std::string text) {
  for (size_t at = text.find("%3A"); at != std::string::npos; at = text.find("%3A")) text.replace(at, 3, ":");
  return text;
}

Query query_of(const std::string& target) {
  Query query;
  const size_t mark = target.find('?');
  if (mark == std::string::npos) return query;
  for (const std::string_view pair : split(std::string_view(target).substr(mark + 1), '&')) {
    const size_t equals = pair.find('=');
    query[std::string(pair.substr(0, equals))] = decoded(std::string(pair.substr(equals + 1)));
  }
  return query;
}

size_t number_in(const Query& query, const std::string& key, size_t otherwise) {
  const auto found = query.find(key);
  return found == query.end() ? otherwise : std::strtoull(found->second.c_str(), nullptr, 10);
}

std::string run_json(const FakeRun& run, uint32_t attempt) {
  const bool is_last = attempt == run.attempt;
  const std::string status = is_last ? run.status : "completed";
  return fmt::format(
      R"({{"id": {}, "name": "CI", "run_attempt": {}, "event": "push", "head_branch": "main", "status": "{}", )"
      R"("conclusion": {}, "created_at": "{}", "run_started_at": "{}"}})",
      run.id, attempt, status, status == "completed" ? "\"success\"" : "null", utc_text(run.created),
      utc_text(run.created + 3600.0 * (attempt - 1)));
}

/// One page of entries, with Link and total_count as GitHub has them.
Reply page_of(const std::string& key, const std::vector<std::string>& entries, const Query& query, uint64_t total) {
  const size_t size = number_in(query, "per_page", 30);
  const size_t page = number_in(query, "page", 1);
  const size_t begin = std::min(entries.size(), (page - 1) * size);
  const size_t end = std::min(entries.size(), begin + size);
  const std::vector<std::string> listed(entries.begin() + static_cast<std::ptrdiff_t>(begin),
                                        entries.begin() + static_cast<std::ptrdiff_t>(end));
  Reply reply = json_reply(fmt::format("{{\"total_count\": {}, \"{}\": [{}]}}", total, key, join(listed, ", ")));
  if (end < entries.size()) reply.headers.emplace_back("Link", "<https://elsewhere.example/?page=2>; rel=\"next\"");
  return reply;
}

}  // namespace

double JumpingClock::now() const {
  const std::chrono::duration<double> real = std::chrono::steady_clock::now() - begin_;
  return kNewYear + 90 * 86'400 + real.count() + slept_;
}

Reply json_reply(const std::string& body, int status) {
  Reply reply;
  reply.status = status;
  reply.body = body;
  return reply;
}

Reply text_reply(const std::string& body, int status) {
  Reply reply = json_reply(body, status);
  reply.headers = {{"Content-Type", "text/html"}};
  return reply;
}

std::vector<FakeRun> runs_of(size_t count, double apart, uint64_t first_id) {
  std::vector<FakeRun> runs;
  for (size_t i = 0; i < count; ++i) {
    FakeRun run;
    run.id = first_id + i;
    run.created = kNewYear + apart * static_cast<double>(i);
    runs.push_back(run);
  }
  return runs;
}

Reply FakeGitHub::answer(const Received& request) {
  const size_t number = requests_++;
  if (first) {
    if (std::optional<Reply> reply = first(request, number)) return *reply;
  }
  const std::string path = request.target.substr(0, request.target.find('?'));
  const Query query = query_of(request.target);
  const std::string base = "/repos/o/r/actions/";
  if (!path.starts_with(base)) return json_reply(kNotFound, 404);
  const std::string rest = path.substr(base.size());
  const std::string ci = R"({"id": 7, "name": "CI", "path": ".github/workflows/ci.yml"})";
  const std::string docs = R"({"id": 8, "name": "Docs", "path": ".github/workflows/docs.yml"})";
  if (rest == "workflows/ci.yml" || rest == "workflows/7") return json_reply(ci);
  if (rest == "workflows") return page_of("workflows", {ci, docs}, query, 2);
  if (rest == "workflows/7/runs" || rest == "runs") return list_runs(query);
  if (rest == "workflows/8/runs") return page_of("workflow_runs", {}, query, 0);
  if (rest == "caches") return page_of("actions_caches", {R"({"id": 1, "key": "deps"})"}, query, 1);
  if (rest.starts_with("runs/")) return attempt(rest.substr(5), query);
  return json_reply(kNotFound, 404);
}

/// Newest first; both ends of a window belong to it; at most a thousand are listed, however many are counted.
Reply FakeGitHub::list_runs(const Query& query) const {
  double since = 0;
  double until = 1e18;
  if (const auto created = query.find("created"); created != query.end()) {
    const size_t dots = created->second.find("..");
    since = parse_timestamp(created->second.substr(0, dots)).value_or(0);
    until = parse_timestamp(created->second.substr(dots + 2)).value_or(0);
  }
  std::vector<const FakeRun*> found;
  for (const FakeRun& run : runs) {
    if (run.created >= since && run.created <= until) found.push_back(&run);
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &FakeRun::created);
  std::vector<std::string> entries;
  for (const FakeRun* run : found) {
    if (entries.size() < kMostListed) entries.push_back(run_json(*run, run->attempt));
  }
  return page_of("workflow_runs", entries, query, found.size() + extra_total);
}

/// "RUN/artifacts", "RUN/attempts/N", and what is below that.
Reply FakeGitHub::attempt(const std::string& path, const Query& query) const {
  const std::vector<std::string_view> parts = split(path, '/');
  const uint64_t id = std::strtoull(std::string(parts[0]).c_str(), nullptr, 10);
  const auto run = std::ranges::find(runs, id, &FakeRun::id);
  if (run == runs.end()) return json_reply(kNotFound, 404);
  if (parts.size() == 2) {
    const std::string artifact =
        fmt::format(R"({{"id": {}5, "name": "log", "size_in_bytes": 1000, "workflow_run": {{"id": {}}}}})", id, id);
    return page_of("artifacts", {artifact}, query, 1);
  }
  const auto attempt = static_cast<uint32_t>(std::strtoul(std::string(parts[2]).c_str(), nullptr, 10));
  if (attempt == 0 || attempt > run->attempt) return json_reply(kNotFound, 404);
  if (parts.size() == 3) return json_reply(run_json(*run, attempt));
  if (parts[3] == "logs") {
    if (expired.contains(fmt::format("{}-{}", id, attempt))) return json_reply(R"({"message": "Gone"})", 410);
    const std::string unreadable =
        fmt::format("PK\x03\x04 logs of {}-{} PK\x05\x06{}", id, attempt, std::string(18, '\0'));
    Reply reply = json_reply(logs.empty() ? unreadable : logs);
    reply.headers = {{"Content-Type", "application/zip"}};
    return reply;
  }
  std::vector<std::string> jobs;
  for (uint32_t i = 0; i < run->jobs; ++i) {
    jobs.push_back(fmt::format(
        R"({{"id": {}, "run_id": {}, "run_attempt": {}, "name": "job {}", "workflow_name": "CI", "status": "completed", )"
        R"("conclusion": "success", "created_at": "{}", "started_at": "{}", "completed_at": "{}", "steps": []}})",
        (id * 10 + attempt) * 1000 + i, id, attempt, i, utc_text(run->created), utc_text(run->created + 5),
        utc_text(run->created + 65)));
  }
  return page_of("jobs", jobs, query, jobs.size());
}

bool MemorySink::has(PageKind kind, uint64_t run, uint32_t attempt) const {
  const std::string name = fmt::format("{} {}-{}", static_cast<int>(kind), run, attempt);
  return bodies.contains(name) || gone_.contains(name);
}

void MemorySink::take(const FetchedPage& page) {
  static const std::map<PageKind, std::string> kNames = {{PageKind::Runs, "runs"},
                                                         {PageKind::Jobs, "jobs"},
                                                         {PageKind::Artifacts, "artifacts"},
                                                         {PageKind::Caches, "caches"},
                                                         {PageKind::Logs, "logs"}};
  names.push_back(kNames.at(page.kind) + (page.run == 0 ? "" : fmt::format(" {}-{}", page.run, page.attempt)));
  bodies[fmt::format("{} {}-{}", static_cast<int>(page.kind), page.run, page.attempt)] = page.body;
  if (page.kind != PageKind::Runs) return;
  for (const ListedRun& run : read_listed_runs(std::string(page.body))) ids_.insert(run.id);
}

void MemorySink::note_gone(PageKind kind, uint64_t run, uint32_t attempt) {
  gone_.insert(fmt::format("{} {}-{}", static_cast<int>(kind), run, attempt));
}

void MemorySink::mark(const Sample& sample) {
  std::erase_if(samples_, [&](const Sample& one) {
    return one.repository == sample.repository && one.workflow == sample.workflow;
  });
  samples_.push_back(sample);
}

std::vector<uint64_t> MemorySink::run_ids() const {
  return {ids_.begin(), ids_.end()};
}

Trial::Trial() : server([this](const Received& request) { return github.answer(request); }) {
  options.repository = "o/r";
  options.workflow = "ci.yml";
  options.since = kNewYear;
  options.until = kNewYear + 30 * 86'400;
  client.per_minute = 0;
}

std::string Trial::run() {
  client.api = server.url();
  progress = {};
  try {
    GitHub hub(client, clock, [&](const GitHubState& now) {
      state = now;
      return watch && watch(now);
    });
    counts = fetch(hub, options, sink, progress);
    state = hub.state();
    return "fine";
  } catch (const std::exception& error) {
    std::string text = error.what();
    const std::string url = server.url();
    for (size_t at = text.find(url); at != std::string::npos; at = text.find(url)) text.replace(at, url.size(), "API");
    return text;
  }
}

size_t count_of(const std::vector<Received>& requests, const std::string& part) {
  return static_cast<size_t>(
      std::ranges::count_if(requests, [&](const Received& one) { return one.target.find(part) != std::string::npos; }));
}

}  // namespace dagsim::history
