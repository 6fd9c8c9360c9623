#include "calibration/cache_evidence.h"

#include <fmt/format.h>

#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;
using history::CacheState;

namespace {

std::optional<size_t> alike(const std::string& known_key, const std::string& key) {
  model::CacheUse use;
  use.known_key = known_key;
  return likeness(use, key);
}

/// Adds a step that restores "family" by a key template.
void add_keyed(model::Pipeline& pipeline, const std::string& job, const std::string& family, const std::string& key) {
  add_cache(pipeline, job, family);
  pipeline.jobs[index(pipeline.find(job).front())].steps.back().cache->known_key = key;
}

/// A green run as listed, with what its logs tell: "job key state" each.
RunRecord logged(const std::string& id, const std::vector<Listed>& jobs,
                 const std::vector<history::RestoreRecord>& restores) {
  RunRecord run = listing(id, jobs);
  run.restores = restores;
  return run;
}

std::string told(const model::CacheStates& states) {
  std::string text;
  for (const auto& [family, state] : states) text += fmt::format("{} {}\n", family, model::to_string(state));
  return text;
}

std::string states_of(const RunRecord& run, const model::Pipeline& pipeline) {
  return told(states_at_start(run, pipeline, [&](const std::string& name) { return pipeline.find(name); }));
}

}  // namespace

TEST_CASE("A key is like a template when what is known of it stands there in order, whatever the case") {
  CHECK(alike("deps-${{ runner.os }}-${{ hashFiles('lock') }}", "deps-Linux-0a1b") == 6);
  CHECK(alike("v0-rust-build-<platform>-<locks>", "V0-Rust-Build-Linux-x64-0a1b") == 15);
  CHECK(alike("deps-${{ runner.os }}", "my-deps-Linux") == std::nullopt);
  CHECK(alike("a-${{ x }}-b", "a-1-c") == std::nullopt);
  CHECK(alike("${{ x }}", "anything") == 0);
  CHECK(alike("exactly", "exactly") == 7);
  CHECK(alike("open ${{ x", "open ${{ x") == 10);
}

TEST_CASE("A restore belongs to the step whose template is most like its key, each step once") {
  model::Pipeline pipeline = graph("a");
  add_keyed(pipeline, "a", "any", "${{ x }}");
  add_keyed(pipeline, "a", "registry", "cargo-${{ x }}");
  add_keyed(pipeline, "a", "target", "cargo-target-${{ x }}");
  CHECK(states_of(logged("1", {{"a", 0, 60}},
                         {{"a", "cargo-target-1", CacheState::Miss},
                          {"a", "cargo-2", CacheState::Partial},
                          {"a", "other", CacheState::Exact}}),
                  pipeline) == "any exact\nregistry partial\ntarget miss\n");
}

TEST_CASE("Keys like no template count in order where the log has as many restores as the job has steps for them") {
  model::Pipeline pipeline = graph("a");
  add_keyed(pipeline, "a", "first", "one-${{ x }}");
  add_keyed(pipeline, "a", "second", "two-${{ x }}");
  CHECK(states_of(logged("1", {{"a", 0, 60}}, {{"a", "x", CacheState::Miss}, {"a", "two-1", CacheState::Exact}}),
                  pipeline) == "first miss\nsecond exact\n");
  CHECK(states_of(logged("1", {{"a", 0, 60}}, {{"a", "x", CacheState::Miss}}), pipeline).empty());
}

TEST_CASE("Of jobs that ask for the same cache the one that started first tells how it was at the start") {
  model::Pipeline pipeline = graph("a -> b");
  add_keyed(pipeline, "a", "deps", "deps-${{ x }}");
  add_keyed(pipeline, "b", "deps", "deps-${{ x }}");
  CHECK(states_of(logged("1", {{"b", 70, 60}, {"a", 2, 60}},
                         {{"b", "deps-1", CacheState::Exact}, {"a", "deps-1", CacheState::Miss}}),
                  pipeline) == "deps miss\n");
}

TEST_CASE("Logs split a job's times by what it found, and runs without one are left out") {
  model::Pipeline pipeline = graph("a");
  add_keyed(pipeline, "a", "deps", "deps-${{ x }}");
  std::vector<RunRecord> runs;
  for (int i = 0; i < 12; ++i) {
    const bool cold = i % 3 == 0;
    runs.push_back(logged(std::to_string(i), {{"a", 0, cold ? 200.0 + i : 100.0 + i}},
                          {{"a", "deps-1", cold ? CacheState::Miss : CacheState::Exact}}));
  }
  runs.push_back(listing("12", {{"a", 0, 1000}}));
  const Seen seen(listings(std::move(runs)), shapes(pipeline));
  CHECK(std::exp(seen.estimate("a", {{"deps", kMiss}}).location) == Approx(204.5).epsilon(0.01));
  CHECK(std::exp(seen.estimate("a", {{"deps", kExact}}).location) == Approx(105.6).epsilon(0.02));
  CHECK(seen.observations.excluded.at("no log tells its caches") == 1);
  CHECK(seen.observations.runs.size() == 12);
}

TEST_CASE("A few logs only are no ground to throw the other runs away, which is said") {
  model::Pipeline pipeline = graph("a");
  add_keyed(pipeline, "a", "deps", "deps-${{ x }}");
  std::vector<RunRecord> runs;
  for (int i = 0; i < 12; ++i) {
    runs.push_back(logged(std::to_string(i), {{"a", 0, 100}}, {}));
    if (i < 3) runs.back().restores = {{"a", "deps-1", CacheState::Miss}};
  }
  const Seen seen(listings(std::move(runs)), shapes(pipeline));
  CHECK(seen.observations.runs.size() == 12);
  CHECK_FALSE(seen.observations.runs[0].states);
  CHECK(render(seen.diagnostics) ==
        "warning: the history has the logs of 3 green runs only, too few to learn what caches are worth; 8 are enough: "
        "dagsim import takes more [few-logs]\n");
}

TEST_CASE("Logs of another workflow, and keys that no step asks for, are no reason to leave runs out") {
  model::Pipeline pipeline = graph("a");
  pipeline.title = "CI";
  add_keyed(pipeline, "a", "first", "one-${{ x }}");
  add_keyed(pipeline, "a", "second", "two-${{ x }}");
  std::vector<RunRecord> runs;
  for (int i = 0; i < 30; ++i) {
    runs.push_back(listing(std::to_string(i), {{"a", 0, 100}}));
    if (i >= 10) runs.back().restores = {{"a", "one-1", CacheState::Miss}};
    if (i >= 10) runs.back().workflow = "Docs";
    if (i < 9) runs.back().restores = {{"a", "x", CacheState::Miss}};
  }
  const Seen seen(listings(std::move(runs)), shapes(pipeline));
  CHECK(seen.observations.runs.size() == 10);
  CHECK_FALSE(seen.observations.runs[0].states);
  CHECK(seen.observations.excluded.size() == 1);
}
