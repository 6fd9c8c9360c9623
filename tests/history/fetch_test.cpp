#include "history/fetch.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/history/github_testing.h"

namespace dagsim::history {
namespace {

size_t count_named(const MemorySink& sink, const std::string& begin) {
  return static_cast<size_t>(
      std::ranges::count_if(sink.names, [&](const std::string& name) { return name.starts_with(begin); }));
}

std::vector<uint64_t> ids_from(uint64_t first, size_t count) {
  std::vector<uint64_t> ids;
  for (uint64_t i = 0; i < count; ++i) ids.push_back(first + i);
  return ids;
}

TEST_CASE("A fetch lists the runs of a workflow and takes the jobs of each, newest first") {
  Trial trial;
  trial.github.runs = runs_of(3, 60);
  trial.client.parallel = 1;
  CHECK(trial.run() == "fine");
  CHECK(trial.sink.names == std::vector<std::string>{"runs", "jobs 1002-1", "jobs 1001-1", "jobs 1000-1"});
  CHECK(trial.counts.runs == 3);
  CHECK(trial.counts.fetched == 3);
  CHECK(trial.state.requests == 5);  // the workflow, the runs, the jobs of three
  REQUIRE(trial.sink.samples().size() == 1);
  CHECK(write_samples(trial.sink.samples()) ==
        R"({"repository": "o/r", "workflow": "ci.yml", "since": "2026-01-01T00:00:00Z", )"
        R"("next": "2026-01-31T00:00:00Z", "missing": 0, "complete": true})"
        "\n");
}

TEST_CASE("Without a workflow the runs of all are fetched") {
  Trial trial;
  trial.github.runs = runs_of(2, 60);
  trial.options.workflow = "";
  CHECK(trial.run() == "fine");
  CHECK(trial.server.received().front().target ==
        "/repos/o/r/actions/runs?exclude_pull_requests=true&created=2026-01-01T00%3A00%3A00Z..2026-01-31T00%3A00%3A00Z"
        "&per_page=100&page=1");
  CHECK(trial.counts.fetched == 2);
}

TEST_CASE("Each request says who asks, which version of the API and with whose rights") {
  Trial trial;
  trial.client.token = "secret";
  trial.client.http.user_agent = "dagsim/1";
  CHECK(trial.run() == "fine");
  for (const Received& request : trial.server.received()) {
    CHECK(request.headers.at("user-agent") == "dagsim/1");
    CHECK(request.headers.at("x-github-api-version") == "2022-11-28");
    CHECK(request.headers.at("accept") == "application/vnd.github+json");
    CHECK(request.headers.at("authorization") == "Bearer secret");
  }
}

TEST_CASE("Listings of several pages are fetched to the end, runs and jobs") {
  Trial trial;
  trial.github.runs = runs_of(250, 60);
  trial.github.runs[7].jobs = 230;
  CHECK(trial.run() == "fine");
  CHECK(trial.sink.run_ids() == ids_from(1000, 250));
  const std::string jobs = trial.sink.bodies.at(fmt::format("{} 1007-1", static_cast<int>(PageKind::Jobs)));
  CHECK(jobs.find("\"job 0\"") != std::string::npos);
  CHECK(jobs.find("\"job 229\"") != std::string::npos);
  CHECK(count_named(trial.sink, "jobs 1007-1") == 1);
}

TEST_CASE("More than a thousand runs are fetched in windows, without loss, whatever shares a second") {
  Trial trial;
  trial.github.runs = runs_of(2500, 300);
  const std::vector<FakeRun> together = runs_of(400, 0, 5000);  // all in the first second
  trial.github.runs.insert(trial.github.runs.end(), together.begin(), together.end());
  trial.options.dry_run = false;
  CHECK(trial.run() == "fine");
  std::vector<uint64_t> expected = ids_from(1000, 2500);
  const std::vector<uint64_t> more = ids_from(5000, 400);
  expected.insert(expected.end(), more.begin(), more.end());
  CHECK(trial.sink.run_ids() == expected);
  CHECK(trial.counts.fetched == 2900);
  CHECK(count_named(trial.sink, "jobs ") == 2900);
  CHECK(trial.counts.sample.is_complete);
}

TEST_CASE("Runs on both sides of the second at which a window is halved come once") {
  Trial trial;
  // The window is four seconds long and so halved at its third second.
  trial.options.until = kNewYear + 4;
  for (uint64_t second = 0; second <= 4; ++second) {
    std::vector<FakeRun> more = runs_of(300, 0, 1000 + second * 300);
    for (FakeRun& run : more) run.created = kNewYear + static_cast<double>(second);
    trial.github.runs.insert(trial.github.runs.end(), more.begin(), more.end());
  }
  CHECK(trial.run() == "fine");
  CHECK(trial.sink.run_ids() == ids_from(1000, 1500));
  CHECK(count_named(trial.sink, "jobs ") == 1500);
}

TEST_CASE("A second with more runs than GitHub lists leaves the sample truncated") {
  Trial trial;
  trial.github.runs = runs_of(1100, 0);
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.runs == 1000);
  CHECK(trial.counts.sample.missing == 100);
  CHECK_FALSE(trial.counts.sample.is_complete);
}

TEST_CASE("Runs that arrive while the pages are read are left to the next fetch") {
  Trial trial;
  trial.github.runs = runs_of(150, 60);
  trial.github.first = [&](const Received&, size_t) -> std::optional<Reply> {
    FakeRun late;
    late.id = 9000 + trial.github.runs.size();
    late.created = trial.options.until + 5;
    trial.github.runs.push_back(late);
    return std::nullopt;
  };
  CHECK(trial.run() == "fine");
  CHECK(trial.sink.run_ids() == ids_from(1000, 150));
  CHECK(trial.counts.sample.next == trial.options.until);
}

TEST_CASE("Pages that shift because a run was deleted are read again") {
  Trial trial;
  trial.github.runs = runs_of(250, 60);
  // Deleting the newest run moves the first of the second page to the first page, which was read already.
  trial.github.first = [&](const Received& request, size_t) -> std::optional<Reply> {
    const bool is_second_page = request.target.ends_with("&page=2");
    if (is_second_page && trial.github.runs.size() == 250) trial.github.runs.pop_back();
    return std::nullopt;
  };
  CHECK(trial.run() == "fine");
  const std::vector<uint64_t> ids = trial.sink.run_ids();
  for (const FakeRun& run : trial.github.runs) CHECK(std::ranges::find(ids, run.id) != ids.end());
  CHECK(trial.counts.sample.is_complete);
  CHECK(trial.counts.gone == 1);  // the deleted one has no jobs any more
}

TEST_CASE("A page that comes twice in place of the next one is noticed, and the listing read again") {
  Trial trial;
  trial.github.runs = runs_of(150, 60);
  bool repeated = false;
  trial.github.first = [&](const Received& request, size_t) -> std::optional<Reply> {
    if (!request.target.ends_with("&page=2") || repeated) return std::nullopt;
    repeated = true;
    Received first_page = request;
    first_page.target.back() = '1';
    trial.github.first = nullptr;
    return trial.github.answer(first_page);
  };
  CHECK(trial.run() == "fine");
  CHECK(repeated);
  CHECK(trial.sink.run_ids() == ids_from(1000, 150));
  CHECK(trial.counts.sample.is_complete);
}

TEST_CASE("A count that stays above what is listed leaves the sample truncated, and says by how much") {
  Trial trial;
  trial.github.runs = runs_of(120, 60);
  trial.github.extra_total = 5;
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.fetched == 120);
  CHECK(count_of(trial.server.received(), "&page=1") == 3 + 120);  // read three times, and the jobs
  CHECK(trial.counts.sample.missing == 5);
  CHECK_FALSE(trial.counts.sample.is_complete);
  Diagnostics diagnostics;
  warn_of_truncated(std::vector{trial.counts.sample}, "history.db", diagnostics);
  CHECK(render(diagnostics) ==
        "warning: the sample of o/r, ci.yml in \"history.db\" is truncated: GitHub counted 5 runs or jobs more than it "
        "listed [truncated-sample]\n"
        "note: to complete it: dagsim fetch o/r --workflow ci.yml --since 2026-01-01T00:00:00Z\n");
}

