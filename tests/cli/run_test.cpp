#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "base/file_system.h"
#include "cli/usage.h"
#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {

namespace {

constexpr const char* kRuns = R"({"workflow_runs": [{"id": 1, "name": "ci", "event": "push", "status": "completed",
  "conclusion": "success", "run_attempt": 1, "path": ".github/workflows/ci.yml", "head_branch": "main",
  "created_at": "2026-01-01T00:00:00Z", "run_started_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:03:10Z"}]})";
constexpr const char* kJobs = R"({"jobs": [
  {"id": 11, "run_id": 1, "run_attempt": 1, "name": "a", "status": "completed", "conclusion": "success",
   "created_at": "2026-01-01T00:00:01Z", "started_at": "2026-01-01T00:00:05Z", "completed_at": "2026-01-01T00:01:05Z",
   "labels": ["ubuntu-latest"], "steps": []},
  {"id": 12, "run_id": 1, "run_attempt": 1, "name": "b", "status": "completed", "conclusion": "success",
   "created_at": "2026-01-01T00:01:06Z", "started_at": "2026-01-01T00:01:10Z", "completed_at": "2026-01-01T00:03:10Z",
   "labels": ["ubuntu-latest"], "steps": []}]})";

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A misspelt command is named with what was meant") {
  check_usage_error(
      {"whatif", "x.yaml"},
      "unknown command \"whatif\", expected what-if, simulate, check, backtest, verify, import, fetch, history, "
      "calibrate, log, plan, parse, match or expr; did "
      "you mean \"what-if\"?");
  check_usage_error(
      {"frobnicate"},
      "unknown command \"frobnicate\", expected what-if, simulate, check, backtest, verify, import, fetch, history, "
      "calibrate, log, plan, parse, match or expr");
  check_usage_error(
      {"--seed", "1", "what-if"},
      "\"--seed\" before the command, expected what-if, simulate, check, backtest, verify, import, fetch, history, "
      "calibrate, log, plan, parse, match or expr first");
}

TEST_CASE("A misspelt option is named with what was meant") {
  check_usage_error({"what-if", "x.yaml", "--sead", "3"}, "unknown option \"--sead\"; did you mean \"--seed\"?");
  check_usage_error({"simulate", "x.yml", "--history-bfore=3"},
                    "unknown option \"--history-bfore\"; did you mean \"--history-before\"?");
  check_usage_error({"simulate", "x.yml", "y.yml"}, "unexpected argument \"y.yml\"");
}

TEST_CASE("Wrong values say what was expected") {
  check_usage_error({"what-if", "x.yaml", "--format", "jason"},
                    "--format is \"jason\", expected text, json or markdown; did you mean \"json\"?");
  check_usage_error({"what-if", "x.yaml", "--color", "yes"}, "--color is \"yes\", expected auto, always or never");
  check_usage_error({"what-if", "x.yaml", "--precision", "0.0001%"},
                    "--precision is \"0.0001%\", expected 0.001% or more");
  check_usage_error({"what-if", "x.yaml", "--seed", "-1"},
                    "--seed is \"-1\", expected a whole number from 0 to 18446744073709551615");
  check_usage_error({"what-if", "x.yaml", "--replications", "10"},
                    "--replications is \"10\", expected a whole number from 1000 to 100000000");
  check_usage_error({"what-if", "x.yaml", "--width", "8e1"},
                    "--width is \"8e1\", expected a whole number from 20 to 1000");
  check_usage_error({"what-if", "x.yaml", "--assume", "ci-dev"},
                    "--assume is \"ci-dev\", expected FAMILY=exact, FAMILY=partial or FAMILY=miss");
  check_usage_error({"what-if", "x.yaml", "--assume", "ci-dev=mis"},
                    "--assume ci-dev is \"mis\", expected exact, partial or miss; did you mean \"miss\"?");
  check_usage_error({"what-if", "x.yaml", "--set-output", "rust=true"},
                    "--set-output is \"rust=true\", expected JOB.OUTPUT=VALUE");
}

TEST_CASE("What a command can't do without is asked for") {
  check_usage_error({"what-if"}, "what-if needs at least one scenario file");
  check_usage_error({"simulate"}, "simulate needs a workflow: a file, or a folder with .github/workflows");
  check_usage_error({"check", "--head", "a"}, "check needs a workflow, or --base: the version to compare with");
  check_usage_error({"check", "--base", "a"}, "check needs --head: the version to check");
  check_usage_error({"check", "--base", "a", "--head", "b", "--max-regression", "5"},
                    "--max-regression is \"5\", expected a share such as 5% or 0.05; did you mean \"5%\"?");
}

