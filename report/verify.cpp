#include "report/verify.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/json_writer.h"
#include "report/markdown.h"
#include "report/page.h"
#include "report/words.h"

namespace dagsim::report {
namespace {

using study::Verification;

std::string headline(const Verification& result) {
  const study::WallScore& after = result.after;
  const std::string runs = result.runs.size() == 1 ? "run " + result.runs.front().id
                                                   : fmt::format("the median of {} runs", result.runs.size());
  return fmt::format("{}: {} took {}, where {} to {} was predicted for 80 % of runs, {} in the middle.",
                     result.is_as_predicted() ? "As predicted" : "Not as predicted", runs,
                     format_duration(*after.measured), format_duration(after.low), format_duration(after.high),
                     format_duration(after.predicted));
}

std::vector<Fact> facts_of(const Verification& result) {
  std::vector<Fact> facts;
  facts.push_back(
      {"Learned from", {fmt::format("{}, the last is {}", count(result.runs_used, "run"), result.last_used)}});
  std::string before = fmt::format("{} p50 predicted", format_duration(result.before.predicted));
  if (result.before.measured) before += fmt::format(", {} measured", format_duration(*result.before.measured));
  facts.push_back({"Before", {before}});
  facts.push_back({"Change",
                   {fmt::format("{} ({}) predicted on average", format_duration_change(result.change.mean),
                                interval_text(result.change.interval)),
                    fmt::format("two single runs would differ by {} ({})", interval_text(result.two_runs.change),
                                percent(result.two_runs.change.confidence))}});
  if (result.before.measured) {
    facts.back().lines.push_back(fmt::format("{} measured, median against median",
                                             format_duration_change(*result.after.measured - *result.before.measured)));
  }
  std::vector<std::string> runs;
  for (const study::VerifiedRun& run : result.runs) {
    runs.push_back(fmt::format("{}: {}, {}", run.id, format_duration(run.wall), run.is_inside ? "inside" : "outside"));
  }
  facts.push_back({"Runs", runs});
  return facts;
}

std::string subject(const Verification& result) {
  return fmt::format("{}, edit {}, gate {}", result.scenario, result.edit, result.gate);
}

}  // namespace

std::string verify_text(const Verification& result, const TextOptions& options) {
  Page page(options);
  page.paragraph(headline(result), 0, 0, result.is_as_predicted() ? Style::Good : Style::Bad);
  page.paragraph(subject(result), 0, 2, Style::Dim);
  page.blank();
  page.facts(facts_of(result));
  return page.take();
}

std::string verify_markdown(const Verification& result) {
  return fmt::format("## {}\n\n**{}**\n\n{}\n\n{}", markdown_escaped(result.title.empty() ? result.edit : result.title),
                     markdown_escaped(headline(result)), markdown_escaped(subject(result)),
                     markdown_facts(facts_of(result)));
}

std::string verify_json(const Verification& result) {
  JsonWriter json;
  const auto wall = [&](std::string_view name, const study::WallScore& score) {
    json.key(name).begin_object();
    json.key("p50").number(score.predicted);
    json.key("low").number(score.low);
    json.key("high").number(score.high);
    json.key("measured").number(score.measured);
    json.end_object();
  };
  json.begin_object();
  json.key("schema").string("dagsim.verify/1");
  json.key("scenario").string(result.scenario);
  json.key("edit").string(result.edit);
  json.key("gate").string(result.gate);
  json.key("as_predicted").boolean(result.is_as_predicted());
  json.key("runs_used").integer(result.runs_used);
  wall("before", result.before);
  wall("after", result.after);
  json.key("change").begin_object();
  json.key("mean").number(result.change.mean);
  json.key("low").number(result.change.interval.low);
  json.key("high").number(result.change.interval.high);
  json.end_object();
  json.key("runs").begin_array();
  for (const study::VerifiedRun& run : result.runs) {
    json.begin_object();
    json.key("id").string(run.id);
    json.key("wall").number(run.wall);
    json.key("inside").boolean(run.is_inside);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

}  // namespace dagsim::report
