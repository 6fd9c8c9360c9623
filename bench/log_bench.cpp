// How fast job logs are read: the whole scan, the scan with a user's pattern that may match anywhere, and for
// comparison what it would cost to ask RE2's set of all patterns about every line. bench/log_peer sets grep beside the
// tool.
#include <cstring>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <re2/set.h>

#include "bench/log_text.h"
#include "history/log_fold.h"
#include "history/log_line.h"

namespace dagsim::history {
namespace {

const std::string& text() {
  static const std::string kText = make_log_text(size_t{32} << 20);
  return kText;
}

void count(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text().size()));
}

void scan(benchmark::State& state, const LogRules& rules) {
  for (auto _ : state) {
    LogScanner scanner(rules);
    for (size_t at = 0; at < text().size(); at += size_t{1} << 16) {
      scanner.feed(std::string_view(text()).substr(at, size_t{1} << 16));
    }
    const JobLog log = scanner.finish();
    benchmark::DoNotOptimize(fold(log));
  }
  count(state);
}

void scan_logs(benchmark::State& state) {
  scan(state, LogRules());
}

void scan_logs_with_a_floating_rule(benchmark::State& state) {
  const std::vector<LogRule> more = {{"cache (?:hit|bypass), (?P<key>[a-z]+)", MarkerKind::CacheExact, ""},
                                     {"slow test", MarkerKind::Count, "slow"}};
  scan(state, LogRules(more));
}

/// The plainest way: each line's message against one set of all patterns.
void set_of_all_patterns(benchmark::State& state) {
  RE2::Options options;
  options.set_max_mem(int64_t{64} << 20);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const LogRule& rule : built_in_log_rules()) set.Add(rule.pattern, nullptr);
  set.Compile();
  std::string buffer;
  for (auto _ : state) {
    size_t matches = 0;
    for (std::string_view rest = text(); !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view message = message_of(split_log_line(rest.substr(0, end)).body, buffer);
      matches += set.Match({message.data(), message.size()}, nullptr) ? 1U : 0U;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    benchmark::DoNotOptimize(matches);
  }
  count(state);
}

BENCHMARK(scan_logs)->Unit(benchmark::kMillisecond);
BENCHMARK(scan_logs_with_a_floating_rule)->Unit(benchmark::kMillisecond);
BENCHMARK(set_of_all_patterns)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dagsim::history
