#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fetch_line.h"
#include "cli/github_token.h"
#include "cli/since.h"
#include "cli/usage.h"
#include "history/store.h"
#include "tests/catch.h"
#include "tests/cli/cli_testing.h"
#include "tests/history/github_testing.h"

namespace dagsim::cli {
namespace {

using history::FakeGitHub;
using history::json_reply;
using history::kNewYear;
using history::Loopback;
using history::Received;
using history::Reply;
using history::runs_of;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// An environment variable for the length of a test; "" unsets it.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* old = std::getenv(name);
    if (old != nullptr) old_ = old;
    set(value.empty() ? std::nullopt : std::optional(value));
  }
  ~Variable() { set(old_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const std::optional<std::string>& value) const {
    if (value) {
      ::setenv(name_, value->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  const char* name_;
  std::optional<std::string> old_;
};

/// A GitHub, a folder, and an environment in which the only gh is the one that a test writes.
struct Scene {
  Scene()
      : server([this](const Received& request) { return github.answer(request); }),
        api("GITHUB_API_URL", server.url()),
        gh("GH_TOKEN", "secret"),
        github_token("GITHUB_TOKEN", ""),
        path("PATH", folder.path("bin")) {
    github.runs = runs_of(5, 60);
  }

  void write_gh(const std::string& script) const {
    folder.write("bin/gh", "#!/bin/sh\n" + script);
    std::filesystem::permissions(folder.path("bin/gh"), std::filesystem::perms::owner_all);
  }
  std::string database() const { return folder.path("history.db"); }
  Outcome fetch(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"fetch", "o/r", "--workflow", "ci.yml"};
    const bool has_since = std::ranges::find(more, "--since") != more.end();
    if (!has_since) more.insert(more.end(), {"--since", "2026-01-01"});
    const bool has_place = std::ranges::find(more, "--output") != more.end();
    if (!has_place) more.insert(more.end(), {"--history", database()});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }

  Folder folder;
  FakeGitHub github;
  Loopback server;
  Variable api;
  Variable gh;
  Variable github_token;
  Variable path;
};

TEST_CASE("dagsim fetch takes runs into the database and tells what came") {
  const Scene scene;
  const Outcome outcome = scene.fetch();
  CHECK(outcome.err.empty());
  CHECK(outcome.out == fmt::format("o/r, ci.yml since 2026-01-01T00:00:00Z in {}\n"
                                   "  runs      5 listed, 0 of them still going\n"
                                   "  attempts  5 completed: 5 fetched, 0 known\n"
                                   "  requests  7, 0 of them repeated\n",
                                   scene.database()));
  CHECK(outcome.status == 0);
  CHECK(holds(call({"history", scene.database(), "--runs"}).out, "1004"));
}

TEST_CASE("dagsim fetch --output writes files that are a history") {
  const Scene scene;
  const Outcome outcome = scene.fetch({"--output", scene.folder.path("answers"), "--logs", "--artifacts", "--caches"});
  CHECK(outcome.err.empty());
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, "  logs      5 fetched, 0 known, 0 expired\n  artifacts of 5 runs\n  caches    1\n"));
  CHECK(holds(scene.folder.read("answers/jobs/1003-1.json"), "\"job 0\""));
  const Outcome imported = call({"import", scene.folder.path("answers"), "--history", scene.database()});
  CHECK(imported.err.empty());
  CHECK(holds(imported.out, "runs  5 new"));
}

TEST_CASE("dagsim fetch --since last goes on where the last fetch ended, an hour earlier") {
  Scene scene;
  check_usage_error({"fetch", "o/r", "--workflow", "ci.yml", "--since", "last", "--history", scene.database()},
                    fmt::format("--since is \"last\", but no runs of o/r, ci.yml are in \"{}\" yet", scene.database()));
  CHECK(scene.fetch().status == 0);
  const double end = history::Store(scene.database(), history::Store::Access::Read).samples().front().next;
  CHECK(scene.fetch({"--since", "last"}).status == 0);
  const std::string query = scene.server.received().back().target;
  std::string since = history::utc_text(end - 3600);
  for (size_t at = since.find(':'); at != std::string::npos; at = since.find(':')) since.replace(at, 1, "%3A");
  CHECK(holds(query, "created=" + since));
}

TEST_CASE("dagsim fetch --dry-run keeps nothing") {
  const Scene scene;
  const Outcome outcome = scene.fetch({"--dry-run"});
  CHECK(outcome.out ==
        "o/r, ci.yml since 2026-01-01T00:00:00Z, nothing kept\n"
        "  runs      5 listed, 0 of them still going\n"
        "  attempts  5 completed: 0 known, 5 to fetch\n"
        "  to come   2 requests to list the runs and 5 for the rest, more where listings have pages\n"
        "  requests  2, 0 of them repeated\n");
  CHECK(scene.folder.size() == 0);
}

TEST_CASE("dagsim fetch that fails says what to do, keeps what came, and exits with 3") {
  Scene scene;
  scene.github.first = [](const Received& request, size_t) -> std::optional<Reply> {
    if (!holds(request.target, "/1000/")) return std::nullopt;
    return json_reply(R"({"message": "Bad credentials"})", 401);
  };
  const Outcome outcome = scene.fetch({"--parallel", "1"});
  CHECK(outcome.status == 3);
  CHECK(outcome.err ==
        fmt::format(
            "dagsim: error: GET {}/repos/o/r/actions/runs/1000/attempts/1/jobs?per_page=100&page=1: answered 401, "
            "\"Bad credentials\"; the token in GH_TOKEN is wrong or has expired\n"
            "dagsim: note: what came before is kept in \"{}\", and the same command goes on\n",
            scene.server.url(), scene.database()));
  CHECK(holds(call({"history", scene.database()}).err, "is truncated: not all runs since 2026-01-01T00:00:00Z"));
  scene.github.first = nullptr;
  CHECK(holds(scene.fetch().out, "1 fetched, 4 known"));
  CHECK(call({"history", scene.database()}).err.empty());
}

TEST_CASE("dagsim fetch that is interrupted keeps what came, says so, and exits with 130") {
  Scene scene;
  scene.github.runs = runs_of(40, 60);
  scene.github.first = [](const Received&, size_t number) -> std::optional<Reply> {
    if (number == 20) ::kill(::getpid(), SIGINT);
    return std::nullopt;
  };
  const Outcome outcome = scene.fetch();
  CHECK(outcome.status == 130);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.starts_with("dagsim: interrupted while fetching jobs ("));
  CHECK(outcome.err.ends_with(
      fmt::format(" of 40); what came is kept in \"{}\", and the same command goes on\n", scene.database())));
  CHECK(holds(scene.fetch().out, "40 completed: "));
}

