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

CacheUse& last_use(Pipeline& pipeline, std::string_view id) {
  return *pipeline.job(pipeline.find(id).at(0)).steps.back().cache;
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
  Step build;
  build.uses = "docker/build-push-action";
  build.cache = CacheUse{"docker-buildkit", true, true, "", {}};
  CHECK_FALSE(is_setup(build));
  build.uses = "owner/own-cache";
  CHECK(is_setup(build));
}

TEST_CASE("Of one key as written, a saver fills the same values, and in part what has a restore key that fits") {
  CacheUse use{"cargo", true, false, "", {}};
  CacheUse other{"cargo", true, true, "", {}};
  const auto found = [&] { return to_string(filled_by(use, other)); };
  CHECK(found() == "exact");
  use.known_key = "cargo-x86-${{ hashFiles('Cargo.lock') }}";
  CHECK(found() == "exact");
  other.known_key = use.known_key;
  CHECK(found() == "exact");
  other.known_key = "cargo-arm-${{ hashFiles('Cargo.lock') }}";
  CHECK(found() == "miss");
  use.restore_keys = {"cargo-x86-", "cargo-"};
  CHECK(found() == "partial");
  use.paths = {"~/.cargo"};
  CHECK(found() == "partial");
  other.paths = {"~/.cargo", "target"};
  CHECK(found() == "miss");
  other.paths = use.paths;
  other.windows_only = true;
  CHECK(found() == "miss");
  other.key = "cargo-other-${{ hashFiles('Cargo.lock') }}";
  CHECK(found() == "exact");
  other.saves = false;
  CHECK(found() == "miss");
}

TEST_CASE("Legs that restore keys of their own are not filled by each other's savers") {
  Pipeline pipeline = graph("seed -> reader");
  for (const char* id : {"seed", "reader"}) use(pipeline, id, "f", std::string(id) == "seed");
  last_use(pipeline, "seed").known_key = "f-a";
  last_use(pipeline, "reader").known_key = "f-b";
  CHECK(seen(pipeline, "reader", {{"f", CacheState::Miss}}) == "f:miss ");
  last_use(pipeline, "reader").restore_keys = {"f-"};
  CHECK(seen(pipeline, "reader", {{"f", CacheState::Miss}}) == "f:partial ");
  use(pipeline, "reader", "f", false);
  CHECK(seen(pipeline, "reader", {{"f", CacheState::Miss}}) == "f:partial ");
}

TEST_CASE("A step may save another family than it restores") {
  Pipeline pipeline = graph("build -> reader");
  use(pipeline, "build", "main", true);
  last_use(pipeline, "build").saved_family = "topic";
  use(pipeline, "reader", "topic", false);
  CHECK(seen(pipeline, "reader", {{"topic", CacheState::Miss}}) == "topic:exact ");
  CHECK(join(families(pipeline), " ") == "main topic");
}

TEST_CASE("After a miss an action that says so answers 'false'") {
  Pipeline pipeline = graph("a");
  use(pipeline, "a", "f", true);
  pipeline.jobs[0].steps.back().cache->miss_output = "false";
  Step step;
  step.condition = "success() && (steps.cache.outputs.cache-hit == 'false')";
  CHECK(step_runs(pipeline, pipeline.jobs[0], step, {{"f", CacheState::Miss}}));
  pipeline.jobs[0].steps.back().cache->miss_output = "";
  CHECK_FALSE(step_runs(pipeline, pipeline.jobs[0], step, {{"f", CacheState::Miss}}));
}
