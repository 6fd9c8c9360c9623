#include "calibration/renames.h"

#include <fmt/format.h>

#include "tests/calibration/fitting_testing.h"
#include "tests/catch.h"

namespace dagsim::calibration {
namespace {

using testing::add_script;
using testing::graph;
using testing::Learned;
using testing::listing;
using testing::listings;
using testing::shapes;

/// `count` runs of these jobs of 60 s; each job's steps stand behind it: "build: checkout, make".
void add_runs(History& history, size_t count, const std::vector<std::string>& jobs) {
  for (size_t i = 0; i < count; ++i) {
    std::vector<testing::Listed> listed;
    for (const std::string& job : jobs) listed.push_back({job.substr(0, job.find(':')), 0, 60});
    RunRecord run = listing(fmt::format("{}", history.runs.size() + 1), listed);
    for (const std::string& job : jobs) {
      const size_t colon = job.find(": ");
      if (colon == std::string::npos) continue;
      std::string_view rest = std::string_view(job).substr(colon + 2);
      while (!rest.empty()) {
        const size_t comma = rest.find(", ");
        run.steps.push_back({job.substr(0, colon), std::string(rest.substr(0, comma)), {20, 20}});
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
      }
    }
    history.runs.push_back(std::move(run));
  }
}

/// "old -> new (runs)" of every rename.
std::string renames(const History& history, const model::Pipeline& pipeline) {
  std::string text;
  const auto match = [&](const std::string& name) {
    std::vector<model::JobId> found;
    for (uint32_t i = 0; i < pipeline.jobs.size(); ++i) {
      if (pipeline.jobs[i].name == name) found.push_back(model::JobId{i});
    }
    return found;
  };
  for (const Rename& rename : find_renames(history, pipeline, match)) {
    text += fmt::format("{} -> {} ({})\n", rename.old_name, pipeline.job(rename.job).name, rename.runs);
  }
  return text;
}

TEST_CASE("A job that does what another did before it, and never ran beside it, is that job under a new name") {
  History history = listings({});
  add_runs(history, 5, {"compile: Run actions/checkout@v3, make, make check", "lint: Run actions/checkout@v3, lint"});
  add_runs(history, 5, {"build: Run actions/checkout@v4, make, make check", "lint: Run actions/checkout@v4, lint"});
  CHECK(renames(history, graph("build, lint")) == "compile -> build (5)\n");
}

TEST_CASE("A job that is new in the file is known by the steps that the file gives it") {
  History history = listings({});
  add_runs(history, 4, {"compile: make, make check", "lint: lint"});
  model::Pipeline pipeline = graph("build, lint");
  add_script(pipeline, "build", "make");
  add_script(pipeline, "build", "make check");
  CHECK(renames(history, pipeline) == "compile -> build (4)\n");
}

TEST_CASE("Names that ran in one run, or one after the other and back, are two jobs") {
  History history = listings({});
  add_runs(history, 5, {"compile: make, make check"});
  add_runs(history, 1, {"compile: make, make check", "build: make, make check"});
  add_runs(history, 5, {"build: make, make check"});
  CHECK(renames(history, graph("build")).empty());
  History mixed = listings({});
  add_runs(mixed, 5, {"build: make, make check"});
  add_runs(mixed, 5, {"compile: make, make check"});
  CHECK(renames(mixed, graph("build")).empty());
}

TEST_CASE("Other steps, or two runs only, are no evidence") {
  History history = listings({});
  add_runs(history, 5, {"compile: make, make docs, publish"});
  add_runs(history, 5, {"build: make, make check"});
  CHECK(renames(history, graph("build")).empty());
  History few = listings({});
  add_runs(few, 2, {"compile: make, make check"});
  add_runs(few, 5, {"build: make, make check"});
  CHECK(renames(few, graph("build")).empty());
}

TEST_CASE("Among legs that do the same, the words of the names decide, and where they don't, nothing does") {
  History history = listings({});
  add_runs(history, 5, {"check (linux): make, run", "check (mac): make, run"});
  add_runs(history, 5, {"test (linux): make, run", "test (mac): make, run"});
  model::Pipeline pipeline = graph("a, b");
  pipeline.jobs[0].name = "test (linux)";
  pipeline.jobs[1].name = "test (mac)";
  CHECK(renames(history, pipeline) == "check (linux) -> test (linux) (5)\ncheck (mac) -> test (mac) (5)\n");
  History unclear = listings({});
  add_runs(unclear, 5, {"x: make, run", "y: make, run"});
  add_runs(unclear, 5, {"test (linux): make, run", "test (mac): make, run"});
  CHECK(renames(unclear, pipeline).empty());
}

TEST_CASE("Where no steps are recorded, only the same words are the same job") {
  History history = listings({});
  add_runs(history, 5, {"Build Linux", "compile"});
  add_runs(history, 5, {"linux-build", "make"});
  model::Pipeline pipeline = graph("a, b");
  pipeline.jobs[0].name = "linux-build";
  pipeline.jobs[1].name = "make";
  CHECK(renames(history, pipeline) == "Build Linux -> linux-build (5)\n");
}

TEST_CASE("A renamed job keeps its past, and is told") {
  History history = listings({});
  add_runs(history, 9, {"compile: make, make check", "lint: lint"});
  add_runs(history, 3, {"build: make, make check", "lint: lint"});
  const Learned learned(history, shapes(graph("build, lint")));
  CHECK(
      learned.messages() ==
      "note: job \"compile\" of 9 past runs is taken for \"build\" under an older name: it did the same, and never ran "
      "beside it [renamed-job]\n"
      "note: job-names in dagsim.yaml can say so for good, or with \"compile: compile\" that it is another job\n");
  CHECK(learned.calibration.summary().used.size() == 12);
}

TEST_CASE("A name that dagsim.yaml maps is not judged by what runs show") {
  History history = listings({});
  add_runs(history, 9, {"compile: make, make check", "lint: lint", "a: a", "b: b", "c: c"});
  add_runs(history, 3, {"build: make, make check", "lint: lint", "a: a", "b: b", "c: c"});
  Vocabulary vocabulary;
  vocabulary.job_names = {{"compile", "compile"}};
  const Learned learned(history, shapes(graph("build, lint, a, b, c")), vocabulary);
  CHECK(learned.messages().find("renamed-job") == std::string::npos);
  CHECK(learned.messages().find("unmatched-job") != std::string::npos);
}

}  // namespace
}  // namespace dagsim::calibration
