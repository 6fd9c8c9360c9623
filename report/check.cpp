#include "report/check.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/page.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using study::CheckResult;
using study::EditLine;
using study::Finding;

const EditLine* head_of(const CheckResult& result) {
  return result.prediction.edits.empty() ? nullptr : &result.prediction.edits.front();
}

size_t errors_of(const CheckResult& result) {
  return static_cast<size_t>(std::count_if(result.findings.begin(), result.findings.end(),
                                           [](const Finding& finding) { return finding.severity == Severity::Error; }));
}

/// One sentence: passed or failed, the change, and what was allowed.
std::string check_headline(const CheckResult& result) {
  const EditLine* head = head_of(result);
  std::string text = check_fails(result) ? "Failed: " : "Passed: ";
  if (head == nullptr) {
    text += "head changes nothing that runs";
  } else if (head->verdict == study::Verdict::Illegal) {
    text += "head could not be predicted";
  } else {
    text += fmt::format("wall clock {} -> {} at the median, {} on average ({}), that is {} where {} is allowed",
                        format_duration(result.prediction.baseline.wall.p50), format_duration(head->pipeline.wall.p50),
                        format_duration_change(head->wall_change.mean), interval_text(head->wall_change.interval),
                        percent_change(result.regression), percent(result.threshold));
  }
  if (!result.failed && result.regression > result.threshold)
    text += ", but the interval reaches below: not shown to be slower";
  if (const size_t errors = errors_of(result); errors > 0) text += fmt::format("; {}", count(errors, "error"));
  return text + ".";
}

Diagnostics as_diagnostics(const std::vector<Finding>& findings) {
  Diagnostics diagnostics;
  for (const Finding& finding : findings) {
    diagnostics.add({finding.severity, finding.rule, finding.message, finding.where, {}});
  }
  return diagnostics;
}

}  // namespace

bool check_fails(const CheckResult& result) {
  return result.failed || errors_of(result) > 0;
}

std::string check_text(const CheckResult& result, const TextOptions& options) {
  const study::Prediction& prediction = result.prediction;
  Page page(options);
  page.paragraph(check_headline(result), 0, 0, check_fails(result) ? Style::Bad : Style::Good);
  page.paragraph(subject(prediction), 0, 2, Style::Dim);
  if (!result.findings.empty()) {
    page.blank();
    page.heading("Findings in head");
    page.verbatim(render(as_diagnostics(result.findings), page.color()), 2);
  }
  if (const EditLine* head = head_of(result)) {
    page.blank();
    page.heading("Head");
    page.verbatim(render(head->diagnostics, page.color()), 2);
    page.facts(edit_facts(prediction, *head));
  }
  page.blank();
  page.heading("Base");
  page.facts(history_facts(prediction.history));
  page.facts(baseline_facts(prediction));
  if (!prediction.warnings.empty()) {
    page.blank();
    page.heading("Warnings");
    page.items(prediction.warnings);
  }
  page.blank();
  page.paragraph(method_line(prediction), 0, 0, Style::Dim);
  return page.take();
}

std::string check_markdown(const CheckResult& result, std::string_view command) {
  const study::Prediction& prediction = result.prediction;
  std::string out = fmt::format("## CI wall clock: {}\n\n**{}**\n\n", check_fails(result) ? "failed" : "passed",
                                markdown_escaped(check_headline(result)));
  if (!result.findings.empty()) out += markdown_verbatim(render(as_diagnostics(result.findings))) + "\n";
  if (const EditLine* head = head_of(result)) {
    std::string body = markdown_facts(edit_facts(prediction, *head));
    if (!head->diagnostics.empty()) body += fmt::format("\n{}", markdown_verbatim(render(head->diagnostics)));
    if (head->verdict != study::Verdict::Illegal) body += fmt::format("\n{}", markdown_diagram(head->pipeline));
    out += markdown_folded("Head", body) + "\n";
  }
  out += markdown_folded("Base", fmt::format("{}\n{}", markdown_facts(baseline_facts(prediction)),
                                             markdown_diagram(prediction.baseline))) +
         "\n";
  out += markdown_foundations(prediction);
  if (!command.empty()) out += fmt::format("\nReproduce with:\n\n```sh\n{}\n```\n", command);
  return out;
}

std::string check_json(const CheckResult& result) {
  const study::Prediction& prediction = result.prediction;
  JsonWriter json;
  json.begin_object();
  json.key("schema").string("dagsim.check/1");
  json.key("passed").boolean(!check_fails(result));
  json.key("regression").number(result.regression, 4);
  json.key("threshold").number(result.threshold, 4);
  write_subject(json, prediction);
  json.key("findings");
  write_diagnostics(json, as_diagnostics(result.findings));
  json.key("history");
  write_history(json, prediction.history);
  json.key("base");
  write_pipeline(json, prediction.baseline);
  json.key("head");
  if (const EditLine* head = head_of(result)) {
    write_edit(json, *head);
  } else {
    json.null();
  }
  json.key("assumptions").strings(prediction.assumptions);
  json.key("warnings").strings(prediction.warnings);
  json.key("diagnostics");
  write_diagnostics(json, prediction.diagnostics);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace dagsim::report
