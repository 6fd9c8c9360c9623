// What an answer of GitHub means for the request: taken, to be asked again, held back by a rate limit, or refused.
#pragma once

#include <string>

#include "history/http.h"

namespace dagsim::history {

struct Verdict {
  enum class Kind { Fine, Again, Limited, Refused };
  Kind kind = Kind::Fine;
  double wait = 0;  ///< seconds that GitHub asks for; 0 if it names none
  std::string reason;
};

/// Judges an answer that is no redirect. A limit is told by 429, or by 403 with Retry-After, with no requests left or
/// with GitHub's message about secondary limits.
Verdict judge(const HttpAnswer& answer);

/// Seconds from the answer to the moment at which the rate limit starts anew, by the server's own clock; negative if
/// the answer doesn't say. \param now Unix seconds, used where the answer has no date
double seconds_to_reset(const HttpAnswer& answer, double now);

/// A whole number in a header; negative if there is none.
double number_in(const HttpAnswer& answer, const std::string& header);

/// The "message" of GitHub's JSON answer, "" if there is none.
std::string message_of(const std::string& body);

/// What came back and what to do about a refusal, one line. \param token_source "GH_TOKEN" and the like, "" without a
/// token
std::string explain(const HttpAnswer& answer, const std::string& token_source);

}  // namespace dagsim::history
