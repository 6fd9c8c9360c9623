// Ranks of a match, best first: the name itself; equal once each forbidden character is "_" or gone; equal by what is
// left of both without forbidden characters, "_" and blanks; the archive's name is where the job's was cut.
#include "history/log_origin.h"

#include <array>
#include <charconv>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::history {

namespace {

constexpr std::string_view kForbidden = "/:<>|*?\"\\\r\n";
constexpr size_t kShortestCut = 60;  // bytes; names are cut at 90 UTF-16 units or later, less what was left out

/// Digits as a number; 0 for anything else.
uint64_t number_of(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// Reads "RUN" or "RUN-ATTEMPT".
bool read_run(std::string_view text, LogOrigin& origin) {
  const size_t dash = text.find('-');
  const uint64_t run = number_of(text.substr(0, dash));
  const uint64_t attempt = dash == std::string_view::npos ? 0 : number_of(text.substr(dash + 1));
  if (run == 0 || attempt > 1'000 || (dash != std::string_view::npos && attempt == 0)) return false;
  origin.run = run;
  origin.attempt = static_cast<uint32_t>(attempt);
  return true;
}

std::string without(std::string_view name, std::string_view characters, std::string_view replacement) {
  std::string result;
  for (const char c : name) {
    if (characters.find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += replacement;
    }
  }
  return std::string(trim(result));
}

std::string essence(std::string_view name) {
  return without(name, "/:<>|*?\"\\\r\n_ \t.", "");
}

std::optional<JobMatch> only_one(std::string_view archived, std::span<const std::string> candidates,
                                 const std::function<bool(const std::string&)>& matches) {
  std::vector<size_t> found;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (matches(candidates[i])) found.push_back(i);
  }
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return JobMatch{found.front(), ""};
  return JobMatch{std::nullopt, fmt::format("\"{}\" may be job \"{}\" or \"{}\"", archived, candidates[found[0]],
                                            candidates[found[1]])};
}

}  // namespace

LogOrigin log_origin(std::string_view path) {
  LogOrigin origin;
  std::vector<std::string_view> parts = split(path, '/');
  std::string_view file = parts.back();
  parts.pop_back();
  if (file.ends_with(".gz")) file.remove_suffix(3);
  const size_t dot = file.rfind('.');
  const std::string_view stem = file.substr(0, dot);
  const std::string_view ending = dot == std::string_view::npos ? "" : file.substr(dot);
  if (ending == ".txt" || ending == ".log") origin.job = number_of(stem);
  if (ending == ".zip" && read_run(stem.starts_with("logs_") ? stem.substr(5) : stem, origin)) return origin;
  while (!parts.empty() && !read_run(parts.back(), origin)) parts.pop_back();
  return origin;
}

JobMatch match_archived_job(std::string_view archived, std::span<const std::string> candidates) {
  const std::string core = essence(archived);
  const std::array<std::function<bool(const std::string&)>, 4> ranks = {
      [&](const std::string& name) { return name == archived; },
      [&](const std::string& name) {
        return without(name, kForbidden, "_") == archived || without(name, kForbidden, "") == archived;
      },
      [&](const std::string& name) { return !core.empty() && essence(name) == core; },
      [&](const std::string& name) { return core.size() >= kShortestCut && essence(name).starts_with(core); }};
  for (const auto& rank : ranks) {
    if (const std::optional<JobMatch> match = only_one(archived, candidates, rank)) return *match;
  }
  std::string why = fmt::format("no job is called \"{}\"", archived);
  const std::vector<std::string> near = nearest(archived, candidates);
  if (!near.empty()) why += fmt::format("; the nearest is \"{}\"", near.front());
  return {std::nullopt, why};
}

}  // namespace dagsim::history