TEST_CASE("A token is looked for in GH_TOKEN, then GITHUB_TOKEN, then asked of gh, and never shown") {
  Scene scene;
  scene.write_gh("echo \"of-gh-for-$4\"\n");
  const auto used = [&] { return scene.server.received().back().headers.at("authorization"); };
  CHECK(scene.fetch().status == 0);
  CHECK(used() == "Bearer secret");
  {
    const Variable none("GH_TOKEN", "");
    const Variable other("GITHUB_TOKEN", " other\n");
    CHECK(scene.fetch().status == 0);
    CHECK(used() == "Bearer other");
  }
  const Variable none("GH_TOKEN", "");
  const Outcome outcome = scene.fetch();
  CHECK(used() == "Bearer of-gh-for-127.0.0.1");
  CHECK_FALSE(holds(outcome.out + outcome.err, "of-gh"));
  CHECK(find_github_token("https://api.github.com").text == "of-gh-for-github.com");
  CHECK(find_github_token("https://git.example.com:8443/api/v3").text == "of-gh-for-git.example.com");
}

TEST_CASE("Without a token a fetch goes on, and says what that means") {
  const Scene scene;
  const Variable none("GH_TOKEN", "");
  for (const char* script : {"", "exit 1\n", "echo 'not logged in' >&2; echo token; exit 4\n", "echo\n"}) {
    if (*script != '\0') scene.write_gh(script);
    const Outcome outcome = scene.fetch();
    CHECK(outcome.err ==
          "dagsim: note: without a token GitHub allows 60 requests an hour, and shows public repositories only; set "
          "GH_TOKEN, or log in with gh auth login\n");
    CHECK(outcome.status == 0);
    CHECK_FALSE(scene.server.received().back().headers.contains("authorization"));
  }
}

TEST_CASE("A token that would break the request is refused without being shown") {
  const Scene scene;
  const Variable wrong("GH_TOKEN", "secret\r\nX-Evil: 1");
  const Outcome outcome = scene.fetch();
  CHECK(outcome.status == 2);
  CHECK(outcome.err == "dagsim: error: GH_TOKEN holds a character that no token has\n");
  CHECK(scene.server.received().empty());
}

TEST_CASE("A program that hangs, floods or isn't there is given up") {
  const Scene scene;
  const Variable path("PATH", "/usr/bin:/bin");
  CHECK(first_line_of({"sh", "-c", "echo one; echo two"}, 5) == "one");
  CHECK(first_line_of({"sleep", "100"}, 0.05).empty());
  CHECK(first_line_of({"sh", "-c", "echo one; sleep 100"}, 0.2).empty());
  CHECK(first_line_of({"yes"}, 0.2).empty());
  CHECK(first_line_of({"no-such-program-of-dagsim"}, 5).empty());
  CHECK(first_line_of({"cat"}, 5).empty());
}

