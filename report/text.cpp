#include "report/text.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/page.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using study::EditLine;
using study::JobLine;
using study::Prediction;
using study::Verdict;

constexpr size_t kWide = 140;
constexpr size_t kAssumptions = 8;

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Faster:
      return Style::Good;
    case Verdict::Slower:
      return Style::Caution;
    case Verdict::WithinNoise:
      return Style::Dim;
    case Verdict::Illegal:
      return Style::Bad;
  }
  return Style::Plain;
}

std::vector<Column> edit_columns(const Prediction& prediction, bool wide) {
  std::vector<Column> columns = {{"#", Align::Right, 0}, {"edit", Align::Left, 1}};
  if (wide) columns.push_back({"title", Align::Left, 3});
  columns.push_back({"p50", Align::Right, 0});
  if (wide) columns.push_back({"p90", Align::Right, 0});
  columns.push_back({"change", Align::Right, 0});
  columns.push_back({percent(prediction.confidence) + " interval", Align::Right, 0});
  columns.push_back({"verdict", Align::Left, 0});
  columns.push_back({"faster", Align::Right, 0});
  if (!wide) return columns;
  columns.push_back({"two runs (" + percent(prediction.two_runs_confidence) + ")", Align::Right, 0});
  columns.push_back({"minutes", Align::Right, 0});
  columns.push_back({"then capped by", Align::Left, 2});
  return columns;
}

std::vector<Cell> edit_row(const EditLine& edit, bool wide) {
  const bool legal = edit.verdict != Verdict::Illegal;
  const auto when_legal = [legal](std::string text) { return Cell{legal ? std::move(text) : "", Style::Plain}; };
  const Style style = style_of(edit.verdict);
  std::vector<Cell> row = {{legal ? std::to_string(edit.rank) : "-", Style::Plain}, {edit.id, Style::Plain}};
  if (wide) row.push_back({edit.title, Style::Plain});
  row.push_back(when_legal(format_duration(edit.pipeline.wall.p50)));
  if (wide) row.push_back(when_legal(format_duration(edit.pipeline.wall.p90)));
  row.push_back({legal ? format_duration_change(edit.wall_change.mean) : "", style});
  row.push_back(when_legal(interval_text(edit.wall_change.interval)));
  row.push_back({std::string(verdict_word(edit.verdict)), style});
  row.push_back(when_legal(percent(edit.p_faster)));
  if (!wide) return row;
  row.push_back(when_legal(interval_text(edit.two_runs.change)));
  row.push_back(when_legal(amount_change(edit.minutes_change.mean)));
  row.push_back(when_legal(edit.next_bottleneck));
  return row;
}

/// The best set, one step a line.
void write_best_set(Page& page, const study::BestSet& best) {
  page.blank();
  page.heading("Best together");
  page.paragraph(best_set_line(best), 2, 2);
  Table table({{"", Align::Right, 0},
               {"make", Align::Left, 2},
               {"p50", Align::Right, 0},
               {"gains", Align::Right, 0},
               {percent(best.wall_change.interval.confidence) + " interval", Align::Right, 0},
               {"then capped by", Align::Left, 1}});
  size_t number = 0;
  for (const study::SetStep& step : best.steps) {
    table.add({{fmt::format("{}.", ++number)},
               {step.edit},
               {format_duration(step.wall.p50)},
               {format_duration_change(step.gain.mean)},
               {interval_text(step.gain.interval)},
               {step.next_bottleneck}});
  }
  page.table(table);
}

/// The prediction for each class of changes.
void write_classes(Page& page, const Prediction& prediction) {
  const std::vector<std::vector<std::string>> rows = class_rows(prediction);
  if (rows.empty()) return;
  page.blank();
  page.heading("By kind of change");
  std::vector<Column> columns;
  for (const std::string& header : rows.front()) {
    const bool is_first = columns.empty();
    columns.push_back({header, is_first ? Align::Left : Align::Right, is_first ? 1U : columns.size() > 4 ? 2U : 0U});
  }
  Table table(std::move(columns));
  for (size_t i = 1; i < rows.size(); ++i) {
    std::vector<Cell> cells;
    for (const std::string& text : rows[i]) cells.push_back({text});
    table.add(std::move(cells));
  }
  page.table(table);
  page.paragraph(class_line(prediction), 2, 2, Style::Dim);
}

