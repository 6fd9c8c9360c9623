#include "cli/fetch_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::cli {
namespace {

constexpr double kBetween = 0.2;        // seconds between two looks of the line
constexpr uint64_t kEnoughToJudge = 5;  // answers before a time is named
constexpr double kWorthALine = 10;      // seconds; shorter waits are not spoken of where there is no terminal

std::string clock_time(double time) {
  return history::utc_text(time).substr(11, 8) + " UTC";
}

}  // namespace

std::string grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

void FetchLine::wipe() {
  if (!shown_.empty()) context_.err << "\r\x1b[K" << std::flush;
  shown_.clear();
}

void FetchLine::begin_phase(const history::FetchProgress& progress, double now) {
  if (phase_ == progress.phase) return;
  phase_ = progress.phase;
  phase_began_ = now;
}

void FetchLine::show(const history::FetchProgress& progress, const history::GitHubState& state, double now) {
  begin_phase(progress, now);
  const bool waits = state.waiting_until > now;
  const std::string wait =
      fmt::format("waiting for the {} until {}", state.waiting_for, clock_time(state.waiting_until));
  if (!context_.terminal.err_is_terminal) {
    const bool is_news = waits && state.waiting_until - now > kWorthALine && told_wait_ != state.waiting_until;
    if (is_news) context_.err << "dagsim: note: " << wait << "\n" << std::flush;
    if (is_news) told_wait_ = state.waiting_until;
    return;
  }
  if (now - shown_at_ < kBetween) return;
  shown_at_ = now;
  std::string line = progress.phase;
  if (progress.total > 0) line += fmt::format(" {} of {}", grouped(progress.done), grouped(progress.total));
  if (state.requests_left >= 0) {
    line += fmt::format(", {} requests left", grouped(static_cast<uint64_t>(state.requests_left)));
  }
  line += waits ? ", " + wait : time_left(progress, state, now);
  if (line.size() >= context_.terminal.columns) line.resize(context_.terminal.columns - 1);
  if (line == shown_) return;
  shown_ = line;
  context_.err << "\r" << line << "\x1b[K" << std::flush;
}

/// At the pace so far; where the rate limit lets less through, at least until it starts anew.
std::string FetchLine::time_left(const history::FetchProgress& progress, const history::GitHubState& state,
                                 double now) const {
  if (progress.done < kEnoughToJudge || progress.done >= progress.total) return "";
  const auto left = static_cast<double>(progress.total - progress.done);
  double seconds = (now - phase_began_) / static_cast<double>(progress.done) * left;
  const bool is_limited = state.requests_left >= 0 && left > state.requests_left;
  if (is_limited) seconds = std::max(seconds, state.reset - now);
  return fmt::format(", {}{} to go", is_limited ? "at least " : "", format_duration(seconds));
}

}  // namespace dagsim::cli
