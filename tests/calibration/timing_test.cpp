#include <cmath>
#include <set>

#include "calibration/job_time.h"
#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;
using namespace dagsim::calibration::testing;

namespace {

/// Runs "1", "2", … of job "a", one for each figure.
std::vector<RunRecord> runs_of_a(const std::vector<int>& seconds) {
  std::vector<RunRecord> runs;
  for (const int each : seconds) runs.push_back(run(std::to_string(runs.size() + 1), fmt::format("a:{}", each)));
  return runs;
}

/// "run weight", one line for each row.
std::string rows(const model::Timing& timing) {
  std::string text;
  for (const model::Row& row : timing.rows) text += fmt::format("{} {:.3f}\n", row.run, row.weight);
  return text;
}

std::string terms(const model::Timing& timing, size_t job) {
  std::string text;
  for (const model::Term& term : timing.jobs.at(job).terms) {
    text += fmt::format("{:.2f} {}", term.coefficient, timing.laws.at(term.law).stream);
    for (const uint32_t one : term.assumptions) {
      const model::Assumption& assumption = timing.assumptions.at(one);
      text += fmt::format(" * {} {:.2f}..{:.2f}", assumption.name, assumption.low, assumption.high);
    }
    text += "\n";
  }
  return text;
}

model::AssumedDuration assumed(double low, double high) {
  return {low, high, {}};
}

const model::Law& law_of(const model::Timing& timing, size_t job) {
  return timing.laws.at(timing.jobs.at(job).terms.at(0).law);
}

}  // namespace

TEST_CASE("With eight runs or more each row carries its own run's time, spread as far as the next run may lie") {
  const Learned learned(ledger(runs_of_a({40, 50, 60, 70, 80, 90, 100, 110})), shapes(graph("a")));
  const model::Timing timing = learned.timing(graph("a"));
  const model::Law& law = law_of(timing, 0);
  REQUIRE(law.location.size() == 8);
  for (size_t row = 0; row < 8; ++row) {
    // Eight values have 7/8 of the variance about their mean, a ninth lies 9/8 of it away.
    const double median = std::sqrt(70.0 * 80.0);
    const double own = 40 + 10 * static_cast<double>(row);
    CHECK(std::exp(law.location[row]) == Approx(median * std::pow(own / median, std::sqrt(9.0 / 7.0))));
  }
  CHECK(law.uncertainty == 0);
}

TEST_CASE("A time jitters as far as the nearest quarter of the measurements, a quarter of the deviation at most") {
  const std::vector<int> seconds = {60, 60, 60, 60, 60, 62, 64, 66, 68, 70, 300, 900};
  const Learned learned(ledger(runs_of_a(seconds)), shapes(graph("a")));
  const model::Timing timing = learned.timing(graph("a"));
  const std::vector<float>& spread = law_of(timing, 0).spread;
  REQUIRE(spread.size() == seconds.size());
  for (size_t row = 0; row < 5; ++row) CHECK(spread[row] == Approx(0).margin(1e-7));  // three others are just there
  CHECK(spread[7] == Approx(std::log(70.0 / 66)));  // 68, 64 and 70 are the nearest three
  double mean = 0;
  double squares = 0;
  for (const int time : seconds) mean += std::log(time) / 12;
  for (const int time : seconds) squares += std::pow(std::log(time) - mean, 2);
  CHECK(spread[10] == Approx(0.25 * std::sqrt(squares / 11)).epsilon(0.2));  // the deviation is shrunk to that of all
  CHECK(spread[10] == spread[11]);
}

TEST_CASE("The times of all jobs of a drawn run jitter by one draw, so that the longest gets no longer by chance") {
  std::vector<RunRecord> runs;
  for (int i = 0; i < 8; ++i) runs.push_back(run(std::to_string(i), fmt::format("a:{} b:{} c:60", 50 + i, 90 - i)));
  runs.push_back(run("8", "a:50 b:90"));
  const Learned learned(ledger(std::move(runs)), shapes(graph("a, b, c, d")));
  const model::Timing timing = learned.timing(graph("a, b, c, d"));
  CHECK(law_of(timing, 0).stream == law_of(timing, 1).stream);
  CHECK(law_of(timing, 0).stream == law_of(timing, 2).stream);
  CHECK(law_of(timing, 0).stream != law_of(timing, 3).stream);  // which nobody measured
}

