#include "workflow/trigger_rules.h"

#include "tests/catch.h"

namespace dagsim::workflow {
namespace {

using List = std::vector<std::string>;

/// "runs: reason", "runs (assumed): reason" or "does not run: reason".
std::string decided(const TriggerFilters& filters, const Happening& happening) {
  const TriggerDecision decision = decide(filters, happening);
  const bool says_pending = decision.reason.ends_with("; required checks of this workflow stay pending");
  CHECK(decision.checks_stay_pending == says_pending);
  CHECK_FALSE((decision.assumed && !decision.runs));
  return (decision.runs ? decision.assumed ? "runs (assumed): " : "runs: " : "does not run: ") + decision.reason;
}

Happening push(const std::string& ref, const std::optional<List>& files = std::nullopt) {
  Happening happening;
  happening.event = "push";
  happening.ref = ref;
  happening.changed_files = files;
  return happening;
}

Happening pull_request(const std::string& base, const std::optional<List>& files = std::nullopt) {
  Happening happening;
  happening.event = "pull_request";
  happening.activity = "opened";
  happening.ref = "refs/pull/7/merge";
  happening.base_branch = base;
  happening.changed_files = files;
  return happening;
}

Happening workflow_run(const std::string& workflow, const std::string& conclusion) {
  Happening happening;
  happening.event = "workflow_run";
  happening.activity = "completed";
  happening.workflow = workflow;
  happening.conclusion = conclusion;
  happening.head_branch = "main";
  return happening;
}

TriggerFilters on(const std::string& event) {
  TriggerFilters filters;
  filters.event = event;
  return filters;
}

TriggerFilters on_push(const List& branches, const List& tags = {}, const List& paths = {}) {
  TriggerFilters filters = on("push");
  filters.branches = branches;
  filters.tags = tags;
  filters.paths = paths;
  return filters;
}

List files(size_t count, const std::string& last = "") {
  List list;
  for (size_t i = 0; i < count; ++i) list.push_back("docs/" + std::to_string(i));
  if (!last.empty()) list.push_back(last);
  return list;
}

}  // namespace

TEST_CASE("Without filters every push of a branch or tag runs") {
  CHECK(decided(on("push"), push("refs/heads/topic")) == "runs: no filter of \"push\" applies");
  CHECK(decided(on("push"), push("refs/tags/v1")) == "runs: no filter of \"push\" applies");
  CHECK(decided(on("push"), push("refs/heads/topic", List())) == "runs: no filter of \"push\" applies");
}

TEST_CASE("With only branches defined, pushes of tags do not run, and vice versa") {
  CHECK(decided(on_push({"**"}), push("refs/tags/v1")) ==
        "does not run: tag \"v1\" was pushed, but only \"branches\" is defined, so no push of a tag runs");
  CHECK(decided(on_push({}, {"**"}), push("refs/heads/main")) ==
        "does not run: branch \"main\" was pushed, but only \"tags\" is defined, so no push of a branch runs; required "
        "checks of this workflow stay pending");
  TriggerFilters ignoring = on("push");
  ignoring.branches_ignore = {"x"};
  CHECK(decided(ignoring, push("refs/tags/v1")) ==
        "does not run: tag \"v1\" was pushed, but only \"branches-ignore\" is defined, so no push of a tag runs");
  CHECK(decided(on_push({"main"}, {"v*"}), push("refs/heads/main")) ==
        "runs: branch \"main\" is included by \"main\" of \"branches\"");
  CHECK(decided(on_push({"main"}, {"v*"}), push("refs/tags/v1")) ==
        "runs: tag \"v1\" is included by \"v*\" of \"tags\"");
  CHECK(decided(on_push({"main"}, {"v*"}), push("refs/tags/x")) ==
        "does not run: tag \"x\" matches none of \"tags\" (v*)");
}

TEST_CASE("Branch patterns apply in order, whole name against whole pattern") {
  const TriggerFilters filters = on_push({"releases/**", "!releases/**-alpha", "releases/1-alpha"});
  CHECK(decided(filters, push("refs/heads/releases/10")) ==
        "runs: branch \"releases/10\" is included by \"releases/**\" of \"branches\"");
  CHECK(decided(filters, push("refs/heads/releases/2-alpha")) ==
        "does not run: branch \"releases/2-alpha\" is excluded by \"!releases/**-alpha\" of \"branches\"; required "
        "checks of this workflow stay pending");
  CHECK(decided(filters, push("refs/heads/releases/1-alpha")) ==
        "runs: branch \"releases/1-alpha\" is included by \"releases/1-alpha\" of \"branches\"");
  CHECK(decided(filters, push("refs/heads/my/releases/1")) ==
        "does not run: branch \"my/releases/1\" matches none of \"branches\" (releases/**, !releases/**-alpha, "
        "releases/1-alpha); required checks of this workflow stay pending");
}

TEST_CASE("Ignored branches and tags do not run, all others do") {
  TriggerFilters filters = on("push");
  filters.branches_ignore = {"mona/octocat", "releases/**-alpha"};
  filters.tags_ignore = {"v1.*"};
  CHECK(decided(filters, push("refs/heads/releases/beta/3-alpha")) ==
        "does not run: branch \"releases/beta/3-alpha\" is ignored by \"releases/**-alpha\" of \"branches-ignore\"; "
        "required checks of this workflow stay pending");
  CHECK(decided(filters, push("refs/heads/main")) == "runs: branch \"main\" is not ignored by \"branches-ignore\"");
  CHECK(decided(filters, push("refs/tags/v1.9")) ==
        "does not run: tag \"v1.9\" is ignored by \"v1.*\" of \"tags-ignore\"");
  CHECK(decided(filters, push("refs/tags/v2")) == "runs: tag \"v2\" is not ignored by \"tags-ignore\"");
}

TEST_CASE("Branches and paths must both pass") {
  const TriggerFilters filters = on_push({"main"}, {}, {"**.js"});
  CHECK(decided(filters, push("refs/heads/main", List{"README.md", "src/a.js"})) ==
        "runs: branch \"main\" is included by \"main\" of \"branches\"; changed file \"src/a.js\" is included by "
        "\"**.js\" of \"paths\"");
  CHECK(decided(filters, push("refs/heads/main", List{"README.md"})) ==
        "does not run: none of the changed files (1) is included by \"paths\" (**.js); required checks of this "
        "workflow stay pending");
  CHECK(decided(filters, push("refs/heads/topic", List{"src/a.js"})) ==
        "does not run: branch \"topic\" matches none of \"branches\" (main); required checks of this workflow stay "
        "pending");
}

TEST_CASE("Ignored paths keep a run back only when each changed file is ignored") {
  TriggerFilters filters = on("pull_request");
  filters.paths_ignore = {"docs/**", "**.md"};
  CHECK(decided(filters, pull_request("main", List{"docs/a.txt", "README.md"})) ==
        "does not run: each of the changed files (2) is ignored by \"paths-ignore\" (docs/**, **.md); required checks "
        "of this workflow stay pending");
  CHECK(decided(filters, pull_request("main", List{"docs/a.txt", "src/a.c"})) ==
        "runs: changed file \"src/a.c\" is not ignored by \"paths-ignore\"");
}

TEST_CASE("Path filters are not evaluated for pushes of tags") {
  CHECK(decided(on_push({}, {}, {"src/**"}), push("refs/tags/v1", List{"docs/a"})) ==
        "runs: \"paths\" is not evaluated for tags");
  CHECK(decided(on_push({}, {"v*"}, {"src/**"}), push("refs/tags/v1", List())) ==
        "runs: tag \"v1\" is included by \"v*\" of \"tags\"; \"paths\" is not evaluated for tags");
  CHECK(decided(on_push({"main"}, {}, {"src/**"}), push("refs/tags/v1", List{"src/a"})) ==
        "does not run: tag \"v1\" was pushed, but only \"branches\" is defined, so no push of a tag runs");
}

TEST_CASE("A push compares its two ends, a pull request its head with where it left the base") {
  CHECK(changed_files_command(push("refs/heads/main")) == "git diff --name-only BEFORE..AFTER");
  CHECK(changed_files_command(pull_request("release/1")) == "git diff --name-only release/1...HEAD");
  CHECK(changed_files_command(pull_request("")) == "git diff --name-only BASE...HEAD");
}

TEST_CASE("A path filter without changed files lets nothing pass") {
  CHECK(decided(on_push({}, {}, {"**"}), push("refs/heads/main", List())) ==
        "does not run: no file changed, so \"paths\" lets nothing pass; required checks of this workflow stay pending");
  TriggerFilters ignoring = on("push");
  ignoring.paths_ignore = {"docs/**"};
  CHECK(decided(ignoring, push("refs/heads/main", List())) ==
        "does not run: no file changed, so \"paths-ignore\" lets nothing pass; required checks of this workflow stay "
        "pending");
}

TEST_CASE("A push of more than 1,000 commits, or one whose diff timed out, always passes path filters") {
  const TriggerFilters filters = on_push({}, {}, {"src/**"});
  Happening big = push("refs/heads/main", List{"docs/a"});
  big.commits = 1000;
  CHECK(decided(filters, big) ==
        "does not run: none of the changed files (1) is included by \"paths\" (src/**); required checks of this "
        "workflow stay pending");
  big.commits = 1001;
  CHECK(decided(filters, big) == "runs: 1001 commits are more than GitHub compares, so \"paths\" lets them pass");
  Happening slow = push("refs/heads/main", List{"docs/a"});
  slow.diff_timed_out = true;
  CHECK(decided(filters, slow) == "runs: GitHub made no diff in time, so \"paths\" lets it pass");
}

TEST_CASE("Only the first 300 changed files are considered") {
  const TriggerFilters filters = on_push({}, {}, {"src/**"});
  CHECK(decided(filters, push("refs/heads/main", files(299, "src/a"))) ==
        "runs: changed file \"src/a\" is included by \"src/**\" of \"paths\"");
  CHECK(decided(filters, push("refs/heads/main", files(300, "src/a"))) ==
        "does not run: none of the changed files (the first 300 of 301) is included by \"paths\" (src/**); required "
        "checks of this workflow stay pending");
  TriggerFilters ignoring = on("push");
  ignoring.paths_ignore = {"docs/**"};
  CHECK(decided(ignoring, push("refs/heads/main", files(300, "src/a"))) ==
        "does not run: each of the changed files (the first 300 of 301) is ignored by \"paths-ignore\" (docs/**); "
        "required checks of this workflow stay pending");
}

TEST_CASE("A skip instruction in the commit message stops push and pull_request only") {
  for (const char* token : {"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"}) {
    Happening happening = push("refs/heads/main");
    happening.commit_message = std::string("Fix the docs ") + token + "\n\nMore text";
    const std::string said = std::string("does not run: the commit message says \"") + token +
                             "\"; required checks of this workflow stay pending";
    CHECK(decided(on("push"), happening) == said);
    happening.event = "pull_request";
    CHECK(decided(on("pull_request"), happening) == said);
    happening.event = "pull_request_target";
    CHECK(decided(on("pull_request_target"), happening) == "runs: no filter of \"pull_request_target\" applies");
    happening.event = "workflow_dispatch";
    CHECK(decided(on("workflow_dispatch"), happening) == "runs: no filter of \"workflow_dispatch\" applies");
  }
  Happening tag = push("refs/tags/v1");
  tag.commit_message = "[no ci]";
  CHECK(decided(on("push"), tag) == "does not run: the commit message says \"[no ci]\"");
}

TEST_CASE("The skip-checks trailer counts as the last line of the last paragraph") {
  CHECK(skip_instruction("Title\n\n\nskip-checks: true\n") == "skip-checks: true");
  CHECK(skip_instruction("Title\n\nBody\n\nskip-checks:true") == "skip-checks:true");
  CHECK(skip_instruction("Title\r\n\r\nskip-checks: true\r\n") == "skip-checks: true");
  CHECK(skip_instruction("Title\n\nSigned-off-by: Mona <m@x>\nskip-checks: true") == "skip-checks: true");
  CHECK(skip_instruction("Title\n\nskip-checks: true\nSigned-off-by: Mona <m@x>").empty());
  CHECK(skip_instruction("Title\n\nSome text\nskip-checks: true").empty());
  CHECK(skip_instruction("skip-checks: true").empty());
  CHECK(skip_instruction("Title\n\nskip-checks: false").empty());
  CHECK(skip_instruction("skip ci").empty());
  CHECK(skip_instruction("").empty());
}

TEST_CASE("A pull request's branch filter looks at the base branch") {
  TriggerFilters filters = on("pull_request");
  filters.branches = {"main"};
  CHECK(decided(filters, pull_request("main")) == "runs: base branch \"main\" is included by \"main\" of \"branches\"");
  CHECK(decided(filters, pull_request("topic")) ==
        "does not run: base branch \"topic\" matches none of \"branches\" (main); required checks of this workflow "
        "stay pending");
}

TEST_CASE("Without types a pull request runs when opened, synchronized or reopened, other events always do") {
  Happening happening = pull_request("main");
  for (const char* event : {"pull_request", "pull_request_target"}) {
    happening.event = event;
    for (const char* activity : {"opened", "synchronize", "reopened"}) {
      happening.activity = activity;
      CHECK(decide(on(event), happening).runs);
    }
    happening.activity = "labeled";
    CHECK(decided(on(event), happening) ==
          "does not run: activity \"labeled\" is none of the default types (opened, synchronize, reopened)");
  }
  happening.event = "issues";
  CHECK(decided(on("issues"), happening) == "runs: no filter of \"issues\" applies");
}

TEST_CASE("Types replace the default ones") {
  TriggerFilters filters = on("pull_request");
  filters.types = {"labeled", "closed"};
  Happening happening = pull_request("main");
  CHECK(decided(filters, happening) == "does not run: activity \"opened\" is none of \"types\" (labeled, closed)");
  happening.activity = "closed";
  CHECK(decide(filters, happening).runs);
  happening.activity.clear();
  CHECK(decide(filters, happening).runs);
}

TEST_CASE("workflow_run follows any of the listed workflows, whatever the conclusion") {
  TriggerFilters filters = on("workflow_run");
  filters.workflows = {"Build", "Test"};
  CHECK(decided(filters, workflow_run("Test", "failure")) ==
        "runs: it follows workflow \"Test\", whose conclusion (failure) plays no part");
  CHECK(decided(filters, workflow_run("Build", "success")) ==
        "runs: it follows workflow \"Build\", whose conclusion (success) plays no part");
  CHECK(decided(filters, workflow_run("Lint", "success")) ==
        "does not run: workflow \"Lint\" is none of \"workflows\" (Build, Test)");
  CHECK(decided(on("workflow_run"), workflow_run("Lint", "")) ==
        "does not run: \"workflows\" names no workflow to follow");
}

TEST_CASE("workflow_run has the types requested, in_progress and completed") {
  TriggerFilters filters = on("workflow_run");
  filters.workflows = {"Test"};
  Happening happening = workflow_run("Test", "");
  for (const char* activity : {"requested", "in_progress", "completed"}) {
    happening.activity = activity;
    CHECK(decided(filters, happening) == "runs: it follows workflow \"Test\"");
  }
  filters.types = {"requested"};
  CHECK(decided(filters, happening) == "does not run: activity \"completed\" is none of \"types\" (requested)");
}

TEST_CASE("workflow_run filters by the head branch of the run that it follows") {
  TriggerFilters filters = on("workflow_run");
  filters.workflows = {"Test"};
  filters.branches = {"releases/**"};
  CHECK(decided(filters, workflow_run("Test", "")) ==
        "does not run: head branch \"main\" matches none of \"branches\" (releases/**)");
  Happening happening = workflow_run("Test", "");
  happening.head_branch = "releases/2";
  CHECK(
      decided(filters, happening) ==
      "runs: it follows workflow \"Test\"; head branch \"releases/2\" is included by \"releases/**\" of \"branches\"");
}

TEST_CASE("A chain of workflow_run ends after three") {
  TriggerFilters filters = on("workflow_run");
  filters.workflows = {"Test"};
  Happening happening = workflow_run("Test", "");
  happening.chained_runs = 3;
  CHECK(decide(filters, happening).runs);
  happening.chained_runs = 4;
  CHECK(decided(filters, happening) ==
        "does not run: this would be run 4 of a chain of workflow_run, and GitHub starts at most 3");
}

TEST_CASE("A workflow that a filter kept back leaves its required checks pending, by type it does not") {
  TriggerFilters filters = on("pull_request");
  filters.paths = {"src/**"};
  CHECK(decide(filters, pull_request("main", List{"docs/a"})).checks_stay_pending);
  CHECK_FALSE(decide(filters, pull_request("main", List{"src/a"})).checks_stay_pending);
  Happening labeled = pull_request("main");
  labeled.activity = "labeled";
  CHECK_FALSE(decide(filters, labeled).checks_stay_pending);
}

TEST_CASE("What a filter looks at and nobody told is assumed to pass, and said") {
  TriggerFilters filters = on_push({"main"}, {}, {"src/**"});
  CHECK(decided(filters, push("")) ==
        "runs (assumed): the pushed ref is not known, assumed to be one that the filters let pass; the changed files "
        "are not known, assumed to pass \"paths\" (git diff --name-only BEFORE..AFTER lists them)");
  filters = on("pull_request");
  filters.branches_ignore = {"x"};
  CHECK(decided(filters, pull_request("")) ==
        "runs (assumed): the base branch is not known, assumed to pass \"branches-ignore\"");
  filters = on("workflow_run");
  filters.workflows = {"Test"};
  CHECK(decided(filters, workflow_run("", "")) ==
        "runs (assumed): the workflow it follows is not known, assumed to be one of \"workflows\"");
  filters = on_push({}, {}, {"src/**"});
  CHECK(decided(filters, push("", List{"docs/a"})) ==
        "does not run: none of the changed files (1) is included by \"paths\" (src/**); required checks of this "
        "workflow stay pending");
}

TEST_CASE("Another event starts nothing, and filters of events that have none are left alone") {
  CHECK(decided(on("push"), pull_request("main")) == "does not run: \"pull_request\" is not \"push\"");
  TriggerFilters filters = on("issues");
  filters.branches = {"main"};
  filters.paths = {"src/**"};
  Happening happening;
  happening.event = "issues";
  CHECK(decided(filters, happening) == "runs: no filter of \"issues\" applies");
}

TEST_CASE("Merge groups are filtered by the branch they go to") {
  TriggerFilters filters = on("merge_group");
  filters.branches = {"main", "a", "b", "c", "d", "e", "f"};
  Happening happening;
  happening.event = "merge_group";
  happening.base_branch = "topic";
  CHECK(decided(filters, happening) ==
        "does not run: base branch \"topic\" matches none of \"branches\" (main, a, b, c, d and 2 more); required "
        "checks of this workflow stay pending");
}

TEST_CASE("What happened is read from a github context") {
  const auto read = [](const std::string& json) { return happening_of(expression::from_json(json).object()); };
  const Happening push = read(
      R"({"event_name": "push", "ref": "refs/heads/main", "event": {"head_commit": {"message": "[skip ci]"},
          "commits": [{}, {}]}})");
  CHECK(push.event == "push");
  CHECK(push.ref == "refs/heads/main");
  CHECK(push.commit_message == "[skip ci]");
  CHECK(push.commits == 2);
  const Happening pull = read(
      R"({"event_name": "pull_request", "event": {"action": "opened", "pull_request": {"base": {"ref": "main"}}}})");
  CHECK(pull.activity == "opened");
  CHECK(pull.base_branch == "main");
  CHECK(read(R"({"base_ref": "dev", "event": {"pull_request": {"base": {"ref": "main"}}}})").base_branch == "dev");
  CHECK(read(R"({"event": {"merge_group": {"base_ref": "refs/heads/main"}}})").base_branch == "main");
  const Happening run = read(
      R"({"event_name": "workflow_run", "event": {"action": "completed", "workflow_run": {"name": "Test",
          "head_branch": "topic", "conclusion": "failure"}}})");
  CHECK(run.workflow == "Test");
  CHECK(run.head_branch == "topic");
  CHECK(run.conclusion == "failure");
  const Happening odd = read(R"({"event_name": 3, "ref": null, "event": {"commits": 1, "pull_request": "x"}})");
  CHECK(odd.event.empty());
  CHECK(odd.base_branch.empty());
  CHECK(odd.commits == 0);
  CHECK(read(R"({"event": []})").activity.empty());
}

}  // namespace dagsim::workflow
