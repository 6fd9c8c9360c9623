// One queue in one thread. A failed request waits for its turn in `delayed_` (the seconds double with each try, half of
// them drawn, so that several clients don't come back together); a limit holds everything back until GitHub takes
// requests again. Redirects are followed here, because the token may go to the API's own host only.
#include "history/github.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "history/github_answer.h"

namespace dagsim::history {
namespace {

constexpr double kTick = 0.25;          // seconds between two looks at an interrupt
constexpr double kFirstBackOff = 1;     // seconds
constexpr double kLongestBackOff = 60;  // seconds
constexpr double kLongestHold = 3700;   // seconds: limits start anew each hour
constexpr double kSamePeriod = 30;      // seconds by which two answers may differ about one reset
constexpr unsigned kMostLimits = 20;    // times that one request may meet a limit
constexpr unsigned kMostRedirects = 5;
constexpr unsigned kTriesOfNewHost = 3;  // while no answer came at all, the address is likely wrong

bool is_redirect(const HttpAnswer& answer) {
  return answer.failure.empty() && (answer.status == 301 || answer.status == 302 || answer.status == 303 ||
                                    answer.status == 307 || answer.status == 308);
}

/// Whether nobody on the way can read what is sent there.
bool is_private(const std::string& origin) {
  return origin.starts_with("https://") || origin.starts_with("http://127.0.0.1:") ||
         origin.starts_with("http://localhost:") || origin.starts_with("http://[::1]:");
}

}  // namespace

GitHub::GitHub(GitHubOptions options, Clock& clock, std::function<bool(const GitHubState&)> watch)
    : options_(std::move(options)),
      clock_(clock),
      watch_(std::move(watch)),
      http_(options_.http),
      origin_(origin_of(options_.api)),
      parallel_(std::max(1U, options_.parallel)) {
  if (!is_private(origin_)) {
    throw Error(fmt::format("GITHUB_API_URL is \"{}\", expected an address that begins with https://", options_.api));
  }
  while (options_.api.ends_with('/')) options_.api.pop_back();
}

void GitHub::ask(GitHubRequest request) {
  Pending pending;
  pending.url = options_.api + request.path;
  pending.request = std::move(request);
  ready_.push_back(std::move(pending));
}

void GitHub::finish() {
  try {
    while (!ready_.empty() || !delayed_.empty() || !running_.empty()) step();
  } catch (...) {
    ready_.clear();
    delayed_.clear();
    throw;
  }
}

void GitHub::step() {
  while (start_one()) continue;
  if (running_.empty()) {
    wait_for_next();
  } else {
    for (HttpAnswer& answer : http_.wait(kTick)) settle(std::move(answer));
  }
  tell();
}

bool GitHub::start_one() {
  const double now = clock_.now();
  if (running_.size() >= parallel_ || now < held_until_ || now < next_start_) return false;
  if (state_.requests_left == 0 && now < state_.reset) {
    hold_until(state_.reset, "rate limit");
    return false;
  }
  Pending next;
  if (!take_next(next)) return false;
  send(std::move(next));
  return true;
}

/// What failed before goes first.
bool GitHub::take_next(Pending& next) {
  const double now = clock_.now();
  const auto due = std::ranges::find_if(delayed_, [&](const Pending& one) { return one.due <= now; });
  if (due != delayed_.end()) {
    next = std::move(*due);
    delayed_.erase(due);
    return true;
  }
  if (ready_.empty()) return false;
  next = std::move(ready_.front());
  ready_.pop_front();
  return true;
}

void GitHub::send(Pending pending) {
  HttpRequest request;
  request.id = next_id_++;
  request.url = pending.url;
  request.most_bytes = pending.request.most_bytes;
  if (origin_of(pending.url) == origin_) {
    request.headers = {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28"};
    if (!options_.token.empty()) request.headers.push_back("Authorization: Bearer " + options_.token);
    if (state_.requests_left > 0) --state_.requests_left;
  }
  const uint64_t id = request.id;
  http_.start(std::move(request));
  running_.emplace(id, std::move(pending));
  ++state_.requests;
  if (options_.per_minute > 0) next_start_ = clock_.now() + 60 / options_.per_minute;
}

void GitHub::wait_for_next() {
  double due = std::max(held_until_, next_start_);
  if (ready_.empty()) due = std::max(due, std::ranges::min_element(delayed_, {}, &Pending::due)->due);
  const double left = due - clock_.now();
  if (left > 0) clock_.sleep(std::min(left, kTick));
}

void GitHub::settle(HttpAnswer answer) {
  const auto found = running_.find(answer.id);
  DAGSIM_ASSERT(found != running_.end(), "every answer has the id of a request that was started");
  Pending pending = std::move(found->second);
  running_.erase(found);
  if (answer.status != 0) has_heard_ = true;
  if (origin_of(pending.url) == origin_) read_limits(answer);
  if (is_redirect(answer)) return follow(std::move(pending), answer);

  const Verdict verdict = judge(answer);
  const std::vector<int>& accepted = pending.request.accepted;
  const bool is_wanted = answer.failure.empty() && std::ranges::find(accepted, answer.status) != accepted.end();
  if (verdict.kind == Verdict::Kind::Fine || is_wanted) {
    take(std::move(pending), std::move(answer));
  } else if (verdict.kind == Verdict::Kind::Limited) {
    hold(std::move(pending), answer, verdict.wait, verdict.reason);
  } else if (verdict.kind == Verdict::Kind::Again) {
    again(std::move(pending), answer, verdict.wait, verdict.reason);
  } else if (pending.redirects > 0 && answer.failure.empty()) {
    // What a redirect led to expires, and its host knows nothing of tokens: the whole way is gone again.
    const std::string place = origin_of(pending.url);
    again(std::move(pending), answer, 0, fmt::format("{} {}", place, verdict.reason));
  } else {
    give_up(pending, explain(answer, options_.token_source));
  }
}

/// Answers overtake one another, so within one period the smallest number counts.
void GitHub::read_limits(const HttpAnswer& answer) {
  const double left = number_in(answer, "x-ratelimit-remaining");
  const double seconds = seconds_to_reset(answer, clock_.now());
  if (left < 0 || seconds < 0) return;
  const double reset = clock_.now() + seconds + 1;
  const bool is_same_period = std::abs(reset - state_.reset) < kSamePeriod;
  state_.requests_left = is_same_period ? std::min(left, state_.requests_left) : left;
  if (!is_same_period) state_.reset = reset;
}

void GitHub::follow(Pending pending, const HttpAnswer& answer) {
  if (!is_private(origin_of(answer.redirect))) {
    give_up(pending, fmt::format("answered {} and points to \"{}\", expected an address that begins with https://",
                                 answer.status, answer.redirect));
  }
  if (++pending.redirects > kMostRedirects) give_up(pending, "its redirects come to no end");
  pending.url = answer.redirect;
  ready_.push_front(std::move(pending));
}

void GitHub::take(Pending pending, HttpAnswer answer) {
  const bool is_fine = answer.status >= 200 && answer.status < 300;
  const std::string fault = is_fine && pending.request.fault ? pending.request.fault(answer.body) : "";
  if (!fault.empty()) {
    const std::string& type = answer.header("content-type");
    const std::string what = type.empty() ? "" : fmt::format(" ({})", type);
    return again(std::move(pending), answer, 0, fmt::format("answered {}{}, but {}", answer.status, what, fault));
  }
  const bool has_next = answer.header("link").find("rel=\"next\"") != std::string::npos;
  pending.request.done({answer.status, std::move(answer.body), has_next});
}

void GitHub::again(Pending pending, const HttpAnswer& answer, double wait, const std::string& reason) {
  const bool is_new_host = !has_heard_ && answer.status == 0;
  const unsigned most = is_new_host ? std::min(kTriesOfNewHost, options_.most_tries) : options_.most_tries;
  if (++pending.tries >= most) give_up(pending, fmt::format("{} ({} tries)", reason, pending.tries));
  const double drawn = static_cast<double>(jitter_() >> 11U) * 0x1p-53;
  const double back_off = std::min(kLongestBackOff, kFirstBackOff * std::exp2(pending.tries - 1)) * (0.5 + 0.5 * drawn);
  pending.due = clock_.now() + std::clamp(wait, back_off, kLongestHold);
  pending.url = options_.api + pending.request.path;
  pending.redirects = 0;
  ++state_.repeated;
  delayed_.push_back(std::move(pending));
}

void GitHub::hold(Pending pending, const HttpAnswer& answer, double wait, const std::string& reason) {
  if (++pending.limits > kMostLimits) give_up(pending, fmt::format("{} ({} times)", reason, pending.limits));
  const bool is_spent = answer.header("x-ratelimit-remaining") == "0";
  if (is_spent) {
    wait = std::max(wait, seconds_to_reset(answer, clock_.now()) + 1);
  } else {
    parallel_ = std::max(1U, parallel_ / 2);
    wait *= std::exp2(pending.limits - 1);
  }
  hold_until(clock_.now() + std::clamp(wait, 1.0, kLongestHold), is_spent ? "rate limit" : "secondary rate limit");
  pending.url = options_.api + pending.request.path;
  pending.redirects = 0;
  pending.due = held_until_;
  ++state_.repeated;
  delayed_.push_back(std::move(pending));
}

void GitHub::hold_until(double time, const std::string& reason) {
  if (time <= held_until_) return;
  held_until_ = time;
  state_.waiting_until = time;
  state_.waiting_for = reason;
}

void GitHub::tell() {
  if (clock_.now() >= held_until_) state_.waiting_until = 0;
  if (watch_ && watch_(state_)) throw Interrupted();
}

void GitHub::give_up(const Pending& pending, const std::string& reason) const {
  throw GitHubError(fmt::format("GET {}{}: {}", options_.api, pending.request.path, reason));
}

}  // namespace dagsim::history
