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

Step step(const std::string& name, const std::string& uses = "") {
  Step made;
  made.name = name;
  made.uses = uses;
  made.condition = "success()";
  return made;
}

}  // namespace

TEST_CASE("A removed need takes the terms over it along, on jobs and on callers") {
  Pipeline pipeline = graph("a -> c, b -> c, test/x, a -> test, b -> test");
  job(pipeline, "c").condition = "always() && needs.a.result == 'success' && needs.b.result == 'success'";
  CHECK(
      edit(pipeline, "- remove-need: {job: [c, test], need: a}") ==
      "a\nc <- b if always() && needs.b.result == 'success'\nb\ntest/x\ntest/* <- b\n"
      "note: the condition of \"c\" no longer asks for the result of \"a\": always() && needs.b.result == 'success'\n");
}

TEST_CASE("A need that is not there can't be removed") {
  Pipeline pipeline = graph("a -> b -> c");
  CHECK(edit(pipeline, "- remove-need: {job: c, need: a}") ==
        "edit.yaml:1:3: error: \"c\" does not need \"a\" itself [no-such-need]\n"
        " 1 | - remove-need: {job: c, need: a}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"b\"?\n");
}

TEST_CASE("An added need may name a job of the same workflow by its own name") {
  Pipeline pipeline = graph("image, test/a, test/b");
  CHECK(edit(pipeline, "- add-need: {job: test/b, need: a}\n- add-need: {job: test, need: image}") ==
        "image\ntest/a\ntest/b <- test/a\ntest/* <- image\n");
}

TEST_CASE("Added needs that close a cycle make the edit illegal") {
  Pipeline pipeline = graph("a -> b -> c");
  CHECK(edit(pipeline, "- add-need: {job: a, need: c}") ==
        "edit.yaml:1:3: error: jobs need each other in a cycle: a -> c -> b -> a [needs-cycle]\n"
        " 1 | - add-need: {job: a, need: c}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "graph:1:6: note: \"c\" needs \"b\" here\n"
        " 1 | a -> b -> c\n"
        "   |      ^\n"
        "graph:1:1: note: \"b\" needs \"a\" here\n"
        " 1 | a -> b -> c\n"
        "   | ^\n");
}

TEST_CASE("Steps are removed, scaled and given durations by name, id, action or glob, in all legs") {
  Pipeline pipeline = graph("p[k=a|b]");
  for (Job& leg : pipeline.jobs)
    leg.steps = {step("Set up", "actions/setup"), step("Build"), step("Test a"), step("Test b")};
  CHECK(edit(pipeline,
             "- remove-step: {job: p, step: Build}\n- scale: {job: p, step: Test *, by: 0.5}\n- scale: {job: "
             "\"p[k=b]\", by: 3}\n"
             "- set-duration: {job: p, step: actions/setup, duration: 2m..3m}\n- set-duration: {job: \"p[k=a]\", "
             "duration: 9}") == "p[k=a]\np[k=b]\n");
  const Job& leg = job(pipeline, "p[k=b]");
  CHECK((leg.steps.size() == 3 && leg.steps[1].scale == 0.5 && leg.steps[2].scale == 0.5 && leg.scale == 3));
  CHECK((leg.steps[0].duration->low == 120 && leg.steps[0].duration->high == 180 && !leg.duration));
  CHECK((pipeline.jobs[0].duration->low == 9 && pipeline.jobs[0].scale == 1));
}

TEST_CASE("An unknown step suggests the nearest of the job") {
  Pipeline pipeline = graph("a");
  job(pipeline, "a").steps = {step("Build nextest binaries")};
  CHECK(edit(pipeline, "- scale: {job: a, step: Build nextest binary, by: 2}") ==
        "edit.yaml:1:3: error: \"a\" has no step \"Build nextest binary\" [unknown-step]\n"
        " 1 | - scale: {job: a, step: Build nextest binary, by: 2}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"Build nextest binaries\"?\n");
}

TEST_CASE("Conditions are normalised, on jobs, callers and steps") {
  Pipeline pipeline = graph("a, test/b, a -> test");
  job(pipeline, "a").steps = {step("Build")};
  CHECK(edit(pipeline,
             "- set-condition: {job: test, if: always() && needs.a.result == 'success'}\n"
             "- set-condition: {job: a, if: github.ref == 'x'}\n"
             "- set-condition: {job: a, step: Build, if: steps.c.outputs.cache-hit != 'true'}") ==
        "a if success() && (github.ref == 'x')\ntest/b\ntest/* <- a if always() && needs.a.result == 'success'\n");
  CHECK(job(pipeline, "a").steps[0].condition == "success() && (steps.c.outputs.cache-hit != 'true')");
}

