#include "report/history.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/json_writer.h"
#include "report/page.h"
#include "report/words.h"

namespace dagsim::report {
namespace {

using history::Conclusion;
using history::RunRecord;

std::string size_text(uint64_t bytes) {
  constexpr double kMegabyte = 1024.0 * 1024.0;
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / kMegabyte);
}

std::string logs_text(const history::StoreSummary& summary) {
  if (summary.logs == 0) return "";
  return fmt::format("{} with {}, ", count(summary.logs, "log"), count(summary.restores, "restored cache"));
}

/// What stands beside runs and jobs.
std::string beside_text(const history::StoreSummary& summary) {
  std::vector<std::string> parts;
  if (summary.artifacts > 0)
    parts.push_back(fmt::format("{} of {}", count(summary.artifacts, "artifact"), size_text(summary.artifact_bytes)));
  if (summary.caches > 0) {
    parts.push_back(fmt::format("{} of {}",
                                summary.caches == 1 ? "1 cache entry" : fmt::format("{} cache entries", summary.caches),
                                size_text(summary.cache_bytes)));
  }
  if (summary.ledgers > 0) parts.push_back(count(summary.ledgers, "ledger"));
  return join(parts, ", ");
}

std::string_view word(Conclusion conclusion) {
  constexpr std::array<std::string_view, 6> kWords = {"success", "failure",   "cancelled",
                                                      "skipped", "timed out", "unknown"};
  return kWords[static_cast<size_t>(conclusion)];
}

double longest_end(const RunRecord& run) {
  double end = 0;
  for (const history::JobRecord& job : run.jobs) {
    if (job.start) end = std::max(end, *job.start + job.seconds.high);
  }
  return end;
}

}  // namespace

std::string history_text(const HistoryOverview& overview, const TextOptions& options) {
  const history::StoreSummary& summary = overview.summary;
  Page page(options);
  if (summary.runs == 0) {
    page.paragraph(fmt::format("{} holds no runs; dagsim import adds some.", overview.path));
    return page.take();
  }
  page.paragraph(fmt::format("{} from {} to {} (UTC), {} of them can be learned from.", count(summary.runs, "run"),
                             format_timestamp(summary.first), format_timestamp(summary.last), overview.usable),
                 0, 0, Style::Bold);
  page.paragraph(fmt::format("{}: {}, {}, {}{}", overview.path, count(summary.jobs, "job"),
                             count(summary.steps, "step"), logs_text(summary), size_text(overview.bytes)),
                 0, 2, Style::Dim);
  if (const std::string beside = beside_text(summary); !beside.empty()) page.paragraph(beside, 0, 2, Style::Dim);
  page.blank();
  Table table({{"workflow", Align::Left, 1},
               {"event", Align::Left, 2},
               {"ended as", Align::Left, 0},
               {"runs", Align::Right, 0}});
  for (const history::StoreSummary::Group& group : summary.groups) {
    table.add({{group.workflow, Style::Plain},
               {group.event, Style::Plain},
               {group.conclusion, Style::Plain},
               {std::to_string(group.runs), Style::Plain}});
  }
  page.table(table);
  if (overview.excluded.empty()) return page.take();
  page.blank();
  page.heading("Left out");
  std::vector<std::string> reasons;
  for (const auto& [reason, runs] : overview.excluded) reasons.push_back(fmt::format("{} ({})", reason, runs));
  page.items(reasons);
  return page.take();
}

std::string history_json(const HistoryOverview& overview) {
  const history::StoreSummary& summary = overview.summary;
  JsonWriter json;
  json.begin_object();
  json.key("schema").string("dagsim.history/1");
  json.key("path").string(overview.path);
  json.key("bytes").integer(overview.bytes);
  json.key("runs").integer(summary.runs);
  json.key("jobs").integer(summary.jobs);
  json.key("steps").integer(summary.steps);
  json.key("logs").integer(summary.logs);
  json.key("restores").integer(summary.restores);
  json.key("artifacts").integer(summary.artifacts);
  json.key("artifact_bytes").integer(summary.artifact_bytes);
  json.key("caches").integer(summary.caches);
  json.key("cache_bytes").integer(summary.cache_bytes);
  json.key("ledgers").integer(summary.ledgers);
  json.key("first").number(summary.first);
  json.key("last").number(summary.last);
  json.key("usable").integer(overview.usable);
  json.key("groups").begin_array();
  for (const history::StoreSummary::Group& group : summary.groups) {
    json.begin_object();
    json.key("workflow").string(group.workflow);
    json.key("event").string(group.event);
    json.key("conclusion").string(group.conclusion);
    json.key("runs").integer(group.runs);
    json.end_object();
  }
  json.end_array();
  json.key("excluded").begin_object();
  for (const auto& [reason, runs] : overview.excluded) json.key(reason).integer(runs);
  json.end_object();
  json.end_object();
  return json.take() + "\n";
}

std::string runs_text(const std::vector<RunRecord>& runs, const TextOptions& options) {
  Page page(options);
  Table table({{"run", Align::Left, 0},
               {"started (UTC)", Align::Left, 0},
               {"workflow", Align::Left, 2},
               {"event", Align::Left, 3},
               {"branch", Align::Left, 1},
               {"ended as", Align::Left, 0},
               {"jobs", Align::Right, 0},
               {"took", Align::Right, 0}});
  for (const RunRecord& run : runs) {
    table.add({{run.attempt > 1 ? fmt::format("{} #{}", run.id, run.attempt) : run.id, Style::Plain},
               {run.start ? format_timestamp(*run.start) : "", Style::Plain},
               {run.workflow, Style::Plain},
               {run.event, Style::Plain},
               {run.branch, Style::Plain},
               {std::string(word(run.conclusion)), run.conclusion == Conclusion::Success ? Style::Plain : Style::Dim},
               {std::to_string(run.jobs.size()), Style::Plain},
               {format_duration(longest_end(run)), Style::Plain}});
  }
  page.table(table);
  return page.take();
}

std::string runs_json(const std::vector<RunRecord>& runs) {
  std::string lines;
  for (const RunRecord& run : runs) {
    JsonWriter json;
    json.begin_object();
    json.key("id").string(run.id);
    json.key("attempt").integer(run.attempt);
    json.key("workflow").string(run.workflow);
    json.key("event").string(run.event);
    json.key("branch").string(run.branch);
    json.key("conclusion").string(word(run.conclusion));
    json.key("start");
    if (run.start) {
      json.number(*run.start);
    } else {
      json.null();
    }
    json.key("jobs").integer(run.jobs.size());
    json.key("seconds").number(longest_end(run));
    json.end_object();
    lines += json.take() + "\n";
  }
  return lines;
}

}  // namespace dagsim::report
