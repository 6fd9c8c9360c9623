#include "report/markdown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/mermaid.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using study::EditLine;
using study::JobLine;
using study::Prediction;
using study::Verdict;

std::string edit_row(const EditLine& edit) {
  const std::string id = markdown_escaped(edit.id);
  if (edit.verdict == Verdict::Illegal) return fmt::format("| - | {} | | | illegal | | |\n", id);
  const char* strong = edit.verdict == Verdict::Faster ? "**" : "";
  return fmt::format("| {} | {} | {} | {}{}{} ({}) | {} | {} | {} |\n", edit.rank, id,
                     format_duration(edit.pipeline.wall.p50), strong, format_duration_change(edit.wall_change.mean),
                     strong, interval_text(edit.wall_change.interval), verdict_word(edit.verdict),
                     percent(edit.p_faster), amount_change(edit.minutes_change.mean));
}

std::string best_set(const study::BestSet& best) {
  std::string out = fmt::format("### Best together\n\n{}\n\n", markdown_escaped(best_set_line(best)));
  out += "| | make | wall clock p50 | gains | interval | then capped by |\n|--:|:--|--:|--:|--:|:--|\n";
  size_t number = 0;
  for (const study::SetStep& step : best.steps) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", ++number, markdown_escaped(step.edit),
                       format_duration(step.wall.p50), format_duration_change(step.gain.mean),
                       interval_text(step.gain.interval), markdown_escaped(step.next_bottleneck));
  }
  return out;
}

std::string classes(const Prediction& prediction) {
  std::string out = "### By kind of change\n\n";
  const std::vector<std::vector<std::string>> rows = class_rows(prediction);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const std::string& text : rows[i]) out += fmt::format("| {} ", markdown_escaped(text));
    out += "|\n";
    if (i > 0) continue;
    for (size_t column = 0; column < rows[i].size(); ++column) out += column == 0 ? "|:--" : "|--:";
    out += "|\n";
  }
  return out + fmt::format("\n{}\n", class_line(prediction));
}

std::string edit_table(const Prediction& prediction) {
  std::string out =
      fmt::format("| # | edit | wall clock p50 | change ({} interval) | verdict | faster in | minutes |\n",
                  percent(prediction.confidence));
  out += "|--:|:--|--:|--:|:--|--:|--:|\n";
  for (const EditLine& edit : prediction.edits) {
    if (!edit.dropped) out += edit_row(edit);
  }
  for (const std::string& line : {dropped_line(prediction), trade_off_line(prediction)}) {
    if (!line.empty()) out += fmt::format("\n{}\n", markdown_escaped(line));
  }
  return out;
}

std::string edit_details(const Prediction& prediction) {
  std::string out;
  for (const EditLine& edit : prediction.edits) {
    if (edit.dropped) continue;
    if (!out.empty()) out += "\n";
    const std::string title =
        edit.title.empty() || edit.title == edit.id ? "" : fmt::format(": {}", markdown_escaped(edit.title));
    out += fmt::format("#### {}{}\n\n", markdown_escaped(edit.id), title);
    if (!edit.diagnostics.empty()) out += markdown_verbatim(render(edit.diagnostics)) + "\n";
    out += markdown_facts(edit_facts(prediction, edit));
  }
  return out;
}

std::string job_table(const Prediction& prediction) {
  std::string out = "| job | mean | critical in | drag | slack | origin |\n|:--|--:|--:|--:|--:|:--|\n";
  for (const JobLine& job : prediction.baseline.jobs) {
    if (!job.runs) continue;
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_escaped(job.key), format_duration(job.mean),
                       percent(job.criticality), format_duration(job.drag), format_duration(job.slack),
                       markdown_escaped(job.origin));
  }
  return out;
}

std::string items(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& item : list) out += fmt::format("- {}\n", markdown_escaped(item));
  return out;
}

}  // namespace

std::string markdown_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '\n':
        out += ' ';
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '|':
      case '#':
      case '~':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markdown_verbatim(std::string_view text) {
  std::string fence = "```";
  while (text.find(fence) != std::string_view::npos) fence += '`';
  return fmt::format("{}text\n{}{}{}\n", fence, text, text.ends_with('\n') ? "" : "\n", fence);
}

std::string markdown_diagram(const study::PipelineLine& pipeline) {
  return fmt::format("```mermaid\n{}```\n", mermaid(pipeline));
}

std::string markdown_facts(const std::vector<Fact>& facts) {
  std::string out;
  for (const Fact& fact : facts) {
    if (fact.lines.size() == 1) {
      out += fmt::format("- **{}:** {}\n", fact.label, markdown_escaped(fact.lines.front()));
      continue;
    }
    out += fmt::format("- **{}:**\n", fact.label);
    for (const std::string& line : fact.lines) out += fmt::format("  - {}\n", markdown_escaped(line));
  }
  return out;
}

std::string markdown_folded(std::string_view summary, std::string_view body) {
  while (body.ends_with('\n')) body.remove_suffix(1);
  return fmt::format("<details><summary>{}</summary>\n\n{}\n\n</details>\n", summary, body);
}

std::string markdown_foundations(const Prediction& prediction) {
  std::string out = markdown_facts(history_facts(prediction.history));
  if (!prediction.assumptions.empty()) out += fmt::format("\nAssumptions:\n\n{}", items(prediction.assumptions));
  if (!prediction.warnings.empty()) out += fmt::format("\nWarnings:\n\n{}", items(prediction.warnings));
  if (!prediction.diagnostics.empty()) out += fmt::format("\n{}", markdown_verbatim(render(prediction.diagnostics)));
  out += fmt::format("\n{}\n", method_line(prediction));
  return markdown_folded("What the figures rest on", out);
}

std::string markdown_report(const Prediction& prediction, std::string_view command) {
  const std::string& title = prediction.title.empty() ? prediction.workflow : prediction.title;
  std::string out = fmt::format("## {}\n\n**{}**\n\n", markdown_escaped(title), markdown_escaped(headline(prediction)));
  if (!prediction.edits.empty()) out += edit_table(prediction) + "\n";
  if (prediction.best_set) out += best_set(*prediction.best_set) + "\n";
  if (prediction.by_change) out += classes(prediction) + "\n";
  out += fmt::format("### Baseline: {}\n\n", markdown_escaped(subject(prediction)));
  out += markdown_facts(baseline_facts(prediction)) + "\n";
  out += markdown_diagram(prediction.baseline) + "\n";
  if (prediction.edits.empty()) {
    out += markdown_folded("Jobs", job_table(prediction)) + "\n";
  } else {
    out += markdown_folded("Each edit", edit_details(prediction)) + "\n";
  }
  out += markdown_foundations(prediction);
  if (!command.empty()) out += fmt::format("\nReproduce with:\n\n```sh\n{}\n```\n", command);
  return out;
}

}  // namespace dagsim::report
