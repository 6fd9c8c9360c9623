#include "history/http.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/history/loopback_testing.h"

namespace dagsim::history {
namespace {

using Misbehaviour = Reply::Misbehaviour;

/// The answer to one request.
HttpAnswer get(const std::string& url, HttpOptions options = {}, uint64_t most_bytes = 1'000'000) {
  HttpClient client(std::move(options));
  client.start({1, url, {}, most_bytes});
  while (client.running() > 0) {
    std::vector<HttpAnswer> answers = client.wait(0.1);
    if (!answers.empty()) return answers.front();
  }
  return {};
}

Reply reply_of(const std::string& body, Misbehaviour misbehaviour = Misbehaviour::None) {
  Reply reply;
  reply.body = body;
  reply.misbehaviour = misbehaviour;
  return reply;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("An answer has its status, its headers under lower-case names and its body unpacked") {
  Loopback server([](const Received&) {
    Reply reply = reply_of(std::string(50'000, 'x'));
    reply.status = 201;
    reply.gzip = true;
    reply.headers = {{"X-RateLimit-Remaining", "  4999 "}};
    return reply;
  });
  const HttpAnswer answer = get(server.url() + "/a?b=c");
  CHECK(answer.failure.empty());
  CHECK(answer.status == 201);
  CHECK(answer.header("x-ratelimit-remaining") == "4999");
  CHECK(answer.header("x-absent").empty());
  CHECK(answer.body == std::string(50'000, 'x'));
  REQUIRE(server.received().size() == 1);
  CHECK(server.received().front().target == "/a?b=c");
  CHECK(server.received().front().headers.at("accept-encoding") == "gzip");
  CHECK(server.received().front().headers.at("user-agent") == "dagsim");
}

TEST_CASE("A body that is shorter than its Content-Length is no answer") {
  Loopback server([](const Received&) { return reply_of("{}", Misbehaviour::DeclareMore); });
  const HttpAnswer answer = get(server.url());
  CHECK(holds(answer.failure, "7 bytes remaining"));
  CHECK_FALSE(answer.is_hopeless);
}

TEST_CASE("A chunked body that is cut is no answer") {
  Loopback server([](const Received&) { return reply_of("{}", Misbehaviour::CutChunks); });
  CHECK_FALSE(get(server.url()).failure.empty());
}

TEST_CASE("A connection that is closed without a word is no answer") {
  Loopback server([](const Received&) { return reply_of("", Misbehaviour::Drop); });
  CHECK(holds(get(server.url()).failure, "Empty reply"));
}

TEST_CASE("A server that stops sending is given up, and says after how long") {
  Loopback server([](const Received&) { return reply_of("0123456789", Misbehaviour::Stall); });
  HttpOptions options;
  options.stall_seconds = 0.1;
  CHECK(get(server.url(), options).failure == "no byte came for 0.1 s");
}

TEST_CASE("A slow server that goes on sending is waited for") {
  Loopback server([](const Received&) {
    Reply reply = reply_of("0123456789");
    reply.pieces = 10;
    reply.pause = 0.1;
    return reply;
  });
  HttpOptions options;
  options.stall_seconds = 0.8;  // less than the whole second that the answer takes
  CHECK(get(server.url(), options).body == "0123456789");
}

TEST_CASE("An answer that never ends is given up") {
  Loopback server([](const Received&) {
    Reply reply = reply_of(std::string(1000, 'x'));
    reply.pieces = 1000;
    reply.pause = 0.02;
    return reply;
  });
  HttpOptions options;
  options.total_seconds = 0.2;
  CHECK(holds(get(server.url(), options).failure, "timed out"));
}

TEST_CASE("An answer that is larger than allowed is refused for good, however small it was packed") {
  Loopback server([](const Received&) {
    Reply reply = reply_of(std::string(100'000, 'x'));
    reply.gzip = true;
    return reply;
  });
  const HttpAnswer answer = get(server.url(), {}, 99'999);
  CHECK(answer.failure == "the answer is larger than 99999 bytes");
  CHECK(answer.is_hopeless);
}

TEST_CASE("A refused connection and a host without an address say so") {
  std::string url;
  {
    const Loopback server([](const Received&) { return Reply(); });
    url = server.url();
  }
  CHECK(holds(get(url).failure, "Failed to connect to 127.0.0.1"));
  CHECK(holds(get("http://no-such-host.invalid/").failure, "no-such-host.invalid"));
}

TEST_CASE("An address that is none, or of another protocol, is hopeless") {
  CHECK(get("http://").is_hopeless);
  CHECK(get("file:///etc/passwd").is_hopeless);
  CHECK(get("file:///etc/passwd").body.empty());
}

TEST_CASE("A redirect is reported with the whole address and not followed") {
  Loopback server([](const Received&) {
    Reply reply;
    reply.status = 302;
    reply.headers = {{"Location", "/elsewhere?x=1"}};
    return reply;
  });
  const HttpAnswer answer = get(server.url() + "/here");
  CHECK(answer.status == 302);
  CHECK(answer.redirect == server.url() + "/elsewhere?x=1");
  CHECK(server.received().size() == 1);
}

TEST_CASE("Requests run side by side, and a connection serves more than one") {
  Loopback server([](const Received& request) { return reply_of(request.target); });
  HttpClient client({});
  std::vector<std::string> bodies;
  for (uint64_t round = 0; round < 5; ++round) {
    for (uint64_t id = 0; id < 3; ++id) {
      client.start({id, fmt::format("{}/{}{}", server.url(), round, id), {"X-Id: " + std::to_string(id)}, 100});
    }
    CHECK(client.running() == 3);
    while (client.running() > 0) {
      for (const HttpAnswer& answer : client.wait(1)) {
        CHECK(answer.body == fmt::format("/{}{}", round, answer.id));
        bodies.push_back(answer.body);
      }
    }
  }
  CHECK(bodies.size() == 15);
  CHECK(server.connections() <= 3);
}

TEST_CASE("An origin is scheme, host and port, whatever the spelling") {
  CHECK(origin_of("https://API.github.com/repos") == "https://api.github.com:443");
  CHECK(origin_of("https://api.github.com:443") == "https://api.github.com:443");
  CHECK(origin_of("http://127.0.0.1:80/x") == "http://127.0.0.1:80");
  CHECK(origin_of("https://api.github.com@evil.example/") == "https://evil.example:443");
  CHECK(origin_of("https://user:word@api.github.com/") == "https://api.github.com:443");
  CHECK(origin_of("ftp://api.github.com/").empty());
  CHECK(origin_of("no address").empty());
  CHECK(origin_of("").empty());
}

}  // namespace
}  // namespace dagsim::history
