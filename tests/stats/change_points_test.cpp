#include "stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/catch.h"

using namespace dagsim::stats;
using Values = std::vector<double>;

namespace {

/// `count` normal values about `level` with deviation 1, different for each name.
void append(Values& values, size_t count, double level, const std::string& name) {
  const Stream stream(1, name);
  for (size_t i = 0; i < count; ++i) values.push_back(level + stream.normal(i));
}

std::vector<ChangePoint> found(const Values& values, const ChangeSearch& search = {}) {
  return find_change_points(values, search, Stream(1, "permutations"));
}

}  // namespace

TEST_CASE("A series with one clear change is cut there") {
  Values values;
  append(values, 30, 0, "before");
  append(values, 30, 4, "after");
  const std::vector<ChangePoint> changes = found(values);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].at == 30);
  CHECK(changes[0].p_value <= 0.01);
}

TEST_CASE("A cut that a later one drew away is placed anew once the later one is known") {
  // Rank sums are farthest at 50, between a small change at 40 and a large one at 60, when both are still one.
  Values values;
  append(values, 40, 0, "first");
  append(values, 12, 3, "second");
  append(values, 40, 9, "third");
  const std::vector<ChangePoint> changes = found(values);
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].at == 40);
  CHECK(changes[1].at == 52);
}

TEST_CASE("Neither a short series, nor an even one, nor one whose sides differ too little has a change") {
  CHECK(found({}).empty());
  CHECK(found(Values(15, 3.0)).empty());
  CHECK(found(Values(100, 3.0)).empty());
  Values values(50, 1.0);
  values.insert(values.end(), 50, 1.04);
  CHECK(found(values).size() == 1);
  CHECK(found(values, {.least_difference = 0.05}).empty());
}

TEST_CASE("Series in random order show a change at most as often as the rate, and nearly that often") {
  size_t with_change = 0;
  for (int i = 0; i < 400; ++i) {
    Values values;
    append(values, 40, 0, fmt::format("series {}", i));
    if (!found(values, {.rate = 0.1}).empty()) ++with_change;
  }
  CHECK(with_change <= 58);  // 40 are expected at most; more than 58 would come by chance once in a thousand
  CHECK(with_change >= 15);
}

TEST_CASE("The chance of a given cut is that of its rank sum") {
  // Four below four: the rank sum of the first is 10, its mean 18, its variance 12; z = 8 / sqrt(12), two tails.
  const Values values = {1, 3, 2, 4, 8, 5, 7, 6};
  const double independent = std::erfc(8 / std::sqrt(12.0) / std::sqrt(2.0));
  CHECK(chance_of_cut(values, 4) ==
        Approx(independent));  // within the sides neighbours are no more alike than by chance
  CHECK(chance_of_cut(values, 0) == 1);
  CHECK(chance_of_cut(values, 8) == 1);
  CHECK(chance_of_cut(Values{}, 0) == 1);
}

TEST_CASE("Sides whose neighbours are alike make a cut less sure") {
  Values wandering;
  Values mixed;
  for (int i = 0; i < 24; ++i) {
    wandering.push_back(i);
    mixed.push_back(i < 12 ? i * 5 % 12 : 12 + i * 5 % 12);
  }
  CHECK(chance_of_cut(wandering, 12) > 20 * chance_of_cut(mixed, 12));
}
