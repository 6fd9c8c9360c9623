// Documents are cut apart by their brackets (json_scan) and each is parsed by simdjson's DOM, so that a broken one is
// told from the others and has a place.
#include "history/rest.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/error.h"
#include "base/text.h"
#include "base/yaml_scan.h"
#include "history/json_scan.h"

namespace dagsim::history {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr uint32_t kMostWarnings = 10;
constexpr size_t kMostDocument = size_t{1} << 30U;  // bytes that wait for its end

/// "" if it is null or not a text.
std::string_view text_in(const element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

uint64_t number_in(const element& value) {
  uint64_t number = 0;
  return value.get(number) == simdjson::SUCCESS ? number : 0;
}

/// Jobs that never started carry null or a date of the year 1.
std::optional<double> time_in(const element& value) {
  const std::optional<double> time = parse_timestamp(text_in(value));
  return time && *time > 0 ? time : std::nullopt;
}

uint32_t attempt_in(uint64_t number) {
  return static_cast<uint32_t>(std::clamp<uint64_t>(number, 1, std::numeric_limits<uint32_t>::max()));
}

/// The same of a member, which may be absent.
std::string_view text_of(const object& record, std::string_view key) {
  element value;
  return record[key].get(value) == simdjson::SUCCESS ? text_in(value) : std::string_view();
}

uint64_t number_of(const object& record, std::string_view key) {
  element value;
  return record[key].get(value) == simdjson::SUCCESS ? number_in(value) : 0;
}

std::optional<double> time_of(const object& record, std::string_view key) {
  element value;
  return record[key].get(value) == simdjson::SUCCESS ? time_in(value) : std::nullopt;
}

bool has(const object& record, std::string_view key) {
  return record[key].error() == simdjson::SUCCESS;
}

/// Whether the commit comes from another repository than the run.
bool is_fork(const object& run) {
  object head;
  object own;
  if (run["head_repository"].get(head) != simdjson::SUCCESS || run["repository"].get(own) != simdjson::SUCCESS) {
    return false;
  }
  return number_of(head, "id") != number_of(own, "id");
}

class RestReader {
 public:
  RestReader(RestRows& rows, Diagnostics& diagnostics) : rows_(rows), diagnostics_(diagnostics) {}

  /// False if a document of it is no JSON.
  bool read(const std::shared_ptr<const SourceFile>& file) {
    file_ = file;
    const std::string_view text = file->text();
    const simdjson::padded_string copy(text);
    const char* padded = copy.data();
    const uint32_t first = text.starts_with(kByteOrderMark) ? static_cast<uint32_t>(kByteOrderMark.size()) : 0;
    uint32_t begin = skip_json_blank(text, first);
    if (begin == text.size()) {
      diagnostics_.warning("empty-file", fmt::format("{} is empty", file->path()), at(begin, begin));
    }
    while (begin < text.size()) {
      const std::optional<uint32_t> end = json_document_end(text, begin);
      if (!end || !read_document(padded, begin, *end)) {
        report_fault(begin);
        return false;
      }
      begin = skip_json_blank(text, *end);
    }
    return true;
  }

  /// The same of a file that is one document, whose memory goes on for simdjson::SIMDJSON_PADDING bytes, which the
  /// parser reads and ignores.
  bool read_one(const std::shared_ptr<const SourceFile>& file) {
    file_ = file;
    const bool read = read_document(file->text().data(), 0, static_cast<uint32_t>(file->text().size()));
    if (!read) report_fault(0);
    return read;
  }

  void finish() {
    if (broken_ > kMostWarnings) {
      diagnostics_.warning("broken-record",
                           fmt::format("{} more records are left out for the same reasons", broken_ - kMostWarnings));
    }
  }

 private:
  SourceRange at(uint32_t begin, uint32_t end) const { return {file_, {begin, end}}; }
  SourceRange document() const { return at(begin_, begin_ + 1); }

  /// False if it is no JSON.
  bool read_document(const char* text, uint32_t begin, uint32_t end) {
    element root;
    error_ = parser_.parse(text + begin, end - begin, false).get(root);
    if (error_ != simdjson::SUCCESS) return false;
    begin_ = begin;
    id_at_ = begin;
    simdjson::dom::array list;
    if (root.get(list) == simdjson::SUCCESS) {
      read_list(list);
    } else {
      read_record(root);
    }
    return true;
  }

  /// Arrays of pages or records, and arrays of those (`gh api --slurp`).
  void read_list(const simdjson::dom::array& list) {
    for (const element item : list) {
      simdjson::dom::array inner;
      if (item.get(inner) != simdjson::SUCCESS) {
        read_record(item);
        continue;
      }
      for (const element record : inner) read_record(record);
    }
  }

  void read_record(const element& item) {
    object record;
    if (item.get(record) != simdjson::SUCCESS)
      return broken("expected runs or jobs, but found a value that is no object");
    simdjson::dom::array list;
    if (record["workflow_runs"].get(list) == simdjson::SUCCESS) {
      for (const element run : list) read_run(run);
    } else if (record["jobs"].get(list) == simdjson::SUCCESS) {
      read_jobs(list, number_of(record, "total_count"));
    } else if (has(record, "run_id")) {
      read_job(item);
    } else if (has(record, "id") && (has(record, "event") || has(record, "run_attempt"))) {
      read_run(item);
    } else if (record["artifacts"].get(list) == simdjson::SUCCESS) {
      for (const element artifact : list) read_artifact(artifact);
    } else if (record["actions_caches"].get(list) == simdjson::SUCCESS) {
      for (const element cache : list) read_cache(cache);
    } else if (has(record, "archive_download_url")) {
      read_artifact(item);
    } else if (has(record, "key") && has(record, "last_accessed_at")) {
      read_cache(item);
    } else {
      const std::string_view message = text_of(record, "message");
      broken(message.empty()
                 ? "expected an answer about runs or jobs, but found neither \"workflow_runs\" nor \"jobs\""
                 : fmt::format("expected an answer about runs or jobs, but found the message \"{}\"", message));
    }
  }

  void read_run(const element& item) {
    object record;
    if (item.get(record) != simdjson::SUCCESS) return broken("a run is no object");
    RestRun run;
    run.id = number_of(record, "id");
    const std::optional<double> created = time_of(record, "created_at");
    if (run.id == 0) return broken("a run has no \"id\"");
    if (!created) return broken(fmt::format("run {} has no time in \"created_at\"", run.id));
    run.attempt = attempt_in(number_of(record, "run_attempt"));
    run.workflow = text_of(record, "name");
    run.event = text_of(record, "event");
    run.branch = text_of(record, "head_branch");
    run.fork = is_fork(record);
    run.status = text_of(record, "status");
    run.conclusion = text_of(record, "conclusion");
    run.created = *created;
    run.started = time_of(record, "run_started_at");
    run.where = place_of(run.id);
    rows_.runs.push_back(std::move(run));
  }

  void read_jobs(const simdjson::dom::array& list, uint64_t total) {
    const size_t first = rows_.jobs.size();
    for (const element job : list) read_job(job);
    if (first == rows_.jobs.size()) return;
    const uint64_t run = rows_.jobs[first].run;
    const bool one_run = std::all_of(rows_.jobs.begin() + static_cast<std::ptrdiff_t>(first), rows_.jobs.end(),
                                     [&](const RestJob& job) { return job.run == run; });
    if (!one_run) return;
    RestTotal& known = rows_.totals[run];
    if (total > known.jobs) known = {total, document()};
  }

  /// Jobs and steps are nearly all there is, so their members are gone through once instead of being looked for.
  void read_job(const element& item) {
    object record;
    if (item.get(record) != simdjson::SUCCESS) return broken("a job is no object");
    RestJob job;
    for (const auto [key, value] : record) read_member(key, value, job);
    if (job.id == 0) job.id = std::numeric_limits<uint64_t>::max() - without_id_++;
    if (job.run == 0) return broken("a job has no \"run_id\"");
    if (job.name.empty()) return broken(fmt::format("a job of run {} has no \"name\"", job.run));
    rows_.jobs.push_back(std::move(job));
  }

  static void read_member(std::string_view key, const element& value, RestJob& job) {
    if (key == "id") job.id = number_in(value);
    if (key == "run_id") job.run = number_in(value);
    if (key == "run_attempt") job.attempt = attempt_in(number_in(value));
    if (key == "name") job.name = text_in(value);
    if (key == "workflow_name") job.workflow = text_in(value);
    if (key == "conclusion") job.conclusion = text_in(value);
    if (key == "created_at") job.created = time_in(value);
    if (key == "started_at") job.started = time_in(value);
    if (key == "completed_at") job.completed = time_in(value);
    simdjson::dom::array steps;
    if (key == "steps" && value.get(steps) == simdjson::SUCCESS) read_steps(steps, job);
  }

  static void read_steps(const simdjson::dom::array& steps, RestJob& job) {
    job.steps.reserve(steps.size());
    for (const element item : steps) {
      object record;
      if (item.get(record) != simdjson::SUCCESS) continue;
      RestStep& step = job.steps.emplace_back();
      for (const auto [key, value] : record) {
        if (key == "name") step.name = text_in(value);
        if (key == "conclusion") step.conclusion = text_in(value);
        if (key == "started_at") step.started = time_in(value);
        if (key == "completed_at") step.completed = time_in(value);
      }
    }
  }

  void read_artifact(const element& item) {
    object record;
    if (item.get(record) != simdjson::SUCCESS) return broken("an artifact is no object");
    RestArtifact artifact;
    artifact.id = number_of(record, "id");
    artifact.name = text_of(record, "name");
    artifact.bytes = number_of(record, "size_in_bytes");
    artifact.created = time_of(record, "created_at");
    object run;
    if (record["workflow_run"].get(run) == simdjson::SUCCESS) artifact.run = number_of(run, "id");
    if (artifact.id == 0) return broken("an artifact has no \"id\"");
    if (artifact.run == 0) return broken(fmt::format("artifact {} doesn't name its run", artifact.id));
    rows_.artifacts.push_back(std::move(artifact));
  }

  void read_cache(const element& item) {
    object record;
    if (item.get(record) != simdjson::SUCCESS) return broken("a cache is no object");
    RestCache cache;
    cache.id = number_of(record, "id");
    cache.key = text_of(record, "key");
    cache.ref = text_of(record, "ref");
    cache.bytes = number_of(record, "size_in_bytes");
    cache.created = time_of(record, "created_at");
    cache.used = time_of(record, "last_accessed_at");
    if (cache.id == 0) return broken("a cache has no \"id\"");
    rows_.caches.push_back(std::move(cache));
  }

  /// Where the run's id is written. The DOM knows no places; ids come in the order of the text, so the search only
  /// moves forward.
  SourceRange place_of(uint64_t id) {
    const std::string digits = std::to_string(id);
    const size_t found = file_->text().find(digits, id_at_);
    if (found == std::string_view::npos) return document();
    const size_t end = found + digits.size();
    id_at_ = static_cast<uint32_t>(end);
    return at(static_cast<uint32_t>(found), id_at_);
  }

  void broken(std::string message) {
    ++rows_.broken;
    if (++broken_ > kMostWarnings) return;
    diagnostics_.warning("broken-record", std::move(message), document());
  }

  void report_fault(uint32_t begin) {
    const std::string_view text = file_->text();
    if (text[begin] != '{' && text[begin] != '[') {
      diagnostics_.error("json-syntax", "expected JSON, an object or an array", at(begin, begin + 1));
    } else if (const std::optional<JsonFault> fault = find_json_fault(text, begin)) {
      Diagnostic& finding = diagnostics_.error("json-syntax", fault->message, at(fault->at, fault->at + 1));
      if (fault->at == text.size()) finding.notes.push_back({"the document begins here", at(begin, begin + 1)});
    } else {
      report_refused(begin);
    }
  }

  /// The brackets, quotes and words are right, so it is something else.
  void report_refused(uint32_t begin) {
    uint32_t wrong = begin;
    std::string_view reason = "this document can't be read as JSON";
    if (error_ == simdjson::UTF8_ERROR) {
      reason = "the text is not UTF-8";
      wrong = yaml::first_unreadable(file_->text()).value_or(begin);
    } else if (error_ == simdjson::DEPTH_ERROR) {
      reason = "objects and arrays are nested too deeply";
    } else if (error_ == simdjson::NUMBER_ERROR) {
      reason = "a number in this document is out of range";
    }
    diagnostics_.error("json-syntax", std::string(reason), at(wrong, wrong + 1));
  }

  RestRows& rows_;
  Diagnostics& diagnostics_;
  std::shared_ptr<const SourceFile> file_;
  simdjson::dom::parser parser_;
  simdjson::error_code error_ = simdjson::SUCCESS;
  uint64_t without_id_ = 0;
  uint32_t broken_ = 0;
  uint32_t begin_ = 0;
  uint32_t id_at_ = 0;
};

}  // namespace

RestRows read_rest(std::span<const std::shared_ptr<const SourceFile>> files, Diagnostics& diagnostics) {
  RestRows rows;
  RestReader reader(rows, diagnostics);
  for (const auto& file : files) reader.read(file);
  reader.finish();
  return rows;
}

struct RestStream::State {
  State(std::string file, std::function<void(RestRows)> sink, Diagnostics& findings)
      : path(std::move(file)), each(std::move(sink)), diagnostics(findings), reader(rows, findings) {}

