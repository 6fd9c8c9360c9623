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

std::string old_findings_line(const CheckResult& result) {
  return fmt::format("{} that base has too: dagsim check WORKFLOW lists them.", count(result.old_findings, "finding"));
}

/// "3 findings in .: 1 error, 2 warnings."
std::string findings_headline(const std::string& path, const std::vector<Finding>& findings) {
  std::vector<std::string> parts;
  constexpr std::pair<Severity, const char*> kNames[] = {
      {Severity::Error, "error"}, {Severity::Warning, "warning"}, {Severity::Note, "note"}};
  for (const auto& [severity, name] : kNames) {
    const auto number = std::ranges::count(findings, severity, &Finding::severity);
    if (number > 0) parts.push_back(count(static_cast<uint64_t>(number), name));
  }
  if (parts.empty()) return fmt::format("No findings in {}.", path);
  return fmt::format("{} in {}: {}.", count(findings.size(), "finding"), path, join(parts, ", "));
}

}  // namespace

bool findings_fail(const std::vector<Finding>& findings) {
  return std::ranges::count(findings, Severity::Error, &Finding::severity) > 0;
}

std::string findings_text(const std::string& path, const std::vector<Finding>& findings, const TextOptions& options) {
  Page page(options);
  page.paragraph(findings_headline(path, findings), 0, 0, findings_fail(findings) ? Style::Bad : Style::Bold);
  if (findings.empty()) return page.take();
  page.blank();
  page.verbatim(render(as_diagnostics(findings), page.color()), 0);
  return page.take();
}

std::string findings_markdown(const std::string& path, const std::vector<Finding>& findings) {
  std::string out =
      fmt::format("## Workflow findings\n\n**{}**\n", markdown_escaped(findings_headline(path, findings)));
  if (findings.empty()) return out;
  out += "\n| where | finding | rule |\n|:--|:--|:--|\n";
  for (const Finding& finding : findings) {
    std::string where;
    if (finding.where) {
      where = fmt::format("{}:{}", finding.where.file->path(),
                          finding.where.file->position(finding.where.range.begin).line);
    }
    out += fmt::format("| {} | {} | {} |\n", markdown_escaped(where), markdown_escaped(finding.message), finding.rule);
  }
  return out;
}

std::string findings_json(const std::string& path, const std::vector<Finding>& findings) {
  JsonWriter json;
  json.begin_object();
  json.key("schema").string("dagsim.findings/1");
  json.key("workflow").string(path);
  json.key("passed").boolean(!findings_fail(findings));
  json.key("findings");
  write_diagnostics(json, as_diagnostics(findings));
  json.end_object();
  return json.take() + "\n";
}

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
    page.heading("New findings in head");
    page.verbatim(render(as_diagnostics(result.findings), page.color()), 2);
  }
  if (result.old_findings > 0) page.paragraph(old_findings_line(result), 0, 2, Style::Dim);
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
  if (result.old_findings > 0) out += markdown_escaped(old_findings_line(result)) + "\n\n";
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
  json.key("old_findings").integer(result.old_findings);
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
