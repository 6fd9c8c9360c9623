#include "tests/catch.h"
#include "tests/cli/cli_testing.h"

namespace dagsim::cli {

TEST_CASE("A line of JSON is answered by one line, read as paths or as paths-ignore") {
  const std::string lines =
      R"({"patterns": ["*.md", "!README.md"], "inputs": ["hello.md"]}
{"patterns": ["*.md", "!README.md"], "inputs": ["README.md"], "comment": "others are left alone"}
{"patterns": ["path/a", "path/b"], "inputs": ["meta", "path/b"]}

{"patterns": [], "inputs": []}
{"patterns": "*", "inputs": "path/with/slash"}
{"patterns": null, "inputs": ["a"]}
{"patterns": ["\u00e9?\n"], "inputs": ["é\n"]})";
  const Outcome skip = call({"match", "--mode", "skip"}, lines);
  CHECK(skip.out == "false\ntrue\nfalse\nfalse\ntrue\nfalse\nfalse\n");
  CHECK(skip.err.empty());
  CHECK(skip.status == 0);
  const Outcome filter = call({"match", "--mode", "filter"}, lines);
  CHECK(filter.out == "true\ntrue\nfalse\nfalse\nfalse\nfalse\ntrue\n");
  CHECK(filter.status == 0);
  CHECK(call({"match", "--mode", "skip"}, "").out.empty());
}

