#include "calibration/drift.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "stats/random.h"
#include "tests/catch.h"

using namespace dagsim;
using namespace dagsim::calibration;

namespace {

/// Observations of jobs by run. \param seconds of a job in a run; a job that takes no time there did not run.
Observations observed(uint32_t runs, const std::vector<std::string>& jobs,
                      const std::function<double(const std::string&, uint32_t)>& seconds) {
  Observations result;
  result.runs.resize(runs);
  result.definitions.resize(1);
  for (uint32_t run = 0; run < runs; ++run) {
    for (const std::string& job : jobs) {
      const double value = seconds(job, run);
      if (value <= 0) continue;
      Observation one;
      one.run = run;
      one.id = job;
      one.leg = job;
      one.location = std::log(value);
      result.list.push_back(std::move(one));
    }
  }
  return result;
}

/// Around 100 s, with a deviation of a fifth; every tenth run stalls at three times that.
double noisy(const std::string& job, uint32_t run, uint64_t seed = 1) {
  const stats::Stream stream(seed, job);
  const double stall = stats::Stream(seed, job + "/stall").uniform(run) < 0.1 ? 3 : 1;
  return stall * 100 * std::exp(0.2 * stream.normal(run));
}

std::string told(const std::vector<LevelChange>& changes) {
  std::string text;
  for (const LevelChange& change : changes) {
    text += fmt::format("{} at run {}: {:.0f} s over {} runs, then {:.0f} s over {}\n", change.leg, change.run,
                        change.before, change.runs_before, change.after, change.runs_after);
  }
  return text;
}

}  // namespace

TEST_CASE("A job that moved to a slower runner is told from those that did not") {
  const Observations past = observed(80, {"build", "lint", "test"}, [](const std::string& job, uint32_t run) {
    return noisy(job, run) * (job == "build" && run >= 50 ? 1.6 : 1);
  });
  const std::vector<LevelChange> changes = find_level_changes(past);
  REQUIRE(changes.size() == 1);
  CHECK(changes.front().leg == "build");
  CHECK(std::abs(static_cast<int>(changes.front().run) - 50) <= 2);
  CHECK(changes.front().after / changes.front().before == Approx(1.6).epsilon(0.12));
  CHECK(changes.front().p_value <= kFalseChangeRate / 3);
}

TEST_CASE("Fifteen runs after a change are enough to find it") {
  const Observations past = observed(75, {"build", "lint"}, [](const std::string& job, uint32_t run) {
    return noisy(job, run) * (job == "build" && run >= 60 ? 1.5 : 1);
  });
  const std::vector<LevelChange> changes = find_level_changes(past);
  REQUIRE(changes.size() == 1);
  CHECK(std::abs(static_cast<int>(changes.front().run) - 60) <= 3);
}

TEST_CASE("A change that is too unclear alone is found where other jobs changed at the same time") {
  const auto slower_from_50 = [](double noisy_job) {
    return [=](const std::string& job, uint32_t run) {
      const double wild = std::pow(noisy(job, run) / 100, job == "wild" ? 2.0 : 1.0);
      return 100 * wild * (run < 50 ? 1 : job == "steady" ? 1 : job == "wild" ? noisy_job : 2);
    };
  };
  const Observations alone = observed(60, {"wild", "steady"}, slower_from_50(1.7));
  CHECK(told(find_level_changes(alone)).empty());
  const std::vector<LevelChange> together =
      find_level_changes(observed(60, {"build", "steady", "test", "wild"}, slower_from_50(1.7)));
  std::string legs;
  for (const LevelChange& change : together) legs += change.leg + " ";
  CHECK(legs == "build test wild ");
  CHECK(std::abs(static_cast<int>(together.back().run) - 50) <= 3);
}

TEST_CASE("A change that a slow day would place too early stands where the other jobs changed") {
  const auto times = [](const std::string& job, uint32_t run) {
    const double level = run < 50 ? 1 : 1.6;
    if (job != "after a slow day") return noisy(job, run) * level;
    const bool slow_day = run >= 44 && run < 48;
    return 100 * std::pow(noisy(job, run) / 100, 1.5) * (slow_day ? 1.6 : level);
  };
  const std::vector<LevelChange> alone = find_level_changes(observed(75, {"after a slow day"}, times));
  REQUIRE(alone.size() == 1);
  CHECK(alone.front().run < 48);
  const std::vector<LevelChange> together =
      find_level_changes(observed(75, {"after a slow day", "build", "test"}, times));
  REQUIRE(together.size() == 3);
  CHECK(together[0].run == together[1].run);
  CHECK(together[0].run == together[2].run);
  CHECK(together[0].run > alone.front().run);
  CHECK(std::abs(static_cast<int>(together[0].run) - 50) <= 2);
}

TEST_CASE("Changes whose times contradict a common moment stay apart") {
  const Observations past = observed(90, {"build", "test"}, [](const std::string& job, uint32_t run) {
    return noisy(job, run) * (run >= (job == "build" ? 40U : 60U) ? 2 : 1);
  });
  const std::vector<LevelChange> changes = find_level_changes(past);
  REQUIRE(changes.size() == 2);
  CHECK(std::abs(static_cast<int>(changes[0].run) - 40) <= 2);
  CHECK(std::abs(static_cast<int>(changes[1].run) - 60) <= 2);
}

