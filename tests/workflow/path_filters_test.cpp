#include "workflow/path_filters.h"

#include "tests/catch.h"
#include "tests/workflow/workflow_testing.h"
#include "workflow/load.h"

namespace dagsim::workflow {
namespace {

TEST_CASE("A star stays within a folder, two stars go through folders") {
  CHECK(glob_means("*.md", "README.md"));
  CHECK_FALSE(glob_means("*.md", "docs/a.md"));
  CHECK(glob_means("**/*.md", "README.md"));
  CHECK(glob_means("**/*.md", "docs/deep/a.md"));
  CHECK(glob_means("docs/**", "docs/deep/a.md"));
  CHECK(glob_means("docs/**", "docs"));
  CHECK_FALSE(glob_means("docs/**", "docs2/a"));
  CHECK(glob_means("src/**/test/*.rs", "src/test/a.rs"));
  CHECK(glob_means("src/**/test/*.rs", "src/a/b/test/a.rs"));
  CHECK_FALSE(glob_means("src/**/test/*.rs", "src/a/tests/a.rs"));
  CHECK(glob_means("**", "any/.hidden/file"));
  CHECK(glob_means("**/*", "any/.hidden/file"));
  CHECK(glob_means("a*c", "abbc"));
  CHECK_FALSE(glob_means("a*c", "ab/c"));
  CHECK(glob_means("", ""));
  CHECK_FALSE(glob_means("", "a"));
  CHECK_FALSE(glob_means("a", ""));
}

TEST_CASE("Question marks, brackets, braces and backslashes mean what they mean to a shell") {
  CHECK(glob_means("a?c", "abc"));
  CHECK_FALSE(glob_means("a?c", "a/c"));
  CHECK(glob_means("[ab]x", "bx"));
  CHECK_FALSE(glob_means("[!ab]x", "bx"));
  CHECK(glob_means("[a-c]x", "bx"));
  CHECK(glob_means("[x", "[x"));
  CHECK(glob_means("src/*.{js,ts}", "src/a.ts"));
  CHECK_FALSE(glob_means("src/*.{js,ts}", "src/a.rs"));
  CHECK(glob_means("{a,b{c,d}}/x", "bd/x"));
  CHECK(glob_means("{a}", "{a}"));
  CHECK(glob_means("\\*", "*"));
  CHECK_FALSE(glob_means("\\*", "a"));
  CHECK(glob_means("./a/*", "a/b"));
}

TEST_CASE("An exclamation mark turns a glob round") {
  CHECK(glob_means("!docs/**", "src/a"));
  CHECK_FALSE(glob_means("!docs/**", "docs/a"));
  CHECK(glob_means("!!docs/**", "docs/a"));
}

TEST_CASE("Hostile globs end") {
  CHECK_FALSE(glob_means(std::string(2000, '*') + "x", std::string(2000, 'a')));
  std::string braces;
  for (int i = 0; i < 30; ++i) braces += "{a,b}";
  CHECK_FALSE(glob_means(braces, "a"));
}

/// The pipeline's jobs that a green run runs, when these files changed.
std::string runs(const std::string& filter_step, const std::vector<std::string>& changed, const std::string& output,
                 const std::vector<std::pair<std::string, std::string>>& others = {}) {
  std::vector<std::pair<std::string, std::string>> files = others;
  files.emplace_back(".github/workflows/ci.yml",
                     "on: push\njobs:\n  changes:\n    runs-on: ubuntu-24.04\n    outputs:\n      rust: " + output +
                         "\n    steps:\n" + filter_step +
                         "  build: {needs: changes, if: needs.changes.outputs.rust == 'true', runs-on: ubuntu-24.04, "
                         "steps: [{run: make}]}\n");
  Request request;
  request.path = "r/.github/workflows/ci.yml";
  request.event = "push";
  request.changed_files = changed;
  Diagnostics diagnostics;
  const std::optional<model::Pipeline> pipeline = load(repository(files), request, diagnostics);
  if (!pipeline) return render(diagnostics);
  for (const model::Pipeline::Output& given : pipeline->outputs) {
    if (given.job == "changes" && given.name == "rust") return given.value;
  }
  return "unknown";
}

constexpr const char* kPathsFilter =
    "      - uses: dorny/paths-filter@v3\n        id: f\n        with:\n          filters: |\n"
    "            shared: &shared\n              - Cargo.toml\n"
    "            rust:\n              - *shared\n              - 'src/**'\n              - added|modified: "
    "'tests/**'\n";

TEST_CASE("The outputs of paths-filter follow from the changed files") {
  const std::string rust = "${{ steps.f.outputs.rust }}";
  CHECK(runs(kPathsFilter, {"src/main.rs", "README.md"}, rust) == "true");
  CHECK(runs(kPathsFilter, {"README.md"}, rust) == "false");
  CHECK(runs(kPathsFilter, {"Cargo.toml"}, rust) == "true");
  CHECK(runs(kPathsFilter, {"tests/a.rs"}, rust) == "true");
  CHECK(runs(kPathsFilter, {}, rust) == "false");
  CHECK(runs(kPathsFilter, {"Cargo.toml"}, "${{ steps.f.outputs.changes }}") == R"(["shared","rust"])");
  CHECK(runs(kPathsFilter, {"src/a", "src/b"}, "${{ steps.f.outputs.rust_count }}") == "2");
  CHECK(runs(kPathsFilter, {"README.md"}, "${{ steps.f.outputs.rust == 'true' || github.event_name == 'push' }}") ==
        "true");
}

TEST_CASE("Filters may lie in a file, and ask that every glob means a file") {
  const std::string step =
      "      - uses: dorny/paths-filter@v3\n        id: f\n        with: {filters: .github/filters.yml, "
      "predicate-quantifier: every}\n";
  const std::vector<std::pair<std::string, std::string>> files = {
      {".github/filters.yml", "rust: ['src/**', '!**/*.md']\n"}};
  CHECK(runs(step, {"src/a.rs"}, "${{ steps.f.outputs.rust }}", files) == "true");
  CHECK(runs(step, {"src/a.md"}, "${{ steps.f.outputs.rust }}", files) == "false");
}

TEST_CASE("The outputs of changed-files follow from the changed files") {
  const std::string step =
      "      - uses: tj-actions/changed-files@v46\n        id: f\n        with:\n          files: |\n            "
      "src/**\n"
      "            !src/**/*.md\n";
  CHECK(runs(step, {"src/a.rs"}, "${{ steps.f.outputs.any_changed }}") == "true");
  CHECK(runs(step, {"src/a.md", "x"}, "${{ steps.f.outputs.any_changed }}") == "false");
  CHECK(runs(step, {"src/a.rs", "x"}, "${{ steps.f.outputs.only_changed }}") == "false");
  CHECK(runs(step, {"src/a.rs", "x"}, "${{ steps.f.outputs.all_changed_files }}") == "src/a.rs");
  const std::string named =
      "      - uses: tj-actions/changed-files@v46\n        id: f\n        with:\n          files_yaml: |\n"
      "            rust: ['**/*.rs']\n";
  CHECK(runs(named, {"src/a.rs"}, "${{ steps.f.outputs.rust_any_changed }}") == "true");
}

TEST_CASE("Filters that only a run knows leave the output unknown") {
  const std::string rust = "${{ steps.f.outputs.rust }}";
  CHECK(runs("      - uses: dorny/paths-filter@v3\n        id: f\n        with: {filters: \"${{ vars.F }}\"}\n", {"a"},
             rust) == "unknown");
  CHECK(runs("      - {uses: dorny/paths-filter@v3, id: f, with: {filters: 'no yaml: ['}}\n", {"a"}, rust) ==
        "unknown");
  CHECK(runs("      - {id: f, run: ./route}\n", {"a"}, rust) == "unknown");
  CHECK(runs(kPathsFilter, {"src/a"}, "${{ steps.other.outputs.rust }}") == "unknown");
}

}  // namespace
}  // namespace dagsim::workflow
