#include "study/findings.h"

#include "tests/catch.h"
#include "tests/model/pipelines.h"

namespace dagsim::study {
namespace {

std::string findings(const std::string& drawing, const std::string& gate) {
  model::Pipeline pipeline = model::testing::graph(drawing);
  pipeline.gate = gate;
  Diagnostics diagnostics;
  std::string text;
  for (const Finding& finding : find_ungated_jobs(pipeline, model::Graph::build(pipeline, diagnostics))) {
    text += finding.message + " [" + finding.rule + "]\n";
  }
  return text;
}

}  // namespace

TEST_CASE("A job that the gate neither needs nor precedes is found, once for all its legs") {
  CHECK(findings("a -> gate -> publish, docs[lang=en|de]", "gate") ==
        "job \"docs\" gates nothing: \"gate\" does not need it, so its failure stops no merge [ungated-job]\n");
}

TEST_CASE("Without a gate every job is awaited") {
  CHECK(findings("a -> b, c", "").empty());
}

TEST_CASE("Needs through other jobs count") {
  CHECK(findings("a -> b -> gate, c -> b", "gate").empty());
}

}  // namespace dagsim::study
