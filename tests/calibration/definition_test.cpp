#include "calibration/definition.h"

#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;

namespace {

Definition defined(const model::Pipeline& pipeline, std::string_view id, const model::CacheStates& at_start = {}) {
  Diagnostics diagnostics;
  const model::JobId job = pipeline.find(id).at(0);
  return define(pipeline, model::Graph::build(pipeline, diagnostics), job, pipeline.job(job), at_start);
}

/// "name=work[family:state from filler]", one line for each step.
std::string text(const Definition& definition) {
  std::string result;
  for (const ActiveStep& step : definition.steps) {
    result += step.name + " = " + step.work;
    if (!step.family.empty()) result += fmt::format(" [{}: {}", step.family, to_string(step.found.state));
    if (!step.found.filler.empty()) result += " from " + step.found.filler;
    result += step.family.empty() ? "\n" : "]\n";
  }
  return result;
}

std::string text(const Difference& difference) {
  std::string result;
  for (const std::string& step : difference.removed) result += "removed " + step + "\n";
  for (const std::string& step : difference.added) result += "added " + step + "\n";
  for (const std::string& step : difference.changed) result += "changed " + step + "\n";
  for (const CacheChange& change : difference.caches) {
    result += fmt::format("{}: {} to {}\n", change.to.family, to_string(change.from.found.state),
                          to_string(change.to.found.state));
  }
  if (difference.other_runner) result += "other runner\n";
  return result;
}

}  // namespace

TEST_CASE("A step with a condition on a cache hit is part of a definition in the states in which it runs") {
  model::Pipeline pipeline = graph("a");
  add_cache(pipeline, "a", "deps");
  add_script(pipeline, "a", "install", "steps.cache.outputs.cache-hit != 'true'");
  add_script(pipeline, "a", "test");
  CHECK(text(defined(pipeline, "a")) == "Restore deps = uses actions/cache [deps: exact]\ntest = run make test\n");
  CHECK(text(defined(pipeline, "a", {{"deps", kMiss}})) ==
        "Restore deps = uses actions/cache [deps: miss]\ninstall = run make install\ntest = run make test\n");
  CHECK(text(difference(defined(pipeline, "a"), defined(pipeline, "a", {{"deps", kMiss}}))) ==
        "added install\ndeps: exact to miss\n");
}

TEST_CASE("An entry that an ancestor fills in the same run is another finding than one of an earlier run") {
  model::Pipeline pipeline = graph("seed -> reader, beside");
  add_cache(pipeline, "seed", "deps", true);
  for (const char* id : {"reader", "beside"}) add_cache(pipeline, id, "deps");
  const model::CacheStates cold = {{"deps", kMiss}};
  CHECK(text(defined(pipeline, "reader")) == "Restore deps = uses actions/cache [deps: exact]\n");
  CHECK(text(defined(pipeline, "reader", cold)) == "Restore deps = uses actions/cache [deps: exact from seed]\n");
  CHECK(text(defined(pipeline, "beside", cold)) == "Restore deps = uses actions/cache [deps: miss]\n");
  CHECK_FALSE(difference(defined(pipeline, "reader"), defined(pipeline, "reader", cold)).is_same_work());
}

TEST_CASE("Legs of a matrix have one definition once their values give way to the axis") {
  model::Pipeline pipeline = graph("p[group=core|shell]");
  for (const char* value : {"core", "shell"}) {
    add_script(pipeline, fmt::format("p[group={}]", value), fmt::format("Test {}", value));
  }
  CHECK(text(defined(pipeline, "p[group=core]")) == "Test {group} = run make Test {group}\n");
  CHECK(defined(pipeline, "p[group=core]") == defined(pipeline, "p[group=shell]"));
}

TEST_CASE("Short matrix values stay, for they could be part of any word") {
  model::Pipeline pipeline = graph("p[n=1|2]");
  add_script(pipeline, "p", "shard 1 of 2");
  CHECK(text(defined(pipeline, "p[n=1]")) == "shard 1 of 2 = run make shard 1 of 2\n");
}

TEST_CASE("A composite action's steps lose the path to them") {
  const model::Pipeline pipeline = graph("p[os=linux|macos]");
  CHECK(step_name("Run ./.github/actions/setup / Restore linux tools", pipeline.jobs[0]) == "Restore {os} tools");
}

TEST_CASE("Steps are matched by name and occurrence, caches by family or, when that was renamed, by action") {
  model::Pipeline before = graph("a");
  add_cache(before, "a", "deps-v1");
  add_script(before, "a", "lint");
  add_script(before, "a", "test");
  add_script(before, "a", "test");
  model::Pipeline after = graph("a");
  add_cache(after, "a", "deps-v2");
  add_script(after, "a", "test");
  after.jobs[0].steps.back().run = "make test --fast";
  add_script(after, "a", "publish");
  after.jobs[0].runs_on = {"large"};
  CHECK(text(difference(defined(before, "a"), defined(after, "a"))) ==
        "removed lint\nremoved test\nadded publish\nchanged test\nother runner\n");
  CHECK(text(difference(defined(before, "a"), defined(after, "a", {{"deps-v2", kMiss}}))) ==
        "removed lint\nremoved test\nadded publish\nchanged test\ndeps-v2: exact to miss\nother runner\n");
}

TEST_CASE("Other scripts under the same names are the same work") {
  model::Pipeline before = graph("a");
  add_script(before, "a", "test");
  model::Pipeline after = before;
  after.jobs[0].steps[0].run = "make check";
  CHECK(difference(defined(before, "a"), defined(after, "a")).is_same_work());
}

TEST_CASE("A part of a bucket takes its own steps to the bucket's runner") {
  model::Pipeline pipeline = graph("bucket, member");
  add_script(pipeline, "member", "test");
  pipeline.jobs[0].runs_on = {"large", "arm"};
  Diagnostics diagnostics;
  const Definition definition =
      define(pipeline, model::Graph::build(pipeline, diagnostics), model::JobId{0}, pipeline.jobs[1], {});
  CHECK(text(definition) == "test = run make test\n");
  CHECK(definition.runner == "large,arm");
}

TEST_CASE("Similarity counts the kinds of work that two jobs have in common") {
  model::Pipeline pipeline = graph("a, b, none");
  for (const char* id : {"a", "b"}) add_cache(pipeline, id, "deps");
  add_script(pipeline, "a", "test");
  add_script(pipeline, "b", "lint");
  CHECK(similarity(defined(pipeline, "a"), defined(pipeline, "a")) == 1);
  CHECK(similarity(defined(pipeline, "a"), defined(pipeline, "b")) == Approx(1.0 / 3));
  CHECK(similarity(defined(pipeline, "a"), defined(pipeline, "none")) == 0);
}

TEST_CASE("A job with at most three scripts and no action is light") {
  model::Pipeline pipeline = graph("a, b");
  for (const char* name : {"x", "y", "z"}) add_script(pipeline, "a", name);
  CHECK(is_light(defined(pipeline, "a")));
  add_script(pipeline, "a", "w");
  CHECK_FALSE(is_light(defined(pipeline, "a")));
  add_cache(pipeline, "b", "deps");
  CHECK_FALSE(is_light(defined(pipeline, "b")));
}
