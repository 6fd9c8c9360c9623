#include "history/ledger.h"

#include "tests/catch.h"
#include "tests/history/history_testing.h"

namespace dagsim::history {
namespace {

std::string ledger(const std::string& text) {
  return told("l.yaml", {{"l.yaml", text}}).text;
}

/// A ledger of one run with further keys, and what became of it.
std::string run(const std::string& keys) {
  return ledger("runs:\n  - id: 7\n    " + keys + "\n");
}

const std::string kLedger =
    "# two runs\n"
    "runs:\n"
    "  - id: 1002\n"
    "    workflow: CI\n"
    "    event: pull_request\n"
    "    change: rust\n"
    "    lane: hosted\n"
    "    shape: fan-out\n"
    "    variant: no-wrapper\n"
    "    cache: hot\n"
    "    wall: 7m15s\n"
    "    conclusion: success\n"
    "    jobs: {lint: 47, image: 1m34s, 'build[os=arm]': 90s, test/packages: 59..1m46s, slow: ..1m50s}\n"
    "    steps: {'image: load': 6.94, 'fan-out: restore': ..12s}\n"
    "    spans:\n"
    "      - {from: lint, to: [image, test/packages], start: '07:47:20Z', end: '07:51:16Z', seconds: 236}\n"
    "  - {id: 1001, attempt: 2, jobs: {hosted: {lint: 1h02m}, own: {lint: 30, image: 1e1}}}\n"
    "techniques: [{id: faster, before: 1001}]\n";

TEST_CASE("A ledger's runs are read with everything that was published, in the order of their ids") {
  CHECK(ledger(kLedger) ==
        "1001 success attempt=2\n"
        "  job lint: 3720 lane=hosted\n"
        "  job lint: 30 lane=own\n"
        "  job image: 10 lane=own\n"
        "1002 success workflow=CI event=pull_request change=rust lane=hosted shape=fan-out variant=no-wrapper "
        "cache=hot wall=435\n"
        "  job lint: 47\n"
        "  job image: 94\n"
        "  job build[os=arm]: 90\n"
        "  job test/packages: 59..106 over legs\n"
        "  job slow: 0..110 over legs\n"
        "  step image | load: 6.94\n"
        "  step fan-out | restore: 0..12\n"
        "  span lint -> image+test/packages: 236\n");
}

TEST_CASE("A run of a ledger knows where it was written") {
  const Told result = told("l.yaml", {{"l.yaml", kLedger}});
  CHECK(to_string(result.history.runs[1].where) == "l.yaml:3:9");
  CHECK(result.history.runs[1].is_partial);
  CHECK(result.history.source == "l.yaml");
}

TEST_CASE("Run ids order as numbers of any length, attempts after that") {
  CHECK(
      ledger(
          "runs: [{id: 100000000000000000001}, {id: 99999999999999999999}, {id: 5, attempt: 3}, {id: 5}, {id: 0x}]") ==
      "100000000000000000001 unknown\n99999999999999999999 unknown\n5 unknown attempt=3\n5 unknown\n0x unknown\n"
      "l.yaml:1:100: warning: run id \"0x\" is not a number, so runs are taken in the order of the file [run-order]\n"
      " 1 | runs: [{id: 100000000000000000001}, {id: 99999999999999999999}, {id: 5, attempt: 3}, {id: 5}, {id: 0x}]\n"
      "   |                                                                                                    ^~\n");
  CHECK(ledger("runs: [{id: 100000000000000000001}, {id: 99999999999999999999}, {id: 5, attempt: 3}, {id: 5}]") ==
        "5 unknown\n5 unknown attempt=3\n99999999999999999999 unknown\n100000000000000000001 unknown\n");
}

TEST_CASE("A run with a wall or jobs was green unless it says otherwise") {
  CHECK(run("wall: 5") == "7 success wall=5\n");
  CHECK(run("jobs: {a: 5}") == "7 success\n  job a: 5\n");
  CHECK(run("cache: hot") == "7 unknown cache=hot\n");
  CHECK(run("steps: {'a: b': 5}") == "7 unknown\n  step a | b: 5\n");
  CHECK(run("{wall: 5, conclusion: failure}").find("error") != std::string::npos);
  for (const std::string word : {"success", "failure", "cancelled", "skipped", "timed_out", "unknown"}) {
    CHECK(run("conclusion: " + word) == "7 " + word + "\n");
  }
}

TEST_CASE("The wall of anything but the gate is dropped, though it tells that the run was green") {
  CHECK(run("wall: 13m53s\n    scope: whole workflow") == "7 success\n");
  CHECK(run("wall: 13m53s\n    scope: gate") == "7 success wall=833\n");
}

TEST_CASE("Keys that only people read are known") {
  CHECK(run("markers: {index-update: many}\n    notes: [a]\n    categories: {x: {seconds: 1}}\n    sccache: {hits: 0}\n"
            "    siblings: {docs: 1m}\n    after: 6") == "7 unknown\n");
}

TEST_CASE("Unknown keys are warned of with a suggestion and ignored") {
  CHECK(run("walls: 5") ==
        "7 unknown\n"
        "l.yaml:3:5: warning: unknown key \"walls\" in a run is ignored [unknown-key]\n"
        " 3 |     walls: 5\n"
        "   |     ^~~~~\n"
        "l.yaml: note: did you mean \"wall\"?\n");
  CHECK(run("spans: [{from: a, to: b, seconds: 3, colour: red}]") ==
        "7 unknown\n"
        "  span a -> b: 3\n"
        "l.yaml:3:42: warning: unknown key \"colour\" in a span is ignored [unknown-key]\n"
        " 3 |     spans: [{from: a, to: b, seconds: 3, colour: red}]\n"
        "   |                                          ^~~~~~\n"
        "l.yaml: note: expected end, from, notes, seconds, start or to\n");
}

TEST_CASE("A malformed duration is reported at its place and the rest is read") {
  CHECK(
      run("jobs: {lint: 4m3x, test: 5}") ==
      "7 success\n"
      "  job test: 5\n"
      "l.yaml:3:18: error: expected a duration such as 42, 4m33s or 59..1m46s, but found \"4m3x\" [invalid-duration]\n"
      " 3 |     jobs: {lint: 4m3x, test: 5}\n"
      "   |                  ^~~~\n");
}

TEST_CASE("What is no duration is an error, wherever it stands") {
  for (const std::string text :
       {"-5", ".inf", ".nan", "1:30", "''", "5..", "..", "a..b", "1..2..3", "5 m", "true", "1e400"}) {
    INFO(text);
    CHECK(run("wall: " + text).find(": error: expected ") != std::string::npos);
    CHECK(run("jobs: {a: " + text + "}").find("[invalid-duration]") != std::string::npos);
    CHECK(run("steps: {'a: b': " + text + "}").find("[invalid-duration]") != std::string::npos);
  }
  CHECK(run("jobs: {a: 1m..30s}").find("error: the range \"1m..30s\" ends before it begins [invalid-duration]") !=
        std::string::npos);
  CHECK(run("wall: 5..6").find("error: expected one duration, not a range, but found the string '5..6'") !=
        std::string::npos);
  CHECK(run("jobs: {a: }").find("but found null [wrong-type]") != std::string::npos);
  CHECK(run("jobs: {a: [1]}").find("but found a sequence [wrong-type]") != std::string::npos);
}

TEST_CASE("Keys with the wrong kind of value are errors") {
  const auto has = [](const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  };
  has(run("jobs: [a]"),
      "l.yaml:3:11: error: expected a mapping from jobs to durations, but found a sequence [wrong-type]");
  has(run("steps: 5"), "error: expected a mapping from steps to durations, but found the number 5 [wrong-type]");
  has(run("steps: {build: 5}"), "error: expected a step as \"job: step\", but found \"build\" [step-name]");
  has(run("spans: {from: a}"), "error: expected a sequence of spans, but found a mapping [wrong-type]");
  has(run("spans: [{to: a, seconds: 1}]"), "error: a span needs \"from\" [missing-key]");
  has(run("spans: [{from: [], to: a, seconds: 1}]"), "error: expected a job or a sequence of jobs as \"from\"");
  has(run("spans: [{from: a, to: b}]"), "error: a span needs \"seconds\" [missing-key]");
  has(run("attempt: 0"),
      "error: expected an attempt, a whole number from 1 to 1000, but found the number 0 [wrong-type]");
  has(run("conclusion: green"),
      "error: unknown conclusion \"green\", expected cancelled, failure, skipped, success, timed_out or unknown");
  has(run("lane: [a]"), "error: expected one word as \"lane\", but found a sequence [wrong-type]");
  has(ledger("runs: [{workflow: CI}]"), "l.yaml:1:8: error: a run needs an \"id\" [missing-key]");
  has(ledger("runs: [5]"), "error: expected a run, which is a mapping, but found the number 5 [wrong-type]");
  has(ledger("runs: {a: b}"), "error: expected a sequence of runs, but found a mapping [wrong-type]");
}

TEST_CASE("A run that is listed twice counts once") {
  CHECK(ledger("runs: [{id: 7, wall: 5}, {id: 7, wall: 6}]") ==
        "7 success wall=5\n"
        "l.yaml:1:31: warning: run \"7\" is listed twice; only the first is used [duplicate-run]\n"
        " 1 | runs: [{id: 7, wall: 5}, {id: 7, wall: 6}]\n"
        "   |                               ^\n");
}

TEST_CASE("YAML that is no ledger is an error") {
  CHECK(ledger("jobs: {a: 5}\n") ==
        "l.yaml:1:1: error: expected a ledger, with \"runs\" at its top [not-a-ledger]\n"
        " 1 | jobs: {a: 5}\n"
        "   | ^~~~~~~~~~~~\n");
  CHECK(ledger("- a\n").find("error: expected a ledger, with \"runs\" at its top, but found a sequence") !=
        std::string::npos);
  CHECK(ledger("").find("[not-a-ledger]") != std::string::npos);
  CHECK(ledger("runs: [\n").find("[yaml-syntax]") != std::string::npos);
}

TEST_CASE("A ledger without runs is an empty history") {
  CHECK(ledger("runs: []\n") ==
        "error: there is no past run to learn from in l.yaml; looked for a ledger's \"runs\" [empty-history]\n");
}

TEST_CASE("Mutated ledgers never break the reader, and say the same twice") {
  Sequence sequence(1);
  for (int i = 0; i < 3000; ++i) {
    const std::string text = mutated(kLedger, sequence);
    INFO(text);
    const Told result = told("l.yaml", {{"l.yaml", text}});
    REQUIRE(result.text == ledger(text));
    REQUIRE((!result.history.runs.empty() || result.diagnostics.has_errors()));
  }
}

}  // namespace
}  // namespace dagsim::history