TEST_CASE("Wrong arguments of dagsim fetch are refused before anything is asked") {
  const Scene scene;
  check_usage_error({"fetch"}, "fetch needs the repository: OWNER/REPO");
  for (const char* wrong : {"owner", "a/b/c", "a/", "/b", "a/..", "a/b?x", "a b/c", "https://example.com/a/b"}) {
    check_usage_error({"fetch", wrong}, fmt::format("the repository is \"{}\", expected OWNER/REPO", wrong));
  }
  check_usage_error({"fetch", "o/r", "--since", "soon"},
                    "--since is \"soon\", expected a date such as 2026-01-31, an age such as 30d or 12w, or last");
  check_usage_error({"fetch", "o/r", "--history", "a.db", "--output", "b"},
                    "--history and --output can't both take the runs");
  check_usage_error({"fetch", "o/r", "--history", "a.json"},
                    "--history is \"a.json\", expected a database: a file that ends in .db or .sqlite");
  CHECK(scene.server.received().empty());
}

TEST_CASE("The address of a repository's page stands for the repository") {
  const Scene scene;
  for (const char* address : {"https://github.com/o/r", "https://github.com/o/r.git", "github.com/o/r/"}) {
    CHECK(call({"fetch", address, "--workflow", "ci.yml", "--since", "2026-01-01", "--history", scene.database()})
              .status == 0);
  }
}

TEST_CASE("Runs of two repositories don't come into one database") {
  const Scene scene;
  CHECK(scene.fetch().status == 0);
  check_usage_error(
      {"fetch", "o/other", "--history", scene.database()},
      fmt::format("\"{}\" holds runs of o/r; name another place with --history or --output", scene.database()));
}

TEST_CASE("Times since when runs are fetched are dates, times, ages and the last fetch") {
  CHECK(parse_since("2026-01-01", kNewYear + 1) == kNewYear);
  CHECK(parse_since("2026-01-01T00:00:05Z", kNewYear + 10) == kNewYear + 5);
  CHECK(parse_since("48h", kNewYear) == kNewYear - 2 * 86'400);
  CHECK(parse_since("30d", kNewYear) == kNewYear - 30 * 86'400);
  CHECK(parse_since("12w", kNewYear) == kNewYear - 84 * 86'400);
  CHECK(parse_since("last", kNewYear) == std::nullopt);
  for (const char* wrong : {"", "d", "3", "-3d", "3.5d", "3y", "2026-13-01", "2026-01-01Z", "99999999999d", "Last"}) {
    CHECK_THROWS_AS(parse_since(wrong, kNewYear), UsageError);
  }
  CHECK_THROWS_WITH(parse_since("2026-01-02", kNewYear), "--since is \"2026-01-02\", which is yet to come");
}

/// What a terminal of this width shows after each of the states.
std::string shown(bool is_terminal, unsigned columns,
                  const std::vector<std::pair<history::FetchProgress, history::GitHubState>>& states) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const DiskFileSystem files;
  const Context context{in, out, err, {false, is_terminal, columns, true}, files, ""};
  {
    FetchLine line(context);
    double now = kNewYear;
    for (const auto& [progress, state] : states) line.show(progress, state, now += 60);
  }
  return err.str();
}

TEST_CASE("A terminal shows how far a fetch is, what the rate limit leaves, and when it will be done") {
  history::GitHubState state;
  state.requests_left = 4321;
  const history::FetchProgress begin{"fetching jobs", 0, 1234};
  const history::FetchProgress later{"fetching jobs", 234, 1234};
  CHECK(shown(true, 100, {{begin, state}, {later, state}}) ==
        "\rfetching jobs 0 of 1,234, 4,321 requests left\x1b[K"
        "\rfetching jobs 234 of 1,234, 4,321 requests left, 4m16s to go\x1b[K\r\x1b[K");
  state.requests_left = 10;
  state.reset = kNewYear + 3720;
  CHECK(holds(shown(true, 100, {{begin, state}, {later, state}}), "10 requests left, at least 1h00m to go"));
  state.waiting_until = kNewYear + 3720;
  state.waiting_for = "rate limit";
  CHECK(holds(shown(true, 100, {{later, state}}), "10 requests left, waiting for the rate limit until 01:02:00 UTC"));
  CHECK(shown(true, 20, {{later, state}}) == "\rfetching jobs 234 o\x1b[K\r\x1b[K");
}

TEST_CASE("Without a terminal a fetch tells long waits only, each once") {
  history::GitHubState state;
  const history::FetchProgress progress{"fetching jobs", 234, 1234};
  CHECK(shown(false, 80, {{progress, state}}).empty());
  state.waiting_until = kNewYear + 3720;
  state.waiting_for = "rate limit";
  CHECK(shown(false, 80, {{progress, state}, {progress, state}}) ==
        "dagsim: note: waiting for the rate limit until 01:02:00 UTC\n");
}

TEST_CASE("Long numbers are grouped") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
}

}  // namespace
}  // namespace dagsim::cli
