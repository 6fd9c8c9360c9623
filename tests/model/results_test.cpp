#include "model/results.h"

#include <array>
#include <set>

#include "tests/catch.h"
#include "tests/model/pipelines.h"

using namespace dagsim;
using namespace dagsim::model;
using dagsim::model::testing::graph;

namespace {

Job& job(Pipeline& pipeline, std::string_view key) {
  return pipeline.job(pipeline.find(key).at(0));
}

/// What happens to jobs by key or id: "a fails, b times out, p[k=x] fails at 5"; "cancelled after a b" cancels the run
/// when a and b were over.
Course course(const Pipeline& pipeline, std::string_view text) {
  const size_t count = pipeline.jobs.size();
  Course result{std::vector<Ending>(count), std::vector<double>(count), false, std::vector<bool>(count)};
  const std::vector<std::pair<std::string_view, Ending>> verbs = {{"fails", Ending::Failure},
                                                                  {"times out", Ending::JobTimeout},
                                                                  {"has a step timeout", Ending::StepTimeout},
                                                                  {"is cancelled", Ending::Cancelled},
                                                                  {"succeeds", Ending::Success}};
  for (const std::string_view clause : split(text, ',')) {
    const std::vector<std::string_view> words = split(trim(clause), ' ');
    if (words.front() == "cancelled") {
      result.cancelled = true;
      for (const std::string_view word : words) {
        for (const JobId done : pipeline.find(word)) result.completed[index(done)] = true;
      }
      continue;
    }
    for (const JobId id : pipeline.find(words.front())) {
      for (const auto& [verb, ending] : verbs) {
        if (clause.find(verb) != std::string_view::npos) result.endings[index(id)] = ending;
      }
      const size_t at = clause.find(" at ");
      if (at != std::string_view::npos) result.at[index(id)] = parse_duration(clause.substr(at + 4)).value();
    }
  }
  return result;
}

/// One line a job: its check, what `needs` says where that differs, why; then the conclusion of the run.
std::string ends(const Pipeline& pipeline, std::string_view what) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  const RunResults results = resolve_results(pipeline, dag, course(pipeline, what), diagnostics);
  std::string text;
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    const JobResult& job = results.jobs[i];
    text += fmt::format("{} {}", pipeline.jobs[i].key, to_string(job.check));
    if (job.result != job.check) text += fmt::format(", needs say {}", to_string(job.result));
    text += (job.reason.empty() ? "" : ": " + job.reason) + "\n";
  }
  return text + fmt::format("run {}\n", to_string(results.conclusion)) + render(diagnostics);
}

/// What `needs.x.result` says to a job.
std::string needs(const Pipeline& pipeline, std::string_view what, std::string_view key) {
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  const RunResults results = resolve_results(pipeline, dag, course(pipeline, what), diagnostics);
  const JobId id = pipeline.find(key).at(0);
  std::string text;
  for (size_t i = 0; i < pipeline.job(id).needs.size(); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", pipeline.job(id).needs[i].job,
                        to_string(results.jobs[index(id)].needs[i]));
  }
  return text;
}

/// Legs that know each other, fail-fast or not.
void set_fail_fast(Pipeline& pipeline, bool fail_fast) {
  for (Job& each : pipeline.jobs) each.strategy.fail_fast = fail_fast;
}

}  // namespace

TEST_CASE("Edge case 1: behind a skipped job, one that ran always doesn't let the next one run") {
  Pipeline pipeline = graph("a -> b -> c");
  job(pipeline, "a").condition = "success() && (false)";
  job(pipeline, "b").condition = "always()";
  CHECK(ends(pipeline, "") ==
        "a skipped: its condition is false: success() && (false)\n"
        "b success\n"
        "c skipped: \"a\", which it waits for, is skipped\n"
        "run success\n");
}

TEST_CASE("Edge case 2: success, failure and cancelled are all false after a skipped need") {
  Pipeline pipeline = graph("a -> b, a -> c, a -> d");
  job(pipeline, "a").condition = "success() && (false)";
  job(pipeline, "b").condition = "success() || failure() || cancelled()";
  job(pipeline, "c").condition = "!cancelled()";
  job(pipeline, "d").condition = "always()";
  CHECK(ends(pipeline, "") ==
        "a skipped: its condition is false: success() && (false)\n"
        "b skipped: \"a\", which it waits for, is skipped\n"
        "c success\n"
        "d success\n"
        "run success\n");
}

