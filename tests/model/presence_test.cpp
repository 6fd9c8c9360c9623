#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

Job& job(Pipeline& pipeline, std::string_view id) {
  return pipeline.job(pipeline.find(id).at(0));
}

/// "a" runs, "-a" is skipped, "?a" depends; then the findings.
std::string presence(Pipeline& pipeline) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  resolve_presence(pipeline, dag, diagnostics);
  std::string text;
  for (const Job& each : pipeline.jobs) {
    text += text.empty() ? "" : " ";
    text += each.presence == Presence::Runs ? "" : each.presence == Presence::Skipped ? "-" : "?";
    text += each.key;
  }
  return diagnostics.empty() ? text : text + "\n" + render(diagnostics);
}

}  // namespace

TEST_CASE("A skipped job skips all jobs behind it, also behind one that runs always") {
  Pipeline pipeline = graph("a -> b -> c -> d");
  job(pipeline, "a").condition = "success() && (false)";
  job(pipeline, "b").condition = "always()";
  CHECK(presence(pipeline) == "-a b -c -d");
  CHECK(job(pipeline, "c").presence_reason == "\"a\", which it waits for, is skipped");
  CHECK(job(pipeline, "a").presence_reason == "its condition is false: success() && (false)");
}

TEST_CASE("After a skipped need success, failure and cancelled are all false") {
  Pipeline pipeline = graph("a -> b, a -> c");
  job(pipeline, "a").condition = "success() && (false)";
  job(pipeline, "b").condition = "success() || failure() || cancelled()";
  job(pipeline, "c").condition = "!cancelled() && !failure()";
  CHECK(presence(pipeline) == "-a -b c");
}

TEST_CASE("Success of named jobs looks at those only") {
  Pipeline pipeline = graph("a -> c, b -> c");
  job(pipeline, "a").condition = "success() && (false)";
  job(pipeline, "c").condition = "success('b')";
  CHECK(presence(pipeline) == "-a c b");
}

TEST_CASE("Supplied outputs decide conditions, those of a skipped job are empty") {
  Pipeline pipeline = graph("changes -> a, changes -> b, off -> c");
  job(pipeline, "changes").outputs = {"rust"};
  pipeline.outputs = {{"changes", "rust", "true"}, {"off", "x", "true"}};
  job(pipeline, "a").condition = "success() && (needs.changes.outputs.rust == 'true')";
  job(pipeline, "b").condition = "success() && (needs.changes.outputs.rust != 'true')";
  job(pipeline, "off").condition = "success() && (false)";
  job(pipeline, "c").condition = "always() && needs.off.outputs.x == 'true'";
  CHECK(presence(pipeline) == "changes a -b -off -c");
}

TEST_CASE("An output that nobody supplies leaves jobs to history and is named once") {
  Pipeline pipeline = graph("changes -> a, changes -> b, changes -> c, a -> d");
  job(pipeline, "changes").outputs = {"rust"};
  for (const char* id : {"a", "b"}) job(pipeline, id).condition = "success() && (needs.changes.outputs.rust == 'true')";
  job(pipeline, "c").condition = "success() && (needs.changes.outputs.other == 'true')";
  CHECK(
      presence(pipeline) ==
      "changes ?a ?b -c d\n"
      "warning: whether job \"a\" runs depends on needs.changes.outputs.rust, which nobody supplies: past runs decide "
      "[missing-output]\n"
      "note: say `outputs: {changes.rust: …}` in a change class of dagsim.yaml or in the scenario\n");
  CHECK(job(pipeline, "a").presence_reason == "nobody supplies needs.changes.outputs.rust");
}

TEST_CASE("A need that history decides leaves open only what depends on its result") {
  Pipeline pipeline = graph("changes -> a -> b, a -> c, a -> d, a -> e");
  job(pipeline, "changes").outputs = {"rust"};
  job(pipeline, "a").condition = "success() && (needs.changes.outputs.rust == 'true')";
  job(pipeline, "b").condition = "always() && !contains(needs.*.result, 'failure')";
  job(pipeline, "c").condition = "always() && needs.a.result == 'success'";
  job(pipeline, "d").condition = "always() && (needs.a.result == 'success' || needs.a.result == 'skipped')";
  CHECK(presence(pipeline).starts_with("changes ?a b ?c ?d e\nwarning: whether job \"a\" runs depends on "));
}

TEST_CASE("An unknown event field leaves a job to history unless the rest decides") {
  Pipeline pipeline = graph("a, b, c");
  expression::Object github;
  github.set("event_name", "push");
  pipeline.contexts.set("github", github);
  job(pipeline, "a").condition = "success() && (github.event.pull_request.draft == false)";
  job(pipeline, "b").condition =
      "success() && (github.event_name == 'pull_request' && github.event.pull_request.draft)";
  job(pipeline, "c").condition = "success() && (inputs.lanes == null)";
  CHECK(presence(pipeline) ==
        "?a -b c\n"
        "warning: whether job \"a\" runs depends on github.event.pull_request.draft, which nobody supplies: past runs "
        "decide "
        "[unknown-context]\n");
}

TEST_CASE("A skipped caller skips all jobs below it and shows as skipped to others") {
  Pipeline pipeline = graph("image, test/a -> test/b, image -> test -> gate");
  pipeline.callers[0].condition = "success() && (false)";
  job(pipeline, "gate").condition = "always() && needs.test.result != 'success'";
  CHECK(presence(pipeline) == "image -test/a -test/b gate");
  CHECK(job(pipeline, "test/a").presence_reason ==
        "its caller \"test\" is skipped: its condition is false: success() && (false)");
}

TEST_CASE("Within a called workflow success looks at its own jobs only, and inputs are the caller's") {
  Pipeline pipeline = graph("image, test/a -> test/b, test/c, image -> test -> gate");
  job(pipeline, "image").condition = "success() && (false)";
  pipeline.callers[0].condition = "always() && !failure() && !cancelled()";
  pipeline.callers[0].inputs.set("e2e", "false");
  job(pipeline, "test/c").condition = "success() && (inputs.e2e == 'true')";
  job(pipeline, "gate").condition = "always() && !contains(needs.*.result, 'failure')";
  CHECK(presence(pipeline) == "-image test/a test/b -test/c gate");
}

TEST_CASE("The matrix of a leg is seen, nested axes included") {
  Pipeline pipeline = graph("p[lane.name=github|velnor]");
  for (Job& leg : pipeline.jobs) leg.condition = "success() && (matrix.lane.name == 'github')";
  CHECK(presence(pipeline) == "p[lane.name=github] -p[lane.name=velnor]");
}

TEST_CASE("A condition that can't be evaluated leaves its job to history with a warning") {
  Pipeline pipeline = graph("a");
  job(pipeline, "a").condition = "success() && (fromJSON('{') == 1)";
  CHECK(presence(pipeline).starts_with("?a\nwarning: the condition of job \"a\" can't be evaluated: "));
}
