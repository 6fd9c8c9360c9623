#include "history/ledger.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"
#include "history/model_file.h"

namespace dagsim::history {

namespace {

constexpr yaml::Limits kLimits{.bytes = size_t{64} << 20, .depth = 50, .nodes = 5'000'000};
constexpr uint32_t kMostAttempts = 1'000;

/// Sorted, as messages list them. Those that only people read are known too.
const std::vector<std::string> kFileKeys = {"dagsim-model", "learned",    "left-out",   "listings", "notes",
                                            "runs",         "step-names", "techniques", "warnings", "workflow"};
const std::vector<std::string> kRunKeys = {
    "after", "attempt",  "branch", "cache",   "categories", "change",  "conclusion", "event",   "fork",
    "id",    "jobs",     "lane",   "listing", "markers",    "notes",   "restores",   "sccache", "scope",
    "shape", "siblings", "spans",  "start",   "steps",      "variant", "wall",       "workflow"};
const std::vector<std::string> kTechniqueKeys = {"after", "before", "estimate", "id", "measured", "notes", "verdict"};
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
    if (const yaml::Node* version = root.find("dagsim-model")) read_model_head(*version, root, history);
    workflow_ = text_of(root, "workflow");
    if (!runs->is_sequence() && !runs->is_null()) return wrong_type(*runs, "a sequence of runs");
    std::vector<RunRecord> records;
    for (const yaml::Node& item : runs->items) {
      if (item.is_mapping()) {
        read_run(item, records);
      } else {
        wrong_type(item, "a run, which is a mapping");
      }
    }
    if (ids_are_numbers_ && !is_model_) std::ranges::stable_sort(records, before);
    std::ranges::move(records, std::back_inserter(history.runs));
    if (const yaml::Node* techniques = root.find("techniques")) read_techniques(*techniques, history);
  }

 private:
  void read_techniques(const yaml::Node& node, History& history) {
    for (const yaml::Node& item : node.items) {
      if (!item.is_mapping()) {
        wrong_type(item, "a technique, which is a mapping");
        continue;
      }
      check_keys(item, kTechniqueKeys, "a technique");
      history.techniques.push_back({text_of(item, "id"), text_of(item, "before"), text_of(item, "after"),
                                    text_of(item, "verdict"), text_of(item, "estimate"), text_of(item, "measured")});
    }
  }

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

  /// What a model file has at its top and no person writes.
  void read_model_head(const yaml::Node& version, const yaml::Node& root, History& history) {
    is_model_ = true;
    if (!version.is_scalar() || version.text != kModelVersion) {
      diagnostics_.error("model-version",
                         fmt::format("expected a model file of version {}, but found {}: write it anew with this "
                                     "version's dagsim calibrate --format yaml",
                                     kModelVersion, describe(version)),
                         at(version.range));
    }
    is_partial_ = text_of(root, "listings") != "complete";
    if (const yaml::Node* names = root.find("step-names")) read_step_names(*names);
    if (const yaml::Node* counts = root.find("left-out")) {
      for (const yaml::Entry& entry : counts->entries) {
        const std::optional<uint32_t> runs = parse_whole(entry.value.text);
        if (!runs) wrong_type(entry.value, "a number of runs");
        history.excluded[entry.key] += runs.value_or(0);
      }
    }
    if (const yaml::Node* warnings = root.find("warnings")) {
      for (const yaml::Node& warning : warnings->items) {
        diagnostics_.warning("truncated-sample", warning.text, at(warning.range));
      }
    }
  }

  void read_step_names(const yaml::Node& names) {
    for (const yaml::Node& row : names.items) {
      std::vector<std::string> texts = scalars_of(row);
      if (texts.empty()) {
        wrong_type(row, "a sequence of a job and its steps");
        continue;
      }
      std::string job = std::move(texts.front());
      texts.erase(texts.begin());
      step_names_[std::move(job)] = std::move(texts);
    }
  }

