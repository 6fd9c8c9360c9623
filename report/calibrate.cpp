#include "report/calibrate.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/json.h"
#include "report/page.h"
#include "report/words.h"

namespace dagsim::report {
namespace {

using study::CalibrateResult;
using study::JobProfile;
using study::LevelChangeLine;
using study::Spread;
using study::StateProfile;
using study::StepProfile;

constexpr int kShareDecimals = 4;
constexpr double kWorthTelling = 0.02;  // relative change of a median
constexpr const char* kLegend =
    "cut: times that are known only in part, of runs that were cancelled or timed out. ran in: share of the runs. CV: "
    "standard deviation / mean; 0.05 to 0.3 is usual in one cache state. fit: largest distance of the lognormal law "
    "(of "
    "one or two levels) from the times, 0 to 1; predictions draw the times themselves. A job in brackets (pooled, "
    "inferred, "
    "assumed) was not measured as it would run now.";

std::string headline(const CalibrateResult& result) {
  const auto measured = std::ranges::count(result.jobs, "measured", &JobProfile::origin);
  const auto changed = std::ranges::count_if(result.jobs, [](const JobProfile& job) { return !job.changes.empty(); });
  std::string text = fmt::format("{} tell the times of {} of {}", count(result.history.runs_used, "run"), measured,
                                 count(result.jobs.size(), "job"));
  if (changed > 0) text += fmt::format("; {} changed for good on the way", changed);
  return text + ".";
}

std::string change_text(const JobProfile& job, const LevelChangeLine& change) {
  return fmt::format("{}: {} to {} ({}) from run {} on{}, {} since", job.key, format_duration(change.before),
                     format_duration(change.after), percent_change(change.after / change.before - 1), change.run,
                     change.time ? ", " + format_timestamp(*change.time) + " UTC" : "",
                     count(change.runs_after, "run"));
}

std::vector<std::string> change_items(const CalibrateResult& result) {
  std::vector<std::string> items;
  for (const JobProfile& job : result.jobs) {
    for (const LevelChangeLine& change : job.changes) items.push_back(change_text(job, change));
  }
  return items;
}

std::string duration_or_none(double seconds, const Spread& spread) {
  return spread.times > 0 ? format_duration(seconds) : "";
}

Table job_table(const CalibrateResult& result) {
  Table table({{"job", Align::Left, 1},
               {"runs", Align::Right, 0},
               {"cut", Align::Right, 0},
               {"ran in", Align::Right, 0},
               {"median", Align::Right, 0},
               {"p90", Align::Right, 0},
               {"CV", Align::Right, 0},
               {"fit", Align::Right, 0}});
  for (const JobProfile& job : result.jobs) {
    const Spread& spread = job.spread;
    const bool seen = spread.times > 0;
    const bool measured = job.origin == "measured";
    table.add(
        {{measured ? job.key : fmt::format("{} ({})", job.key, job.origin), measured ? Style::Plain : Style::Caution},
         {std::to_string(spread.times), seen ? Style::Plain : Style::Caution},
         {spread.cut_short > 0 ? std::to_string(spread.cut_short) : "", Style::Plain},
         {percent(job.presence), Style::Plain},
         {duration_or_none(spread.median, spread), Style::Plain},
         {duration_or_none(spread.p90, spread), Style::Plain},
         {seen ? fmt::format("{:.2f}", spread.variation) : "", Style::Plain},
         {spread.law.parts.empty() ? "" : fmt::format("{:.2f}", spread.distance), Style::Plain}});
  }
  return table;
}

/// "71 % about 18m05s, 29 % about 41m10s".
std::string law_text(const stats::LognormalMixture& law) {
  std::vector<std::string> parts;
  for (const stats::LognormalPart& part : law.parts) {
    parts.push_back(fmt::format("{} about {}", percent(part.share), format_duration(std::exp(part.location))));
  }
  return join(parts, ", ");
}

/// A level that jobs switch to is only worth a line when it is far from the other.
bool has_two_levels(const Spread& spread) {
  constexpr double kFarApart = 1.3;
  const std::vector<stats::LognormalPart>& parts = spread.law.parts;
  return parts.size() == 2 && parts[1].location - parts[0].location > std::log(kFarApart);
}

std::vector<std::string> level_items(const CalibrateResult& result) {
  std::vector<std::string> items;
  for (const JobProfile& job : result.jobs) {
    if (job.states.empty() && has_two_levels(job.spread)) items.push_back(job.key + ": " + law_text(job.spread.law));
  }
  return items;
}

std::vector<std::string> cut_items(const CalibrateResult& result) {
  std::vector<std::string> items;
  for (const JobProfile& job : result.jobs) {
    const std::optional<double>& median = job.spread.uncut_median;
    if (!median || std::abs(*median / job.spread.median - 1) < kWorthTelling) continue;
    items.push_back(
        fmt::format("{}: {} in place of {}", job.key, format_duration(*median), format_duration(job.spread.median)));
  }
  return items;
}

void add_spread(Table& table, const std::string& job, const std::string& what, const std::string& share,
                const Spread& spread) {
  table.add({{job, Style::Plain},
             {what, Style::Plain},
             {std::to_string(spread.times), Style::Plain},
             {share, Style::Plain},
             {duration_or_none(spread.median, spread), Style::Plain},
             {duration_or_none(spread.p90, spread), Style::Plain},
             {fmt::format("{:.2f}", spread.variation), Style::Plain}});
}

Table spread_table(const std::string& what, const std::string& share) {
  return Table({{"job", Align::Left, 1},
                {what, Align::Left, 2},
                {"runs", Align::Right, 0},
                {share, Align::Right, 0},
                {"median", Align::Right, 0},
                {"p90", Align::Right, 0},
                {"CV", Align::Right, 0}});
}

Table state_table(const CalibrateResult& result) {
  Table table = spread_table("finds", "share");
  for (const JobProfile& job : result.jobs) {
    for (const StateProfile& state : job.states) {
      add_spread(table, &state == &job.states.front() ? job.key : "", state.state,
                 percent(static_cast<double>(state.spread.times) / job.spread.times), state.spread);
    }
  }
  return table;
}

/// \returns nothing when no job has a step.
std::optional<Table> step_table(const CalibrateResult& result) {
  std::optional<Table> table;
  for (const JobProfile& job : result.jobs) {
    for (const StepProfile& step : job.steps) {
      if (!table) table = spread_table("step", "of job");
      const bool known = job.spread.mean > 0;
      add_spread(*table, &step == &job.steps.front() ? job.key : "", step.step,
                 known ? percent(step.spread.mean / job.spread.mean) : "", step.spread);
    }
  }
  return table;
}

void write_spread(JsonWriter& json, const Spread& spread) {
  json.key("runs").integer(spread.times);
  json.key("cut_short").integer(spread.cut_short);
  json.key("median").number(spread.median);
  json.key("p90").number(spread.p90);
  json.key("mean").number(spread.mean);
  json.key("variation").number(spread.variation, kShareDecimals);
  json.key("stalls").integer(spread.stalls);
  json.key("uncut_median").number(spread.uncut_median);
  json.key("law").begin_array();
  for (const stats::LognormalPart& part : spread.law.parts) {
    json.begin_object();
    json.key("share").number(part.share, kShareDecimals);
    json.key("median").number(std::exp(part.location));
    json.key("deviation").number(part.deviation, kShareDecimals);
    json.end_object();
  }
  json.end_array();
  json.key("distance").number(spread.distance, kShareDecimals);
}

Table runner_table(const CalibrateResult& result) {
  Table table({{"job", Align::Left, 1},
               {"machine", Align::Left, 1},
               {"runs", Align::Right, 0},
               {"median", Align::Right, 0},
               {"ratio", Align::Right, 0}});
  std::string job;
  for (const study::RunnerProfile& one : result.runners) {
    table.add({{one.job == job ? "" : one.job},
               {one.runner},
               {fmt::format("{}", one.runs)},
               {format_duration(one.median)},
               {fmt::format("{:.2f}", one.ratio)}});
    job = one.job;
  }
  return table;
}

void write_job(JsonWriter& json, const JobProfile& job) {
  json.begin_object();
  json.key("key").string(job.key);
  json.key("name").string(job.name);
  json.key("presence").number(job.presence, kShareDecimals);
  write_spread(json, job.spread);
  json.key("origin").string(job.origin);
  json.key("changes").begin_array();
  for (const LevelChangeLine& change : job.changes) {
    json.begin_object();
    json.key("run").string(change.run);
    json.key("time").number(change.time);
    json.key("before").number(change.before);
    json.key("after").number(change.after);
    json.key("runs_after").integer(change.runs_after);
    json.end_object();
  }
  json.end_array();
  json.key("states").begin_array();
  for (const StateProfile& state : job.states) {
    json.begin_object();
    json.key("state").string(state.state);
    write_spread(json, state.spread);
    json.end_object();
  }
  json.end_array();
  json.key("steps").begin_array();
  for (const StepProfile& step : job.steps) {
    json.begin_object();
    json.key("step").string(step.step);
    write_spread(json, step.spread);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string calibrate_text(const CalibrateResult& result, bool steps, const TextOptions& options) {
  Page page(options);
  page.paragraph(headline(result), 0, 0, Style::Bold);
  page.blank();
  page.heading("History");
  page.facts(history_facts(result.history));
  page.blank();
  page.heading("Jobs, those before a change at today's level");
  page.table(job_table(result));
  const auto add_items = [&](const std::string& heading, const std::vector<std::string>& items) {
    if (items.empty()) return;
    page.blank();
    page.heading(heading);
    page.items(items);
  };
  if (std::ranges::any_of(result.jobs, [](const JobProfile& job) { return !job.states.empty(); })) {
    page.blank();
    page.heading("Cache states");
    page.table(state_table(result));
  }
  if (!result.runners.empty()) {
    page.blank();
    page.heading("The same jobs on several machines");
    page.table(runner_table(result));
  }
  if (const std::optional<Table> table = steps ? step_table(result) : std::nullopt) {
    page.blank();
    page.heading("Steps");
    page.table(*table);
  }
  add_items("Two levels: cache states that the history doesn't know, or stalls", level_items(result));
  add_items("Median had no run been cut short", cut_items(result));
  add_items("Lasting changes", change_items(result));
  add_items("Warnings", result.warnings);
  page.blank();
  page.paragraph(kLegend, 0, 0, Style::Dim);
  return page.take();
}

std::string calibrate_json(const CalibrateResult& result) {
  JsonWriter json;
  json.begin_object();
  json.key("schema").string("dagsim.calibrate/1");
  json.key("workflow").string(result.workflow);
  json.key("history");
  write_history(json, result.history);
  json.key("jobs").begin_array();
  for (const JobProfile& job : result.jobs) write_job(json, job);
  json.end_array();
  json.key("runners").begin_array();
  for (const study::RunnerProfile& one : result.runners) {
    json.begin_object();
    json.key("job").string(one.job);
    json.key("runner").string(one.runner);
    json.key("runs").integer(one.runs);
    json.key("median").number(one.median);
    json.key("ratio").number(one.ratio, kShareDecimals);
    json.end_object();
  }
  json.end_array();
  json.key("warnings").strings(result.warnings);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace dagsim::report
