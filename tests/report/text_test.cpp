#include "report/text.h"

#include "base/text.h"
#include "report/check.h"
#include "report/layout.h"
#include "report/table.h"
#include "report/words.h"
#include "tests/catch.h"
#include "tests/report/sample_testing.h"

namespace dagsim::report {

TEST_CASE("No line of a report is wider than the terminal, diagnostics apart") {
  study::Prediction prediction = sample_prediction();
  prediction.edits[2].diagnostics = {};
  for (const unsigned width : {72U, 80U, 100U, 120U, 160U, 240U}) {
    const std::string text = text_report(prediction, {.width = width, .color = false});
    for (const std::string_view line : split(text, '\n')) {
      INFO(width << ": " << line);
      CHECK(display_width(line) <= width);
      CHECK_FALSE(line.ends_with(' '));
    }
  }
}

TEST_CASE("Colours change nothing but escapes") {
  std::string colored = text_report(sample_prediction(), {.width = 80, .color = true});
  CHECK(colored.find("\x1b[32m") != std::string::npos);
  std::string plain;
  for (size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') {
      i = colored.find('m', i);
    } else {
      plain += colored[i];
    }
  }
  study::Prediction without = sample_prediction();
  CHECK(plain == text_report(without, {.width = 80, .color = false}));
}

TEST_CASE("The headline says when nothing helps") {
  study::Prediction prediction = sample_prediction();
  prediction.edits.erase(prediction.edits.begin());
  CHECK(headline(prediction) ==
        "No edit is faster beyond noise; the nearest is drop-check-all-features, -0.4s on average "
        "(-1.3s to +0.3s). 1 edit is illegal.");
  prediction.edits.erase(prediction.edits.begin());
  CHECK(headline(prediction) == "No edit could be predicted; each is illegal for the reasons below.");
  prediction = sample_prediction();
  prediction.edits.front().verdict = study::Verdict::Slower;
  CHECK(headline(prediction).starts_with("No edit makes it faster; the least costly is remove-prepare, "));
}

TEST_CASE("A prediction with nothing in it still makes a report") {
  const std::string text = text_report({}, {});
  CHECK(text.find("no past run: every duration is assumed") != std::string::npos);
  CHECK(text.find("no measured wall clock to compare with") != std::string::npos);
}

TEST_CASE("Shares are never rounded up to all or down to none") {
  CHECK(percent(0) == "0 %");
  CHECK(percent(0.0004) == "under 0.1 %");
  CHECK(percent(0.004) == "0.4 %");
  CHECK(percent(0.874) == "87 %");
  CHECK(percent(0.9961) == "over 99 %");
  CHECK(percent(1) == "100 %");
  CHECK(percent_change(-0.0112) == "-1.1 %");
  CHECK(percent_change(0.118) == "+12 %");
  CHECK(percent_change(0) == "0 %");
}

TEST_CASE("Widths count columns, not bytes") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("größe") == 5);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("🚀") == 2);
  CHECK(display_width("\xff\xfe") == 2);
  CHECK(cut("größer", 4) == "grö…");
  CHECK(cut("日本語", 4) == "日…");
  CHECK(cut("abc", 3) == "abc");
  CHECK(cut("abc", 0).empty());
}

TEST_CASE("Words are wrapped, long words stay whole") {
  CHECK(wrap("a bb ccc dddddddd e", 6) == std::vector<std::string>{"a bb", "ccc", "dddddddd", "e"});
  CHECK(wrap("", 6) == std::vector<std::string>{""});
}

TEST_CASE("A number stays with its unit") {
  CHECK(wrap("a range (80 %) it", 11) == std::vector<std::string>{"a range", "(80 %) it"});
  CHECK(wrap("takes 1 to 60 s: no", 13) == std::vector<std::string>{"takes 1 to", "60 s: no"});
  CHECK(wrap("takes 10 steps", 9) == std::vector<std::string>{"takes 10", "steps"});
}

TEST_CASE("An edit repeats no assumption of the baseline, and long lists are cut") {
  study::Prediction prediction = sample_prediction();
  prediction.assumptions.clear();
  for (int i = 0; i < 20; ++i) prediction.assumptions.push_back("shared " + std::to_string(i) + ".");
  prediction.edits.front().assumptions = prediction.assumptions;
  for (int i = 0; i < 9; ++i) prediction.edits.front().assumptions.push_back("own " + std::to_string(i) + ".");
  const std::string text = text_report(prediction, {});
  CHECK(text.find("Assumes          own 0.") != std::string::npos);
  CHECK(text.find("own 5.") == std::string::npos);
  CHECK(text.find("  4 more, all in --format json\n") != std::string::npos);
  CHECK(text.find("  - shared 7.\n  - 12 more, all in --format markdown and json\n") != std::string::npos);
}

TEST_CASE("A table aligns its columns and cuts only the one that gives way") {
  Table table({{"job", Align::Left, 1}, {"mean", Align::Right, 0}});
  table.add({{"größe-of-everything"}, {"1m02s"}});
  table.add({{"日本"}, {"9s"}});
  CHECK(table.lines(80, false) == std::vector<std::string>{"job                   mean", "größe-of-everything  1m02s",
                                                           "日本                    9s"});
  CHECK(table.lines(18, false) ==
        std::vector<std::string>{"job           mean", "größe-of-e…  1m02s", "日本            9s"});
}

TEST_CASE("A check fails on findings that are errors though the time is fine") {
  study::CheckResult result = sample_check();
  result.failed = false;
  CHECK_FALSE(check_fails(result));
  CHECK(check_text(result, {}).starts_with("Passed: wall clock 5m39s -> 6m09s at the median, +31s on average"));
  result.findings.front().severity = Severity::Error;
  CHECK(check_fails(result));
}

}  // namespace dagsim::report
