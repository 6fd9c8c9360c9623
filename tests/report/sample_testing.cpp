#include "tests/report/sample_testing.h"

#include <limits>
#include <memory>

namespace dagsim::report {

namespace {

using study::EditLine;
using study::JobLine;
using study::PipelineLine;
using study::Prediction;
using study::Verdict;

constexpr const char* kShard = "test/packages[group=jackin]";

JobLine job(std::string key, double mean, double criticality, double drag, double slack) {
  JobLine line;
  line.name = key;
  line.key = std::move(key);
  line.mean = mean;
  line.criticality = criticality;
  line.drag = drag;
  line.slack = slack;
  line.origin = "measured";
  line.observations = 9;
  return line;
}

PipelineLine baseline() {
  PipelineLine line;
  line.wall = {345.2, 300, 338.9, 401.25};
  line.first_red_by_kind = {{"formatting", {41, 35, 40.4, 52}, "fmt", 1, true},
                            {"unit and integration tests", {290, 250, 288, 330}, kShard, 0.71, true},
                            {"lints", {95, 80, 93, 110}, "clippy", 1, true},
                            {"schema drift", {0, 0, std::numeric_limits<double>::infinity(), 0}, "", 0, false}};
  line.minutes = 54.25;
  line.cost = 0.434;
  line.chains = {{{"changes", "test/prepare", kShard, "ci-required"}, 0.871},
                 {{"changes", "check-all-features", "clippy", "ci-required"}, 0.129}};
  line.jobs = {job("changes", 8.5, 1, 8.5, 0),
               job("fmt", 31.7, 0, 0, 250),
               job("test/prepare", 151, 0.871, 48.25, 3),
               job(kShard, 120, 0.871, 35, 6),
               job("check-all-features", 180, 0.129, 2.5, 30),
               job("clippy", 70, 0.129, 2.5, 30),
               job("ci-required", 4, 1, 4, 0)};
  line.jobs[3].name = "test / packages \"jackin\" <1>";
  line.jobs[4].origin = "pooled";
  line.jobs.push_back(job("build-validator", 0, 0, 0, 0));
  line.jobs.back().runs = false;
  line.jobs.back().reason = "only on pushes to main";
  line.needs = {{"changes", "fmt"},
                {"changes", "test/prepare"},
                {"test/prepare", kShard},
                {"changes", "check-all-features"},
                {"check-all-features", "clippy"},
                {"fmt", "ci-required"},
                {kShard, "ci-required"},
                {"clippy", "ci-required"}};
  return line;
}

EditLine remove_prepare() {
  EditLine edit;
  edit.id = "remove-prepare";
  edit.title = "Let the shards restore the cache themselves";
  edit.rank = 1;
  edit.verdict = Verdict::Faster;
  edit.pipeline = baseline();
  edit.pipeline.wall = {296.9, 260, 291.1, 350};
  edit.pipeline.minutes = 52.1;
  edit.wall_change = {-48.3, {-61, -35, 0.95}};
  edit.p50_change = -47.8;
  edit.two_runs = {{-101, 5.2, 0.8}, 4};
  edit.p_faster = 0.981;
  edit.pareto = true;
  edit.first_red_changes = {{"formatting", 0}, {"unit and integration tests", -44}, {"lints", 0.2}};
  edit.minutes_change = {-2.15, {-2.5, -1.8, 0.95}};
  edit.long_pole_before = "changes > test/prepare > test/packages[group=jackin] > ci-required";
  edit.long_pole_after = "changes > check-all-features > clippy > ci-required";
  edit.next_bottleneck = "check-all-features";
  edit.notes = {"the shards save the cache ci-all-features-dev-workspace-v2 that test/prepare saved"};
  edit.assumptions = {"a restore takes a shard as long as it took test/prepare"};
  edit.sensitivities = {{"a cold compile of a shard (60 s to 150 s)", -61, -31},
                        {"the cache transfer (5 s to 20 s)", -52, -44}};
  edit.measured_wall = 314;
  edit.measured_run = "27999729168";
  return edit;
}

EditLine drop_check() {
  EditLine edit;
  edit.id = "drop-check-all-features";
  edit.title = "Drop the job that clippy repeats";
  edit.rank = 2;
  edit.verdict = Verdict::WithinNoise;
  edit.pipeline = baseline();
  edit.wall_change = {-0.4, {-1.3, 0.3, 0.95}};
  edit.two_runs = {{-75, 74, 0.8}, std::nullopt};
  edit.p_faster = 0.12;
  edit.pareto = true;
  edit.first_red_changes = {{"formatting", 0}, {"lints", -31}};
  edit.minutes_change = {-3, {-3, -3, 0.95}};
  edit.pipeline.minutes = 51.25;
  edit.long_pole_before = "changes > test/prepare > test/packages[group=jackin] > ci-required";
  edit.long_pole_after = edit.long_pole_before;
  edit.next_bottleneck = "test/prepare";
  edit.notes = {
      "the chain changes > check-all-features > clippy > ci-required has 30s of slack, so shortening it does "
      "not move the gate"};
  return edit;
}

EditLine remove_changes() {
  EditLine edit;
  edit.id = "remove-changes";
  edit.title = "Run everything always";
  edit.rank = 3;
  edit.verdict = Verdict::Illegal;
  const auto file = std::make_shared<SourceFile>("ci.yml", "jobs:\n  fmt:\n    needs: [changes]\n");
  edit.diagnostics.error("output-used", "job \"fmt\" uses outputs of \"changes\", which the edit removes",
                         {file, {25, 32}});
  return edit;
}

}  // namespace

Prediction sample_baseline() {
  Prediction prediction;
  prediction.title = "Remove the serial prepare job";
  prediction.workflow = "rust-ci/prepare-seeds-when-cold";
  prediction.event = "pull_request";
  prediction.change = "rust-and-construct";
  prediction.gate = "ci-required";
  prediction.replications = 100'000;
  prediction.seed = 1;
  prediction.resamples = 200;
  study::HistoryLine& history = prediction.history;
  history.source = "rust-ci/ledger.yaml";
  history.runs_used = 9;
  history.first_run = "27876108263";
  history.last_run = "27997272508";
  history.before = "27999729168";
  history.excluded = {{"failed", 3}, {"partial re-run", 1}};
  history.walls = 9;
  history.replayed = 2;
  history.replay_residual = -0.0112;
  history.dispatch_median = 4;
  history.dispatch_origin = "measured";
  history.measured_wall = study::Distribution{330, 290, 326, 390};
  history.measured_walls = 3;
  prediction.baseline = baseline();
  prediction.assumptions = {"the cache ci-all-features-dev-workspace-v2 is warm at the start (the scenario says so)"};
  prediction.warnings = {"5 of 9 runs publish no job times; they only bound the wall clock"};
  return prediction;
}

Prediction sample_prediction() {
  Prediction prediction = sample_baseline();
  prediction.edits = {remove_prepare(), drop_check(), remove_changes()};
  study::BestSet best;
  best.most = 3;
  best.candidates = 57;
  best.illegal = 6;
  best.steps = {{"remove-prepare", {296.9, 260, 291.1, 350}, {-48.3, {-61, -35, 0.95}}, "check-all-features"},
                {"halve-image", {271.2, 240, 266, 320}, {-25.7, {-31, -18.5, 0.95}}, "test/docker-e2e"}};
  best.wall_change = {-74, {-92, -53.5, 0.95}};
  best.ties = {"remove-prepare + halve-image + merge-policy"};
  best.tied = 15;
  best.race_replications = 1'200'000;
  prediction.best_set = best;
  return prediction;
}

study::CheckResult sample_check() {
  study::CheckResult result;
  result.prediction = sample_baseline();
  result.prediction.title = "head against base";
  EditLine head = drop_check();
  head.id = "head";
  head.title = "";
  head.verdict = Verdict::Slower;
  head.rank = 1;
  head.pipeline.wall = {376, 330, 369.2, 430};
  head.wall_change = {31, {20, 42, 0.95}};
  head.notes.clear();
  result.prediction.edits = {head};
  result.regression = 0.09;
  result.threshold = 0.05;
  result.failed = true;
  const auto file =
      std::make_shared<SourceFile>("head/.github/workflows/ci.yml", "jobs:\n  schema-check:\n    steps: []\n");
  result.findings = {{"gates-nothing", Severity::Warning, "job \"schema-check\" gates nothing", {file, {8, 20}}}};
  return result;
}

}  // namespace dagsim::report
