#include "report/calibrate.h"

#include <algorithm>

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

constexpr int kShareDecimals = 4;

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

Table job_table(const CalibrateResult& result) {
  Table table({{"job", Align::Left, 1},
               {"runs", Align::Right, 0},
               {"ran in", Align::Right, 0},
               {"median", Align::Right, 0},
               {"p90", Align::Right, 0},
               {"CV", Align::Right, 0},
               {"drawn from", Align::Left, 0}});
  for (const JobProfile& job : result.jobs) {
    const bool seen = job.runs > 0;
    table.add({{job.key, Style::Plain},
               {std::to_string(job.runs), seen ? Style::Plain : Style::Caution},
               {percent(job.presence), Style::Plain},
               {seen ? format_duration(job.median) : "", Style::Plain},
               {seen ? format_duration(job.p90) : "", Style::Plain},
               {seen ? fmt::format("{:.2f}", job.variation) : "", Style::Plain},
               {job.origin, job.origin == "measured" ? Style::Plain : Style::Caution}});
  }
  return table;
}

void write_job(JsonWriter& json, const JobProfile& job) {
  json.begin_object();
  json.key("key").string(job.key);
  json.key("name").string(job.name);
  json.key("runs").integer(job.runs);
  json.key("presence").number(job.presence, kShareDecimals);
  json.key("median").number(job.median);
  json.key("p90").number(job.p90);
  json.key("variation").number(job.variation, kShareDecimals);
  json.key("stalls").integer(job.stalls);
  json.key("origin").string(job.origin);
  json.key("changes").begin_array();
  for (const LevelChangeLine& change : job.changes) {
    json.begin_object();
    json.key("run").string(change.run);
    json.key("time");
    if (change.time) {
      json.number(*change.time);
    } else {
      json.null();
    }
    json.key("before").number(change.before);
    json.key("after").number(change.after);
    json.key("runs_after").integer(change.runs_after);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string calibrate_text(const CalibrateResult& result, const TextOptions& options) {
  Page page(options);
  page.paragraph(headline(result), 0, 0, Style::Bold);
  page.blank();
  page.heading("History");
  page.facts(history_facts(result.history));
  page.blank();
  page.heading("Jobs, those before a change at today's level");
  page.table(job_table(result));
  std::vector<std::string> changes;
  for (const JobProfile& job : result.jobs) {
    for (const LevelChangeLine& change : job.changes) changes.push_back(change_text(job, change));
  }
  if (!changes.empty()) {
    page.blank();
    page.heading("Lasting changes");
    page.items(changes);
  }
  if (!result.warnings.empty()) {
    page.blank();
    page.heading("Warnings");
    page.items(result.warnings);
  }
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
  json.key("warnings").strings(result.warnings);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace dagsim::report
