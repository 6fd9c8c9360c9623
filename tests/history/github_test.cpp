#include "history/github.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/history/github_testing.h"

namespace dagsim::history {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Reply with(Reply reply, const Headers& headers) {
  reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
  return reply;
}

/// Whether this is the first, second, … request for the jobs of a run.
bool is_for_jobs(const Received& request) {
  return request.target.find("/jobs") != std::string::npos;
}

/// Answers the first `count` requests for jobs with `reply`.
void misbehave(Trial& trial, size_t count, const Reply& reply) {
  trial.github.first = [count, reply, seen = size_t{0}](const Received& request, size_t) mutable {
    return is_for_jobs(request) && seen++ < count ? std::optional(reply) : std::nullopt;
  };
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("A burst of 502 is outlasted, with longer and longer waits") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 4, text_reply("<html>Bad gateway</html>", 502));
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.fetched == 1);
  CHECK(trial.state.repeated == 4);
  // Between half of and all of 1 + 2 + 4 + 8 seconds.
  CHECK(trial.clock.slept() > 6.5);
  CHECK(trial.clock.slept() < 16);
}

TEST_CASE("A server that stays broken is given up after six tries, and the error says what came back") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 100, json_reply(R"({"message": "Server Error"})", 500));
  CHECK(trial.run() ==
        "GET API/repos/o/r/actions/runs/1000/attempts/1/jobs?per_page=100&page=1: answered 500, \"Server Error\" (6 "
        "tries)");
  CHECK(count_of(trial.server.received(), "/jobs") == 6);
}

TEST_CASE("A 503 that names a time is asked again after that time") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 1, with(text_reply("", 503), {{"Retry-After", "90"}}));
  CHECK(trial.run() == "fine");
  CHECK(trial.clock.slept() > 89);
  CHECK(trial.clock.slept() < 92);
}

TEST_CASE("A 429 with Retry-After holds everything back for that time") {
  Trial trial;
  trial.github.runs = runs_of(20, 60);
  misbehave(trial, 1, with(json_reply("{}", 429), {{"Retry-After", "120"}}));
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.fetched == 20);
  CHECK(trial.clock.slept() > 119);
  CHECK(trial.clock.slept() < 123);
}

TEST_CASE("A Retry-After may be a date, which counts by the server's clock") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 1,
            with(json_reply("{}", 429),
                 {{"Date", "Wed, 21 Oct 2015 07:28:00 GMT"}, {"Retry-After", "Wed, 21 Oct 2015 07:30:00 GMT"}}));
  CHECK(trial.run() == "fine");
  CHECK(trial.clock.slept() > 119);
  CHECK(trial.clock.slept() < 123);
}

TEST_CASE("A secondary limit without a time is waited for a minute, then two, with fewer requests at once") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 2, json_reply(R"({"message": "You have exceeded a secondary rate limit."})", 403));
  std::string waited_for;
  trial.watch = [&](const GitHubState& state) {
    if (state.waiting_until > 0) waited_for = state.waiting_for;
    return false;
  };
  CHECK(trial.run() == "fine");
  CHECK(waited_for == "secondary rate limit");
  CHECK(trial.clock.slept() > 179);
  CHECK(trial.clock.slept() < 184);
}

TEST_CASE("A spent rate limit is waited for until it starts anew, by the server's clock") {
  Trial trial;
  trial.github.runs = runs_of(3, 60);
  // The server's clock is years behind ours.
  misbehave(trial, 1,
            with(json_reply(R"({"message": "API rate limit exceeded"})", 403),
                 {{"Date", "Thu, 01 Jan 2015 00:00:00 GMT"},
                  {"X-RateLimit-Remaining", "0"},
                  {"X-RateLimit-Reset", "1420071300"}}));  // 00:15:00
  std::string waited_for;
  trial.watch = [&](const GitHubState& state) {
    if (state.waiting_until > 0) waited_for = state.waiting_for;
    return false;
  };
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.fetched == 3);
  CHECK(waited_for == "rate limit");
  CHECK(trial.clock.slept() > 899);
  CHECK(trial.clock.slept() < 905);
}

TEST_CASE("The last request of the rate limit is not followed by one that would be refused") {
  Trial trial;
  trial.github.runs = runs_of(10, 60);
  const double reset = trial.clock.now() + 600;
  trial.github.first = [&, left = 4](const Received& request, size_t) mutable -> std::optional<Reply> {
    left = trial.clock.now() >= reset ? 5000 : left - 1;
    if (left < 0) return json_reply(R"({"message": "API rate limit exceeded"})", 403);
    const auto first = std::exchange(trial.github.first, nullptr);
    Reply reply = trial.github.answer(request);
    trial.github.first = first;
    return with(reply,
                {{"X-RateLimit-Remaining", std::to_string(left)}, {"X-RateLimit-Reset", fmt::format("{:.0f}", reset)}});
  };
  trial.client.parallel = 1;
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.fetched == 10);
  CHECK(trial.state.repeated == 0);
  CHECK(trial.clock.slept() > 598);
}

