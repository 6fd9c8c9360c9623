#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "report/log.h"
#include "report/table.h"
#include "report/words.h"

namespace dagsim::report {

namespace {

using history::CacheState;

/// A log's text without characters that would steer a terminal.
std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return result;
}

std::string bytes_text(const std::optional<uint64_t>& bytes) {
  if (!bytes) return "";
  const double value = static_cast<double>(*bytes);
  if (value < 1e3) return fmt::format("{} B", *bytes);
  if (value < 1e6) return fmt::format("{:.1f} kB", value / 1e3);
  if (value < 1e9) return fmt::format("{:.1f} MB", value / 1e6);
  return fmt::format("{:.1f} GB", value / 1e9);
}

std::string seconds_text(const std::optional<double>& seconds) {
  return seconds ? format_duration(*seconds) : "";
}

Style style_of(CacheState state) {
  switch (state) {
    case CacheState::Exact:
      return Style::Good;
    case CacheState::Partial:
      return Style::Caution;
    case CacheState::Miss:
      return Style::Bad;
  }
  return Style::Plain;
}

class LogPage {
 public:
  LogPage(const LogReport& report, const TextOptions& options)
      : report_(report), log_(report.log), evidence_(report.evidence), options_(options) {}

  std::string text() {
    head();
    caches();
    artifacts();
    counts();
    steps();
    return std::move(text_);
  }

 private:
  void line(std::string_view text) { text_ += std::string(text) + "\n"; }
  void heading(std::string_view text) {
    line("");
    line(styled(text, Style::Bold, options_.color));
  }
  void add(const Table& table) {
    for (const std::string& one : table.lines(options_.width, options_.color)) line(one);
  }

  void head() {
    const history::RunnerFacts& runner = evidence_.runner;
    const std::string& name = runner.job_name.empty() ? report_.job : runner.job_name;
    line(styled(printable(report_.file), Style::Bold, options_.color) + (name.empty() ? "" : ", " + printable(name)));
    std::string size = count(log_.lines, "line");
    if (log_.start && log_.end) size += ", " + format_duration(std::max(*log_.end - *log_.start, 0.0));
    if (!runner.image.empty()) size += ", on " + printable(runner.image);
    if (runner.wait_seconds) size += ", after waiting " + format_duration(*runner.wait_seconds) + " for a runner";
    line(size);
    if (log_.is_truncated) line(styled("The log is cut off.", Style::Caution, options_.color));
    if (log_.left_out > 0) line(fmt::format("Too much to keep: {} left out.", count(log_.left_out, "marker")));
  }

  std::string step_name(uint32_t step) const {
    const history::LogStep& at = log_.steps[step];
    return printable(at.file.empty() ? at.name : at.file);
  }

  void caches() {
    if (evidence_.restores.empty() && evidence_.saves.empty()) return;
    heading("Caches");
    Table table({{"", Align::Left},
                 {"result", Align::Left},
                 {"key", Align::Left, 2},
                 {"time", Align::Right},
                 {"size", Align::Right},
                 {"step", Align::Left, 3}});
    for (const history::CacheRestore& restore : evidence_.restores) {
      const std::string& key = restore.restored.empty() ? restore.asked : restore.restored;
      table.add(
          {{"restore"},
           {fmt::format("{}{}", to_string(restore.state), restore.is_certain ? "" : "?"), style_of(restore.state)},
           {key.empty() ? "unknown" : printable(key)},
           {seconds_text(restore.seconds)},
           {bytes_text(restore.bytes)},
           {step_name(restore.step)}});
    }
    for (const history::CacheSave& save : evidence_.saves) {
      table.add({{"save"},
                 {std::string(to_string(save.outcome))},
                 {save.key.empty() ? "unknown" : printable(save.key)},
                 {seconds_text(save.seconds)},
                 {bytes_text(save.bytes)},
                 {step_name(save.step)}});
    }
    add(table);
    if (std::ranges::any_of(evidence_.restores, [](const auto& restore) { return !restore.is_certain; })) {
      line("exact?: the log doesn't tell the asked key from the one that was found");
    }
  }

  void artifacts() {
    if (evidence_.artifacts.empty()) return;
    heading("Artifacts");
    Table table({{"", Align::Left}, {"name", Align::Left, 1}, {"size", Align::Right}});
    for (const history::ArtifactTransfer& artifact : evidence_.artifacts) {
      table.add({{artifact.is_upload ? "up" : "down"}, {printable(artifact.name)}, {bytes_text(artifact.bytes)}});
    }
    add(table);
  }

  void counts() {
    const history::LogCounts& total = evidence_.total;
    Table table({{"", Align::Left, 1}, {"", Align::Right}});
    size_t rows = 0;
    const auto show = [&](const std::string& name, uint64_t number, const std::string& more = "") {
      if (number == 0) return;
      table.add({{more.empty() ? name : name + ", " + more}, {fmt::format("{}", number)}});
      ++rows;
    };
    show("crates downloaded", total.crates_downloaded, total.crate_bytes > 0 ? bytes_text(total.crate_bytes) : "");
    show("updates of cargo's index", total.index_updates, format_duration(total.index_seconds));
    show("crates of others compiled", total.third_party_compiled);
    show("crates of this repository compiled", total.workspace_compiled);
    show("tools installed from source", total.tools_installed);
    show("crates compiled for them", total.tool_crates_compiled);
    show("compiler cache hits", total.compiler_cache_hits.value_or(0));
    show("compiler cache misses", total.compiler_cache_misses.value_or(0));
    show("image instructions", total.layers);
    show("of them cached", total.layers_cached);
    show("errors", total.errors);
    for (const auto& [name, number] : total.own) show(printable(name), number);
    if (rows == 0) return;
    heading("Counts");
    const std::vector<std::string> lines = table.lines(options_.width, options_.color);
    for (const std::string& one : lines) {
      if (!trim(one).empty()) line(one);
    }
  }

  void steps() {
    heading("Steps");
    Table table({{"after", Align::Right}, {"time", Align::Right}, {"step", Align::Left, 1}});
    for (const history::LogStep& step : log_.steps) {
      const bool is_timed = step.start && step.end;
      std::string name = step.file.empty() || step.file == step.name ? step.name : step.file + ": " + step.name;
      table.add({{step.start && log_.start ? format_duration(std::max(*step.start - *log_.start, 0.0)) : ""},
                 {is_timed ? format_duration(*step.end - *step.start) : ""},
                 {printable(name)}});
    }
    add(table);
  }

  const LogReport& report_;
  const history::JobLog& log_;
  const history::LogEvidence& evidence_;
  const TextOptions& options_;
  std::string text_;
};

}  // namespace

std::string log_text(const LogReport& report, const TextOptions& options) {
  return LogPage(report, options).text();
}

}  // namespace dagsim::report