TEST_CASE("A count that is too low doesn't end a listing") {
  Trial trial;
  trial.github.runs = runs_of(250, 60);
  trial.github.first = [&](const Received& request, size_t) -> std::optional<Reply> {
    if (request.target.find("/workflows/7/runs") == std::string::npos) return std::nullopt;
    const auto first = std::exchange(trial.github.first, nullptr);
    Reply reply = trial.github.answer(request);
    trial.github.first = first;
    reply.body.replace(reply.body.find("250"), 3, "101");
    return reply;
  };
  CHECK(trial.run() == "fine");
  CHECK(trial.sink.run_ids() == ids_from(1000, 250));
}

TEST_CASE("A run whose jobs are not all listed is left out and asked for again next time") {
  Trial trial;
  trial.github.runs = runs_of(2, 60);
  trial.github.first = [](const Received& request, size_t) -> std::optional<Reply> {
    if (request.target.find("/1000/attempts/1/jobs") == std::string::npos) return std::nullopt;
    return json_reply(R"({"total_count": 2, "jobs": [{"id": 1, "run_id": 1000, "name": "a"}]})");
  };
  CHECK(trial.run() == "fine");
  CHECK(count_named(trial.sink, "jobs ") == 1);
  CHECK(trial.counts.sample.missing == 1);
  trial.github.first = nullptr;
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.known == 1);
  CHECK(trial.counts.fetched == 1);
  CHECK(trial.counts.sample.is_complete);
}

