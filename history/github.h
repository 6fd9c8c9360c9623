// A client of GitHub's REST API that is patient: it keeps to the rate limits, asks again what failed, and checks that
// answers are whole.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "history/clock.h"
#include "history/http.h"

namespace dagsim::history {

struct GitHubOptions {
  std::string api = "https://api.github.com";  ///< where the API begins
  std::string token;                           ///< "" for none; no other host sees it
  std::string token_source;                    ///< what people call it: "GH_TOKEN", "gh auth token"
  unsigned parallel = 4;                       ///< requests at once; halved when GitHub says that they are too many
  double per_minute = 800;                     ///< most requests; 0 for no bound. GitHub's own bound is 900
  unsigned most_tries = 6;                     ///< of one request, rate limits not counted
  HttpOptions http;
};

/// How the client is doing, for people.
struct GitHubState {
  uint64_t requests = 0;      ///< sent so far, repeated ones included
  uint64_t repeated = 0;      ///< sent again after a failure or a limit
  double requests_left = -1;  ///< in the rate limit; negative while unknown
  double reset = 0;           ///< Unix seconds at which the limit starts anew; 0 while unknown
  double waiting_until = 0;   ///< Unix seconds; 0 while no limit holds it back
  std::string waiting_for;    ///< "rate limit", "secondary rate limit"
};

struct GitHubAnswer {
  int status = 200;
  std::string body;
  bool has_next = false;  ///< its Link header names a next page
};

struct GitHubRequest {
  std::string path;           ///< below the API: "/repos/…"
  std::vector<int> accepted;  ///< statuses besides 2xx that `done` wants to see, such as 404
  uint64_t most_bytes = uint64_t{64} << 20U;
  /// What is wrong with the body of a 2xx, "" if nothing; a wrong one is asked for again. May be empty.
  std::function<std::string(const std::string& body)> fault;
  std::function<void(GitHubAnswer)> done;
};

/// A request that failed for good: which, what came back, what to do.
class GitHubError : public Error {
 public:
  using Error::Error;
};

/// Somebody wants to stop; what was handed on stays.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

class GitHub {
 public:
  /// \param watch called after every answer and a few times a second; true stops the work. May be empty.
  /// \throws Error for an API that isn't HTTPS, since anybody on the way could read the token.
  GitHub(GitHubOptions options, Clock& clock, std::function<bool(const GitHubState&)> watch = {});

  void ask(GitHubRequest request);

  /// Works until all is answered, what `done` asks included. \throws GitHubError, Interrupted, what `done` throws;
  /// then nothing else is asked any more.
  void finish();

  const GitHubState& state() const { return state_; }

 private:
  struct Pending {
    GitHubRequest request;
    std::string url;
    unsigned tries = 0;
    unsigned limits = 0;
    unsigned redirects = 0;
    double due = 0;
  };

  void step();
  bool start_one();
  bool take_next(Pending& next);
  void send(Pending pending);
  void wait_for_next();
  void settle(HttpAnswer answer);
  void read_limits(const HttpAnswer& answer);
  void follow(Pending pending, const HttpAnswer& answer);
  void take(Pending pending, HttpAnswer answer);
  void again(Pending pending, const HttpAnswer& answer, double wait, const std::string& reason);
  void hold(Pending pending, const HttpAnswer& answer, double wait, const std::string& reason);
  void hold_until(double time, const std::string& reason);
  void tell();
  [[noreturn]] void give_up(const Pending& pending, const std::string& reason) const;

  GitHubOptions options_;
  Clock& clock_;
  std::function<bool(const GitHubState&)> watch_;
  HttpClient http_;
  GitHubState state_;
  std::string origin_;
  std::deque<Pending> ready_;
  std::vector<Pending> delayed_;
  std::map<uint64_t, Pending> running_;
  std::mt19937_64 jitter_{0x64616773};
  uint64_t next_id_ = 1;
  unsigned parallel_;
  double held_until_ = 0;
  double next_start_ = 0;
  bool has_heard_ = false;
};

}  // namespace dagsim::history