TEST_CASE("Edge case 3: a failure that continue-on-error allows is a success to others, though its check is red") {
  Pipeline pipeline = graph("a -> b, a -> c");
  job(pipeline, "a").continue_on_error = true;
  job(pipeline, "c").condition = "failure()";
  CHECK(ends(pipeline, "a fails") ==
        "a failure, needs say success: it failed, which continue-on-error allows\n"
        "b success\n"
        "c skipped: nothing that it waits for failed\n"
        "run success\n");
  CHECK(needs(pipeline, "a fails", "b") == "a success");
}

TEST_CASE("Edge case 4: a job that times out is cancelled, so handlers of failure don't run") {
  Pipeline pipeline = graph("a -> b, a -> c, a -> d");
  job(pipeline, "b").condition = "failure()";
  job(pipeline, "c").condition = "always() && needs.a.result == 'cancelled'";
  CHECK(ends(pipeline, "a times out") ==
        "a cancelled: it ran into its timeout, which cancels it\n"
        "b skipped: nothing that it waits for failed\n"
        "c success\n"
        "d skipped: \"a\", which it waits for, was cancelled\n"
        "run cancelled\n");
}

TEST_CASE("Edge case 4: a step that times out fails its job, so handlers of failure run") {
  Pipeline pipeline = graph("a -> b, a -> c");
  job(pipeline, "b").condition = "failure()";
  CHECK(ends(pipeline, "a has a step timeout") ==
        "a failure: a step ran into its timeout, which is a failure\n"
        "b success\n"
        "c skipped: \"a\", which it waits for, failed\n"
        "run failure\n");
}

TEST_CASE("A failure skips the whole chain behind it, and failure() looks at all ancestors") {
  Pipeline pipeline = graph("a -> b -> c -> d, x -> y");
  job(pipeline, "d").condition = "failure()";
  CHECK(ends(pipeline, "a fails") ==
        "a failure: it failed\n"
        "b skipped: \"a\", which it waits for, failed\n"
        "c skipped: \"b\", which it waits for, is skipped\n"
        "d success\n"
        "x success\n"
        "y success\n"
        "run failure\n");
  CHECK(needs(pipeline, "a fails", "d") == "c skipped");
}

TEST_CASE("A job with always() runs behind failed and skipped needs and sees the results of direct needs only") {
  Pipeline pipeline = graph("a -> b -> gate, c -> gate");
  job(pipeline, "gate").condition = "always()";
  CHECK(ends(pipeline, "a fails, c is cancelled") ==
        "a failure: it failed\n"
        "b skipped: \"a\", which it waits for, failed\n"
        "gate success\n"
        "c cancelled: it was cancelled\n"
        "run failure\n");
  CHECK(needs(pipeline, "a fails, c is cancelled", "gate") == "b skipped, c cancelled");
}

TEST_CASE("success() and failure() with ids look at the named ancestors only") {
  Pipeline pipeline = graph("a -> c, b -> c, a -> d, b -> d, a -> e, x");
  job(pipeline, "c").condition = "success('b')";
  job(pipeline, "d").condition = "failure('b')";
  job(pipeline, "e").condition = "failure('A', 'x')";
  CHECK(ends(pipeline, "a fails, x fails") ==
        "a failure: it failed\n"
        "c success\n"
        "b success\n"
        "d skipped: its condition is false: failure('b')\n"
        "e success\n"
        "x failure: it failed\n"
        "run failure\n");
}

TEST_CASE("A skipped job counts as success for a required check and leaves the run green") {
  Pipeline pipeline = graph("a, b");
  job(pipeline, "b").condition = "success() && (false)";
  CHECK(ends(pipeline, "").ends_with("run success\n"));
  CHECK(satisfies_required_check(Result::Skipped));
  CHECK(satisfies_required_check(Result::Success));
  CHECK(!satisfies_required_check(Result::Failure));
  CHECK(!satisfies_required_check(Result::Cancelled));
}

TEST_CASE("A run of which every job is skipped is skipped itself") {
  Pipeline pipeline = graph("a -> b");
  job(pipeline, "a").condition = "success() && (false)";
  CHECK(ends(pipeline, "") ==
        "a skipped: its condition is false: success() && (false)\n"
        "b skipped: \"a\", which it waits for, is skipped\n"
        "run skipped\n");
}

