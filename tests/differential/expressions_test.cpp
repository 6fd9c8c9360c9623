// dagsim expr --batch against @actions/expressions, GitHub's own engine in TypeScript. Where the C# engine, which runs
// the workflows, is known to differ, dagsim follows that: such a difference must vanish when the rules of csharp.mjs
// are switched on in the TypeScript engine, and is counted under the fewest rules that do it.
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "base/file_system.h"
#include "cli/run.h"
#include "expression/json.h"
#include "tests/catch.h"
#include "tests/differential/generator_testing.h"
#include "tests/differential/oracle_testing.h"

namespace dagsim {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> answers(const std::string& questions) {
  const char* arguments[] = {"dagsim", "expr", "--batch"};
  std::istringstream in(questions);
  std::ostringstream out;
  std::ostringstream err;
  REQUIRE(cli::run(3, arguments, in, out, err, cli::Terminal()) == 0);
  REQUIRE(err.str().empty());
  return lines_of(out.str());
}

std::string recorded(const std::string& name) {
  return DiskFileSystem().read(DAGSIM_SOURCE_DIR "/tests/differential/testdata/" + name);
}

std::string question_line(const std::string& expr, const std::string& contexts) {
  return fmt::format("{{\"expr\": {}, \"contexts\": {}}}\n", expression::quoted_json(expr), contexts);
}

/// How often each outcome came: a kind of answer, "same", the rules that explain a difference.
using Counts = std::map<std::string, size_t>;

void print(const std::string& title, const Counts& counts) {
  std::string text = title + ":\n";
  for (const auto& [what, count] : counts) text += fmt::format("{:>9}  {}\n", count, what);
  WARN(text);
}

std::string kind_of(const std::string& answer) {
  const expression::Value value = expression::from_standard_json(answer);
  const expression::Value* error = value.object().find("err");
  const expression::Object& holder = error == nullptr ? value.object() : error->object();
  return holder.find("kind")->string();
}

/// Asks both engines, checks that all differences are explained, and prints by what. \return how many there are of each
/// verdict
Counts compare_engines(const std::string& folder, const std::string& questions) {
  const std::vector<std::string> asked = lines_of(questions);
  const std::vector<std::string> ours = answers(questions);
  REQUIRE(ours.size() == asked.size());
  std::string compared;
  for (size_t i = 0; i < asked.size(); ++i) {
    compared += fmt::format("{}, \"dagsim\": {}}}\n", asked[i].substr(0, asked[i].size() - 1), ours[i]);
  }
  const std::vector<std::string> verdicts = run_script("expressions.mjs", folder, compared);
  REQUIRE(verdicts.size() == asked.size());
  Counts counts;
  std::string unexplained;
  for (const std::string& verdict : verdicts) {
    const bool is_unexplained = verdict.starts_with("unexplained");
    if (is_unexplained && unexplained.size() < 10000) unexplained += verdict + "\n";
    ++counts[is_unexplained ? "unexplained" : verdict];
  }
  print("answers that are the same, and rules of the C# engine that explain the others", counts);
  CHECK(unexplained == "");
  return counts;
}

std::string generated(size_t count, uint64_t seed) {
  QuestionGenerator generator(seed);
  std::string questions;
  for (size_t i = 0; i < count; ++i) {
    const Question question = generator.next();
    questions += question_line(question.expr, question.contexts);
  }
  return questions;
}

}  // namespace

TEST_CASE("Recorded questions are answered as when they were compared with GitHub's engine") {
  const std::vector<std::string> expected = lines_of(recorded("answers.jsonl"));
  const std::string questions = recorded("questions.jsonl");
  const std::vector<std::string> asked = lines_of(questions);
  REQUIRE(asked.size() > 400);
  REQUIRE(expected.size() == asked.size());
  const std::vector<std::string> found = answers(questions);
  for (size_t i = 0; i < asked.size(); ++i) {
    CAPTURE(asked[i]);
    CHECK(found[i] == expected[i]);
  }
}

TEST_CASE("Recorded questions are answered as GitHub's engine answers them", "[.][slow][differential]") {
  const auto folder = oracle_folder("@actions/expressions");
  if (folder) compare_engines(*folder, recorded("questions.jsonl"));
}

TEST_CASE("Generated expressions are answered as GitHub's engine answers them", "[.][slow][differential]") {
  const auto folder = oracle_folder("@actions/expressions");
  if (!folder) return;
  const size_t count = setting("DAGSIM_DIFFERENTIAL_COUNT", 40000);
  const std::string questions = generated(count, setting("DAGSIM_DIFFERENTIAL_SEED", 1));
  Counts counts = compare_engines(*folder, questions);
  CHECK(counts["same"] > count * 8 / 10);
  Counts kinds;
  for (const std::string& answer : answers(questions)) ++kinds[kind_of(answer)];
  print("kinds of answers", kinds);
  for (const char* kind :
       {"Null", "Boolean", "Number", "String", "Array", "Object", "lexing", "parsing", "evaluation"}) {
    CHECK(kinds[kind] > count / 200);
  }
}

TEST_CASE("All pairs of values are compared, searched and indexed as in GitHub's engine", "[.][slow][differential]") {
  const auto folder = oracle_folder("@actions/expressions");
  if (!folder) return;
  const std::vector<std::string> values = {
      "null",     "true",   "false",   "0",        "-0",         "1",        "-1",     "1.9",   "12",       "NaN",
      "Infinity", "1e20",   "''",      "' '",      "'0'",        "'1'",      "' 12 '", "'0xc'", "'1.20e1'", "'true'",
      "'TRUE'",   "'a'",    "'A'",     "'abc'",    "'Infinity'", "'NaN'",    "'ß'",    "'SS'",  "'σ'",      "'ς'",
      "x.list",   "x.none", "x.other", "x.object", "x.empty",    "x.list.*", "x.*",    "x.*.a", "x.missing"};
  const std::string contexts =
      R"({"x": {"list": [1, "a", null, true], "none": [], "other": [1, "a"], "object": {"a": [1], "1": "one", "": 0},)"
      R"( "empty": {}}})";
  const std::vector<std::string> patterns = {
      "{0} == {1}",         "{0} != {1}",     "{0} < {1}",  "{0} <= {1}",           "{0} > {1}",
      "{0} >= {1}",         "{0} && {1}",     "{0} || {1}", "contains({0}, {1})",   "startsWith({0}, {1})",
      "endsWith({0}, {1})", "join({0}, {1})", "({0})[{1}]", "case(!{0}, {1}, {0})", "format('{{0}}{{1}}', {0}, {1})"};
  std::string questions;
  for (const std::string& a : values) {
    for (const std::string& b : values) {
      for (const std::string& pattern : patterns) {
        questions += question_line(fmt::format(fmt::runtime(pattern), a, b), contexts);
      }
    }
  }
  compare_engines(*folder, questions);
}

}  // namespace dagsim
