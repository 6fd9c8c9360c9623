#include "report/backtest.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/json_writer.h"
#include "report/markdown.h"
#include "report/page.h"
#include "report/scoreboard.h"
#include "report/words.h"

namespace dagsim::report {
namespace {

using study::BacktestResult;
using study::kMethods;
using study::Method;
using study::Score;
using study::Scores;

constexpr int kShareDecimals = 4;
constexpr double kBarColumns = 2;  // of the calibration plot, for each percent

std::string_view method_name(Method method) {
  constexpr std::array<std::string_view, kMethods.size()> kNames = {"dagsim", "independent jobs", "correlated jobs",
                                                                    "last run", "resampled wall"};
  return kNames[static_cast<size_t>(method)];
}

const Score& of(const Scores& scores, Method method) {
  return scores[static_cast<size_t>(method)];
}

/// The simple method with the lowest CRPS.
Method best_baseline(const Scores& scores) {
  return *std::min_element(kMethods.begin() + 1, kMethods.end(),
                           [&](Method a, Method b) { return of(scores, a).crps < of(scores, b).crps; });
}

std::string share_text(const study::Share& share) {
  return fmt::format("{:.0f} % ± {:.0f}", 100 * share.value, 100 * share.error);
}

std::string headline(const BacktestResult& result) {
  const Method best = best_baseline(result.scores);
  const double own = of(result.scores, Method::Dagsim).crps;
  const double theirs = of(result.scores, best).crps;
  return fmt::format(
      "dagsim's forecasts score {:.2f} times the error of the best simple method ({}), and {} of the measured wall "
      "clocks lie inside its intervals of 80 %.",
      theirs > 0 ? own / theirs : 0, method_name(best), percent(of(result.scores, Method::Dagsim).coverage80.value));
}

std::string known_text(study::Known known) {
  switch (known) {
    case study::Known::Nothing:
      return "nothing is known of a run before it starts";
    case study::Known::Event:
      return "a run's event is known before it starts";
    case study::Known::ChangeClass:
      return "a run's event and change class (which conditional jobs it runs) are known before it starts";
    case study::Known::Branch:
      return "a run's event, change class (which conditional jobs it runs) and branch are known before it starts";
  }
  return {};
}

std::string span_text(const BacktestResult& result) {
  return fmt::format("{} in {} of {}, each predicted from the {} runs before; {}", count(result.predicted, "run"),
                     count(result.windows, "window"), result.rolling.next, result.rolling.past,
                     known_text(result.rolling.known));
}

const std::vector<std::string>& score_headers() {
  static const std::vector<std::string> kHeaders = {"method", "CRPS", "median off", "p90 off", "in 50 %", "in 80 %"};
  return kHeaders;
}

std::vector<std::string> score_cells(const Scores& scores, Method method) {
  const Score& score = of(scores, method);
  return {std::string(method_name(method)), fmt::format("{:.0f} s", score.crps), percent(score.median_error),
          percent(score.p90_error),         share_text(score.coverage50),        share_text(score.coverage80)};
}

Table score_table(const Scores& scores) {
  std::vector<Column> columns;
  for (const std::string& header : score_headers()) {
    columns.push_back({header, columns.empty() ? Align::Left : Align::Right, 0});
  }
  Table table(std::move(columns));
  for (const Method method : kMethods) {
    std::vector<Cell> row;
    for (std::string& text : score_cells(scores, method)) {
      row.push_back({std::move(text), method == Method::Dagsim ? Style::Bold : Style::Plain});
    }
    table.add(std::move(row));
  }
  return table;
}

/// Where outcomes fell in the forecasts, a line for each tenth.
std::string calibration_plot(const Score& score) {
  std::string text;
  for (size_t i = 0; i < score.positions.size(); ++i) {
    const double share = score.positions[i];
    text += fmt::format("{:>3} to {:>3} %  {:>4.0f} %  {}\n", 10 * i, 10 * (i + 1), 100 * share,
                        std::string(static_cast<size_t>(std::lround(100 * share * kBarColumns)), '#'));
  }
  return text;
}

constexpr std::string_view kPlotLegend =
    "Where the measured wall clocks fell in dagsim's forecasts; 10 % in each tenth is right, more at both ends means "
    "that forecasts are too sure.";
constexpr std::string_view kSubLegend =
    "Jobs are left out at random; what the later runs' own job times give for the rest is known without running it. "
    "The "
    "median off is that of the middle sub-pipeline, over all windows together.";
constexpr std::string_view kMethodLegend =
    "CRPS is the mean score of a forecast against its outcome, in seconds, lower is better. Independent jobs: each "
    "job's time from a past run drawn for it alone. Correlated jobs: the same with the correlations of their times. "
    "Resampled wall: past wall clocks, which no edit could use. Errors "
    "behind ± come from drawing windows anew.";

std::string markdown_scores(const Scores& scores) {
  std::vector<std::vector<std::string>> rows;
  for (const Method method : kMethods) rows.push_back(score_cells(scores, method));
  return markdown_table(score_headers(), rows);
}

std::string left_out_text(const BacktestResult& result) {
  std::vector<std::string> parts;
  for (const auto& [reason, runs] : result.excluded) parts.push_back(fmt::format("{} ({})", reason, runs));
  return parts.empty() ? "" : "Left out: " + join(parts, ", ") + ".";
}

void write_share(JsonWriter& json, std::string_view name, const study::Share& share) {
  json.key(name).number(share.value, kShareDecimals);
  json.key(fmt::format("{}_error", name)).number(share.error, kShareDecimals);
}

void write_scores(JsonWriter& json, const Scores& scores) {
  for (const Method method : kMethods) {
    const Score& score = of(scores, method);
    json.key(study::to_string(method)).begin_object();
    json.key("crps").number(score.crps);
    json.key("median_error").number(score.median_error, kShareDecimals);
    json.key("p90_error").number(score.p90_error, kShareDecimals);
    write_share(json, "coverage50", score.coverage50);
    write_share(json, "coverage80", score.coverage80);
    json.key("positions").begin_array();
    for (const double share : score.positions) json.number(share, kShareDecimals);
    json.end_array();
    json.end_object();
  }
}

void write_rolling(JsonWriter& json, const BacktestResult& result) {
  json.key("workflow").string(result.workflow);
  json.key("history").string(result.source);
  json.key("past").integer(result.rolling.past);
  json.key("next").integer(result.rolling.next);
  json.key("windows").integer(result.windows);
  json.key("predicted_runs").integer(result.predicted);
  json.key("first_run").string(result.first_run);
  json.key("last_run").string(result.last_run);
  json.key("scores").begin_object();
  write_scores(json, result.scores);
  json.end_object();
  json.key("sub_pipelines").begin_object();
  json.key("count").integer(result.sub_pipelines);
  if (result.sub_pipelines > 0) write_scores(json, result.sub_scores);
  json.end_object();
  json.key("excluded").begin_object();
  for (const auto& [reason, runs] : result.excluded) json.key(reason).integer(runs);
  json.end_object();
}

void add_rolling(Page& page, const BacktestResult& result) {
  page.paragraph(headline(result), 0, 0, Style::Bold);
  page.paragraph(fmt::format("{}, {}", result.workflow, result.source), 0, 2, Style::Dim);
  page.blank();
  page.heading("The whole pipeline");
  page.paragraph(span_text(result), 2);
  page.table(score_table(result.scores));
  if (result.sub_pipelines > 0) {
    page.blank();
    page.heading(fmt::format("{} sub-pipelines", result.sub_pipelines));
    page.paragraph(kSubLegend, 2);
    page.table(score_table(result.sub_scores));
  }
  page.blank();
  page.heading("Calibration");
  page.paragraph(kPlotLegend, 2);
  page.verbatim(calibration_plot(of(result.scores, Method::Dagsim)), 2);
  page.blank();
  page.paragraph(kMethodLegend, 0, 0, Style::Dim);
  if (const std::string left_out = left_out_text(result); !left_out.empty()) {
    page.paragraph(left_out, 0, 2, Style::Dim);
  }
}

}  // namespace

std::string backtest_text(const Backtest& backtest, const TextOptions& options) {
  Page page(options);
  if (backtest.rolling) add_rolling(page, *backtest.rolling);
  if (!backtest.board.techniques.empty() || !backtest.board.not_predicted.empty()) {
    if (backtest.rolling) page.blank();
    write_scoreboard(page, backtest.board);
  }
  return page.take();
}

std::string backtest_markdown(const Backtest& backtest, std::string_view command) {
  std::string out = "## Predicted against measured\n\n";
  if (backtest.rolling) {
    const BacktestResult& result = *backtest.rolling;
    out += fmt::format("**{}**\n\n{}.\n\n{}\n", markdown_escaped(headline(result)), markdown_escaped(span_text(result)),
                       markdown_scores(result.scores));
    if (result.sub_pipelines > 0) {
      out += fmt::format("{} sub-pipelines. {}\n\n{}\n", result.sub_pipelines, markdown_escaped(kSubLegend),
                         markdown_scores(result.sub_scores));
    }
    out += fmt::format("{}\n\n```\n{}```\n\n{}\n", markdown_escaped(kPlotLegend),
                       calibration_plot(of(result.scores, Method::Dagsim)), markdown_escaped(kMethodLegend));
    if (const std::string left_out = left_out_text(result); !left_out.empty()) {
      out += fmt::format("\n{}\n", markdown_escaped(left_out));
    }
  }
  if (!backtest.board.techniques.empty() || !backtest.board.not_predicted.empty()) {
    out += (backtest.rolling ? "\n" : "") + scoreboard_markdown(backtest.board);
  }
  if (!command.empty()) out += fmt::format("\nReproduce with:\n\n```sh\n{}\n```\n", command);
  return out;
}

std::string backtest_json(const Backtest& backtest) {
  JsonWriter json;
  json.begin_object();
  json.key("schema").string("dagsim.backtest/1");
  if (backtest.rolling) write_rolling(json, *backtest.rolling);
  write_scoreboard(json, backtest.board);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace dagsim::report
