// How fast GitHub's answers are read: listings of jobs with steps from a stream of pieces into rows, and for comparison
// the bare parse of the same documents, which no reader of ours can beat. bench/import_peer.py sets Python beside the
// whole import.
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <simdjson.h>

#include "history/rest.h"

namespace dagsim::history {
namespace {

constexpr size_t kRuns = 500;
constexpr size_t kJobs = 20;
constexpr size_t kSteps = 10;
constexpr size_t kPiece = size_t{1} << 16;

/// One run's jobs with all members that GitHub sends.
std::string make_document(size_t run) {
  std::string text = fmt::format(R"({{"total_count":{},"jobs":[)", kJobs);
  for (size_t job = 0; job < kJobs; ++job) {
    const size_t id = 40'000'000'000 + run * 100 + job;
    const std::string api = "https://api.github.com/repos/some-owner/some-repository";
    text += fmt::format(
        R"({0}{{"id":{1},"run_id":{2},"workflow_name":"CI","head_branch":"feature/branch-{3}","run_url":"{4}/actions/runs/{2}",)"
        R"("run_attempt":1,"node_id":"CR_kwDOAAAAAA8AAAAJ{1}","head_sha":"0123456789abcdef0123456789abcdef01234567",)"
        R"("url":"{4}/actions/jobs/{1}","html_url":"https://github.com/some-owner/some-repository/actions/runs/{2}/job/{1}",)"
        R"("status":"completed","conclusion":"success","created_at":"2025-09-04T12:00:{5:02}Z",)"
        R"_("started_at":"2025-09-04T12:01:{5:02}Z","completed_at":"2025-09-04T12:31:{5:02}Z","name":"test (ubuntu-24.04, {3})","steps":[)_",
        job > 0 ? "," : "", id, 17'000'000'000 + run, job, api, job % 60);
    for (size_t step = 1; step <= kSteps; ++step) {
      text += fmt::format(
          R"({}{{"name":"Run cargo test --workspace part {}","status":"completed","conclusion":"success","number":{},)"
          R"("started_at":"2025-09-04T12:{:02}:05Z","completed_at":"2025-09-04T12:{:02}:59Z"}})",
          step > 1 ? "," : "", step, step, step, step);
    }
    text += fmt::format(
        R"(],"check_run_url":"{}/check-runs/{}","labels":["ubuntu-24.04"],"runner_id":{},"runner_name":"GitHub Actions {}",)"
        R"("runner_group_id":0,"runner_group_name":"GitHub Actions"}})",
        api, id, job, job);
  }
  return text + "]}\n";
}

const std::string& text() {
  static const std::string kText = [] {
    std::string all;
    for (size_t run = 0; run < kRuns; ++run) all += make_document(run);
    return all;
  }();
  return kText;
}

void count(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text().size()));
}

void read_answers(benchmark::State& state) {
  for (auto _ : state) {
    Diagnostics diagnostics;
    size_t steps = 0;
    RestStream stream(
        "answers",
        [&](RestRows rows) {
          for (const RestJob& job : rows.jobs) steps += job.steps.size();
        },
        diagnostics);
    for (size_t at = 0; at < text().size(); at += kPiece) stream.feed(std::string_view(text()).substr(at, kPiece));
    stream.finish();
    if (steps != kRuns * kJobs * kSteps) state.SkipWithError("steps are missing");
  }
  count(state);
}

/// simdjson's document tree of each answer, and nothing read from it.
void bare_parse(benchmark::State& state) {
  std::vector<simdjson::padded_string> documents;
  for (size_t run = 0; run < kRuns; ++run) documents.emplace_back(make_document(run));
  simdjson::dom::parser parser;
  for (auto _ : state) {
    for (const simdjson::padded_string& document : documents) {
      simdjson::dom::element root;
      if (parser.parse(document).get(root) != simdjson::SUCCESS) state.SkipWithError("no JSON");
      benchmark::DoNotOptimize(root);
    }
  }
  count(state);
}

BENCHMARK(read_answers)->Unit(benchmark::kMillisecond);
BENCHMARK(bare_parse)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace dagsim::history
