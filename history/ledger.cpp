#include "history/ledger.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"

namespace dagsim::history {

namespace {

constexpr yaml::Limits kLimits{.bytes = size_t{64} << 20, .depth = 50, .nodes = 5'000'000};
constexpr uint32_t kMostAttempts = 1'000;

/// Sorted, as messages list them. Those that only people read are known too.
const std::vector<std::string> kFileKeys = {"notes", "runs", "techniques"};
const std::vector<std::string> kRunKeys = {"after",   "attempt", "cache",   "categories", "change",  "conclusion",
                                           "event",   "id",      "jobs",    "lane",       "markers", "notes",
                                           "sccache", "scope",   "shape",   "siblings",   "spans",   "steps",
                                           "variant", "wall",    "workflow"};
const std::vector<std::string> kSpanKeys = {"end", "from", "notes", "seconds", "start", "to"};

constexpr std::array<std::pair<std::string_view, Conclusion>, 6> kConclusions{{{"cancelled", Conclusion::Cancelled},
                                                                               {"failure", Conclusion::Failure},
                                                                               {"skipped", Conclusion::Skipped},
                                                                               {"success", Conclusion::Success},
                                                                               {"timed_out", Conclusion::TimedOut},
                                                                               {"unknown", Conclusion::Unknown}}};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Digits compared as numbers of any length.
bool smaller_number(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

class LedgerReader {
 public:
  LedgerReader(const std::shared_ptr<const SourceFile>& file, Diagnostics& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  void read(const yaml::Node& root, History& history) {
    const yaml::Node* runs = root.find("runs");
    if (runs == nullptr) {
      const std::string found = root.is_mapping() ? "" : ", but found " + describe(root);
      diagnostics_.error("not-a-ledger", fmt::format("expected a ledger, with \"runs\" at its top{}", found),
                         at(root.range));
      return;
    }
    check_keys(root, kFileKeys, "a ledger");
    if (!runs->is_sequence() && !runs->is_null()) return wrong_type(*runs, "a sequence of runs");
    std::vector<RunRecord> records;
    for (const yaml::Node& item : runs->items) {
      if (item.is_mapping()) {
        read_run(item, records);
      } else {
        wrong_type(item, "a run, which is a mapping");
      }
    }
    if (ids_are_numbers_) std::ranges::stable_sort(records, before);
    std::ranges::move(records, std::back_inserter(history.runs));
  }

 private:
  static bool before(const RunRecord& a, const RunRecord& b) {
    if (smaller_number(a.id, b.id)) return true;
    return !smaller_number(b.id, a.id) && a.attempt < b.attempt;
  }

  SourceRange at(Range range) const { return {file_, range}; }

  void wrong_type(const yaml::Node& node, std::string_view expected) {
    diagnostics_.error("wrong-type", fmt::format("expected {}, but found {}", expected, describe(node)),
                       at(node.range));
  }

  void check_keys(const yaml::Node& mapping, std::span<const std::string> known, std::string_view what) {
    for (const yaml::Entry& entry : mapping.entries) {
      if (std::ranges::binary_search(known, entry.key)) continue;
      Diagnostic& finding = diagnostics_.warning(
          "unknown-key", fmt::format("unknown key \"{}\" in {} is ignored", entry.key, what), at(entry.key_range));
      const std::vector<std::string> near = nearest(entry.key, known);
      finding.notes.push_back(near.empty() ? DiagnosticNote{"expected " + any_of(known), {}}
                                           : DiagnosticNote{fmt::format("did you mean \"{}\"?", near.front()), {}});
    }
  }

  /// The text of a scalar; "" for an absent key.
  std::string text_of(const yaml::Node& mapping, std::string_view key) {
    const yaml::Node* node = mapping.find(key);
    if (node == nullptr || node->is_null()) return "";
    if (node->is_scalar()) return node->text;
    wrong_type(*node, fmt::format("one word as \"{}\"", key));
    return "";
  }

  void read_run(const yaml::Node& node, std::vector<RunRecord>& records) {
    check_keys(node, kRunKeys, "a run");
    RunRecord run;
    run.id = text_of(node, "id");
    if (run.id.empty()) {
      diagnostics_.error("missing-key", "a run needs an \"id\"", at(node.range));
      return;
    }
    run.where = at(node.find("id")->range);
    run.workflow = text_of(node, "workflow");
    run.event = text_of(node, "event");
    run.change = text_of(node, "change");
    run.lane = text_of(node, "lane");
    run.shape = text_of(node, "shape");
    run.variant = text_of(node, "variant");
    run.cache = text_of(node, "cache");
    if (const yaml::Node* attempt = node.find("attempt")) run.attempt = read_attempt(*attempt);
    read_wall(node, run);
    if (const yaml::Node* jobs = node.find("jobs")) read_jobs(*jobs, run);
    if (const yaml::Node* steps = node.find("steps")) read_steps(*steps, run);
    if (const yaml::Node* spans = node.find("spans")) read_spans(*spans, run);
    run.conclusion = read_conclusion(node, run);
    if (is_new(run)) records.push_back(std::move(run));
  }

  bool is_new(const RunRecord& run) {
    if (ids_are_numbers_ && !is_number(run.id)) {
      ids_are_numbers_ = false;
      diagnostics_.warning(
          "run-order", fmt::format("run id \"{}\" is not a number, so runs are taken in the order of the file", run.id),
          run.where);
    }
    if (seen_.insert({run.id, run.attempt}).second) return true;
    diagnostics_.warning("duplicate-run", fmt::format("run \"{}\" is listed twice; only the first is used", run.id),
                         run.where);
    return false;
  }

  uint32_t read_attempt(const yaml::Node& node) {
    uint32_t attempt = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [stop, code] = std::from_chars(node.text.data(), end, attempt);
    if (node.is_scalar() && code == std::errc() && stop == end && attempt >= 1 && attempt <= kMostAttempts)
      return attempt;
    wrong_type(node, fmt::format("an attempt, a whole number from 1 to {}", kMostAttempts));
    return 1;
  }

  /// A wall of anything but the gate says nothing about the gate.
  void read_wall(const yaml::Node& node, RunRecord& run) {
    const yaml::Node* wall = node.find("wall");
    const std::string scope = text_of(node, "scope");
    if (wall == nullptr) return;
    const std::optional<double> seconds = read_figure(*wall);
    if (scope.empty() || scope == "gate" || scope == "required gate") run.wall = seconds;
  }

  Conclusion read_conclusion(const yaml::Node& node, const RunRecord& run) {
    const std::string word = text_of(node, "conclusion");
    if (word.empty())
      return node.find("wall") != nullptr || !run.jobs.empty() ? Conclusion::Success : Conclusion::Unknown;
    const auto* found = std::ranges::find(kConclusions, word, &std::pair<std::string_view, Conclusion>::first);
    if (found != kConclusions.end()) return found->second;
    std::vector<std::string> words;
    for (const auto& conclusion : kConclusions) words.emplace_back(conclusion.first);
    diagnostics_.error("unknown-conclusion", fmt::format("unknown conclusion \"{}\", expected {}", word, any_of(words)),
                       at(node.find("conclusion")->range));
    return Conclusion::Unknown;
  }

  void read_jobs(const yaml::Node& jobs, RunRecord& run) {
    if (!jobs.is_mapping()) return wrong_type(jobs, "a mapping from jobs to durations");
    for (const yaml::Entry& entry : jobs.entries) {
      if (!entry.value.is_mapping()) {
        read_job(entry, "", run);
        continue;
      }
      for (const yaml::Entry& job : entry.value.entries) read_job(job, entry.key, run);
    }
  }

  void read_job(const yaml::Entry& entry, const std::string& lane, RunRecord& run) {
    const std::optional<Seconds> seconds = read_seconds(entry.value);
    if (!seconds) return;
    JobRecord job;
    job.name = entry.key;
    job.lane = lane;
    job.seconds = *seconds;
    job.over_legs = entry.value.text.find("..") != std::string::npos;
    run.jobs.push_back(std::move(job));
  }

  void read_steps(const yaml::Node& steps, RunRecord& run) {
    if (!steps.is_mapping()) return wrong_type(steps, "a mapping from steps to durations");
    for (const yaml::Entry& entry : steps.entries) {
      const size_t colon = entry.key.find(": ");
      const std::string_view key = entry.key;
      const std::string_view job = trim(key.substr(0, colon));
      const std::string_view name = colon == std::string::npos ? "" : trim(key.substr(colon + 2));
      if (job.empty() || name.empty()) {
        diagnostics_.error("step-name", fmt::format("expected a step as \"job: step\", but found \"{}\"", entry.key),
                           at(entry.key_range));
      } else if (const std::optional<Seconds> seconds = read_seconds(entry.value)) {
        run.steps.push_back({std::string(job), std::string(name), *seconds});
      }
    }
  }

  void read_spans(const yaml::Node& spans, RunRecord& run) {
    if (!spans.is_sequence()) return wrong_type(spans, "a sequence of spans");
    for (const yaml::Node& node : spans.items) {
      if (!node.is_mapping()) {
        wrong_type(node, "a span, which is a mapping with \"from\", \"to\" and \"seconds\"");
        continue;
      }
      check_keys(node, kSpanKeys, "a span");
      const std::vector<std::string> from = read_names(node, "from");
      const std::vector<std::string> to = read_names(node, "to");
      const yaml::Node* seconds = node.find("seconds");
      if (seconds == nullptr) diagnostics_.error("missing-key", "a span needs \"seconds\"", at(node.range));
      const std::optional<double> length = seconds != nullptr ? read_figure(*seconds) : std::nullopt;
      if (length && !from.empty() && !to.empty()) run.spans.push_back({from, to, *length});
    }
  }

  /// One name or a sequence of them; empty, with an error, for anything else.
  std::vector<std::string> read_names(const yaml::Node& span, std::string_view key) {
    const yaml::Node* node = span.find(key);
    if (node == nullptr) {
      diagnostics_.error("missing-key", fmt::format("a span needs \"{}\"", key), at(span.range));
      return {};
    }
    std::vector<std::string> names;
    if (node->is_scalar() && !node->text.empty()) return {node->text};
    for (const yaml::Node& item : node->items) {
      if (item.is_scalar() && !item.text.empty()) names.push_back(item.text);
    }
    if (names.empty() || names.size() != node->items.size()) {
      wrong_type(*node, fmt::format("a job or a sequence of jobs as \"{}\"", key));
      return {};
    }
    return names;
  }

  std::optional<double> read_figure(const yaml::Node& node) {
    if (node.text.find("..") != std::string::npos) {
      wrong_type(node, "one duration, not a range");
      return std::nullopt;
    }
    const std::optional<Seconds> seconds = read_seconds(node);
    return seconds ? std::optional(seconds->high) : std::nullopt;
  }

  /// "4m33s", "59..1m46s", "..1m50s", or a number of seconds.
  std::optional<Seconds> read_seconds(const yaml::Node& node) {
    if (!node.is_scalar() || node.is_null()) {
      wrong_type(node, "a duration such as 42, 4m33s or 59..1m46s");
      return std::nullopt;
    }
    const std::string_view text = trim(node.text);
    const size_t dots = text.find("..");
    std::optional<double> low = 0;
    std::optional<double> high;
    if (dots == std::string_view::npos) {
      high = duration(text, node);
      low = high;
    } else {
      if (dots > 0) low = parse_duration(trim(text.substr(0, dots)));
      high = parse_duration(trim(text.substr(dots + 2)));
    }
    if (!low || !high || !std::isfinite(*high)) {
      diagnostics_.error("invalid-duration",
                         fmt::format("expected a duration such as 42, 4m33s or 59..1m46s, but found \"{}\"", node.text),
                         at(node.range));
      return std::nullopt;
    }
    if (*low > *high) {
      diagnostics_.error("invalid-duration", fmt::format("the range \"{}\" ends before it begins", node.text),
                         at(node.range));
      return std::nullopt;
    }
    return Seconds{*low, *high};
  }

  /// YAML knows spellings of numbers, such as 1e3, that durations don't have.
  static std::optional<double> duration(std::string_view text, const yaml::Node& node) {
    if (const std::optional<double> seconds = parse_duration(text)) return seconds;
    const bool usable = node.kind == yaml::Kind::Number && std::isfinite(node.number) && node.number >= 0;
    return usable ? std::optional(node.number) : std::nullopt;
  }

  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
  std::set<std::pair<std::string, uint32_t>> seen_;
  bool ids_are_numbers_ = true;
};

}  // namespace

void read_ledger(const std::shared_ptr<const SourceFile>& file, History& history, Diagnostics& diagnostics) {
  if (const std::optional<yaml::Node> root = yaml::parse(file, diagnostics, kLimits)) {
    LedgerReader(file, diagnostics).read(*root, history);
  }
}

}  // namespace dagsim::history
