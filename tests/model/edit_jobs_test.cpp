#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::edit;
using dagsim::model::testing::graph;

namespace {

Job& job(Pipeline& pipeline, std::string_view id) {
  return pipeline.job(pipeline.find(id).at(0));
}

Step cache_step(const std::string& family, bool saves) {
  Step step;
  step.name = "Cache";
  step.uses = "actions/cache";
  step.condition = "success()";
  step.cache = CacheUse{family, true, saves, "", {}};
  return step;
}

TEST_CASE("An added job catches the kinds of defects that it is said to cover, and an unknown kind is told") {
  Pipeline pipeline = graph("a -> gate");
  pipeline.defects.push_back({"lints", {"a"}, {}, {}});
  CHECK_THAT(edit(pipeline, "- add-job: {id: other, duration: 20s, covers: [lint]}"),
             Catch::Contains("no kind of defect is called \"lint\"") && Catch::Contains("did you mean \"lints\"?"));
  edit(pipeline, "- add-job: {id: quick, duration: 20s, covers: [lints]}");
  CHECK(pipeline.defects.front().jobs == std::vector<std::string>{"a", "quick"});
}

}  // namespace

TEST_CASE("Dependants of a removed job lose the need, inherit nothing and no longer ask for its result") {
  Pipeline pipeline = graph("a -> b -> c, b -> gate, c -> gate");
  job(pipeline, "gate").condition = "always() && needs.b.result == 'success' && needs.c.result == 'success'";
  CHECK(edit(pipeline, "- remove-job: b") ==
        "a\nc\ngate <- c if always() && needs.c.result == 'success'\n"
        "note: the condition of \"gate\" no longer asks for the result of \"b\": always() && needs.c.result == "
        "'success'\n");
}

TEST_CASE("Removing some legs keeps the needs on the others, removing the last job of a caller removes the caller") {
  Pipeline legs = graph("p[k=a|b] -> gate");
  CHECK(edit(legs, "- remove-job: p[k=a]") == "p[k=b]\ngate <- p\n");
  Pipeline called = graph("test/a, x -> test -> gate");
  CHECK(edit(called, "- remove-job: test/a") == "x\ngate\nnote: \"test\" calls no job any more and is removed\n");
}

TEST_CASE("Removing an unknown job suggests the nearest name") {
  Pipeline pipeline = graph("test/prepare -> test/packages");
  CHECK(edit(pipeline, "- remove-job: test/prepar") ==
        "edit.yaml:1:3: error: no job is called \"test/prepar\" [unknown-job]\n"
        " 1 | - remove-job: test/prepar\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"test/prepare\"?\n");
}

TEST_CASE("A removed job whose output is read makes the edit illegal") {
  Pipeline pipeline = graph("changes -> a");
  Job& reader = job(pipeline, "a");
  reader.condition = "success() && (needs.changes.outputs.rust == 'true')";
  reader.reads = {{"changes", "rust", reader.where}};
  CHECK(edit(pipeline, "- remove-job: changes") ==
        "edit.yaml:1:3: error: \"a\" reads output \"rust\" of \"changes\", which it no longer needs [lost-output]\n"
        " 1 | - remove-job: changes\n"
        "   |   ^~~~~~~~~~~~~~~~~~~\n"
        "graph:1:12: note: read here\n"
        " 1 | changes -> a\n"
        "   |            ^\n");
}

TEST_CASE("A condition that can't be rewritten makes the edit illegal") {
  Pipeline pipeline = graph("a -> c, b -> c");
  job(pipeline, "c").condition = "always() && (needs.a.result == 'success' || needs.b.result == 'success')";
  CHECK(edit(pipeline, "- remove-job: a") ==
        "edit.yaml:1:3: error: the condition of \"c\" asks for needs.a.result, but \"c\" does not need \"a\" "
        "[dangling-condition]\n"
        " 1 | - remove-job: a\n"
        "   |   ^~~~~~~~~~~~~\n"
        "edit.yaml: note: if: always() && (needs.a.result == 'success' || needs.b.result == 'success')\n");
}

