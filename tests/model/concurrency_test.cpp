#include "model/concurrency.h"

#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

using Queue = Concurrency::Queue;

/// "0 runs, 1 cancelled by 2, 2 waits".
std::string admitted(const std::vector<Entrant>& entrants) {
  const std::vector<Admitted> all = admit(entrants);
  std::string text;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string_view what = all[i].admission == Admission::Runs    ? "runs"
                                  : all[i].admission == Admission::Waits ? "waits"
                                                                         : "cancelled";
    text += fmt::format("{}{} {}{}", i == 0 ? "" : ", ", i, what, all[i].by ? fmt::format(" by {}", *all[i].by) : "");
  }
  return text;
}

std::string findings(Pipeline& pipeline) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  resolve_presence(pipeline, dag, diagnostics);
  report_concurrency(pipeline, dag, diagnostics);
  return render(diagnostics);
}

/// A drawing whose jobs are all in one group.
Pipeline grouped(const std::string& drawing, const Concurrency& group) {
  Pipeline pipeline = graph(drawing);
  for (Job& job : pipeline.jobs) job.concurrency = group;
  return pipeline;
}

}  // namespace

TEST_CASE("One runs and one waits in a group, a newcomer replaces who waits") {
  CHECK(admitted({{"g"}, {"g"}}) == "0 runs, 1 waits");
  CHECK(admitted({{"g"}, {"g"}, {"g"}, {"g"}}) == "0 runs, 1 cancelled by 2, 2 cancelled by 3, 3 waits");
}

TEST_CASE("Groups are apart, and their names ignore case") {
  CHECK(admitted({{"CI-main"}, {"ci-MAIN"}, {"ci-other"}}) == "0 runs, 1 waits, 2 runs");
}

TEST_CASE("A newcomer that cancels what is in progress takes the place of all, whatever the others say") {
  CHECK(admitted({{"g"}, {"g"}, {"g", true}}) == "0 cancelled by 2, 1 cancelled by 2, 2 runs");
  CHECK(admitted({{"g", true}, {"g"}, {"g"}}) == "0 runs, 1 cancelled by 2, 2 waits");
  CHECK(admitted({{"g", true}, {"g", true}, {"g", true}}) == "0 cancelled by 1, 1 cancelled by 2, 2 runs");
}

TEST_CASE("With queue: max a hundred wait, and one too many is cancelled itself") {
  const std::vector<Entrant> entrants(103, Entrant{"g", false, Queue::Max});
  const std::vector<Admitted> all = admit(entrants);
  CHECK(all[0].admission == Admission::Runs);
  CHECK(std::ranges::count(all, Admission::Waits, &Admitted::admission) == 100);
  CHECK(all[101].admission == Admission::Cancelled);
  CHECK(!all[102].by);
}

TEST_CASE("A newcomer with queue: single replaces all who wait with queue: max") {
  CHECK(admitted({{"g"}, {"g", false, Queue::Max}, {"g", false, Queue::Max}, {"g"}}) ==
        "0 runs, 1 cancelled by 3, 2 cancelled by 3, 3 waits");
}

TEST_CASE("Edge case 15: a constant group on a matrix leaves one leg running and one waiting") {
  Pipeline pipeline = grouped("p[k=a|b|c|d]", {"deploy", false, Queue::Single, {}});
  CHECK(findings(pipeline) ==
        "warning: the 4 legs of job \"p\" enter concurrency group \"deploy\" side by side: 1 runs, 1 waits and 2 are "
        "cancelled [concurrency]\n"
        "note: \"queue: max\" lets up to 100 wait\n");
}

TEST_CASE("Edge case 15: queue: max lets all legs wait, and cancel-in-progress leaves the last one only") {
  Pipeline waiting = grouped("p[k=a|b|c|d]", {"deploy", false, Queue::Max, {}});
  CHECK(findings(waiting).empty());
  Pipeline last = grouped("p[k=a|b|c|d]", {"deploy", true, Queue::Single, {}});
  CHECK(findings(last) ==
        "warning: the 4 legs of job \"p\" enter concurrency group \"deploy\" side by side: 1 runs, 0 wait and 3 are "
        "cancelled [concurrency]\n");
}

TEST_CASE("A group is no matter while no more than two can be in it at once") {
  Pipeline chain = grouped("a -> b -> c -> d", {"g", false, Queue::Single, {}});
  CHECK(findings(chain).empty());
  Pipeline pair = grouped("p[k=a|b]", {"g", false, Queue::Single, {}});
  CHECK(findings(pair).empty());
  Pipeline limited = grouped("p[k=a|b|c]", {"g", false, Queue::Single, {}});
  for (Job& job : limited.jobs) job.strategy = {true, 1, 0, 3};
  CHECK(findings(limited).empty());
  Pipeline skipped = grouped("p[k=a|b|c]", {"g", false, Queue::Single, {}});
  for (Job& job : skipped.jobs) job.condition = "success() && (false)";
  CHECK(findings(skipped).empty());
}

TEST_CASE("Different jobs in one group are counted together, and legs alone where a chain orders the jobs") {
  Pipeline beside = grouped("a, b, c", {"g", false, Queue::Single, {}});
  CHECK(findings(beside) ==
        "warning: the 3 jobs \"a\", \"b\", \"c\" enter concurrency group \"g\" side by side: 1 runs, 1 waits and 1 is "
        "cancelled [concurrency]\n"
        "note: \"queue: max\" lets up to 100 wait\n");
  Pipeline ordered = grouped("p[k=a|b|c] -> d", {"g", false, Queue::Single, {}});
  CHECK(findings(ordered).starts_with("warning: the 3 legs of job \"p\" enter"));
}

TEST_CASE("A job in the group of its own run waits for ever or cancels the run") {
  Pipeline pipeline = graph("a");
  pipeline.concurrency = Concurrency{"CI", true, Queue::Single, {}};
  pipeline.jobs[0].concurrency = Concurrency{"ci", false, Queue::Single, {}};
  CHECK(findings(pipeline) ==
        "warning: job \"a\" enters concurrency group \"ci\", which its own run holds, and waits for it for ever, which "
        "cancels both [concurrency]\n"
        "note: the run enters it here\n");
  pipeline.jobs[0].concurrency->cancel_in_progress = true;
  CHECK(findings(pipeline).starts_with(
      "warning: job \"a\" enters concurrency group \"ci\", which its own run holds, and cancels it [concurrency]\n"));
}