  /// Empty unless `node` is a sequence of scalars only.
  static std::vector<std::string> scalars_of(const yaml::Node& node) {
    std::vector<std::string> texts;
    for (const yaml::Node& item : node.items) {
      if (!item.is_scalar()) return {};
      texts.push_back(item.text);
    }
    return texts;
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
    if (run.workflow.empty()) run.workflow = workflow_;
    run.branch = text_of(node, "branch");
    run.fork = text_of(node, "fork") == "true";
    run.is_partial = is_partial_ || text_of(node, "listing") == "partial";
    read_start(node, run);
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
    if (const yaml::Node* restores = node.find("restores")) read_restores(*restores, run);
    if (const yaml::Node* spans = node.find("spans")) read_spans(*spans, run);
    run.conclusion = read_conclusion(node, run);
    if (is_new(run)) records.push_back(std::move(run));
  }

  bool is_new(const RunRecord& run) {
    if (ids_are_numbers_ && !is_model_ && !is_number(run.id)) {
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

  static std::optional<uint32_t> parse_whole(std::string_view text) {
    uint32_t number = 0;
    const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return number;
  }

  void read_start(const yaml::Node& node, RunRecord& run) {
    const yaml::Node* start = node.find("start");
    if (start == nullptr) return;
    run.start = parse_timestamp(start->text);
    if (!run.start) wrong_type(*start, "a time such as 2025-09-04T17:25:47Z");
  }

  uint32_t read_attempt(const yaml::Node& node) {
    const std::optional<uint32_t> attempt = parse_whole(node.text);
    if (node.is_scalar() && attempt && *attempt >= 1 && *attempt <= kMostAttempts) return *attempt;
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
    const yaml::Node* conclusion = node.find("conclusion");
    const std::string word = text_of(node, "conclusion");
    if (word.empty())
      return node.find("wall") != nullptr || !run.jobs.empty() ? Conclusion::Success : Conclusion::Unknown;
    return parse_conclusion(word, *conclusion);
  }

  Conclusion parse_conclusion(std::string_view word, const yaml::Node& node) {
    const auto* found = std::ranges::find(kConclusions, word, &std::pair<std::string_view, Conclusion>::first);
    if (found != kConclusions.end()) return found->second;
    std::vector<std::string> words;
    for (const auto& conclusion : kConclusions) words.emplace_back(conclusion.first);
    diagnostics_.error("unknown-conclusion", fmt::format("unknown conclusion \"{}\", expected {}", word, any_of(words)),
                       at(node.range));
    return Conclusion::Unknown;
  }

  void read_jobs(const yaml::Node& jobs, RunRecord& run) {
    if (is_model_ && jobs.is_sequence()) {
      for (const yaml::Node& row : jobs.items) read_job_row(row, run);
      return;
    }
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

  /// [name, "created started took", conclusion, lane]: the last two may be left out, and so may what is not known of
  /// the first two times.
  void read_job_row(const yaml::Node& row, RunRecord& run) {
    const std::vector<std::string> fields = scalars_of(row);
    const std::vector<std::string_view> times =
        fields.size() < 2 ? std::vector<std::string_view>{} : split(fields[1], ' ');
    if (fields.size() < 2 || fields.size() > 4 || (times.size() != 1 && times.size() != 3))
      return wrong_type(row, "a job as [name, \"created started took\"]");
    const std::optional<Seconds> took = parse_seconds(times.back(), row.items[1]);
    if (!took) return;
    JobRecord job;
    job.name = fields[0];
    job.seconds = *took;
    job.over_legs = times.back().find("..") != std::string::npos;
    if (times.size() == 3) {
      job.eligible = read_moment(times[0], row.items[1]);
      job.start = read_moment(times[1], row.items[1]);
    }
    if (fields.size() > 2) job.conclusion = parse_conclusion(fields[2], row.items[2]);
    if (fields.size() > 3) job.lane = fields[3];
    run.jobs.push_back(std::move(job));
  }

  /// Seconds after the run's start, or "~". A clock may put them before it.
  std::optional<double> read_moment(std::string_view text, const yaml::Node& node) {
    if (text == "~") return std::nullopt;
    const bool before = text.starts_with('-');
    const std::optional<double> seconds = parse_duration(before ? text.substr(1) : text);
    if (!seconds) wrong_type(node, "seconds after the run's start, or ~");
    return seconds && before ? -*seconds : seconds;
  }

  /// [job, "3 12 ~ 7"]: one time for each of the job's step names, ~ for a step that did not run.
  void read_step_row(const yaml::Node& row, RunRecord& run) {
    const std::vector<std::string> fields = scalars_of(row);
    if (fields.size() != 2) return wrong_type(row, "the steps of a job as [job, \"seconds seconds ~\"]");
    const auto names = step_names_.find(fields[0]);
    const std::vector<std::string_view> times = split(fields[1], ' ');
    if (names == step_names_.end() || times.size() > names->second.size())
      return wrong_type(row.items[1],
                        fmt::format("at most as many times as \"step-names\" has steps of job \"{}\"", fields[0]));
    for (size_t i = 0; i < times.size(); ++i) {
      if (times[i] == "~") continue;
      const std::optional<Seconds> seconds = parse_seconds(times[i], row.items[1]);
      if (!seconds) return;
      run.steps.push_back({fields[0], names->second[i], *seconds});
    }
  }

  /// [job, exact, key]
  void read_restores(const yaml::Node& restores, RunRecord& run) {
    constexpr std::array kStates = {CacheState::Exact, CacheState::Partial, CacheState::Miss};
    for (const yaml::Node& row : restores.items) {
      const std::vector<std::string> fields = scalars_of(row);
      const auto* state = std::ranges::find_if(
          kStates, [&](CacheState one) { return fields.size() == 3 && fields[1] == to_string(one); });
      if (state == kStates.end()) {
        wrong_type(row, "a restore as [job, exact|partial|miss, key]");
      } else {
        run.restores.push_back({fields[0], fields[2], *state});
      }
    }
  }

  void read_steps(const yaml::Node& steps, RunRecord& run) {
    if (is_model_ && steps.is_sequence()) {
      for (const yaml::Node& row : steps.items) read_step_row(row, run);
      return;
    }
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
    return parse_seconds(trim(node.text), node);
  }

  std::optional<Seconds> parse_seconds(std::string_view text, const yaml::Node& node) {
    const size_t dots = text.find("..");
    std::optional<double> low = 0;
    std::optional<double> high;
    if (dots == std::string_view::npos) {
      high = duration(text);
      low = high;
    } else {
      if (dots > 0) low = parse_duration(trim(text.substr(0, dots)));
      high = parse_duration(trim(text.substr(dots + 2)));
    }
    if (!low || !high || !std::isfinite(*high)) {
      diagnostics_.error("invalid-duration",
                         fmt::format("expected a duration such as 42, 4m33s or 59..1m46s, but found \"{}\"", text),
                         at(node.range));
      return std::nullopt;
    }
    if (*low > *high) {
      diagnostics_.error("invalid-duration", fmt::format("the range \"{}\" ends before it begins", text),
                         at(node.range));
      return std::nullopt;
    }
    return Seconds{*low, *high};
  }

  /// YAML knows spellings of numbers, such as 1e3, that durations don't have.
  static std::optional<double> duration(std::string_view text) {
    if (const std::optional<double> seconds = parse_duration(text)) return seconds;
    double number = 0;
    const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool usable =
        code == std::errc() && stop == text.data() + text.size() && std::isfinite(number) && number >= 0;
    return usable ? std::optional(number) : std::nullopt;
  }

  std::shared_ptr<const SourceFile> file_;
  Diagnostics& diagnostics_;
  std::set<std::pair<std::string, uint32_t>> seen_;
  bool ids_are_numbers_ = true;
  bool is_model_ = false;
  bool is_partial_ = true;                                      ///< runs that don't say otherwise
  std::string workflow_;                                        ///< of runs that name none
  std::map<std::string, std::vector<std::string>> step_names_;  ///< by job
};

}  // namespace

std::string_view conclusion_word(Conclusion conclusion) {
  return std::ranges::find(kConclusions, conclusion, &std::pair<std::string_view, Conclusion>::second)->first;
}

void read_ledger(const std::shared_ptr<const SourceFile>& file, History& history, Diagnostics& diagnostics) {
  if (const std::optional<yaml::Node> root = yaml::parse(file, diagnostics, kLimits)) {
    LedgerReader(file, diagnostics).read(*root, history);
  }
}

}  // namespace dagsim::history