TEST_CASE("Without a command the help goes to the error stream") {
  const Outcome outcome = call({});
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  CHECK(holds(outcome.err, "what-if"));
}

TEST_CASE("Help and version are results") {
  const Outcome help = call({"--help"});
  CHECK(help.status == 0);
  CHECK(help.err.empty());
  CHECK(help.out.starts_with("dagsim predicts what an edit of GitHub Actions workflows does"));
  CHECK(holds(help.out, "  check     Compare two versions of a workflow and fail when the newer one is too slow"));
  CHECK(holds(help.out, "Exit status: 0 fine"));
  for (const char* command : {"what-if", "simulate", "check"}) {
    const Outcome outcome = call({command, "--help"});
    CHECK(outcome.status == 0);
    CHECK(holds(outcome.out, "Examples:\n  dagsim " + std::string(command)));
    CHECK(holds(outcome.out, "--history-before"));
  }
  CHECK(call({"--version"}).out.starts_with("dagsim "));
}

TEST_CASE("A missing scenario is an input error with its name") {
  const Outcome outcome = call({"what-if", "no-such-folder/none.yaml"});
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  CHECK(holds(outcome.err, "no-such-folder/none.yaml"));
}

TEST_CASE("A workflow whose job needs itself is reported with its position") {
  const Folder folder;
  const std::string file =
      folder.write("ci.yml", "on: push\njobs:\n  a:\n    runs-on: x\n    needs: a\n    steps: [{run: make}]\n");
  const Outcome outcome = call({"simulate", file, "--event", "push"});
  CHECK(outcome.status == 2);
  CHECK(outcome.out.empty());
  CHECK(holds(outcome.err, "ci.yml:"));
}

TEST_CASE("A simulation of a small workflow goes to a file, whole or not at all") {
  const Folder folder;
  const std::string file =
      folder.write(".github/workflows/ci.yml",
                   "name: ci\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
                   "  b:\n    runs-on: ubuntu-latest\n    needs: a\n    steps: [{run: make}]\n");
  const std::string history = folder.write("history/runs.json", kRuns);
  folder.write("history/jobs.json", kJobs);
  const std::vector<std::string> arguments = {
      "simulate", file, "--event", "push", "--history", folder.path("history"), "--replications", "2000"};
  const Outcome shown = call(arguments);
  CHECK(shown.status == 0);
  CHECK(holds(shown.out, "a > b (100 %)"));
  std::vector<std::string> to_file = arguments;
  to_file.insert(to_file.end(), {"-o", folder.path("out.txt")});
  const size_t before = folder.size();
  const Outcome written = call(to_file);
  CHECK(written.status == 0);
  CHECK(written.out.empty());
  CHECK(folder.read("out.txt") == shown.out);
  CHECK(folder.size() == before + 1);
  to_file.back() = folder.path("missing/out.txt");
  const Outcome failed = call(to_file);
  CHECK(failed.status == 3);
  CHECK(holds(failed.err, "missing/out.txt\": No such file or directory"));
}

TEST_CASE("Shares are read with and without the percent sign") {
  CHECK(parse_share("--x", "5%") == Approx(0.05));
  CHECK(parse_share("--x", "7.5 %") == Approx(0.075));
  CHECK(parse_share("--x", "0.05") == Approx(0.05));
  CHECK(parse_share("--x", "0") == 0);
  CHECK_THROWS_AS(parse_share("--x", ""), UsageError);
  CHECK_THROWS_AS(parse_share("--x", "-5%"), UsageError);
  CHECK_THROWS_AS(parse_share("--x", "1.2.3%"), UsageError);
}

TEST_CASE("Assumptions and outputs are split where they can be") {
  CHECK(parse_assumption("a=b-*=miss") == std::pair<std::string, model::CacheState>("a=b-*", model::CacheState::Miss));
  CHECK(parse_output("changes.rust=a=b") == std::pair<std::string, std::string>("changes.rust", "a=b"));
  CHECK(parse_output("test/plan.list=").second.empty());
  CHECK_THROWS_AS(parse_output("changes.=x"), UsageError);
}

TEST_CASE("Commands are quoted for a shell") {
  const std::vector<std::string> arguments = {"dagsim", "what-if", "my file.yaml", "--assume", "it's*=miss", ""};
  CHECK(shell_command(arguments) == "dagsim what-if 'my file.yaml' --assume 'it'\\''s*=miss' ''");
}

}  // namespace dagsim::cli