TEST_CASE("With fail-fast a failing leg cancels the legs that would end later, of its matrix only") {
  Pipeline pipeline = graph("p[k=a|b|c] -> gate, q[k=a|b]");
  job(pipeline, "gate").condition = "always()";
  CHECK(ends(pipeline, "p[k=a] succeeds at 1, p[k=b] fails at 2, p[k=c] succeeds at 3, q[k=b] succeeds at 9") ==
        "p[k=a] success\n"
        "p[k=b] failure: it failed\n"
        "p[k=c] cancelled: \"p (b)\" of the same matrix failed\n"
        "gate success\n"
        "q[k=a] success\n"
        "q[k=b] success\n"
        "run failure\n");
}

TEST_CASE("A matrix of which one leg failed and others were cancelled is a failure to those that need it") {
  Pipeline pipeline = graph("p[k=a|b] -> gate");
  job(pipeline, "gate").condition = "always()";
  CHECK(needs(pipeline, "p[k=a] fails at 1, p[k=b] succeeds at 2", "gate") == "p failure");
  CHECK(needs(pipeline, "p[k=a] is cancelled", "gate") == "p cancelled");
  CHECK(needs(pipeline, "", "gate") == "p success");
}

TEST_CASE("Without fail-fast, and where continue-on-error allows the failure, no leg stops another") {
  Pipeline pipeline = graph("p[k=a|b]");
  set_fail_fast(pipeline, false);
  CHECK(ends(pipeline, "p[k=a] fails at 1, p[k=b] succeeds at 2") ==
        "p[k=a] failure: it failed\n"
        "p[k=b] success\n"
        "run failure\n");
  set_fail_fast(pipeline, true);
  job(pipeline, "p[k=a]").continue_on_error = true;
  CHECK(ends(pipeline, "p[k=a] fails at 1, p[k=b] succeeds at 2") ==
        "p[k=a] failure, needs say success: it failed, which continue-on-error allows\n"
        "p[k=b] success\n"
        "run success\n");
}

TEST_CASE("A leg that times out stops no other, because it didn't fail") {
  Pipeline pipeline = graph("p[k=a|b]");
  CHECK(ends(pipeline, "p[k=a] times out at 1, p[k=b] succeeds at 2") ==
        "p[k=a] cancelled: it ran into its timeout, which cancels it\n"
        "p[k=b] success\n"
        "run cancelled\n");
}

TEST_CASE("The legs that fail-fast stopped can't fail any more") {
  Pipeline pipeline = graph("p[k=a|b|c]");
  CHECK(ends(pipeline, "p[k=a] fails at 5, p[k=b] fails at 2, p[k=c] succeeds at 4") ==
        "p[k=a] cancelled: \"p (b)\" of the same matrix failed\n"
        "p[k=b] failure: it failed\n"
        "p[k=c] cancelled: \"p (b)\" of the same matrix failed\n"
        "run failure\n");
}

TEST_CASE("A caller fails when one of its jobs does, and is cancelled or skipped with them") {
  Pipeline pipeline = graph("test/a -> test/b, test/c, test -> gate");
  job(pipeline, "gate").condition = "always()";
  CHECK(ends(pipeline, "test/a fails") ==
        "test/a failure: it failed\n"
        "test/b skipped: \"test/a\", which it waits for, failed\n"
        "test/c success\n"
        "gate success\n"
        "run failure\n");
  CHECK(needs(pipeline, "test/a fails", "gate") == "test failure");
  CHECK(needs(pipeline, "test/c is cancelled", "gate") == "test cancelled");
  job(pipeline, "test/a").condition = job(pipeline, "test/c").condition = "success() && (false)";
  CHECK(needs(pipeline, "", "gate") == "test skipped");
}

TEST_CASE("A caller whose condition is false skips all its jobs") {
  Pipeline pipeline = graph("x, test/a -> test/b, x -> test -> after");
  job(pipeline, "test/b").condition = "always()";
  CHECK(ends(pipeline, "x fails") ==
        "x failure: it failed\n"
        "test/a skipped: its caller \"test\" is skipped: \"x\", which it waits for, failed\n"
        "test/b skipped: its caller \"test\" is skipped: \"x\", which it waits for, failed\n"
        "after skipped: \"test\", which it waits for, is skipped\n"
        "run failure\n");
}

TEST_CASE("In a called workflow conditions look at its own jobs, not at what its caller waited for") {
  Pipeline pipeline = graph("x, test/a -> test/b, test/c, x -> test");
  pipeline.callers[0].condition = "always()";
  job(pipeline, "test/c").condition = "failure()";
  CHECK(ends(pipeline, "x fails") ==
        "x failure: it failed\n"
        "test/a success\n"
        "test/b success\n"
        "test/c skipped: nothing that it waits for failed\n"
        "run failure\n");
}