  /// Hands on the document in the first `size` bytes of what is waiting. False if it is no JSON.
  bool take(size_t size) {
    const Position begin = place;
    advance(size);
    std::string text;
    if (taken == size && size == waiting.size()) {
      text = std::exchange(waiting, {});
      text.reserve(size + simdjson::SIMDJSON_PADDING);
      taken = 0;
    } else {
      text.reserve(size + simdjson::SIMDJSON_PADDING);
      text.assign(waiting, taken - size, size);
    }
    const bool read = reader.read_one(std::make_shared<const SourceFile>(path, std::move(text), begin));
    if (read) each(std::exchange(rows, {}));
    return read;
  }

  /// Passes over bytes that were dealt with.
  void advance(size_t size) {
    const std::string_view text = std::string_view(waiting).substr(taken, size);
    size_t line = 0;  // where the last line begins
    for (size_t found = text.find('\n'); found != std::string_view::npos; found = text.find('\n', line)) {
      line = found + 1;
      ++place.line;
      place.column = 1;
    }
    place.column += static_cast<uint32_t>(size - line);
    taken += size;
  }

  std::string path;
  std::function<void(RestRows)> each;
  Diagnostics& diagnostics;
  RestRows rows;
  RestReader reader;
  std::string waiting;  ///< what came and is no whole document yet, behind `taken` bytes that were dealt with
  size_t taken = 0;
  Position place;           ///< of the first byte behind them
  JsonDocumentEnd end;      ///< of the document that begins there
  bool is_at_start = true;  ///< of the file, where a byte order mark may stand
  bool is_empty = true;
  bool is_broken = false;
};

RestStream::RestStream(std::string path, std::function<void(RestRows)> each, Diagnostics& diagnostics)
    : state_(std::make_unique<State>(std::move(path), std::move(each), diagnostics)) {}
RestStream::~RestStream() = default;

bool RestStream::feed(std::string_view piece) {
  State& state = *state_;
  if (state.is_broken) return false;
  if (state.waiting.empty()) state.waiting.reserve(piece.size() + simdjson::SIMDJSON_PADDING);
  state.waiting += piece;
  if (state.is_at_start) {
    if (kByteOrderMark.starts_with(state.waiting)) return true;  // the rest of it isn't here yet
    if (state.waiting.starts_with(kByteOrderMark)) state.advance(kByteOrderMark.size());
    state.is_at_start = false;
  }
  while (true) {
    if (state.end.is_at_start()) {
      const std::string_view rest = std::string_view(state.waiting).substr(state.taken);
      state.advance(skip_json_blank(rest, 0));
    }
    const std::string_view rest = std::string_view(state.waiting).substr(state.taken);
    if (rest.empty()) break;
    state.is_empty = false;
    const std::optional<size_t> size = state.end.find(rest);
    if (!size && rest.size() > kMostDocument) {
      throw Error(fmt::format("{}: the JSON document at line {}, column {} has more than {} MB", state.path,
                              state.place.line, state.place.column, kMostDocument >> 20U));
    }
    if (!size && !state.end.is_impossible()) break;
    if (!state.take(size.value_or(rest.size()))) {
      state.is_broken = true;
      return false;
    }
    state.end = {};
  }
  state.waiting.erase(0, state.taken);
  state.taken = 0;
  return true;
}

void RestStream::finish() {
  State& state = *state_;
  if (!state.is_broken && !state.waiting.empty()) state.take(state.waiting.size());
  if (state.is_empty) state.reader.read(std::make_shared<const SourceFile>(state.path, std::string()));
  state.reader.finish();
}

}  // namespace dagsim::history
