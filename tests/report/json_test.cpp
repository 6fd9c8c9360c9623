#include "report/json.h"

#include <limits>

#include "report/markdown.h"
#include "report/mermaid.h"
#include "tests/catch.h"
#include "tests/report/sample_testing.h"

namespace dagsim::report {

TEST_CASE("Numbers are rounded and shortest, and null when JSON can't hold them") {
  JsonWriter json;
  json.begin_array().number(0.1).number(338.90000000000003).number(-0.0001).number(1e-9).number(100);
  json.number(std::numeric_limits<double>::infinity()).number(std::numeric_limits<double>::quiet_NaN());
  json.number(0.87654, 4).end_array();
  CHECK(json.take() == "[0.1, 338.9, 0, 0, 100, null, null, 0.8765]");
}

TEST_CASE("Strings are escaped, and bytes that are no UTF-8 are replaced") {
  JsonWriter json;
  json.begin_object().key("a\"b").string("\\ \n \t \x01 é \xff \xed\xa0\x80").key("l").strings({"x", "y"}).end_object();
  CHECK(json.take() ==
        "{\"a\\\"b\": \"\\\\ \\n \\t \\u0001 é \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\", "
        "\"l\": [\"x\", \"y\"]}");
}

TEST_CASE("A document is one line") {
  const std::string text = what_if_json(sample_prediction());
  CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("A diagram shows each job once and marks the critical chain") {
  CHECK(mermaid(sample_baseline().baseline) ==
        "flowchart LR\n"
        "  j0[\"changes<br/>8.5s\"]\n"
        "  j1[\"fmt<br/>32s\"]\n"
        "  j2[\"test/prepare<br/>2m31s\"]\n"
        "  j3[\"test/packages<br/>2m00s\"]\n"
        "  j4[\"check-all-features<br/>3m00s\"]\n"
        "  j5[\"clippy<br/>1m10s\"]\n"
        "  j6[\"ci-required<br/>4.0s\"]\n"
        "  j0 --> j1\n"
        "  j0 ==> j2\n"
        "  j0 --> j4\n"
        "  j1 --> j6\n"
        "  j2 ==> j3\n"
        "  j3 ==> j6\n"
        "  j4 --> j5\n"
        "  j5 --> j6\n"
        "  classDef critical fill:#ffd7d5,stroke:#cf222e,stroke-width:3px,color:#1f2328\n"
        "  class j0,j2,j3,j6 critical\n");
}

TEST_CASE("A diagram escapes what Mermaid would take for markup") {
  study::PipelineLine line;
  study::JobLine job;
  job.key = "a\"<b>#";
  job.mean = 1;
  line.jobs.push_back(job);
  CHECK(mermaid(line) == "flowchart LR\n  j0[\"a#quot;#lt;b#gt;#35;<br/>1.0s\"]\n");
}

TEST_CASE("A diagram of many legs draws them as one node") {
  study::PipelineLine line;
  for (int leg = 0; leg < 41; ++leg) {
    study::JobLine job;
    job.key = "test[n=" + std::to_string(leg) + "]";
    job.name = "test (" + std::to_string(leg) + ")";
    job.mean = leg;
    line.jobs.push_back(job);
  }
  line.chains = {{{"test[n=40]"}, 1}};
  CHECK(mermaid(line) ==
        "flowchart LR\n"
        "  j0[\"test<br/>41 legs, up to 40s\"]\n"
        "  classDef critical fill:#ffd7d5,stroke:#cf222e,stroke-width:3px,color:#1f2328\n"
        "  class j0 critical\n");
}

TEST_CASE("Names can't break out of Markdown") {
  CHECK(markdown_escaped("a|b <img> [x](y) *z*\nq") == "a\\|b &lt;img&gt; \\[x\\](y) \\*z\\* q");
  CHECK(markdown_verbatim("```\nx") == "````text\n```\nx\n````\n");
}

}  // namespace dagsim::report