TEST_CASE("One job that changed alone is no reason to look at the others again") {
  const Observations past = observed(60, {"build", "wild"}, [](const std::string& job, uint32_t run) {
    const double wild = std::pow(noisy(job, run) / 100, job == "wild" ? 2.0 : 1.0);
    return 100 * wild * (run < 50 ? 1 : job == "wild" ? 1.7 : 2);
  });
  const std::vector<LevelChange> changes = find_level_changes(past);
  REQUIRE(changes.size() == 1);
  CHECK(changes.front().leg == "build");
}

TEST_CASE("Several changes of one job are all found") {
  const Observations past = observed(120, {"build"}, [](const std::string&, uint32_t run) {
    return (run < 40 ? 100 : run < 80 ? 150 : 90) + static_cast<double>(run % 5);
  });
  CHECK(told(find_level_changes(past)) ==
        "build at run 40: 102 s over 40 runs, then 152 s over 40\n"
        "build at run 80: 152 s over 40 runs, then 92 s over 40\n");
}

TEST_CASE("Runs that did not run the job don't count for its change") {
  const Observations past = observed(120, {"docs"}, [](const std::string&, uint32_t run) {
    return run % 3 != 0 ? 0.0 : (run < 60 ? 100 : 150) + static_cast<double>(run % 4);
  });
  CHECK(told(find_level_changes(past)) == "docs at run 60: 101 s over 20 runs, then 151 s over 20\n");
}

TEST_CASE("Times that never change have no change") {
  CHECK(find_level_changes(observed(50, {"build"}, [](const std::string&, uint32_t) { return 60.0; })).empty());
}

TEST_CASE("A change smaller than a twentieth is not worth telling, however clear it is") {
  const Observations past =
      observed(100, {"build"}, [](const std::string&, uint32_t run) { return run < 50 ? 100.0 : 103.0; });
  CHECK(find_level_changes(past).empty());
}

TEST_CASE("Three runs at another level are no change yet") {
  const Observations past =
      observed(43, {"build"}, [](const std::string&, uint32_t run) { return run < 40 ? 100.0 : 200.0; });
  CHECK(find_level_changes(past).empty());
}

TEST_CASE("Histories in random order show a change hardly more often than the rate that is stated") {
  constexpr uint64_t kHistories = 400;
  uint64_t with_change = 0;
  for (uint64_t seed = 1; seed <= kHistories; ++seed) {
    const Observations past =
        observed(60, {"a", "b", "c", "d"}, [&](const std::string& job, uint32_t run) { return noisy(job, run, seed); });
    if (!find_level_changes(past).empty()) ++with_change;
  }
  // 1 % of 400 is 4; more than 10 would come by chance less than three times in a thousand.
  CHECK(with_change <= 10);
}

TEST_CASE("A job that is slow for some runs in a row now and then has not changed for good") {
  const Observations past = observed(80, {"build"}, [](const std::string&, uint32_t run) {
    const bool slow = (run >= 12 && run < 18) || (run >= 40 && run < 50) || run >= 70;
    return (slow ? 240 : 120) + static_cast<double>(run * 7 % 10);
  });
  CHECK(told(find_level_changes(past)).empty());
}

TEST_CASE("Steps of a job that changed are known from the runs since, if there are eight") {
  Observations past = observed(
      80, {"build"}, [](const std::string& job, uint32_t run) { return noisy(job, run) * (run >= 40 ? 2 : 1); });
  StepTimes often{"build", "build", "make", "make", {}, {}};
  for (uint32_t run = 0; run < 80; ++run) {
    often.seconds.push_back(run < 40 ? 50 : 150);
    often.runs.push_back(run);
  }
  StepTimes seldom{"build", "build", "pack", "pack", {7, 7, 7}, {10, 20, 60}};
  past.steps = {often, seldom};
  past.aside = {{5, "build", 30, true}, {70, "build", 30, true}};
  const std::vector<LevelChange> changes = find_level_changes(past);
  REQUIRE(changes.size() == 1);
  align(past, changes);
  CHECK(past.steps[0].seconds.size() == 80 - changes[0].run);
  CHECK(past.steps[0].runs.front() == changes[0].run);
  CHECK(past.steps[1].seconds.size() == 3);
  CHECK(past.aside[0].seconds == Approx(30 * changes[0].after / changes[0].before));
  CHECK(past.aside[1].seconds == 30);
}

TEST_CASE("Aligned times lie at today's level and keep how far they spread") {
  Observations past = observed(80, {"build", "lint"}, [](const std::string& job, uint32_t run) {
    return noisy(job, run) * (job == "build" && run >= 40 ? 2 : 1);
  });
  const Observations before = past;
  align(past, find_level_changes(past));
  double moved = 0;
  for (size_t i = 0; i < past.list.size(); ++i) {
    const double shift = past.list[i].location - before.list[i].location;
    if (past.list[i].leg == "lint" || past.list[i].run >= 42) CHECK(shift == 0);
    if (past.list[i].leg == "build" && past.list[i].run == 0) moved = shift;
    if (past.list[i].leg == "build" && past.list[i].run < 38) CHECK(shift == Approx(moved));
  }
  CHECK(std::exp(moved) == Approx(2).epsilon(0.15));
}
