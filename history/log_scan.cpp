// A line costs the search for its end, a look at its time and a look at its first eight bytes; only what may be a
// marker or a header is read further (log_rules.cpp). What the runner repeats of a step under its header ("##[group]Run
// …": the script, the inputs) is not searched, so that a script that prints a marker's wording is no marker.
#include "history/log_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>
#include <utility>

#include "base/text.h"
#include "history/log_line.h"

namespace dagsim::history {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kGroup = "##[group]";
constexpr std::string_view kEndGroup = "##[endgroup]";
constexpr std::string_view kScriptColor = "\x1b[36;1m";  // in which the runner repeats a script
constexpr std::string_view kSetUp = "Set up job";
constexpr size_t kMostKey = 1024;  // bytes of a marker's key; GitHub's cache keys have 512 at most
constexpr size_t kMostRestoreKeys = 32;

bool is_about_runner(MarkerKind kind) {
  return kind >= MarkerKind::RunnerVersion && kind <= MarkerKind::RunnerFound;
}

/// Kinds of which a step has many, and whose number is what counts.
bool is_counted(MarkerKind kind) {
  using enum MarkerKind;
  return kind == CrateDownload || kind == ThirdPartyCompile || kind == WorkspaceCompile || kind == Count;
}

/// Kinds that repeat the number of a part of an image build.
bool is_layer(MarkerKind kind) {
  return kind == MarkerKind::Layer || kind == MarkerKind::LayerCached;
}

/// Whether an action's step is a cache action, whose input "key" is the whole key: "Run actions/cache/restore@v4".
bool is_cache_action(std::string_view header) {
  constexpr std::string_view kRun = "Run ";
  if (!header.starts_with(kRun)) return false;
  const std::vector<std::string_view> parts = split(header.substr(kRun.size(), header.find('@') - kRun.size()), '/');
  return parts.size() >= 2 && parts[1] == "cache" &&
         (parts.size() == 2 || (parts.size() == 3 && (parts[2] == "restore" || parts[2] == "save")));
}

std::optional<uint64_t> parse_count(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > (uint64_t{1} << 53U)) return std::nullopt;
  return value;
}

/// Whether one of eight bytes is an escape character.
bool has_escape(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t zeros = word ^ (kOnes * 0x1b);
  return ((zeros - kOnes) & ~zeros & (kOnes << 7U)) != 0;
}

}  // namespace

struct LogScanner::State {
  State(LogRules with, const LogLimits& bounds) : rules(std::move(with)), limits(bounds) { reset(); }

  void reset() {
    log = JobLog{};
    log.steps.emplace_back().name = kSetUp;
    carry.clear();
    last_time_size = 0;
    has_last_words = false;
    begin_text();
  }

  void begin_text() {
    at_start = true;
    part = Part::Body;
    announced.reset();
    awaits_key = false;
    waiting.reset();
    forget_counts();
    layers.clear();
  }

  void begin_step(uint32_t number, std::string name) {
    end_line();
    close_step(last_time());
    begin_text();
    LogStep step;
    step.name = name;
    step.file = std::move(name);
    step.number = number;
    step.line = log.lines + 1;
    const bool is_untouched = log.steps.size() == 1 && log.lines == 0;
    if (is_untouched) {
      log.steps.front() = std::move(step);
    } else {
      add_step(std::move(step));
    }
  }

  void feed(std::string_view chunk) {
    log.bytes += chunk.size();
    while (!chunk.empty()) {
      const void* found = std::memchr(chunk.data(), '\n', chunk.size());
      const size_t length =
          found == nullptr ? chunk.size() : static_cast<size_t>(static_cast<const char*>(found) - chunk.data());
      if (found == nullptr || !carry.empty() || carry_is_cut) {
        keep(chunk.substr(0, length));
        if (found != nullptr) end_line();
      } else {
        whole_line(chunk.substr(0, length));
      }
      chunk.remove_prefix(length + (found == nullptr ? 0 : 1));
    }
  }

  JobLog finish() {
    const bool ends_inside_a_line = !carry.empty();
    end_line();
    close_step(last_time());
    log.end = last_time();
    log.is_truncated = (log.has_set_up && !has_last_words) || (ends_inside_a_line && log.start.has_value());
    JobLog result = std::move(log);
    reset();
    return result;
  }

  LogRules rules;
  LogLimits limits;
  JobLog log;

 private:
  enum class Part { Body, Header, Inputs };

  /// A group whose name begins like a step's; the next line tells whether the runner wrote it.
  struct Announced {
    std::string name;
    uint64_t line = 0;
    std::optional<double> start;
    std::optional<double> end_of_previous;
  };

  void keep(std::string_view text) {
    const size_t room = limits.line_bytes - std::min(limits.line_bytes, carry.size());
    carry.append(text.substr(0, room));
    carry_is_cut = carry_is_cut || text.size() > room;
  }

  void end_line() {
    if (carry.empty() && !carry_is_cut) return;
    if (carry_is_cut) ++log.cut_lines;
    carry_is_cut = false;
    // A line that ends where a chunk ends is empty here when its text is: moved out, since reading may begin a step.
    const std::string line = std::exchange(carry, std::string());
    read_line(line);
    if (carry.capacity() == 0) carry.reserve(line.size());
  }

