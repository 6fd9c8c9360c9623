#include "report/facts.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using study::FirstRedLine;
using study::HistoryLine;
using study::Prediction;

constexpr size_t kChains = 3;
constexpr size_t kTradeOffs = 5;
constexpr uint32_t kFewRedRuns = 20;
constexpr double kLikelyChain = 0.05;

std::string runs_line(const HistoryLine& history) {
  if (history.runs_used == 0) return "no past run: every duration is assumed";
  std::string text = count(history.runs_used, "run");
  if (!history.source.empty()) text += " of " + history.source;
  if (!history.first_run.empty() && history.first_run != history.last_run) {
    text += fmt::format(", from {} to {}", history.first_run, history.last_run);
  } else if (!history.first_run.empty()) {
    text += ", run " + history.first_run;
  }
  return text;
}

std::string replay_line(const HistoryLine& history) {
  if (history.walls == 0) return "no measured wall clock to compare with";
  const std::string walls = history.walls == 1 ? "1 wall" : fmt::format("{} walls", history.walls);
  if (history.replayed == 0) return fmt::format("none of {} published well enough to compare", walls);
  return fmt::format("{} of {} published well enough, median residual {}", history.replayed, walls,
                     percent_change(history.replay_residual));
}

std::string spread(const study::Distribution& seconds) {
  return fmt::format("{} p50, {} p90, {} mean", format_duration(seconds.p50), format_duration(seconds.p90),
                     format_duration(seconds.mean));
}

std::string first_red_phrase(const FirstRedLine& line) {
  std::string text = fmt::format("{} for {}", format_duration(line.seconds.p50), line.kind);
  if (line.shown_by.empty()) return text;
  text += " (shown by " + line.shown_by;
  return text + (line.share < 0.995 ? fmt::format(" in {})", percent(line.share)) : ")");
}

std::vector<std::string> first_red_lines(const study::PipelineLine& baseline) {
  std::vector<std::string> lines;
  if (baseline.first_red) lines.push_back(spread(*baseline.first_red) + ", over the mix of kinds");
  std::vector<FirstRedLine> shown;
  std::vector<std::string> silent;
  for (const FirstRedLine& line : baseline.first_red_by_kind) {
    if (line.covered && std::isfinite(line.seconds.p50)) {
      shown.push_back(line);
    } else {
      silent.push_back(line.kind);
    }
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const FirstRedLine& a, const FirstRedLine& b) { return a.seconds.p50 < b.seconds.p50; });
  if (shown.size() == 1) lines.push_back(first_red_phrase(shown.front()));
  if (shown.size() > 1) {
    lines.push_back("soonest " + first_red_phrase(shown.front()));
    lines.push_back("latest " + first_red_phrase(shown.back()));
  }
  if (!silent.empty()) lines.push_back("no job that runs shows " + any_of(silent));
  return lines;
}

