// GitHub documents its limits at https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
#include "history/github_answer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"

namespace dagsim::history {
namespace {

constexpr double kSecondaryWait = 60;  // seconds; GitHub's advice where it names no time
constexpr size_t kLongestMessage = 300;

bool is_secondary(std::string_view message) {
  const std::string text = to_lower(message);
  return text.find("secondary rate limit") != std::string::npos || text.find("abuse detection") != std::string::npos;
}

/// Seconds that Retry-After asks for, as a number or a date; negative if it is absent.
double retry_after(const HttpAnswer& answer) {
  const double seconds = number_in(answer, "retry-after");
  if (seconds >= 0) return seconds;
  const time_t until = curl_getdate(answer.header("retry-after").c_str(), nullptr);
  const time_t date = curl_getdate(answer.header("date").c_str(), nullptr);
  return until > 0 && date > 0 ? std::max(0.0, std::difftime(until, date)) : -1;
}

std::string found(const HttpAnswer& answer) {
  const std::string message = message_of(answer.body);
  if (!message.empty()) return fmt::format("answered {}, \"{}\"", answer.status, message);
  const std::string& type = answer.header("content-type");
  return type.empty() ? fmt::format("answered {}", answer.status)
                      : fmt::format("answered {} ({})", answer.status, type);
}

std::string token_of(const std::string& source) {
  return source.find(' ') == std::string::npos ? "the token in " + source : "the token of " + source;
}

std::string advice_403(const HttpAnswer& answer, const std::string& source) {
  const std::string& sso = answer.header("x-github-sso");
  if (!sso.empty() && !source.empty()) {
    const size_t url = sso.find("url=");
    const std::string where = url == std::string::npos ? "in GitHub's settings" : "at " + sso.substr(url + 4);
    return fmt::format("{} must be authorised for the organisation's single sign-on {}", token_of(source), where);
  }
  if (source.empty()) return "a token may be needed: set GH_TOKEN, or log in with gh auth login";
  return fmt::format("{} needs read access to Actions of this repository", token_of(source));
}

}  // namespace

double number_in(const HttpAnswer& answer, const std::string& header) {
  const std::string& text = answer.header(header);
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  return failure == std::errc() && stop == end ? static_cast<double>(value) : -1;
}

double seconds_to_reset(const HttpAnswer& answer, double now) {
  const double reset = number_in(answer, "x-ratelimit-reset");
  if (reset < 0) return -1;
  const time_t date = curl_getdate(answer.header("date").c_str(), nullptr);
  return std::max(0.0, reset - (date > 0 ? static_cast<double>(date) : now));
}

std::string message_of(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string_view message;
  if (parser.parse(body).get(object) != simdjson::SUCCESS || object["message"].get(message) != simdjson::SUCCESS) {
    return "";
  }
  std::string text(message.substr(0, kLongestMessage));
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

Verdict judge(const HttpAnswer& answer) {
  using Kind = Verdict::Kind;
  if (!answer.failure.empty()) return {answer.is_hopeless ? Kind::Refused : Kind::Again, 0, answer.failure};
  if (answer.status >= 200 && answer.status < 300) return {};
  const double asked = retry_after(answer);
  if (answer.status == 403 || answer.status == 429) {
    if (asked >= 0) return {Kind::Limited, asked, found(answer)};
    if (answer.header("x-ratelimit-remaining") == "0") return {Kind::Limited, 0, found(answer)};
    const bool is_limit = answer.status == 429 || is_secondary(message_of(answer.body));
    return {is_limit ? Kind::Limited : Kind::Refused, is_limit ? kSecondaryWait : 0, found(answer)};
  }
  if (answer.status == 408 || answer.status >= 500) return {Kind::Again, std::max(0.0, asked), found(answer)};
  return {Kind::Refused, 0, found(answer)};
}

std::string explain(const HttpAnswer& answer, const std::string& source) {
  if (!answer.failure.empty()) return answer.failure;
  const std::string what = found(answer);
  if (answer.status == 401) {
    return source.empty() ? what + "; set GH_TOKEN, or log in with gh auth login"
                          : fmt::format("{}; {} is wrong or has expired", what, token_of(source));
  }
  if (answer.status == 403) return fmt::format("{}; {}", what, advice_403(answer, source));
  if (answer.status == 404 && source.empty()) {
    return what + "; it doesn't exist, or is private and needs a token: set GH_TOKEN, or log in with gh auth login";
  }
  if (answer.status == 404) return fmt::format("{}; it doesn't exist, or {} may not see it", what, token_of(source));
  return what;
}

}  // namespace dagsim::history
