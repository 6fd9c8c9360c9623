#include "study/project.h"

#include <fmt/format.h>

#include "study/scenario.h"
#include "tests/catch.h"

namespace dagsim::study {
namespace {

std::string project_findings(const std::string& content) {
  MemoryFileSystem files;
  files.write("repo/dagsim.yaml", content);
  Diagnostics diagnostics;
  read_project(files, "repo", diagnostics);
  return render(diagnostics);
}

std::string scenario_findings(const std::string& content) {
  MemoryFileSystem files;
  files.write("s.yaml", content);
  Diagnostics diagnostics;
  CHECK_FALSE(read_scenario(files, "s.yaml", diagnostics));
  return render(diagnostics);
}

}  // namespace

TEST_CASE("A project file is read whole, its paths relative to it") {
  MemoryFileSystem files;
  files.write("shared/dagsim.yaml", R"(dagsim: 1
history: past/ledger.yaml
vendor: [vendored, ../elsewhere]
gates: {ci.yml: required}
pools: {hosted: {labels: [ubuntu-24.04], slots: 20, price-per-minute: 0.006}}
changes: {code: {title: Code, outputs: {changes.rust: "true"}, inputs: {lane: github}}}
default-change: code
coverage: [{kind: style, jobs: [fmt, "lint/*"], rate: 0.25}]
cache-states: {cold: {"*": miss}}
job-names: {unit: test/unit}
logs: [{pattern: "cache hit, [a-z]+", kind: cache-exact}]
)");
  Diagnostics diagnostics;
  const Project project = read_project(files, "shared/repo", diagnostics);
  CHECK(render(diagnostics).empty());
  CHECK(project.history == "shared/past/ledger.yaml");
  CHECK(project.vendor == std::vector<std::string>{"shared/vendored", "elsewhere"});
  CHECK(project.gates.at("ci.yml") == "required");
  REQUIRE(project.pools.size() == 1);
  CHECK(project.pools[0].slots == 20);
  CHECK(project.pools[0].price_per_minute == 0.006);
  REQUIRE(project.find_change("code") != nullptr);
  CHECK(project.find_change("code")->inputs.front().second == "github");
  CHECK(project.find_change("docs") == nullptr);
  CHECK(project.default_change == "code");
  REQUIRE(project.defects.size() == 1);
  CHECK(project.defects[0].rate == 0.25);
  CHECK(project.cache_words.at("cold").front().second == model::CacheState::Miss);
  CHECK(project.job_names.at("unit") == "test/unit");
  REQUIRE(project.log_rules.size() == 1);
  CHECK(project.log_rules[0].kind == history::MarkerKind::CacheExact);
}

TEST_CASE("The repository's own project file comes before the parent folder's, and none is fine") {
  MemoryFileSystem files;
  files.write("a/dagsim.yaml", "dagsim: 1\ndefault-change: parent\n");
  files.write("a/repo/.github/dagsim.yaml", "dagsim: 1\ndefault-change: own\n");
  Diagnostics diagnostics;
  CHECK(read_project(files, "a/repo", diagnostics).default_change == "own");
  CHECK(read_project(files, "b/repo", diagnostics).path.empty());
  CHECK(diagnostics.empty());
}

TEST_CASE("Parts of a project file that are no mapping are refused") {
  for (const char* key : {"pools", "changes"}) {
    CHECK(project_findings(fmt::format("dagsim: 1\n{}: [x]\n", key)) ==
          fmt::format("repo/dagsim.yaml:2:{0}: error: \"{1}\" must be a mapping, found a sequence [wrong-type]\n"
                      " 2 | {1}: [x]\n"
                      "   | {2}^~~\n",
                      std::string(key).size() + 3, key, std::string(std::string(key).size() + 2, ' ')));
  }
  CHECK(project_findings("dagsim: 1\ncache-states: cold\n") ==
        "repo/dagsim.yaml:2:15: error: expected cache states (a mapping), found the string 'cold' [wrong-type]\n"
        " 2 | cache-states: cold\n"
        "   |               ^~~~\n");
}

TEST_CASE("Slots are whole, and rates and prices not negative") {
  CHECK(project_findings("dagsim: 1\npools: {p: {slots: -1}}\n") ==
        "repo/dagsim.yaml:2:20: error: \"slots\" must be a whole number from 0 to 1000000, found the number -1 "
        "[wrong-type]\n"
        " 2 | pools: {p: {slots: -1}}\n"
        "   |                    ^~\n");
  CHECK(project_findings("dagsim: 1\ncoverage: [{kind: style, jobs: [a], rate: -0.5}]\n") ==
        "repo/dagsim.yaml:2:43: error: \"rate\" must not be negative, found the number -0.5 [wrong-type]\n"
        " 2 | coverage: [{kind: style, jobs: [a], rate: -0.5}]\n"
        "   |                                           ^~~~\n");
}

TEST_CASE("A file of another version and one that is no project file are told apart") {
  CHECK(project_findings("dagsim: 2\n") ==
        "repo/dagsim.yaml:1:9: error: this dagsim reads version 1, found \"2\" [version]\n"
        " 1 | dagsim: 2\n"
        "   |         ^\n");
  CHECK(project_findings("gates: {}\n") ==
        "repo/dagsim.yaml:1:1: error: expected a project file with \"dagsim: 1\" at the top, found a mapping "
        "[not-dagsim]\n"
        " 1 | gates: {}\n"
        "   | ^~~~~~~~~\n");
}

TEST_CASE("A scenario is read with paths relative to its folder, and an outcome that is compared only") {
  MemoryFileSystem files;
  files.write("scenarios/s.yaml", R"(dagsim: 1
title: T
workflow: repo
history: ledger.yaml
history-before: 7
event: push
change: {outputs: {changes.rust: "true"}}
gate: required
assume: {caches: {deps: miss}}
edits:
  - {id: e, title: E, do: [{remove-job: b}], measured: {wall: 5m14s, run: 9}}
)");
  Diagnostics diagnostics;
  const std::optional<Scenario> scenario = read_scenario(files, "scenarios/s.yaml", diagnostics);
  INFO(render(diagnostics));
  REQUIRE(scenario);
  CHECK(scenario->workflow == "scenarios/repo");
  CHECK(scenario->history == "scenarios/ledger.yaml");
  CHECK(scenario->history_before == "7");
  CHECK(scenario->event == "push");
  CHECK(scenario->change.empty());
  CHECK(scenario->outputs == std::vector<std::pair<std::string, std::string>>{{"changes.rust", "true"}});
  CHECK(scenario->gate == "required");
  CHECK(scenario->caches.front().second == model::CacheState::Miss);
  REQUIRE(scenario->edits.size() == 1);
  CHECK(scenario->edits[0].operations.size() == 1);
  CHECK(scenario->edits[0].measured->wall == 314);
  CHECK(scenario->edits[0].measured->run == "9");
}

TEST_CASE("A scenario without workflow and edits is told both") {
  CHECK(scenario_findings("dagsim: 1\n") ==
        "s.yaml:1:1: error: a scenario needs a \"workflow\": a repository-like folder or a workflow file "
        "[missing-key]\n"
        " 1 | dagsim: 1\n"
        "   | ^~~~~~~~~\n"
        "s.yaml:1:1: error: a scenario needs \"edits\" to rank [missing-key]\n"
        " 1 | dagsim: 1\n"
        "   | ^~~~~~~~~\n");
}

TEST_CASE("An edit needs an id of its own and operations") {
  const std::string text = scenario_findings(
      "dagsim: 1\nworkflow: w\nedits:\n  - {id: x, do: [{remove-job: a}]}\n  - {id: x, do: [{remove-job: b}]}\n  - "
      "{id: y}\n"
      "  - {do: [{remove-job: a}]}\n");
  CHECK(text ==
        "s.yaml:6:5: error: edit \"y\" needs a list of operations, \"do\" [missing-key]\n"
        " 6 |   - {id: y}\n"
        "   |     ^~~~~~~\n"
        "s.yaml:7:5: error: an edit needs an \"id\" [missing-key]\n"
        " 7 |   - {do: [{remove-job: a}]}\n"
        "   |     ^~~~~~~~~~~~~~~~~~~~~~~\n"
        "s.yaml:5:5: error: edit \"x\" is defined twice [duplicate-edit]\n"
        " 5 |   - {id: x, do: [{remove-job: b}]}\n"
        "   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "s.yaml:4:5: note: the first is here\n"
        " 4 |   - {id: x, do: [{remove-job: a}]}\n"
        "   |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

}  // namespace dagsim::study