TEST_CASE("A cancelled run keeps what was over, stops what could have started, and skips the rest") {
  Pipeline pipeline = graph("a -> b -> c, a -> d, a -> e -> f, a -> g");
  job(pipeline, "d").condition = "always()";
  job(pipeline, "e").condition = "success() || cancelled()";
  job(pipeline, "f").condition = "cancelled()";
  job(pipeline, "g").condition = "success() && (false)";
  CHECK(ends(pipeline, "cancelled after a") ==
        "a success\n"
        "b cancelled: the run was cancelled before it was over\n"
        "c skipped: the run was cancelled\n"
        "d success\n"
        "e success\n"
        "f success\n"
        "g skipped: its condition is false: success() && (false)\n"
        "run cancelled\n");
}

TEST_CASE("A run that is cancelled before anything ran skips callers that had not started") {
  Pipeline pipeline = graph("a, test/b, a -> test -> gate, x/c");
  job(pipeline, "test/b").condition = "always()";
  job(pipeline, "gate").condition = "!cancelled()";
  job(pipeline, "x/c").condition = "always()";
  CHECK(ends(pipeline, "cancelled") ==
        "a cancelled: the run was cancelled before it was over\n"
        "test/b skipped: its caller \"test\" is skipped: the run was cancelled\n"
        "gate skipped: its condition is false: !cancelled()\n"
        "x/c success\n"
        "run cancelled\n");
}

TEST_CASE("A handler of failure goes on in a cancelled run") {
  Pipeline pipeline = graph("a -> b -> c");
  job(pipeline, "c").condition = "failure()";
  CHECK(ends(pipeline, "cancelled after a b, a fails") ==
        "a failure: it failed\n"
        "b skipped: \"a\", which it waits for, failed\n"
        "c success\n"
        "run cancelled\n");
}

TEST_CASE("Called workflows under one matrix need their own jobs only, and stop each other") {
  Pipeline pipeline = graph("t/a -> t/b, t -> gate");
  job(pipeline, "gate").condition = "always()";
  std::vector<Job> jobs;
  for (const char* call : {"t[0]", "t[1]"}) {
    for (const char* id : {"t/a", "t/b"}) {
      Job each = job(pipeline, id);
      each.call = call;
      each.key = fmt::format("{}/{}", call, id + 2);
      jobs.push_back(std::move(each));
    }
    pipeline.callers[0].legs.push_back({call, call, "t", {}, {}, {}});
  }
  jobs.push_back(job(pipeline, "gate"));
  pipeline.jobs = std::move(jobs);
  pipeline.callers[0].legs[0].strategy.fail_fast = pipeline.callers[0].legs[1].strategy.fail_fast = false;
  CHECK(ends(pipeline, "t[0]/a fails at 5, t[1]/a succeeds at 3, t[1]/b succeeds at 9, gate succeeds at 10") ==
        "t[0]/a failure: it failed\n"
        "t[0]/b skipped: \"t/a\", which it waits for, failed\n"
        "t[1]/a success\n"
        "t[1]/b success\n"
        "gate success\n"
        "run failure\n");
  pipeline.callers[0].legs[0].strategy.fail_fast = pipeline.callers[0].legs[1].strategy.fail_fast = true;
  CHECK(ends(pipeline, "t[0]/a fails at 5, t[1]/a succeeds at 3, t[1]/b succeeds at 9, gate succeeds at 10") ==
        "t[0]/a failure: it failed\n"
        "t[0]/b skipped: \"t/a\", which it waits for, failed\n"
        "t[1]/a success\n"
        "t[1]/b cancelled: \"t[0]\" of the same matrix failed\n"
        "gate success\n"
        "run failure\n");
  CHECK(needs(pipeline, "t[0]/a fails at 5, t[1]/a succeeds at 3, t[1]/b succeeds at 9", "gate") == "t failure");
}

TEST_CASE("The green run gives the presence of the jobs") {
  Pipeline pipeline = graph("a -> b, c -> d");
  job(pipeline, "c").condition = "success() && (false)";
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  resolve_presence(pipeline, dag, diagnostics);
  const RunResults green = resolve_results(pipeline, dag, {}, diagnostics);
  for (size_t i = 0; i < pipeline.jobs.size(); ++i) {
    CHECK(pipeline.jobs[i].presence == green.jobs[i].presence);
    CHECK(green.jobs[i].check == (green.jobs[i].presence == Presence::Runs ? Result::Success : Result::Skipped));
  }
  CHECK(job(pipeline, "d").presence_reason == "\"c\", which it waits for, is skipped");
}

