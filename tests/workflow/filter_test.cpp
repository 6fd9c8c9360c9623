#include "workflow/filter.h"

#include <cstdint>

#include <fmt/format.h>

#include "tests/catch.h"

namespace dagsim::workflow {
namespace {

using List = std::vector<std::string>;

/// "skip" and "filter", or what else holds, of a list read both ways.
std::string read_both_ways(const List& patterns, const List& names) {
  const Filter filter(patterns);
  for (const FilterPattern& pattern : filter.patterns()) {
    INFO(pattern.text());
    CHECK(pattern.faults().empty());
  }
  const std::string include = filter.includes_none(names) ? "skipped" : "runs";
  const std::string ignore = filter.ignores_all(names) ? "skipped" : "runs";
  return include + " as paths, " + ignore + " as paths-ignore";
}

struct Sheet {
  List patterns;
  List matching;
  List others;
};

void check_sheet(const std::vector<Sheet>& sheet) {
  for (const Sheet& row : sheet) {
    const Filter filter(row.patterns);
    for (const std::string& name : row.matching) {
      INFO(row.patterns.front() << " on " << name);
      CHECK(filter.includes(name));
      CHECK(read_both_ways(row.patterns, {name}) == "runs as paths, skipped as paths-ignore");
    }
    for (const std::string& name : row.others) {
      INFO(row.patterns.front() << " on " << name);
      CHECK_FALSE(filter.includes(name));
    }
  }
}

std::string faults_of(std::string_view text_of_pattern) {
  const FilterPattern pattern(text_of_pattern);
  std::string text;
  for (const TextFault& fault : pattern.faults()) {
    text += fmt::format("{}-{}: {}\n", fault.begin + 1, fault.end, fault.message);
  }
  return text;
}

}  // namespace

TEST_CASE("Branches and tags of GitHub's cheat sheet are matched") {
  check_sheet({
      {{"feature/*"}, {"feature/my-branch", "feature/your-branch"}, {"feature/a/b", "feature", "my-feature/x"}},
      {{"feature/**"},
       {"feature/beta-a/my-branch", "feature/your-branch", "feature/mona/the/octocat"},
       {"feature", "features/x"}},
      {{"main"}, {"main"}, {"Main", "main2", "x/main", ""}},
      {{"releases/mona-the-octocat"}, {"releases/mona-the-octocat"}, {"releases/mona-the-octocats"}},
      {{"*"}, {"main", "releases"}, {"all/the/branches"}},
      {{"**"}, {"all/the/branches", "every/tag", "main"}, {}},
      {{"*feature"}, {"mona-feature", "feature", "ver-10-feature"}, {"feature-1", "a/feature"}},
      {{"v2*"}, {"v2", "v2.0", "v2.9"}, {"v1", "v2/x", "xv2"}},
      {{"v[12].[0-9]+.[0-9]+"}, {"v1.10.1", "v2.0.0"}, {"v3.0.0", "v1.x.0", "v1.0", "v1.0.", "v1.0.0-rc"}},
  });
}

TEST_CASE("Paths of GitHub's cheat sheet are matched") {
  check_sheet({
      {{"*"}, {"README.md", "server.rb"}, {"docs/README.md"}},
      {{"*.jsx?"}, {"page.js", "page.jsx"}, {"page.jsxx", "page.j", "src/page.js"}},
      {{"**"}, {"all/the/files.md"}, {}},
      {{"*.js"}, {"app.js", "index.js"}, {"src/app.js", "app.ts", "appxjs"}},
      {{"**.js"}, {"index.js", "js/index.js", "src/js/app.js"}, {"index.jsx"}},
      {{"docs/*"}, {"docs/README.md", "docs/file.txt"}, {"docs/a/file.txt", "docs"}},
      {{"docs/**"}, {"docs/README.md", "docs/mona/octocat.txt"}, {"docs", "src/docs/x"}},
      {{"docs/**/*.md"},
       {"docs/README.md", "docs/mona/hello-world.md", "docs/a/markdown/file.md"},
       {"docs/a.txt", "doc/a.md", "docs.md"}},
      {{"**/docs/**"}, {"docs/hello.md", "dir/docs/my-file.txt", "space/docs/plan/space.doc"}, {"mydocs/x", "docs"}},
      {{"**/README.md"}, {"README.md", "js/README.md", "a/b/README.md"}, {"xREADME.md", "README.mdx"}},
      {{"**/*src/**"}, {"a/src/app.js", "my-src/code/js/app.js", "src/x"}, {"srcs/x", "a/src"}},
      {{"**/*-post.md"}, {"my-post.md", "path/their-post.md"}, {"post.md"}},
      {{"**/migrate-*.sql"}, {"migrate-10909.sql", "db/migrate-v1.0.sql", "db/sept/migrate-v1.sql"}, {"migrate.sql"}},
      {{"*.md", "!README.md"}, {"hello.md"}, {"README.md", "docs/hello.md"}},
      {{"*.md", "!README.md", "README*"}, {"hello.md", "README.md", "README.doc"}, {"a.doc"}},
      {{"[CB]at"}, {"Cat", "Bat"}, {"cat", "CBat", "at"}},
      {{"[1-2]00"}, {"100", "200"}, {"300", "00"}},
  });
}

TEST_CASE("A list is read in two ways: included by the last match, or ignored by any") {
  const auto both = [](const List& patterns, const List& names) { return read_both_ways(patterns, names); };
  const std::string silent_twice = "skipped as paths, skipped as paths-ignore";
  const std::string never_silent = "runs as paths, runs as paths-ignore";
  const std::string silent_as_paths = "skipped as paths, runs as paths-ignore";
  const std::string silent_as_ignore = "runs as paths, skipped as paths-ignore";
  const List abc = {"path/a", "path/b", "path/c"};
  CHECK(both({}, {}) == never_silent);
  CHECK(both({}, {"a"}) == never_silent);
  CHECK(both({"a"}, {}) == silent_twice);
  CHECK(both({"*"}, {"path/with/slash"}) == silent_as_paths);
  CHECK(both(abc, {"meta", "path/b", "otherfile"}) == never_silent);
  CHECK(both(abc, {"path/b"}) == silent_as_ignore);
  CHECK(both(abc, {"path/c", "path/b", "path/a"}) == silent_as_ignore);
  CHECK(both(abc, {"path/c", "path/b", "path/d", "path/a"}) == never_silent);
  CHECK(both(abc, {"path/d"}) == silent_as_paths);
  CHECK(both({"*.md", "!README.md"}, {"hello.md"}) == silent_as_ignore);
  CHECK(both({"*.md", "!README.md"}, {"README.md"}) == silent_twice);
  CHECK(both({"*.md", "!README.md"}, {"docs/hello.md"}) == silent_twice);
  CHECK(both({"*.md", "!README.md", "README*"}, {"README.md"}) == silent_as_ignore);
  CHECK(both({"!README.md", "*.md"}, {"README.md"}) == silent_as_ignore);
  CHECK(both({"!a"}, {"b"}) == silent_twice);
  CHECK(both({"!a"}, {"a"}) == silent_as_paths);
  CHECK(both({"**", "!a", "!b"}, {"a", "b"}) == silent_twice);
  CHECK(both({"**", "!a", "!b"}, {"a", "c"}) == silent_as_ignore);
}

TEST_CASE("Signs stand for themselves where they can mean nothing") {
  check_sheet({
      {{"\\!file"}, {"!file"}, {"file", "\\!file"}},
      {{"a!b"}, {"a!b"}, {}},
      {{"!a", "\\!a"}, {"!a"}, {"a"}},
      {{"escape\\\\backslash"}, {"escape\\backslash"}, {"escape\\\\backslash"}},
      {{".yml"}, {".yml"}, {"fyml"}},
      {{"?x"}, {"?x"}, {"x"}},
      {{"+x"}, {"+x"}, {"x"}},
      {{"\\*\\?\\+\\[\\a"}, {"*?+[a"}, {"x?+[a"}},
      {{"(a|b){2}^$]"}, {"(a|b){2}^$]"}, {"a", "aa"}},
      {{"a b"}, {"a b"}, {"ab"}},
  });
  CHECK(FilterPattern("!?x").matches("?x"));
  CHECK(FilterPattern("!").matches(""));
  CHECK(FilterPattern("").matches(""));
  CHECK_FALSE(FilterPattern("").matches("a"));
}

TEST_CASE("Quantifiers bind to one character, class or escaped character") {
  check_sheet({
      {{"ab+"}, {"ab", "abbb"}, {"a", "abab"}},
      {{"ab?c"}, {"ac", "abc"}, {"abbc"}},
      {{"[ab]+c"}, {"ac", "abbac"}, {"c"}},
      {{"[ab]?c"}, {"c", "bc"}, {"abc"}},
      {{"\\*+"}, {"*", "***"}, {"", "a"}},
      {{"a/+b"}, {"a/b", "a//b"}, {"ab"}},
      {{"é+x?"}, {"é", "ééx"}, {"x", "\xC3"}},
      {{"a+?"}, {"a", "aa"}, {""}},
      {{"a??"}, {"a", ""}, {"aa"}},
      {{"*?.md"}, {"a.md", ".md"}, {"a/b.md"}},
      {{"**?x"}, {"a/x", "x"}, {"y"}},
      {{"**/?x"}, {"a/x", "x"}, {"ax"}},
  });
}

TEST_CASE("Two stars and a slash stand for whole folders") {
  check_sheet({
      {{"**/x"}, {"x", "a/x", "a/b/x", "a//x", "//x"}, {"ax", "/x", "x/", "a/bx"}},
      {{"a/**/b"}, {"a/b", "a/x/b", "a/x/y/b"}, {"ab", "a/xb"}},
      {{"a**/b"}, {"ab", "axx/b", "a/x/b"}, {"axb", "a/b"}},
      {{"**/"}, {"", "a/", "a/b/"}, {"a", "/"}},
      {{"**/**/x"}, {"x", "a/x", "a/b/x"}, {"ax"}},
      {{"***"}, {"", "a/b"}, {}},
      {{"***/x"}, {"a/x", "/x", "a/b/x"}, {"x"}},
      {{"a*b*c"}, {"abc", "axbxbxc"}, {"ab", "abc/c"}},
  });
}

TEST_CASE("Classes hold letters, digits, ranges of them and what lies between Z and a") {
  check_sheet({
      {{"[a-cX-Z0-2_]"}, {"a", "b", "c", "X", "Y", "0", "2", "_"}, {"d", "W", "3", "-", "ab", ""}},
      {{"[A-z]"}, {"A", "q", "_", "\\", "["}, {"0", "@", "{"}},
      {{"[^a]"}, {"^", "a"}, {"b"}},
      {{"[a-a]"}, {"a"}, {"b"}},
      {{"[aa]b]"}, {"ab]"}, {"ab"}},
  });
}

TEST_CASE("What is wrong with a pattern is said with the bytes that are") {
  CHECK(faults_of("a[") == "2-2: \"[\" has no \"]\"\n");
  CHECK(faults_of("a[bc") == "2-4: \"[\" has no \"]\"\n");
  CHECK(faults_of("[]") == "1-2: empty brackets \"[]\", expected a character or a range between them\n");
  CHECK(faults_of("x[]a]") == "2-3: empty brackets \"[]\", expected a character or a range between them\n");
  CHECK(faults_of("[a.b]") == "3-3: \".\" can't stand between brackets, expected letters, digits and ranges of them\n");
  CHECK(faults_of("[é]") == "2-3: \"é\" can't stand between brackets, expected letters, digits and ranges of them\n");
  CHECK(faults_of("[z-a]") == "2-4: bad range \"z-a\", expected a-z, A-Z, 0-9 or a part of one of these\n");
  CHECK(faults_of("[0-z]") == "2-4: bad range \"0-z\", expected a-z, A-Z, 0-9 or a part of one of these\n");
  CHECK(faults_of("[a-]") == "2-3: bad range \"a-\", expected a-z, A-Z, 0-9 or a part of one of these\n");
  CHECK(faults_of("[-a]") == "2-2: \"-\" can't stand between brackets, expected letters, digits and ranges of them\n");
  CHECK(faults_of("[a-é]") == "2-5: bad range \"a-é\", expected a-z, A-Z, 0-9 or a part of one of these\n");
  CHECK(faults_of("ab\\") == "3-3: \"\\\" has nothing to escape, expected a character after it\n");
  CHECK(faults_of("!a++") ==
        "4-4: \"+\" has nothing to quantify, expected a character, \"]\" or an escaped character before it\n");
  for (const char* pattern : {"*+", "**+", "**/+", "a?+", "a+?+", "a???", "a+??"}) {
    INFO(pattern);
    CHECK(FilterPattern(pattern).faults().size() == 1);
    CHECK_FALSE(FilterPattern(pattern).matches("a"));
  }
  CHECK(faults_of("[z-a][]+\\") ==
        "2-4: bad range \"z-a\", expected a-z, A-Z, 0-9 or a part of one of these\n"
        "6-7: empty brackets \"[]\", expected a character or a range between them\n"
        "9-9: \"\\\" has nothing to escape, expected a character after it\n");
  CHECK(faults_of(std::string(4097, 'a')) == "1-4097: pattern has 4097 bytes, expected at most 4096\n");
}

TEST_CASE("A pattern with faults decides nothing") {
  const List patterns = {"a", "![", "["};
  const Filter filter(patterns);
  CHECK(filter.includes("a"));
  CHECK(filter.ignoring("b") == nullptr);
  CHECK(FilterPattern("[").example().empty());
}

TEST_CASE("One character is one code point, and bytes that are none are characters of their own") {
  CHECK(FilterPattern("é?").matches(""));
  CHECK(FilterPattern("a\xFF?b").matches("ab"));
  CHECK(
      FilterPattern("a\xFF+b").matches("a\xFF\xFF"
                                       "b"));
  CHECK_FALSE(FilterPattern("\xC3").matches("é"));
  CHECK(FilterPattern("*").matches("\xED\xA0\x80\xF5\n"));
  CHECK(FilterPattern("日本/**").matches("日本/語.md"));
  CHECK(FilterPattern("e\xCC\x81").matches("e\xCC\x81"));
  CHECK_FALSE(FilterPattern("é").matches("e\xCC\x81"));
}

TEST_CASE("The deciding pattern is the last that matches, the ignoring one the first") {
  const List patterns = {"**", "!docs/**", "docs/*.md"};
  const Filter filter(patterns);
  CHECK(filter.deciding("src/a")->text() == "**");
  CHECK(filter.deciding("docs/a")->text() == "!docs/**");
  CHECK(filter.deciding("docs/a.md")->text() == "docs/*.md");
  CHECK(filter.ignoring("docs/a.md")->text() == "**");
  const List one = {"!docs/**"};
  CHECK(Filter(one).deciding("src/a") == nullptr);
  CHECK(Filter(one).ignoring("src/a")->text() == "!docs/**");
}

TEST_CASE("An example of a pattern is a short name that it covers") {
  const auto example = [](const char* pattern) { return FilterPattern(pattern).example(); };
  CHECK(example("release/**") == "release/1");
  CHECK(example("v[0-9]+.[0-9]+") == "v0.0");
  CHECK(example("**/x?.md") == "x.md");
  CHECK(example("***") == "1");
  CHECK(example("!é*") == "é1");
}

TEST_CASE("Patterns made to be slow are not") {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "**a";
  CHECK_FALSE(FilterPattern(many).matches(std::string(100'000, 'a') + "b"));
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "**/a?";
  CHECK_FALSE(FilterPattern(nested).matches(std::string(10'000, '/') + "b"));
}

}  // namespace dagsim::workflow