/// "100,000".
std::string grouped(uint64_t number) {
  std::string digits = fmt::format("{}", number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

/// The likeliest chains, each unless it is rare, then how many others there are.
std::vector<std::string> chain_lines(const std::vector<study::ChainLine>& chains) {
  std::vector<std::string> lines;
  double shown = 0;
  double all = 0;
  for (const study::ChainLine& chain : chains) {
    all += chain.probability;
    const bool likely = chain.probability >= kLikelyChain || lines.empty();
    if (!likely || lines.size() == kChains) continue;
    lines.push_back(fmt::format("{} ({})", join(chain.jobs, " > "), percent(chain.probability)));
    shown += chain.probability;
  }
  if (chains.size() > lines.size()) {
    lines.push_back(
        fmt::format("{} ({} together)", count(chains.size() - lines.size(), "other chain"), percent(all - shown)));
  }
  return lines;
}

}  // namespace

std::string subject(const Prediction& prediction) {
  std::string text = prediction.workflow;
  if (!prediction.event.empty()) text += ", " + prediction.event;
  if (!prediction.change.empty()) text += ", change " + prediction.change;
  if (!prediction.branch.empty()) text += ", branch " + prediction.branch;
  if (!prediction.gate.empty()) text += ", gate " + prediction.gate;
  return text;
}

std::vector<Fact> history_facts(const HistoryLine& history) {
  std::vector<Fact> facts = {{"History", {runs_line(history)}}};
  if (history.branch_runs > 0) {
    facts.push_back({"Branch",
                     {fmt::format("{} of it, which make up {} of what is drawn", count(history.branch_runs, "run"),
                                  percent(history.branch_share))}});
  }
  if (history.runs_used > 0) {
    facts.back().lines.push_back(history.before.empty() ? "retrospective: may hold runs that were made after the edits"
                                                        : "learning only from runs before " + history.before);
  }
  std::vector<std::string> excluded;
  for (const auto& [reason, runs] : history.excluded) excluded.push_back(fmt::format("{} ({})", reason, runs));
  if (!excluded.empty()) facts.back().lines.push_back("left out: " + join(excluded, ", "));
  facts.push_back({"Replay", {replay_line(history)}});
  std::string dispatch = format_duration(history.dispatch_median) + " per hop";
  if (!history.dispatch_origin.empty()) dispatch += ", " + history.dispatch_origin;
  facts.push_back({"Dispatch", {dispatch}});
  return facts;
}

std::vector<Fact> baseline_facts(const Prediction& prediction) {
  const study::PipelineLine& baseline = prediction.baseline;
  std::vector<Fact> facts = {{"Wall clock", {spread(baseline.wall)}}};
  if (prediction.history.measured_wall) {
    facts.push_back({"Measured",
                     {fmt::format("{}, over {} of this shape", spread(*prediction.history.measured_wall),
                                  count(prediction.history.measured_walls, "run"))}});
  }
  if (auto lines = first_red_lines(baseline); !lines.empty()) {
    const study::HistoryLine& history = prediction.history;
    if (history.red_runs > 0) {
      std::string learned = fmt::format("kinds learned from {}", count(history.red_runs, "red run"));
      if (history.measured_first_red)
        learned += fmt::format(", which showed it after {}", spread(*history.measured_first_red));
      if (history.red_runs < kFewRedRuns) learned += "; few, so shares are rough";
      lines.push_back(std::move(learned));
    }
    if (history.told_failures > 0) {
      lines.push_back(fmt::format("a failure shows after {} of its job's time at the median, by {}",
                                  percent(history.failure_median), count(history.told_failures, "red run")));
    }
    facts.push_back({"First red", std::move(lines)});
  }
  std::string minutes = amount(baseline.minutes) + " as billed";
  if (baseline.cost > 0) minutes += ", cost " + amount(baseline.cost);
  facts.push_back({"Minutes", {minutes}});
  if (auto lines = chain_lines(baseline.chains); !lines.empty()) {
    facts.push_back({lines.size() == 1 ? "Critical chain" : "Critical chains", std::move(lines)});
  }
  if (!baseline.waits.empty()) facts.push_back({"Waits simulated", baseline.waits});
  return facts;
}

std::string dropped_line(const Prediction& prediction) {
  const auto dropped = std::ranges::count_if(prediction.edits, [](const auto& edit) { return edit.dropped; });
  if (dropped == 0) return "";
  return fmt::format("{} not shown: few replications told {} apart from the best; all in --format json.",
                     count(static_cast<uint64_t>(dropped), "further edit"), dropped == 1 ? "it" : "them");
}

std::string trade_off_line(const Prediction& prediction) {
  std::vector<std::string> best;
  for (const study::EditLine& edit : prediction.edits) {
    if (edit.pareto) {
      best.push_back(fmt::format("{} ({} waiting, {} minutes)", edit.id, format_duration_change(edit.wall_change.mean),
                                 amount_change(edit.minutes_change.mean)));
    }
  }
  if (best.size() < 2) return "";
  const size_t more = best.size() > kTradeOffs ? best.size() - kTradeOffs : 0;
  best.resize(best.size() - more);
  return fmt::format("Waiting against minutes, none better in both: {}{}.", join(best, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

std::string best_set_line(const study::BestSet& best) {
  std::string text =
      fmt::format("{} ({}) with {} of up to {}, best of {}", format_duration_change(best.wall_change.mean),
                  interval_text(best.wall_change.interval), count(best.steps.size(), "step"), best.most,
                  count(best.candidates, "legal set"));
  if (best.illegal > 0) text += fmt::format("; in {} more the edits can't stand together", best.illegal);
  if (best.tied > 0) {
    const size_t more = best.tied - best.ties.size();
    text += fmt::format(". Can't be told apart from it: {}{}", join(best.ties, ", "),
                        more > 0 ? fmt::format(" and {} more", more) : "");
  }
  return text + ".";
}

std::string class_line(const Prediction& prediction) {
  if (!prediction.by_change) return "";
  const study::ByChange& classes = *prediction.by_change;
  if (!classes.declared) return "Classes are the sets of jobs that past runs ran, with their share of those runs.";
  return classes.mean ? "Classes are those of dagsim.yaml."
                      : "Classes are those of dagsim.yaml; without weights there "
                        "is no mix of them.";
}

std::vector<std::vector<std::string>> class_rows(const Prediction& prediction) {
  if (!prediction.by_change) return {};
  constexpr size_t kMostEdits = 3;
  const study::ByChange& classes = *prediction.by_change;
  std::vector<std::string> best;
  for (const study::EditLine& edit : prediction.edits) {
    if (best.size() < kMostEdits && edit.verdict != study::Verdict::Illegal) best.push_back(edit.id);
  }
  std::vector<std::vector<std::string>> rows = {{"changes", "share", "p50", "p90", "mean"}};
  rows[0].insert(rows[0].end(), best.begin(), best.end());
  for (const study::ChangeLine& line : classes.lines) {
    std::vector<std::string>& row = rows.emplace_back();
    row = {line.name, line.share ? percent(*line.share) : "", format_duration(line.wall.p50),
           format_duration(line.wall.p90), format_duration(line.wall.mean)};
    for (const std::string& id : best) {
      const auto edit = std::ranges::find(line.edits, id, &std::pair<std::string, std::optional<study::Change>>::first);
      const bool is_known = edit != line.edits.end() && edit->second;
      row.push_back(is_known ? format_duration_change(edit->second->mean) : "illegal");
    }
  }
  if (!classes.mean) return rows;
  std::vector<std::string>& row = rows.emplace_back();
  row = {"all of these", "", "", "", format_duration(*classes.mean)};
  for (const std::string& id : best) {
    const auto edit = std::ranges::find(classes.edits, id, &std::pair<std::string, double>::first);
    row.push_back(edit == classes.edits.end() ? "" : format_duration_change(edit->second));
  }
  return rows;
}

std::string method_line(const Prediction& prediction) {
  std::string text = fmt::format("{} replications, seed {}", grouped(prediction.replications), prediction.seed);
  if (prediction.wanted_precision > 0) {
    text += fmt::format(", means known to {:.2g} %{}", 100 * prediction.precision,
                        prediction.precision > prediction.wanted_precision
                            ? fmt::format(" instead of {:.2g} %", 100 * prediction.wanted_precision)
                            : "");
  }
  if (prediction.edits.empty()) return text + ".";
  return text + fmt::format("; intervals hold {} and cover simulation error and {} of the history.",
                            percent(prediction.confidence), count(prediction.resamples, "resample"));
}

}  // namespace dagsim::report
