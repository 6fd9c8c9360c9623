#include "report/check.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/text.h"
#include "tests/catch.h"
#include "tests/report/golden_testing.h"
#include "tests/report/sample_testing.h"

namespace dagsim::report {

namespace {

#define CHECK_GOLDEN(name, expression)     \
  do {                                     \
    const std::string actual = expression; \
    CHECK(actual == golden(name, actual)); \
  } while (false)

}  // namespace

TEST_CASE("A what-if on 80 columns has the answer, the baseline, the ranking and the reasons") {
  CHECK_GOLDEN("what-if-80.txt", text_report(sample_prediction(), {.width = 80, .color = false}));
}

TEST_CASE("A what-if on 160 columns shows more columns") {
  CHECK_GOLDEN("what-if-160.txt", text_report(sample_prediction(), {.width = 160, .color = false}));
}

TEST_CASE("A simulation on 80 columns ranks jobs by what there is to win") {
  CHECK_GOLDEN("simulate-80.txt", text_report(sample_baseline(), {.width = 80, .color = false}));
}

TEST_CASE("A simulation on 160 columns names the jobs too") {
  CHECK_GOLDEN("simulate-160.txt", text_report(sample_baseline(), {.width = 160, .color = false}));
}

TEST_CASE("A what-if as Markdown folds all but the answer, the table and the picture") {
  CHECK_GOLDEN("what-if.md", markdown_report(sample_prediction(), "dagsim what-if remove-prepare.yaml"));
}

TEST_CASE("A simulation as Markdown has the picture and folded jobs") {
  CHECK_GOLDEN("simulate.md", markdown_report(sample_baseline(), ""));
}

TEST_CASE("A what-if as JSON keeps to its schema") {
  CHECK_GOLDEN("what-if.json", what_if_json(sample_prediction()));
}

TEST_CASE("A simulation as JSON is the baseline alone") {
  CHECK_GOLDEN("simulate.json", simulate_json(sample_baseline()));
}

TEST_CASE("A failed check says by how much in every format") {
  CHECK_GOLDEN("check-80.txt", check_text(sample_check(), {.width = 80, .color = false}));
  CHECK_GOLDEN("check.md", check_markdown(sample_check(), "dagsim check --base a --head b"));
  CHECK_GOLDEN("check.json", check_json(sample_check()));
}

}  // namespace dagsim::report