TEST_CASE("Every attempt is fetched, the earlier ones with what their runs were like then") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  trial.github.runs[0].attempt = 3;
  trial.client.parallel = 1;
  CHECK(trial.run() == "fine");
  std::vector<std::string> names = trial.sink.names;
  std::ranges::sort(names);
  CHECK(names ==
        std::vector<std::string>{"jobs 1000-1", "jobs 1000-2", "jobs 1000-3", "runs", "runs 1000-1", "runs 1000-2"});
}

TEST_CASE("What still goes on is listed, but its jobs wait for the next fetch, which begins there") {
  Trial trial;
  trial.github.runs = runs_of(3, 60);
  trial.github.runs[1].status = "in_progress";
  trial.github.runs[1].attempt = 2;
  trial.options.until = kNewYear + 600;
  CHECK(trial.run() == "fine");
  CHECK(count_named(trial.sink, "jobs 1001-1") == 1);
  CHECK(count_named(trial.sink, "jobs 1001-2") == 0);
  CHECK(trial.counts.unfinished == 1);
  CHECK(trial.counts.sample.next == kNewYear + 60);
  trial.github.runs[1].status = "completed";
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.known == 3);
  CHECK(count_named(trial.sink, "jobs 1001-2") == 1);
  CHECK(trial.counts.sample.next == trial.options.until);
}

TEST_CASE("GitHub is never asked to filter by status") {
  Trial trial;
  trial.github.runs = runs_of(3, 60);
  CHECK(trial.run() == "fine");
  CHECK(count_of(trial.server.received(), "status=") == 0);
}

TEST_CASE("A fetch that is interrupted keeps what came, says that it is truncated, and goes on later") {
  Trial trial;
  trial.github.runs = runs_of(40, 60);
  trial.watch = [](const GitHubState& state) { return state.requests >= 20; };
  CHECK(trial.run() == "interrupted");
  const size_t kept = count_named(trial.sink, "jobs ");
  CHECK(kept > 5);
  CHECK(kept < 30);
  REQUIRE(trial.sink.samples().size() == 1);
  CHECK_FALSE(trial.sink.samples().front().is_complete);
  trial.watch = nullptr;
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.known == kept);
  CHECK(trial.counts.fetched == 40 - kept);
  CHECK(trial.state.requests == 2 + 40 - kept);
  CHECK(count_named(trial.sink, "jobs ") == 40);
  CHECK(trial.sink.samples().front().is_complete);
}

