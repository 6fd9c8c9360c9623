#include "model/cache.h"

#include "model/steps.h"
#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

void use(Pipeline& pipeline, std::string_view id, const std::string& family, bool saves) {
  for (const JobId job : pipeline.find(id)) {
    Step step;
    step.id = "cache";
    step.condition = "success()";
    step.cache = CacheUse{family, true, saves, "", {}};
    pipeline.job(job).steps.push_back(step);
  }
}

std::string seen(const Pipeline& pipeline, std::string_view id, const CacheStates& at_start) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  std::string text;
  for (const auto& state : states_seen(pipeline, dag, pipeline.find(id).at(0), at_start)) {
    text += fmt::format("{}:{} ", state.first, to_string(state.second));
  }
  return text;
}

bool runs(const std::string& condition, CacheState state) {
  Pipeline pipeline = graph("a[os=linux]");
  expression::Object github;
  github.set("ref", "main");
  pipeline.contexts.set("github", github);
  use(pipeline, "a", "f", true);
  Step step;
  step.condition = condition;
  return step_runs(pipeline, pipeline.jobs[0], step, {{"f", state}});
}

}  // namespace

TEST_CASE("A family that is absent at the start is a hit behind a job that saves it and a miss beside it") {
  Pipeline pipeline = graph("seed -> reader, beside, reader -> last");
  for (const char* id : {"seed", "beside"}) use(pipeline, id, "f", true);
  for (const char* id : {"reader", "last"}) use(pipeline, id, "f", false);
  CHECK(seen(pipeline, "seed", {{"f", CacheState::Miss}}) == "f:miss ");
  CHECK(seen(pipeline, "beside", {{"f", CacheState::Miss}}) == "f:miss ");
  CHECK(seen(pipeline, "reader", {{"f", CacheState::Miss}}) == "f:exact ");
  CHECK(seen(pipeline, "last", {{"f", CacheState::Partial}}) == "f:exact ");
  CHECK(seen(pipeline, "beside", {}) == "f:exact ");
}

TEST_CASE("Skipped jobs and jobs that only restore fill nothing") {
  Pipeline pipeline = graph("seed -> reader -> last");
  use(pipeline, "seed", "f", true);
  use(pipeline, "reader", "f", false);
  use(pipeline, "last", "f", false);
  pipeline.jobs[0].presence = Presence::Skipped;
  CHECK(seen(pipeline, "last", {{"f", CacheState::Partial}}) == "f:partial ");
}

TEST_CASE("Families are listed sorted, each once") {
  Pipeline pipeline = graph("a, b");
  for (const char* family : {"z", "c", "z"}) use(pipeline, "a", family, false);
  use(pipeline, "b", "m", true);
  CHECK(join(families(pipeline), " ") == "c m z");
  CHECK(join(restored_families(pipeline.jobs[0]), " ") == "c z");
}

TEST_CASE("Conditions on a cache hit follow the state that the job sees") {
  const std::string miss_only = "success() && (steps.cache.outputs.cache-hit != 'true')";
  CHECK_FALSE(runs(miss_only, CacheState::Exact));
  CHECK(runs(miss_only, CacheState::Partial));
  CHECK(runs(miss_only, CacheState::Miss));
  CHECK(runs("success() && (steps.cache.outputs.cache-hit == 'false')", CacheState::Partial));
  CHECK_FALSE(runs("success() && (steps.cache.outputs.cache-hit)", CacheState::Miss));
}

TEST_CASE("What is not known about a step's condition is taken as true, known contexts are not") {
  CHECK(runs("success() && (steps.filter.outputs.x == 'y')", CacheState::Exact));
  CHECK_FALSE(runs("success() && (steps.filter.outputs.x == 'y' && steps.cache.outputs.cache-hit != 'true')",
                   CacheState::Exact));
  CHECK_FALSE(runs("success() && (github.ref == 'other')", CacheState::Exact));
  CHECK_FALSE(runs("success() && (matrix.os == 'windows')", CacheState::Exact));
  CHECK_FALSE(runs("failure()", CacheState::Exact));
  CHECK_FALSE(runs("cancelled()", CacheState::Exact));
  CHECK(runs("always()", CacheState::Exact));
  CHECK(runs("", CacheState::Exact));
}

TEST_CASE("A step that mentions the matrix key anywhere is work, by whole names") {
  Step step;
  step.run = "cargo test --package ${{ Matrix.Group }}";
  CHECK(mentions_matrix_key(step, "group"));
  CHECK_FALSE(mentions_matrix_key(step, "gro"));
  step.run = "echo ${{ matrix['group'] }}";
  CHECK(mentions_matrix_key(step, "group"));
  step = {};
  step.with = {{"shared-key", "a-${{ matrix.group_name }}"}};
  CHECK_FALSE(mentions_matrix_key(step, "group"));
  CHECK(mentions_matrix_key(step, "group_name"));
}

TEST_CASE("Checkouts, caches and tool set-up are fixed cost, scripts are work") {
  const auto setup = [](const char* uses, const char* run) {
    Step step;
    step.uses = uses;
    step.run = run;
    return is_setup(step);
  };
  for (const char* action :
       {"actions/checkout", "actions/cache", "Swatinem/rust-cache", "actions/setup-node", "jdx/mise-action",
        "dtolnay/rust-toolchain", "taiki-e/install-action", "docker/setup-buildx-action"}) {
    CHECK(setup(action, ""));
  }
  CHECK_FALSE(setup("docker/build-push-action", ""));
  CHECK_FALSE(setup("", "cargo test"));
}
