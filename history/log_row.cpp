#include "history/log_row.h"

namespace dagsim::history {
namespace {

std::string step_of(const JobLog& log, uint32_t step) {
  const LogStep& found = log.steps.at(step);
  return found.file.empty() ? found.name : found.file;
}

std::map<std::string, double> counts_of(const LogCounts& counts) {
  const std::pair<const char*, double> all[] = {
      {"index updates", static_cast<double>(counts.index_updates)},
      {"index seconds", counts.index_seconds},
      {"crates downloaded", static_cast<double>(counts.crates_downloaded)},
      {"crate bytes", static_cast<double>(counts.crate_bytes)},
      {"third-party crates compiled", static_cast<double>(counts.third_party_compiled)},
      {"workspace crates compiled", static_cast<double>(counts.workspace_compiled)},
      {"tools installed from source", static_cast<double>(counts.tools_installed)},
      {"tool crates compiled", static_cast<double>(counts.tool_crates_compiled)},
      {"cargo seconds", counts.cargo_seconds},
      {"compiler cache hits", static_cast<double>(counts.compiler_cache_hits.value_or(0))},
      {"compiler cache misses", static_cast<double>(counts.compiler_cache_misses.value_or(0))},
      {"image layers", static_cast<double>(counts.layers)},
      {"image layers cached", static_cast<double>(counts.layers_cached)},
      {"errors", static_cast<double>(counts.errors)}};
  std::map<std::string, double> named;
  for (const auto& [name, value] : counts.own) named[name] = static_cast<double>(value);
  for (const auto& [name, value] : all) {
    if (value != 0) named[name] = value;
  }
  return named;
}

}  // namespace

LogRow log_row(const JobLog& log, const LogEvidence& evidence) {
  LogRow row;
  row.lines = log.lines;
  for (const CacheRestore& one : evidence.restores) {
    row.restores.push_back(
        {step_of(log, one.step), one.asked, one.restored, one.state, one.is_certain, one.seconds, one.bytes});
  }
  for (const CacheSave& one : evidence.saves) {
    row.saves.push_back({step_of(log, one.step), one.key, one.outcome, one.seconds, one.bytes});
  }
  row.counts = counts_of(evidence.total);
  return row;
}

}  // namespace dagsim::history