  void whole_line(std::string_view line) {
    if (line.size() > limits.line_bytes) {
      ++log.cut_lines;
      line = line.substr(0, limits.line_bytes);
    }
    read_line(line);
  }

  void read_line(std::string_view line) {
    ++log.lines;
    if (at_start) {
      at_start = false;
      if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    }
    const LogLine parts = split_log_line(line);
    read_parts(parts);
    if (!parts.time.empty() && parts.time.size() <= last_time_text.size()) {
      std::memcpy(last_time_text.data(), parts.time.data(), parts.time.size());
      last_time_size = parts.time.size();
    }
  }

  void read_parts(const LogLine& parts) {
    if (waiting && !parts.time.empty()) end_waiting(parts.time);
    if (!parts.time.empty() && !log.steps.back().start) begin_time(parts.time);
    if (announced) settle_header(parts.body);
    if (part != Part::Body) return read_header(parts.body);
    const std::string_view text = skip_to_text(parts.body);
    const uint64_t word = first_bytes(text);
    const bool is_interesting = awaits_key || rules.may_match(word) || rules.has_floating_rules() || has_escape(word) ||
                                text.starts_with(kGroup);
    if (!is_interesting) return;
    read_message(parts.time, message_of(text, buffer));
  }

  void read_message(std::string_view time, std::string_view message) {
    if (message.starts_with(kGroup)) return announce(time, message.substr(kGroup.size()));
    if (awaits_key) {
      awaits_key = false;
      if (!message.empty() && !message.starts_with("##["))
        add(MarkerKind::CacheAsked, time).key = message.substr(0, kMostKey);
      return;
    }
    if (const std::optional<LogMatch> match = rules.match(message)) mark(*match, time);
  }

  // Headers

  void announce(std::string_view time, std::string_view name) {
    if (!name.starts_with("Run ")) return;
    announced = Announced{std::string(name.substr(0, kMostKey)), log.lines, parse_timestamp(time), last_time()};
  }

  /// The runner goes on with the script in its colour, with inputs, environment or shell, or with nothing; a script
  /// that opens a group called "Run …" goes on with anything else.
  void settle_header(std::string_view body) {
    const Announced header = std::move(*announced);
    announced.reset();
    const std::string_view script = std::string_view(header.name).substr(4);
    const bool is_step = body.starts_with(kScriptColor) || body.starts_with("with:") || body.starts_with("env:") ||
                         body.starts_with("shell: ") || body.starts_with(kEndGroup) || trim(body) == trim(script);
    if (!is_step) return;
    open_step(header.name, header.line, header.start, header.end_of_previous);
    part = Part::Header;
  }

  void read_header(std::string_view body) {
    if (body.starts_with(kEndGroup)) {
      part = Part::Body;
    } else if (body.starts_with(kGroup)) {
      part = Part::Body;
      announce(last_time_view(), message_of(body, buffer).substr(kGroup.size()));
    } else if (body.starts_with("with:")) {
      part = Part::Inputs;
      input.clear();
    } else if (body.starts_with("env:") || body.starts_with("shell: ")) {
      part = Part::Header;
    } else if (part == Part::Inputs && is_cache_action(log.steps.back().name)) {
      read_input(body);
    }
  }

  /// "  name: value"; further lines of a value come as they are.
  void read_input(std::string_view body) {
    std::string_view value = trim(body);
    if (body.starts_with("  ") && !body.starts_with("   ")) {
      const size_t colon = value.find(':');
      if (colon != std::string_view::npos && value.find(' ') > colon) {
        input = value.substr(0, colon);
        value = trim(value.substr(colon + 1));
      }
    }
    LogStep& step = log.steps.back();
    if (value.empty() || value.size() > kMostKey) return;
    if (input == "key" && step.cache_key.empty()) step.cache_key = value;
    if (input == "restore-keys" && step.restore_keys.size() < kMostRestoreKeys) step.restore_keys.emplace_back(value);
  }

  // Steps

  void open_step(const std::string& name, uint64_t line, std::optional<double> start,
                 std::optional<double> end_of_previous) {
    close_step(end_of_previous);
    LogStep step;
    step.name = name;
    step.file = log.steps.back().file;
    step.number = log.steps.back().number;
    step.line = line;
    step.start = start;
    add_step(std::move(step));
  }

  void add_step(LogStep step) {
    forget_counts();
    layers.clear();
    if (log.steps.size() >= limits.steps) {
      ++log.left_out;
      // What follows still belongs to no step but the last: it is better found there than lost.
      return;
    }
    log.steps.push_back(std::move(step));
  }

  void close_step(std::optional<double> end) {
    LogStep& step = log.steps.back();
    if (end && (!step.start || *end < *step.start)) end = step.start;
    step.end = end;
  }

  // Markers

