#include "tests/history/log_testing.h"

#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"

namespace dagsim::history {

namespace {

constexpr double kNoon = 1756987200;  // 2025-09-04T12:00:00Z

std::string with_escapes(std::string_view text) {
  std::string result(text);
  for (size_t at = result.find("\\e"); at != std::string::npos; at = result.find("\\e", at))
    result.replace(at, 2, "\x1b");
  return result;
}

std::string count_text(const LogCounts& counts) {
  std::string text;
  const auto show = [&](std::string_view name, uint64_t count) {
    if (count > 0) text += fmt::format(" {}={}", name, count);
  };
  show("index-updates", counts.index_updates);
  if (counts.index_seconds > 0) text += fmt::format(" index-seconds={:.1f}", counts.index_seconds);
  show("crates", counts.crates_downloaded);
  show("crate-bytes", counts.crate_bytes);
  show("third-party", counts.third_party_compiled);
  show("workspace", counts.workspace_compiled);
  show("tools", counts.tools_installed);
  show("tool-crates", counts.tool_crates_compiled);
  if (counts.cargo_seconds > 0) text += fmt::format(" cargo-seconds={:.2f}", counts.cargo_seconds);
  if (counts.compiler_cache_hits) text += fmt::format(" hits={}", *counts.compiler_cache_hits);
  if (counts.compiler_cache_misses) text += fmt::format(" misses={}", *counts.compiler_cache_misses);
  show("layers", counts.layers);
  show("layers-cached", counts.layers_cached);
  show("errors", counts.errors);
  for (const auto& [name, count] : counts.own) show(name, count);
  return text;
}

std::string tail(const std::optional<double>& seconds, const std::optional<uint64_t>& bytes) {
  std::string text;
  if (seconds) text += fmt::format(" {:.1f}s", *seconds);
  if (bytes) text += fmt::format(" {}B", *bytes);
  return text;
}

std::string evidence_text(const LogEvidence& evidence) {
  std::string text;
  for (const CacheRestore& restore : evidence.restores) {
    text += fmt::format("restore {} {}{} asked={} restored={}{}\n", restore.family, to_string(restore.state),
                        restore.is_certain ? "" : "?", restore.asked, restore.restored,
                        tail(restore.seconds, restore.bytes));
  }
  for (const CacheSave& save : evidence.saves) {
    text += fmt::format("save {} {} key={}{}\n", save.family, to_string(save.outcome), save.key,
                        tail(save.seconds, save.bytes));
  }
  for (const ArtifactTransfer& artifact : evidence.artifacts) {
    text +=
        fmt::format("artifact {} {}{}\n", artifact.is_upload ? "up" : "down", artifact.name, tail({}, artifact.bytes));
  }
  const std::string counts = count_text(evidence.total);
  if (!counts.empty()) text += "counts" + counts + "\n";
  return text;
}

}  // namespace

std::string github_log(std::string_view lines) {
  std::string text;
  std::string time = "2025-09-04T12:00:00.0000000Z ";
  for (const std::string_view line : split(lines, '\n')) {
    if (line.empty()) continue;
    const size_t blank = line.find(' ');
    const std::string_view first = line.substr(0, blank);
    const bool is_timed = blank != std::string_view::npos && parse_duration(first).has_value();
    if (is_timed) {
      const double seconds = *parse_duration(first);
      const int minutes = static_cast<int>(seconds) / 60;
      time = fmt::format("2025-09-04T12:{:02}:{:010.7f}Z ", minutes, seconds - 60 * minutes);
    }
    text += time + with_escapes(is_timed ? line.substr(blank + 1) : line) + "\n";
  }
  return text;
}

std::string describe(const JobLog& log) {
  std::string text;
  for (const LogStep& step : log.steps) {
    text += fmt::format("step {}", step.name);
    if (step.start) text += fmt::format(" {:.1f}", *step.start - kNoon);
    if (step.end) text += fmt::format("..{:.1f}", *step.end - kNoon);
    if (!step.file.empty()) text += fmt::format(" #{} {}", step.number, step.file);
    text += fmt::format(" line {}\n", step.line);
  }
  return text + evidence_text(fold(log));
}

std::string evidence_of(std::string_view lines) {
  return evidence_text(fold(scan_log(github_log(lines))));
}

}  // namespace dagsim::history