TEST_CASE("The outputs that a new condition reads take the place of the old one's") {
  Pipeline pipeline = graph("changes -> a");
  Job& reader = job(pipeline, "a");
  reader.condition_where = reader.where;
  reader.reads = {{"changes", "old", reader.where}, {"changes", "lanes", {}}};
  CHECK(edit(pipeline, "- set-condition: {job: a, if: needs.changes.outputs.new == 'x'}") ==
        "changes\na <- changes if success() && (needs.changes.outputs.new == 'x')\n");
  CHECK(job(pipeline, "a").reads.size() == 2);
  CHECK((job(pipeline, "a").reads[0].output == "lanes" && job(pipeline, "a").reads[1].output == "new"));
}

TEST_CASE("A condition may only ask for needs that the job has") {
  Pipeline pipeline = graph("a, b");
  CHECK(edit(pipeline, "- set-condition: {job: b, if: needs.a.result == 'success'}") ==
        "edit.yaml:1:3: error: the condition of \"b\" asks for needs.a.result, but \"b\" does not need \"a\" "
        "[dangling-condition]\n"
        " 1 | - set-condition: {job: b, if: needs.a.result == 'success'}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml:1:3: note: if: success() && (needs.a.result == 'success')\n"
        " 1 | - set-condition: {job: b, if: needs.a.result == 'success'}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_CASE("A condition with a fault says where") {
  Pipeline pipeline = graph("a");
  CHECK(edit(pipeline, "- set-condition: {job: a, if: a ==}")
            .starts_with("edit.yaml:1:3: error: the condition \"a ==\" has a fault at byte "));
}

TEST_CASE("A cache gets a warm probability, a saver and a key") {
  Pipeline pipeline = graph("a");
  job(pipeline, "a").steps = {step("Cache"), step("Cache")};
  for (Step& each : job(pipeline, "a").steps) each.cache = CacheUse{"target", true, false, "old", {}};
  CHECK(edit(pipeline, "- set-cache: {family: target, warm: 0.25, saver: a, key: new}") == "a\nwarm: target 0.25\n");
  const std::vector<Step>& steps = pipeline.jobs[0].steps;
  CHECK((!steps[0].cache->saves && steps[1].cache->saves && steps[0].cache->key == "new"));
}

TEST_CASE("A cache family must be known and its saver must restore it") {
  Pipeline pipeline = graph("a, b");
  job(pipeline, "a").steps = {step("Cache")};
  job(pipeline, "a").steps[0].cache = CacheUse{"target", true, true, "", {}};
  CHECK(edit(pipeline, "- set-cache: {family: targets, warm: 1}") ==
        "edit.yaml:1:3: error: no step uses cache family \"targets\" [unknown-cache]\n"
        " 1 | - set-cache: {family: targets, warm: 1}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"target\"?\n");
  CHECK(edit(pipeline, "- set-cache: {family: target, saver: b}") ==
        "edit.yaml:1:3: error: \"b\" can't save cache family \"target\", which it does not restore [cache-saver]\n"
        " 1 | - set-cache: {family: target, saver: b}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

TEST_CASE("A runner that is given as twice as fast halves the time that was measured on the old one") {
  Pipeline pipeline = graph("a, b");
  CHECK(edit(pipeline,
             "- set-runner: {job: a, runs-on: [big, linux], speed: 0.8..2}\n- set-runner: {job: b, runs-on: big}") ==
        "a\nb\n");
  CHECK((join(pipeline.jobs[0].runs_on, " ") == "big linux" && pipeline.jobs[0].speed->low == 0.5));
  CHECK((pipeline.jobs[0].speed->high == 1.25 && !pipeline.jobs[0].measured_on.empty()));
  CHECK((pipeline.jobs[1].runs_on.size() == 1 && !pipeline.jobs[1].speed));
}

TEST_CASE("Buckets join legs: the first whole, of the others the work") {
  Pipeline pipeline = graph("p[k=jackin|tui|x|y] -> gate");
  pipeline.defects = {{"units", {"p[k=y]"}, {}, {}}};
  CHECK(edit(pipeline, "- bucket-matrix: {job: p, key: k, buckets: {jackin: [jackin], alone: [tui], x: [x, y]}}") ==
        "p[k=jackin]\np[k=alone]\np[k=x] + p[k=x] + work of p[k=y]\ngate <- p\n");
  CHECK(pipeline.jobs[1].stream == "p[k=tui]");
  CHECK((pipeline.jobs[2].stream == "p[k=x]+" && pipeline.jobs[2].name == "p (x)" &&
         pipeline.jobs[2].parts[1].work_key == "k"));
  CHECK(join(pipeline.defects[0].jobs, " ") == "p[k=y] p[k=x]");
}

TEST_CASE("Equal buckets follow the order of the legs, within equal other axes") {
  Pipeline pipeline = graph("p[k=a|b|c|d|e]");
  CHECK(edit(pipeline, "- bucket-matrix: {job: p, key: k, into: 2}") ==
        "p[k=1] + p[k=a] + work of p[k=b]\np[k=2] + p[k=c] + work of p[k=d] + work of p[k=e]\n");
  Pipeline lanes = graph("p[k=a|b]");
  const std::vector<Job> copies = lanes.jobs;
  lanes.jobs.insert(lanes.jobs.end(), copies.begin(), copies.end());
  for (size_t i = 0; i < 4; ++i) {
    Job& leg = lanes.jobs[i];
    const std::string lane = i < 2 ? "x" : "y";
    leg.matrix.insert(leg.matrix.begin(), {"lane", lane});
    leg.key = leg.stream = fmt::format("p[lane={},k={}]", lane, leg.matrix[1].second);
  }
  CHECK(
      edit(lanes, "- bucket-matrix: {job: p, key: k, into: 1}") ==
      "p[lane=x,k=1] + p[lane=x,k=a] + work of p[lane=x,k=b]\np[lane=y,k=1] + p[lane=y,k=a] + work of p[lane=y,k=b]\n");
}

TEST_CASE("Every member must be in one bucket, and every bucketed value a member") {
  Pipeline pipeline = graph("p[k=alpha|beta|gamma]");
  CHECK(edit(pipeline, "- bucket-matrix: {job: p, key: k, buckets: {one: [alpha, betta], two: [alpha]}}") ==
        "edit.yaml:1:3: error: \"betta\" of bucket \"one\" is no value of \"k\" [unknown-member]\n"
        " 1 | - bucket-matrix: {job: p, key: k, buckets: {one: [alpha, betta], two: [alpha]}}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: did you mean \"beta\"?\n"
        "edit.yaml:1:3: error: \"alpha\" is in bucket \"one\" and in bucket \"two\" [repeated-member]\n"
        " 1 | - bucket-matrix: {job: p, key: k, buckets: {one: [alpha, betta], two: [alpha]}}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml:1:3: error: \"beta\" of \"k\" is in no bucket [missing-member]\n"
        " 1 | - bucket-matrix: {job: p, key: k, buckets: {one: [alpha, betta], two: [alpha]}}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml:1:3: error: \"gamma\" of \"k\" is in no bucket [missing-member]\n"
        " 1 | - bucket-matrix: {job: p, key: k, buckets: {one: [alpha, betta], two: [alpha]}}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
  CHECK(edit(pipeline, "- bucket-matrix: {job: p, key: group, into: 2}")
            .starts_with("edit.yaml:1:3: error: \"p[k=alpha]\" has no matrix axis \"group\" [unknown-axis]\n"));
}

TEST_CASE("Merged jobs unite their needs, and dependants need the new one") {
  Pipeline pipeline = graph("x -> audit -> gate, y -> deny -> gate, deny -> last");
  pipeline.defects = {{"advisories", {"audit"}, {}, {}}};
  job(pipeline, "audit").steps = {step("Checkout", "actions/checkout"), step("Audit")};
  job(pipeline, "deny").steps = {step("Checkout", "actions/checkout"), step("Deny")};
  job(pipeline, "last").condition = "always() && needs.deny.result == 'success'";
  CHECK(edit(pipeline, "- merge-jobs: {jobs: [audit, deny], into: policy}") ==
        "x\npolicy <- x, y + audit + work of deny\ngate <- policy\ny\n"
        "last <- policy if always() && needs.policy.result == 'success'\n");
  const Job& merged = job(pipeline, "policy");
  REQUIRE(merged.steps.size() == 3);
  CHECK((merged.steps[2].name == "Deny" && merged.stream == "policy" && merged.name == "policy"));
  CHECK(merged.parts[1].work_key.empty());
}

TEST_CASE("Jobs with the same legs merge leg by leg") {
  Pipeline pipeline = graph("a[lane=x|y] -> gate, b[lane=x|y] -> gate");
  CHECK(edit(pipeline, "- merge-jobs: {jobs: [a, b], into: ab}") ==
        "ab[lane=x] + a[lane=x] + work of b[lane=x]\nab[lane=y] + a[lane=y] + work of b[lane=y]\ngate <- ab\n");
  CHECK(pipeline.jobs[1].name == "ab (y)");
}

TEST_CASE("Merging jobs around a third closes a cycle") {
  Pipeline pipeline = graph("a -> b -> c");
  CHECK(edit(pipeline, "- merge-jobs: {jobs: [a, c], into: ac}") ==
        "graph:1:6: error: jobs need each other in a cycle: ac -> b -> ac [needs-cycle]\n"
        " 1 | a -> b -> c\n"
        "   |      ^\n"
        "graph:1:1: note: \"b\" needs \"ac\" here\n"
        " 1 | a -> b -> c\n"
        "   | ^\n");
}

TEST_CASE("Jobs with different conditions don't merge") {
  Pipeline pipeline = graph("a, b");
  job(pipeline, "b").condition = "always()";
  CHECK(edit(pipeline, "- merge-jobs: {jobs: [a, b], into: ab}") ==
        "edit.yaml:1:3: error: \"a\" and \"b\" have different conditions; make them equal with set-condition first "
        "[merge-conditions]\n"
        " 1 | - merge-jobs: {jobs: [a, b], into: ab}\n"
        "   |   ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "edit.yaml: note: if: success()\n"
        "edit.yaml: note: if: always()\n");
}