  void mark(const LogMatch& match, std::string_view time) {
    const MarkerKind kind = match.rule->kind;
    ++log.matched;
    if (kind == MarkerKind::CacheAsked && match.key.empty()) {
      awaits_key = true;
    } else if (kind == MarkerKind::PostStep) {
      open_step("Post job cleanup.", log.lines, parse_timestamp(time), last_time());
    } else if (kind == MarkerKind::JobEnd) {
      has_last_words = true;
      open_step("Complete job", log.lines, parse_timestamp(time), last_time());
    } else if (is_counted(kind)) {
      count(match, time);
    } else if (is_about_runner(kind) && !is_in_set_up()) {
      return;
    } else if (is_layer(kind) && (layers.size() >= limits.markers || !layers.emplace(kind, match.count).second)) {
      return;
    } else {
      forget_counts();
      fill(add(kind, time), match);
      log.has_set_up = log.has_set_up || kind == MarkerKind::RunnerVersion;
      if (kind == MarkerKind::IndexUpdate && log.left_out == 0) waiting = log.markers.size() - 1;
    }
  }

  bool is_in_set_up() const {
    const LogStep& step = log.steps.back();
    return step.number <= 1 && (step.name == kSetUp || step.name == step.file);
  }

  void fill(Marker& marker, const LogMatch& match) {
    marker.key = match.key.substr(0, kMostKey);
    if (!match.bytes.empty()) marker.bytes = parse_bytes(match.bytes);
    if (!match.seconds.empty()) marker.seconds = parse_log_seconds(match.seconds);
    if (!match.count.empty()) marker.count = parse_count(match.count).value_or(1);
  }

  Marker& add(MarkerKind kind, std::string_view time) {
    if (log.markers.size() >= limits.markers) {
      ++log.left_out;
      spare = Marker{};
      return spare;
    }
    Marker& marker = log.markers.emplace_back();
    marker.kind = kind;
    marker.step = static_cast<uint32_t>(log.steps.size() - 1);
    marker.line = log.lines;
    marker.time = parse_timestamp(time);
    return marker;
  }

  /// One more of a kind that is counted: a marker of its own only where something else came in between.
  void count(const LogMatch& match, std::string_view time) {
    const bool is_own = match.rule->kind == MarkerKind::Count;
    const uint64_t more = match.count.empty() ? 1 : parse_count(match.count).value_or(1);
    for (const size_t open : open_counts) {
      Marker& marker = log.markers[open];
      if (marker.kind != match.rule->kind || (is_own && marker.key != match.rule->name)) continue;
      marker.count += more;
      if (const std::optional<uint64_t> bytes = parse_bytes(match.bytes))
        marker.bytes = marker.bytes.value_or(0) + *bytes;
      const std::optional<double> now = parse_timestamp(time);
      if (now && marker.time) marker.seconds = std::max(*now - *marker.time, 0.0);
      return;
    }
    const size_t before = log.markers.size();
    Marker& marker = add(match.rule->kind, time);
    fill(marker, match);
    marker.key = is_own ? match.rule->name : std::string();
    if (log.markers.size() > before) open_counts.push_back(before);
  }

  void forget_counts() { open_counts.clear(); }

  // Times

  std::string_view last_time_view() const { return {last_time_text.data(), last_time_size}; }
  std::optional<double> last_time() const { return parse_timestamp(last_time_view()); }

  void begin_time(std::string_view time) {
    log.steps.back().start = parse_timestamp(time);
    if (!log.start) log.start = log.steps.back().start;
  }

  /// The line after an index update tells how long that took.
  void end_waiting(std::string_view time) {
    Marker& marker = log.markers[*waiting];
    waiting.reset();
    const std::optional<double> now = parse_timestamp(time);
    if (now && marker.time) marker.seconds = std::max(*now - *marker.time, 0.0);
  }

  std::string carry;  ///< the start of a line whose end isn't here yet
  bool carry_is_cut = false;
  bool at_start = true;
  bool has_last_words = false;
  bool awaits_key = false;
  Part part = Part::Body;
  std::optional<Announced> announced;
  std::string input;  ///< the input of a cache action whose value is being read
  std::optional<size_t> waiting;
  std::vector<size_t> open_counts;  ///< markers that may still grow
  std::set<std::pair<MarkerKind, std::string>, std::less<>> layers;
  std::array<char, 40> last_time_text{};
  size_t last_time_size = 0;
  std::string buffer;
  Marker spare;  ///< takes what is beyond the limits
};

LogScanner::LogScanner(LogRules rules, const LogLimits& limits)
    : state_(std::make_unique<State>(std::move(rules), limits)) {}
LogScanner::~LogScanner() = default;
LogScanner::LogScanner(LogScanner&&) noexcept = default;
LogScanner& LogScanner::operator=(LogScanner&&) noexcept = default;

void LogScanner::begin_step(uint32_t number, std::string name) {
  state_->begin_step(number, std::move(name));
}

void LogScanner::feed(std::string_view chunk) {
  state_->feed(chunk);
}

JobLog LogScanner::finish() {
  return state_->finish();
}

JobLog scan_log(std::string_view text, const LogRules& rules, const LogLimits& limits) {
  LogScanner scanner(rules, limits);
  scanner.feed(text);
  return scanner.finish();
}

}  // namespace dagsim::history