TEST_CASE("Jobs that a run did not run take their times from one run that ran them") {
  std::vector<RunRecord> runs;
  for (int i = 0; i < 40; ++i) {
    runs.push_back(run(std::to_string(i), i % 2 == 0 ? fmt::format("a:{} b:{} c:60", 100 + i, 100 + i) : "c:60"));
  }
  const Learned learned(ledger(std::move(runs)), shapes(graph("a, b, c")));
  const model::Timing timing = learned.timing(graph("a, b, c"));
  std::set<float> lent;
  for (size_t row = 1; row < 40; row += 2) {
    CHECK(law_of(timing, 0).location[row] == law_of(timing, 1).location[row]);
    lent.insert(law_of(timing, 0).location[row]);
  }
  CHECK(lent.size() >= 8);
}

TEST_CASE("A run borrows from the runs most like it: a slow one takes what the job took in slow ones") {
  std::vector<RunRecord> runs;
  for (int i = 0; i < 60; ++i) {
    const int factor = i % 3 == 0 ? 4 : 1;
    const std::string others = fmt::format("b:{} c:{} d:{}", 100 * factor, 200 * factor, 50 * factor);
    runs.push_back(run(std::to_string(i), i % 5 == 0 ? others : fmt::format("a:{} {}", 60 * factor, others)));
  }
  const Learned learned(ledger(std::move(runs)), shapes(graph("a, b, c, d")));
  const model::Timing timing = learned.timing(graph("a, b, c, d"));
  for (size_t row = 0; row < 60; row += 5) {
    CAPTURE(row);
    CHECK(law_of(timing, 0).location[row] == law_of(timing, 0).location[row % 3 == 0 ? 3 : 1]);
  }
}

TEST_CASE("With fewer runs all rows share the job's location, whose error is its uncertainty") {
  const Learned learned(ledger(runs_of_a({50, 72})), shapes(graph("a")));
  const model::Timing timing = learned.timing(graph("a"));
  const model::Law& law = law_of(timing, 0);
  CHECK(law.location[0] == law.location[1]);
  CHECK(std::exp(law.location[0]) == Approx(60));
  CHECK(law.uncertainty > 0.05F);
  CHECK(law.spread[0] > law.uncertainty);
}

TEST_CASE("A run counts half as much as one that came 150 runs later") {
  std::vector<RunRecord> runs;
  for (int i = 0; i <= 150; ++i) runs.push_back(run(std::to_string(i), "a:60"));
  const Learned learned(ledger(std::move(runs)), shapes(graph("a")));
  const model::Timing timing = learned.timing(graph("a"));
  REQUIRE(timing.rows.size() == 151);
  CHECK(timing.rows.back().weight == 1);
  CHECK(timing.rows.front().weight == Approx(0.5));
}

TEST_CASE(
    "Runs of the event are drawn where there are eight, all runs elsewhere, and none without known states where any "
    "has them") {
  std::vector<RunRecord> runs = runs_of_a({60, 60, 60, 60, 60, 60, 60, 60, 60});
  for (size_t i = 1; i < runs.size(); ++i) runs[i].event = "push";
  model::Pipeline pipeline = graph("a");
  pipeline.event = "push";
  CHECK(Learned(ledger(runs), shapes(pipeline)).timing(pipeline).rows.size() == 8);
  pipeline.event = "pull_request";
  CHECK(Learned(ledger(runs), shapes(pipeline)).timing(pipeline).rows.size() == 9);
  runs[4].cache = "hot";
  CHECK(rows(Learned(ledger(runs), shapes(pipeline)).timing(pipeline)) == "5 1.000\n");
}

TEST_CASE("An assumed cache state overrides what a run found") {
  model::Pipeline pipeline = graph("a");
  add_cache(pipeline, "a", "deps-v1");
  const Learned learned(ledger({run("1", "a:60", 0, "hot"), run("2", "a:100", 0, "cold")}), shapes(pipeline));
  const model::Timing found = learned.timing(pipeline);
  CHECK(seconds(found, 0, 0) == Approx(60));
  CHECK(seconds(found, 0, 1) == Approx(100));
  CacheAssumptions caches;
  caches.at_start = {{"deps-*", kExact}};
  CHECK(seconds(learned.timing(pipeline, caches), 0, 1) == Approx(60));
  caches.at_start = {{"*", kExact}, {"deps-*", kMiss}};
  CHECK(seconds(learned.timing(pipeline, caches), 0, 0) == Approx(100));
}

