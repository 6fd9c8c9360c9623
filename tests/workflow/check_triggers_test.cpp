#include "workflow/check_triggers.h"

#include "tests/catch.h"

namespace dagsim::workflow {
namespace {

/// The findings about `on` of a workflow, as a terminal shows them.
std::string checked(const std::string& on) {
  const std::string text = on + "jobs: {a: {runs-on: x, steps: [{run: make}]}}\n";
  const auto file = std::make_shared<const SourceFile>("ci.yml", text);
  Diagnostics parsing;
  const std::optional<Document> document = parse_workflow(file, parsing);
  REQUIRE(document);
  Diagnostics diagnostics;
  check_triggers(document->triggers, diagnostics);
  return render(diagnostics);
}

}  // namespace

TEST_CASE("Faults of patterns and schedules are reported at their bytes of the file") {
  CHECK(checked("on:\n"
                "  push:\n"
                "    branches: [main, 'v[9-0]']\n"
                "    tags-ignore: \"a++\"\n"
                "    paths:\n"
                "      - src/[\n"
                "  schedule:\n"
                "    - cron: '61 * * * *'\n"
                "    - cron: \"*/2 5 * * *\"\n"
                "      timezone: Europe/Berlin\n") ==
        "ci.yml:3:25: warning: pattern \"v[9-0]\" matches nothing: bad range \"9-0\", expected a-z, A-Z, 0-9 or a part "
        "of "
        "one of these [bad-filter]\n"
        " 3 |     branches: [main, 'v[9-0]']\n"
        "   |                         ^~~\n"
        "ci.yml:4:21: warning: pattern \"a++\" matches nothing: \"+\" has nothing to quantify, expected a character, "
        "\"]\" "
        "or an escaped character before it [bad-filter]\n"
        " 4 |     tags-ignore: \"a++\"\n"
        "   |                     ^\n"
        "ci.yml:6:13: warning: pattern \"src/[\" matches nothing: \"[\" has no \"]\" [bad-filter]\n"
        " 6 |       - src/[\n"
        "   |             ^\n"
        "ci.yml:8:14: error: minute \"61\", expected 0-59 [bad-schedule]\n"
        " 8 |     - cron: '61 * * * *'\n"
        "   |              ^~\n"
        "ci.yml:9:14: warning: minute \"*/2\" asks for runs 2 minutes apart, but GitHub starts them at most every 5 "
        "minutes [frequent-schedule]\n"
        " 9 |     - cron: \"*/2 5 * * *\"\n"
        "   |              ^~~\n");
}

TEST_CASE("A filter of exclusions alone lets nothing pass, as an ignoring one it is fine") {
  CHECK(checked("on: {push: {paths: ['!docs/**', '!**.md']}}\n") ==
        "ci.yml:1:21: warning: every pattern of \"paths\" begins with \"!\", so nothing passes; expected one that "
        "includes [filter-excludes-all]\n"
        " 1 | on: {push: {paths: ['!docs/**', '!**.md']}}\n"
        "   |                     ^~~~~~~~~~\n");
  CHECK(checked("on: {push: {paths: ['**', '!**.md'], branches-ignore: ['!main']}, schedule: [{cron: '0 5 * * 1'}]}\n")
            .empty());
}

TEST_CASE("A manual start takes 25 inputs, as many as GitHub shows, a call any number") {
  const auto inputs = [](const std::string& event, int count) {
    std::string text = "on:\n  " + event + ":\n    inputs:\n";
    for (int i = 1; i <= count; ++i) text += "      i" + std::to_string(i) + ": {type: string}\n";
    return checked(text);
  };
  CHECK(inputs("workflow_dispatch", 25).empty());
  CHECK(inputs("workflow_call", 26).empty());
  CHECK(inputs("workflow_dispatch", 26) ==
        "ci.yml:29:7: error: \"workflow_dispatch\" has 26 inputs, expected at most 25 [too-many-inputs]\n"
        " 29 |       i26: {type: string}\n"
        "    |       ^~~\n");
}

}  // namespace dagsim::workflow
