#include "model/pipeline.h"

#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

std::string found(const Pipeline& pipeline, std::string_view reference) {
  std::vector<std::string> names;
  for (const JobId job : pipeline.find(reference)) names.push_back(pipeline.job(job).key);
  return join(names, " ");
}

}  // namespace

TEST_CASE("A reference is a key, an id path, a caller, a selector or a glob, in this order") {
  const Pipeline pipeline = graph("lint, test/packages[group=jackin|jackin-tui|small], test/e2e, test-other");
  CHECK(found(pipeline, "lint") == "lint");
  CHECK(found(pipeline, "test/packages[group=jackin]") == "test/packages[group=jackin]");
  CHECK(found(pipeline, "test/packages") ==
        "test/packages[group=jackin] test/packages[group=jackin-tui] test/packages[group=small]");
  CHECK(found(pipeline, "test") ==
        "test/packages[group=jackin] test/packages[group=jackin-tui] test/packages[group=small] test/e2e");
  CHECK(found(pipeline, "test/packages[group=jackin*]") ==
        "test/packages[group=jackin] test/packages[group=jackin-tui]");
  CHECK(found(pipeline, "test/packages[ group = small ]") == "test/packages[group=small]");
  CHECK(found(pipeline, "*[group=small]") == "test/packages[group=small]");
  CHECK(found(pipeline, "test*e*") ==
        "test/packages[group=jackin] test/packages[group=jackin-tui] test/packages[group=small] test/e2e test-other");
}

TEST_CASE("A reference that means nothing finds nothing") {
  const Pipeline pipeline = graph("lint, p[k=a|b]");
  for (const char* reference : {"", "lin", "p[k=c]", "p[x=a]", "p[k]", "p[", "Lint", "x*"})
    CHECK(found(pipeline, reference) == "");
}

TEST_CASE("Names are ids, callers and keys, each once") {
  CHECK(join(graph("lint, test/p[k=a|b]").names(), " ") == "lint test/p test test/p[k=a] test/p[k=b]");
}

TEST_CASE("A job runs on the first pool that has all its labels") {
  Pipeline pipeline = graph("a");
  pipeline.pools = {{"hosted", {"ubuntu", "macos"}, 20, 0}, {"own", {"self-hosted", "big", "ubuntu"}, 4, 0}};
  const auto pool = [&](std::vector<std::string> labels) {
    pipeline.jobs[0].runs_on = std::move(labels);
    const Pool* found = pipeline.pool_of(pipeline.jobs[0]);
    return found == nullptr ? "none" : found->name;
  };
  CHECK(pool({"ubuntu"}) == "hosted");
  CHECK(pool({"Self-Hosted", "BIG"}) == "own");
  CHECK(pool({"macos", "big"}) == "none");
  CHECK(pool({}) == "none");
}