TEST_CASE("Rows are split at every warm probability, with the same weights for all pipelines that are compared") {
  model::Pipeline pipeline = graph("a");
  add_cache(pipeline, "a", "deps");
  const Learned learned(ledger({run("1", "a:60", 0, "hot"), run("2", "a:100", 0, "cold")}), shapes(pipeline));
  CacheAssumptions caches;
  caches.split = {{"deps", {0.7, 0.9}}};
  const model::Timing base = learned.timing(pipeline, caches);
  const std::string same_rows = "1 0.697\n1 0.199\n1 0.100\n2 0.700\n2 0.200\n2 0.100\n";
  CHECK(rows(base) == same_rows);
  for (const size_t row : {0U, 1U, 2U}) CHECK(seconds(base, 0, row) == Approx(60));
  for (const size_t row : {3U, 4U, 5U}) CHECK(seconds(base, 0, row) == Approx(100));
  caches.warm = {{"deps", 0.7}};
  const model::Timing often = learned.timing(pipeline, caches);
  CHECK(rows(often) == same_rows);
  for (const size_t row : {0U, 3U}) CHECK(seconds(often, 0, row) == Approx(60));
  for (const size_t row : {1U, 2U, 4U, 5U}) CHECK(seconds(often, 0, row) == Approx(100));
  caches.warm = {{"deps", 0.9}};
  const model::Timing more_often = learned.timing(pipeline, caches);
  CHECK(rows(more_often) == same_rows);
  for (const size_t row : {0U, 1U, 3U, 4U}) CHECK(seconds(more_often, 0, row) == Approx(60));
  for (const size_t row : {2U, 5U}) CHECK(seconds(more_often, 0, row) == Approx(100));
}

TEST_CASE("A job of unknown presence runs where the drawn run ran it, and where the run doesn't say") {
  model::Pipeline pipeline = graph("a, b");
  pipeline.jobs[1].presence = model::Presence::Unknown;
  const Learned listed(
      listings({listing("1", {{"a", 2, 60}, {"b", 3, 30}}), listing("2", {{"a", 2, 60}, {"b", 0, 0}})}),
      shapes(pipeline));
  CHECK(listed.timing(pipeline).jobs[1].runs == std::vector<uint8_t>{1, 0});
  CHECK(listed.timing(pipeline).jobs[0].runs.empty());
  const Learned published(ledger({run("1", "a:60 b:30"), run("2", "a:60")}), shapes(pipeline));
  CHECK(published.timing(pipeline).jobs[1].runs == std::vector<uint8_t>{1, 1});
}

TEST_CASE("A recorded wait is drawn with its run: from the end of the last need, through jobs that did not run") {
  const model::Pipeline pipeline = graph("a -> between -> c");
  const Learned learned(listings({listing("1", {{"a", 4, 60}, {"between", 0, 0}, {"c", 70, 10}})}), shapes(pipeline));
  const model::Timing timing = learned.timing(pipeline);
  CHECK(std::exp(timing.laws.at(timing.jobs[0].dispatch).location[0]) == Approx(4));
  CHECK(std::exp(timing.laws.at(timing.jobs[2].dispatch).location[0]) == Approx(6));
  CHECK(timing.jobs[1].dispatch == 0);
}

TEST_CASE("Without any run a pipeline has one row and assumed times") {
  const Learned learned(ledger({}), shapes(graph("a")));
  const model::Timing timing = learned.timing(graph("a"));
  CHECK(rows(timing) == " 1.000\n");
  CHECK(timing.jobs[0].origin == model::Origin::Assumed);
  CHECK(timing.jobs[0].observations == 0);
}

TEST_CASE("Scale, speed and a set duration stay with a job that becomes part of another") {
  model::Pipeline pipeline = graph("a, b, c");
  add_script(pipeline, "a", "build");
  const Learned learned(ledger({run("1", "a:60 b:90 c:30")}), shapes(pipeline));
  model::Job scaled = pipeline.jobs[0];
  scaled.scale = 0.5;
  model::Job faster = pipeline.jobs[1];
  faster.speed = assumed(0.4, 0.8);
  model::Job set = pipeline.jobs[2];
  set.duration = assumed(10, 20);
  model::Pipeline edited = graph("all");
  for (const model::Job& job : {scaled, faster, set}) {
    edited.jobs[0].parts.push_back({std::make_shared<const model::Job>(job), model::Share::Whole, ""});
  }
  edited.jobs[0].scale = 2;
  const model::Timing timing = learned.timing(edited);
  CHECK(terms(timing, 0) ==
        "1.00 a\n"
        "2.00 b * speed of b 0.40..0.80\n"
        "2.00 c * c duration 10.00..20.00\n");
  CHECK(seconds(timing, 0) == Approx(2 * (0.5 * 60 + 0.6 * 90 + 15)));
}