TEST_CASE("A shorter fetch doesn't complete a longer one that was interrupted") {
  Trial trial;
  trial.github.runs = runs_of(10, 86'400);
  trial.watch = [](const GitHubState& state) { return state.requests >= 5; };
  CHECK(trial.run() == "interrupted");
  trial.watch = nullptr;
  trial.options.since = kNewYear + 5 * 86'400;
  CHECK(trial.run() == "fine");
  CHECK_FALSE(trial.counts.sample.is_complete);
  CHECK(trial.counts.sample.since == kNewYear);
  trial.options.since = kNewYear;
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.sample.is_complete);
}

TEST_CASE("Logs, artifacts and caches come when asked for, and expired logs are counted") {
  Trial trial;
  trial.github.runs = runs_of(3, 60);
  trial.github.expired = {"1001-1"};
  trial.options.logs = true;
  trial.options.artifacts = true;
  trial.options.caches = true;
  CHECK(trial.run() == "fine");
  CHECK(count_named(trial.sink, "logs ") == 2);
  CHECK(count_named(trial.sink, "artifacts ") == 3);
  CHECK(count_named(trial.sink, "caches") == 1);
  CHECK(trial.counts.logs == 2);
  CHECK(trial.counts.logs_gone == 1);
  const size_t asked = count_of(trial.server.received(), "/logs");
  CHECK(trial.run() == "fine");
  CHECK(count_of(trial.server.received(), "/logs") == asked);
  CHECK(trial.counts.logs_known == 3);
}

TEST_CASE("A dry run lists the runs, takes nothing, and tells how many requests the rest needs") {
  Trial trial;
  trial.github.runs = runs_of(120, 60);
  trial.github.runs[0].attempt = 2;
  trial.options.dry_run = true;
  trial.options.logs = true;
  CHECK(trial.run() == "fine");
  CHECK(trial.sink.names.empty());
  CHECK(trial.sink.samples().empty());
  const uint64_t listing = trial.state.requests;
  CHECK(listing == 3);
  const uint64_t expected = trial.counts.expected_requests;
  trial.options.dry_run = false;
  CHECK(trial.run() == "fine");
  CHECK(trial.state.requests == listing + expected);
}

TEST_CASE("A workflow may be named by its file, its path, its number or its name") {
  for (const char* name : {"ci.yml", ".github/workflows/ci.yml", "7", "CI"}) {
    Trial trial;
    trial.github.runs = runs_of(1, 60);
    trial.options.workflow = name;
    CHECK(trial.run() == "fine");
    CHECK(trial.counts.fetched == 1);
    CHECK(trial.counts.sample.workflow == "ci.yml");
  }
}

TEST_CASE("An unknown workflow is answered with those that there are") {
  Trial trial;
  trial.options.workflow = "cj.yml";
  CHECK(trial.run() ==
        "there is no workflow \"cj.yml\" in o/r, which has ci.yml (\"CI\"), docs.yml (\"Docs\"); did you mean "
        "\"ci.yml\"?");
}

TEST_CASE("An unknown repository says whose rights were used") {
  Trial trial;
  trial.options.repository = "o/other";
  CHECK(
      trial.run() ==
      "GET API/repos/o/other/actions/workflows?per_page=100&page=1: answered 404, \"Not Found\"; it doesn't exist, or "
      "is private and needs a token: set GH_TOKEN, or log in with gh auth login");
  trial.client.token = "secret";
  trial.client.token_source = "GITHUB_TOKEN";
  CHECK(
      trial.run() ==
      "GET API/repos/o/other/actions/workflows?per_page=100&page=1: answered 404, \"Not Found\"; it doesn't exist, or "
      "the token in GITHUB_TOKEN may not see it");
}

}  // namespace
}  // namespace dagsim::history
