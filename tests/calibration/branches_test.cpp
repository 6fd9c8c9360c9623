#include "calibration/branches.h"

#include <cmath>
#include <deque>

#include "tests/catch.h"

namespace dagsim::calibration {
namespace {

/// Runs of one job with these lengths, in order of time.
class Runs {
 public:
  void add(const std::string& branch, double seconds) {
    history::RunRecord& record = records_.emplace_back();
    record.branch = branch;
    UsedRun run;
    run.record = &record;
    run.seconds = {seconds};
    run.start = {0.0};
    observations_.runs.push_back(run);
    numbers_.push_back(static_cast<uint32_t>(numbers_.size()));
    weights_.push_back(1);
  }
  double likeness() const { return branch_likeness(observations_, numbers_); }
  double factor(const std::string& branch) const { return branch_factor(observations_, numbers_, weights_, branch); }

 private:
  std::deque<history::RunRecord> records_;
  Observations observations_;
  std::vector<uint32_t> numbers_;
  std::vector<double> weights_;
};

/// Pairs of runs, each pair on a branch of its own; the second takes `spread` times more or less than the first.
Runs pairs(size_t count, double between, double within) {
  Runs runs;
  for (size_t i = 0; i < count; ++i) {
    const double level = i % 2 == 0 ? between : 1 / between;
    runs.add("b" + std::to_string(i), 100 * level * within);
    runs.add("b" + std::to_string(i), 100 * level / within);
  }
  return runs;
}

}  // namespace

TEST_CASE("Branches whose runs are alike have the most likeness, those whose runs differ as all do have none") {
  CHECK(pairs(400, 2, 1).likeness() == 0.3);
  CHECK(pairs(400, 1, 2).likeness() == 0);
}

TEST_CASE("Few pairs leave the likeness near the usual one") {
  CHECK(Runs().likeness() == 0.3);
  CHECK(pairs(2, 1, 2).likeness() == Approx((2 * -1 + 20 * 0.3) / 22));
}

TEST_CASE("The runs of a branch get the share of the weight that their number and likeness deserve") {
  Runs runs = pairs(400, 2, 1);
  runs.add("mine", 100);
  runs.add("mine", 100);
  const double own = 2 * runs.factor("mine");
  CHECK(own / (own + 800) == Approx(2 * 0.3 / (2 * 0.3 + 0.7)));
}

TEST_CASE("A branch that is not known, has no runs, or has all of them changes no weight") {
  Runs runs;
  for (int i = 0; i < 10; ++i) runs.add("main", 100 + i);
  CHECK(runs.factor("") == 1);
  CHECK(runs.factor("other") == 1);
  CHECK(runs.factor("main") == 1);
}

TEST_CASE("Runs of a branch never count less for being of it") {
  CHECK(pairs(400, 1, 2).factor("b3") == 1);
}

}  // namespace dagsim::calibration