TEST_CASE("A limit that never ends is given up") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 1000, with(json_reply(R"({"message": "Slow down"})", 429), {{"Retry-After", "1"}}));
  CHECK(holds(trial.run(), "answered 429, \"Slow down\" (21 times)"));
}

TEST_CASE("Bodies that are cut are asked for again") {
  using enum Reply::Misbehaviour;
  // curl itself asks again where a connection that was kept is closed without a word.
  const std::vector<std::pair<Reply::Misbehaviour, uint64_t>> cases = {{DeclareMore, 2}, {CutChunks, 2}, {Drop, 1}};
  for (const auto& [misbehaviour, repeated] : cases) {
    Trial trial;
    trial.github.runs = runs_of(1, 60);
    Reply reply = json_reply(R"({"total_count": 0, "jobs": []})");
    reply.misbehaviour = misbehaviour;
    misbehave(trial, 2, reply);
    CHECK(trial.run() == "fine");
    CHECK(trial.state.repeated == repeated);
    CHECK(trial.sink.names.back() == "jobs 1000-1");
  }
}

TEST_CASE("A server that stalls is asked again") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  trial.client.http.stall_seconds = 0.2;
  Reply reply = json_reply(R"({"total_count": 0, "jobs": []})");
  reply.misbehaviour = Reply::Misbehaviour::Stall;
  misbehave(trial, 1, reply);
  CHECK(trial.run() == "fine");
  CHECK(trial.state.repeated == 1);
}

TEST_CASE("JSON that ends early, is none, or is of something else is asked for again, and named in the end") {
  const std::vector<std::pair<Reply, std::string>> cases = {
      {json_reply(R"({"total_count": 1, "jobs": [{"id": 1)"),
       "answered 200 (application/json; charset=utf-8), but its JSON is cut off after 36 bytes (6 tries)"},
      {text_reply("<html>Please log in</html>"), "answered 200 (text/html), but its body is no JSON (6 tries)"},
      {json_reply(""), "answered 200 (application/json; charset=utf-8), but its body is empty (6 tries)"},
      {json_reply("{} {}"), "answered 200 (application/json; charset=utf-8), but its body is no JSON (6 tries)"},
      {json_reply("[]"), "answered 200 (application/json; charset=utf-8), but its JSON has no list \"jobs\" (6 tries)"},
      {json_reply(R"({"jobs": 3})"),
       "answered 200 (application/json; charset=utf-8), but its JSON has no list \"jobs\" (6 tries)"}};
  for (const auto& [reply, message] : cases) {
    Trial trial;
    trial.github.runs = runs_of(1, 60);
    misbehave(trial, 2, reply);
    CHECK(trial.run() == "fine");
    CHECK(trial.counts.fetched == 1);
    misbehave(trial, 100, reply);
    trial.sink = {};
    CHECK(trial.run() == "GET API/repos/o/r/actions/runs/1000/attempts/1/jobs?per_page=100&page=1: " + message);
  }
}

TEST_CASE("An answer counts by its body, even if its Content-Type is wrong") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  misbehave(trial, 1, text_reply(R"({"total_count": 0, "jobs": []})"));
  CHECK(trial.run() == "fine");
  CHECK(trial.state.repeated == 0);
}

TEST_CASE("Logs that are no zip archive, or only the beginning of one, are asked for again") {
  for (const char* body : {"<html></html>", "PK\x03\x04 the beginning"}) {
    Trial trial;
    trial.github.runs = runs_of(1, 60);
    trial.options.logs = true;
    trial.github.first = [body, seen = 0](const Received& request, size_t) mutable -> std::optional<Reply> {
      return holds(request.target, "/logs") && seen++ == 0 ? std::optional(text_reply(body)) : std::nullopt;
    };
    CHECK(trial.run() == "fine");
    CHECK(trial.counts.logs == 1);
    CHECK(trial.state.repeated == 1);
  }
}

TEST_CASE("A redirect to another host is followed without the token") {
  Loopback storage([](const Received&) {
    Reply reply = text_reply("PK\x03\x04 from the storage PK\x05\x06");
    return reply;
  });
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  trial.options.logs = true;
  trial.client.token = "secret";
  trial.github.first = [&](const Received& request, size_t) -> std::optional<Reply> {
    if (!holds(request.target, "/logs")) return std::nullopt;
    return with(json_reply("", 302), {{"Location", storage.url() + "/blob?signature=x"}});
  };
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.logs == 1);
  const std::vector<Received> received = storage.received();
  REQUIRE(received.size() == 1);
  CHECK(received.front().target == "/blob?signature=x");
  for (const auto& [name, value] : received.front().headers) {
    CHECK(name != "authorization");
    CHECK_FALSE(holds(value, "secret"));
  }
}

TEST_CASE("A redirect within the API keeps the token") {
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  trial.client.token = "secret";
  trial.options.repository = "old/name";
  trial.github.first = [&](const Received& request, size_t) -> std::optional<Reply> {
    if (!request.target.starts_with("/repos/old/name")) return std::nullopt;
    return with(json_reply(R"({"message": "Moved Permanently"})", 301),
                {{"Location", "/repos/o/r" + request.target.substr(15)}});
  };
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.fetched == 1);
  for (const Received& request : trial.server.received()) {
    CHECK(request.headers.at("authorization") == "Bearer secret");
  }
}

