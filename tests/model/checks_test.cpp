#include "model/checks.h"

#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

/// One line a check: key, name, what it waits for, conclusion.
std::string list(const Pipeline& pipeline) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  std::string text;
  for (const Check& check : checks(pipeline, dag, resolve_results(pipeline, dag, {}, diagnostics))) {
    text += fmt::format("{} \"{}\"{} {}", check.key, check.name,
                        check.needs.empty() ? "" : " <- " + join(check.needs, ", "), to_string(check.conclusion));
    text += (check.reason.empty() ? "" : ": " + check.reason) + "\n";
  }
  return text + render(diagnostics);
}

Job& job(Pipeline& pipeline, std::string_view key) {
  return pipeline.job(pipeline.find(key).at(0));
}

}  // namespace

TEST_CASE("Each job that runs is a check of its own") {
  CHECK(list(graph("p[k=a|b] -> gate")) ==
        "p[k=a] \"p (a)\" success\n"
        "p[k=b] \"p (b)\" success\n"
        "gate \"gate\" <- p[k=a], p[k=b] success\n");
}

TEST_CASE("Edge case 13: a skipped matrix is one check under its name as written") {
  Pipeline pipeline = graph("a -> p[k=a|b], p -> gate");
  for (Job& each : pipeline.jobs) each.raw_name = "P (${{ matrix.k }})";
  for (const char* leg : {"p[k=a]", "p[k=b]"}) job(pipeline, leg).condition = "success() && (false)";
  job(pipeline, "gate").condition = "always()";
  CHECK(list(pipeline) ==
        "a \"a\" success\n"
        "p \"P (${{ matrix.k }})\" <- a skipped: its condition is false: success() && (false)\n"
        "gate \"gate\" <- p success\n");
}

TEST_CASE("A skipped call is one check under the caller's name, whatever it calls") {
  Pipeline pipeline = graph("a, test/a -> test/b, a -> test -> gate");
  pipeline.callers[0].condition = "success() && (false)";
  job(pipeline, "gate").condition = "always()";
  CHECK(list(pipeline) ==
        "a \"a\" success\n"
        "test \"test\" <- a skipped: its condition is false: success() && (false)\n"
        "gate \"gate\" <- test success\n");
  pipeline.callers[0].legs = {{"test", "Test", "Test ${{ matrix.os }}", {}, {}, {}}};
  CHECK(list(pipeline).find("test \"Test ${{ matrix.os }}\" <- a skipped") != std::string::npos);
}

TEST_CASE("Inside a call that runs, skipped jobs are checks of their own") {
  Pipeline pipeline = graph("test/a -> test/b");
  job(pipeline, "test/b").condition = "failure()";
  job(pipeline, "test/b").raw_name = "test / B ${{ github.ref }}";
  CHECK(list(pipeline) ==
        "test/a \"test / a\" success\n"
        "test/b \"test / B ${{ github.ref }}\" <- test/a skipped: nothing that it waits for failed\n");
}

TEST_CASE("Legs of which an edit skipped some stay checks of their own") {
  Pipeline pipeline = graph("p[k=a|b]");
  job(pipeline, "p[k=b]").condition = "success() && (matrix.k == 'a')";
  CHECK(list(pipeline) ==
        "p[k=a] \"p (a)\" success\n"
        "p[k=b] \"p (b)\" skipped: its condition is false: success() && (matrix.k == 'a')\n");
}