TEST_CASE("A condition that reads what nobody supplied leaves its job open, and the rest of the run goes on") {
  Pipeline pipeline = graph("changes -> a -> b, changes -> c");
  job(pipeline, "changes").outputs = {"rust"};
  job(pipeline, "a").condition = "success() && (needs.changes.outputs.rust == 'true')";
  job(pipeline, "c").condition = "failure() || needs.changes.outputs.rust == 'true'";
  CHECK(ends(pipeline, "changes fails") ==
        "changes failure: it failed\n"
        "a skipped: \"changes\", which it waits for, failed\n"
        "b skipped: \"a\", which it waits for, is skipped\n"
        "c success\n"
        "run failure\n");
}

namespace {

/// Jobs 0 to 3, of which each may need earlier ones: bit 0 of `edges` is 0 -> 1, then 0 -> 2, 1 -> 2, 0 -> 3, …
struct SmallRun {
  unsigned edges = 0;
  std::array<std::string, 4> conditions;
  std::array<Ending, 4> endings{};

  bool needs(size_t job, size_t other) const {
    return other < job && ((edges >> (job * (job - 1) / 2 + other)) & 1U) != 0;
  }
};

/// The rules word for word: a job looks at all its ancestors, however far.
std::array<Result, 4> by_the_rules(const SmallRun& run) {
  std::array<Result, 4> results{};
  std::array<std::set<size_t>, 4> ancestors;
  for (size_t job = 0; job < 4; ++job) {
    for (size_t other = 0; other < job; ++other) {
      if (!run.needs(job, other)) continue;
      ancestors[job].insert(other);
      ancestors[job].insert(ancestors[other].begin(), ancestors[other].end());
    }
    const auto any = [&](Result result) {
      return std::ranges::any_of(ancestors[job], [&](size_t other) { return results[other] == result; });
    };
    const bool success = !any(Result::Failure) && !any(Result::Cancelled) && !any(Result::Skipped);
    const std::string& condition = run.conditions[job];
    const bool runs = condition == "always()" || (condition == "success()" ? success : any(Result::Failure));
    const Result ended = run.endings[job] == Ending::Success   ? Result::Success
                         : run.endings[job] == Ending::Failure ? Result::Failure
                                                               : Result::Cancelled;
    results[job] = runs ? ended : Result::Skipped;
  }
  return results;
}

std::array<Result, 4> by_the_walk(const SmallRun& run) {
  Pipeline pipeline = graph("a, b, c, d");
  for (size_t job = 0; job < 4; ++job) {
    pipeline.jobs[job].condition = run.conditions[job];
    for (size_t other = 0; other < job; ++other) {
      if (run.needs(job, other)) pipeline.jobs[job].needs.push_back({pipeline.jobs[other].id, {}});
    }
  }
  Diagnostics diagnostics;
  const Graph dag = Graph::build(pipeline, diagnostics);
  Course what;
  what.endings.assign(run.endings.begin(), run.endings.end());
  const RunResults ended = resolve_results(pipeline, dag, what, diagnostics);
  std::array<Result, 4> results{};
  for (size_t job = 0; job < 4; ++job) results[job] = ended.jobs[job].result;
  return results;
}

}  // namespace

TEST_CASE("On all 64 graphs of four jobs, results are those that the rules give word for word") {
  const std::array<std::string, 3> conditions = {"success()", "failure()", "always()"};
  const std::array<Ending, 3> endings = {Ending::Success, Ending::Failure, Ending::JobTimeout};
  size_t differ = 0;
  for (unsigned edges = 0; edges < 64; ++edges) {
    for (size_t choice = 0; choice < 27 * 27; ++choice) {
      const auto digit = [&](size_t power) { return choice / power % 3; };
      // The last job's ending reaches nobody.
      const SmallRun run{edges,
                         {"success()", conditions[digit(1)], conditions[digit(3)], conditions[digit(9)]},
                         {endings[digit(27)], endings[digit(81)], endings[digit(243)], Ending::Success}};
      if (by_the_walk(run) != by_the_rules(run)) ++differ;
    }
  }
  CHECK(differ == 0);
}