void write_edits(Page& page, const Prediction& prediction) {
  const bool wide = page.width() >= kWide;
  page.blank();
  page.heading("Edits, best first");
  Table table(edit_columns(prediction, wide));
  for (const EditLine& edit : prediction.edits) {
    if (!edit.dropped) table.add(edit_row(edit, wide));
  }
  page.table(table);
  for (const std::string& line : {dropped_line(prediction), trade_off_line(prediction)}) {
    if (!line.empty()) page.paragraph(line, 2, 2);
  }
  if (prediction.best_set) write_best_set(page, *prediction.best_set);
  write_classes(page, prediction);
  for (const EditLine& edit : prediction.edits) {
    if (edit.dropped) continue;
    page.blank();
    const std::string number = edit.verdict == Verdict::Illegal ? "-" : fmt::format("{}.", edit.rank);
    const std::string title = edit.title.empty() || edit.title == edit.id ? "" : fmt::format(": {}", edit.title);
    page.paragraph(number + " " + edit.id + title, 0, 2, Style::Bold);
    page.verbatim(render(edit.diagnostics, page.color()), 2);
    page.facts(edit_facts(prediction, edit));
  }
}

std::vector<Column> job_columns(bool wide) {
  std::vector<Column> columns = {{"job", Align::Left, 1},          {"mean", Align::Right, 0},
                                 {"critical in", Align::Right, 0}, {"drag", Align::Right, 0},
                                 {"slack", Align::Right, 0},       {"origin", Align::Left, 0}};
  if (wide) columns.insert(columns.begin() + 1, {"name", Align::Left, 2});
  return columns;
}

std::string origin_text(const JobLine& job) {
  return job.observations > 0 ? fmt::format("{} ({})", job.origin, job.observations) : job.origin;
}

/// The jobs of a pipeline without edits, the most critical first.
void write_jobs(Page& page, const Prediction& prediction) {
  const bool wide = page.width() >= kWide;
  std::vector<JobLine> jobs;
  std::vector<std::string> skipped;
  for (const JobLine& job : prediction.baseline.jobs) {
    if (job.runs) {
      jobs.push_back(job);
    } else {
      skipped.push_back(job.reason.empty() ? job.key : fmt::format("{} ({})", job.key, job.reason));
    }
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const JobLine& a, const JobLine& b) {
    return a.drag != b.drag ? a.drag > b.drag : a.criticality > b.criticality;
  });
  page.blank();
  page.heading("Jobs, most to win first");
  Table table(job_columns(wide));
  for (const JobLine& job : jobs) {
    std::vector<Cell> row = {{job.key},
                             {format_duration(job.mean)},
                             {percent(job.criticality)},
                             {format_duration(job.drag)},
                             {format_duration(job.slack)},
                             {origin_text(job)}};
    if (wide) row.insert(row.begin() + 1, {job.name == job.key ? "" : job.name});
    table.add(std::move(row));
  }
  page.table(table);
  if (!skipped.empty()) page.paragraph("Skipped: " + join(skipped, ", "), 0, 2);
}

void write_foundations(Page& page, const Prediction& prediction) {
  if (!prediction.assumptions.empty()) {
    page.blank();
    page.heading("Assumptions");
    const size_t all = prediction.assumptions.size();
    const size_t shown = all <= kAssumptions + 1 ? all : kAssumptions;
    page.items(std::span(prediction.assumptions).first(shown));
    if (shown < all) page.paragraph(fmt::format("- {} more, all in --format markdown and json", all - shown), 2, 2);
  }
  if (!prediction.warnings.empty() || !prediction.diagnostics.empty()) {
    page.blank();
    page.heading("Warnings");
    page.items(prediction.warnings);
    page.verbatim(render(prediction.diagnostics, page.color()), 2);
  }
  page.blank();
  page.paragraph(method_line(prediction), 0, 0, Style::Dim);
}

}  // namespace

std::string text_report(const Prediction& prediction, const TextOptions& options) {
  Page page(options);
  if (!prediction.title.empty() && prediction.title != prediction.workflow) {
    page.paragraph(prediction.title, 0, 0, Style::Bold);
  }
  page.paragraph(subject(prediction), 0, 2, Style::Dim);
  page.blank();
  const bool helps = !prediction.edits.empty() && prediction.edits.front().verdict == Verdict::Faster;
  page.paragraph(headline(prediction), 0, 0, helps ? Style::Good : Style::Bold);
  page.blank();
  page.heading("Baseline");
  page.facts(history_facts(prediction.history));
  page.facts(baseline_facts(prediction));
  if (prediction.edits.empty()) {
    write_classes(page, prediction);
    write_jobs(page, prediction);
  } else {
    write_edits(page, prediction);
  }
  write_foundations(page, prediction);
  return page.take();
}

}  // namespace dagsim::report
