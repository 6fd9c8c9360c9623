// dagsim verify on the case study.
#include "study/verify.h"

#include <string>

#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

std::string scenario(const std::string& name) {
  return std::string(DAGSIM_SOURCE_DIR) + "/scenarios/" + name;
}

study::Verification outcome() {
  study::Verification result;
  result.edit = "remove-prepare";
  result.last_used = "2";
  result.before.predicted = 360;
  result.after = {312, 279, 350, 314};
  result.runs = {{"3", 314, true}};
  return result;
}

}  // namespace

TEST_CASE("A merged edit that did what was predicted is told so, with the run beside the prediction") {
  const Outcome outcome = call({"verify", "27999729168", "--scenario", scenario("remove-prepare.yaml")});
  CHECK(outcome.status == 0);
  CHECK_THAT(outcome.out, Catch::StartsWith("As predicted: run 27999729168 took 5m14s, where "));
  CHECK_THAT(outcome.out, Catch::Contains("27999729168: 5m14s, inside"));
}

TEST_CASE("A run that took far longer than predicted gives status 1") {
  // A run of another shape, far slower, as if the edit had been made in it.
  const Outcome outcome = call({"verify", "27972283053", "--scenario", scenario("skip-prepare-when-hot.yaml")});
  CHECK(outcome.status == 1);
  CHECK_THAT(outcome.out, Catch::StartsWith("Not as predicted: run 27972283053 took 14m31s"));
}

TEST_CASE("Runs that are unknown or not green, and an edit that isn't named, are told") {
  const Outcome unknown = call({"verify", "2799972916", "--scenario", scenario("remove-prepare.yaml")});
  CHECK(unknown.status == 2);
  CHECK_THAT(unknown.err, Catch::Contains("run 2799972916 is not in ") && Catch::Contains("did you mean 27999729168?"));
  const Outcome red = call({"verify", "27991767807", "--scenario", scenario("remove-prepare.yaml")});
  CHECK(red.status == 2);
  CHECK_THAT(red.err, Catch::Contains("expected green runs"));
  const Outcome several = call({"verify", "27999729168", "--scenario", scenario("roadmap.yaml")});
  CHECK(several.status == 2);
  CHECK_THAT(several.err, Catch::Contains("expected --edit with one of skip-prepare-when-hot, remove-prepare"));
}

TEST_CASE("An outcome joins the techniques of a ledger, at their end, or founds them") {
  const std::string item =
      "{id: \"remove-prepare\", before: \"2\", after: \"3\", verdict: \"as predicted\", estimate: \"dagsim: 6m00s to "
      "5m12s, 4m39s to 5m50s in 80 % of runs\", measured: \"5m14s in the median of 3\"}\n";
  CHECK(study::with_outcome("runs: []", outcome()) == "runs: []\ntechniques:\n  - " + item);
  CHECK(study::with_outcome("techniques:\n- {id: a}\nruns: []\n", outcome()) ==
        "techniques:\n- {id: a}\n- " + item + "runs: []\n");
  CHECK(study::with_outcome("runs: []\ntechniques:\n  - id: a\n    verdict: x\n", outcome()) ==
        "runs: []\ntechniques:\n  - id: a\n    verdict: x\n  - " + item);
}

}  // namespace dagsim::cli
