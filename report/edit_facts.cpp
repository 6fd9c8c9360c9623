// The facts of one edit.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using study::EditLine;
using study::Prediction;

/// Changes of first red below this are not worth a reader's time.
constexpr double kFirstRedSeconds = 1;
constexpr size_t kSensitivities = 3;
constexpr size_t kOwnAssumptions = 5;

std::string wall_line(const Prediction& prediction, const EditLine& edit) {
  const study::Distribution& before = prediction.baseline.wall;
  const study::Distribution& after = edit.pipeline.wall;
  return fmt::format("p50 {} -> {}, p90 {} -> {}, mean {} -> {}", format_duration(before.p50),
                     format_duration(after.p50), format_duration(before.p90), format_duration(after.p90),
                     format_duration(before.mean), format_duration(after.mean));
}

std::vector<std::string> pole_lines(const EditLine& edit) {
  if (edit.long_pole_before.empty() && edit.long_pole_after.empty()) return {};
  if (edit.long_pole_before == edit.long_pole_after) return {"unchanged: " + edit.long_pole_after};
  return {"before: " + edit.long_pole_before, "after: " + edit.long_pole_after};
}

std::string two_runs_line(const EditLine& edit) {
  const std::string range = fmt::format("one before and one after would differ by {} ({})",
                                        interval_text(edit.two_runs.change), percent(edit.two_runs.change.confidence));
  if (edit.verdict == study::Verdict::WithinNoise) return range;
  if (!edit.two_runs.runs_to_confirm) return range + "; more than 1000 of each to confirm";
  return fmt::format("{}; {} of each to confirm", range, *edit.two_runs.runs_to_confirm);
}

std::vector<std::string> first_red_lines(const EditLine& edit) {
  std::vector<std::string> lines;
  if (edit.first_red_change) {
    lines.push_back(fmt::format("{} ({}) over the mix of kinds", format_duration_change(edit.first_red_change->mean),
                                interval_text(edit.first_red_change->interval)));
  }
  auto changes = edit.first_red_changes;
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  std::vector<std::string> parts;
  for (const auto& [kind, change] : changes) {
    if (std::isfinite(change) && std::abs(change) >= kFirstRedSeconds) {
      parts.push_back(fmt::format("{} for {}", format_duration_change(change), kind));
    }
  }
  if (!parts.empty()) {
    lines.push_back(join(parts, ", "));
  } else if (!changes.empty() && !edit.first_red_change) {
    lines.push_back("unchanged for every kind");
  }
  return lines;
}

std::string minutes_line(const Prediction& prediction, const EditLine& edit) {
  const std::string change = amount_change(edit.minutes_change.mean);
  if (change == "0") return fmt::format("unchanged, {} as billed", amount(edit.pipeline.minutes));
  return fmt::format("{} as billed ({} -> {})", change, amount(prediction.baseline.minutes),
                     amount(edit.pipeline.minutes));
}

std::vector<std::string> sensitivity_lines(const EditLine& edit) {
  std::vector<std::string> lines;
  for (const study::Sensitivity& one : edit.sensitivities) {
    if (lines.size() == kSensitivities) break;
    lines.push_back(fmt::format("{} if {} is at its low end, {} at its high end", format_duration_change(one.at_low),
                                one.assumption, format_duration_change(one.at_high)));
  }
  return lines;
}

std::vector<std::string> break_even_lines(const EditLine& edit) {
  std::vector<std::string> lines;
  for (const study::BreakEven& one : edit.break_evens) {
    lines.push_back(fmt::format("pays while {} takes {} than {}", one.assumption, one.pays_below ? "less" : "more",
                                format_duration(one.seconds)));
  }
  return lines;
}

/// Those that the baseline does not share, the first few of many.
std::vector<std::string> own_assumptions(const Prediction& prediction, const EditLine& edit) {
  std::vector<std::string> own;
  for (const std::string& assumption : edit.assumptions) {
    const auto& shared = prediction.assumptions;
    if (std::find(shared.begin(), shared.end(), assumption) == shared.end()) own.push_back(assumption);
  }
  if (own.size() <= kOwnAssumptions + 1) return own;
  const size_t more = own.size() - kOwnAssumptions;
  own.resize(kOwnAssumptions);
  own.push_back(fmt::format("{} more, all in --format json", more));
  return own;
}

std::string measured_line(const EditLine& edit) {
  std::string text = format_duration(*edit.measured_wall);
  if (!edit.measured_run.empty()) text += fmt::format(" (run {})", edit.measured_run);
  return text + ", never an input";
}

class Facts {
 public:
  void add(const char* label, std::vector<std::string> lines) {
    if (!lines.empty()) list.push_back({label, std::move(lines)});
  }
  std::vector<Fact> list;
};

}  // namespace

std::vector<Fact> edit_facts(const Prediction& prediction, const EditLine& edit) {
  Facts facts;
  if (edit.verdict != study::Verdict::Illegal) {
    facts.add("Wall clock", {wall_line(prediction, edit)});
    facts.add("Long pole", pole_lines(edit));
    if (!edit.next_bottleneck.empty()) facts.add("Capped by", {edit.next_bottleneck + ", the next bottleneck"});
    facts.add("Two runs", {two_runs_line(edit)});
    facts.add("First red", first_red_lines(edit));
    facts.add("Minutes", {minutes_line(prediction, edit)});
  }
  facts.add("Lost", edit.lost_coverage);
  facts.add("Notes", edit.notes);
  facts.add("Break-even", break_even_lines(edit));
  facts.add("Hinges on", sensitivity_lines(edit));
  facts.add("Assumes", own_assumptions(prediction, edit));
  if (edit.measured_wall) facts.add("Measured", {measured_line(edit)});
  return facts.list;
}

}  // namespace dagsim::report
