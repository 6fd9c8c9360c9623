// A line costs the search for its end, a look at its time and a look at its first eight bytes; only what may be a
// marker or a header is read further (log_rules.cpp). What the runner repeats of a step under its header ("##[group]Run
// …": the script, the inputs) is not searched, so that a script that prints a marker's wording is no marker.
#include "history/log_scan.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "history/log_builder.h"
#include "history/log_line.h"

namespace dagsim::history {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kGroup = "##[group]";
constexpr std::string_view kEndGroup = "##[endgroup]";
constexpr std::string_view kScriptColor = "\x1b[36;1m";  // in which the runner repeats a script
constexpr size_t kMostRestoreKeys = 10;                  // as GitHub bounds them

/// Whether an action's step is a cache action, whose input "key" is the whole key: "Run actions/cache/restore@v4".
bool is_cache_action(std::string_view header) {
  constexpr std::string_view kRun = "Run ";
  if (!header.starts_with(kRun)) return false;
  const std::vector<std::string_view> parts = split(header.substr(kRun.size(), header.find('@') - kRun.size()), '/');
  return parts.size() >= 2 && parts[1] == "cache" &&
         (parts.size() == 2 || (parts.size() == 3 && (parts[2] == "restore" || parts[2] == "save")));
}

/// Whether one of eight bytes is an escape character.
bool has_escape(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t zeros = word ^ (kOnes * 0x1b);
  return ((zeros - kOnes) & ~zeros & (kOnes << 7U)) != 0;
}

}  // namespace

struct LogScanner::State {
  State(LogRules with, const LogLimits& bounds) : rules(std::move(with)), limits(bounds), builder(bounds) {}

  void begin_text() {
    at_start = true;
    part = Part::Body;
    announced.reset();
    awaits_key = false;
  }

  void begin_step(uint32_t number, std::string name) {
    end_line();
    begin_text();
    builder.begin_file(number, std::move(name));
  }

  void feed(std::string_view chunk) {
    builder.log.bytes += chunk.size();
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
    JobLog result = builder.take(has_last_words, ends_inside_a_line);
    builder = LogBuilder(limits);
    has_last_words = false;
    begin_text();
    return result;
  }

  LogRules rules;
  LogLimits limits;
  LogBuilder builder;

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
    if (carry_is_cut) ++builder.log.cut_lines;
    carry_is_cut = false;
    // A line that ends where a chunk ends is empty here when its text is: moved out, since reading may begin a step.
    const std::string line = std::exchange(carry, std::string());
    read_line(line);
    if (carry.capacity() == 0) carry.reserve(line.size());
  }

  void whole_line(std::string_view line) {
    if (line.size() > limits.line_bytes) {
      ++builder.log.cut_lines;
      line = line.substr(0, limits.line_bytes);
    }
    read_line(line);
  }

  void read_line(std::string_view line) {
    if (at_start) {
      at_start = false;
      if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    }
    const LogLine parts = split_log_line(line);
    builder.begin_line(parts.time);
    if (announced) settle_header(parts.body);
    if (part == Part::Body) {
      read_body(parts);
    } else {
      read_header(parts);
    }
    builder.end_line(parts.time);
  }

  void read_body(const LogLine& parts) {
    const std::string_view text = skip_to_text(parts.body);
    const uint64_t word = first_bytes(text);
    const bool is_interesting = awaits_key || rules.may_match(word) || rules.has_floating_rules() || has_escape(word) ||
                                text.starts_with(kGroup);
    if (is_interesting) read_message(parts.time, message_of(text, buffer));
  }

  void read_message(std::string_view time, std::string_view message) {
    if (message.starts_with(kGroup)) return announce(time, message.substr(kGroup.size()));
    if (awaits_key) {
      awaits_key = false;
      const bool is_key = !message.empty() && !message.starts_with("##[");
      if (is_key) builder.add(MarkerKind::CacheAsked, time).key = message.substr(0, LogLimits::kKeyBytes);
      return;
    }
    if (const std::optional<LogMatch> match = rules.match(message)) read_match(*match, time);
  }

  void read_match(const LogMatch& match, std::string_view time) {
    ++builder.log.matched;
    if (match.rule->kind == MarkerKind::CacheAsked && match.key.empty()) {
      awaits_key = true;
    } else if (match.rule->kind == MarkerKind::PostStep) {
      builder.open_step("Post job cleanup.", time);
    } else if (match.rule->kind == MarkerKind::JobEnd) {
      has_last_words = true;
      builder.open_step("Complete job", time);
    } else {
      builder.mark(match, time);
    }
  }

  // Headers

  void announce(std::string_view time, std::string_view name) {
    if (!name.starts_with("Run ")) return;
    announced = Announced{std::string(name.substr(0, LogLimits::kKeyBytes)), builder.log.lines, parse_timestamp(time),
                          builder.last_time()};
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
    builder.open_step(header.name, header.line, header.start, header.end_of_previous);
    part = Part::Header;
  }

  void read_header(const LogLine& parts) {
    const std::string_view body = parts.body;
    if (body.starts_with(kEndGroup)) {
      part = Part::Body;
    } else if (body.starts_with(kGroup)) {
      part = Part::Body;
      announce(parts.time, message_of(body, buffer).substr(kGroup.size()));
    } else if (body.starts_with("with:")) {
      part = Part::Inputs;
      input.clear();
    } else if (body.starts_with("env:") || body.starts_with("shell: ")) {
      part = Part::Header;
    } else if (part == Part::Inputs && is_cache_action(builder.log.steps.back().name)) {
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
    LogStep& step = builder.log.steps.back();
    if (value.empty() || value.size() > LogLimits::kKeyBytes) return;
    if (input == "key" && step.cache_key.empty()) step.cache_key = value;
    if (input == "restore-keys" && step.restore_keys.size() < kMostRestoreKeys) step.restore_keys.emplace_back(value);
  }

  std::string carry;  ///< the start of a line whose end isn't here yet
  bool carry_is_cut = false;
  bool at_start = true;
  bool has_last_words = false;
  bool awaits_key = false;
  Part part = Part::Body;
  std::optional<Announced> announced;
  std::string input;  ///< the input of a cache action whose value is being read
  std::string buffer;
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