TEST_CASE("A removed only saver of a cache needs a successor") {
  Pipeline pipeline = graph("seed -> reader");
  job(pipeline, "seed").steps = {cache_step("target", true)};
  job(pipeline, "reader").steps = {cache_step("target", false)};
  Pipeline legal = pipeline;
  CHECK(edit(pipeline, "- remove-job: seed") ==
        "edit.yaml:1:3: error: no job saves cache family \"target\" any more, which \"reader\" restores [lost-cache]\n"
        " 1 | - remove-job: seed\n"
        "   |   ^~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: restored here\n"
        "edit.yaml: note: name another saver: set-cache: {family: target, saver: …}\n");
  CHECK(edit(legal, "- remove-job: seed\n- set-cache: {family: target, saver: reader}") == "reader\n");
  CHECK(legal.jobs[0].steps[0].cache->saves);
}

TEST_CASE("An artifact needs a maker that its reader waits for") {
  Pipeline pipeline = graph("image -> test -> e2e, image -> e2e");
  job(pipeline, "image").steps.resize(1);
  job(pipeline, "image").steps[0].uploads = {"image"};
  job(pipeline, "e2e").steps.resize(1);
  job(pipeline, "e2e").steps[0].downloads = {"image"};
  Pipeline removed = pipeline;
  Pipeline still_behind = pipeline;
  CHECK(edit(removed, "- remove-job: image")
            .starts_with("edit.yaml:1:3: error: \"e2e\" downloads artifact \"image\", which no job uploads any more "
                         "[lost-artifact]\n"));
  CHECK(edit(still_behind, "- remove-need: {job: e2e, need: image}") == "image\ntest <- image\ne2e <- test\n");
  CHECK(
      edit(pipeline, "- remove-need: {job: e2e, need: image}\n- remove-need: {job: test, need: image}") ==
      "edit.yaml:2:3: error: \"e2e\" downloads artifact \"image\", but no longer waits for \"image\", which uploads it "
      "[lost-artifact]\n"
      " 2 | - remove-need: {job: test, need: image}\n"
      "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
      "edit.yaml: note: downloaded here\n");
}

TEST_CASE("A defect kind that nobody catches any more makes the edit illegal unless allowed") {
  Pipeline pipeline = graph("clippy -> gate, check -> gate");
  pipeline.defects = {
      {"lints", {"clippy"}, {}, {}}, {"types", {"clippy", "check"}, {}, {}}, {"none", {"gone"}, {}, {}}};
  Pipeline allowed = pipeline;
  Pipeline skipped = pipeline;
  CHECK(edit(pipeline, "- remove-job: clippy") ==
        "edit.yaml:1:3: error: no job catches \"lints\" any more [lost-coverage]\n"
        " 1 | - remove-job: clippy\n"
        "   |   ^~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: caught by clippy before\n");
  CHECK(edit(allowed, "- remove-job: clippy", {.allow_lost_coverage = true}) == "gate <- check\ncheck\nlost: lints\n");
  CHECK(edit(skipped, "- set-condition: {job: clippy, if: false}")
            .starts_with("edit.yaml:1:3: error: no job that runs catches \"lints\" any more [lost-coverage]\n"));
}

TEST_CASE("The gate can't be removed") {
  Pipeline pipeline = graph("a -> gate");
  pipeline.gate = "gate";
  CHECK(edit(pipeline, "- remove-job: gate")
            .starts_with("edit.yaml:1:3: error: the gate \"gate\" is gone [lost-gate]\n"));
}

TEST_CASE("An added job has its needs, its dependants, a caller among them, and its caches") {
  Pipeline pipeline = graph("changes -> clippy -> gate, test/a, changes -> test -> gate");
  CHECK(edit(pipeline,
             "- add-job: {id: warm, needs: [changes], needed-by: [clippy, test], duration: 10s..30s, runs-on: u, "
             "restores: [r], "
             "saves: [r]}") ==
        "changes\nclippy <- changes, warm\ngate <- clippy, test\ntest/a\nwarm <- changes\ntest/* <- changes, warm\n");
  const Job& added = job(pipeline, "warm");
  CHECK((added.stream == "warm" && added.name == "warm" && added.duration->high == 30 && added.runs_on.at(0) == "u"));
  CHECK(
      (added.steps.at(0).cache->family == "r" && added.steps.at(0).cache->restores && added.steps.at(0).cache->saves));
}