TEST_CASE("A wrong line is answered by null and explained with its number, the others are answered") {
  const Outcome outcome = call({"match", "--mode", "skip"},
                               R"({"patterns": ["a"], "inputs": ["b"]}
{"patterns": ["a"], "inputs": [

{"inputs": ["a"]}
{"patterns": {}, "inputs": ["a"]}
{"patterns": ["a", 1], "inputs": ["a"]}
[]
{"patterns": ["ok", "v[9-0]+"], "inputs": ["a"]}
{"patterns": ["a"], "inputs": ["a"]}
)");
  CHECK(outcome.out == "true\nnull\nnull\nnull\nnull\nnull\nnull\nfalse\n");
  CHECK(outcome.err ==
        "<stdin>:2: error: expected a value, found the end at line 1, column 32 of the JSON [bad-line]\n"
        "<stdin>:4: error: no \"patterns\", expected an object with \"patterns\" and \"inputs\" [bad-line]\n"
        "<stdin>:5: error: \"patterns\" is no list, expected a list of strings [bad-line]\n"
        "<stdin>:6: error: item 2 of \"patterns\" is no string, expected a list of strings [bad-line]\n"
        "<stdin>:7: error: no object, expected one with \"patterns\" and \"inputs\" [bad-line]\n"
        "<stdin>:8: error: pattern \"v[9-0]+\", byte 3: bad range \"9-0\", expected a-z, A-Z, 0-9 or a part of one of "
        "these [bad-line]\n");
  CHECK(outcome.status == 2);
}

TEST_CASE("Names on the command line are explained, each with the pattern that decided") {
  const Outcome skip = call({"match", "--mode", "skip", "--pattern", "docs/**", "--pattern", "!docs/*.md", "docs/a.txt",
                             "docs/b.md", "src/main.cpp"});
  CHECK(skip.out ==
        "docs/a.txt    included by \"docs/**\"\n"
        "docs/b.md     excluded by \"!docs/*.md\"\n"
        "src/main.cpp  matched by no pattern\n"
        "runs: 1 of 3 included\n");
  CHECK(skip.err.empty());
  CHECK(skip.status == 0);
  const Outcome filter =
      call({"match", "--mode", "filter", "--pattern", "**.md", "--pattern", "!docs/**", "é.md", "src/a", "docs/a"});
  CHECK(filter.out ==
        "é.md    ignored by \"**.md\"\n"
        "src/a   ignored by \"!docs/**\", whose rest it does not match\n"
        "docs/a  not ignored\n"
        "runs: 1 of 3 not ignored\n");
  CHECK(call({"match", "--mode", "filter", "--pattern", "a", "a"}).out ==
        "a  ignored by \"a\"\nskipped: 0 of 1 not ignored\n");
}

TEST_CASE("Brackets on the command line are taken letter by letter") {
  CHECK(call({"match", "--mode", "skip", "--pattern", "[ab]", "[a,b]", "b"}).out ==
        "[a,b]  matched by no pattern\nb      included by \"[ab]\"\nruns: 1 of 2 included\n");
}

TEST_CASE("The explanation comes as JSON too") {
  CHECK(call({"match", "--mode", "skip", "--format", "json", "--pattern", "a", "--pattern", "!b", "a", "b", "c"}).out ==
        "{\"schema\": \"dagsim.match/1\", \"mode\": \"skip\", \"skipped\": false, \"inputs\": [{\"input\": \"a\", "
        "\"outcome\": \"included\", \"pattern\": \"a\"}, {\"input\": \"b\", \"outcome\": \"excluded\", \"pattern\": "
        "\"!b\"}, {\"input\": \"c\", \"outcome\": \"unmatched\", \"pattern\": null}]}\n");
}

TEST_CASE("A malformed pattern on the command line is shown with a caret") {
  const Outcome outcome = call({"match", "--mode", "skip", "--pattern", "a[b", "--pattern", "**+", "a"});
  CHECK(outcome.out.empty());
  CHECK(
      outcome.err ==
      "--pattern:1:2: error: \"[\" has no \"]\" [bad-filter]\n"
      " 1 | a[b\n"
      "   |  ^~\n"
      "--pattern:1:3: error: \"+\" has nothing to quantify, expected a character, \"]\" or an escaped character before "
      "it [bad-filter]\n"
      " 1 | **+\n"
      "   |   ^\n");
  CHECK(outcome.status == 2);
}

TEST_CASE("What match can't do without is asked for") {
  check_usage_error({"match"}, "match needs --mode: skip (branches, tags, paths) or filter (their -ignore twins)");
  check_usage_error({"match", "--mode", "skipp"},
                    "--mode is \"skipp\", expected skip or filter; did you mean \"skip\"?");
  check_usage_error({"match", "--mode", "skip", "a"}, "match needs --pattern for the names on the command line");
  check_usage_error({"match", "--mode", "skip", "--pattern", "a"},
                    "match needs names for the patterns on the command line");
  check_usage_error({"match", "--mode", "skip", "--patern", "a"},
                    "unknown option \"--patern\"; did you mean \"--pattern\"?");
  check_usage_error({"match", "--mode", "skip", "--format", "xml", "--pattern", "a", "a"},
                    "--format is \"xml\", expected text or json");
}

TEST_CASE("The help of match teaches both modes, the patterns and three ways to ask") {
  const Outcome help = call({"match", "--help"});
  CHECK(help.status == 0);
  CHECK(help.err.empty());
  CHECK(help.out.starts_with(R"(Tell whether filter patterns keep a workflow from running, and which pattern
decides.

--mode skip reads the patterns as branches, tags or paths: the workflow is
skipped when no name is included. The last pattern that matches a name decides
on it; one with ! in front excludes it.
--mode filter reads them as branches-ignore, tags-ignore or paths-ignore: the
workflow is skipped when every name is ignored. A name is ignored when any
pattern matches it, or when a pattern with ! in front does not.
Without patterns nothing is skipped.

With --pattern, names follow on the command line and each is explained. Without,
JSON lines come from the standard input and each is answered by one line: true
(skipped), false, or null for a line that is wrong, which is explained on the
error stream and makes the exit status 2. Empty lines get no answer.

)"));
  CHECK(help.out.find(R"(With names: dagsim match --mode MODE --pattern PATTERN ... NAME ...

Patterns cover the whole name and mind its case:
  *     any characters but /       **    any characters
  **/   any folders, or none       [a-z] one character of a class
  x?    x or nothing               x+    x once or more often
  \x    x itself, such as \!       !     in front: exclude

Examples:
  dagsim match --mode skip --pattern 'docs/**' --pattern '!docs/*.md' docs/a.md src/b.c
      which files make a workflow with these paths run
  echo '{"patterns": ["v[0-9]+"], "inputs": ["v12"]}' | dagsim match --mode skip
      the same for a tool; prints false
  git diff --name-only main...HEAD | xargs -d '\n' dagsim match --mode filter --pattern '**.md'
      whether a pull request that edits these files is ignored
)") != std::string::npos);
}

}  // namespace dagsim::cli
