#include "tests/history/history_testing.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::history {

namespace {

constexpr std::array<std::string_view, 6> kConclusions = {"success", "failure",   "cancelled",
                                                          "skipped", "timed_out", "unknown"};

std::string_view name_of(Conclusion conclusion) {
  return kConclusions.at(static_cast<size_t>(conclusion));
}

std::string text_of(Seconds seconds) {
  return seconds.low == seconds.high ? fmt::format("{}", seconds.low)
                                     : fmt::format("{}..{}", seconds.low, seconds.high);
}

/// " key=value" unless the value is empty.
std::string field(std::string_view key, const std::string& value) {
  return value.empty() ? "" : fmt::format(" {}={}", key, value);
}

std::string field(std::string_view key, const std::optional<double>& value) {
  return value ? fmt::format(" {}={:.15g}", key, *value) : "";
}

std::string describe(const JobRecord& job) {
  std::string text = fmt::format("  job {}: {}{}", job.name, text_of(job.seconds), job.over_legs ? " over legs" : "");
  text += field("lane", job.lane) + field("start", job.start) + field("eligible", job.eligible);
  if (job.conclusion != Conclusion::Success) text += fmt::format(" {}", name_of(job.conclusion));
  return text + "\n";
}

std::string describe(const RunRecord& run) {
  std::string text = fmt::format("{} {}", run.id, name_of(run.conclusion));
  if (run.attempt != 1) text += fmt::format(" attempt={}", run.attempt);
  text += field("workflow", run.workflow) + field("event", run.event) + field("change", run.change);
  text += field("branch", run.branch) + (run.fork ? " fork" : "");
  text +=
      field("lane", run.lane) + field("shape", run.shape) + field("variant", run.variant) + field("cache", run.cache);
  text += field("start", run.start) + field("wall", run.wall) + "\n";
  for (const JobRecord& job : run.jobs) text += describe(job);
  for (const StepRecord& step : run.steps)
    text += fmt::format("  step {} | {}: {}\n", step.job, step.name, text_of(step.seconds));
  for (const SpanRecord& span : run.spans) {
    text += fmt::format("  span {} -> {}: {}\n", join(span.from, "+"), join(span.to, "+"), span.seconds);
  }
  for (const RestoreRecord& one : run.restores)
    text += fmt::format("  restore {} | {}: {}\n", one.job, one.key, to_string(one.state));
  return text;
}

}  // namespace

std::string describe(const History& history) {
  std::string text;
  for (const RunRecord& run : history.runs) text += describe(run);
  for (const auto& [reason, count] : history.excluded) text += fmt::format("left out: {} {}\n", count, reason);
  return text;
}

Told told(const std::string& path, std::initializer_list<std::pair<std::string, std::string>> files) {
  MemoryFileSystem memory;
  for (const auto& [name, content] : files) memory.write(name, content);
  Told result;
  result.history = read_history(memory, path, result.diagnostics);
  result.text = describe(result.history) + render(result.diagnostics);
  return result;
}

size_t Sequence::below(size_t bound) {
  state_ = state_ * 6364136223846793005U + 1442695040888963407U;
  const size_t high = state_ >> 33;
  return high % bound;
}

std::string mutated(std::string text, Sequence& sequence) {
  constexpr std::string_view kBytes("{}[]\",:\\ \n\t-.0e9~&*!|>#\0\x1f\xff\xc3zT", 30);
  for (size_t left = 1 + sequence.below(4); left > 0 && !text.empty(); --left) {
    const size_t at = sequence.below(text.size());
    const char byte = kBytes[sequence.below(kBytes.size())];
    switch (sequence.below(5)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1 + sequence.below(8));
        break;
      case 2:
        text.insert(at, 1, byte);
        break;
      case 3:
        text.insert(at, text.substr(sequence.below(text.size()), 1 + sequence.below(40)));
        break;
      default:
        if (sequence.below(4) == 0) text.resize(at);
    }
  }
  return text;
}

}  // namespace dagsim::history
