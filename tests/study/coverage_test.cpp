#include "study/coverage.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/model/pipelines.h"

namespace dagsim::study {
namespace {

/// Jobs whose only step is a command: "check: cargo check" each.
model::Pipeline pipeline(const std::vector<std::pair<std::string, std::string>>& jobs) {
  std::string drawing;
  for (const auto& [id, command] : jobs) drawing += (drawing.empty() ? "" : ", ") + id;
  model::Pipeline result = model::testing::graph(drawing);
  for (size_t i = 0; i < jobs.size(); ++i) {
    model::Step step;
    step.run = jobs[i].second;
    step.condition = "success()";
    result.jobs[i].steps = {step};
  }
  return result;
}

model::Pipeline without(model::Pipeline pipeline, const std::string& id) {
  std::erase_if(pipeline.jobs, [&](const model::Job& job) { return job.id == id; });
  return pipeline;
}

const model::Pipeline kChecks =
    pipeline({{"check", "cargo check"}, {"clippy", "cargo clippy"}, {"fmt", "cargo fmt --check"}});

TEST_CASE("A kind that check catches is caught by clippy too, and it is known why") {
  model::Pipeline checks = kChecks;
  checks.defects = {{"types", {"check"}, {}, {}}, {"format", {"fmt"}, {}, {}}};
  infer_coverage(checks);
  CHECK(checks.defects[0].jobs == std::vector<std::string>{"check", "clippy"});
  CHECK(checks.defects[0].inferred.at("clippy") == "cargo clippy does what cargo check does");
  CHECK(checks.defects[1].jobs == std::vector<std::string>{"fmt"});
}

TEST_CASE("What a kind names itself is not inferred") {
  model::Pipeline checks = kChecks;
  checks.defects = {{"types", {"c*"}, {}, {}}};
  infer_coverage(checks);
  CHECK(checks.defects[0].inferred.empty());
}

TEST_CASE("It is told when only an inferred job catches a kind after an edit") {
  model::Pipeline checks = kChecks;
  checks.defects = {{"types", {"check"}, {}, {}}, {"format", {"fmt"}, {}, {}}};
  infer_coverage(checks);
  CHECK(caught_by_inference(checks, checks).empty());
  const std::vector<InferredCatch> caught = caught_by_inference(checks, without(checks, "check"));
  REQUIRE(caught.size() == 1);
  CHECK(caught[0].kind == "types");
  CHECK(caught[0].job == "clippy");
  CHECK(caught_by_inference(checks, without(checks, "fmt")).empty());
  CHECK(caught_by_inference(checks, without(without(checks, "check"), "clippy")).empty());
}

TEST_CASE("A command that no job runs any more is lost, one that another covers is not") {
  const auto told = [](const model::Pipeline& after) {
    std::string text;
    for (const LostCheck& lost : lost_checks(kChecks, after)) text += fmt::format("{}: {}\n", lost.job, lost.command);
    return text;
  };
  CHECK(told(kChecks).empty());
  CHECK(told(without(kChecks, "check")).empty());
  CHECK(told(without(kChecks, "clippy")) == "clippy: cargo clippy\n");
  CHECK(told(without(without(kChecks, "check"), "clippy")) == "check: cargo check\nclippy: cargo clippy\n");
}

}  // namespace
}  // namespace dagsim::study