TEST_CASE("A job added like another takes its steps and its time") {
  Pipeline pipeline = graph("test/a, x -> test");
  job(pipeline, "test/a").steps.resize(2);
  CHECK(edit(pipeline, "- add-job: {id: b, caller: test, like: test/a, needs: [a]}") ==
        "test/a\nx\ntest/b <- test/a + test/a\ntest/* <- x\n");
  CHECK((job(pipeline, "test/b").name == "test / b" && job(pipeline, "test/b").steps.size() == 2));
}

TEST_CASE("An added job must be new and its caller known") {
  Pipeline pipeline = graph("a, test/b");
  CHECK(edit(pipeline, "- add-job: {id: a, duration: 1s}") ==
        "edit.yaml:1:3: error: a job \"a\" exists already [duplicate-job]\n"
        " 1 | - add-job: {id: a, duration: 1s}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
  CHECK(edit(pipeline, "- add-job: {id: tests/a, duration: 1s}") ==
        "edit.yaml:1:3: error: no job \"tests\" calls a workflow [unknown-caller]\n"
        " 1 | - add-job: {id: tests/a, duration: 1s}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"test\"?\n");
}

TEST_CASE("A job moves into a called workflow with new needs, and its dependants need the caller") {
  Pipeline pipeline = graph("changes -> e2e[k=a|b], test/prepare -> test/packages, changes -> test -> e2e -> gate");
  pipeline.defects = {{"containers", {"e2e"}, {}, {}}};
  for (Job& leg : pipeline.jobs) {
    if (leg.id == "e2e")
      leg.condition = "always() && needs.changes.result == 'success' && needs.test.result == 'success'";
  }
  job(pipeline, "gate").condition = "always() && needs.e2e.result == 'success'";
  CHECK(edit(pipeline, "- move-job: {job: e2e, to: test, needs: [test/prepare]}") ==
        "changes\ntest/e2e[k=a] <- test/prepare if always()\ntest/e2e[k=b] <- test/prepare if always()\n"
        "test/prepare\ntest/packages <- test/prepare\ngate <- test if always() && needs.test.result == 'success'\n"
        "test/* <- changes\n"
        "note: the condition of \"test/e2e\" no longer asks for the result of \"changes\": always() && "
        "needs.test.result == 'success'\n"
        "note: the condition of \"test/e2e\" no longer asks for the result of \"test\": always()\n");
  const Job& moved = job(pipeline, "test/e2e");
  CHECK((moved.name == "test / e2e (a)" && moved.stream == "e2e[k=a]" && moved.caller == "test"));
}

TEST_CASE("A job moves out to the top level, where the gate may have to be told") {
  Pipeline pipeline = graph("image, test/prepare -> test/e2e, image -> test -> gate");
  pipeline.gate = "gate";
  Pipeline told = pipeline;
  CHECK(edit(pipeline, "- move-job: {job: test/e2e, to: \"\"}") ==
        "image\ntest/prepare\ne2e\ngate <- test\ntest/* <- image\n"
        "note: \"e2e\" no longer needs \"test/prepare\" itself, which lies outside its new workflow\n"
        "note: \"e2e\" no longer holds back the gate \"gate\"\n");
  CHECK(edit(told, "- move-job: {job: test/e2e, to: \"\", needs: [image]}\n- add-need: {job: gate, need: e2e}") ==
        "image\ntest/prepare\ne2e <- image\ngate <- test, e2e\ntest/* <- image\n");
  CHECK(job(told, "e2e").name == "e2e");
}

TEST_CASE("A moved job can't be needed from its old workflow") {
  Pipeline pipeline = graph("test/a -> test/b");
  CHECK(edit(pipeline, "- move-job: {job: test/a, to: \"\"}") ==
        "edit.yaml:1:3: error: \"test/b\" can't need \"a\", which lies in another workflow [need-scope]\n"
        " 1 | - move-job: {job: test/a, to: \"\"}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "graph:1:1: note: it can need jobs of its own workflow only\n"
        " 1 | test/a -> test/b\n"
        "   | ^~~~~~\n");
}

TEST_CASE("Later operations may mend what earlier ones break") {
  Pipeline pipeline = graph("test/a -> test/b");
  CHECK(edit(pipeline,
             "- move-job: {job: test/a, to: \"\"}\n- remove-need: {job: test/b, need: a}\n- add-need: {job: test, "
             "need: a}") == "a\ntest/b\ntest/* <- a\n");
}
