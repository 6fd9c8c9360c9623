#include "history/history.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "history/answer_files.h"
#include "history/ledger.h"
#include "history/rest.h"
#include "history/rest_join.h"
#include "history/sample.h"
#include "history/store.h"

namespace dagsim::history {

namespace {

/// The ledgers that may have been meant where a folder holds no JSON.
void suggest_ledgers(const FileSystem& files, const std::string& folder, Diagnostic& finding) {
  for (const std::string& name : files.list(folder)) {
    if (is_ledger_name(name))
      finding.notes.push_back({fmt::format("did you mean \"{}\"?", join_path(folder, name)), {}});
  }
}

void report_missing(const FileSystem& files, const std::string& path, Diagnostics& diagnostics) {
  Diagnostic& finding =
      diagnostics.error("missing-file", fmt::format("there is no file or folder \"{}\" to read past runs from", path));
  const std::string folder = parent_path(path);
  if (!files.is_directory(folder)) return;
  std::vector<std::string> siblings;
  for (const std::string& name : files.list(folder)) siblings.push_back(join_path(folder, name));
  for (const std::string& near : nearest(path, siblings)) {
    finding.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
  }
}

void read_answers(const FileSystem& files, const std::vector<std::string>& paths, History& history,
                  Diagnostics& diagnostics) {
  std::vector<std::shared_ptr<const SourceFile>> sources;
  sources.reserve(paths.size());
  for (const std::string& path : paths) sources.push_back(load_text(files, path));
  join_rest(read_rest(sources, diagnostics), history, diagnostics);
}

std::string excluded_text(const History& history) {
  std::vector<std::string> parts;
  for (const auto& [reason, count] : history.excluded) parts.push_back(fmt::format("{} {}", count, reason));
  return join(parts, ", ");
}

void report_empty(const History& history, Diagnostics& diagnostics) {
  const std::string_view wanted = is_ledger_name(history.source)
                                      ? "a ledger's \"runs\""
                                      : "listings of runs (\"workflow_runs\") and of their jobs (\"jobs\")";
  Diagnostic& finding = diagnostics.error(
      "empty-history", fmt::format("there is no past run to learn from in {}; looked for {}", history.source, wanted));
  if (!history.excluded.empty()) finding.notes.push_back({"left out: " + excluded_text(history), {}});
}

/// The ids as numbers, if all are.
std::optional<std::vector<uint64_t>> numbers_of(const std::vector<RunRecord>& runs) {
  std::vector<uint64_t> numbers;
  for (const RunRecord& run : runs) {
    uint64_t number = 0;
    const char* end = run.id.data() + run.id.size();
    const auto [stop, code] = std::from_chars(run.id.data(), end, number);
    if (code != std::errc() || stop != end) return std::nullopt;
    numbers.push_back(number);
  }
  return numbers;
}

/// What a person wrote of a run that GitHub tells of too.
void add_words(RunRecord& run, RunRecord written) {
  const auto fill = [](std::string& mine, std::string& theirs) {
    if (mine.empty()) mine = std::move(theirs);
  };
  fill(run.shape, written.shape);
  fill(run.variant, written.variant);
  fill(run.change, written.change);
  fill(run.lane, written.lane);
  fill(run.cache, written.cache);
  if (!run.wall) run.wall = written.wall;
}

void add_ledgers(const std::vector<StoredLedger>& ledgers, History& history, Diagnostics& diagnostics) {
  if (ledgers.empty()) return;
  std::map<std::pair<std::string, uint32_t>, size_t> known;
  for (size_t i = 0; i < history.runs.size(); ++i) known[{history.runs[i].id, history.runs[i].attempt}] = i;
  for (const StoredLedger& ledger : ledgers) {
    History written;
    read_ledger(std::make_shared<const SourceFile>(ledger.path, ledger.text), written, diagnostics);
    for (const auto& [reason, runs] : written.excluded) history.excluded[reason] += runs;
    for (RunRecord& run : written.runs) {
      const auto [place, is_new] = known.try_emplace({run.id, run.attempt}, history.runs.size());
      if (is_new) {
        history.runs.push_back(std::move(run));
      } else {
        add_words(history.runs[place->second], std::move(run));
      }
    }
  }
  const std::optional<std::vector<uint64_t>> numbers = numbers_of(history.runs);
  if (!numbers) return;
  std::vector<std::pair<uint64_t, size_t>> order;
  for (size_t i = 0; i < numbers->size(); ++i) order.emplace_back((*numbers)[i], i);
  std::ranges::sort(order);
  std::vector<RunRecord> sorted;
  for (const auto& [number, i] : order) sorted.push_back(std::move(history.runs[i]));
  history.runs = std::move(sorted);
}

}  // namespace

History history_of(const Store& store, const std::string& path, Diagnostics& diagnostics) {
  History history;
  history.source = path;
  join_rest(store.rows(), history, diagnostics);
  add_ledgers(store.ledgers(), history, diagnostics);
  warn_of_truncated(store.samples(), path, diagnostics);
  return history;
}

std::string_view to_string(CacheState state) {
  switch (state) {
    case CacheState::Exact:
      return "exact";
    case CacheState::Partial:
      return "partial";
    case CacheState::Miss:
      return "miss";
  }
  return "";
}

std::string_view ended_as(Conclusion conclusion) {
  switch (conclusion) {
    case Conclusion::Success:
      return "succeeded";
    case Conclusion::Failure:
      return "failed";
    case Conclusion::Cancelled:
      return "cancelled";
    case Conclusion::Skipped:
      return "skipped";
    case Conclusion::TimedOut:
      return "timed out";
    case Conclusion::Unknown:
      break;
  }
  return "ended otherwise";
}

History read_history(const FileSystem& files, const std::string& path, Diagnostics& diagnostics) {
  History history;
  history.source = path;
  Diagnostics own;
  if (files.is_directory(path)) {
    const std::vector<std::string> paths = find_answers(files, path);
    if (paths.empty()) {
      Diagnostic& finding =
          diagnostics.error("empty-history", fmt::format("there is no .json file in the folder \"{}\"", path));
      suggest_ledgers(files, path, finding);
      return history;
    }
    read_answers(files, paths, history, own);
    warn_of_truncated(samples_in(files, path), path, own);
  } else if (!files.is_file(path)) {
    report_missing(files, path, diagnostics);
    return history;
  } else if (is_ledger_name(path)) {
    read_ledger(load_text(files, path), history, own);
  } else if (is_answer_name(path)) {
    read_answers(files, {path}, history, own);
  } else if (is_store_name(path)) {
    history = history_of(Store(path, Store::Access::Read), path, own);
  } else {
    diagnostics.error(
        "unknown-history",
        fmt::format("expected past runs in a .yaml, .json or .db file or a folder, but found \"{}\"", path));
    return history;
  }
  for (const Diagnostic& finding : own.list()) {
    if (finding.rule == "truncated-sample") history.warnings.push_back(finding.message);
  }
  diagnostics.append(own);
  if (history.runs.empty() && !own.has_errors()) report_empty(history, diagnostics);
  return history;
}

void cut_history(History& history, const std::string& before, Diagnostics& diagnostics) {
  const auto first = std::ranges::find(history.runs, before, &RunRecord::id);
  if (first != history.runs.end()) {
    history.runs.erase(first, history.runs.end());
    return;
  }
  Diagnostic& finding = diagnostics.error(
      "unknown-run", fmt::format("there is no run \"{}\" in {} to cut the history at", before, history.source));
  std::vector<std::string> ids;
  for (const RunRecord& run : history.runs) ids.push_back(run.id);
  for (const std::string& near : nearest(before, ids))
    finding.notes.push_back({fmt::format("did you mean \"{}\"?", near), {}});
}

}  // namespace dagsim::history
