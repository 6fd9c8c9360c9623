#include "report/scoreboard.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/words.h"

namespace dagsim::report {
namespace {

using study::Scoreboard;
using study::Technique;

constexpr int kShareDecimals = 4;
constexpr size_t kLongCell = 24;  // characters from which a column takes what room there is
constexpr size_t kNarrow = 110;   // columns of a page below which a table leaves something out
constexpr size_t kMostRows = 30;  // of a table in a terminal
constexpr double kSameRed = 1;    // seconds: first red that moves less has not moved

/// One table of the scoreboard, whatever it is shown in.
struct Sheet {
  std::string title;
  std::string legend;
  std::vector<std::string> headers;
  std::vector<std::vector<std::string>> rows;
  size_t optional = 0;  ///< a column that a narrow page leaves out; 0 for none
};

/// "roadmap/remove-prepare", or the edit alone where its scenario bears the same name.
std::string name_of(const Technique& technique) {
  std::string scenario = technique.scenario.substr(technique.scenario.find_last_of('/') + 1);
  scenario = scenario.substr(0, scenario.find_last_of('.'));
  return scenario == technique.id ? technique.id : scenario + "/" + technique.id;
}

std::string seconds_or_none(const std::optional<double>& seconds) {
  return seconds ? format_duration(*seconds) : "-";
}

std::string change_or_none(const std::optional<double>& from, const std::optional<double>& to) {
  return from && to ? format_duration_change(*to - *from) : "-";
}

std::string learned_from(const Technique& technique) {
  return fmt::format("{}{}", count(technique.runs_used, "run"), technique.is_retrospective ? ", retrospective" : "");
}

Sheet wall_sheet(const Scoreboard& board) {
  Sheet sheet{"Wall clocks",
              "Predicted medians with the range of 80 % of single runs, and what one run measured. The run before the "
              "edit is one of those that were learned from; the one after is not.",
              {"edit", "learned from", "before", "measured", "after", "80 % of runs", "measured", "off", "inside"},
              {},
              0};
  for (const Technique& technique : board.techniques) {
    const study::WallScore& after = technique.after;
    if (!after.measured) continue;
    sheet.rows.push_back({name_of(technique), learned_from(technique), format_duration(technique.before.predicted),
                          seconds_or_none(technique.before.measured), format_duration(after.predicted),
                          fmt::format("{} to {}", format_duration(after.low), format_duration(after.high)),
                          seconds_or_none(after.measured), percent_change(after.error()),
                          after.is_inside() ? "yes" : "no"});
  }
  sheet.optional = 1;
  return sheet;
}

Sheet change_sheet(const Scoreboard& board) {
  Sheet sheet{"Differences",
              "The mean difference that is predicted, its interval, what two single runs would differ by, and what the "
              "two that were made did.",
              {"edit", "predicted", "95 % interval", "verdict", "two runs, 80 %", "measured", "inside"},
              {},
              0};
  for (const Technique& technique : board.techniques) {
    const std::optional<double> measured = technique.measured_change();
    sheet.rows.push_back({name_of(technique), format_duration_change(technique.change.mean),
                          interval_text(technique.change.interval), std::string(verdict_word(technique.verdict)),
                          interval_text(technique.two_runs.change), measured ? format_duration_change(*measured) : "-",
                          measured ? (technique.is_change_inside() ? "yes" : "no") : "-"});
  }
  return sheet;
}

Sheet job_sheet(const Scoreboard& board) {
  Sheet sheet{"Jobs",
              "Predicted means and measured times of single jobs; of a matrix the longest leg.",
              {"edit", "job", "before", "measured", "after", "measured", "change", "measured"},
              {},
              0};
  for (const Technique& technique : board.techniques) {
    for (const study::JobScore& job : technique.jobs) {
      sheet.rows.push_back({name_of(technique), job.job, seconds_or_none(job.before),
                            seconds_or_none(job.measured_before), seconds_or_none(job.after),
                            seconds_or_none(job.measured_after), change_or_none(job.before, job.after),
                            change_or_none(job.measured_before, job.measured_after)});
    }
  }
  return sheet;
}

Sheet tried_sheet(const Scoreboard& board) {
  Sheet sheet{
      "What its people expected and found",
      "Their words. Real runs are those of the workflow that they made after the one before the edit, up to the "
      "one that judged it.",
      {"technique", "predicted here", "estimate", "measured", "verdict", "real runs"},
      {},
      0};
  for (const Technique& technique : board.techniques) {
    for (const history::TriedTechnique& tried : technique.tried) {
      sheet.rows.push_back(
          {tried.id, fmt::format("{} ({})", format_duration_change(technique.change.mean), name_of(technique)),
           tried.estimate.empty() ? "-" : tried.estimate, tried.measured.empty() ? "-" : tried.measured, tried.verdict,
           technique.runs_spent > 0 ? fmt::format("{}", technique.runs_spent) : "-"});
    }
  }
  return sheet;
}

Sheet red_sheet(const Scoreboard& board) {
  Sheet sheet{"First red",
              "Median time to the first failure that a person can see, by kind of defect, with the job that shows it; "
              "kinds whose first red moves by a second or more, the soonest and the latest in any case.",
              {"edit", "defect", "before", "shown by", "after", "shown by"},
              {},
              0};
  for (const Technique& technique : board.techniques) {
    const auto& scores = technique.first_red;
    for (size_t i = 0; i < scores.size(); ++i) {
      const study::RedScore& red = scores[i];
      const bool moves = std::abs(red.after - red.before) >= kSameRed;
      if (!moves && i != 0 && i + 1 != scores.size()) continue;
      sheet.rows.push_back({name_of(technique), red.kind, format_duration(red.before), red.before_job,
                            format_duration(red.after), red.after_job});
    }
  }
  sheet.optional = 3;
  return sheet;
}

Sheet break_even_sheet(const Scoreboard& board) {
  Sheet sheet{"Break-even",
              "What an assumed time must stay below (or above) for the edit to pay.",
              {"edit", "assumed time", "pays"},
              {},
              0};
  for (const Technique& technique : board.techniques) {
    for (const study::BreakEven& one : technique.break_evens) {
      sheet.rows.push_back({name_of(technique), one.assumption,
                            fmt::format("{} {}", one.pays_below ? "below" : "above", format_duration(one.seconds))});
    }
  }
  return sheet;
}

Sheet unknown_sheet(const Scoreboard& board) {
  Sheet sheet{"Not predicted", "", {"technique", "why the model can't know"}, {}, 0};
  for (const study::NotPredicted& one : board.not_predicted) sheet.rows.push_back({one.technique, one.why});
  return sheet;
}

std::vector<Sheet> sheets_of(const Scoreboard& board) {
  std::vector<Sheet> sheets = {wall_sheet(board), change_sheet(board),     job_sheet(board),    tried_sheet(board),
                               red_sheet(board),  break_even_sheet(board), unknown_sheet(board)};
  std::erase_if(sheets, [](const Sheet& sheet) { return sheet.rows.empty(); });
  return sheets;
}

void drop_column(Sheet& sheet) {
  const auto at = static_cast<std::ptrdiff_t>(sheet.optional);
  sheet.headers.erase(sheet.headers.begin() + at);
  for (std::vector<std::string>& row : sheet.rows) row.erase(row.begin() + at);
}

/// "4 of 5 wall clocks within 12 %, …": the scoreboard in a sentence.
std::string summary(const Scoreboard& board) {
  uint32_t walls = 0;
  uint32_t near = 0;
  uint32_t inside = 0;
  uint32_t changes = 0;
  uint32_t signs = 0;
  uint32_t changes_inside = 0;
  for (const Technique& technique : board.techniques) {
    if (technique.after.measured) {
      ++walls;
      near += std::abs(technique.after.error()) <= 0.12 ? 1U : 0U;
      inside += technique.after.is_inside() ? 1U : 0U;
    }
    if (const std::optional<double> measured = technique.measured_change()) {
      ++changes;
      signs += (*measured < 0) == (technique.change.mean < 0) ? 1U : 0U;
      changes_inside += technique.is_change_inside() ? 1U : 0U;
    }
  }
  std::string text;
  if (walls > 0) {
    text = fmt::format(
        "{} of {} measured after an edit: {} within 12 % of the median that was predicted, {} in the "
        "range of 80 % of runs.",
        walls, count(board.techniques.size(), "edit"), near, inside);
  }
  if (changes > 0) {
    text += fmt::format(" {} measured before and after: {} with the right sign, {} in the range of two single runs.",
                        changes, signs, changes_inside);
  }
  return text;
}

void write_wall(JsonWriter& json, const study::WallScore& wall) {
  json.begin_object();
  json.key("p50").number(wall.predicted);
  json.key("low").number(wall.low);
  json.key("high").number(wall.high);
  json.end_object();
}

void write_technique(JsonWriter& json, const Technique& technique) {
  json.begin_object();
  json.key("scenario").string(technique.scenario);
  json.key("id").string(technique.id);
  json.key("title").string(technique.title);
  json.key("runs_used").integer(technique.runs_used);
  json.key("before");
  write_wall(json, technique.before);
  json.key("measured_before").number(technique.before.measured);
  json.key("predicted");
  write_wall(json, technique.after);
  json.key("measured").number(technique.after.measured);
  json.key("run").string(technique.measured_run);
  json.key("error").number(technique.after.measured ? std::optional(technique.after.error()) : std::nullopt,
                           kShareDecimals);
  json.key("inside");
  if (technique.after.measured) {
    json.boolean(technique.after.is_inside());
  } else {
    json.null();
  }
  json.key("change").begin_object();
  json.key("mean").number(technique.change.mean);
  json.key("low").number(technique.change.interval.low);
  json.key("high").number(technique.change.interval.high);
  json.end_object();
  json.key("two_runs").begin_object();
  json.key("low").number(technique.two_runs.change.low);
  json.key("high").number(technique.two_runs.change.high);
  json.end_object();
  json.key("measured_change").number(technique.measured_change());
  json.key("verdict").string(verdict_name(technique.verdict));
  json.key("jobs").begin_array();
  for (const study::JobScore& job : technique.jobs) {
    json.begin_object();
    json.key("job").string(job.job);
    json.key("before").number(job.before);
    json.key("measured_before").number(job.measured_before);
    json.key("after").number(job.after);
    json.key("measured_after").number(job.measured_after);
    json.end_object();
  }
  json.end_array();
  json.key("first_red").begin_array();
  for (const study::RedScore& red : technique.first_red) {
    json.begin_object();
    json.key("kind").string(red.kind);
    json.key("before").number(red.before);
    json.key("before_job").string(red.before_job);
    json.key("after").number(red.after);
    json.key("after_job").string(red.after_job);
    json.end_object();
  }
  json.end_array();
  write_break_evens(json, technique.break_evens);
  json.key("tried").begin_array();
  for (const history::TriedTechnique& tried : technique.tried) {
    json.begin_object();
    json.key("id").string(tried.id);
    json.key("verdict").string(tried.verdict);
    json.key("estimate").string(tried.estimate);
    json.key("measured").string(tried.measured);
    json.end_object();
  }
  json.end_array();
  json.key("real_runs").integer(technique.runs_spent);
  json.key("retrospective").boolean(technique.is_retrospective);
  json.end_object();
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::vector<std::string> escaped;
  for (const std::string& cell : cells) escaped.push_back(markdown_escaped(cell));
  return "| " + join(escaped, " | ") + " |\n";
}

}  // namespace

std::string markdown_table(const std::vector<std::string>& headers, const std::vector<std::vector<std::string>>& rows) {
  std::string text = markdown_row(headers) + "|---|";
  for (size_t i = 1; i < headers.size(); ++i) text += "---:|";
  text += "\n";
  for (const std::vector<std::string>& row : rows) text += markdown_row(row);
  return text;
}

void write_scoreboard(Page& page, const Scoreboard& board) {
  if (const std::string text = summary(board); !text.empty()) page.paragraph(text, 0, 0, Style::Bold);
  std::vector<Sheet> sheets = sheets_of(board);
  for (Sheet& sheet : sheets) {
    page.blank();
    if (sheet.optional != 0 && page.width() < kNarrow) drop_column(sheet);
    if (sheet.rows.size() > kMostRows) {
      page.heading(sheet.title);
      page.paragraph(fmt::format("{} lines, in --format markdown and json", sheet.rows.size()), 2);
      continue;
    }
    page.heading(sheet.title);
    if (!sheet.legend.empty()) page.paragraph(sheet.legend, 2, 0, Style::Dim);
    std::vector<Column> columns;
    for (size_t i = 0; i < sheet.headers.size(); ++i) {
      const auto is_long = [&](const std::vector<std::string>& row) { return row[i].size() > kLongCell; };
      const bool is_text = i == 0 || std::ranges::any_of(sheet.rows, is_long);
      columns.push_back({sheet.headers[i], is_text ? Align::Left : Align::Right, is_text ? 1U : 0U});
    }
    Table table(std::move(columns));
    for (const std::vector<std::string>& row : sheet.rows) {
      std::vector<Cell> cells;
      for (const std::string& text : row) cells.push_back({text, Style::Plain});
      table.add(std::move(cells));
    }
    page.table(table);
  }
}

std::string scoreboard_markdown(const Scoreboard& board) {
  std::string out;
  if (const std::string text = summary(board); !text.empty()) out += fmt::format("**{}**\n", markdown_escaped(text));
  for (const Sheet& sheet : sheets_of(board)) {
    out += fmt::format("{}### {}\n\n", out.empty() ? "" : "\n", markdown_escaped(sheet.title));
    if (!sheet.legend.empty()) out += markdown_escaped(sheet.legend) + "\n\n";
    out += markdown_table(sheet.headers, sheet.rows);
  }
  return out;
}

void write_scoreboard(JsonWriter& json, const Scoreboard& board) {
  json.key("techniques").begin_array();
  for (const Technique& technique : board.techniques) write_technique(json, technique);
  json.end_array();
  json.key("not_predicted").begin_array();
  for (const study::NotPredicted& one : board.not_predicted) {
    json.begin_object();
    json.key("technique").string(one.technique);
    json.key("why").string(one.why);
    json.end_object();
  }
  json.end_array();
}

}  // namespace dagsim::report
