#include "study/best_set.h"

#include <fmt/format.h>

#include "base/text.h"
#include "tests/catch.h"
#include "tests/study/study_testing.h"

namespace dagsim::study {
namespace {

/// Two chains side by side: a then b, about 180 s, and c, 150 s. Shortening one alone gains only up to the other.
MemoryFileSystem two_chains(const std::string& edits) {
  MemoryFileSystem files;
  files.write("/repo/.github/workflows/ci.yml", R"(name: CI
on: pull_request
jobs:
  a: {runs-on: ubuntu-24.04, steps: [{name: Build, run: make}]}
  b: {needs: a, runs-on: ubuntu-24.04, steps: [{name: Test, run: make test}]}
  c: {runs-on: ubuntu-24.04, steps: [{name: Lint, run: make lint}]}
  gate: {if: always(), needs: [a, b, c], runs-on: ubuntu-24.04, steps: [{run: echo done}]}
)");
  std::string runs = "runs:\n";
  for (int run = 0; run < 12; ++run) {
    runs += fmt::format(
        "  - {{id: {}, workflow: CI, event: pull_request, wall: {}, conclusion: success, jobs: {{a: {}, b: 2m, c: 150, "
        "gate: 5}}}}\n",
        run + 1, 185 + run % 3, 60 + run % 3);
  }
  files.write("/repo/ledger.yaml", runs);
  files.write("/repo/s.yaml", "dagsim: 1\ntitle: Chains\nworkflow: .\nhistory: ledger.yaml\nedits:\n" + edits);
  return files;
}

const std::string kThree =
    "  - {id: faster-b, do: [{scale: {job: b, by: 0.25}}]}\n"
    "  - {id: faster-c, do: [{scale: {job: c, by: 0.5}}]}\n"
    "  - {id: tiny, do: [{scale: {job: a, by: 0.995}}]}\n";

std::vector<std::string> ids_of(const std::vector<EditSpec>& sets) {
  std::vector<std::string> ids;
  for (const EditSpec& set : sets) ids.push_back(set.id);
  return ids;
}

std::vector<EditSpec> sets_in(const std::string& edits, uint32_t most, Diagnostics& diagnostics) {
  const MemoryFileSystem files = two_chains(edits);
  const std::optional<Scenario> scenario = read_scenario(files, "/repo/s.yaml", diagnostics);
  REQUIRE(scenario);
  return sets_of_edits(*scenario, most, diagnostics);
}

}  // namespace

TEST_CASE("Sets are all combinations of two edits and more, up to the size that is asked for") {
  Diagnostics diagnostics;
  CHECK(ids_of(sets_in(kThree, 2, diagnostics)) ==
        std::vector<std::string>{"faster-b + faster-c", "faster-b + tiny", "faster-c + tiny"});
  CHECK(ids_of(sets_in(kThree, 3, diagnostics)) == std::vector<std::string>{"faster-b + faster-c",
                                                                            "faster-b + faster-c + tiny",
                                                                            "faster-b + tiny", "faster-c + tiny"});
  CHECK(diagnostics.empty());
}

TEST_CASE("Edits that include others are sets already and make none") {
  Diagnostics diagnostics;
  const std::string both = "  - {id: both, do: [{include: faster-b}, {include: faster-c}]}\n";
  CHECK(sets_in(kThree + both, 2, diagnostics).size() == 3);
}

TEST_CASE("Of edits that replace the workflow a set holds one, and it comes first") {
  Diagnostics diagnostics;
  const std::string replace =
      "  - {id: r1, do: [{replace-workflow: {with: other}}]}\n  - {id: r2, do: [{replace-workflow: {with: other}}]}\n";
  const std::vector<std::string> ids = ids_of(sets_in(kThree + replace, 2, diagnostics));
  CHECK(std::count(ids.begin(), ids.end(), "r1 + r2") == 0);
  CHECK(std::count(ids.begin(), ids.end(), "r1 + faster-b") == 1);
}

TEST_CASE("Too many sets are refused with a word on what to change") {
  std::string edits;
  for (int i = 0; i < 30; ++i) edits += fmt::format("  - {{id: e{}, do: [{{scale: {{job: a, by: 0.9}}}}]}}\n", i);
  Diagnostics diagnostics;
  CHECK(sets_in(edits, 4, diagnostics).empty());
  CHECK_THAT(render(diagnostics),
             Catch::Matchers::Contains("30 edits make more than 2000 sets of up to 4, expected smaller sets"));
}

TEST_CASE(
    "The best set holds the two edits that only help together, in the order in which they gain, and not the one that "
    "does nothing") {
  const MemoryFileSystem files = two_chains(kThree);
  Options options;
  options.best_set = 3;
  const Outcomes outcomes = predict(files, "/repo/s.yaml", options);
  REQUIRE(outcomes.prediction);
  REQUIRE(outcomes.prediction->best_set);
  const BestSet& best = *outcomes.prediction->best_set;
  REQUIRE(best.steps.size() == 2);
  // Alone, faster-b gains the 30 s or so until c is last; faster-c alone gains nothing.
  CHECK(best.steps[0].edit == "faster-b");
  CHECK(best.steps[1].edit == "faster-c");
  CHECK(best.steps[0].gain.mean == Approx(-31).margin(4));
  CHECK(best.steps[0].next_bottleneck == "c");
  CHECK(best.steps[1].gain.mean < -40);
  CHECK(best.wall_change.mean == Approx(best.steps[0].gain.mean + best.steps[1].gain.mean).margin(1e-3));
  CHECK(best.candidates == 7);
  CHECK(best.illegal == 0);
  CHECK(outcomes.prediction->edits.size() == 3);  // sets are no lines of their own
}

TEST_CASE("Sets whose edits can't stand together are counted, not compared") {
  const std::string edits =
      "  - {id: drop-b, do: [{remove-job: b}]}\n"
      "  - {id: faster-b, do: [{scale: {job: b, by: 0.5}}]}\n";
  Options options;
  options.best_set = 2;
  const Outcomes outcomes = predict(two_chains(edits), "/repo/s.yaml", options);
  REQUIRE(outcomes.prediction);
  REQUIRE(outcomes.prediction->best_set);
  CHECK(outcomes.prediction->best_set->illegal == 1);
  CHECK(outcomes.prediction->best_set->candidates == 2);
  CHECK(outcomes.prediction->best_set->steps.size() == 1);
}

TEST_CASE("Of very many edits the best are simulated to the end and the others as far as it takes to know") {
  std::string edits;
  for (int i = 0; i < 60; ++i) {
    edits += fmt::format("  - {{id: b{}, do: [{{scale: {{job: b, by: {}}}}}, {{scale: {{job: c, by: 0.3}}}}]}}\n", i,
                         0.3 + 0.01 * i);
  }
  const Outcomes outcomes = predict(two_chains(edits), "/repo/s.yaml");
  REQUIRE(outcomes.prediction);
  const std::vector<EditLine>& lines = outcomes.prediction->edits;
  REQUIRE(lines.size() == 60);
  CHECK(lines.front().id == "b0");
  CHECK_FALSE(lines.front().dropped);
  CHECK(lines.back().id == "b59");
  CHECK(lines.back().dropped);
  CHECK(lines.back().verdict == Verdict::Faster);
  // What the race says of a dropped one is what a full simulation says.
  const size_t at = edits.rfind("  - {id: b59");
  const Outcomes alone = predict(two_chains(edits.substr(at)), "/repo/s.yaml");
  CHECK(lines.back().wall_change.mean == Approx(alone.prediction->edits.front().wall_change.mean).margin(1));
}

TEST_CASE("Edits that nothing beats in both waiting and minutes are marked") {
  const std::string edits =
      "  - {id: gains, do: [{scale: {job: b, by: 0.5}}]}\n"
      "  - {id: costs, do: [{scale: {job: a, by: 3}}]}\n"
      "  - {id: saves, do: [{scale: {job: c, by: 0.3}}]}\n";
  const Outcomes outcomes = predict(two_chains(edits), "/repo/s.yaml");
  REQUIRE(outcomes.prediction);
  for (const EditLine& line : outcomes.prediction->edits) {
    CAPTURE(line.id, line.pipeline.minutes, line.pipeline.wall.mean);
    CHECK(line.pareto == (line.id != "costs"));
  }
}

}  // namespace dagsim::study