TEST_CASE("Parts of parts are added up") {
  const model::Pipeline pipeline = graph("a, b");
  const Learned learned(ledger({run("1", "a:60 b:90")}), shapes(pipeline));
  model::Job inner;
  inner.key = inner.id = inner.stream = "inner";
  for (const model::Job& job : pipeline.jobs) {
    inner.parts.push_back({std::make_shared<const model::Job>(job), model::Share::Whole, ""});
  }
  model::Pipeline edited = graph("outer");
  edited.jobs[0].parts.push_back({std::make_shared<const model::Job>(inner), model::Share::Whole, ""});
  CHECK(seconds(learned.timing(edited), 0) == Approx(150));
  CHECK(learned.timing(edited).jobs[0].origin == model::Origin::Pooled);
}

TEST_CASE("Further members of a bucket add what was measured to be their work, else an unknown share of it") {
  model::Pipeline pipeline = graph("p[group=core|shell]");
  add_script(pipeline, "p", "set up");
  add_script(pipeline, "p", "test");
  for (model::Job& job : pipeline.jobs) job.steps.back().run = "test ${{ matrix.group }}";
  model::Pipeline edited = graph("bucket");
  for (const model::Job& job : pipeline.jobs) {
    const bool first = edited.jobs[0].parts.empty();
    edited.jobs[0].parts.push_back({std::make_shared<const model::Job>(job),
                                    first ? model::Share::Whole : model::Share::Work, first ? "" : "group"});
  }
  RunRecord record = run("1", "p[group=core]:100 p[group=shell]:80");
  const Learned unknown(ledger({record}), shapes(pipeline));
  CHECK(terms(unknown.timing(edited), 0) == "1.00 p[group=core]\n1.00 p[group=shell] * members of bucket 0.00..0.90\n");
  record.steps.push_back({"p", "test", {20, 20}});
  const Learned known(ledger({record}), shapes(pipeline));
  CHECK(terms(known.timing(edited), 0) ==
        "1.00 p[group=core]\n1.00 p[group=shell] * work of p[group=shell] 0.25..0.25\n");
}

TEST_CASE("An edit of a step counts in the rows in which the step runs, and in its own part only") {
  model::Pipeline pipeline = graph("a, b");
  add_cache(pipeline, "a", "deps");
  add_script(pipeline, "a", "install", "steps.cache.outputs.cache-hit != 'true'");
  add_script(pipeline, "b", "test");
  std::vector<RunRecord> runs = {run("1", "a:60 b:10", 0, "hot"), run("2", "a:100 b:10", 0, "cold")};
  runs[1].steps.push_back({"a", "install", {40, 40}});
  const Learned learned(ledger(runs), shapes(pipeline));
  model::Pipeline edited = pipeline;
  edited.jobs[0].steps[1].scale = 0.5;
  CHECK(seconds(learned.timing(edited), 0, 0) == Approx(60));
  CHECK(seconds(learned.timing(edited), 0, 1) == Approx(80));
  edited.jobs[0].steps[1].duration = assumed(5, 5);
  CHECK(seconds(learned.timing(edited), 0, 0) == Approx(60));
  CHECK(seconds(learned.timing(edited), 0, 1) == Approx(65));
  model::Pipeline merged = graph("all");
  merged.jobs[0].steps = edited.jobs[0].steps;
  for (const size_t source : {1U, 0U}) {
    merged.jobs[0].parts.push_back({std::make_shared<const model::Job>(edited.jobs[source]), model::Share::Whole, ""});
  }
  CHECK(seconds(learned.timing(merged), 0, 1) == Approx(75));
}

TEST_CASE("Guesses of one name and different ranges are different assumptions") {
  model::Pipeline pipeline = graph("a, b");
  for (const char* id : {"a", "b"}) add_cache(pipeline, id, "deps");
  Vocabulary vocabulary = words();
  vocabulary.cache_words["partial"] = {{"*", model::CacheState::Partial}};
  const Learned learned(
      ledger({run("1", "a:60 b:300", 0, "hot"), run("2", "b:400", 0, "cold"), run("3", "b:310", 0, "partial")}),
      shapes(pipeline), vocabulary);
  const model::Timing timing = learned.timing(pipeline);
  CHECK(terms(timing, 0) ==
        "1.00 a\n"
        "1.00 a/a and \"deps\" * a and \"deps\" 30.00..100.00\n"
        "1.00 a/a and \"deps\" * a and \"deps\" 3.00..10.00\n");
  CHECK(seconds(timing, 0, 0) == Approx(60));
  CHECK(seconds(timing, 0, 1) == Approx(60 + 65));
  CHECK(seconds(timing, 0, 2) == Approx(60 + 6.5));
}
