#include "model/graph.h"

#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

std::string keys(const Pipeline& pipeline, std::span<const JobId> jobs) {
  std::vector<std::string> names;
  for (const JobId job : jobs) names.push_back(pipeline.job(job).key);
  return join(names, " ");
}

std::string order(const Pipeline& pipeline) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  return diagnostics.empty() ? keys(pipeline, dag.order()) : render(diagnostics);
}

std::string needs(const Pipeline& pipeline, std::string_view job) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  REQUIRE(diagnostics.empty());
  return keys(pipeline, dag.needs(pipeline.find(job).at(0)));
}

}  // namespace

TEST_CASE("Jobs come after their needs, and free jobs in the order of creation") {
  CHECK(order(graph("a -> b -> d, a -> c -> d")) == "a b c d");
  CHECK(order(graph("d -> c, b -> c, a")) == "d b c a");
  CHECK(order(graph("z, c, a -> c")) == "z a c");
  CHECK(order(Pipeline{}) == "");
}

TEST_CASE("A need on an id waits for all its legs") {
  CHECK(needs(graph("p[k=a|b] -> c"), "c") == "p[k=a] p[k=b]");
}

TEST_CASE("A called job waits for what its callers need, and who needs a caller waits for all jobs below it") {
  const Pipeline pipeline = graph("image, test/a, test/b, image -> test -> gate, test/a -> test/b");
  CHECK(needs(pipeline, "test/a") == "image");
  CHECK(needs(pipeline, "test/b") == "image test/a");
  CHECK(needs(pipeline, "gate") == "test/a test/b");
}

TEST_CASE("Calls nest: jobs wait for the needs of every caller above them") {
  Pipeline pipeline = graph("x, y, a/b/c, x -> a -> gate, y -> a/b");
  pipeline.callers.push_back({});
  pipeline.callers.back().id = "a";
  pipeline.callers.back().needs = {{"x", {}}};
  pipeline.callers.front().needs = {{"y", {}}};
  std::erase_if(pipeline.jobs, [](const Job& job) { return job.id == "a" || job.id == "a/b"; });
  std::erase_if(pipeline.callers, [](const Caller& caller) { return caller.id == "a" && caller.needs.empty(); });
  CHECK(needs(pipeline, "a/b/c") == "x y");
  CHECK(needs(pipeline, "gate") == "a/b/c");
}

TEST_CASE("An unknown need is reported at its place with the nearest name") {
  Pipeline pipeline = graph("build -> test, buld -> test");
  pipeline.jobs.pop_back();
  CHECK(order(pipeline) ==
        "graph:1:16: error: job \"test\" needs job \"buld\", which is not defined in this workflow [unknown-need]\n"
        " 1 | build -> test, buld -> test\n"
        "   |                ^~~~\n"
        "graph: note: did you mean \"build\"?\n");
}

TEST_CASE("An unknown need of a caller or of several legs is reported once") {
  Pipeline pipeline = graph("gone -> p[k=a|b], test/a, test/b, gone -> test");
  pipeline.jobs.erase(pipeline.jobs.begin());
  CHECK(order(pipeline) ==
        "graph:1:1: error: job \"p\" needs job \"gone\", which is not defined in this workflow [unknown-need]\n"
        " 1 | gone -> p[k=a|b], test/a, test/b, gone -> test\n"
        "   | ^~~~\n"
        "graph:1:35: error: job \"test\" needs job \"gone\", which is not defined in this workflow [unknown-need]\n"
        " 1 | gone -> p[k=a|b], test/a, test/b, gone -> test\n"
        "   |                                   ^~~~\n");
}

TEST_CASE("A job that needs itself is reported with its position") {
  CHECK(order(graph("a -> a")) ==
        "graph:1:1: error: jobs need each other in a cycle: a -> a [needs-cycle]\n"
        " 1 | a -> a\n"
        "   | ^\n");
}

TEST_CASE("A cycle names every job on it in order and no other") {
  CHECK(order(graph("x -> a, b -> a, c -> b, a -> c, a -> y -> z")) ==
        "graph:1:9: error: jobs need each other in a cycle: a -> b -> c -> a [needs-cycle]\n"
        " 1 | x -> a, b -> a, c -> b, a -> c, a -> y -> z\n"
        "   |         ^\n"
        "graph:1:17: note: \"b\" needs \"c\" here\n"
        " 1 | x -> a, b -> a, c -> b, a -> c, a -> y -> z\n"
        "   |                 ^\n"
        "graph:1:25: note: \"c\" needs \"a\" here\n"
        " 1 | x -> a, b -> a, c -> b, a -> c, a -> y -> z\n"
        "   |                         ^\n");
}

TEST_CASE("Ancestors are transitive, and dependants direct") {
  const Pipeline pipeline = graph("a -> b -> c, a -> d");
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  CHECK(dag.is_ancestor(JobId{0}, JobId{2}));
  CHECK_FALSE(dag.is_ancestor(JobId{2}, JobId{0}));
  CHECK_FALSE(dag.is_ancestor(JobId{1}, JobId{3}));
  CHECK_FALSE(dag.is_ancestor(JobId{1}, JobId{1}));
  CHECK(keys(pipeline, dag.dependants(JobId{0})) == "b d");
}

TEST_CASE("The gate is all legs of the named job, or every job") {
  Pipeline pipeline = graph("a -> g[k=x|y]");
  CHECK(keys(pipeline, gate_jobs(pipeline)) == "a g[k=x] g[k=y]");
  pipeline.gate = "g";
  CHECK(keys(pipeline, gate_jobs(pipeline)) == "g[k=x] g[k=y]");
}

TEST_CASE("The widest antichain of each of the 543 DAGs on four labelled jobs is what brute force finds") {
  constexpr unsigned kEdges = 12;
  size_t acyclic = 0;
  for (unsigned bits = 0; bits < 1U << kEdges; ++bits) {
    Pipeline pipeline = graph("a, b, c, d");
    unsigned bit = 0;
    for (size_t from = 0; from < 4; ++from) {
      for (size_t to = 0; to < 4; ++to) {
        if (from != to && ((bits >> bit++) & 1U) != 0) pipeline.jobs[to].needs.push_back({pipeline.jobs[from].id, {}});
      }
    }
    Diagnostics diagnostics;
    const Graph dag = Graph::build(pipeline, diagnostics);
    if (diagnostics.has_errors()) continue;
    ++acyclic;
    for (unsigned chosen = 0; chosen < 16; ++chosen) {
      std::vector<JobId> jobs;
      for (uint32_t i = 0; i < 4; ++i) {
        if (((chosen >> i) & 1U) != 0) jobs.push_back(JobId{i});
      }
      size_t widest = 0;
      for (unsigned set = chosen;; set = (set - 1) & chosen) {
        size_t count = 0;
        bool side_by_side = true;
        for (uint32_t i = 0; i < 4; ++i) {
          if (((set >> i) & 1U) == 0) continue;
          ++count;
          for (uint32_t j = 0; j < 4; ++j) {
            if (((set >> j) & 1U) != 0 && dag.is_ancestor(JobId{i}, JobId{j})) side_by_side = false;
          }
        }
        if (side_by_side) widest = std::max(widest, count);
        if (set == 0) break;
      }
      REQUIRE(dag.widest_antichain(jobs) == widest);
    }
  }
  CHECK(acyclic == 543);
}