TEST_CASE("A link to a storage that has expired is fetched anew") {
  Loopback storage([seen = 0](const Received&) mutable {
    return seen++ == 0 ? text_reply("<Error>expired</Error>", 403) : text_reply("PK\x03\x04 logs PK\x05\x06");
  });
  Trial trial;
  trial.github.runs = runs_of(1, 60);
  trial.options.logs = true;
  trial.github.first = [&](const Received& request, size_t) -> std::optional<Reply> {
    if (!holds(request.target, "/logs")) return std::nullopt;
    return with(json_reply("", 302), {{"Location", storage.url() + "/blob"}});
  };
  CHECK(trial.run() == "fine");
  CHECK(trial.counts.logs == 1);
  CHECK(count_of(trial.server.received(), "/logs") == 2);
}

TEST_CASE("Redirects without an end, or to where others can read along, are refused") {
  Trial trial;
  trial.github.first = [](const Received&, size_t) { return with(json_reply("", 302), {{"Location", "/again"}}); };
  CHECK(trial.run() == "GET API/repos/o/r/actions/workflows/ci.yml: its redirects come to no end");
  trial.github.first = [](const Received&, size_t) {
    return with(json_reply("", 302), {{"Location", "http://elsewhere.example/x"}});
  };
  CHECK(trial.run() ==
        "GET API/repos/o/r/actions/workflows/ci.yml: answered 302 and points to \"http://elsewhere.example/x\", "
        "expected an address that begins with https://");
}

TEST_CASE("A refused token is named, never shown, and not tried again") {
  Trial trial;
  trial.client.token = "secret";
  trial.client.token_source = "GH_TOKEN";
  trial.github.first = [](const Received&, size_t) { return json_reply(R"({"message": "Bad credentials"})", 401); };
  CHECK(trial.run() ==
        "GET API/repos/o/r/actions/workflows/ci.yml: answered 401, \"Bad credentials\"; the token in GH_TOKEN is wrong "
        "or "
        "has expired");
  CHECK(trial.server.received().size() == 1);
  trial.client.token_source = "gh auth token";
  CHECK(holds(trial.run(), "; the token of gh auth token is wrong or has expired"));
}

TEST_CASE("A refusal for want of rights or single sign-on says what to do") {
  Trial trial;
  trial.client.token = "secret";
  trial.client.token_source = "GH_TOKEN";
  Reply reply = json_reply(R"({"message": "Resource not accessible"})", 403);
  trial.github.first = [&](const Received&, size_t) { return reply; };
  CHECK(holds(trial.run(), "\"Resource not accessible\"; the token in GH_TOKEN needs read access to Actions"));
  reply = with(reply, {{"X-GitHub-SSO", "required; url=https://github.com/orgs/o/sso?x=1"}});
  CHECK(holds(trial.run(),
              "; the token in GH_TOKEN must be authorised for the organisation's single sign-on at "
              "https://github.com/orgs/o/sso?x=1"));
}

TEST_CASE("A message of GitHub can't break lines or flood the screen") {
  Trial trial;
  trial.github.first = [](const Received&, size_t) {
    return json_reply(R"({"message": "a\nb\u001b[31m)" + std::string(5000, 'x') + "\"}", 422);
  };
  const std::string text = trial.run();
  CHECK(holds(text, "\"a b [31mxxx"));
  CHECK(text.size() < 500);
}

TEST_CASE("A host that refuses connections or has no address is given up soon, and named") {
  Trial trial;
  JumpingClock clock;
  for (const char* api : {"http://127.0.0.1:1", "https://no-such-host.invalid"}) {
    GitHubOptions options;
    options.api = api;
    GitHub github(options, clock);
    github.ask({"/repos/o/r", {}, 1000, {}, [](const GitHubAnswer&) {}});
    std::string text;
    try {
      github.finish();
    } catch (const GitHubError& error) {
      text = error.what();
    }
    CHECK(text.starts_with(fmt::format("GET {}/repos/o/r: ", api)));
    CHECK(text.ends_with("(3 tries)"));
  }
}

TEST_CASE("A token is never sent in the clear to another machine") {
  JumpingClock clock;
  for (const char* api : {"http://api.github.com", "ftp://x", "api.github.com:x", "", "http://127.0.0.1.example.com"}) {
    GitHubOptions options;
    options.api = api;
    std::string text;
    try {
      const GitHub github(options, clock);
    } catch (const Error& error) {
      text = error.what();
    }
    CHECK(text == fmt::format("GITHUB_API_URL is \"{}\", expected an address that begins with https://", api));
  }
}

TEST_CASE("No more requests run at once, or in a minute, than allowed") {
  Trial trial;
  trial.github.runs = runs_of(30, 60);
  trial.client.per_minute = 60;
  const double before = trial.clock.now();
  CHECK(trial.run() == "fine");
  CHECK(trial.state.requests == 32);
  CHECK(trial.clock.now() - before > 31);
  CHECK(trial.server.connections() <= 4);
}

}  // namespace
}  // namespace dagsim::history
