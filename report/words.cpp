#include "report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::report {

namespace {

using study::EditLine;
using study::Prediction;
using study::Verdict;

std::string effect(const EditLine& edit) {
  return fmt::format("{} on average ({})", format_duration_change(edit.wall_change.mean),
                     interval_text(edit.wall_change.interval));
}

std::string baseline_headline(const Prediction& prediction) {
  const study::Distribution& wall = prediction.baseline.wall;
  std::string text = fmt::format("Wall clock {} at the median, {} or longer in one run of ten",
                                 format_duration(wall.p50), format_duration(wall.p90));
  if (!prediction.baseline.chains.empty() && !prediction.baseline.chains.front().jobs.empty()) {
    const auto& jobs = prediction.baseline.jobs;
    const auto longest =
        std::max_element(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) { return a.drag < b.drag; });
    if (longest != jobs.end() && longest->drag > 0) {
      text += fmt::format("; the most to win is in {}, {}", longest->key, format_duration(longest->drag));
    }
  }
  return text + ".";
}

std::string best_headline(const Prediction& prediction, const EditLine& best) {
  switch (best.verdict) {
    case Verdict::Faster:
      return fmt::format("Best: {}, {} -> {} at the median, {}, faster in {} of runs.", best.id,
                         format_duration(prediction.baseline.wall.p50), format_duration(best.pipeline.wall.p50),
                         effect(best), percent(best.p_faster));
    case Verdict::WithinNoise:
      return fmt::format("No edit is faster beyond noise; the nearest is {}, {}.", best.id, effect(best));
    case Verdict::Slower:
      return fmt::format("No edit makes it faster; the least costly is {}, {}.", best.id, effect(best));
    case Verdict::Illegal:
      return "No edit could be predicted; each is illegal for the reasons below.";
  }
  return "";
}

/// The edits that may be as good as the best one; "" where that one is not faster, or none may be.
std::string ties_text(const Prediction& prediction) {
  constexpr size_t kShown = 3;
  if (prediction.edits.front().verdict != Verdict::Faster) return "";
  std::vector<std::string> ids;
  for (size_t i = 1; i < prediction.edits.size(); ++i) {
    if (prediction.edits[i].ties_best) ids.push_back(prediction.edits[i].id);
  }
  if (ids.empty()) return "";
  const size_t more = ids.size() > kShown ? ids.size() - kShown : 0;
  ids.resize(ids.size() - more);
  return fmt::format("Can't be told apart from it: {}{}.", join(ids, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

}  // namespace

std::string percent(double share) {
  const double value = share * 100;
  if (!std::isfinite(value)) return "unknown";
  if (value <= 0) return "0 %";
  if (value < 0.1) return "under 0.1 %";
  if (value < 0.95) return fmt::format("{:.1f} %", value);
  if (value > 99 && value < 100) return "over 99 %";
  return fmt::format("{:.0f} %", value);
}

std::string percent_change(double share) {
  const double value = share * 100;
  if (!std::isfinite(value)) return "unknown";
  if (std::abs(value) < 0.05) return "0 %";
  return std::abs(value) < 9.95 ? fmt::format("{:+.1f} %", value) : fmt::format("{:+.0f} %", value);
}

std::string amount(double value) {
  if (!std::isfinite(value)) return "unknown";
  if (value == 0) return "0";
  return std::abs(value) < 9.995 ? fmt::format("{:.2f}", value) : fmt::format("{:.1f}", value);
}

std::string amount_change(double value) {
  if (!std::isfinite(value)) return "unknown";
  if (std::abs(value) < 0.05) return "0";
  return fmt::format("{:+.1f}", value);
}

std::string count(uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string interval_text(const stats::Interval& interval) {
  return fmt::format("{} to {}", format_duration_change(interval.low), format_duration_change(interval.high));
}

std::string_view verdict_word(Verdict verdict) {
  return verdict == Verdict::WithinNoise ? "within noise" : verdict_name(verdict);
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::Faster:
      return "faster";
    case Verdict::Slower:
      return "slower";
    case Verdict::WithinNoise:
      return "within-noise";
    case Verdict::Illegal:
      return "illegal";
  }
  return "";
}

std::string headline(const Prediction& prediction) {
  if (prediction.edits.empty()) return baseline_headline(prediction);
  std::string text = best_headline(prediction, prediction.edits.front());
  if (const std::string ties = ties_text(prediction); !ties.empty()) text += " " + ties;
  const auto illegal = std::count_if(prediction.edits.begin(), prediction.edits.end(),
                                     [](const EditLine& edit) { return edit.verdict == Verdict::Illegal; });
  if (illegal > 0 && prediction.edits.front().verdict != Verdict::Illegal) {
    text += fmt::format(" {} illegal.", illegal == 1 ? "1 edit is" : fmt::format("{} edits are", illegal));
  }
  return text;
}

}  // namespace dagsim::report
