#include "base/error.h"

#include <limits>

#include "tests/catch.h"

namespace dagsim {
namespace {

template <typename Check>
std::string broken(Check check, double value) {
  try {
    check("rate", value);
  } catch (const std::domain_error& failure) {
    return failure.what();
  }
  return "";
}

TEST_CASE("Numeric contracts name the value and what it must be") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(broken(check_finite, nan) == "rate is nan, but must be finite");
  CHECK(broken(check_finite, infinity) == "rate is inf, but must be finite");
  CHECK(broken(check_positive, 0) == "rate is 0, but must be positive and finite");
  CHECK(broken(check_positive, nan) == "rate is nan, but must be positive and finite");
  CHECK(broken(check_not_negative, -0.5) == "rate is -0.5, but must be zero or positive, and finite");
  CHECK(broken(check_probability, 1.5) == "rate is 1.5, but must be a probability between 0 and 1");
  CHECK(broken(check_probability, nan) == "rate is nan, but must be a probability between 0 and 1");
}

TEST_CASE("Numeric contracts take the values at their bounds") {
  CHECK(broken(check_finite, -1e308).empty());
  CHECK(broken(check_positive, 1e-300).empty());
  CHECK(broken(check_not_negative, 0).empty());
  CHECK(broken(check_probability, 0).empty());
  CHECK(broken(check_probability, 1).empty());
}

}  // namespace
}  // namespace dagsim
