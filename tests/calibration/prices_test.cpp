#include "calibration/prices.h"

#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;

namespace {

/// What `job` pays for the family "deps" in the given state, as "low to high: text".
std::string price(const Seen& seen, const std::string& job, Found found) {
  const Prices prices(seen.estimator.groups(), seen.observations.definitions);
  const Price price = prices.of(job, {"Restore deps", "uses actions/cache", "deps", std::move(found)});
  if (!price.known) return "unknown";
  return fmt::format("{:.0f} to {:.0f}{}{}", price.low, price.high, price.text.empty() ? "" : ": ", price.text);
}

model::Pipeline readers() {
  model::Pipeline pipeline = graph("a, b, c");
  for (const char* id : {"a", "b", "c"}) add_cache(pipeline, id, "deps");
  return pipeline;
}

}  // namespace

TEST_CASE("An absent cache costs a job what it cost in its own runs") {
  const Seen seen(ledger({run("1", "a:60", 0, "hot"), run("2", "a:100 b:500", 0, "cold"), run("3", "b:300", 0, "hot")}),
                  shapes(readers()));
  CHECK(price(seen, "a", {kMiss, ""}) == "40 to 40");
  CHECK(price(seen, "b", {kMiss, ""}) == "200 to 200");
  CHECK(price(seen, "a", {}) == "0 to 0");
}

TEST_CASE(
    "A job that never ran without a cache pays between 30 percent and all of what it cost the jobs that share it") {
  const Seen seen(ledger({run("1", "a:60 b:300 c:50", 0, "hot"), run("2", "a:100 b:500", 0, "cold")}),
                  shapes(readers()));
  CHECK(price(seen, "c", {kMiss, ""}) ==
        "12 to 200: 30 % of the least to all of the most that it cost the other jobs that share it");
}

TEST_CASE("Where no job ran with and without a cache, the shortest one without it is the bound") {
  const Seen seen(ledger({run("1", "a:60", 0, "hot"), run("2", "b:300 c:80", 0, "cold")}), shapes(readers()));
  CHECK(price(seen, "a", {kMiss, ""}) ==
        "0 to 80: no more than the shortest job that ran without it took as a whole, 1m20s");
}

TEST_CASE("Without any run that lacked a cache, others of the same action tell, and without these nothing does") {
  model::Pipeline pipeline = readers();
  pipeline.jobs.push_back(pipeline.jobs.front());
  pipeline.jobs.back().id = pipeline.jobs.back().key = pipeline.jobs.back().stream = "d";
  pipeline.jobs.back().name = "d";
  pipeline.jobs.back().steps.front().cache->family = "tools";
  Vocabulary vocabulary;
  vocabulary.cache_words = {{"hot", {}}, {"cold-tools", {{"tools", kMiss}}}};
  const Seen with(ledger({run("1", "a:60 d:50", 0, "hot"), run("2", "d:70", 0, "cold-tools")}), shapes(pipeline),
                  vocabulary);
  CHECK(price(with, "a", {kMiss, ""}) ==
        "6 to 20: 30 % of the least to all of the most that such a cache saved other jobs");
  const Seen without(ledger({run("1", "a:60", 0, "hot")}), shapes(pipeline), vocabulary);
  CHECK(price(without, "a", {kMiss, ""}) == "unknown");
}

TEST_CASE("An entry that another job filled has its own price, and costs nothing until a run shows one") {
  model::Pipeline pipeline = graph("seed -> reader");
  add_cache(pipeline, "seed", "deps", true);
  add_cache(pipeline, "reader", "deps");
  const Found filled{kExact, "seed"};
  const Seen without(ledger({run("1", "seed:60 reader:100", 0, "hot")}), shapes(pipeline));
  CHECK(price(without, "reader", filled) == "0 to 0");
  const Seen with(ledger({run("1", "seed:60 reader:100", 0, "hot"), run("2", "seed:200 reader:130", 0, "cold")}),
                  shapes(pipeline));
  CHECK(price(with, "reader", filled) == "30 to 30");
}
