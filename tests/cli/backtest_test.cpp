#include <string>

#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {
namespace {

std::string scenario(const std::string& name) {
  return std::string(DAGSIM_SOURCE_DIR) + "/scenarios/" + name;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A back-test of scenarios shows each edit whose outcome was measured, once for each scenario") {
  const Outcome outcome =
      call({"backtest", scenario("remove-prepare.yaml"), scenario("roadmap.yaml"), "--width", "120"});
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, "\nremove-prepare "));
  CHECK(holds(outcome.out, "\nroadmap/remove"));
  CHECK(holds(outcome.out, "5m14s"));
}

TEST_CASE("A back-test as JSON names its schema, and each technique with its prediction and whether it held") {
  const Outcome outcome = call({"backtest", scenario("remove-prepare.yaml"), "--format", "json"});
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, R"("schema": "dagsim.backtest/1")"));
  CHECK(holds(outcome.out, R"("id": "remove-prepare")"));
  CHECK(holds(outcome.out, R"("measured": 314,)"));
  CHECK(holds(outcome.out, R"("inside": true)"));
}

TEST_CASE("A back-test tells what its people expected, how many runs they made, and the jobs that were measured") {
  const Outcome outcome = call({"backtest", scenario("registry-warmup.yaml"), "--format", "markdown"});
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, "| registry-warmup | bench-build |"));
  CHECK(holds(outcome.out, "| 3m02s |"));
  CHECK(holds(outcome.out, "| accepted | 1 |"));
}

TEST_CASE("A back-test of the archive hand-off gives the transfer up to which it pays") {
  const Outcome outcome = call({"backtest", scenario("archive-hand-off.yaml"), "--format", "json"});
  CHECK(outcome.status == 0);
  CHECK(holds(outcome.out, R"("assumption": "test/docker-e2e/Compile test graph", "seconds": 3)"));
  CHECK(holds(outcome.out, R"("pays_below": true)"));
}

TEST_CASE("A back-test of scenarios without measured outcomes says so and fails") {
  const Outcome outcome = call({"backtest", scenario("remove-prepare-cold.yaml")});
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  CHECK(holds(outcome.err, "no edit of "));
  CHECK(holds(outcome.err, "has a measured outcome to compare with"));
}

TEST_CASE("A back-test of a ledger says that it needs the times of all jobs") {
  const Outcome outcome = call({"backtest", scenario("rust-ci/prepare-seeds-when-cold"), "--history",
                                scenario("rust-ci/ledger.yaml"), "--event", "pull_request"});
  CHECK(outcome.status == 2);
  CHECK(holds(outcome.err, "but 80 past runs and 20 to predict need 100"));
  CHECK(holds(outcome.err, "times of all jobs are not recorded"));
}

TEST_CASE("What a back-test can't take is named with what it expects") {
  check_usage_error({"backtest"}, "backtest needs a workflow or scenario files");
  check_usage_error({"backtest", "a", "b"}, "backtest takes one workflow at a time: the others must be scenarios");
  check_usage_error({"backtest", "a", "--past", "3"}, "--past is \"3\", expected a whole number from 8 to 1000000");
  check_usage_error({"backtest", "a", "--know", "all"}, "--know is \"all\", expected nothing, event, change or branch");
}

}  // namespace dagsim::cli
